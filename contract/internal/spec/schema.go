package spec

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/source"
)

// maxSchemas bounds the places of a contract that a schema stands at: schemas
// that hold each other twice double with each level.
const maxSchemas = 100_000

// The bounds of the places of one parameter, body or answer that have clauses of
// their own: of schemas that all refer to each other there are more than anyone
// reads. What lies deeper, and what comes later, is one clause each.
const (
	maxLevels = 6
	maxPlaces = 200
	// maxRepeated is how often a schema with members has clauses for them.
	maxRepeated = 4
)

// compositions are the keywords that make a schema one clause.
var compositions = []string{"allOf", "oneOf", "anyOf", "not"}

// schema models the schema at one place and makes its clauses.
func (l *loader) schema(s scope, id string, at cursor, ref *openapi3.SchemaRef) *Schema {
	whole := at
	at, ref, null := l.unwrap(at, ref)
	out := &Schema{ID: id, At: at.at()}
	if ref == nil || ref.Value == nil || !l.readable(out, at, ref.Value) {
		if out.Composed != nil {
			l.clause(s, id+".schema", at.at(), out.label()+" is not there: its schema is false")
		}
		return out
	}
	v := ref.Value
	a := l.annotate(at, onSchema)
	s.source, s.pin = inherit(a.Source, s.source), cmp.Or(a.Status, s.pin)
	out.Source = s.source
	l.inferable(a, "the schema", stated(at, s.required))
	s.inferred = merged(s.inferred, a.Inferred)
	out.FromTarget, out.Carries = a.Value == "target" || s.target, a.Carries
	if composes(v) || slices.Contains(s.above, v) || l.crowded(s, v) {
		return l.opaque(s, out, at, v, null)
	}
	l.fill(out, at, v)
	out.allowNull(null)
	if s.text && len(v.Properties) == 0 {
		out.readText()
	}
	l.constraints(s, out, at)
	l.distinct(s, out, a)
	s.above = append(slices.Clone(s.above), v)
	l.below(out, at, v, func(id string, at cursor, ref *openapi3.SchemaRef) *Schema {
		return l.schema(s.plain(), id, at, ref)
	})
	l.members(s, out, at, v)
	l.heirs(s, out, at, v)
	l.judge(s, out, at)
	l.examples(out, whole, at)
	return out
}

// crowded counts a place, and reports whether it is one too many to have clauses of
// its own.
func (l *loader) crowded(s scope, v *openapi3.Schema) bool {
	if l.places++; len(v.Properties) > 0 {
		l.repeated[v]++
	}
	return len(s.above) > maxLevels || l.places > maxPlaces || l.repeated[v] > maxRepeated
}

// roomy begins to count places anew: for a parameter, a body or an answer.
func (l *loader) roomy() { l.places, l.repeated = 0, map[*openapi3.Schema]int{} }

// distinct makes the clause that a value differs in every successful answer. In
// other places a schema with the annotation may be used, but not in these alone.
func (l *loader) distinct(s scope, out *Schema, a annotation) {
	if a.Distinct == "" {
		return
	}
	at := a.in("distinct").at()
	l.distincts[at] = l.distincts[at] || s.success
	if out.Distinct = s.success; s.success {
		s.inferred = map[string]string{"distinct": a.Distinct}
		l.clause(s, out.ID+".distinct", at, out.label()+" differs in every answer")
	}
}

// readable begins a schema, and reports whether it has keywords that can be modelled.
func (l *loader) readable(out *Schema, at cursor, v *openapi3.Schema) bool {
	l.remember(out)
	if l.schemas++; l.schemas >= maxSchemas {
		if l.schemas == maxSchemas {
			l.warn(at.at(), "the contract has schemas at more than %d places: any value is accepted here and in what follows", maxSchemas)
		}
		return false
	}
	switch {
	case v.Always != nil && !*v.Always:
		out.parts = &parts{not: &Schema{At: at.at()}}
		out.Composed = composed{schema: &Schema{At: at.at(), parts: out.parts}}
		return false
	case v.Always != nil, !at.exists(), l.ctx.Err() != nil:
		return false
	}
	l.odd(at)
	return true
}

// odd warns of keywords that say nothing where they stand.
func (l *loader) odd(at cursor) {
	if l.draft2020 && at.step("nullable").exists() {
		l.warn(at.in("nullable").at(), "nullable says nothing in OpenAPI 3.1: list null among the types, as in type: [string, 'null']")
	}
	if at.step("discriminator").exists() && !at.step("oneOf").exists() && !at.step("anyOf").exists() && !at.step(source.Heirs).exists() {
		l.warn(at.in("discriminator").at(), "discriminator chooses among the schemas of oneOf or anyOf, and there are none here")
	}
}

// stated lists the keywords that a schema states and that clauses come of.
func stated(at cursor, required bool) []string {
	names := slices.DeleteFunc(at.stated(), func(name string) bool {
		return KeywordNamed(name) == nil && !slices.Contains(compositions, name)
	})
	if required {
		names = append(names, "required")
	}
	return names
}

// constraints makes the clauses of a schema's own keywords.
func (l *loader) constraints(s scope, out *Schema, at cursor) {
	// In OpenAPI 3.0 these are flags of minimum and maximum.
	for flag, keyword := range map[string]string{"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"} {
		if reason, ok := s.inferred[flag]; ok && !l.draft2020 && s.inferred[keyword] == "" {
			s.inferred[keyword] = reason
		}
	}
	for _, k := range keywords {
		if (s.dir == parameter || s.text) && k == &typeKeyword && (out.narrowed() || out.anyText || s.dir == parameter && s.text && out.Type == "object") {
			continue
		}
		if statement := out.states(k); statement != "" {
			l.clause(s, out.ID+"."+k.Name, at.in(k.Name).at(), statement)
		}
	}
}

// narrowed reports whether any text is of the schema's type, and that something else
// says which texts are valid: then the type is nothing that can be broken alone.
func (s *Schema) narrowed() bool {
	return s.Type == "string" && (len(s.Enum) > 0 || s.Format != "" || s.Pattern != nil || s.FromTarget)
}

// plain drops what holds for the enclosing element alone.
func (s scope) plain() scope {
	s.inferred, s.target, s.required, s.fields = nil, false, false, nil
	return s
}

func merged(outer, inner map[string]string) map[string]string {
	all := make(map[string]string, len(outer)+len(inner))
	maps.Copy(all, outer)
	maps.Copy(all, inner)
	return all
}

// below models the schemas of elements and of members that are not listed.
func (l *loader) below(out *Schema, at cursor, v *openapi3.Schema, model func(string, cursor, *openapi3.SchemaRef) *Schema) {
	id := func(name string) string {
		if out.ID == "" { // a part, which has no clauses
			return ""
		}
		return l.place(out.ID + "." + name)
	}
	switch prefixed := at.step("prefixItems").exists(); { // with it, they are those behind
	case v.Items == nil || prefixed:
	case out.Type != "" && out.Type != "array":
		l.warn(at.in("items").at(), "items says nothing of type %s: no value is held to it", out.Type)
	default:
		out.Items = model(id("items"), at.in("items"), v.Items)
	}
	switch matched := at.step("patternProperties").exists(); {
	case v.AdditionalProperties.Schema == nil || matched:
	case out.Type != "" && out.Type != "object":
		l.warn(at.in("additionalProperties").at(), "additionalProperties says nothing of type %s: no value is held to it", out.Type)
	default:
		out.Additional = model(id("additionalProperties"), at.in("additionalProperties"), v.AdditionalProperties.Schema)
	}
}

func (l *loader) members(s scope, out *Schema, at cursor, v *openapi3.Schema) {
	required := set(v.Required)
	for _, key := range at.in("properties").keys() {
		ref := v.Properties[key.Name]
		if ref == nil || ref.Value == nil {
			continue
		}
		place := at.in("properties", key.Name)
		m := newMember(key.Name, ref.Value, required[key.Name], s.dir)
		id := l.place(out.ID + "." + escape(key.Name))
		inner := s.plain()
		inner.required, inner.silent = m.Required, s.silent || m.unsent()
		if s.fields != nil {
			inner.text, inner.fields = s.fields(key.Name, ref.Value), nil
		}
		if m.Required {
			l.required(inner, id, place)
		}
		if m.dir == answer && m.WriteOnly {
			l.writeOnly(s, id, place, label(id)+" is not answered")
		}
		m.Schema = l.schema(inner, id, place, ref)
		out.Members = append(out.Members, m)
	}
	out.indexMembers()
	l.unlisted(s, out, at, v)
}

// maxMeant is how many warnings say which name may be meant: to look for one in a long
// list takes its time, and nobody reads more.
const maxMeant = 100

// unlisted models the members that are required and not listed.
func (l *loader) unlisted(s scope, out *Schema, at cursor, v *openapi3.Schema) {
	var listed []string
	for i, name := range v.Required {
		if v.Properties[name] != nil || out.Member(name) != nil {
			continue
		}
		place, meant := at.in("required").index(i), "list it, or leave it out"
		if len(l.warnings) < maxMeant {
			if listed == nil {
				listed = at.in("properties").stated()
			}
			meant = didYouMean(name, listed)
		}
		l.warn(place.at(), "required names %q, which properties does not list: any value is accepted for it; %s", name, meant)
		id := out.ID + "." + escape(name)
		if out.Closed || l.contract.byID[id+".required"] != nil {
			continue
		}
		m := &Member{Name: name, Required: true, dir: s.dir, Schema: &Schema{ID: id, At: place.at()}}
		if out.Additional != nil {
			m.Schema = out.Additional
		}
		inner := s.plain()
		inner.required = true
		l.required(inner, id, place)
		out.Members = append(out.Members, m)
	}
	out.indexMembers()
}

// indexMembers makes many members quick to find: a value may have as many.
func (s *Schema) indexMembers() {
	if len(s.Members) <= 32 {
		return
	}
	s.byName = make(map[string]*Member, len(s.Members))
	for _, m := range s.Members {
		s.byName[m.Name] = m
	}
}

// WithMembers returns the schema with other members.
func (s *Schema) WithMembers(members []*Member) *Schema {
	out := *s
	out.Members, out.byName = members, nil
	out.indexMembers()
	return &out
}

// required makes the clause that a member is present.
func (l *loader) required(s scope, id string, at cursor) {
	s.inferred = map[string]string{}
	if reason := at.in(annotationKey, "inferred").scalar("required"); reason != "" {
		s.inferred["required"] = reason
	}
	s.source = inherit(l.source(at.in(annotationKey, "source")), s.source)
	s.pin = cmp.Or(at.in(annotationKey).scalar("status"), s.pin)
	l.clause(s, id+".required", at.at(), label(id)+" is present")
}

// writeOnly makes the clause that what is only to be sent is not answered.
func (l *loader) writeOnly(s scope, id string, at cursor, statement string) {
	s.source, s.inferred = clause.Source{}, map[string]string{ // whatever the document says
		"writeOnly": "OpenAPI 3.0.3, section 4.7.24.2: a writeOnly property should not be sent in a response",
	}
	l.clause(s, id+".writeOnly", at.at(), statement)
}

func set(names []string) map[string]bool {
	all := make(map[string]bool, len(names))
	for _, name := range names {
		all[name] = true
	}
	return all
}

func escape(name string) string { return clause.ID(name) }

// label is a place without its operation: "query.limit".
func label(id string) string {
	_, rest, _ := strings.Cut(id, ".")
	return rest
}

func (s *Schema) label() string { return label(s.ID) }

// place reserves the id of a place: two that would have the same would give their
// clauses the same ids.
func (l *loader) place(id string) string {
	l.taken[id]++
	if n := l.taken[id]; n > 1 {
		return l.place(id + "_" + strconv.Itoa(n))
	}
	return id
}

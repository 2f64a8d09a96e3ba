package spec

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/apiclause/clause/contract/clause"
)

// maxSchemas bounds the places of a contract that a schema stands at: schemas
// that hold each other twice double with each level.
const maxSchemas = 100_000

// schema models the schema at one place and makes its clauses.
func (l *loader) schema(s scope, id string, at cursor, ref *openapi3.SchemaRef) *Schema {
	out := &Schema{ID: id, At: at.at()}
	if ref == nil || ref.Value == nil || !l.readable(at, ref.Value) {
		l.never(s, out, at, ref)
		return out
	}
	v := ref.Value
	a := l.annotate(at, onSchema)
	s.source, s.pin = inherit(a.Source, s.source), cmp.Or(a.Status, s.pin)
	out.Source = s.source
	l.inferable(a, "the schema", stated(at, s.required))
	s.inferred = merged(s.inferred, a.Inferred)
	out.FromTarget, out.Carries = a.Value == "target" || s.target, a.Carries
	if composes(v) || slices.Contains(s.above, v) {
		return l.opaque(s, out, at, v)
	}
	l.fill(out, at, v)
	out.doubtNull(at)
	l.constraints(s, out, at)
	l.distinct(s, out, a)
	s.above = append(slices.Clone(s.above), v)
	l.below(out, at, v, func(id string, at cursor, ref *openapi3.SchemaRef) *Schema {
		return l.schema(s.plain(), id, at, ref)
	})
	l.members(s, out, at, v)
	l.judge(s, out, at)
	l.examples(out, at)
	return out
}

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

// readable refuses what cannot be modelled at all.
func (l *loader) readable(at cursor, v *openapi3.Schema) bool {
	if l.schemas++; l.schemas >= maxSchemas {
		if l.schemas == maxSchemas {
			l.problem(at.at(), "the contract has schemas at more than %d places: split it", maxSchemas)
		}
		return false
	}
	switch {
	case v.Always != nil && !l.draft2020:
		l.problem(at.at(), "a schema must be a mapping: true and false are schemas from OpenAPI 3.1 on")
	case v.Always != nil:
	case !at.exists():
		if len(l.problems) == 0 { // else it is the consequence of one
			l.problem(at.at(), "the schema that is meant here cannot be followed: refer to it as #/components/schemas/NAME")
		}
	default:
		l.keywords(at)
		return true
	}
	return false
}

// keywords refuses those that nothing reads, and those that say nothing.
func (l *loader) keywords(at cursor) {
	for _, key := range at.keys() {
		switch {
		case slices.Contains(readKeywords, key.Value) || slices.Contains(judgedKeywords, key.Value) || strings.HasPrefix(key.Value, "x-"):
		case nearestKeyword(key.Value) != "":
			l.problem(at.place(key), "schema keyword %q is not known: did you mean %q?", key.Value, nearestKeyword(key.Value))
		default:
			l.problem(at.place(key), "schema keyword %q is not supported: state it in other keywords, or as a rule", key.Value)
		}
	}
	if l.draft2020 && at.step("nullable").exists() {
		l.problem(at.in("nullable").at(), "nullable says nothing in OpenAPI 3.1: list null among the types, as in type: [string, 'null']")
	}
	if at.step("discriminator").exists() && !at.step("oneOf").exists() && !at.step("anyOf").exists() {
		l.warn(at.in("discriminator").at(), "discriminator chooses among the schemas of oneOf or anyOf, and there are none here")
	}
}

// nearestKeyword offers a keyword for one that is misspelt, but none for one
// that exists in JSON Schema and is not supported.
func nearestKeyword(name string) string {
	if slices.Contains(otherKeywords, name) {
		return ""
	}
	return nearest(name, readKeywords)
}

// stated lists the keywords that a schema states and that clauses come of.
func stated(at cursor, required bool) []string {
	names := slices.DeleteFunc(at.stated(), func(name string) bool {
		return !slices.Contains(constraints, name) && !slices.Contains(compositions, name)
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
	for _, keyword := range constraints {
		if s.dir == parameter && keyword == "type" && out.narrowed() {
			continue
		}
		if statement := out.statement(keyword); statement != "" {
			l.clause(s, out.ID+"."+keyword, at.in(keyword).at(), statement)
		}
	}
}

// narrowed tells that any text is of the schema's type, and that something else
// says which texts are valid: then the type is nothing that can be broken alone.
func (s *Schema) narrowed() bool {
	return s.Type == "string" && (len(s.Enum) > 0 || s.Format != "" || s.Pattern != nil || s.FromTarget)
}

// plain drops what holds for the enclosing element alone.
func (s scope) plain() scope {
	s.inferred, s.target, s.required = nil, false, false
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
	if v.Items != nil && !at.step("prefixItems").exists() { // with it, they are those behind
		out.Items = model(out.ID+".items", at.in("items"), v.Items)
	}
	if v.AdditionalProperties.Schema != nil && !at.step("patternProperties").exists() {
		out.Additional = model(out.ID+".additionalProperties", at.in("additionalProperties"), v.AdditionalProperties.Schema)
	}
}

func (l *loader) members(s scope, out *Schema, at cursor, v *openapi3.Schema) {
	required := set(v.Required)
	for _, key := range at.in("properties").keys() {
		ref := v.Properties[key.Value]
		if ref == nil || ref.Value == nil {
			continue
		}
		place := at.in("properties", key.Value)
		m := newMember(key.Value, ref.Value, required[key.Value], s.dir)
		id := out.ID + "." + escape(key.Value)
		inner := s.plain()
		inner.required, inner.silent = m.Required, s.silent || m.unsent()
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
	for i, name := range v.Required {
		if v.Properties[name] == nil && len(l.problems) < maxProblems {
			l.problem(at.in("required").index(i).at(), "required names %q, which properties does not list: %s",
				name, didYouMean(name, at.in("properties").stated()))
		}
	}
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

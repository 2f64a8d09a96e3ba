package spec

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// direction says who sends a value: readOnly members are not sent, writeOnly
// ones are not answered.
type direction int

const (
	// parameter is sent as text: every value of it is a string.
	parameter direction = iota
	request
	answer
)

// readKeywords are the schema keywords that the model or its Checker knows.
// Any other would be passed over in silence, so it is a problem.
var readKeywords = []string{
	"$ref", "type", "nullable", "format", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
	"multipleOf", "minLength", "maxLength", "pattern", "items", "minItems", "maxItems", "uniqueItems",
	"properties", "required", "additionalProperties", "minProperties", "maxProperties",
	"allOf", "oneOf", "anyOf", "not", "discriminator", "readOnly", "writeOnly",
	"title", "description", "default", "example", "examples", "deprecated", "externalDocs", "xml",
}

// constraints are the keywords that make clauses, in the order they are listed.
var constraints = []string{
	"type", "format", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
	"minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems",
	"additionalProperties", "minProperties", "maxProperties",
}

// schema models the schema at one place and makes its clauses.
func (l *loader) schema(s scope, id string, at cursor, ref *openapi3.SchemaRef, dir direction) *Schema {
	return l.nested(s, id, at, ref, dir, nil)
}

func (l *loader) nested(s scope, id string, at cursor, ref *openapi3.SchemaRef, dir direction, above []*openapi3.Schema) *Schema {
	out := &Schema{ID: id, At: at.at()}
	if ref == nil || ref.Value == nil {
		return out
	}
	v := ref.Value
	a := l.annotate(at, onSchema)
	s.source = inherit(a.Source, s.source)
	s.inferred = merged(s.inferred, a.Inferred)
	out.Source = s.source
	out.FromTarget, out.Carries, out.Distinct = a.Value == "target" || s.target, a.Carries, a.Distinct != ""
	if a.exists() {
		l.inferable(a, "the schema", append(at.stated(), "required"))
	}
	if slices.Contains(above, v) || composed(v) {
		return l.opaque(s, out, at, v)
	}
	l.supported(at)
	l.fill(out, at, v)
	l.constrain(s, out, at, v, dir)
	if out.Distinct {
		inner := s
		inner.inferred = map[string]string{"distinct": a.Distinct}
		l.clause(inner, id+".distinct", a.in("distinct").at(), out.label()+" differs in every answer")
	}
	l.children(s, out, at, v, dir, append(slices.Clone(above), v))
	return out
}

// supported refuses keywords that would be passed over in silence.
func (l *loader) supported(at cursor) {
	for _, key := range at.keys() {
		if !slices.Contains(readKeywords, key.Value) && !strings.HasPrefix(key.Value, "x-") {
			l.problem(at.place(key), "schema keyword %q is not supported: state it in other keywords, or as a rule", key.Value)
		}
	}
}

// constrain makes a clause of each keyword that something can break.
func (l *loader) constrain(s scope, out *Schema, at cursor, v *openapi3.Schema, dir direction) {
	for _, keyword := range constraints {
		if dir == parameter && keyword == "type" && out.narrowed() {
			continue
		}
		if statement := out.statement(keyword, v); statement != "" {
			l.clause(s, out.ID+"."+keyword, at.in(keyword).at(), statement)
		}
	}
}

func (l *loader) children(s scope, out *Schema, at cursor, v *openapi3.Schema, dir direction, above []*openapi3.Schema) {
	if v.Items != nil {
		out.Items = l.nested(s.plain(), out.ID+".items", at.in("items"), v.Items, dir, above)
	}
	if additional := v.AdditionalProperties.Schema; additional != nil {
		out.Additional = l.nested(s.plain(), out.ID+".additionalProperties", at.in("additionalProperties"), additional, dir, above)
	}
	l.members(s, out, at, v, dir, above)
}

// narrowed tells that any text is of the schema's type, and that something else
// says which texts are valid: then the type is nothing that can be broken alone.
func (s *Schema) narrowed() bool {
	return s.Type == "string" && (len(s.Enum) > 0 || s.Format != "" || s.Pattern != nil || s.FromTarget)
}

// plain drops what was inferred of the enclosing element's keywords.
func (s scope) plain() scope {
	s.inferred, s.target = nil, false
	return s
}

func merged(outer, inner map[string]string) map[string]string {
	all := make(map[string]string, len(outer)+len(inner))
	maps.Copy(all, outer)
	maps.Copy(all, inner)
	return all
}

func composed(v *openapi3.Schema) bool {
	return len(v.AllOf) > 0 || len(v.OneOf) > 0 || len(v.AnyOf) > 0 || v.Not != nil
}

// opaque leaves a composed or recursive schema to the OpenAPI library, as one
// clause.
func (l *loader) opaque(s scope, out *Schema, at cursor, v *openapi3.Schema) *Schema {
	out.Composed = &composedSchema{schema: v}
	if types := v.Type.Slice(); len(types) == 1 {
		out.Type = types[0]
	}
	l.clause(s, out.ID+".schema", at.at(), out.label()+" keeps to its composed schema")
	l.forgive(at, 0)
	return out
}

// forgive marks the annotations below a composed schema as read: the parts are
// no places of their own.
func (l *loader) forgive(c cursor, depth int) {
	if depth > maxDepth {
		return
	}
	if a := c.step(annotationKey); a.exists() {
		l.read[a.node] = true
	}
	for _, key := range c.keys() {
		if key.Value != "$ref" && key.Value != annotationKey {
			l.forgive(c.step(key.Value), depth+1)
		}
	}
	for i := 0; c.index(i).exists(); i++ {
		l.forgive(c.step(strconv.Itoa(i)), depth+1)
	}
}

type composedSchema struct{ schema *openapi3.Schema }

// Check implements Checker.
func (c *composedSchema) Check(value any) error {
	if err := c.schema.VisitJSON(plainJSON(value), openapi3.MultiErrors()); err != nil {
		return fmt.Errorf("composed schema: %w", err)
	}
	return nil
}

func (l *loader) fill(out *Schema, at cursor, v *openapi3.Schema) {
	l.fillType(out, at, v)
	out.Format, out.Enum, out.Example = v.Format, v.Enum, v.Example
	if v.Const != nil {
		out.Enum = []any{v.Const}
	}
	out.Minimum, out.Maximum, out.MultipleOf = v.Min, v.Max, v.MultipleOf
	if b := v.ExclusiveMin; b.Bool != nil {
		out.ExclusiveMinimum = *b.Bool
	} else if b.Value != nil {
		out.Minimum, out.ExclusiveMinimum, out.numericExclusive = b.Value, true, true
	}
	if b := v.ExclusiveMax; b.Bool != nil {
		out.ExclusiveMaximum = *b.Bool
	} else if b.Value != nil {
		out.Maximum, out.ExclusiveMaximum, out.numericExclusive = b.Value, true, true
	}
	out.MinLength, out.MaxLength = v.MinLength, v.MaxLength
	out.MinItems, out.MaxItems, out.UniqueItems = v.MinItems, v.MaxItems, v.UniqueItems
	out.MinProps, out.MaxProps = v.MinProps, v.MaxProps
	out.Closed = v.AdditionalProperties.Has != nil && !*v.AdditionalProperties.Has
	if v.Pattern != "" {
		re, err := regexp.Compile(v.Pattern)
		if err != nil {
			l.problem(at.in("pattern").at(), "pattern %q is no RE2 expression: %v", v.Pattern, err)
		}
		out.Pattern = re
	}
	l.consistent(out, at)
}

func (l *loader) fillType(out *Schema, at cursor, v *openapi3.Schema) {
	out.Nullable = v.Nullable
	types := slices.DeleteFunc(slices.Clone(v.Type.Slice()), func(t string) bool {
		out.Nullable = out.Nullable || t == "null"
		return t == "null"
	})
	switch len(types) {
	case 0:
		if len(v.Properties) > 0 {
			out.Type = "object"
		}
	case 1:
		out.Type = types[0]
	default:
		l.problem(at.in("type").at(), "type lists %s: give one type, and null if it may be", strings.Join(types, " and "))
	}
}

// consistent refuses limits that nothing can keep.
func (l *loader) consistent(s *Schema, at cursor) {
	if s.Minimum != nil && s.Maximum != nil && (*s.Minimum > *s.Maximum ||
		*s.Minimum == *s.Maximum && (s.ExclusiveMinimum || s.ExclusiveMaximum)) {
		l.problem(at.in("maximum").at(), "nothing lies between minimum %v and maximum %v", *s.Minimum, *s.Maximum)
	}
	if s.MaxLength != nil && s.MinLength > *s.MaxLength {
		l.problem(at.in("maxLength").at(), "maxLength %d is below minLength %d", *s.MaxLength, s.MinLength)
	}
	if s.MaxItems != nil && s.MinItems > *s.MaxItems {
		l.problem(at.in("maxItems").at(), "maxItems %d is below minItems %d", *s.MaxItems, s.MinItems)
	}
	for i, v := range s.Enum {
		if bare := (&Schema{Type: s.Type, Nullable: s.Nullable}); len(bare.Check(v)) > 0 {
			l.problem(at.in("enum").index(i).at(), "enum value %v is no %s", v, s.Type)
		}
	}
}

func (l *loader) members(s scope, out *Schema, at cursor, v *openapi3.Schema, dir direction, above []*openapi3.Schema) {
	for _, key := range at.in("properties").keys() {
		ref := v.Properties[key.Value]
		if ref == nil || ref.Value == nil {
			continue
		}
		place := at.in("properties", key.Value)
		m := &Member{
			Name: key.Value, ReadOnly: ref.Value.ReadOnly, WriteOnly: ref.Value.WriteOnly,
			Required: slices.Contains(v.Required, key.Value),
		}
		if dir != answer && m.ReadOnly || dir == answer && m.WriteOnly {
			m.Required = false
		}
		id := out.ID + "." + escape(key.Value)
		if m.Required {
			inner := s.plain()
			inner.inferred = map[string]string{}
			if reason := place.in(annotationKey, "inferred").scalar("required"); reason != "" {
				inner.inferred["required"] = reason
			}
			inner.source = inherit(l.source(place.in(annotationKey, "source")), s.source)
			l.clause(inner, id+".required", place.at(), label(id)+" is present")
		}
		m.Schema = l.nested(s.plain(), id, place, ref, dir, above)
		out.Members = append(out.Members, m)
	}
	for i, name := range v.Required {
		if v.Properties[name] == nil {
			known := at.in("properties").stated()
			l.problem(at.in("required").index(i).at(), "required names %q, which properties does not list: %s", name, didYouMean(name, known))
		}
	}
}

package spec

import (
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// In three places OpenAPI 3.0 says that null is not allowed, and who wrote it
// may have meant that it is: nullable beside a $ref, where everything is ignored
// (3.0.3, section 4.7.23); nullable beside allOf and its like, which still
// forbid null (the clarification of 3.0.3); and nullable beside an enum without
// null. There null is lawful in an answer; in a request it is neither demanded
// nor refused.

// null says whether null is as good as what a schema describes.
type null int

const (
	noNull    null = iota
	nullDoubt      // the description can be read so
	nullToo        // it says so
)

// silentKeywords say nothing of which values are valid.
var silentKeywords = []string{
	"title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "externalDocs", "xml", "nullable", "$comment",
}

// unwrap returns the schema of which a schema says that, or null, and nothing
// else: a reference with nullable beside it, and an alternative between a schema
// and null, as FastAPI writes every optional parameter.
func (l *loader) unwrap(at cursor, ref *openapi3.SchemaRef) (cursor, *openapi3.SchemaRef, null) {
	so := noNull
	for range maxRefs {
		if ref == nil || ref.Value == nil {
			break
		}
		keyword, i, meant := wrapped(at, ref.Value)
		if keyword == "" {
			break
		}
		if meant == nullDoubt {
			l.warn(at.in("nullable").at(), "nullable beside $ref or allOf does not allow null in OpenAPI 3.0: "+
				"null is taken in answers, and not tried in requests; put nullable into the schema itself")
		}
		parts := map[string]openapi3.SchemaRefs{"allOf": ref.Value.AllOf, "anyOf": ref.Value.AnyOf, "oneOf": ref.Value.OneOf}[keyword]
		at, ref, so = at.in(keyword).index(i), parts[i], max(so, meant)
	}
	return at, ref, so
}

// wrapped returns the keyword that holds all that a schema says, and which of its
// parts; "" if there is more to it.
//
//nolint:cyclop // one case for each form
func wrapped(at cursor, v *openapi3.Schema) (keyword string, part int, so null) {
	for _, m := range at.keys() {
		switch {
		case m.Name == annotationKey:
			return "", 0, 0
		case slices.Contains(silentKeywords, m.Name), strings.HasPrefix(m.Name, "x-"):
		case keyword != "":
			return "", 0, 0
		default:
			keyword = m.Name
		}
	}
	switch keyword {
	case "allOf":
		// The reader makes one of a reference or parts with a flag beside them.
		if m, _ := at.node.Member(keyword); len(v.AllOf) == 1 && m.At() == m.Value.At() {
			if v.Nullable {
				return keyword, 0, nullDoubt
			}
			return keyword, 0, noNull
		}
	case "anyOf", "oneOf":
		parts := v.AnyOf
		if keyword == "oneOf" {
			parts = v.OneOf
		}
		if len(parts) != 2 || v.Nullable {
			break
		}
		for i := range parts {
			if isNull(parts[1-i]) && !isNull(parts[i]) {
				return keyword, i, nullToo
			}
		}
	}
	return "", 0, 0
}

// isNull reports whether a schema describes null alone.
func isNull(ref *openapi3.SchemaRef) bool {
	if ref == nil || ref.Value == nil {
		return false
	}
	v := ref.Value
	return v.Type.Is("null") || v.Type == nil && len(v.Enum) == 1 && v.Enum[0] == nil
}

// orNull models a part that null is as good as.
func orNull(part *Schema, so null) *Schema {
	if so == noNull {
		return part
	}
	return &Schema{At: part.At, Nullable: true, NullInDoubt: so == nullDoubt, parts: &parts{all: []*Schema{part}}}
}

// allowNull takes null for allowed.
func (s *Schema) allowNull(so null) {
	if so != noNull && !s.Nullable {
		s.Nullable, s.NullInDoubt = true, so == nullDoubt
	}
}

// nullOutside deals with an enum that lacks the null that is allowed beside it.
func (l *loader) nullOutside(s *Schema, at cursor, keyword string) {
	if !s.Nullable || s.Type == "null" || s.listed(nil) {
		return
	}
	s.NullInDoubt = true
	l.warn(at.in(keyword).at(), "%s does not list null, which nullable allows: null is taken in answers, and not tried in requests; "+
		"list null too, or forbid it", keyword)
}

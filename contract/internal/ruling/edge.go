package ruling

import (
	"math"
	"slices"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
)

// edge notes the limits of a schema that a valid value lies at.
func (a *assessor) edge(s *spec.Schema, where string, value any) {
	note := func(keyword string, limit, size float64) { a.limit(s.ID+"."+keyword, where, limit, size) }
	switch v := value.(type) {
	case string:
		sizes(note, float64(utf8.RuneCountInString(v)), s.MinLength, s.MaxLength, "minLength", "maxLength")
	case map[string]any:
		sizes(note, float64(len(v)), s.MinProps, s.MaxProps, "minProperties", "maxProperties")
	case []any:
		sizes(note, float64(len(v)), s.MinItems, s.MaxItems, "minItems", "maxItems")
		for _, item := range v {
			if s.Items != nil {
				a.edge(s.Items, "an element of "+where, item)
			}
		}
	default:
		f, ok := spec.Float(v)
		if ok && s.Minimum != nil {
			note(s.MinimumKeyword(), *s.Minimum, f)
		}
		if ok && s.Maximum != nil {
			note(s.MaximumKeyword(), *s.Maximum, f)
		}
	}
}

func sizes(note func(keyword string, limit, size float64), size float64, least uint64, most *uint64, low, high string) {
	if least > 0 {
		note(low, float64(least), size)
	}
	if most != nil {
		note(high, float64(*most), size)
	}
}

// limit notes a limit that a value lies at, once. One that is inferred may in
// truth be another: there, near is enough.
func (a *assessor) limit(id, where string, limit, size float64) {
	c := a.model.Clause(id)
	if c == nil || slices.ContainsFunc(a.edges, func(b breach) bool { return b.clause == id }) {
		return
	}
	distance := math.Abs(limit - size)
	if distance == 0 || c.Level == clause.Should && distance <= max(1, math.Abs(limit)/2) {
		a.edges = append(a.edges, breach{id, c.Level, where + " is at the limit, or near to it"})
	}
}

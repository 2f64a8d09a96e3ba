package prove

import (
	"maps"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

// unsent answers each member that is only to be sent.
func (b *builder) unsent(r role, at *place) {
	sample := b.sampleOf(r)
	found := within(sample, at.Path[1:])
	if len(found) == 0 {
		return
	}
	object, ok := found[0].(map[string]any)
	if !ok {
		return
	}
	for _, m := range at.Schema.Unsendable() {
		id := at.clause("writeOnly")
		if at.Schema.Composed == nil {
			id = m.Schema.ID + ".writeOnly"
		}
		value := m.Schema.Sample()
		held := maps.Clone(object)
		held[m.Name] = value
		if !breaksOnly(at.Schema, held, id) {
			continue
		}
		label := strings.Join(append(slices.Clone(at.Path[1:]), m.Name), ".")
		b.value(r, at, id, "answered-"+word(m.Name), label+" is answered, though it is writeOnly", func(v any) any {
			if object, ok := v.(map[string]any); ok {
				object[m.Name] = value
			}
			return v
		})
	}
}

// breaksOnly tells that a value breaks one clause and no other.
func breaksOnly(s *spec.Schema, v any, id string) bool {
	broken := s.Check(v)
	return len(broken) > 0 && !slices.ContainsFunc(broken, func(v spec.Violation) bool { return v.Clause != id })
}

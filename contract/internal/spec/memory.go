package spec

import (
	"maps"
	"slices"
	"sync/atomic"
)

// Planning asks for a sample of the same schema again and again, and one of schemas
// that lead back to themselves ends only at the bounds of a sampling. So what was hard
// to find is remembered, in bounds: of a loaded contract, which nothing changes any
// more.
const (
	minRemembered = 100     // attempts: what took fewer is made anew
	maxRemembered = 500_000 // values of a contract, those within others counted
)

// memory is what the schemas of one contract have in common.
type memory struct {
	loaded bool         // the schemas are complete
	held   atomic.Int64 // values
}

// samples are what is remembered of one schema. A copy of the schema, which may say
// something else, has them too: they are of the original alone.
type samples struct {
	of              *Schema
	memory          *memory
	least, ordinary atomic.Pointer[found]
	branches        atomic.Pointer[[]filled]
}

// found is what a search for a sample came to: nil tells that there is none.
type found struct{ value any }

// remember lets samples of a schema be remembered, once the contract is loaded.
func (l *loader) remember(out *Schema) { out.samples = &samples{of: out, memory: l.memory} }

// remembered returns what is remembered of a schema, or nil where nothing may be.
func (s *Schema) remembered() *samples {
	if s == nil || s.samples == nil || s.samples.of != s || !s.samples.memory.loaded {
		return nil
	}
	return s.samples
}

// holds reports whether the memory has room for values, and takes it.
func (m *memory) holds(values ...any) bool {
	n := int64(valuesIn(values))
	if m.held.Add(n) <= maxRemembered {
		return true
	}
	m.held.Add(-n)
	return false
}

// recalled returns a sample as sample does, which begins with at.
func (s *Schema) recalled(at *sampling) any {
	known := s.remembered()
	if known == nil {
		return s.sample(at)
	}
	place := &known.least
	if at.ordinary {
		place = &known.ordinary
	}
	if f := place.Load(); f != nil {
		return copied(f.value)
	}
	v := s.sample(at)
	if at.attempts >= minRemembered && known.memory.holds(v) {
		place.Store(&found{copied(v)})
	}
	return v
}

// widestBranches returns what filledBranches does. Nobody may change the values.
func (s *Schema) widestBranches() []filled {
	known := s.remembered()
	if known == nil {
		return s.filledBranches()
	}
	if all := known.branches.Load(); all != nil {
		return *all
	}
	out := s.filledBranches()
	var values []any
	for _, b := range out {
		values = append(values, b.values...)
	}
	if known.memory.holds(values...) {
		known.branches.Store(&out)
	}
	return out
}

// valuesIn counts a value and those within it.
func valuesIn(v any) int {
	n := 1
	switch v := v.(type) {
	case map[string]any:
		for _, value := range v {
			n += valuesIn(value)
		}
	case []any:
		for _, value := range v {
			n += valuesIn(value)
		}
	}
	return n
}

// copied returns a copy of a value, which who gets it may change.
func copied(v any) any {
	switch node := v.(type) {
	case map[string]any:
		out := maps.Clone(node)
		for name, value := range node {
			out[name] = copied(value)
		}
		return out
	case []any:
		out := slices.Clone(node)
		for i, value := range node {
			out[i] = copied(value)
		}
		return out
	}
	return v
}

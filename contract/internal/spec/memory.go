package spec

import "sync/atomic"

// Planning asks for a sample of the same schema again and again, and one of schemas
// that lead back to themselves ends only at the bounds of a sampling. So what was hard
// to find is remembered, in bounds: of a loaded contract, which nothing changes any
// more.
const (
	minRemembered = 100    // attempts: what took fewer is made anew
	maxRemembered = 1_000  // samples of a contract
	maxRecalled   = 10_000 // values within one of them
)

// memory is what samples of one contract have in common.
type memory struct {
	loaded bool         // the schemas are complete
	held   atomic.Int64 // samples
}

// samples are those of one schema. A copy of the schema, which may say something
// else, has them too: they are of the original alone.
type samples struct {
	of              *Schema
	memory          *memory
	least, ordinary atomic.Pointer[remembered]
}

// remembered is a sample that was found, or nil: that none was.
type remembered struct{ value any }

// remember lets samples of a schema be remembered, once the contract is loaded.
func (l *loader) remember(out *Schema) { out.samples = &samples{of: out, memory: l.memory} }

// recalled returns a sample as sample would, which begins with at.
func (s *Schema) recalled(at *sampling) any {
	if s == nil || s.samples == nil || s.samples.of != s || !s.samples.memory.loaded {
		return s.sample(at)
	}
	place := &s.samples.least
	if at.ordinary {
		place = &s.samples.ordinary
	}
	if known := place.Load(); known != nil {
		left := maxRecalled
		return copied(known.value, &left)
	}
	v := s.sample(at)
	if at.attempts < minRemembered {
		return v
	}
	left := maxRecalled
	if own := copied(v, &left); left > 0 && s.samples.memory.held.Add(1) <= maxRemembered {
		place.Store(&remembered{own})
	}
	return v
}

// copied returns a copy of a value, which who gets it may change. It counts the values
// within down, and stops at 0.
func copied(v any, left *int) any {
	if *left <= 0 {
		return nil
	}
	*left--
	switch v := v.(type) {
	case map[string]any:
		if v == nil {
			return v
		}
		out := make(map[string]any, len(v))
		for name, value := range v {
			out[name] = copied(value, left)
		}
		return out
	case []any:
		if v == nil {
			return v
		}
		out := make([]any, len(v))
		for i, value := range v {
			out[i] = copied(value, left)
		}
		return out
	}
	return v
}

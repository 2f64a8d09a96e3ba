package ruling

import (
	"maps"
	"slices"
	"time"

	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/spec"
)

const (
	// Margin is how far from every boundary of a rule a request keeps where the
	// document can be read in several ways, or it is not known when the request was
	// sent.
	Margin = time.Hour
	// Clearance is how far a planned request keeps from where a rule compares it
	// with now: nobody's clock is quite right.
	Clearance = time.Minute
)

// Rule is a rule with all that its readings read.
type Rule struct {
	*spec.Rule

	readings []*rule.Expression
	reads    [][]string
	usesNow  bool
	// parts are the indices of the parameters that are read, and after them that of
	// the body.
	parts []int
}

// newRule makes a rule ready. It also reads what other expressions do that limit it.
func newRule(op *spec.Operation, r *spec.Rule, limits ...*rule.Expression) *Rule {
	out := &Rule{Rule: r, readings: r.EveryReading()}
	for _, x := range slices.Concat(out.readings, limits) {
		out.usesNow = out.usesNow || x.UsesNow()
		for _, path := range x.Reads() {
			if !slices.ContainsFunc(out.reads, func(have []string) bool { return slices.Equal(have, path) }) {
				out.reads = append(out.reads, path)
			}
		}
	}
	for i, p := range op.Parameters {
		if rule.ReadsAny(out.reads, p.In, p.Name) {
			out.parts = append(out.parts, i)
		}
	}
	if rule.ReadsAny(out.reads, "body") {
		out.parts = append(out.parts, len(op.Parameters))
	}
	return out
}

// Reads gives the paths that the rule reads under any reading.
func (r *Rule) Reads() [][]string { return r.reads }

// UsesNow reports whether the rule depends on the time.
func (r *Rule) UsesNow() bool { return r.usesNow }

// Ambiguous reports whether the document can be read in several ways.
func (r *Rule) Ambiguous() bool { return len(r.readings) > 1 }

// Around gives a time, and those so much later and earlier.
func Around(at time.Time, by time.Duration) []time.Time {
	return []time.Time{at, at.Add(by), at.Add(-by)}
}

// Clocks gives the times that the clock of an implementation may show when a
// request comes that is sent now, as far as the rule depends on them.
func (r *Rule) Clocks(now time.Time) []time.Time {
	switch {
	case !r.usesNow:
		return []time.Time{now}
	case r.Ambiguous():
		return Around(now, Margin)
	}
	return Around(now, Clearance)
}

// Decide says what becomes of the rule: Kept or Broken where every reading says so
// at every time, Undecided where they differ, NotApplied where it cannot be
// evaluated.
func (r *Rule) Decide(in *rule.Input, clocks []time.Time) Decision {
	shifted := *in
	first := false
	for i, now := range clocks {
		shifted.Now = now
		for j, x := range r.readings {
			holds, err := x.Holds(&shifted)
			switch {
			case i+j > 0 && (err != nil || holds != first):
				return Undecided
			case err != nil:
				return NotApplied
			}
			first = holds
		}
	}
	if first {
		return Kept
	}
	return Broken
}

// Steady reports whether a decision stays the same when any one of the values that
// the rule reads is another: a time by a step, a number by one.
func (r *Rule) Steady(in *rule.Input, clocks []time.Time, is Decision, step time.Duration) bool {
	for _, path := range r.reads {
		part, _ := in.Part(path[0])
		for _, other := range variations(part, path[1:], step) {
			if r.Decide(in.With(path[0], other), clocks) != is {
				return false
			}
		}
	}
	return true
}

// maxMoved is how many values of one list are moved.
const maxMoved = 50

// variations gives copies of a value in which one number or time at a path, or
// below it, is moved.
func variations(v any, path []string, step time.Duration) []any {
	switch v := v.(type) {
	case time.Time:
		return []any{v.Add(step), v.Add(-step)}
	case int64:
		return []any{v + 1, v - 1}
	case float64:
		return []any{v + 1, v - 1}
	case []any:
		return inList(v, path, step)
	case map[string]any:
		return inObject(v, path, step)
	}
	return nil
}

func inList(list []any, path []string, step time.Duration) []any {
	var out []any
	for i := range list[:min(len(list), maxMoved)] {
		for _, other := range variations(list[i], path, step) {
			changed := slices.Clone(list)
			changed[i] = other
			out = append(out, changed)
		}
	}
	return out
}

func inObject(object map[string]any, path []string, step time.Duration) []any {
	names, below := slices.Sorted(maps.Keys(object)), path
	if len(path) > 0 {
		names, below = path[:1], path[1:]
	}
	var out []any
	for _, name := range names {
		inner, there := object[name]
		if !there {
			continue
		}
		for _, other := range variations(inner, below, step) {
			changed := maps.Clone(object)
			changed[name] = other
			out = append(out, changed)
		}
	}
	return out
}

package recording

import (
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/har"
	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/spec"
)

// margin is how far from every boundary of a rule a request keeps that has to be
// accepted where the document is ambiguous, and how far clocks may be apart.
const margin = time.Hour

// moments are the times that the server's clock may have shown; none when the
// recording does not tell.
type moments []time.Time

func momentsOf(e *har.Entry) moments {
	var out moments
	around := func(at time.Time) { out = append(out, at, at.Add(margin), at.Add(-margin)) }
	if at, known := e.Started(); known {
		around(at)
	}
	if at, err := http.ParseTime(har.Header(e.Response.Headers).Get("Date")); err == nil {
		around(at)
	}
	return out
}

// rule finds out how the request stands to a rule.
func (a *assessor) rule(r *spec.Rule) {
	readings := append([]*rule.Expression{r.Holds}, r.Readings...)
	reads, now := readsOf(readings)
	switch a.readable(reads) {
	case wrong: // then it is refused for that
		return
	case vague:
		a.doubt("what the rule %s reads is not certain", r.Name)
		return
	case plain:
	}
	at := a.at
	if !now {
		at = moments{time.Time{}}
	}
	holds, agreed := a.agree(readings, &a.input, at)
	switch {
	case len(at) == 0:
		a.doubt("the rule %s depends on the time, which the recording does not tell", r.Name)
	case !agreed:
		a.doubt("the readings of the rule %s differ", r.Name)
	case holds:
		a.keeps(r, readings, reads, at)
	default:
		level := a.level(r.ID)
		if r.Unit > 0 && !a.steady(readings, reads, at, false, r.Unit-1) {
			level = clause.Should // it does so by less than what the document counts in
		}
		a.breach = append(a.breach, breach{r.ID, level, "the request breaks the rule: " + r.Message})
	}
}

// keeps notes a rule that the request keeps only just.
func (a *assessor) keeps(r *spec.Rule, readings []*rule.Expression, reads [][]string, at moments) {
	switch {
	case a.steady(readings, reads, at, true, margin):
	case len(readings) > 1:
		a.doubt("the request is near to where the readings of the rule %s differ", r.Name)
	default:
		level := a.level(r.ID)
		if r.Unit > 0 {
			level = clause.Should
		}
		a.edges = append(a.edges, breach{r.ID, level, "it is near to what breaks the rule: " + r.Message})
	}
}

// readsOf gives the paths that expressions read, and whether they read the time.
func readsOf(readings []*rule.Expression) (paths [][]string, now bool) {
	for _, x := range readings {
		paths = append(paths, x.Reads()...)
		now = now || x.UsesNow()
	}
	return paths, now
}

// readable gives the least that is known of what a rule reads.
func (a *assessor) readable(paths [][]string) certainty {
	worst := plain
	note := func(c certainty) {
		if c == wrong || worst == plain {
			worst = c
		}
	}
	for _, path := range paths {
		switch {
		case path[0] == "body":
			note(a.known["body"])
		case len(path) == 1: // all of the group
			for _, p := range a.op.Parameters {
				if p.In == path[0] {
					note(a.known[key(p)])
				}
			}
		default:
			note(a.known[path[0]+" "+path[1]])
		}
	}
	return worst
}

// agree gives what all expressions say at all moments. It is false where they
// differ, or one cannot be evaluated.
func (a *assessor) agree(readings []*rule.Expression, in *rule.Input, at moments) (holds, agreed bool) {
	for i, now := range at {
		shifted := *in
		shifted.Now = now
		for j, x := range readings {
			got, err := x.Holds(&shifted)
			if err != nil || i+j > 0 && got != holds {
				return false, false
			}
			holds = got
		}
	}
	return holds, true
}

// steady reports whether expressions still hold, or still do not, when any one
// value that they read is moved: a time by a step, a number by one.
func (a *assessor) steady(readings []*rule.Expression, reads [][]string, at moments, want bool, step time.Duration) bool {
	for _, path := range reads {
		for _, in := range a.moved(path, step) {
			if holds, agreed := a.agree(readings, in, at); !agreed || holds != want {
				return false
			}
		}
	}
	return true
}

// moved gives the inputs that differ in one value at a path, or below it.
func (a *assessor) moved(path []string, step time.Duration) []*rule.Input {
	var out []*rule.Input
	root, found := a.input.Part(path[0])
	if !found {
		return nil
	}
	for _, other := range variations(root, path[1:], step) {
		out = append(out, a.input.With(path[0], other))
	}
	return out
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

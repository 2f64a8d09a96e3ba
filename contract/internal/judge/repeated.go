package judge

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// Accepted are the requests of one operation that were accepted, by their values, and by
// those that were made up and are called as what names a thing. They tell whether another one may have been refused only because it repeats what
// was accepted before: a name that is taken, a thing that is gone.
//
//nolint:recvcheck // Add alone changes it
type Accepted struct {
	values    []map[string]string
	referring [][]string
}

// maxAccepted bounds the requests of an operation that others are compared with.
const maxAccepted = 300

// Add adds the request of a verdict, if it was accepted.
func (a *Accepted) Add(v *report.Verdict) {
	if v.Accepted() && len(a.values) < maxAccepted {
		a.values = append(a.values, valuesOf(&v.Case.Request))
		a.referring = append(a.referring, v.Case.Expect.Referring)
	}
}

// Settle decides what hangs on other requests of the operation. What was left open
// until one is accepted is decided if one was. The refusal of a request that
// changes something decides nothing where it may be for values that an accepted
// request had already.
func (a Accepted) Settle(v *report.Verdict, strict bool) {
	Settle(v, a.like(&v.Case), strict)
	if !wasRefused(v) || plan.Safe(v.Case.Request.Method) {
		return
	}
	if names := a.repeats(valuesOf(&v.Case.Request)); len(names) > 0 {
		excuse(v, names, strict)
	}
}

// like reports whether a request was accepted that names, as another does, things of which
// only the target knows whether they are there.
func (a Accepted) like(c *plan.Case) bool {
	return slices.ContainsFunc(a.referring, func(names []string) bool {
		return !slices.ContainsFunc(c.Expect.Referring, func(name string) bool { return !slices.Contains(names, name) })
	})
}

// Unsettled reports whether a verdict may hang on other requests.
func Unsettled(v *report.Verdict) bool {
	return len(v.Conditional) > 0 || wasRefused(v) && !plan.Safe(v.Case.Request.Method)
}

// wasRefused reports whether a request that had to be accepted got a refusal.
func wasRefused(v *report.Verdict) bool {
	return v.Case.Expect.Outcome == plan.Accepted && !v.Accepted() && v.Exchange != nil && v.Exchange.Status/100 == 4
}

// repeats names the values for which a request may have been refused since an
// accepted one had them: the fewest that no two accepted requests have together.
// Where two have them, they need not be new.
func (a Accepted) repeats(values map[string]string) []string {
	var fewest []string
	for i := range a.values {
		shared := common(values, a.values[i])
		if len(shared) == 0 || fewest != nil && len(shared) >= len(fewest) {
			continue
		}
		if !a.again(i, shared, values) {
			fewest = shared
		}
	}
	return fewest
}

// again reports whether an accepted request other than the i-th has some values.
func (a Accepted) again(i int, names []string, values map[string]string) bool {
	for j, other := range a.values {
		if j != i && !slices.ContainsFunc(names, func(name string) bool { return other[name] != values[name] }) {
			return true
		}
	}
	return false
}

// common names the values that are the same in two requests, sorted.
func common(a, b map[string]string) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(a)) {
		if value, ok := b[name]; ok && value == a[name] {
			out = append(out, name)
		}
	}
	return out
}

// maxNamed is how many values a reason names.
const maxNamed = 3

// excuse takes the charge for its status from a verdict, and says why. It stays
// conditional: the answers of other shards may decide it. Where the case's clause is about
// an accepted answer, the status is charged to another: it is told by what is expected.
func excuse(v *report.Verdict, names []string, strict bool) {
	kept := v.Findings[:0:0]
	for _, f := range v.Findings {
		if f.Clause == v.Case.Clause || f.Expected == wanted(&v.Case) {
			v.Conditional = append(v.Conditional, f)
		} else {
			kept = append(kept, f)
		}
	}
	if len(v.Conditional) == 0 {
		return
	}
	v.Findings = kept
	v.Exercised = slices.DeleteFunc(slices.Clone(v.Exercised), func(id string) bool {
		return slices.ContainsFunc(v.Conditional, func(f report.Finding) bool { return f.Clause == id })
	})
	if v.Outcome = outcome(kept, strict); v.Outcome == report.Pass {
		v.Outcome, v.Reason = report.Undecided, repeatedReason(v.Exchange.Status, names)
	}
}

func repeatedReason(status int, names []string) string {
	what := strings.Join(names[:min(len(names), maxNamed)], ", ")
	if more := len(names) - maxNamed; more > 0 {
		what += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("the answer is %d, and a request with the same %s was accepted before: if that must be new each time, "+
		"give it under values in the target file, such as test-{{unique}}", status, what)
}

// valuesOf gives the values of a request that may have to be new, by their places:
// those of its path, and texts in its body. What is new in each request is not among
// them.
func valuesOf(r *plan.Request) map[string]string {
	out := map[string]string{}
	for _, p := range r.Parameters {
		if p.In == "path" {
			note(out, p.Name+" (path)", p.Value)
		}
	}
	if r.Body != nil {
		texts(out, "body", r.Body.Value)
	}
	return out
}

// texts adds the texts that a value of a body holds, member by member. Those in lists
// are left out.
func texts(out map[string]string, name string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for member, value := range v {
			texts(out, name+"."+member, value)
		}
	case string, plan.Template:
		note(out, name, value)
	}
}

// note adds a value, unless it is new in each request.
func note(out map[string]string, name string, value any) {
	if v, is := value.(plan.Template); is && v.At(time.Time{}, "a") != v.At(time.Time{}, "b") {
		return
	}
	if text, err := json.Marshal(value); err == nil {
		out[name] = string(text)
	}
}

package report

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/plan"
)

// cause is what several cases have in common: they broke clauses of one kind, with
// one answer, or have one reason.
type cause struct {
	word Outcome
	// about is what is wrong, in one line: the findings of the first case, without
	// the names of what differs between the cases.
	about    []string
	verdicts []*Verdict // in plan order
	clauses  map[string]bool
}

// operations counts the operations of the cases.
func (c *cause) operations() int {
	seen := map[string]bool{}
	for _, v := range c.verdicts {
		seen[v.Case.Operation] = true
	}
	return len(seen)
}

// causes gives everything that went wrong, in the order of the plan.
func (r *Report) causes() []*cause {
	var all []*cause
	for _, outcome := range wrong {
		all = append(all, causesOf(r.Verdicts, outcome)...)
	}
	return all
}

// worstFirst orders causes by how much they count, and those of most cases first.
func worstFirst(all []*cause) {
	slices.SortStableFunc(all, func(a, b *cause) int {
		return cmp.Or(cmp.Compare(rank(a.word), rank(b.word)), cmp.Compare(len(b.verdicts), len(a.verdicts)))
	})
}

// causesOf groups the verdicts of an outcome. A verdict with several things wrong
// counts for the cause of each. Causes that the very same cases have are one.
func causesOf(verdicts []Verdict, outcome Outcome) []*cause {
	type key struct {
		word Outcome
		text string
	}
	var order []*cause
	found := map[key]*cause{}
	add := func(v *Verdict, word Outcome, text, id string) {
		k := key{word, text}
		c := found[k]
		if c == nil {
			c = &cause{word: word, about: []string{text}, clauses: map[string]bool{}}
			found[k], order = c, append(order, c)
		}
		c.clauses[id] = true
		if n := len(c.verdicts); n == 0 || c.verdicts[n-1] != v {
			c.verdicts = append(c.verdicts, v)
		}
	}
	for i := range verdicts {
		v := &verdicts[i]
		if v.Outcome != outcome {
			continue
		}
		if len(v.Findings) == 0 {
			add(v, outcome, cmp.Or(v.Reason, kindOf(v.Case.Clause, v.Case.Operation)), v.Case.Clause)
		}
		failed := slices.ContainsFunc(v.Findings, isFailure)
		for _, f := range v.Findings {
			if failed && f.Clause == v.Case.Clause && !isFailure(f) {
				continue // the internal error is the cause
			}
			add(v, wordOf(v, f), summaryOf(v, f), f.Clause)
		}
	}
	return joined(order)
}

// isFailure reports whether a finding is an internal error that nothing asked for.
func isFailure(f Finding) bool { return strings.HasSuffix(f.Clause, ".answer.unprovoked-5xx") }

// wordOf gives the outcome that a finding alone has: beside a broken must, a broken
// should fails nothing.
func wordOf(v *Verdict, f Finding) Outcome {
	fails := func(f Finding) bool { return f.Level == clause.Must }
	if v.Outcome == Fail && !fails(f) && slices.ContainsFunc(v.Findings, fails) {
		return Warn
	}
	return v.Outcome
}

// joined makes one of causes that the same cases have.
func joined(causes []*cause) []*cause {
	var out []*cause
	at := map[*Verdict][]*cause{} // by the first case
	for _, c := range causes {
		same := slices.IndexFunc(at[c.verdicts[0]], func(other *cause) bool {
			return other.word == c.word && slices.Equal(other.verdicts, c.verdicts)
		})
		if same < 0 {
			at[c.verdicts[0]] = append(at[c.verdicts[0]], c)
			out = append(out, c)
			continue
		}
		other := at[c.verdicts[0]][same]
		other.about = append(other.about, c.about...)
		for id := range c.clauses {
			other.clauses[id] = true
		}
	}
	return out
}

// summaryOf says of a finding what is the same for all that have its cause: the
// kind of the clause, what is wrong, and the answer.
func summaryOf(v *Verdict, f Finding) string {
	text := kindOf(f.Clause, v.Case.Operation) + ": "
	if refused := v.Case.Expect.Outcome == plan.Refused && v.Exchange != nil; refused && f.Clause == v.Case.Clause {
		return text + fmt.Sprintf("what must be refused was answered with %03d", v.Exchange.Status)
	}
	text += unnamed(f.Message)
	if f.Actual != "" && !strings.Contains(f.Message, "answered with") {
		text += ": " + f.Actual
	}
	return text
}

// kindOf gives the id of a clause without what names one place of one operation:
// body.*.type for createThing.body.lines.items.count.type.
func kindOf(id, operation string) string {
	parts := strings.Split(strings.TrimPrefix(id, operation+"."), ".")
	first := 1
	if parts[0] == "answer" {
		first = 2 // the status is no name
	}
	if parts[0] == "rule" || parts[0] == "answers" || len(parts) <= first+1 {
		return strings.Join(parts, ".")
	}
	return strings.Join(parts[:first], ".") + ".*." + parts[len(parts)-1]
}

// placed is the place in an answer that a message begins with; elsewhere is the
// other answer that it names at its end.
var (
	placed    = regexp.MustCompile(`^the (body's|header) \S+`)
	elsewhere = regexp.MustCompile(` in the answer to \S+`)
	several   = regexp.MustCompile(` \(and \d+ more like it\)$`)
)

// unnamed takes out of a message what differs between findings of one kind. There
// are as many messages as findings, and few that need an expression.
func unnamed(message string) string {
	if strings.HasSuffix(message, " more like it)") {
		message = several.ReplaceAllString(message, "")
	}
	if strings.Contains(message, " in the answer to ") {
		message = elsewhere.ReplaceAllString(message, " in another answer")
	}
	if strings.HasPrefix(message, "the body's ") || strings.HasPrefix(message, "the header ") {
		message = placed.ReplaceAllString(message, "the $1 …")
	}
	return message
}

package ruling

import (
	"fmt"
	"iter"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/spec"
)

// AnswerRule is a rule about successes with all that it reads, of the request and of
// the answer.
type AnswerRule struct {
	*Rule

	// Convention tells that the rule is inferred; nil where a contract states it.
	Convention *spec.Convention

	when *rule.Expression
}

func newAnswerRule(op *spec.Operation, r *spec.AnswerRule) *AnswerRule {
	out := &AnswerRule{when: r.When, Convention: r.Convention}
	var limits []*rule.Expression
	if r.When != nil {
		limits = append(limits, r.When)
	}
	out.Rule = newRule(op, r.Rule, limits...)
	return out
}

// Reply is a success as it was answered, as far as it is known.
type Reply struct {
	Status int
	Header http.Header
	// Partial tells that there may have been other headers.
	Partial bool
	// Value is that of the body, and Media what it was found to be. Read tells that the
	// body is one JSON document that was read to its end.
	Value any
	Media *spec.Media
	Read  bool
}

// Answered gives the request with a success that answers it, for answer rules to be
// applied to.
func (q *Request) Answered(s *Reply) *AnsweredRequest {
	out := &AnsweredRequest{Request: q, success: s, in: q.Input}
	out.in.Status, out.in.AnswerHeader = int64(s.Status), map[string]any{}
	if res := q.op.Response(fmt.Sprintf("%03d", s.Status)); res != nil {
		out.in.AnswerHeader = res.AnswerHeaders(s.Header)
	}
	typed := q.op.AnswerSchema()
	switch {
	case !s.Read:
		out.unread = "the answer has no JSON document that could be read to its end"
	case typed != nil && (s.Media == nil || s.Media.Schema != typed):
		out.unread = "the answer's media type is not the one whose schema the rule is written for"
	default:
		out.in.Answer = spec.Evaluable(typed.Typed(s.Value))
	}
	return out
}

// AnsweredRequest is a request and the success that answers it.
type AnsweredRequest struct {
	*Request

	success *Reply
	in      rule.Input
	unread  string // why the body cannot be read, or ""
}

// Input gives what the rule reads.
func (a *AnsweredRequest) Input() *rule.Input { return &a.in }

// Apply says what becomes of an answer rule: Kept, Broken, Undecided with the reason,
// or NotApplied where the rule is not about this success. clocks are the times that
// the server's clock may have shown.
func (a *AnsweredRequest) Apply(r *AnswerRule, clocks []time.Time) (is Decision, why string) {
	switch {
	case a.Readable(r.Rule) != Plain:
		return Undecided, "what the rule reads of the request may be read in several ways"
	case rule.ReadsAny(r.reads, "answer") && a.unread != "":
		return Undecided, a.unread
	case rule.ReadsAny(r.reads, "answerHeader") && a.success.Partial:
		return Undecided, "a recording may lack headers that the rule reads"
	case len(clocks) == 0 && r.usesNow:
		return Undecided, "the rule depends on the time, which the recording does not tell"
	case len(clocks) == 0:
		clocks = []time.Time{{}}
	}
	return r.DecideAnswer(&a.in, clocks)
}

// DecideAnswer says what becomes of the rule, of which all that it reads is known.
func (r *AnswerRule) DecideAnswer(in *rule.Input, clocks []time.Time) (is Decision, why string) {
	asked, err := r.asked(in, clocks)
	switch {
	case err != nil:
		return Undecided, "the rule could not be evaluated: " + err.Error()
	case asked == 0:
		return NotApplied, ""
	case asked < len(clocks):
		return Undecided, "whether the rule is about the answer hangs on the time"
	}
	switch is := r.Decide(in, clocks); is {
	case Kept, Broken:
		return is, ""
	case NotApplied, Undecided:
	}
	if _, err := r.Holds.Holds(in); err != nil {
		return Undecided, "the rule could not be evaluated: " + err.Error()
	}
	return Undecided, "the readings of the rule differ"
}

// asked counts the times at which the rule is about the answer.
func (r *AnswerRule) asked(in *rule.Input, clocks []time.Time) (n int, err error) {
	if r.when == nil {
		return len(clocks), nil
	}
	shifted := *in
	for _, now := range clocks {
		shifted.Now = now
		about, err := r.when.Holds(&shifted)
		if err != nil {
			return 0, err
		}
		if about {
			n++
		}
	}
	return n, nil
}

// maxOthers bounds how many other answers are looked at.
const maxOthers = 300

// Bites reports whether a rule that an answer keeps would be broken by an answer much
// like it: with other values, in another order, with more items or with fewer. What
// could not have been broken shows nothing: an empty list is always sorted.
func (a *AnsweredRequest) Bites(r *AnswerRule, clocks []time.Time) bool {
	if len(clocks) == 0 {
		clocks = []time.Time{{}}
	}
	n := 0
	for _, path := range r.reads {
		if !rule.OfAnswer(path[0]) {
			continue
		}
		part, _ := a.in.Part(path[0])
		for other := range others(part, path[1:]) {
			if n++; n > maxOthers {
				return false
			}
			if is, _ := r.DecideAnswer(a.in.With(path[0], other), clocks); is == Broken {
				return true
			}
		}
	}
	return false
}

// others gives values much like a value, in which something at a path, or below it, is
// another.
func others(v any, path []string) iter.Seq[any] {
	return func(yield func(any) bool) {
		switch v := v.(type) {
		case []any:
			otherLists(v, yield)
		case map[string]any:
			otherObjects(v, path, yield)
		default:
			for _, other := range otherScalars(v) {
				if !yield(other) {
					return
				}
			}
		}
	}
}

func otherScalars(v any) []any {
	switch v := v.(type) {
	case bool:
		return []any{!v}
	case int64:
		return []any{v + 1, v - 1, -v - 1}
	case float64:
		return []any{v + 1, v - 1, -v - 1}
	case string:
		return []any{v + "0", ""}
	case time.Time:
		return []any{v.Add(time.Hour), v.Add(-time.Hour)}
	}
	return nil
}

// otherLists gives a list with each item twice, in the other order, without its last
// item, and with its first or its last item changed.
func otherLists(list []any, yield func(any) bool) {
	if len(list) == 0 {
		return
	}
	reversed := slices.Clone(list)
	slices.Reverse(reversed)
	for _, other := range [][]any{slices.Concat(list, list), reversed, list[:len(list)-1]} {
		if !yield(other) {
			return
		}
	}
	for _, i := range slices.Compact([]int{0, len(list) - 1}) {
		for other := range others(list[i], nil) {
			changed := slices.Clone(list)
			changed[i] = other
			if !yield(changed) {
				return
			}
		}
	}
}

func otherObjects(object map[string]any, path []string, yield func(any) bool) {
	names, below := slices.Sorted(maps.Keys(object)), path
	if len(path) > 0 {
		names, below = path[:1], path[1:]
	}
	for _, name := range names {
		for other := range others(object[name], below) {
			changed := maps.Clone(object)
			changed[name] = other
			if !yield(changed) {
				return
			}
		}
	}
}

package judge

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// judgeAnswers holds a success to what the contract states of it and its request. What
// cannot be decided is charged to nobody, and upholds nothing; nor does an answer that
// could not have broken the rule, such as an empty list.
func (j *Judgment) judgeAnswers() {
	if len(j.op.Answers) == 0 || j.status[0] != '2' || j.c.Expect.Outcome != plan.Accepted || j.unrecorded() {
		return
	}
	made := j.answering[j.op.ID]
	if made == nil {
		return
	}
	var request *ruling.Request
	for _, r := range made.Answers {
		if !j.bound(r) {
			continue
		}
		if request == nil {
			if request = j.request(made); request == nil {
				return
			}
		}
		j.judgeAnswer(request.Answered(j.reply(r)), r)
	}
}

// bound reports whether the answer is held to an answer rule. What a list holds depends
// on what else the run has made until then: only the cases of the rule, for which the
// things are made that it is about, are the same in any order. What is inferred of the
// things that a run makes says nothing of others.
func (j *Judgment) bound(r *ruling.AnswerRule) bool {
	switch {
	case r.Convention == nil:
	case j.model.Clause(r.ID) == nil: // it is not to be held against anybody
		return false
	case r.Convention.Among != nil:
		return j.c.Clause == r.ID
	}
	return j.c.Clause == r.ID || j.x.Recorded != nil || !j.listing[j.op.ID]
}

func (j *Judgment) judgeAnswer(answered *ruling.AnsweredRequest, r *ruling.AnswerRule) {
	clocks := r.Clocks(j.x.Started)
	if j.x.Recorded != nil {
		clocks = ruling.Around(j.x.Started, ruling.Margin)
		if j.x.Started.IsZero() {
			clocks = nil
		}
	}
	switch is, why := answered.Apply(r, clocks); is {
	case ruling.Broken:
		if r.ID == world.ConventionID(j.op.ID, "total") && j.x.Recorded == nil && j.listing[j.op.ID] {
			j.unheld(r.ID, latelyCounted)
			return
		}
		if flag := j.grouped(r, answered, clocks); flag != "" {
			j.unheld(r.ID, "the list may be ordered by "+flag+" first")
			return
		}
		j.findAnswer(answered, r)
	case ruling.Undecided:
		j.unheld(r.ID, why)
	case ruling.Kept:
		switch {
		case j.c.Clause == r.ID && j.x.Unmade != "":
			j.unheld(r.ID, "what the rule is to be seen by could not be made: "+j.x.Unmade)
		case !answered.Bites(r, clocks):
			j.unheld(r.ID, "no answer was seen that could have broken the rule, as an empty list cannot")
		default:
			j.held(r.ID)
		}
	case ruling.NotApplied:
	}
}

func (j *Judgment) findAnswer(answered *ruling.AnsweredRequest, r *ruling.AnswerRule) {
	c := j.model.Clause(r.ID)
	if c == nil {
		return
	}
	j.add(report.Finding{
		Clause: c.ID, Level: c.Level, Message: "the answer breaks the rule: " + r.Message,
		Expected: strings.Join(strings.Fields(r.Holds.String()), " "), Actual: read(answered, r),
	})
}

// maxRead is how long the texts are that a finding shows of what a rule read.
const maxRead = 80

// read says what a rule read: values of the request, and what the answer has.
func read(answered *ruling.AnsweredRequest, r *ruling.AnswerRule) string {
	var out []string
	for _, path := range r.Reads() {
		var value any
		value, _ = answered.Input().Part(path[0])
		for _, name := range path[1:] {
			members, _ := value.(map[string]any)
			value = members[name]
		}
		var text string
		switch v := value.(type) {
		case nil:
			text = "absent"
		case []any:
			text = fmt.Sprintf("a list of %d", len(v))
		default:
			if text = spec.Text(v); len(text) > maxRead {
				text = strings.ToValidUTF8(text[:maxRead], "") + "…"
			}
		}
		out = append(out, strings.Join(path, ".")+" is "+text)
	}
	return strings.Join(out, ", ")
}

// request gives the request as it was sent; nil where it is none of the operation.
func (j *Judgment) request(op *ruling.Operation) *ruling.Request {
	u, err := url.Parse(j.x.Sent.URL)
	if err != nil {
		return nil
	}
	above := strings.Count(strings.TrimPrefix(u.EscapedPath(), "/"), "/") + 1 - len(op.Template)
	if above < 0 {
		return nil
	}
	sent := ruling.Whole(&http.Request{Method: j.x.Sent.Method, URL: u, Header: j.x.Sent.Header}, j.x.Sent.Body)
	sent.Above, sent.Clocks = above, []time.Time{j.x.Started}
	return ruling.Read(j.model, op, sent)
}

// reply gives the answer as a rule is to look at it.
func (j *Judgment) reply(r *ruling.AnswerRule) *ruling.Reply {
	out := &ruling.Reply{
		Status: j.x.Got.Status, Header: j.x.Got.Header, Partial: j.partial(), Value: j.value, Media: j.media, Read: j.readable(),
	}
	if r.Convention != nil && r.Convention.Among != nil {
		out.Value = j.among(r.Convention.Among)
	}
	return out
}

// readable reports whether the value of the body is known, and means the same to all.
func (j *Judgment) readable() bool {
	if j.document == nil || j.media == nil || j.x.Problem != nil {
		return false
	}
	_, repeated := spec.RepeatedName(j.document)
	return !repeated
}

// aboutAnswer reports whether a clause is an answer rule of the operation, or one that the
// answer decides in another way. A status says nothing of it.
func (j *Judgment) aboutAnswer(id string) bool {
	return j.c.Heed != nil || slices.ContainsFunc(j.op.Answers, func(r *spec.AnswerRule) bool { return r.ID == id })
}

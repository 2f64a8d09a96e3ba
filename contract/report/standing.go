package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/printable"
	"github.com/apiclause/clause/contract/plan"
)

// evidence is what the verdicts of a run say of its clauses.
type evidence struct {
	cases     map[string]int      // clause -> verdicts on cases that enforce it
	reasons   map[string][]string // clause -> why cases of it got none
	unplanned map[string]string   // clause -> why it has no case
	held      map[string]bool     // clause -> an answer was held to it
	broken    map[string][]string // clause -> cases
	blocked   map[string]bool     // clause -> a case of it got no answer, or an internal error
	statuses  map[string][]string // operation -> statuses seen
	listed    map[string][]string // operation -> statuses documented
	secured   map[string]bool     // operation -> the contract asks for credentials
}

func survey(verdicts []Verdict, untested []plan.Untested, clauses []*clause.Clause) *evidence {
	e := &evidence{
		cases: map[string]int{}, reasons: map[string][]string{}, unplanned: map[string]string{},
		held: map[string]bool{}, blocked: map[string]bool{}, broken: map[string][]string{},
		statuses: map[string][]string{}, listed: map[string][]string{}, secured: map[string]bool{},
	}
	for _, u := range untested {
		e.unplanned[u.Clause] = u.Reason
	}
	for _, c := range clauses {
		e.secured[c.Operation] = e.secured[c.Operation] || placeOf(c) == "security"
		if status, _, ok := answerStatus(c); ok && !slices.Contains(e.listed[c.Operation], status) {
			e.listed[c.Operation] = append(e.listed[c.Operation], status)
		}
	}
	for i := range verdicts {
		e.add(&verdicts[i])
	}
	return e
}

func (e *evidence) add(v *Verdict) {
	c := &v.Case
	switch v.Outcome {
	case Skip, Undecided:
		e.untried(c.Clause, v.Reason)
	case Error:
		e.untried(c.Clause, v.Reason)
		e.blocked[c.Clause] = true
	default:
		e.cases[c.Clause]++
		if status := beside(v); status != 0 {
			e.untried(c.Clause, fmt.Sprintf("a request that tries it was answered with %d, which decides nothing about it", status))
			e.blocked[c.Clause] = e.blocked[c.Clause] || status >= 500
		}
	}
	e.addHeld(v)
	for _, f := range v.Findings {
		if by := e.broken[f.Clause]; len(by) == 0 || by[len(by)-1] != c.ID {
			e.broken[f.Clause] = append(e.broken[f.Clause], c.ID)
		}
	}
	if v.Exchange != nil && v.Exchange.Status != 0 {
		status := fmt.Sprintf("%03d", v.Exchange.Status)
		if !slices.Contains(e.statuses[c.Operation], status) {
			e.statuses[c.Operation] = append(e.statuses[c.Operation], status)
		}
	}
}

// addHeld notes which clauses the answer was held to, and why to some it was not.
func (e *evidence) addHeld(v *Verdict) {
	if v.Outcome != Skip && v.Outcome != Error {
		for _, id := range v.Exercised {
			e.held[id] = true
		}
	}
	for _, u := range v.Unheld {
		e.untried(u.Clause, u.Reason)
	}
}

// untried notes why a case of a clause decided nothing about it.
func (e *evidence) untried(id, reason string) {
	if !slices.Contains(e.reasons[id], reason) {
		e.reasons[id] = append(e.reasons[id], reason)
	}
}

// beside gives the status of an answer that has something wrong with it, and
// decides nothing about the clause of its case; 0 where it does.
func beside(v *Verdict) int {
	switch {
	case v.Exchange == nil, len(v.Findings) == 0, slices.Contains(v.Exercised, v.Case.Clause):
		return 0
	case v.Case.Expect.AsksToFail() && v.Exchange.Status >= 500:
		return 0 // that was asked for
	}
	return v.Exchange.Status
}

func (e *evidence) standing(c *clause.Clause) Standing {
	s := Standing{Clause: *c, Cases: e.cases[c.ID], BrokenBy: e.broken[c.ID]}
	switch {
	case len(s.BrokenBy) > 0:
		s.Stand = Violated
	case e.held[c.ID] && !e.blocked[c.ID]:
		s.Stand = Upheld
	default:
		s.Stand, s.Reason = Untested, e.why(c)
	}
	return s
}

// why gives the reason for which a clause is untested.
func (e *evidence) why(c *clause.Clause) string {
	if reasons := e.reasons[c.ID]; len(reasons) > 0 {
		text := reasons[0]
		if more := len(reasons) - 1; more > 0 {
			text += fmt.Sprintf(" (and %s)", count(more, "other reason"))
		}
		return text
	}
	if reason, ok := e.unplanned[c.ID]; ok {
		return reason
	}
	if place := placeOf(c); place == "answers" || place == "convention" {
		return "no answer of that kind was seen"
	}
	if e.cases[c.ID] > 0 {
		return "no answer to its cases could be read"
	}
	if status, rest, ok := answerStatus(c); ok {
		return e.whyAnswer(c, status, rest)
	}
	return e.whyGeneral(c)
}

// whyAnswer gives the reason for a clause about answers of a status. rest is
// what follows the status in the clause's id.
func (e *evidence) whyAnswer(c *clause.Clause, status, rest string) string {
	answer := "answer of status " + status
	if status == "default" {
		answer = "answer of a status that is not listed"
	}
	switch {
	case !e.saw(c.Operation, status):
		return "no " + answer + " was seen"
	case rest == "":
		return "status " + status + " was seen only where another was wanted"
	case rest == ".json" || rest == ".mediaType":
		return "no " + answer + " had a body that could be judged"
	case strings.HasSuffix(rest, ".distinct"):
		return "fewer than two answers had the value that it is about"
	}
	return "no " + answer + " had the value that it is about"
}

// saw reports whether an answer of a documented status, range or default came.
func (e *evidence) saw(operation, status string) bool {
	return slices.ContainsFunc(e.statuses[operation], func(seen string) bool {
		exact, ranged := slices.Contains(e.listed[operation], seen), slices.Contains(e.listed[operation], seen[:1]+"XX")
		switch {
		case status == "default":
			return !exact && !ranged
		case strings.HasSuffix(status, "XX"):
			return !exact && status[0] == seen[0]
		}
		return status == seen
	})
}

// whyGeneral gives the reason for a clause about all answers of an operation.
func (e *evidence) whyGeneral(c *clause.Clause) string {
	name := c.ID[strings.LastIndexByte(c.ID, '.')+1:]
	switch {
	case !strings.HasPrefix(c.ID, c.Operation+".answer."):
		return "no case enforces it"
	case len(e.statuses[c.Operation]) == 0:
		return "no answer was seen"
	case name == "credentials" && !e.secured[c.Operation]:
		return "the operation takes no credentials that an answer could give away"
	case name == "credentials":
		return "no credential of 8 or more characters was in use"
	case name == "duplicate-names":
		return "no answer held a JSON document"
	}
	return "no answer was held to it"
}

// answerStatus gives the status that a clause about answers is for, and what
// follows it in the clause's id.
func answerStatus(c *clause.Clause) (status, rest string, ok bool) {
	place, ok := strings.CutPrefix(c.ID, c.Operation+".answer.")
	if !ok {
		return "", "", false
	}
	status, rest = place, ""
	if i := strings.IndexByte(place, '.'); i >= 0 {
		status, rest = place[:i], place[i:]
	}
	if status == "default" || len(status) == 3 && strings.HasSuffix(status, "XX") {
		return status, rest, true
	}
	_, err := strconv.Atoi(status)
	return status, rest, err == nil
}

// count gives a number and its noun: "1 case", "2 cases".
func count(n int, noun string) string { return printable.Count(n, noun) }

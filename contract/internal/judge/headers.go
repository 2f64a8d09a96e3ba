package judge

import (
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

// judgeHeaders judges the headers that are documented for the status.
func (j *Judgment) judgeHeaders() {
	if j.res == nil {
		return
	}
	for p := range j.res.HeadersToHold() {
		j.judgeHeader(p, j.x.Got.Header.Values(p.Name))
	}
}

func (j *Judgment) judgeHeader(p *spec.Parameter, lines []string) {
	if len(lines) == 0 && j.partial() {
		return
	}
	if p.Required {
		j.held(p.ID + ".required")
	}
	if len(lines) == 0 {
		if p.Required {
			j.findf(p.ID+".required", "the answer has no header %s", p.Name)
		}
		return
	}
	value, violations, readable := p.ReadHeader(lines)
	if !readable {
		return
	}
	if p.JSON {
		j.held(p.ID + ".json")
	} else if p.JSONHeader(strings.Join(lines, ", ")) != nil {
		j.note("the header " + p.Name + " is written as JSON: content would say so in the contract")
	}
	for s := p.Schema; s != nil && !p.JSON; s = s.Items {
		for _, id := range j.keywords[s] {
			j.exercised[id] = true
		}
	}
	if value != nil {
		(&walk{see: j.kept}).visit(p.Schema, value)
	}
	for _, v := range violations {
		j.findf(v.Clause, "the header %s%s %s", p.Name, within(v.Where), v.Message)
	}
}

// within names a place in the value of a header after the header's name.
func within(where string) string {
	if where == "" || where[0] == '[' {
		return where
	}
	return "." + where
}

// partial reports whether the answer may have had headers that are not there.
func (j *Judgment) partial() bool { return j.x.Recorded != nil && j.x.Recorded.Partial }

package judge

import (
	"net/http"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

// judged reports whether a header is judged as it is documented: OpenAPI ignores
// the first of these, and the others belong to the connection, whose library
// takes them away.
func judged(name string) bool {
	switch name {
	case "Content-Type", "Transfer-Encoding", "Trailer", "Connection":
		return false
	}
	return true
}

const typeArray = "array"

// judgeHeaders judges the headers that are documented for the status.
func (j *Judgment) judgeHeaders() {
	if j.res == nil {
		return
	}
	for _, p := range j.res.Headers {
		name := http.CanonicalHeaderKey(p.Name)
		if judged(name) {
			j.judgeHeader(p, name, j.x.Got.Header.Values(name))
		}
	}
}

func (j *Judgment) judgeHeader(p *spec.Parameter, name string, lines []string) {
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
	if !textual(p.Schema) {
		return
	}
	for s := p.Schema; s != nil; s = s.Items {
		for _, id := range j.keywords[s] {
			j.exercised[id] = true
		}
	}
	for _, value := range headerValues(p, name, lines) {
		_, violations := p.Decode(value)
		for _, v := range violations {
			j.findf(v.Clause, "the header %s%s %s", p.Name, v.Where, v.Message)
		}
	}
}

// partial reports whether the answer may have had headers that are not there.
func (j *Judgment) partial() bool { return j.x.Recorded != nil && j.x.Recorded.Partial }

// textual reports whether the text of a header can be held to a schema: objects
// and composed schemas have more than one way to be written there.
func textual(s *spec.Schema) bool {
	if s == nil || s.Composed != nil || s.Object() {
		return false
	}
	return s.Type != typeArray || s.Items == nil || s.Items.Type != typeArray && textual(s.Items)
}

// headerValues gives the values of a header from its lines, each as its elements.
// Several lines mean the same as one with commas (RFC 9110, section 5.3), but for
// Set-Cookie.
func headerValues(p *spec.Parameter, name string, lines []string) [][]string {
	if name == "Set-Cookie" && p.Schema.Type != typeArray {
		values := make([][]string, len(lines))
		for i, line := range lines {
			values[i] = []string{line}
		}
		return values
	}
	value, err := p.Style().Read(nil, strings.Join(lines, ", "))
	if err != nil {
		return nil // nothing in a header is encoded
	}
	return [][]string{value}
}

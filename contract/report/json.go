package report

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/plan"
)

// Schema is the JSON Schema (draft 2020-12) of what JSON writes.
//
//go:embed report.schema.json
var Schema []byte

// large is the number of verdicts from which a report has a verdict or clause a line,
// and is abridged.
const large = 5000

// JSON writes a report for machines, in the form of Schema. It writes one verdict
// after the other: an endpoint can make each of them long.
//
// Of a run of thousands of cases most exchanges are like another. Such a report has
// the first of those alike in full, and of the others what became of them: a reader
// who wants every byte records the exchanges. A report on a shard is whole, so that
// it can be joined with the others.
func JSON(w io.Writer, r *Report) error {
	frame := *r
	frame.Clauses, frame.Verdicts = []Standing{}, []Verdict{}
	style := listStyle{prefix: "    ", indent: "  "}
	standing := func(i int) any { return &r.Clauses[i] }
	verdict := func(i int) any { return &r.Verdicts[i] }
	if len(r.Verdicts) > large {
		style = listStyle{}
		if likes := likenesses(r); r.Shard == nil && likes != nil {
			frame.SchemaVersion = AbridgedVersion
			standing = func(i int) any { return abridgedStanding(&r.Clauses[i]) }
			verdict = func(i int) any { return abridged(&r.Verdicts[i], likes[i]) }
		}
	}
	around, err := indented(&frame, "", "  ")
	if err != nil {
		return err
	}
	// A text has no line breaks in JSON, so that these are the members of the report.
	before, rest, _ := bytes.Cut(around, []byte("\n  \"clauses\": []"))
	between, after, _ := bytes.Cut(rest, []byte("\n  \"verdicts\": []"))
	out := bufio.NewWriter(w)
	_, _ = out.Write(before) // out keeps the first error
	err = style.write(out, "clauses", len(r.Clauses), standing)
	_, _ = out.Write(between)
	if err == nil {
		err = style.write(out, "verdicts", len(r.Verdicts), verdict)
	}
	_, _ = fmt.Fprintf(out, "%s\n", after)
	if err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the JSON report: %w", err)
	}
	return nil
}

// listStyle is how the elements of a list are written; the zero value has each on a
// line.
type listStyle struct{ prefix, indent string }

// write writes a member of the report that is a list.
func (s listStyle) write(out *bufio.Writer, name string, n int, element func(i int) any) error {
	_, _ = fmt.Fprintf(out, "\n  %q: [", name)
	for i := range n {
		text, err := indented(element(i), s.prefix, s.indent)
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(out, "%s\n%s%s", map[bool]string{true: ","}[i > 0], s.prefix, text)
	}
	_, _ = fmt.Fprintf(out, "%s]", map[bool]string{true: "\n  "}[n > 0])
	return nil
}

func indented(v any, prefix, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if indent != "" {
		e.SetIndent(prefix, indent)
	}
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("write the JSON report: %w", err)
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// likenesses gives for each verdict the case of the first that is alike; "" where it
// is written in full: the first of those alike, and the first of each outcome in
// each operation. It is nil when all are.
func likenesses(r *Report) []string {
	out, some := make([]string, len(r.Verdicts)), false
	first, in := map[string]string{}, map[string]bool{}
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		if out[i] = v.Like; v.Like == "" {
			key, outcome := likenessOf(v), v.Case.Operation+"\x00"+string(v.Outcome)
			if id, known := first[key]; !known {
				first[key] = v.Case.ID
			} else if in[outcome] {
				out[i] = id
			}
			in[outcome] = true
		}
		some = some || out[i] != ""
	}
	if !some {
		return nil
	}
	return out
}

// likenessOf is the same for verdicts that expected the same, and have the same
// things wrong with the same answer. What passed is alike if it got the same status.
func likenessOf(v *Verdict) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\x00%s\x00%s\x00", v.Outcome, v.Reason, v.Case.Expect.Wanted())
	for _, f := range v.Findings {
		fmt.Fprintf(&b, "%s\x00", summaryOf(v, f))
	}
	if x := v.Exchange; x != nil {
		fmt.Fprintf(&b, "%d\x00%s", x.Status, x.Problem)
		if v.Outcome != Pass {
			b.WriteString("\x00" + x.ResponseBody)
		}
	}
	return b.String()
}

// The members of a verdict that is abridged.
type (
	abridgedVerdict struct {
		Case     abridgedCase      `json:"case"`
		Outcome  Outcome           `json:"outcome"`
		Reason   string            `json:"reason,omitempty"`
		Findings []Finding         `json:"findings,omitempty"`
		Notes    []string          `json:"notes,omitempty"`
		Exchange *abridgedExchange `json:"exchange,omitempty"`
		Like     string            `json:"like"`
	}
	abridgedCase struct {
		ID        string         `json:"id"`
		Operation string         `json:"operation"`
		Clause    string         `json:"clause"`
		Level     clause.Level   `json:"level"`
		Technique plan.Technique `json:"technique"`
		Expect    plan.Expect    `json:"expect"`
		Skip      string         `json:"skip,omitempty"`
	}
	abridgedExchange struct {
		Status  int     `json:"status,omitempty"`
		Elapsed float64 `json:"elapsedSeconds"`
	}
)

// abridged gives what is written of a verdict that is like that on another case, or
// the whole verdict where there is none.
func abridged(v *Verdict, like string) any {
	if like == "" {
		return v
	}
	return abridgedAs(v, like)
}

// abridgedAs gives what is written of a verdict that is not written in full.
func abridgedAs(v *Verdict, like string) *abridgedVerdict {
	c := v.Case
	out := &abridgedVerdict{
		Case:    abridgedCase{c.ID, c.Operation, c.Clause, c.Level, c.Technique, plan.Expect{Outcome: c.Expect.Outcome}, c.Skip},
		Outcome: v.Outcome, Reason: v.Reason, Findings: slices.Clone(v.Findings), Notes: v.Notes, Like: like,
	}
	if c.Expect.Outcome == plan.Accepted { // else nobody could tell whether it was
		out.Case.Expect.Statuses = c.Expect.Statuses
	}
	if x := v.Exchange; x != nil {
		out.Exchange = &abridgedExchange{x.Status, x.Elapsed}
	}
	for i := range out.Findings {
		if f := &out.Findings[i]; f.Clause == c.Clause {
			f.Expected, f.Actual = "", "" // the case and the status say it
		}
	}
	return out
}

// abridgedStanding gives a clause without BrokenBy, which the findings have.
func abridgedStanding(s *Standing) any {
	out := *s
	out.BrokenBy = nil
	return &out
}

// restoreBroken finds out again which cases broke the clauses.
func restoreBroken(r *Report) {
	places := make(map[string]int, len(r.Clauses))
	for i := range r.Clauses {
		r.Clauses[i].BrokenBy = nil
		places[r.Clauses[i].ID] = i
	}
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		for _, f := range v.Findings {
			at, known := places[f.Clause]
			if !known {
				continue
			}
			c := &r.Clauses[at]
			if n := len(c.BrokenBy); n == 0 || c.BrokenBy[n-1] != v.Case.ID {
				c.BrokenBy = append(c.BrokenBy, v.Case.ID)
			}
		}
	}
}

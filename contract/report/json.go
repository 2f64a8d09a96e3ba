package report

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
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

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

// JSON writes a report for machines, in the form of Schema. It writes one verdict
// after the other: an endpoint can make each of them long.
func JSON(w io.Writer, r *Report) error {
	frame := *r
	if frame.Clauses == nil {
		frame.Clauses = []Standing{}
	}
	frame.Verdicts = []Verdict{}
	around, err := indented(&frame, "")
	if err != nil {
		return err
	}
	// A text has no line breaks in JSON, so that this is the member of the report.
	before, after, _ := bytes.Cut(around, []byte("\n  \"verdicts\": []"))
	out := bufio.NewWriter(w)
	_, _ = fmt.Fprintf(out, "%s\n  \"verdicts\": [", before) // out keeps the first error
	for i := range r.Verdicts {
		verdict, err := indented(&r.Verdicts[i], "    ")
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(out, "%s\n    %s", map[bool]string{true: ","}[i > 0], verdict)
	}
	_, _ = fmt.Fprintf(out, "%s]%s\n", map[bool]string{true: "\n  "}[len(r.Verdicts) > 0], after)
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the JSON report: %w", err)
	}
	return nil
}

func indented(v any, prefix string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent(prefix, "  ")
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("write the JSON report: %w", err)
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

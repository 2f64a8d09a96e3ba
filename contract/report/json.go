package report

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
)

// Schema is the JSON Schema (draft 2020-12) of what JSON writes.
//
//go:embed report.schema.json
var Schema []byte

// JSON writes a report for machines, in the form of Schema.
func JSON(w io.Writer, r *Report) error {
	whole := *r
	if whole.Clauses == nil {
		whole.Clauses = []Standing{}
	}
	if whole.Verdicts == nil {
		whole.Verdicts = []Verdict{}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(&whole); err != nil {
		return fmt.Errorf("write the JSON report: %w", err)
	}
	return nil
}

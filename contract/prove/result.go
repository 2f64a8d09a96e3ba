package prove

import (
	_ "embed"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// Schema is the JSON Schema (draft 2020-12) of a Result.
//
//go:embed prove.schema.json
var Schema []byte

// Result is what a proof found out about the suite.
type Result struct {
	// Tool is the name and version of what ran the proof; "" when it is not known.
	Tool     string          `json:"tool,omitempty"`
	Contract report.Contract `json:"contract"`
	// Cases is how many cases the suite has for the contract.
	Cases int `json:"cases"`
	// Good lists what the known-good implementation was charged with: nothing,
	// or the suite is wrong.
	Good     []Alarm         `json:"good"`
	Variants []VariantResult `json:"variants"`
	Faults   []FaultResult   `json:"faults"`
	// LeftOut are the operations of which no implementation can be derived.
	LeftOut []LeftOut `json:"leftOut,omitempty"`
	// Elapsed is in seconds.
	Elapsed float64 `json:"elapsedSeconds"`
}

// Alarm is a finding on an implementation that conforms.
type Alarm struct {
	Case    string       `json:"case"`
	Clause  string       `json:"clause"`
	Level   clause.Level `json:"level,omitempty"`
	Message string       `json:"message"`
}

// VariantResult is what became of a variant.
type VariantResult struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	// Warnings counts those on clauses that the variant declares.
	Warnings int     `json:"warnings"`
	Alarms   []Alarm `json:"alarms"`
}

// FaultResult is what became of a fault.
type FaultResult struct {
	Name        string       `json:"name"`
	Clause      string       `json:"clause"`
	Level       clause.Level `json:"level"`
	Class       Class        `json:"class"`
	Description string       `json:"description"`
	// Excluded says why the fault cannot be told from outside.
	Excluded string `json:"excluded,omitempty"`
	// Named tells that a case charged the implementation with the clause that
	// the fault breaks.
	Named bool `json:"named"`
	// By are the cases that noticed the fault, those first that named the
	// clause, in the order of the plan.
	By []Case `json:"by,omitempty"`

	// checks are those that made the findings.
	checks map[string]bool
}

// Case is a case that noticed a fault.
type Case struct {
	ID        string         `json:"id"`
	Technique plan.Technique `json:"technique"`
}

// Noticed tells that some case failed or warned.
func (f *FaultResult) Noticed() bool { return len(f.By) > 0 }

// Missed tells that the fault can be told from outside, and no case noticed it.
func (f *FaultResult) Missed() bool { return f.Excluded == "" && !f.Noticed() }

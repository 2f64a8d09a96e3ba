// Package clause defines the statements of a contract that an implementation
// can break: their ids, their levels, and where they come from.
//
// A clause's id is made from its place in the contract, never from a counter,
// so it stays the same when other clauses come and go:
//
//	listThings.query.limit.required
//	listThings.rule.sort-needs-field
//	listThings.answer.400.code.type
package clause

import (
	"fmt"
	"strings"
)

// Level says how binding a clause is, in the words of RFC 2119.
type Level string

const (
	// Must marks what the document states.
	Must Level = "must"
	// Should marks what the contract infers; a clause of this level carries
	// the reason in Clause.Inferred.
	Should Level = "should"
)

// Clause is one statement of the contract that an implementation can break.
type Clause struct {
	// ID is unique within a contract and consists of letters, digits, '.',
	// '_' and '-'.
	ID string `json:"id"`
	// Operation is the operationId the clause belongs to.
	Operation string `json:"operation"`
	Level     Level  `json:"level"`
	// Statement says in one sentence what an implementation has to do.
	Statement string `json:"statement"`
	// Inferred is the reason for a clause that the document does not state;
	// it is empty for a clause of level Must.
	Inferred string `json:"inferred,omitempty"`
	// Source is the place in the vendor's document, if the contract names one.
	Source Source `json:"source,omitzero"`
	// At is the place in the contract file.
	At Location `json:"at"`
}

// Sourced reports whether the contract says where the document states the clause.
func (c *Clause) Sourced() bool { return c.Source != (Source{}) }

// Source names a place in the vendor's document.
type Source struct {
	Section string `json:"section,omitempty" yaml:"section"`
	Table   string `json:"table,omitempty" yaml:"table"`
	Row     string `json:"row,omitempty" yaml:"row"`
}

// String joins the parts that are given: "URI, query parameters, limit".
func (s Source) String() string {
	parts := make([]string, 0, 3)
	for _, p := range []string{s.Section, s.Table, s.Row} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

// Location is a place in a file. Lines and columns count from 1; 0 is unknown.
type Location struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column,omitempty"`
}

// longLine is the column from which on a line alone is no place to look at: many
// descriptions are one line.
const longLine = 200

// String gives "file:line", and "file:line:column" far into a long line, as compilers do.
func (l Location) String() string {
	switch {
	case l.Line == 0:
		return l.File
	case l.Column > longLine:
		return fmt.Sprintf("%s:%d:%d", l.File, l.Line, l.Column)
	}
	return fmt.Sprintf("%s:%d", l.File, l.Line)
}

// ID joins the names of a place to a clause id. Characters other than letters,
// digits, '_' and '-' within a name become _xx, two hexadecimal digits a byte.
func ID(names ...string) string {
	var b strings.Builder
	for i, name := range names {
		if i > 0 {
			b.WriteByte('.')
		}
		for j := range len(name) {
			switch c := name[j]; {
			case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', c == '-':
				b.WriteByte(c)
			default:
				fmt.Fprintf(&b, "_%02x", c)
			}
		}
	}
	return b.String()
}

// Package compare says what a change of a contract means: which clauses are other
// than they were, and whom that breaks.
//
// A client keeps to a contract if it sends what the contract describes and allows,
// and counts on no more than what it promises of answers. An implementation keeps to
// it if it upholds what is a must. What a change breaks follows from that:
//
//	            of requests                    of answers
//	tightened   clients: what they send is     implementations: what they answer
//	            refused; implementations:      is forbidden
//	            they take what is to be refused
//	loosened    implementations: they refuse   clients: they get what was
//	            what is to be taken            never allowed
//
// Where it can be shown, a witness shows it: a request or an answer that one of the
// contracts takes and the other does not. Each was tried on both.
package compare

import (
	"slices"

	"github.com/apiclause/clause/contract/clause"
)

// Diff is what differs between two contracts.
type Diff struct {
	// Semver is what the next version is by the rules of semver.org: major if clients
	// break, minor if a must is new or implementations break, patch if else something
	// differs, none if nothing does.
	Semver Semver `json:"semver"`
	Old    Side   `json:"old"`
	New    Side   `json:"new"`
	// Changes are in the order of the new contract, what is gone after the rest of its
	// operation.
	Changes []Change `json:"changes"`
	// Cases are those that come and go.
	Cases Cases `json:"cases"`
	// Names are the exported names of the generated Go package that come, go, or are
	// declared otherwise; nil if none were compared.
	Names *Names `json:"names,omitempty"`
}

// Side is one of the contracts.
type Side struct {
	File    string `json:"file"`
	Title   string `json:"title"`
	Version string `json:"version"`
}

// Semver is a part of a version.
type Semver string

// The parts of a version.
const (
	Major Semver = "major"
	Minor Semver = "minor"
	Patch Semver = "patch"
	None  Semver = "none"
)

// Kind is what became of a clause, or of a part of the contract that has no clause.
type Kind string

// The kinds of changes.
const (
	Added     Kind = "added"
	Removed   Kind = "removed"
	Tightened Kind = "tightened"
	Loosened  Kind = "loosened"
	// Changed: it takes some more and some less, or how it differs is not known.
	Changed Kind = "changed"
	// MovedLevel: it is the same, and binds more or less.
	MovedLevel Kind = "moved-level"
)

// Broken is who is broken by a change.
type Broken string

// Those who can be broken.
const (
	Clients         Broken = "clients"
	Implementations Broken = "implementations"
)

// Change is one thing that differs.
type Change struct {
	// Clause is the id of the clause, as the new contract has it if it does; or of the
	// operation, parameter, member or answer that differs.
	Clause    string `json:"clause"`
	Operation string `json:"operation"`
	Change    Kind   `json:"change"`
	// Level is that of the clause in the new contract, or in the old where it is gone.
	Level clause.Level `json:"level"`
	// Old and New are nil where there is none.
	Old *Statement `json:"old"`
	New *Statement `json:"new"`
	// Breaks are whom it breaks; empty for nobody.
	Breaks []Broken `json:"breaks"`
	Why    string   `json:"why"`
	// Within names the part that the clause came or went with, which is a change of its
	// own.
	Within string `json:"within,omitempty"`
	// Undecided tells that nothing was found that one contract takes and the other does
	// not, though they differ in words: look at it.
	Undecided bool `json:"undecided,omitempty"`
	// Witness shows it; nil where none was made.
	Witness *Witness `json:"witness"`
	// deprecates makes it a minor version by rule 7 of semver.org.
	deprecates bool
}

// Statement is what a contract says, and where.
type Statement struct {
	Statement string          `json:"statement"`
	Level     clause.Level    `json:"level"`
	At        clause.Location `json:"at"`
}

// Witness is a request, or an answer, that one contract takes and the other does not.
type Witness struct {
	// TakenBy is "old" or "new": the other one refuses it.
	TakenBy string `json:"takenBy"`
	// Request is nil for an answer.
	Request *Request `json:"request,omitempty"`
	Answer  *Answer  `json:"answer,omitempty"`
	// Broken is what it breaks in the other contract.
	Broken string `json:"broken"`
}

// Request is what a client sends, without credentials.
type Request struct {
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    string            `json:"body,omitempty"`
}

// Answer is what an implementation answers: a body, or one header.
type Answer struct {
	Status string `json:"status"`
	Header string `json:"header,omitempty"`
	// Value is the text of the header, or the body as JSON.
	Value string `json:"value"`
}

// Cases are those of one plan and not of the other, by their ids.
type Cases struct {
	Come []string `json:"come"`
	Go   []string `json:"go"`
}

// Names are exported names.
type Names struct {
	Added   []string `json:"added"`
	Removed []string `json:"removed"`
	// Changed are declared otherwise.
	Changed []string `json:"changed"`
}

// Empty reports whether nothing differs.
func (d *Diff) Empty() bool { return len(d.Changes) == 0 && d.Names.none() }

// none reports whether no name differs.
func (n *Names) none() bool { return n == nil || len(n.Added)+len(n.Removed)+len(n.Changed) == 0 }

// Count gives how many changes break somebody. What came or went with another change
// is not counted beside that.
func (d *Diff) Count(who Broken) int {
	n := 0
	for i := range d.Changes {
		if d.Changes[i].Within == "" && d.Changes[i].BreaksSome(who) {
			n++
		}
	}
	return n
}

// Undecided gives how many changes nobody could decide.
func (d *Diff) Undecided() int {
	n := 0
	for i := range d.Changes {
		if d.Changes[i].Undecided {
			n++
		}
	}
	return n
}

// BreaksSome reports whether the change breaks clients, or implementations.
func (c *Change) BreaksSome(who Broken) bool { return slices.Contains(c.Breaks, who) }

// next gives the next version.
func (d *Diff) next() Semver {
	feature := d.Undecided() > 0
	for i := range d.Changes {
		c := &d.Changes[i]
		feature = feature || len(c.Breaks) > 0 || c.deprecates || c.Change == Added && c.Level == clause.Must
	}
	switch {
	case len(d.Changes) == 0 && d.Names.none():
		return None
	case d.Count(Clients) > 0:
		return Major
	case feature:
		return Minor
	}
	return Patch
}

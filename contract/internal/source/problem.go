package source

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
)

// Severity says how much a problem matters.
type Severity uint8

const (
	// Note is about the description and costs nothing.
	Note Severity = iota
	// Warning is about something that was left out or read otherwise than it
	// stands there; Problem.Cost says what that costs.
	Warning
	// Fatal is why a description could not be read at all.
	Fatal
)

// String returns "note", "warning" or "error".
func (s Severity) String() string { return [...]string{"note", "warning", "error"}[s] }

// Problem is one thing wrong with a description.
type Problem struct {
	Severity Severity
	At       clause.Location
	// Pointer is the JSON pointer of the place, in the tree that the step that
	// found the problem works on; "" is the root, or unknown.
	Pointer string
	// Message says what is wrong and, where that helps, what to write instead.
	Message string
	// Cost says what is left out, or how it is read instead; it can be empty.
	Cost string
}

// String returns "file:line:column: message; cost" as one line.
func (p Problem) String() string {
	var b strings.Builder
	if at := p.At; at.File != "" {
		b.WriteString(at.File)
		if at.Line > 0 {
			fmt.Fprintf(&b, ":%d", at.Line)
			if at.Column > 0 {
				fmt.Fprintf(&b, ":%d", at.Column)
			}
		}
		b.WriteString(": ")
	}
	b.WriteString(p.Message)
	if p.Cost != "" {
		b.WriteString("; " + p.Cost)
	}
	return b.String()
}

// Error is why a description could not be read: a Problem as an error.
type Error struct{ Problem }

// Error returns Problem.String.
func (e *Error) Error() string { return e.String() }

func fatal(at clause.Location, format string, args ...any) *Error {
	return &Error{Problem{Severity: Fatal, At: at, Message: oneLine(fmt.Sprintf(format, args...))}}
}

// maxProblems is how many are kept: a large file can have as many as it has
// values, and no one reads them.
const maxProblems = 2000

// problems collects what is found on the way.
type problems struct {
	all []Problem
	// Dropped counts those beyond maxProblems.
	dropped int
	offered int // how often a name was looked for
	// strict is for a file of our own: nothing is read otherwise than it stands
	// there, so what would be a warning is an error.
	strict bool
	seen   map[Problem]bool
}

func (p *problems) add(problem Problem) {
	if p == nil {
		return
	}
	if p.strict && problem.Severity == Warning {
		problem.Severity, problem.Cost = Fatal, ""
	}
	problem.Message, problem.Cost = oneLine(problem.Message), oneLine(problem.Cost)
	if p.seen[problem] {
		return
	}
	if len(p.all) >= maxProblems {
		p.dropped++
		return
	}
	if p.seen == nil {
		p.seen = map[Problem]bool{}
	}
	p.seen[problem] = true
	p.all = append(p.all, problem)
}

// full reports whether no more problems are kept: nothing need be found out for one.
func (p *problems) full() bool { return len(p.all) >= maxProblems || p.offered > 2*maxProblems }

// didYouMean is DidYouMean for a problem that is kept.
func (p *problems) didYouMean(name string, known []string) string {
	if p.full() {
		return "look the name up"
	}
	p.offered++
	return DidYouMean(name, known)
}

// offer returns the end of a message that offers a known name, or "".
func (p *problems) offer(name string, known []string) string {
	if p.full() {
		return ""
	}
	p.offered++
	if n := clause.Nearest(name, known[:min(len(known), maxKnown)]); n != "" {
		return ": did you mean " + quote(n) + "?"
	}
	return ""
}

// sorted returns the problems by place, those of the first file first.
func (p *problems) sorted(first string) []Problem {
	slices.SortStableFunc(p.all, func(a, b Problem) int {
		if a.At.File != b.At.File {
			if a.At.File == first {
				return -1
			}
			if b.At.File == first {
				return 1
			}
		}
		return cmp.Or(strings.Compare(a.At.File, b.At.File), a.At.Line-b.At.Line, a.At.Column-b.At.Column)
	})
	if p.dropped > 0 {
		return append(p.all, Problem{Severity: Note, At: clause.Location{File: first}, Message: fmt.Sprintf("%d more problems are not shown", p.dropped)})
	}
	return p.all
}

// maxMessage bounds a message, in bytes: it can quote names from the file.
const maxMessage = 400

// oneLine makes a message of one line that no terminal takes for commands.
func oneLine(text string) string {
	if len(text) > maxMessage {
		text = strings.ToValidUTF8(text[:maxMessage], "") + "..."
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, text)
}

// quote writes a name from a file for a message.
func quote(name string) string {
	const most = 80
	if len(name) > most {
		name = strings.ToValidUTF8(name[:most], "") + "..."
	}
	return `"` + name + `"`
}

// location is short for what problems have.
type location = clause.Location

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// The bounds of offering a name: it has to be found soon, and to be read.
const (
	maxOffered = 12
	maxKnown   = 500
)

// DidYouMean offers the nearest known name, or lists them when none is near.
func DidYouMean(name string, known []string) string {
	if n := clause.Nearest(name, known); n != "" {
		return fmt.Sprintf("did you mean %s?", quote(n))
	}
	switch {
	case len(known) == 0:
		return "there are none here"
	case len(known) > maxOffered:
		return fmt.Sprintf("known here: %s and %d more", strings.Join(known[:maxOffered], ", "), len(known)-maxOffered)
	default:
		return "known here: " + strings.Join(known, ", ")
	}
}

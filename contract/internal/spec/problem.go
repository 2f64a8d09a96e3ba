package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/apiclause/clause/contract/clause"
)

// Problem is one thing wrong with a contract, where it is, and what to do.
type Problem struct {
	At      clause.Location
	Message string
}

// String gives "file:line: message".
func (p Problem) String() string { return p.At.String() + ": " + p.Message }

// Problems is every problem of a contract, in file order, as one error.
type Problems []Problem //nolint:errname // it is a list of problems before it is an error

// Error gives one problem a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// sorted orders by place and drops repetitions, which a component that is used
// in several places brings.
func (p Problems) sorted() Problems {
	slices.SortStableFunc(p, func(a, b Problem) int {
		if a.At.Line != b.At.Line {
			return a.At.Line - b.At.Line
		}
		return cmp.Or(a.At.Column-b.At.Column, strings.Compare(a.Message, b.Message))
	})
	return slices.Compact(p)
}

// maxProblems is how many are told: more are of no use to anyone.
const maxProblems = 100

func (l *loader) problem(at clause.Location, format string, args ...any) {
	if len(l.problems) < maxProblems {
		l.problems = append(l.problems, Problem{At: at, Message: fmt.Sprintf(format, args...)})
	}
}

func (l *loader) warn(at clause.Location, format string, args ...any) {
	if len(l.warnings) < maxProblems {
		l.warnings = append(l.warnings, Problem{At: at, Message: fmt.Sprintf(format, args...)})
	}
}

// The bounds of offering a name: it has to be found soon, and to be read.
const (
	maxOffered = 20
	maxKnown   = 500
	maxName    = 60 // bytes; no name is longer
)

// nearest gives the known name that a misspelt one most likely means, or "".
func nearest(name string, known []string) string {
	if len(name) > maxName {
		return ""
	}
	best, bestDistance := "", len(name)/2+1
	for _, k := range known[:min(len(known), maxKnown)] {
		switch {
		case len(k) > maxName:
			continue
		case strings.EqualFold(name, k) && name != k, len(name) >= 3 && strings.HasPrefix(k, name) && name != k:
			return k
		}
		if d := distance(name, k); d < bestDistance {
			best, bestDistance = k, d
		}
	}
	return best
}

// distance is the number of letters to insert, remove or replace to make one
// name of the other.
func distance(a, b string) int { return levenshtein.ComputeDistance(a, b) }

// didYouMean offers the nearest known name, or lists them all when none is near.
func didYouMean(name string, known []string) string {
	if n := nearest(name, known); n != "" {
		return fmt.Sprintf("did you mean %q?", n)
	}
	if len(known) == 0 {
		return "there are none here"
	}
	if len(known) > maxOffered {
		return fmt.Sprintf("known here: %s and %d more", strings.Join(known[:maxOffered], ", "), len(known)-maxOffered)
	}
	return "known here: " + strings.Join(known, ", ")
}

package document

import (
	"fmt"

	"github.com/agnivade/levenshtein"
)

const (
	// maxCandidates and maxCompared bound the search for a name that was meant.
	maxCandidates = 1000
	maxCompared   = 64
)

// nearest gives the index of the candidate that differs least from a name, the
// first of equals, or -1 without candidates.
func nearest(name string, candidates []string) int {
	best, least := -1, 0
	for i, c := range candidates[:min(len(candidates), maxCandidates)] {
		if d := distance(fold(name), fold(c)); best < 0 || d < least {
			best, least = i, d
		}
	}
	return best
}

// near also wants the candidate to be alike: at most a third of it differs.
func near(name string, candidates []string) int {
	i := nearest(name, candidates)
	if i < 0 || 3*distance(fold(name), fold(candidates[i])) > max(3, len(name)) {
		return -1
	}
	return i
}

// distance is the number of letters to insert, remove or replace to make one
// name of the other, as far as it is compared.
func distance(a, b string) int {
	return levenshtein.ComputeDistance(a[:min(len(a), maxCompared)], b[:min(len(b), maxCompared)])
}

// count gives "1 cell" or "3 cells".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

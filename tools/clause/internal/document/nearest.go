package document

import (
	"fmt"
	"slices"

	"github.com/apiclause/clause/contract/clause"
)

// maxCandidates bounds the search for a name that was meant.
const maxCandidates = 1000

// nearest gives the index of the candidate that a misspelt name most likely means,
// or -1 if none is near.
func nearest(name string, candidates []string) int {
	names := make([]string, min(len(candidates), maxCandidates))
	for i := range names {
		names[i] = fold(candidates[i])
	}
	return slices.Index(names, clause.Nearest(fold(name), names))
}

// count gives "1 cell" or "3 cells".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

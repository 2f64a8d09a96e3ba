package document

import "fmt"

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

// distance is Levenshtein's.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	x, y = x[:min(len(x), maxCompared)], y[:min(len(y), maxCompared)]
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j, s := range y {
			change := diagonal
			if r != s {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(y)]
}

// count gives "1 cell" or "3 cells".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

package clause

import (
	"strings"
)

// The bounds of a search for the name that was meant: it has to end soon, whatever
// a file holds.
const (
	maxName = 200       // bytes; no name is longer
	maxWork = 1_000_000 // pairs of letters that are compared
)

// Nearest returns the known id, or other name, that a misspelt one most likely
// means: the one that differs in the fewest letters, the first of equals, or else
// the first that has a piece more, in the middle or at an end. It returns "" if none
// is near: a third of the letters may differ, or two letters, but never more than
// half of them. Upper and lower case are the same, and '-', '_' and '.' do not count.
func Nearest(name string, known []string) string {
	given := folded(name)
	if len(given) == 0 || len(name) > maxName {
		return ""
	}
	best, least, longer := "", max(len(given)/3, min(2, len(given)/2))+1, ""
	work := 0
	for _, k := range known {
		if len(k) > maxName {
			continue
		}
		a, b := withoutCommonEnds(given, folded(k))
		if longer == "" && len(a) == 0 && len(given) >= 3 {
			longer = k
		}
		if len(a)-len(b) >= least || len(b)-len(a) >= least {
			continue
		}
		if work += len(a) * len(b); work > maxWork {
			break
		}
		if d := distance(a, b); d < least {
			best, least = k, d
		}
	}
	if best == "" {
		return longer
	}
	return best
}

var joiners = strings.NewReplacer("_", "", "-", "", ".", "")

func folded(name string) []rune { return []rune(joiners.Replace(strings.ToLower(name))) }

// withoutCommonEnds takes away what two names begin and end with.
func withoutCommonEnds(a, b []rune) ([]rune, []rune) {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return a, b
}

// distance is the least number of letters to insert, remove or replace, and of
// neighbours to swap, to make one name of the other.
func distance(a, b []rune) int {
	var twoAbove []int
	above := make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := range a {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range b {
			replaced := above[j]
			if a[i] != b[j] {
				replaced++
			}
			row[j+1] = min(above[j+1]+1, row[j]+1, replaced)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], twoAbove[j-1]+1)
			}
		}
		twoAbove, above = above, row
	}
	return above[len(b)]
}

package rule

import (
	"cmp"
	"slices"
	"strings"
)

// item is the path segment that stands for every item of a list.
const item = "[]"

// keywords are CEL's tokens that look like identifiers. Its reserved words, such
// as package, may follow a dot and are no trouble.
var keywords = []string{"false", "in", "null", "true"}

// key is the name by which a rule calls a member: the name itself where CEL can
// write it, plainly or in backticks, else the alias.
func key(name string) string {
	for i := range len(name) {
		if !isWord(name[i]) && !strings.ContainsRune(".-/ ", rune(name[i])) {
			return alias(name)
		}
	}
	return name
}

func alias(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < 0x80 && isWord(byte(r)) {
			return r
		}
		return '_'
	}, name)
	if isDigit(plain[0]) {
		return "_" + plain
	}
	return plain
}

// spell writes a member's name as a rule does.
func spell(name string) string {
	k := key(name)
	if k == "" || isDigit(k[0]) || slices.Contains(keywords, k) || strings.ContainsAny(k, ".-/ ") {
		return "`" + k + "`"
	}
	return k
}

// spellPath writes a path as a rule does, such as query.`sort-key`; the items of
// a list are [].
func spellPath(path []string) string {
	var b strings.Builder
	for i, name := range path {
		switch {
		case name == item:
			b.WriteString(item)
		case i == 0:
			b.WriteString(name)
		default:
			b.WriteString("." + spell(name))
		}
	}
	return b.String()
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isWord(c byte) bool {
	return c == '_' || isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// nearest gives the name that was most likely meant, or "" if none is near. A
// name cut off at a '-' was meant to be in backticks: header.X-Id is CEL for
// header.X minus Id.
func nearest(name string, names []string) string {
	best, bestDistance := "", max(1, len(name)/3)+1
	longer := ""
	for _, candidate := range names {
		rest, isPrefix := strings.CutPrefix(candidate, name)
		if isPrefix && rest != "" && !isWord(rest[0]) {
			return candidate
		}
		if isPrefix && len(name) > 1 && longer == "" {
			longer = candidate
		}
		if d := distance(fold(name), fold(candidate)); d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	return cmp.Or(best, longer)
}

// fold makes names equal that differ only in case or in how words are joined.
func fold(name string) string {
	return strings.NewReplacer("_", "", "-", "", ".", "").Replace(strings.ToLower(name))
}

// distance is the least number of insertions, deletions, substitutions and swaps
// of neighbours that make a into b.
func distance(a, b string) int {
	var twoAbove []int
	above := make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			substituted := above[j-1]
			if a[i-1] != b[j-1] {
				substituted++
			}
			row[j] = min(above[j]+1, row[j-1]+1, substituted)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], twoAbove[j-2]+1)
			}
		}
		twoAbove, above = above, row
	}
	return above[len(b)]
}

package rule

import (
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
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

// Spell writes the path of a member as a rule does, such as query.`sort-key`; the
// items of a list are [].
func Spell(path []string) string {
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
	for _, candidate := range names {
		if rest, cut := strings.CutPrefix(candidate, name); cut && rest != "" && !isWord(rest[0]) {
			return candidate
		}
	}
	return clause.Nearest(name, names)
}

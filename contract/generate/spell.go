package generate

import (
	"cmp"
	"fmt"
	"go/token"
	"hash/fnv"
	"slices"
	"strings"
	"unicode"

	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
)

// goName gives the name that the generator makes of one of the description, or ""
// where that is none in Go.
func goName(name string) string {
	made := codegen.SchemaNameToTypeName(name)
	if !token.IsIdentifier(made) || !token.IsExported(made) {
		return ""
	}
	return made
}

// marks are the words for what is no letter and no digit.
var marks = map[rune]string{
	'-': "Dash", '_': "Underscore", '.': "Dot", '$': "Dollar", '@': "At", '#': "Hash", '/': "Slash", '\\': "Backslash", ':': "Colon",
	';': "Semicolon", ',': "Comma", '+': "Plus", '*': "Star", '%': "Percent", '&': "And", '|': "Or", '!': "Not", '?': "Question", '~': "Tilde",
	'^': "Caret", '=': "Equal", '<': "Less", '>': "Greater", '(': "Open", ')': "Close", '[': "Bracket", ']': "", '{': "Brace", '}': "",
	' ': "Space", '\'': "Quote", '"': "Quote", '`': "Quote",
}

// spelled gives a name in which nothing of the original is lost: what is no letter
// of Go's is written as a word, or as its number.
func spelled(name string) string {
	var b strings.Builder
	for _, r := range name {
		word, mark := marks[r]
		switch {
		case mark:
			b.WriteString("_" + word + "_")
		case unicode.IsUpper(r), unicode.IsLower(r), unicode.IsDigit(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "_U%04x_", r)
		}
	}
	if made := goName(strings.Trim(b.String(), "_")); made != "" {
		return made
	}
	return goName("N" + digest(name))
}

// digest tells names apart that are the same when spelled.
func digest(name string) string {
	h := fnv.New32a()
	h.Write([]byte(name))
	return fmt.Sprintf("%08X", h.Sum32())[:4]
}

// wish is something that needs a name in Go. Two wishes of a list differ in name
// or kind.
type wish struct {
	name string
	// kind tells things of the same name apart, such as query and header.
	kind string
	// own is the name in Go that the description asks for; "" is none.
	own string
}

// assign gives each wish a name in Go that no other has and that is not taken. The
// name depends on the wish, and on those alone that would have the same: the
// plainest of these keeps it, the others are spelled out.
func assign(wishes []wish, taken func(string) bool) map[wish]string {
	groups := map[string][]wish{}
	for _, w := range wishes {
		base := cmp.Or(w.own, goName(w.name))
		groups[base] = append(groups[base], w)
	}
	names := map[wish]string{}
	used := map[string]bool{}
	var rest []wish
	for _, base := range sorted(groups) {
		group := groups[base]
		slices.SortFunc(group, plainer)
		if base != "" && !taken(base) {
			names[group[0]] = base
			used[base] = true
			group = group[1:]
		}
		rest = append(rest, group...)
	}
	for _, w := range rest {
		made := free(w, func(name string) bool { return used[name] || taken(name) || groups[name] != nil })
		names[w] = made
		used[made] = true
	}
	return names
}

// free tries the names that say what is special about a wish, shortest first.
func free(w wish, taken func(string) bool) string {
	base := cmp.Or(w.own, goName(w.name))
	full := spelled(w.name)
	for _, try := range []string{full, base + w.kind, full + w.kind, full + "Value", full + w.kind + digest(w.name), "Value" + full} {
		if made := goName(try); made != "" && !taken(made) {
			return made
		}
	}
	made := goName("Name" + digest(w.name))
	for i := 2; taken(made) && i < maxTries; i++ { // names and digests alike: none that was seen
		made = goName(fmt.Sprintf("Name%sN%d", digest(w.name), i))
	}
	return made
}

// maxTries bounds how many names are tried.
const maxTries = 1000

// plainer puts names first that say the least beside letters and digits.
func plainer(a, b wish) int {
	odd := func(w wish) int {
		n := 0
		for _, r := range w.name {
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				n++
				if r != '_' {
					n++
				}
			}
		}
		return n
	}
	order := func(w wish) int { return slices.Index([]string{"", "Path", "Query", "Header", "Cookie"}, w.kind) }
	return cmp.Or(cmp.Compare(order(a), order(b)), cmp.Compare(odd(a), odd(b)), strings.Compare(a.name, b.name))
}

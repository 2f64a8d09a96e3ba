package spec

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
)

var patternKeyword = Keyword{
	Name: "pattern", Types: []string{"string"},
	compare: compareTexts((*Schema).patternText),
	Sample:  Sample{`{type: string, pattern: "^(?!b)[a-z]+$"}`, `"abc"`, `"bcd"`},
	read:    (*loader).readPattern,
	check: func(s *Schema, v any) []string {
		if text, _ := v.(string); s.Pattern != nil && !s.Pattern.MatchString(text) {
			return []string{"must match " + s.Pattern.String()}
		}
		return nil
	},
	statement: func(s *Schema) string {
		if s.Pattern == nil {
			return ""
		}
		return "matches " + s.Pattern.String()
	},
	breaking: Site.unmatched,
}

// maxPattern bounds the characters of a pattern.
const maxPattern = 10_000

// delimited is a pattern as JavaScript, Perl and PHP write it in a program, which
// no text matches.
var delimited = regexp.MustCompile(`^/\^.*/[a-z]*$|^/.*\$/[a-z]*$`)

func (l *loader) readPattern(out *Schema, at cursor, v *openapi3.Schema) {
	if v.Pattern == "" {
		return
	}
	if len(v.Pattern) > maxPattern {
		l.warn(at.in("pattern").at(), "the pattern has more than %d characters: nothing is held to it", maxPattern)
		l.cannotRead(out, "pattern")
		return
	}
	p, known := l.patterns[v.Pattern]
	if !known && delimited.MatchString(v.Pattern) {
		l.warn(at.in("pattern").at(), "the pattern %s is between slashes, as programs write one: no text has a slash before its beginning or behind "+
			"its end, so nothing is held to it; leave the slashes out", show(v.Pattern))
		l.patterns[v.Pattern] = nil
	} else if !known {
		var err error
		if p, err = CompilePattern(v.Pattern); err != nil {
			l.warn(at.in("pattern").at(), "the pattern cannot be read as ECMA-262, which OpenAPI wants: nothing is held to it; %s", err)
		}
		l.patterns[v.Pattern] = p
	}
	if p == nil {
		l.cannotRead(out, "pattern")
	}
	out.Pattern = p
}

// cannotRead remembers keywords that no value can be held to.
func (l *loader) cannotRead(out *Schema, keywords ...string) {
	out.unread = append(out.unread, keywords...)
	l.unreadable = true
}

// sameNumber reports whether a text is a number that matches when it is written
// without more zeros than it needs: readers of numbers take both for one.
func (s Site) sameNumber(text string) bool {
	n, err := strconv.ParseFloat(text, 64)
	return err == nil && s.Pattern.MatchString(strconv.FormatFloat(n, 'f', -1, 64))
}

// unmatched spoils a text that matches at its end, its beginning, and altogether,
// and gives it a character too few or too many.
func (s Site) unmatched() []Try {
	if s.Pattern == nil {
		return nil
	}
	sample, ok := s.Sample().(string)
	if !ok {
		return nil
	}
	if sample == "" { // there is nothing to spoil in it
		sample, _ = s.Matching(1)
	}
	longest, ok := s.Matching(1 << 10)
	if !ok {
		longest = sample
	}
	var out []Try
	add := func(name, text, what string) {
		if text == "" || s.sameNumber(text) || slices.ContainsFunc(out, func(have Try) bool { return have.Value == any(text) }) {
			return
		}
		if broken := s.Check(text); len(broken) == 1 && strings.HasSuffix(broken[0].Clause, ".pattern") {
			out = append(out, Try{Name: name, Value: text, Why: "is sent with " + what})
		}
	}
	add("text-after", sample+"!", "text after one that matches")
	add("text-before", "!"+sample, "text before one that matches")
	add("unmatched", strings.Repeat("!", max(1, len(sample))), "nothing that matches")
	add("other-case", s.otherCase(sample), "one that matches in another case")
	// A character less of the shortest and more of the longest text, at each
	// place where the kind of character changes.
	for i, end := range runs(sample) {
		add("shorter-"+strconv.Itoa(i+1), sample[:end-1]+sample[end:], "one that matches but for a character too few")
	}
	for i, end := range runs(longest) {
		add("longer-"+strconv.Itoa(i+1), longest[:end]+longest[end-1:], "one that matches but for a character too many")
	}
	for i, text := range s.Pattern.Counted() {
		add("counted-"+strconv.Itoa(i+1), text, "one that matches but for how often a part is repeated")
	}
	if len(out) == 0 {
		s.addSpecial(sample, add)
		return out[:min(len(out), maxSpecial)]
	}
	return out
}

// addSpecial puts characters into a text that a pattern may leave out.
func (s Site) addSpecial(sample string, add func(name, text, what string)) {
	_, first := utf8.DecodeRuneInString(sample)
	rest := sample[first:]
	if rest == "" {
		rest = sample // blanks at an end may be passed over
	}
	for _, c := range special {
		add("with-"+c.name, sample[:first]+c.text+rest, "one that matches but for "+c.what+" in it")
	}
	for _, c := range special {
		if strings.TrimSpace(c.text) == "" {
			continue // it may be taken for nothing
		}
		add(c.name+"-alone", strings.Repeat(c.text, int(max(1, min(s.MinLength, maxWritten)))), "nothing but "+c.what)
	}
}

// special are characters that a pattern may forbid and nothing else.
var special = []struct{ name, text, what string }{
	{"blank", " ", "a blank"},
	{"slash", "/", "a slash"},
	{"less-than", "<", "a sign <"},
	{"quote", `"`, "a quotation mark"},
	{"apostrophe", "'", "an apostrophe"},
	{"backslash", `\`, "a backslash"},
	{"at-sign", "@", "a sign @"},
	{"hyphen", "-", "a hyphen"},
	{"point", ".", "a point"},
	{"letter", "a", "a small letter"},
	{"capital", "A", "a capital letter"},
	{"digit", "0", "a digit"},
	{"line-break", "\n", "a line break"},
	{"non-ascii", "é", "a letter beyond ASCII"},
}

// maxSpecial is how many special characters are tried.
const maxSpecial = 3

// otherCase returns a text that matches but for the case of its letters. A sample
// that has none gets one.
func (s *Schema) otherCase(sample string) string {
	if swapped := swapCase(sample); len(s.Check(swapped)) > 0 {
		return swapped
	}
	for i := range len(sample) {
		for _, letter := range []string{"a", "A", "f", "F", "z", "Z"} {
			text := sample[:i] + letter + sample[i+1:]
			if swapped := swapCase(text); len(s.Check(text)) == 0 && len(s.Check(swapped)) > 0 {
				return swapped
			}
		}
	}
	return ""
}

// runs returns where each run of letters of one case, of digits, or of one other
// character ends.
func runs(text string) []int {
	kind := func(c byte) byte {
		switch {
		case c >= '0' && c <= '9':
			return '0'
		case c >= 'a' && c <= 'z':
			return 'a'
		case c >= 'A' && c <= 'Z':
			return 'A'
		default:
			return c
		}
	}
	var ends []int
	for i := range len(text) {
		if text[i] < utf8.RuneSelf && (i+1 == len(text) || kind(text[i]) != kind(text[i+1])) {
			ends = append(ends, i+1)
		}
	}
	return ends
}

// Counted returns a text for each number of repetitions at the ends of what the
// pattern counts, and just beyond: the rest of each is as short as can be. The texts
// need not match.
func (p *Pattern) Counted() []string {
	tree, _, ok := p.Tree()
	if !ok {
		return nil
	}
	var out []string
	for _, re := range counts(tree, nil) {
		for _, n := range []int{re.Min - 1, re.Min, re.Max, re.Max + 1} {
			w := writer{aim: re, count: n}
			if n < 0 || re.Max < 0 && n > re.Min {
				continue
			}
			if w.write(tree); w.steps <= maxWritten {
				out = append(out, w.String())
			}
		}
	}
	return out
}

// maxCounted bounds the repetitions of a pattern that texts are made for.
const maxCounted = 64

func counts(re *syntax.Regexp, have []*syntax.Regexp) []*syntax.Regexp {
	if re.Op == syntax.OpRepeat && len(have) < maxCounted {
		have = append(have, re)
	}
	for _, sub := range re.Sub {
		have = counts(sub, have)
	}
	return have
}

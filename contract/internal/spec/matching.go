package spec

import (
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sampleFormats holds a value of each format.
var sampleFormats = map[string]string{
	"date-time": "2026-01-31T00:00:00Z", "date": "2026-01-31", "uuid": "6f1c2a54-0d3e-4b9a-9a57-3f0f4c6d7e81",
	"email": "someone@example.org", "uri": "https://example.org/", "ipv4": "192.0.2.1", "ipv6": "2001:db8::1",
}

func (s *Schema) sampleString() any {
	if text, ok := sampleFormats[s.Format]; ok && len(s.Check(text)) == 0 {
		return text
	}
	if s.Pattern != nil {
		if text, ok := s.Matching(s.MinLength); ok {
			return text
		}
		return nil
	}
	length := min(s.MinLength, maxMinLength)
	if length == 0 && (s.MaxLength == nil || *s.MaxLength > 0) {
		length = 1 // an empty text may be taken for none
	}
	return strings.Repeat("a", int(length))
}

// Matching gives a text that matches the pattern of the schema and keeps its
// limits, with at least n characters where the pattern allows that.
func (s *Schema) Matching(n uint64) (string, bool) {
	tree, err := syntax.Parse(s.Pattern.String(), syntax.Perl)
	if err != nil {
		return "", false
	}
	tree = tree.Simplify()
	best, found := "", false
	for _, repeat := range repetitions(n) {
		w := writer{repeat: repeat, optional: repeat}
		w.write(tree)
		text := w.String()
		if w.steps > maxWritten || len(s.Check(text)) > 0 {
			continue
		}
		best, found = text, true
		if uint64(utf8.RuneCountInString(text)) >= n {
			break
		}
	}
	return best, found
}

// repetitions lists how often to repeat what may be repeated: a few times,
// often, and the wanted number of times.
func repetitions(n uint64) []int {
	var out []int
	for repeat := range 33 {
		out = append(out, repeat)
	}
	for repeat := 48; repeat <= 1024; repeat += repeat / 2 {
		out = append(out, repeat)
	}
	return append(out, int(min(n, maxWritten)))
}

// maxWritten bounds the steps of writing one text: repetitions within
// repetitions multiply.
const maxWritten = 1 << 16

// writer writes a text that an expression matches.
type writer struct {
	strings.Builder

	repeat   int // how often to repeat where the expression leaves it open
	optional int // how many of the parts that may be left out to write
	steps    int
}

func (w *writer) write(re *syntax.Regexp) {
	if w.steps++; w.steps > maxWritten {
		return
	}
	switch re.Op {
	case syntax.OpLiteral:
		w.steps += len(re.Rune)
		for _, r := range re.Rune {
			w.WriteRune(r)
		}
	case syntax.OpCharClass:
		w.WriteRune(pick(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		w.WriteByte('a')
	case syntax.OpStar:
		w.times(w.repeat, re.Sub[0])
	case syntax.OpPlus:
		w.times(max(1, w.repeat), re.Sub[0])
	case syntax.OpQuest:
		if w.optional > 0 {
			w.optional--
			w.write(re.Sub[0])
		}
	case syntax.OpAlternate:
		w.write(re.Sub[0])
	case syntax.OpConcat, syntax.OpCapture, syntax.OpRepeat:
		for _, sub := range re.Sub {
			w.write(sub)
		}
	}
}

func (w *writer) times(n int, re *syntax.Regexp) {
	for i := 0; i < n && w.steps <= maxWritten; i++ {
		w.write(re)
	}
}

// pick chooses a printable rune of a class given as ranges, a letter or digit
// where it has one.
func pick(ranges []rune) rune {
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= min(ranges[i+1], unicode.MaxASCII); r++ {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return r
			}
		}
	}
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= min(ranges[i+1], ranges[i]+unicode.MaxLatin1); r++ {
			if unicode.IsPrint(r) {
				return r
			}
		}
	}
	if len(ranges) == 0 {
		return 'a' // nothing matches an empty class
	}
	return ranges[0]
}

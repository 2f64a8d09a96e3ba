package spec

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

func (s *Schema) sampleString() any {
	if f := textFormats[s.Format]; f.samples != nil && len(s.Check(f.samples[0])) == 0 {
		return f.samples[0]
	}
	if text, ok := s.formed(); ok {
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

// Matching returns a text that matches the pattern of the schema and keeps its
// limits, with at least n characters where the pattern allows that.
func (s *Schema) Matching(n uint64) (string, bool) {
	tree, ahead, ok := s.Pattern.Tree()
	if !ok {
		return "", false
	}
	tree = tree.Simplify()
	for nth := range 4 {
		if text, found := s.written(tree, ahead, nth, n); found {
			return text, true
		}
		if s.Pattern.linear != nil {
			break // another character is not what it lacks
		}
	}
	return "", false
}

// written returns a text of an expression that the schema allows, with the nth
// character of each class.
func (s *Schema) written(tree *syntax.Regexp, ahead []*syntax.Regexp, nth int, n uint64) (best string, found bool) {
	for _, repeat := range repetitions(n) {
		w := writer{repeat: repeat, optional: repeat, nth: nth}
		w.write(tree)
		if w.steps > maxWritten {
			continue
		}
		for _, text := range begun(w.String(), ahead, nth) {
			if !s.allows(text) {
				continue
			}
			if best, found = text, true; uint64(utf8.RuneCountInString(text)) >= n {
				return best, true
			}
		}
	}
	return best, found
}

// allows reports whether a text is valid, without doubt.
func (s *Schema) allows(text string) bool {
	if len(s.Check(text)) > 0 {
		return false
	}
	if s.Pattern == nil {
		return true
	}
	_, decided := s.Pattern.Match(text)
	return decided
}

// begun returns a text, and where something is looked for ahead in it, the text that
// begins with that, as long as it was if there is room.
func begun(text string, ahead []*syntax.Regexp, nth int) []string {
	if len(ahead) == 0 {
		return []string{text}
	}
	w := writer{nth: nth}
	for _, part := range ahead {
		w.write(part)
	}
	start := w.String()
	return []string{text, start + text[min(len(start), len(text)):], start + text}
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
	nth      int // which character of a class to write
	steps    int
	// aim is a repetition that is written count times, whatever it allows; nil for
	// none.
	aim   *syntax.Regexp
	count int
}

// leads reports whether the repetition that is aimed at is, or is within, an expression.
func (w *writer) leads(re *syntax.Regexp) bool {
	return w.aim != nil && (re == w.aim || slices.ContainsFunc(re.Sub, w.leads))
}

// branch returns the alternative that is written.
func (w *writer) branch(re *syntax.Regexp) *syntax.Regexp {
	return re.Sub[max(0, slices.IndexFunc(re.Sub, w.leads))]
}

// often says how often a repetition is written: as often as it must be.
func (w *writer) often(re *syntax.Regexp) int {
	switch {
	case re == w.aim:
		return w.count
	case w.leads(re):
		return max(1, re.Min)
	default:
		return re.Min
	}
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
		w.WriteRune(pick(re.Rune, w.nth))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		w.WriteByte('a')
	case syntax.OpStar:
		w.times(max(w.repeat, w.often(re)), re.Sub[0])
	case syntax.OpPlus:
		w.times(max(1, w.repeat), re.Sub[0])
	case syntax.OpQuest:
		if w.optional > 0 || w.leads(re) {
			w.optional--
			w.write(re.Sub[0])
		}
	case syntax.OpAlternate:
		w.write(w.branch(re))
	case syntax.OpRepeat:
		w.times(w.often(re), re.Sub[0])
	case syntax.OpConcat, syntax.OpCapture:
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
// where it has one, the nth of them if there are as many.
func pick(ranges []rune, nth int) rune {
	var last rune
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= min(ranges[i+1], unicode.MaxASCII); r++ {
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				continue
			}
			if last = r; nth == 0 {
				return r
			}
			nth--
		}
	}
	if last != 0 {
		return last
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

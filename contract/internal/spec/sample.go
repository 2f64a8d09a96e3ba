package spec

import (
	"math"
	"regexp/syntax"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Sample gives a valid value of the schema: its example, else the first value
// of its enum, else the smallest that its limits allow. Objects hold their
// required members alone. nil tells that none was found.
func (s *Schema) Sample() any {
	if s == nil {
		return nil
	}
	if s.Example != nil && len(s.Check(s.Example)) == 0 {
		return s.Example
	}
	if len(s.Enum) > 0 {
		return s.Enum[0]
	}
	switch s.Type {
	case "integer":
		return int64(s.sampleNumber(1))
	case "number":
		return s.sampleNumber(0.5)
	case "boolean":
		return true
	case "array":
		items := make([]any, 0, s.MinItems)
		for range s.MinItems {
			items = append(items, s.Items.Sample())
		}
		return items
	case "object":
		object := map[string]any{}
		for _, m := range s.Members {
			if m.Required {
				object[m.Name] = m.Schema.Sample()
			}
		}
		return object
	case "string":
		return s.sampleString()
	default:
		return nil
	}
}

// sampleNumber gives the number within the limits that is nearest to 0. step is
// what an exclusive limit is missed by.
func (s *Schema) sampleNumber(step float64) float64 {
	n := 0.0
	if s.Minimum != nil && n <= *s.Minimum {
		n = *s.Minimum
		if s.ExclusiveMinimum {
			n += step
		}
	}
	if s.Maximum != nil && n >= *s.Maximum {
		n = *s.Maximum
		if s.ExclusiveMaximum {
			n -= step
		}
	}
	if m := s.MultipleOf; m != nil && *m > 0 {
		n = math.Ceil(n / *m) * *m
	}
	return n
}

// sampleFormats holds a value of each format.
var sampleFormats = map[string]string{
	"date-time": time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC).Format(time.RFC3339),
	"date":      "2026-01-31", "uuid": "6f1c2a54-0d3e-4b9a-9a57-3f0f4c6d7e81",
	"email": "someone@example.org", "uri": "https://example.org/", "ipv4": "192.0.2.1", "ipv6": "2001:db8::1",
}

func (s *Schema) sampleString() any {
	if text, ok := sampleFormats[s.Format]; ok {
		return text
	}
	if s.Pattern != nil {
		if text, ok := s.Matching(s.MinLength); ok {
			return text
		}
		return nil
	}
	return strings.Repeat("a", int(min(s.MinLength, 1<<16)))
}

// Matching gives a text that matches the pattern of the schema and keeps its
// limits, with at least n characters where the pattern allows that.
func (s *Schema) Matching(n uint64) (string, bool) {
	tree, err := syntax.Parse(s.Pattern.String(), syntax.Perl)
	if err != nil {
		return "", false
	}
	best, found := "", false
	for repeat := 0; repeat <= 64; repeat = max(1, repeat*2) {
		var b strings.Builder
		write(&b, tree.Simplify(), repeat)
		text := b.String()
		length := uint64(utf8.RuneCountInString(text))
		if len(s.Check(text)) > 0 {
			continue
		}
		best, found = text, true
		if length >= n {
			break
		}
	}
	return best, found
}

// write appends a text that an expression matches, with as many repetitions as
// asked for where it leaves the number open.
func write(b *strings.Builder, re *syntax.Regexp, repeat int) {
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			b.WriteRune(r)
		}
	case syntax.OpCharClass:
		b.WriteRune(pick(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte('a')
	case syntax.OpStar:
		for range repeat {
			write(b, re.Sub[0], repeat)
		}
	case syntax.OpPlus:
		for range max(1, repeat) {
			write(b, re.Sub[0], repeat)
		}
	case syntax.OpQuest:
		if repeat > 0 {
			write(b, re.Sub[0], repeat)
		}
	case syntax.OpAlternate:
		write(b, re.Sub[0], repeat)
	case syntax.OpConcat, syntax.OpCapture, syntax.OpRepeat:
		for _, sub := range re.Sub {
			write(b, sub, repeat)
		}
	}
}

// pick chooses a printable rune of a class given as ranges, a letter or digit
// where it has one.
func pick(ranges []rune) rune {
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= min(ranges[i+1], ranges[i]+unicode.MaxLatin1); r++ {
			if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
				return r
			}
		}
	}
	if len(ranges) == 0 {
		return 'a'
	}
	return ranges[0]
}

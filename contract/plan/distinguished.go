package plan

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/apiclause/clause/contract/internal/placeholder"
	"github.com/apiclause/clause/contract/internal/spec"
)

// distinguished gives a text with a part that is new each time, if the schema
// leaves room for it.
func distinguished(s *spec.Schema, text string) (Template, bool) {
	if s.Type != "string" || len(s.Enum) > 0 || s.Composed != nil {
		return Template{}, false
	}
	forms := []string{text + "-{{unique}}", "{{unique}}"}
	switch s.Format {
	case "":
	case "uuid":
		forms = []string{"{{unique as 00000000}}-0000-4000-8000-{{unique as 000000000000}}"}
	case "email", "idn-email":
		forms = []string{"{{unique}}@example.com"}
	case "password":
		return Template{}, false
	case "uri", "url", "iri":
		forms = []string{"https://example.com/{{unique}}"}
	case "hostname", "idn-hostname":
		forms = []string{"{{unique}}.example.com"}
	default:
		return Template{}, false
	}
	for _, form := range forms {
		t := Template{form}
		if len(s.Check(t.At(epoch, placeholder.Sample))) == 0 {
			return t, true
		}
	}
	if s.Pattern != nil && s.Format == "" {
		return patterned(s, text)
	}
	return Template{}, false
}

// patterned gives a text like one that a pattern allows, or like a longer one, with other
// letters and digits each time, if the pattern leaves room for them.
func patterned(s *spec.Schema, text string) (Template, bool) {
	const longer = 12
	long := *s
	long.MinLength = max(s.MinLength, longer)
	sample, _ := long.OrdinarySample().(string)
	for _, text := range []string{text, sample} {
		for _, changing := range []*regexp.Regexp{changingAll, changingDigits, changingLetters} {
			t := Template{changing.ReplaceAllString(text, "{{unique as $0}}")}
			if placeholder.Many(strings.Join(changing.FindAllString(text, -1), "")) && allowsAll(s, t) {
				return t, true
			}
		}
	}
	return Template{}, false
}

// What of a text changes: all, its digits, or its letters.
var (
	changingAll     = regexp.MustCompile(`^.+$`)
	changingDigits  = regexp.MustCompile(`[0-9]+`)
	changingLetters = regexp.MustCompile(`[A-Za-z]+`)
)

// allowsAll reports whether a schema allows what a template is filled with, for all that is
// known: some are tried.
func allowsAll(s *spec.Schema, t Template) bool {
	const tried = 20
	for i := range tried {
		if len(s.Check(t.At(epoch, fmt.Sprintf("u%09d", i)))) > 0 {
			return false
		}
	}
	return true
}

// prefixed gives a text of the same length that begins with a part which is new each
// time, if the schema leaves room for it.
func prefixed(s *spec.Schema, text string) (Template, bool) {
	letters := []rune(text)
	n := len(placeholder.Sample)
	if s.Type != "string" || len(s.Enum) > 0 || s.Composed != nil || len(letters) < n || s.Format != "" && s.Format != "email" ||
		slices.ContainsFunc(letters[:n], func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		return Template{}, false
	}
	t := Template{"{{unique}}" + string(letters[n:])}
	return t, len(s.Check(t.At(epoch, placeholder.Sample))) == 0
}

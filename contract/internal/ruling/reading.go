package ruling

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/internal/spec"
)

// reading is what can be said of a value that a request carries. Without broken
// and doubt the value keeps to its schema, whoever reads it.
type reading struct {
	// value is what rules see.
	value any
	// broken are the clauses that the value breaks under every reading.
	broken []spec.Violation
	// doubt says why implementations may lawfully differ about the value, "" when
	// they may not. Where something is broken it says nothing.
	doubt string
	// otherCase tells that nothing is broken but that the value differs from a listed
	// one in the case of letters.
	otherCase bool
}

func doubtful(why string) reading { return reading{doubt: why} }

// broke is a reading of a value that no reader takes for one of its type.
func broke(s *spec.Schema) reading {
	return reading{broken: []spec.Violation{{Clause: s.ID + ".type", Message: "must be of type " + s.Type}}}
}

const (
	emptyText = "is empty, which may be an absence"
	blanks    = "has blanks around it, which may be passed over"
	otherForm = "is in a form that may be taken or refused"
)

// scalar reads the text of a value that is sent as text.
func scalar(s *spec.Schema, text string) reading {
	trimmed := strings.TrimSpace(text)
	switch why := unclear(text); {
	case why != "":
		return doubtful(why)
	case trimmed == "":
		return doubtful(emptyText)
	case trimmed != text:
		if r := scalar(s, trimmed); r.broken != nil {
			return r
		}
		return doubtful(blanks)
	}
	switch s.Type {
	case "integer", "number":
		return numeral(s, text)
	case "boolean":
		return truth(s, text)
	default:
		return textual(s, text)
	}
}

// unclear says why it is not known, or not the same for all, which characters a
// text has, or gives "".
func unclear(text string) string {
	switch {
	case Redacted(text):
		return "may have been redacted"
	case !utf8.ValidString(text), strings.ContainsRune(text, utf8.RuneError):
		return "is not UTF-8, or was not when it was recorded"
	case strings.ContainsFunc(text, unicode.IsControl):
		return "holds a control character"
	}
	return ""
}

// concealed are words of recorders, and of those who hand recordings on, in the place
// of a value that nobody shall see.
var concealed = []string{
	"redact", "mask", "sanitiz", "scrub", "filtered", "removed", "obfuscat", "anonymis", "anonymiz", "***",
}

// Redacted reports whether a text may stand in the place of another. It is asked of
// every value that is recorded.
func Redacted(text string) bool {
	if Says(text, concealed) {
		return true
	}
	within, begins := strings.CutPrefix(text, "<")
	within, ends := strings.CutSuffix(within, ">")
	return begins && ends && !strings.ContainsAny(within, "<>") || strings.Trim(text, "*•#xX") == "" && utf8.RuneCountInString(text) >= 3
}

// Says reports whether a text holds one of some words, which are in lower case.
func Says(text string, words []string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
}

var (
	// plainInteger and plainNumber are the forms that every reader takes.
	plainInteger = regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`)
	plainNumber  = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$`)
	// numeric are the forms that some reader takes for a number: with blanks,
	// signs, exponents, other bases, separators, and the suffixes of programming
	// languages.
	numeric = regexp.MustCompile(`^[+-]?\s*([0-9][0-9_]*(\.[0-9_]*)?([eE][+-]?[0-9]+)?[dDfFlLnN]?|\.[0-9]+([eE][+-]?[0-9]+)?` +
		`|(0[xXoObB]|#)[0-9a-fA-F_]+|[0-9]{1,3}([.,' ][0-9]{3})+([.,][0-9]*)?|[0-9]+,[0-9]*|Infinity|NaN|null|undefined|None|nil)$`)
	// fraction is a number that is not whole, whatever its point means.
	fraction  = regexp.MustCompile(`^-?[0-9]+\.[0-9]*[1-9][0-9]*$`)
	thousands = regexp.MustCompile(`^-?[0-9]{1,3}\.[0-9]{3}$`)
)

// numeral reads the text of a number.
func numeral(s *spec.Schema, text string) reading {
	plain := plainNumber
	if s.Type == "integer" {
		plain = plainInteger
	}
	switch {
	case plain.MatchString(text) && text != "-0":
		return number(s, json.Number(text))
	case s.Type == "integer" && fraction.MatchString(text) && !thousands.MatchString(text):
		return broke(s)
	case numeric.MatchString(text), strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }):
		return doubtful(otherForm)
	}
	return broke(s)
}

// exactly is up to where a float64 holds every integer, and digits how many
// digits of any number it holds.
const (
	exactly = 1 << 53
	digits  = 15
)

// number reads a number in plain form, as readers of decimals and readers of
// floats do.
func number(s *spec.Schema, n json.Number) reading {
	f, _ := spec.Float(n)
	found, asFloat := s.Check(n), s.Check(f)
	both := slices.DeleteFunc(slices.Clone(found), func(v spec.Violation) bool {
		near := strings.HasSuffix(v.Clause, ".multipleOf") && nearMultiple(f, s.MultipleOf)
		return near || !slices.ContainsFunc(asFloat, func(o spec.Violation) bool { return o.Clause == v.Clause })
	})
	whole := f == math.Trunc(f)
	switch {
	case len(both) > 0:
		return reading{broken: both}
	case len(found)+len(asFloat) > 0, math.Abs(f) > exactly, len(n) > digits, unbounded(s, f),
		!whole && s.MultipleOf != nil:
		return doubtful("is a number that readers may take for another")
	}
	return reading{value: s.Typed(n)}
}

// unbounded reports whether a number is beyond 32 bits where the contract sets no
// limit: then its reader may.
func unbounded(s *spec.Schema, f float64) bool {
	if s.Format != "" && s.Format != "float" && s.Format != "double" {
		return false
	}
	return f > math.MaxInt32 && s.Maximum == nil || f < math.MinInt32 && s.Minimum == nil
}

// nearMultiple reports whether arithmetic on floats may take a number for a
// multiple of a step.
func nearMultiple(f float64, step *float64) bool {
	if step == nil || *step == 0 {
		return false
	}
	const noise = 0.1
	_, part := math.Modf(math.Abs(f / *step))
	return part < noise || part > 1-noise
}

// truths are the texts that some reader takes for true or false.
var truths = []string{"true", "false", "t", "f", "yes", "no", "y", "n", "on", "off", "1", "0", "null", "undefined", "none", "nil"}

func truth(s *spec.Schema, text string) reading {
	switch {
	case text == "true", text == "false":
		if found := s.Check(text == "true"); len(found) > 0 {
			return reading{broken: found}
		}
		return reading{value: text == "true"}
	case slices.Contains(truths, strings.ToLower(text)):
		return doubtful(otherForm)
	}
	return broke(s)
}

// textual reads a text.
func textual(s *spec.Schema, text string) reading {
	if s.Composed != nil {
		return composed(s, text)
	}
	found := s.Check(text)
	certain := slices.DeleteFunc(slices.Clone(found), func(v spec.Violation) bool {
		return !certainly(s, strings.TrimPrefix(v.Clause, s.ID+"."), text)
	})
	switch why := differing(s, text); {
	case len(certain) > 0:
		return reading{broken: certain, otherCase: len(certain) == 1 && listedInAnyCase(s, text)}
	case len(found) > 0:
		return doubtful(otherForm)
	case why != "":
		return doubtful(why)
	}
	return reading{value: s.Typed(text)}
}

// certainly reports whether a text that breaks a keyword does so under every
// reading.
func certainly(s *spec.Schema, keyword, text string) bool {
	switch keyword {
	case "minLength":
		return uint64(len(text)) < s.MinLength // no count gives more
	case "maxLength":
		return fewest(text) > *s.MaxLength
	case "format":
		return isNone(s.Format, text)
	case "pattern", "enum", "const":
		return ascii(text) // letters beyond may be written in two ways
	default:
		return true
	}
}

// listedInAnyCase reports whether a text differs from a listed value in the case of
// letters alone, which many readers pass over.
func listedInAnyCase(s *spec.Schema, text string) bool {
	return slices.ContainsFunc(s.Enum, func(v any) bool { return strings.EqualFold(spec.Text(v), text) })
}

// fewest counts the characters of a text with the marks that stand on others
// left out: the least that any count gives, as the bytes are the most.
func fewest(text string) uint64 {
	n := uint64(0)
	for _, r := range text {
		if !unicode.Is(unicode.M, r) {
			n++
		}
	}
	return n
}

func ascii(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
}

// differing says why a text that keeps to a schema may all the same be refused,
// or gives "".
func differing(s *spec.Schema, text string) string {
	switch {
	case fewest(text) < s.MinLength, s.MaxLength != nil && uint64(len(text)) > *s.MaxLength:
		return "has as many characters as allowed by one count, and not by another"
	case s.Pattern != nil && (!ascii(text) || !s.Pattern.MatchWhole(text)):
		return "matches its pattern, but not for all who read patterns"
	case s.Format != "" && !isPlain(s.Format, text):
		return otherForm
	case s.Format == "" && s.Pattern == nil && len(s.Enum) == 0 && harsh(text):
		return "has what services stumble over, and may refuse"
	}
	return ""
}

// maxPlainText is the length in bytes from on which a text is a long one.
const maxPlainText = 1000

// harsh reports whether a text has what services may refuse though no contract says
// so: quotation marks, backslashes, percent signs, characters beyond 16 bits, a word
// that means nothing, or very many characters.
func harsh(text string) bool {
	return len(text) > maxPlainText || strings.ContainsAny(text, "\"'`\\%") ||
		slices.Contains([]string{"null", "nil", "none", "undefined", "nan"}, strings.ToLower(text)) ||
		strings.ContainsFunc(text, func(r rune) bool { return r > 0xffff })
}

// word is a text that nobody takes for a number, a time, or anything else.
var word = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)

// composed reads a text under a schema that is composed of others, of which the
// forms are not looked into.
func composed(s *spec.Schema, text string) reading {
	found := s.Check(text)
	switch {
	case !word.MatchString(text):
		return doubtful("is held to a composed schema")
	case len(found) > 0:
		return reading{broken: found}
	}
	return reading{value: s.Typed(text)}
}

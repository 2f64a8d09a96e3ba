package spec

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// translator writes a pattern of ECMA-262 in the syntax of RE2, where that has
// words for it: both then match the same texts.
type translator struct {
	// sampling leaves out what looks around, and keeps a dot as it is: a text is
	// wanted that may match, to be tried afterwards.
	sampling bool
	// short leaves out how often something may be repeated beyond what it must be:
	// RE2 has bounds for that.
	short bool

	ahead []string // what must follow at some place, where that is left out
	in    string
	at    int
	out   strings.Builder
}

// What \s and . mean (ECMA-262, sections 12.2, 12.3 and 22.2.2.9), and their
// contraries.
const (
	ecmaSpace    = `\t-\r \x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}`
	ecmaNotSpace = `\x00-\x08\x0E-\x1F!-\x{9F}\x{A1}-\x{167F}\x{1681}-\x{1FFF}\x{200B}-\x{2027}\x{202A}-\x{202E}` +
		`\x{2030}-\x{205E}\x{2060}-\x{2FFF}\x{3001}-\x{FEFE}\x{FF00}-\x{10FFFF}`
	ecmaDot = `[^\n\r\x{2028}\x{2029}]`
)

// maxTranslated bounds how long a pattern becomes.
const maxTranslated = 1 << 16

// translate returns the pattern for RE2, unless it has no words for it.
func (t *translator) translate(pattern string) (string, bool) {
	t.in, t.at, t.ahead = pattern, 0, nil
	t.out.Reset()
	for t.at < len(t.in) {
		if !t.term() || t.out.Len() > maxTranslated {
			return "", false
		}
	}
	return t.out.String(), true
}

// take returns the next character and goes past it.
func (t *translator) take() rune {
	r, n := utf8.DecodeRuneInString(t.in[t.at:])
	t.at += n
	return r
}

func (t *translator) rest() string { return t.in[t.at:] }

// skip goes past a text if it is next.
func (t *translator) skip(text string) bool {
	if !strings.HasPrefix(t.rest(), text) {
		return false
	}
	t.at += len(text)
	return true
}

func (t *translator) term() bool {
	switch r := t.take(); r {
	case '\\':
		return t.escape(false)
	case '[':
		return t.class()
	case '(':
		return t.group()
	case '.':
		if t.sampling {
			t.out.WriteByte('.')
		} else {
			t.out.WriteString(ecmaDot)
		}
	case '{':
		return t.braces()
	case '*', '+', '?':
		t.out.WriteRune(r)
		return t.quantified()
	case '}', ']':
		t.literal(r)
	default:
		t.out.WriteRune(r) // ^, $, |, ) and what stands for itself
	}
	return true
}

// quantified goes past what may follow a quantifier. Another one is an error in
// ECMA-262.
func (t *translator) quantified() bool {
	if t.skip("?") {
		t.out.WriteByte('?')
	}
	return t.at == len(t.in) || !strings.ContainsRune("*+?", rune(t.in[t.at]))
}

// braces reads a counted repetition; other braces stand for themselves.
func (t *translator) braces() bool {
	end := strings.IndexByte(t.rest(), '}')
	if end < 0 || !isCount(t.rest()[:end]) {
		t.literal('{')
		return true
	}
	count := t.rest()[:end]
	low, high, open := strings.Cut(count, ",")
	switch {
	case t.short && open:
		n, _ := strconv.Atoi(low)
		count = fmt.Sprintf("%d,%d", n, n+1)
	case len(high) > maxCountDigits:
		count = low + ","
	}
	t.out.WriteString("{" + count + "}")
	t.at += end + 1
	return t.quantified()
}

// maxCountDigits bounds how often a repetition is counted: no text that is read is as long
// as the numbers with more digits.
const maxCountDigits = 8

func isCount(text string) bool {
	low, high, _ := strings.Cut(text, ",")
	return low != "" && strings.Trim(low, "0123456789") == "" && strings.Trim(high, "0123456789") == ""
}

func (t *translator) literal(r rune) {
	if r < utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsDigit(r) && unicode.IsPrint(r) {
		t.out.WriteByte('\\')
		t.out.WriteRune(r)
		return
	}
	fmt.Fprintf(&t.out, `\x{%X}`, r)
}

// group reads the beginning of a group, or passes over one that looks around.
func (t *translator) group() bool {
	if !strings.HasPrefix(t.rest(), "?") {
		t.out.WriteByte('(')
		return true
	}
	if t.skip("?:") {
		t.out.WriteString("(?:")
		return true
	}
	for _, look := range []string{"?=", "?!", "?<=", "?<!"} {
		if t.skip(look) {
			return t.sampling && t.around(look)
		}
	}
	if end := strings.IndexByte(t.rest(), '>'); t.skip("?<") && end > 0 {
		t.at += end - 1
		t.out.WriteByte('(')
		return true
	}
	return false
}

// around passes over a group that looks around, and keeps what must be there.
func (t *translator) around(look string) bool {
	from, depth, class := t.at, 1, false
	for depth > 0 {
		if t.at == len(t.in) {
			return false
		}
		switch r := t.take(); {
		case r == '\\':
			t.take()
		case class:
			class = r != ']'
		case r == '[':
			class = true
		case r == '(':
			depth++
		case r == ')':
			depth--
		}
	}
	t.out.WriteString("(?:)")
	inner := translator{sampling: true, short: t.short}
	if text, ok := inner.translate(t.in[from : t.at-1]); ok && look == "?=" {
		t.ahead = append(append(t.ahead, text), inner.ahead...)
	}
	return true
}

// class reads a class to its end.
func (t *translator) class() bool {
	t.out.WriteByte('[')
	if t.skip("^") {
		t.out.WriteByte('^')
	}
	if t.skip("]") { // nothing, or anything
		text := t.out.String()
		t.out.Reset()
		if before, negated := strings.CutSuffix(text, "[^"); negated {
			t.out.WriteString(before + `[\x00-\x{10FFFF}]`)
		} else {
			t.out.WriteString(strings.TrimSuffix(text, "[") + `[^\x00-\x{10FFFF}]`)
		}
		return true
	}
	for t.at < len(t.in) {
		switch r := t.take(); r {
		case ']':
			t.out.WriteByte(']')
			return true
		case '\\':
			if !t.escape(true) {
				return false
			}
		case '-':
			t.hyphen(strings.HasPrefix(t.rest(), `\`) && strings.ContainsAny(t.rest()[1:min(2, len(t.rest()))], "dDwWsSpP"))
		default:
			if strings.ContainsRune("[&~^", r) {
				t.literal(r)
			} else {
				t.out.WriteRune(r)
			}
		}
	}
	return false
}

// hyphen writes the hyphen of a range, or one at an end of the class. What stands
// beside a set of characters is no range, but itself.
func (t *translator) hyphen(besideSet bool) {
	if besideSet {
		t.out.WriteByte('\\')
	}
	t.out.WriteByte('-')
}

// escape reads what follows a backslash.
func (t *translator) escape(class bool) bool {
	if t.at == len(t.in) {
		return false
	}
	r := t.take()
	switch r {
	case 'd', 'D', 'w', 'W', 's', 'S', 'p', 'P':
		if !t.set(r, class) {
			return false
		}
		if class && !strings.HasPrefix(t.rest(), "-]") && t.skip("-") {
			t.hyphen(true)
		}
		return true
	case 'f', 'n', 'r', 't', 'v':
		t.out.WriteString(`\` + string(r))
		return true
	case 'b':
		t.out.WriteString(map[bool]string{true: `\x08`, false: `\b`}[class])
		return true
	case 'B':
		t.out.WriteString(`\B`)
		return !class
	case 'x', 'u', 'c', '0':
		return t.code(r)
	}
	t.literal(r) // whatever means nothing else is itself
	return r != 'k' && (r < '1' || r > '9')
}

// set writes a set of characters that has a name.
func (t *translator) set(r rune, class bool) bool {
	switch r {
	case 's', 'S':
		text := map[rune]string{'s': ecmaSpace, 'S': ecmaNotSpace}[r]
		if !class {
			text = "[" + text + "]"
		}
		t.out.WriteString(text)
		return true
	case 'p', 'P':
		name, ok := t.property()
		if ok {
			t.out.WriteString(`\` + string(r) + "{" + name + "}")
		}
		return ok
	}
	t.out.WriteString(`\` + string(r))
	return true
}

// property reads the name of a property, and gives the one that RE2 has for it.
func (t *translator) property() (string, bool) {
	end := strings.IndexByte(t.rest(), '}')
	if !strings.HasPrefix(t.rest(), "{") || end < 0 {
		return "", false
	}
	kind, name, given := strings.Cut(t.rest()[1:end], "=")
	t.at += end + 1
	if !given {
		kind, name = "gc", kind
	}
	switch kind {
	case "gc", "General_Category":
		if full, ok := unicode.CategoryAliases[name]; ok {
			name = full
		}
		return name, unicode.Categories[name] != nil
	case "sc", "Script":
		return name, unicode.Scripts[name] != nil
	}
	return "", false
}

// code reads a character that is given by its number. Half of a surrogate pair is
// none.
func (t *translator) code(r rune) bool {
	var n rune
	ok := false
	switch r {
	case 'x':
		n, ok = t.hex(2)
	case 'u':
		n, ok = t.unicode()
	case 'c':
		if t.at < len(t.in) && unicode.IsLetter(rune(t.in[t.at])) && t.in[t.at] < utf8.RuneSelf {
			n, ok = t.take()%32, true
		}
	default:
		ok = t.at == len(t.in) || t.in[t.at] < '0' || t.in[t.at] > '9'
	}
	if !ok || utf16.IsSurrogate(n) || n > unicode.MaxRune {
		return false
	}
	fmt.Fprintf(&t.out, `\x{%X}`, n)
	return true
}

func (t *translator) hex(digits int) (rune, bool) {
	if len(t.rest()) < digits {
		return 0, false
	}
	n, err := strconv.ParseUint(t.rest()[:digits], 16, 32)
	t.at += digits
	return rune(n), err == nil
}

func (t *translator) unicode() (rune, bool) {
	if end := strings.IndexByte(t.rest(), '}'); strings.HasPrefix(t.rest(), "{") && end > 1 {
		digits := strings.TrimLeft(t.rest()[1:end], "0")
		t.at++
		t.at += end - 1 - len(digits)
		if len(digits) > 6 {
			return 0, false
		}
		if digits == "" {
			t.at++
			return 0, true
		}
		n, ok := t.hex(len(digits))
		t.at++
		return n, ok
	}
	n, ok := t.hex(4)
	if ok && utf16.IsSurrogate(n) && t.skip(`\u`) {
		low, fine := t.hex(4)
		return utf16.DecodeRune(n, low), fine && utf16.DecodeRune(n, low) != unicode.ReplacementChar
	}
	return n, ok
}

// meaning lists the letters and the signs that mean something else, or nothing
// else is allowed for, behind a backslash.
const (
	letters = "bBcdDfknpPrsStuvwWx0123456789"
	signs   = `^$\.*+?()[]{}|/`
)

// unescaped drops each backslash that says nothing: with Unicode it is an error,
// and without it the sign that follows is meant.
func unescaped(pattern string) string {
	var out strings.Builder
	class := false
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\' && i+1 < len(pattern):
			i++
			if next := pattern[i]; strings.IndexByte(letters+signs, next) >= 0 || class && next == '-' {
				out.WriteByte(c)
			}
			out.WriteByte(pattern[i])
			continue
		case c == '[':
			class = true
		case c == ']':
			class = false
		}
		out.WriteByte(pattern[i])
	}
	return out.String()
}

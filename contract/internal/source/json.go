package source

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The bounds of one file's tree, far above what a description needs.
const (
	maxDepth = 500       // levels
	maxNodes = 2_000_000 // values, those of aliases counted each time they are used
)

// scanner reads JSON (RFC 8259). It accepts what encoding/json does, up to
// maxDepth, and keeps where everything stands.
type scanner struct {
	problems
	builder
	trail

	text      string
	file      *File
	pos       int
	line      uint32
	lineStart int // where the line begins
	wide      int // bytes in the line before pos that begin no character
}

// scanJSON reads a JSON text of one value.
func scanJSON(file *File, text string, found *problems) (root *Node, err *Error) {
	s := &scanner{text: text, file: file, line: 1}
	s.strict = found != nil && found.strict
	defer func() {
		if found != nil {
			for _, p := range s.all {
				found.add(p)
			}
		}
	}()
	s.blanks()
	if root, err = s.value(0); err != nil {
		return nil, err
	}
	if s.blanks(); s.pos < len(s.text) {
		return nil, s.fail("%s after the end of the JSON value", s.here())
	}
	return root, nil
}

// at returns the place of the next character.
func (s *scanner) at() place {
	return place{file: s.file, line: s.line, column: uint32(s.pos - s.lineStart - s.wide + 1)}
}

const notJSON = "not valid JSON: "

func (s *scanner) fail(format string, args ...any) *Error {
	return fatal(s.at().location(), notJSON+format, args...)
}

// here describes the next character for a message.
func (s *scanner) here() string {
	if s.pos >= len(s.text) {
		return "the text ends"
	}
	r, _ := utf8.DecodeRuneInString(s.text[s.pos:])
	switch {
	case r == '\'':
		return "a single quote (JSON has double quotes)"
	case r < ' ' || r == 0x7f || r == utf8.RuneError:
		return fmt.Sprintf("the byte 0x%02x", s.text[s.pos])
	default:
		return fmt.Sprintf("%q", r)
	}
}

// peek returns the next byte, 0 at the end.
func (s *scanner) peek() byte {
	if s.pos < len(s.text) {
		return s.text[s.pos]
	}
	return 0
}

func (s *scanner) blanks() {
	for ; s.pos < len(s.text); s.pos++ {
		switch s.text[s.pos] {
		case ' ', '\t', '\r':
		case '\n':
			s.line++
			s.lineStart, s.wide = s.pos+1, 0
		default:
			return
		}
	}
}

func (s *scanner) value(depth int) (*Node, *Error) {
	if depth > maxDepth {
		return nil, fatal(s.at().location(), "the file nests deeper than %d levels", maxDepth)
	}
	n := s.make(s.at())
	if s.made > maxNodes {
		return nil, tooMany(s.at())
	}
	switch c := s.peek(); {
	case c == '{':
		return n, s.object(n, depth)
	case c == '[':
		return n, s.array(n, depth)
	case c == '"':
		n.kind = String
		text, err := s.string()
		n.text = text
		return n, err
	case c == '-' || c >= '0' && c <= '9':
		n.kind = Number
		text, err := s.number()
		n.text = text
		return n, err
	default:
		return n, s.word(n)
	}
}

func tooMany(at place) *Error {
	return fatal(at.location(), "the file has more than %d values: split it into several files", maxNodes)
}

func (s *scanner) word(n *Node) *Error {
	for word, kind := range map[string]Kind{"true": Bool, "false": Bool, "null": Null} {
		if strings.HasPrefix(s.text[s.pos:], word) {
			if n.kind = kind; kind == Bool {
				n.text = word
			}
			s.pos += len(word)
			return nil
		}
	}
	return s.fail("%s where a value should be", s.here())
}

func (s *scanner) object(n *Node, depth int) *Error {
	n.kind = Mapping
	s.pos++
	s.blanks()
	if s.peek() == '}' {
		s.pos++
		return nil
	}
	var members []Member
	for {
		at := s.at()
		if s.peek() != '"' {
			return s.fail("%s where a name in double quotes should be", s.here())
		}
		name, err := s.string()
		if err != nil {
			return err
		}
		if s.blanks(); s.peek() != ':' {
			return s.fail("%s where the colon after %s should be", s.here(), quote(name))
		}
		s.pos++
		s.blanks()
		s.enter(name)
		value, err := s.value(depth + 1)
		s.leave()
		if err != nil {
			return err
		}
		members = append(members, Member{Name: name, Value: value, at: at})
		s.blanks()
		switch s.peek() {
		case ',':
			s.pos++
			s.blanks()
		case '}':
			s.pos++
			n.members = s.distinct(members, &s.trail)
			n.settle()
			return nil
		default:
			return s.fail("%s where a comma or } should be", s.here())
		}
	}
}

func (s *scanner) array(n *Node, depth int) *Error {
	n.kind = Sequence
	s.pos++
	s.blanks()
	if s.peek() == ']' {
		s.pos++
		return nil
	}
	for {
		s.enterElement(len(n.items))
		item, err := s.value(depth + 1)
		s.leave()
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
		s.blanks()
		switch s.peek() {
		case ',':
			s.pos++
			s.blanks()
		case ']':
			s.pos++
			return nil
		default:
			return s.fail("%s where a comma or ] should be", s.here())
		}
	}
}

// number reads a number (RFC 8259, section 6).
func (s *scanner) number() (string, *Error) {
	start := s.pos
	if s.peek() == '-' {
		s.pos++
	}
	if s.peek() == '0' {
		s.pos++
	} else if !s.digits() {
		return "", s.fail("%s in a number", s.here())
	}
	if s.peek() == '.' {
		if s.pos++; !s.digits() {
			return "", s.fail("%s where the digits after a point should be", s.here())
		}
	}
	if c := s.peek(); c == 'e' || c == 'E' {
		s.pos++
		if c := s.peek(); c == '+' || c == '-' {
			s.pos++
		}
		if !s.digits() {
			return "", s.fail("%s where the digits of an exponent should be", s.here())
		}
	}
	return s.text[start:s.pos], nil
}

func (s *scanner) digits() bool {
	start := s.pos
	for c := s.peek(); c >= '0' && c <= '9'; c = s.peek() {
		s.pos++
	}
	return s.pos > start
}

// string reads a string (RFC 8259, section 7). One without escapes shares the
// memory of the text.
func (s *scanner) string() (string, *Error) {
	begin := s.at()
	s.pos++
	start := s.pos
	for s.pos < len(s.text) {
		switch c := s.text[s.pos]; {
		case c == '"':
			s.pos++
			return s.text[start : s.pos-1], nil
		case c == '\\':
			return s.escaped(start, begin)
		case c < ' ':
			return "", s.fail("%s in a string: write it as an escape such as \\n", s.here())
		case c < utf8.RuneSelf:
			s.pos++
		default:
			r, size := utf8.DecodeRuneInString(s.text[s.pos:])
			if r == utf8.RuneError && size == 1 {
				return s.escaped(start, begin)
			}
			s.pos += size
			s.wide += size - 1
		}
	}
	return "", fatal(begin.location(), notJSON+"the string that begins here does not end")
}

// escaped reads on in a string that cannot share the memory of the text.
func (s *scanner) escaped(start int, begin place) (string, *Error) {
	var b strings.Builder
	b.WriteString(s.text[start:s.pos])
	for s.pos < len(s.text) {
		switch c := s.text[s.pos]; {
		case c == '"':
			s.pos++
			return b.String(), nil
		case c == '\\':
			if err := s.escape(&b); err != nil {
				return "", err
			}
		case c < ' ':
			return "", s.fail("%s in a string: write it as an escape such as \\n", s.here())
		default:
			r, size := utf8.DecodeRuneInString(s.text[s.pos:])
			if r == utf8.RuneError && size == 1 {
				s.replaced("the text is not valid UTF-8")
			}
			b.WriteRune(r)
			s.pos += size
			s.wide += size - 1
		}
	}
	return "", fatal(begin.location(), notJSON+"the string that begins here does not end")
}

// simpleEscapes are what stands after a backslash, each before what it means.
const simpleEscapes = "\"\"\\\\//b\bf\fn\nr\rt\t"

func (s *scanner) escape(b *strings.Builder) *Error {
	s.pos++
	c := s.peek()
	if c == 'u' {
		return s.unicode(b)
	}
	for i := 0; i < len(simpleEscapes); i += 2 {
		if simpleEscapes[i] == c {
			b.WriteByte(simpleEscapes[i+1])
			s.pos++
			return nil
		}
	}
	return s.fail("%s after a backslash", s.here())
}

// unicode reads a \u escape, and the second one of a surrogate pair.
func (s *scanner) unicode(b *strings.Builder) *Error {
	r, ok := s.hex(s.pos + 1)
	if !ok {
		return s.fail("\\u without four hexadecimal digits")
	}
	if utf16.IsSurrogate(r) {
		second, ok := rune(0), false
		if strings.HasPrefix(s.text[s.pos+5:], `\u`) {
			second, ok = s.hex(s.pos + 7)
		}
		pair := utf16.DecodeRune(r, second)
		if ok && pair != utf8.RuneError {
			s.pos += 11
			b.WriteRune(pair)
			return nil
		}
		s.replaced("one half of a surrogate pair (RFC 8259, section 8.2)")
		r = utf8.RuneError
	}
	s.pos += 5
	b.WriteRune(r)
	return nil
}

// hex reads the four digits at a position.
func (s *scanner) hex(at int) (r rune, ok bool) {
	if at+4 > len(s.text) {
		return 0, false
	}
	for _, c := range []byte(s.text[at : at+4]) {
		r <<= 4
		switch {
		case c >= '0' && c <= '9':
			r |= rune(c - '0')
		case c >= 'a' && c <= 'f':
			r |= rune(c - 'a' + 10)
		case c >= 'A' && c <= 'F':
			r |= rune(c - 'A' + 10)
		default:
			return 0, false
		}
	}
	return r, true
}

func (s *scanner) replaced(why string) {
	s.add(Problem{
		Severity: Warning, At: s.at().location(), Pointer: s.pointer(), Message: why,
		Cost: "it is read as the replacement character U+FFFD",
	})
}

package idl

import (
	"fmt"
	"strings"
)

type tokenKind int

const (
	word   tokenKind = iota // a keyword, a function or a parameter
	quoted                  // a parameter in brackets
	text                    // in quotation marks
	number
	mark // an operator or a bracket
	end
)

type token struct {
	kind tokenKind
	text string
}

// String gives the token as messages name it.
func (t token) String() string {
	if t.kind == end {
		return "the end"
	}
	return fmt.Sprintf("%q", t.text)
}

// statement is the tokens up to a semicolon.
type statement struct {
	text    string
	tokens  []token
	problem string
}

var marks = []string{"==", "!=", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "(", ")", ",", "|"}

// statements cuts a text into statements, and those into tokens.
func statements(s string) []statement {
	var out []statement
	var now statement
	start := 0
	finish := func(until int) {
		now.text = strings.TrimSpace(s[start:until])
		if len(now.tokens) > 0 || now.problem != "" {
			out = append(out, now)
		}
		now, start = statement{}, until+1
	}
	for i := 0; i < len(s); {
		t, size, problem := next(s[i:])
		switch {
		case problem != "" && now.problem == "":
			now.problem = problem
		case size > 0 && t.text == ";" && t.kind == mark:
			finish(i)
		case size > 0 && t.kind != end:
			now.tokens = append(now.tokens, t)
		}
		i += max(size, 1)
	}
	finish(len(s))
	return out
}

// between gives the length of a blank or a comment at the beginning, or 0.
func between(s string) (size int, problem string) {
	switch {
	case strings.ContainsRune(" \t\r\n", rune(s[0])):
		return 1, ""
	case strings.HasPrefix(s, "//"):
		line, _, _ := strings.Cut(s, "\n")
		return len(line), ""
	case strings.HasPrefix(s, "/*"):
		if comment, _, ok := strings.Cut(s[2:], "*/"); ok {
			return len(comment) + 4, ""
		}
		return len(s), "a comment does not end"
	}
	return 0, ""
}

// next reads one token. Blanks and comments are of kind end.
func next(s string) (t token, size int, problem string) {
	if size, problem := between(s); size > 0 {
		return token{kind: end}, size, problem
	}
	switch c := s[0]; {
	case c == ';':
		return token{mark, ";"}, 1, ""
	case c == '\'' || c == '"':
		return readText(s)
	case c == '[':
		return readName(s)
	case digit(c):
		return readNumber(s)
	case letter(c) || c == '^':
		n := 1
		for n < len(s) && (letter(s[n]) || digit(s[n])) {
			n++
		}
		if c == '^' { // a name, even if it is that of a keyword
			return token{quoted, s[1:n]}, n, ""
		}
		return token{word, s[:n]}, n, ""
	}
	for _, m := range marks {
		if strings.HasPrefix(s, m) {
			return token{mark, m}, len(m), ""
		}
	}
	r := []rune(s[:min(len(s), 4)])[0]
	return token{}, len(string(r)),
		fmt.Sprintf("%q has no meaning there: a name with other characters than letters, digits, _ and . stands in brackets", r)
}

func readText(s string) (t token, size int, problem string) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == s[0]:
			return token{text, b.String()}, i + 1, ""
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteString(unescape(s[i]))
		default:
			b.WriteByte(s[i])
		}
	}
	return token{}, len(s), "a text does not end: it needs a second quotation mark"
}

func unescape(c byte) string {
	switch c {
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case 'r':
		return "\r"
	}
	return string([]byte{c})
}

// readName reads a name in brackets, which may have brackets itself.
func readName(s string) (t token, size int, problem string) {
	open := 0
	for i := range len(s) {
		switch s[i] {
		case '[':
			open++
		case ']':
			open--
		case ';', '\n':
			return token{}, i, "a name in brackets does not end"
		}
		if open == 0 {
			return token{quoted, strings.TrimSpace(strings.TrimPrefix(s[1:i], "^"))}, i + 1, ""
		}
	}
	return token{}, len(s), "a name in brackets does not end"
}

func readNumber(s string) (t token, size int, problem string) {
	n := 1
	for n < len(s) && digit(s[n]) {
		n++
	}
	if n+1 < len(s) && s[n] == '.' && digit(s[n+1]) {
		n++
		for n < len(s) && digit(s[n]) {
			n++
		}
	}
	if n < len(s) && letter(s[n]) {
		return token{}, n + 1, fmt.Sprintf("%q is no number, and a name that starts with a digit stands in brackets", s[:n+1])
	}
	return token{number, s[:n]}, n, ""
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

func letter(c byte) bool { return c == '_' || c == '.' || 'a' <= c|0x20 && c|0x20 <= 'z' }

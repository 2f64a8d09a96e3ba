package report

import (
	"strings"
	"unicode/utf8"
)

// fold breaks a line that is wider than width, at blanks, and indents what follows.
// A word that is too long for a line, such as an id, stays whole, unless hard is
// set. Escape sequences take no room. A width of 0 has no end.
func fold(line string, width, indent int, hard bool) []string {
	var out []string
	for {
		head, rest := splitAt(line, width, indent, hard)
		out = append(out, head)
		if rest == "" {
			return out
		}
		line = strings.Repeat(" ", indent) + rest
	}
}

// splitAt gives what of a line fits a width, and the rest.
func splitAt(line string, width, indent int, hard bool) (head, rest string) {
	if width <= indent || utf8.RuneCountInString(line) <= width {
		return line, ""
	}
	column, blank, escaped := 0, -1, false
	for i, r := range line {
		switch {
		case escaped:
			escaped = r != 'm'
			continue
		case r == '\x1b':
			escaped = true
			continue
		case r == ' ' && strings.TrimSpace(line[:i]) != "" && column >= indent:
			if column > width { // of a word that was too long
				return line[:i], strings.TrimLeft(line[i:], " ")
			}
			blank = i
		}
		column++
		switch {
		case column <= width:
		case hard && (blank < 0 || tooLong(line[blank:], width-indent)):
			return line[:i], line[i:]
		case blank >= 0:
			return line[:blank], strings.TrimLeft(line[blank:], " ")
		}
	}
	return line, ""
}

// tooLong reports whether the first word of a text does not fit a width.
func tooLong(text string, width int) bool {
	word, _, _ := strings.Cut(strings.TrimLeft(text, " "), " ")
	return utf8.RuneCountInString(word) > width
}

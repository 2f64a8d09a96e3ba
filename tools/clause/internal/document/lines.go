package document

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// Limits of what Parse accepts; a long page has some 100 KiB and 5,000 lines.
	maxBytes = 4 << 20
	maxLines = 200_000
)

// kind says what a line can be, by its look alone.
type kind uint8

const (
	blank     kind = iota
	prose          // any other text
	bar            // a lone bar: starts a row, or is an empty cell
	cellEnd        // text that ends with a blank and a bar
	oneLine        // starts with a bar: a row of a Markdown table
	separator      // |---|---|
	tabbed         // cells with tabs between them
	rule           // dashes alone, or with tabs between them
)

// line is one line of the page, without outer blanks.
type line struct {
	text string
	kind kind
	// tabs is the line with its tabs, where it is a row of cells between them.
	tabs string
}

// splitLines checks that the text is one, and splits it.
func splitLines(text []byte) ([]line, error) {
	if err := checkText(text); err != nil {
		return nil, err
	}
	plain := strings.ReplaceAll(string(text), "\r\n", "\n")
	plain = strings.ReplaceAll(plain, "\r", "\n")
	if n := strings.Count(plain, "\n") + 1; n > maxLines {
		return nil, fmt.Errorf("it has %d lines, at most %d are read: keep the page of one operation", n, maxLines)
	}
	raw := strings.Split(plain, "\n")
	lines := make([]line, len(raw))
	for i, s := range raw {
		text := strings.TrimSpace(strings.Map(plainRune, s))
		lines[i] = line{text: text, kind: kindOf(text)}
		if lines[i].kind == prose {
			lines[i].readTabs(s)
		}
	}
	return lines, nil
}

func checkText(text []byte) error {
	switch {
	case len(text) > maxBytes:
		return fmt.Errorf("it has %d bytes, at most %d are read: keep the page of one operation", len(text), maxBytes)
	case bytes.IndexByte(text, 0) >= 0 || !utf8.Valid(text):
		return errors.New("it is no UTF-8 text: save the page as plain text in UTF-8")
	}
	start := strings.ToLower(string(text[:min(len(text), 64)]))
	start = strings.TrimSpace(strings.Map(plainRune, start))
	if strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html") {
		return errors.New("it is HTML: save what the browser shows as plain text")
	}
	for _, r := range string(text) {
		if unicode.IsGraphic(r) && !unicode.IsSpace(r) {
			return nil
		}
	}
	return errors.New("it is empty")
}

// plainRune makes every blank a space, and drops what cannot be seen: byte order
// marks, zero-width spaces, and control characters, which have no place in messages.
func plainRune(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case !unicode.IsGraphic(r):
		return -1
	}
	return r
}

func kindOf(s string) kind {
	switch {
	case s == "":
		return blank
	case s == "|":
		return bar
	case isSeparator(s):
		return separator
	case s[0] == '|':
		return oneLine
	case endsCell(s):
		return cellEnd
	}
	return prose
}

// readTabs finds the lines of tables that were copied with tabs. raw is the line as
// it stands in the page.
func (l *line) readTabs(raw string) {
	if strings.Trim(l.text, "-: ") == "" && strings.Contains(l.text, "--") {
		l.kind = rule
	}
	if !strings.Contains(strings.TrimSpace(raw), "\t") {
		return
	}
	if l.kind == prose {
		l.kind = tabbed
	}
	l.tabs = strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return plainRune(r)
	}, raw)
}

// endsCell needs the blank before the bar: "a|" is text.
func endsCell(s string) bool { return strings.HasSuffix(s, " |") }

// isSeparator needs two dashes or colons a column, and an outer bar or three of
// them: "- |" is a cell that says "none", and "--" may be one.
func isSeparator(s string) bool {
	if strings.Trim(s, "|-: ") != "" || !strings.Contains(s, "|") {
		return false
	}
	need := 3
	if s[0] == '|' {
		need = 2
	}
	for part := range strings.SplitSeq(strings.Trim(s, "|"), "|") {
		if part = strings.TrimSpace(part); len(part) < need || !strings.Contains(part, "-") || strings.Contains(part, " ") {
			return false
		}
	}
	return s[0] == '|' || strings.Contains(strings.Trim(s, "|"), "|")
}

// fold is how names are compared: without case, punctuation and "Table 2" before it.
func fold(s string) string {
	words := foldedWords(s)
	if len(words) > 2 && words[0] == "table" && isNumber(words[1]) {
		words = words[2:]
		// "Table 3-1 Name" and "Table 3.1 Name" have a second number.
		if len(words) > 1 && isNumber(words[0]) {
			words = words[1:]
		}
	}
	return strings.Join(words, " ")
}

func foldedWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// clip keeps messages readable, whatever the page has for a name.
func clip(s string) string {
	const most = 80
	cut := ""
	for i := range s {
		if i >= most {
			s, cut = s[:i], "..."
			break
		}
	}
	return strings.ReplaceAll(s, "\n", " ") + cut
}

// count gives "1 cell" or "3 cells".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

package printable

import (
	"strings"
	"unicode/utf8"
)

// Lines is Escape for each line of a text, which is Inert then. A tab becomes spaces.
func Lines(from string) []string {
	lines := strings.Split(strings.ReplaceAll(strings.TrimRight(from, "\r\n"), "\r\n", "\n"), "\n")
	for i, line := range lines {
		lines[i] = Inert(Escape(strings.ReplaceAll(line, "\t", "    ")))
	}
	return lines
}

// Inert writes out the first character of what GitHub Actions would take for a command, as
// the texts of answers are in the logs of jobs: of :: at the beginning of a line, whatever
// blanks stand before it, and of ##[ anywhere.
func Inert(line string) string {
	line = strings.ReplaceAll(line, "##[", `\x23#[`)
	if text := strings.TrimLeft(line, " "); strings.HasPrefix(text, "::") {
		line = line[:len(line)-len(text)] + `\x3a` + text[1:]
	}
	return line
}

const (
	// MaxRows is how many rows a table in Markdown has: GitHub shows a summary of up to
	// 1 MiB.
	MaxRows = 40
	// MaxAnnotations is how many annotations of a kind GitHub shows of a step.
	MaxAnnotations = 10
)

// maxText is how much of a text Markdown and annotations have, in bytes.
const maxText = 400

// Cut shortens a text to a number of bytes, at the end of a character.
func Cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit] + "… (cut here)"
}

// marks are the characters that Markdown, or what becomes of it, acts on. A colon and
// a dot are among them for the links that GitHub makes of bare addresses.
const marks = "\\`*_{}[]()<>#+-!|~&@:.^$="

// Markdown escapes a text in one line, cut to a length: it is neither markup nor a link.
func Markdown(text string) string {
	text = Escape(Cut(text, maxText))
	var b strings.Builder
	for _, c := range text {
		switch {
		case c == '@':
			b.WriteString("&#64;") // GitHub would call somebody
			continue
		case strings.ContainsRune(marks, c):
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// MarkdownCode is a text as code: ids are easier to read, and to copy, without escapes.
func MarkdownCode(id string) string {
	plain := func(c rune) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("._-/=+,", c)
	}
	if id == "" || len(id) > maxText || strings.ContainsFunc(id, func(c rune) bool { return !plain(c) }) {
		return Markdown(id)
	}
	return "`" + id + "`"
}

// Command is a text as the message of a workflow command of GitHub Actions.
func Command(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(Escape(Cut(text, maxText)))
}

// CommandValue is a text as a value of a workflow command.
func CommandValue(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(Command(text))
}

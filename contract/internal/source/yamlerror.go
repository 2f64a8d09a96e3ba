package source

import (
	"errors"
	"io"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

var (
	yamlError  = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)`)
	yamlAnchor = regexp.MustCompile(`anchor '[^']*'`)
)

// maxSearched bounds the text in which the line of an error is searched for, in
// bytes: it is read some twenty times.
const maxSearched = 2 << 20

// yamlFailure says where a text is no YAML. The library gives the line where what
// it was reading began, and that often one too small.
// If it is strict, the name of an anchor is not told: it can be a secret that begins
// with *, without the quotes it needs.
func yamlFailure(file *File, text string, err error, strict bool) *Error {
	m := yamlError.FindStringSubmatch(err.Error())
	message := m[2]
	line, _ := strconv.Atoi(m[1])
	at := place{file: file, line: uint32(max(line, 1)), column: 1}
	if len(text) <= maxSearched {
		at = failing(file, text, err.Error())
	}
	switch {
	case strings.Contains(message, "violates indentation"), strings.Contains(message, "cannot start any token") && tabAt(text, at):
		message = "a tab cannot indent: use blanks"
	case strings.Contains(message, "did not find expected key"):
		message += ": the indentation may be wrong here or above, or a value may need quotes"
	case strings.Contains(message, "mapping values are not allowed"):
		message += ": a value that contains a colon and a blank needs quotes, and so does one with a wrong indentation"
	}
	if strict {
		message = yamlAnchor.ReplaceAllString(message, "anchor") + "; values that hold one of : # { } [ ] & * ! | > % @ need quotes"
	}
	return fatal(at.location(), "not valid YAML: %s", message)
}

// failing finds the first line that brings the error: the text up to it has the
// error, and without it has not.
func failing(file *File, text, want string) place {
	ends := []int{}
	for i := 0; i < len(text); {
		n := strings.IndexByte(text[i:], '\n')
		if n < 0 {
			n = len(text) - i - 1
		}
		i += n + 1
		ends = append(ends, i)
	}
	i := sort.Search(len(ends), func(i int) bool { return fails(text[:ends[i]]) == want })
	if i == len(ends) { // at the very end
		i = max(len(strings.Split(strings.TrimRight(text, " \t\r\n"), "\n"))-1, 0)
	}
	begin := 0
	if i > 0 {
		begin = ends[i-1]
	}
	blank := len(text[begin:]) - len(strings.TrimLeft(text[begin:], " "))
	return place{file: file, line: uint32(i + 1), column: uint32(utf8.RuneCountInString(text[begin:begin+blank]) + 1)}
}

// fails returns the error of a text, or "".
func fails(text string) string {
	_, decoder, err := firstDocument(text)
	if err == nil {
		var next yaml.Node
		err = guard(func() error { return decoder.Decode(&next) })
	}
	if err == nil || errors.Is(err, io.EOF) {
		return ""
	}
	return err.Error()
}

// tabAt reports whether a line begins with a tab, perhaps after blanks.
func tabAt(text string, at place) bool {
	for range at.line - 1 {
		_, text, _ = strings.Cut(text, "\n")
	}
	return strings.HasPrefix(strings.TrimLeft(text, " "), "\t")
}

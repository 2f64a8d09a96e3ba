package source

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decode turns the bytes of a file into text: UTF-16 with a byte order mark, as
// Windows tools write it, becomes UTF-8, and a mark of UTF-8 is dropped.
func decode(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return fromUTF16(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return fromUTF16(data[2:], binary.BigEndian)
	default:
		return string(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	}
}

func fromUTF16(data []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units))
}

// printable replaces what YAML 1.2 does not allow in a text (section 5.1), so
// that a stray byte does not cost the whole description.
func printable(file *File, text string, found *problems) string {
	bad := -1
	count := 0
	for i, r := range text {
		if !allowed(r, text[i:]) {
			if bad < 0 {
				bad = i
			}
			count++
		}
	}
	if bad < 0 {
		return text
	}
	line := strings.Count(text[:bad], "\n") + 1
	column := utf8.RuneCountInString(text[strings.LastIndexByte(text[:bad], '\n')+1:bad]) + 1
	found.add(Problem{
		Severity: Warning, At: place{file: file, line: uint32(line), column: uint32(column)}.location(),
		Message: fmt.Sprintf("here and in %d other places the file is no UTF-8 text, or has control characters", count-1),
		Cost:    "they are read as the replacement character U+FFFD",
	})
	var b strings.Builder
	b.Grow(len(text) + 2*count)
	for i, r := range text {
		if !allowed(r, text[i:]) {
			r = utf8.RuneError
		}
		b.WriteRune(r)
	}
	return b.String()
}

// allowed reports whether YAML allows a character. rest begins with it.
func allowed(r rune, rest string) bool {
	switch {
	case r == utf8.RuneError:
		return strings.HasPrefix(rest, "\uFFFD")
	case r < ' ':
		return r == '\t' || r == '\n' || r == '\r'
	default:
		return r != 0x7f && (r < 0x80 || r >= 0xa0 || r == 0x85) && r != 0xfffe && r != 0xffff
	}
}

package source

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// maxEncoded bounds the JSON of a tree, in bytes: aliases make a small file the
// source of a large one.
const maxEncoded = 256 << 20

var errEncoded = errors.New("the description is too large when its aliases and references are written out")

// JSON writes the tree as JSON, members in their order. It fails for a tree that
// is far larger than the files it is made of.
func (n *Node) JSON() ([]byte, error) {
	e := encoder{limit: maxEncoded}
	e.node(n)
	if e.full {
		return nil, errEncoded
	}
	return e.data, nil
}

type encoder struct {
	data  []byte
	limit int
	full  bool
}

func (e *encoder) node(n *Node) {
	if e.full = e.full || len(e.data) > e.limit; e.full {
		return
	}
	switch n.Kind() {
	case Mapping:
		e.data = append(e.data, '{')
		for i, m := range n.members {
			if i > 0 {
				e.data = append(e.data, ',')
			}
			e.text(m.Name)
			e.data = append(e.data, ':')
			e.node(m.Value)
		}
		e.data = append(e.data, '}')
	case Sequence:
		e.data = append(e.data, '[')
		for i, item := range n.items {
			if i > 0 {
				e.data = append(e.data, ',')
			}
			e.node(item)
		}
		e.data = append(e.data, ']')
	case String:
		e.text(n.text)
	case Bool, Number:
		e.data = append(e.data, n.text...)
	default:
		e.data = append(e.data, "null"...)
	}
}

// text writes a string (RFC 8259, section 7): quotes, backslashes and control
// characters escaped, what is no UTF-8 replaced.
func (e *encoder) text(s string) {
	const hex = "0123456789abcdef"
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	e.data = append(e.data, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		e.data = append(e.data, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			e.data = append(e.data, '\\', c)
		case '\n':
			e.data = append(e.data, '\\', 'n')
		default:
			e.data = append(e.data, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	e.data = append(e.data, s[start:]...)
	e.data = append(e.data, '"')
}

package source

import (
	"slices"
	"strings"
	"testing"
)

// What is only warned of in a description is an error in a file of our own, and no
// message shows a value.
func TestReadTree(t *testing.T) {
	for text, want := range map[string][]string{
		"a: 1\nb: [x, true]":  nil,
		`{"a": 1, "b": null}`: nil,
		"{a: 1}":              nil, // JSON by its brace, and YAML in truth
		"a: 1\na: 2":          {`f:2:1: the key "a" is given twice, first in line 1; remove one`},
		`{"a": 1, "a": 2}`:    {`f:1:10: the key "a" is given twice, first in line 1; remove one`},
		"{a: 1, a: 2}":        {`f:1:8: the key "a" is given twice, first in line 1; remove one`},
		"a: &secret x\nb: *secret": {
			"f:1:4: anchors and aliases are not supported; write the value out, in quotes if it begins with & or *",
			"f:2:4: anchors and aliases are not supported; write the value out, in quotes if it begins with & or *",
		},
		"a: *secret":          {"f:1:1: not valid YAML: unknown anchor referenced; values that hold one of : # { } [ ] & * ! | > % @ need quotes"},
		"&secret a: x":        {"f:1:1: anchors and aliases are not supported; write the value out, in quotes if it begins with & or *"},
		"a: !secret x":        {"f:1:4: tags are not supported; put the value in quotes if it begins with !"},
		"a: !!str x":          {"f:1:4: tags are not supported; put the value in quotes if it begins with !"},
		"<<: {a: 1}":          {"f:1:1: anchors, aliases and merged mappings are not supported; write the values out"},
		"? [secret]\n: x":     {"f:1:3: a key must be a text, and this is a list"},
		"a: \"\x01\"":         {"f:1:5: here and in 0 other places the file is no UTF-8 text, or has control characters"},
		`{"a": "\ud800"}`:     {"f:1:9: one half of a surrogate pair (RFC 8259, section 8.2)"},
		" \n":                 {"f:1:1: the file is empty"},
		"a: 0123456\nb: .inf": nil,
	} {
		root, problems := ReadTree("f", []byte(text))
		var got []string
		for _, p := range problems {
			if p.Severity == Fatal {
				got = append(got, p.String())
			}
			if p.Severity == Warning || strings.Contains(p.String(), "secret") {
				t.Errorf("%s: got %s", text, p)
			}
		}
		if !slices.Equal(got, want) || root == nil && len(problems) != 1 {
			t.Errorf("%s\ngot  %q\nwant %q", text, got, want)
		}
	}
}

// A number is what JSON has for one; what only YAML does stays as it is written.
func TestReadTreeNumbers(t *testing.T) {
	root, problems := ReadTree("f", []byte("[1.10, -2e3, 0x10, 0123, 1_000, .5, .inf]"))
	var numbers, texts []string
	for _, n := range root.Items() {
		if n.Kind() == Number {
			numbers = append(numbers, n.Text())
		} else {
			texts = append(texts, n.Text())
		}
	}
	if !slices.Equal(numbers, []string{"1.10", "-2e3"}) || !slices.Equal(texts, []string{"0x10", "0123", "1_000", ".5", ".inf"}) {
		t.Errorf("got the numbers %q and the texts %q", numbers, texts)
	}
	told := 0
	for _, p := range problems {
		if p.NotJSON() {
			told++
		}
	}
	if told != len(texts) {
		t.Errorf("%d texts are told, want %d: %v", told, len(texts), problems)
	}
}

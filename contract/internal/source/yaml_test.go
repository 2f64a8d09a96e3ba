package source

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// read parses a text and gives the JSON of its tree, its problems and its error.
func read(t *testing.T, text string) (written string, found []string) {
	t.Helper()
	root, problems, err := Parse("f", []byte(text))
	for _, p := range problems {
		found = append(found, p.String())
	}
	if err != nil {
		return "error", append(found, err.Error())
	}
	data, err := root.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(data), found
}

func TestYAMLValues(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1\nb: [x, 'y']":                     `{"a":1,"b":["x","y"]}`,
		"200: a\non: b\nyes: c\n0400: d\n~: e":  `{"200":"a","on":"b","yes":"c","0400":"d","~":"e"}`,
		"1.0: a\n2020-01-01: b\ntrue: c":        `{"1.0":"a","2020-01-01":"b","true":"c"}`,
		"a: yes\nb: on\nc: True\nd: ~\ne:":      `{"a":"yes","b":"on","c":true,"d":null,"e":null}`,
		"a: 2020-01-01\nb: 2020-01-01T00:00:00": `{"a":"2020-01-01","b":"2020-01-01T00:00:00"}`,
		"[0x10, 0o17, 1_000, .5, 5., +3, 1e3]":  `[16,15,1000,0.5,5,3,1e3]`,
		"- 12345678901234567890123":             `[12345678901234567890123]`,
		"- !!str 5\n- !!int \"7\"\n- 1.50":      `["5",7,1.50]`,
		"a: \"\\u00e9\\n\"\nb: |\n  x\n  y\n":   `{"a":"é\n","b":"x\ny\n"}`,
		"a: \"\\ud83d\\ude00 \\\\ud83d\"":       `{"a":"😀 \\ud83d"}`,
		"{a: 1, # comment\n b: [1,],}":          `{"a":1,"b":[1]}`,
		"\xef\xbb\xbf{\"a\": 1}":                `{"a":1}`,
		"\xff\xfea\x00:\x00 \x001\x00":          `{"a":1}`,
		"--- \na: 1\n---\n":                     `{"a":1}`,
		"%YAML 1.2\n---\na: 1\n...\n":           `{"a":1}`,
	} {
		if got, found := read(t, text); got != want {
			t.Errorf("%q: got %s, want %s (%v)", text, got, want, found)
		}
	}
}

func TestYAMLAliases(t *testing.T) {
	for text, want := range map[string]string{
		"a: &x {b: 1}\nc: *x":                                          `{"a":{"b":1},"c":{"b":1}}`,
		"a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3":                     `{"a":{"b":1,"c":2},"d":{"c":3,"b":1}}`,
		"a: &x {b: 1}\nc: &y {b: 2, d: 3}\ne:\n  <<: [*x, *y]\n  f: 4": `{"a":{"b":1},"c":{"b":2,"d":3},"e":{"f":4,"b":1,"d":3}}`,
		"a: &x {b: 1}\nc: &y {<<: *x, d: 2}\ne: {<<: *y}":              `{"a":{"b":1},"c":{"d":2,"b":1},"e":{"d":2,"b":1}}`,
		"&k a: 1\nb: {*k : 2}":                                         `{"a":1,"b":{"a":2}}`,
		"\"<<\": 1":                                                    `{"<<":1}`,
	} {
		if got, found := read(t, text); got != want || len(found) > 0 {
			t.Errorf("%q: got %s, want %s (%v)", text, got, want, found)
		}
	}
}

func TestYAMLProblems(t *testing.T) {
	for text, want := range map[string]string{
		"a: &x [*x]":              `f:1:8: the alias *x stands within what it means; it is read as null`,
		"a: 1\na: 2":              `f:2:1: the key "a" is given twice, first in line 1; the last one counts`,
		"a: 0400":                 `f:1:4: readers of YAML differ about the number 0400, which begins with 0; it is read as a text`,
		"a: .inf":                 `f:1:4: ".inf" is no number in JSON; it is read as a text`,
		"a: !!int x":              `f:1:4: "x" is no number in JSON; it is read as a text`,
		"a: !mine x":              `f:1:4: "x" does not have the YAML type !mine; it is read as a text`,
		"? [a]\n: 1":              `f:1:3: a key must be a text, and this is a list; it is left out`,
		"a: {<<: 5}":              `f:1:9: a merge key (<<) takes a mapping or a list of mappings, and this is a number; it is left out`,
		"b: é\na: \"x\xe9y\x01\"": `f:2:6: here and in 1 other places the file is no UTF-8 text, or has control characters; they are read as the replacement character U+FFFD`,
		"{\"a\": 1,}":             `f:1:9: not valid JSON: '}' where a name in double quotes should be; it is read as YAML`,
	} {
		if got, found := read(t, text); got == "error" || len(found) != 1 || found[0] != want {
			t.Errorf("%q: got %s %q, want %q", text, got, found, want)
		}
	}
}

func TestYAMLErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   `f:1:1: the file is empty`,
		"  \n":                               `f:1:1: the file is empty`,
		"# only\n":                           `f:1:1: the file is empty`,
		"a:\n  b: 1\n\tc: 2\n":               `f:3:1: not valid YAML: a tab cannot indent: use blanks`,
		"a:\n  b: 1\n c: 2\n":                `f:3:2: not valid YAML: did not find expected key: the indentation may be wrong here or above, or a value may need quotes`,
		"x: 1\na: b: c\n":                    `f:2:1: not valid YAML: mapping values are not allowed in this context: a value that contains a colon and a blank needs quotes, and so does one with a wrong indentation`,
		"a: 1\nb: [1, 2\nc: 3\nd: 4\ne: 5\n": `f:2:1: not valid YAML: did not find expected ',' or ']'`,
		"a: 1\nb: \"x\nc: 3\n":               `f:2:1: not valid YAML: found unexpected end of stream`,
		"a: *none\n":                         `f:1:1: not valid YAML: unknown anchor 'none' referenced`,
		"a: 1\n---\nb: 2\n":                  `f:2:1: a second YAML document begins here: a file is one document, so put each into a file of its own`,
		"{\"a\": tru":                        `f:1:7: not valid JSON: 't' where a value should be`,
	} {
		got, found := read(t, text)
		if got != "error" || found[len(found)-1] != want {
			t.Errorf("%q: got %s %q, want %q", text, got, found, want)
		}
	}
}

func TestBounds(t *testing.T) {
	var bomb, chain, wide strings.Builder
	bomb.WriteString("a0: &a0 [" + strings.Repeat("x, ", 10) + "]\n")
	chain.WriteString("a0: &a0 [x]\n")
	for i := 1; i < 600; i++ {
		if i < 10 {
			fmt.Fprintf(&bomb, "a%d: &a%d [%s]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10))
		}
		fmt.Fprintf(&chain, "a%d: &a%d [*a%d]\n", i, i, i-1)
	}
	wide.WriteString("- &a {")
	for i := range 1000 {
		fmt.Fprintf(&wide, "k%d: 1, ", i)
	}
	wide.WriteString("}\n" + strings.Repeat("- {<<: *a}\n", 3000))
	for name, c := range map[string]struct{ text, want string }{
		"aliases":    {bomb.String(), "f:7:10: the aliases of the file stand for more than 2000000 values"},
		"alias deep": {chain.String(), "f:500:14: the file nests deeper than 500 levels"},
		"merges":     {wide.String(), "f:1000:8: the merge keys of the file stand for more than 2000000 values"},
		"deep flow":  {strings.Repeat("- ", 700) + "x", "f:1:1003: the file nests deeper than 500 levels"},
		"large":      {strings.Repeat(" ", MaxSize+1), "f: larger than 16 MiB: split it, or leave out what is not needed"},
		"values":     {"[" + strings.Repeat("1,", maxNodes) + "1]", "f:1:4000000: the file has more than 2000000 values: split it into several files"},
	} {
		if got, found := read(t, c.text); got != "error" || found[len(found)-1] != c.want {
			t.Errorf("%s: got %.60s %q, want %q", name, got, found, c.want)
		}
	}
}

// JSON is YAML, but for little: both readers see the same.
func TestJSONAsYAML(t *testing.T) {
	const text = `{"a": [1, 2.5, true, null, "x\n\u00e9"], "b": {"c": {}}, "200": []}`
	fromJSON, err := scanJSON(&File{Name: "f"}, text, nil)
	if err != nil {
		t.Fatal(err)
	}
	fromYAML, err := parseYAML(&File{Name: "f"}, text, &problems{})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(plain(fromJSON), plain(fromYAML)) {
		t.Errorf("got %v and %v", plain(fromJSON), plain(fromYAML))
	}
	if a, b := fromJSON.Locate("/b/c"), fromYAML.Locate("/b/c"); a != b {
		t.Errorf("got %v and %v", a, b)
	}
}

// FuzzYAML reads any text: no panic, a tree within the bounds, and JSON that can
// be read.
func FuzzYAML(f *testing.F) {
	for _, seed := range []string{
		"a: &x {b: [1, .5]}\n<<: *x\n", "? [a]\n: !!set {b}\n", "- |\n x\n- >-\n y\n", "a: *b", "--- a\n--- b", "\t", "{a: \"\\ud83d\\ude00\"}",
		"a: !!binary aGk=", "&a *a", "- 0x1_f\n- 0b11\n- 1e999\n- 2001-12-14t21:59:43.10-05:00", "a: b: c", "%TAG ! x\n--- !foo\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		root, _, err := Parse("f", data)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r") {
				t.Fatalf("an error of several lines: %q", err)
			}
			return
		}
		written, err := root.JSON()
		if err != nil {
			return
		}
		if !json.Valid(written) {
			t.Fatalf("no JSON: %s", written)
		}
	})
}

package source

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// plain is the value of a tree in the forms of encoding/json.
func plain(n *Node) any {
	switch n.Kind() {
	case Mapping:
		object := map[string]any{}
		for _, m := range n.Members() {
			object[m.Name] = plain(m.Value)
		}
		return object
	case Sequence:
		list := []any{}
		for _, item := range n.Items() {
			list = append(list, plain(item))
		}
		return list
	case Number:
		return json.Number(n.Text())
	case Bool:
		return n.True()
	case String:
		return n.Text()
	default:
		return nil
	}
}

func jsonValue(data string) (value any, err error) {
	decoder := json.NewDecoder(strings.NewReader(data))
	decoder.UseNumber()
	if !json.Valid([]byte(data)) {
		return nil, json.Unmarshal([]byte(data), &value)
	}
	err = decoder.Decode(&value)
	return value, err
}

func TestJSON(t *testing.T) {
	const text = `{"a": "x \ud83d\ude00", "é": [1, -0.5e+3, true,
 null, {"b\n": ""}], "big": 123456789012345678901234567890}`
	var found problems
	root, err := scanJSON(&File{Name: "f.json"}, text, &found)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := jsonValue(text)
	if got := plain(root); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if len(found.all) > 0 {
		t.Errorf("problems: %v", found.all)
	}
	for pointer, at := range map[string]string{
		"/a": "1:2", "/é": "1:25", "/é/1": "1:34", "/é/3": "2:2", "/é/4/b\n": "2:9", "/big": "2:22", "/none": "1:1",
	} {
		l := root.Locate(pointer)
		if got := (Problem{At: l}).String(); !strings.HasPrefix(got, "f.json:"+at+":") {
			t.Errorf("%s: got %s, want %s", pointer, got, at)
		}
	}
}

func TestJSONErrors(t *testing.T) {
	for text, want := range map[string]string{
		`{"a": tru}`:             `f:1:7: not valid JSON: 't' where a value should be`,
		`{"a" 1}`:                `f:1:6: not valid JSON: '1' where the colon after "a" should be`,
		"{\n  'a': 1}":           `f:2:3: not valid JSON: a single quote (JSON has double quotes) where a name in double quotes should be`,
		`{"a": 1,}`:              `f:1:9: not valid JSON: '}' where a name in double quotes should be`,
		`[1 2]`:                  `f:1:4: not valid JSON: '2' where a comma or ] should be`,
		`[01]`:                   `f:1:3: not valid JSON: '1' where a comma or ] should be`,
		`[1.]`:                   `f:1:4: not valid JSON: ']' where the digits after a point should be`,
		`[1e]`:                   `f:1:4: not valid JSON: ']' where the digits of an exponent should be`,
		`[-]`:                    `f:1:3: not valid JSON: ']' in a number`,
		`["\x"]`:                 `f:1:4: not valid JSON: 'x' after a backslash`,
		`["\u12"]`:               `f:1:4: not valid JSON: \u without four hexadecimal digits`,
		"[\"a\tb\"]":             `f:1:4: not valid JSON: the byte 0x09 in a string: write it as an escape such as \n`,
		`["é", "abc`:             `f:1:7: not valid JSON: the string that begins here does not end`,
		`{"a": 1} x`:             `f:1:10: not valid JSON: 'x' after the end of the JSON value`,
		`{"a": [`:                `f:1:8: not valid JSON: the text ends where a value should be`,
		strings.Repeat("[", 600): `f:1:502: the file nests deeper than 500 levels`,
	} {
		_, err := scanJSON(&File{Name: "f"}, text, nil)
		if err == nil || err.Error() != want {
			t.Errorf("%.40s: got %v, want %s", text, err, want)
		}
	}
}

func TestJSONWarnings(t *testing.T) {
	for text, want := range map[string]string{
		`{"a": 1, "b": {"a": 2, "a": 3}}`: `f:1:24: the key "a" is given twice, first in line 1; the last one counts`,
		`["x\ud83dy"]`:                    `f:1:5: one half of a surrogate pair (RFC 8259, section 8.2); it is read as the replacement character U+FFFD`,
		"[\"x\xff\"]":                     `f:1:4: the text is not valid UTF-8; it is read as the replacement character U+FFFD`,
	} {
		var found problems
		root, err := scanJSON(&File{Name: "f"}, text, &found)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if len(found.all) != 1 || found.all[0].String() != want {
			t.Errorf("%s: got %v, want %s", text, found.all, want)
		}
		if value, _ := jsonValue(text); !reflect.DeepEqual(plain(root), value) {
			t.Errorf("%s: got %v, want %v", text, plain(root), value)
		}
	}
}

// FuzzJSON holds the scanner and the encoder to encoding/json: what is accepted,
// which value it has, and that its JSON has the same value.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,2.5e-3,"x\ud83d\ude00",null,true,false,{}],"a":[]}`, `"\ud800\u0041"`, " [ ] ", `{"":"\u0000\b\/"}`, "\"\xff\xfe\"",
		`-0`, `1e400`, `[1,]`, `nul`, `{"a":"\ud83d\uzzzz"}`, "\"\xed\xa0\x80\"",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Count(text, "[")+strings.Count(text, "{") > maxDepth {
			return
		}
		want, wantErr := jsonValue(text)
		root, err := scanJSON(&File{Name: "f"}, text, nil)
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("got %v, encoding/json %v", err, wantErr)
		}
		if err != nil {
			return
		}
		if got := plain(root); !reflect.DeepEqual(got, want) {
			t.Fatalf("got %#v, encoding/json %#v", got, want)
		}
		written, _ := root.JSON()
		if again, err := jsonValue(string(written)); err != nil || !reflect.DeepEqual(again, want) {
			t.Fatalf("written as %s: %v", written, err)
		}
	})
}

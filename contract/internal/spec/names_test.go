package spec

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// FuzzRepeatedNames holds what is found of duplicate names against what the
// standard library reads.
func FuzzRepeatedNames(f *testing.F) {
	members := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `, "m%d": %[1]d`, i)
		}
		return b.String()
	}
	for _, text := range []string{
		"", "1", `"a"`, `{"a":1,"a":2}`, `{"a":{"a":[{"a":1},"a","a"],"a":1}}`, `{"\u0061":1,"a":2,"\"":3,"\\":4,"\\\"":5}`, `[{"a":"{\"a\":1,"},{"a":1}]`,
		`{"":1,"":2,"\ud800":1,"\ud800":2,"\ufffd":3}`, `{"a` + members(40)[1:] + members(40) + `}`, "{" + members(40)[1:] + members(17) + "}", `{"a":1,"b":{"c":1},"b":{"c":1},"b":{"c":1}}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		const most = 5
		found, count := RepeatedNames(text, most)
		if len(found) > most || len(found) < min(count, most) {
			t.Fatalf("%d places of %d", len(found), count)
		}
		for _, place := range found {
			if len(place.String()) > 300 {
				t.Fatalf("a place of %d bytes", len(place.String()))
			}
		}
		if _, err := ParseJSON([]byte(text)); err != nil {
			return
		}
		if want := twiceNamed(json.NewDecoder(strings.NewReader(text))); count != want {
			t.Fatalf("%d duplicate names, want %d", count, want)
		}
	})
}

// twiceNamed counts the names that the objects of a valid document have twice.
func twiceNamed(d *json.Decoder) int {
	token, err := d.Token()
	if err != nil {
		return 0
	}
	n, times := 0, map[string]int{}
	switch token {
	case json.Delim('['):
		for d.More() {
			n += twiceNamed(d)
		}
	case json.Delim('{'):
		for d.More() {
			name, _ := d.Token()
			if times[name.(string)]++; times[name.(string)] == 2 {
				n++
			}
			n += twiceNamed(d)
		}
	default:
		return 0
	}
	d.Token()
	return n
}

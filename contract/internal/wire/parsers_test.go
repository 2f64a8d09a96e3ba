package wire

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// query is a row of testdata/queries.json: how a parameter stands in a query, and
// what parsers read there. The tests of the stacks under fixtures hold the parsers
// of those to the same rows.
type query struct {
	Style  Style
	Name   string
	Values []string
	Query  string
	// Pairs are what a parser reads that knows nothing of brackets.
	Pairs [][2]string
	// Nested is what one reads that does.
	Nested map[string]any
}

func queries(t *testing.T) []query {
	t.Helper()
	data, err := os.ReadFile("testdata/queries.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []query
	if err := json.Unmarshal(data, &rows); err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		rows[i].Style.In = inQuery
	}
	return rows
}

// TestQueries writes each row, and reads it again: by this package, and by net/url.
func TestQueries(t *testing.T) {
	for _, row := range queries(t) {
		written := WriteQuery(row.Style.Pairs(row.Name, row.Values))
		if written != row.Query {
			t.Errorf("%+v writes %q as %s, not %s", row.Style, row.Values, written, row.Query)
		}
		if got := row.read(t); !slices.Equal(got, row.Values) {
			t.Errorf("%+v reads %s as %q, not %q", row.Style, row.Query, got, row.Values)
		}
		if why := row.Style.Doubt(row.Values); why != "" {
			t.Errorf("%+v with %q is in doubt: %s", row.Style, row.Values, why)
		}
		values, err := url.ParseQuery(row.Query)
		want := url.Values{}
		for _, pair := range row.Pairs {
			want.Add(pair[0], pair[1])
		}
		if err != nil || values.Encode() != want.Encode() {
			t.Errorf("net/url reads %s as %v (%v), not %v", row.Query, values, err, want)
		}
	}
}

// read gives the values that the parameter of a row has in its query.
func (row *query) read(t *testing.T) []string {
	t.Helper()
	var values []string
	for _, pair := range Query(row.Query) {
		var err error
		switch member, ok := row.Style.Member(row.Name, pair.Name); {
		case ok:
			values, err = row.Style.ReadMember(values, member, pair.Text)
		case pair.Name == row.Name:
			values, err = row.Style.Read(values, pair.Text)
		default:
			t.Errorf("%s has %q, which is nobody's", row.Query, pair.Name)
		}
		if err != nil {
			t.Error(err)
		}
	}
	return values
}

// TestQueriesInOtherLanguages has the parsers of Python and Node read the rows.
func TestQueriesInOtherLanguages(t *testing.T) {
	for _, parser := range []struct{ name, flag, script string }{
		{"python3", "-c", `import json, sys, urllib.parse
print(json.dumps([urllib.parse.parse_qsl(q, keep_blank_values=True, strict_parsing=True) for q in json.load(sys.stdin)]))`},
		{"node", "-e", `let text = ""
process.stdin.on("data", (d) => (text += d)).on("end", () =>
  console.log(JSON.stringify(JSON.parse(text).map((q) => [...new URLSearchParams(q)]))))`},
	} {
		t.Run(parser.name, func(t *testing.T) {
			interpreter, err := exec.LookPath(parser.name)
			if err != nil {
				t.Skip(parser.name + " is not on this machine: its parser is not tried")
			}
			rows := queries(t)
			var texts []string
			for _, row := range rows {
				texts = append(texts, row.Query)
			}
			in, err := json.Marshal(texts)
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), interpreter, parser.flag, parser.script)
			cmd.Stdin = bytes.NewReader(in)
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			var read [][][2]string
			if err := json.Unmarshal(out, &read); err != nil || len(read) != len(rows) {
				t.Fatalf("%s (%v)", out, err)
			}
			for i, row := range rows {
				if !slices.Equal(read[i], row.Pairs) {
					t.Errorf("%s reads %s as %q, not %q", parser.name, row.Query, read[i], row.Pairs)
				}
			}
		})
	}
}

// TestObjects writes objects as they stand outside a query, and reads them again.
func TestObjects(t *testing.T) {
	values := []string{"r", "100", "g", "a b"}
	for _, test := range []struct {
		style Style
		want  string
	}{
		{Style{In: inPath, Kind: Object}, "r,100,g,a%20b"},
		{Style{In: inPath, Kind: Object, Explode: true}, "r=100,g=a%20b"},
		{Style{In: inHeader, Kind: Object}, "r,100,g,a b"},
		{Style{In: inHeader, Kind: Object, Explode: true}, "r=100,g=a b"},
		{Style{In: inCookie, Kind: Object}, "r,100,g,a%20b"},
		{Style{In: inCookie, Kind: Object, Explode: true}, "r=100 | g=a%20b"},
	} {
		texts := test.style.Write(values)
		if got := strings.Join(texts, " | "); got != test.want {
			t.Errorf("%+v writes %q as %s, not %s", test.style, values, got, test.want)
		}
		if got, err := test.style.ReadAll(texts); err != nil || !slices.Equal(got, values) {
			t.Errorf("%+v reads %q as %q (%v), not %q", test.style, texts, got, err, values)
		}
	}
}

// TestDoubtOfObjects names what is read in different ways of objects, and of what
// stands between blanks and bars.
func TestDoubtOfObjects(t *testing.T) {
	object := func(in, name string, explode bool) Style {
		return Style{In: in, Name: name, Explode: explode, Kind: Object}
	}
	for _, test := range []struct {
		style  Style
		values string // separated by |
		want   string // how the reason begins
	}{
		{object(inQuery, "", true), "a|b c,d=e", ""},
		{object(inQuery, "", true), "a[b]|c", "a member's name that holds brackets"},
		{object(inQuery, "", true), "a.b|c", "a member's name that holds brackets, dots or blanks"},
		{object(inQuery, Deep, true), "a.b|c", ""},
		{object(inQuery, Deep, true), "a[b]|c", "a member's name that holds brackets"},
		{object(inQuery, "", false), "a|b=c", ""},
		{object(inQuery, Blanks, false), "a|b c", "a blank within a value"},
		{object(inPath, "", true), "a|b=c", "an equals sign within a member"},
		{object(inPath, "", false), "a|b=c", ""},
		{object(inPath, "", false), "a|b/c", "a path value that holds a slash"},
		{object(inHeader, "", false), "a|b,c", "a comma within an element"},
		{object(inCookie, "", true), "a|b", "an object in a cookie"},
		{object(inQuery, Deep, true), "", "of an object without members nothing is sent"},
		{Style{In: inQuery, Name: Blanks, Kind: List}, "a b|c", "a blank within a value"},
		{Style{In: inQuery, Name: Blanks, Kind: List, Explode: true}, "a b|c", ""},
	} {
		var values []string
		if test.values != "" {
			values = strings.Split(test.values, "|")
		}
		got := test.style.Doubt(values)
		if !strings.HasPrefix(got, test.want) || (got == "") != (test.want == "") {
			t.Errorf("%+v with %q is in doubt for %q, not %q", test.style, values, got, test.want)
		}
	}
	bars := Style{In: inQuery, Name: Bars, Kind: List}
	if got := bars.Doubt([]string{"a|b"}); !strings.HasPrefix(got, "a bar within a value") {
		t.Errorf("a bar is in doubt for %q", got)
	}
}

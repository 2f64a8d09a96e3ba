package wire

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestStyles writes values as they stand in a request, and reads them again.
func TestStyles(t *testing.T) {
	for _, test := range []struct {
		style  Style
		values []string
		want   string
	}{
		{Style{In: inQuery}, []string{"a b&c=d+é"}, "a%20b%26c%3Dd%2B%C3%A9"},
		{Style{In: inQuery, Kind: List, Explode: true}, []string{"a,b", "c"}, "a%2Cb | c"},
		{Style{In: inQuery, Kind: List}, []string{"a,b", "c d", ""}, "a%2Cb,c%20d,"},
		{Style{In: inPath}, []string{"a,b c"}, "a%2Cb%20c"},
		{Style{In: inPath, Kind: List}, []string{"a,b", "c"}, "a%2Cb,c"},
		{Style{In: inHeader}, []string{"a, b%20"}, "a, b%20"},
		{Style{In: inHeader, Kind: List}, []string{"a", "b%2C"}, "a,b%2C"},
		{Style{In: inCookie}, []string{"a-b:c/d+e"}, "a-b:c/d+e"},
		{Style{In: inCookie}, []string{"a b"}, "a%20b"},
		{Style{In: inCookie}, []string{"50%25"}, "50%2525"},
		{Style{In: inCookie, Kind: List}, []string{"a,b", "c;d"}, "a%2Cb,c%3Bd"},
		{Style{In: inCookie, Kind: List, Explode: true}, []string{"a", "b"}, "a | b"},
	} {
		texts := test.style.Write(test.values)
		if got := strings.Join(texts, " | "); got != test.want {
			t.Errorf("%+v writes %q as %s, not %s", test.style, test.values, got, test.want)
		}
		if values, err := test.style.ReadAll(texts); err != nil || !slices.Equal(values, test.values) {
			t.Errorf("%+v reads %q as %q (%v), not %q", test.style, texts, values, err, test.values)
		}
	}
}

// TestRead has texts that others write.
func TestRead(t *testing.T) {
	for _, test := range []struct {
		style Style
		text  string
		want  []string // nil: it is not percent-encoded
	}{
		{Style{In: inQuery}, "a+b", []string{"a b"}},
		{Style{In: inQuery}, "a%zz", nil},
		{Style{In: inQuery, Kind: List}, "a,%zz", nil},
		{Style{In: inPath}, "a+b", []string{"a+b"}},
		{Style{In: inPath}, "a%2", nil},
		{Style{In: inCookie}, "a+b", []string{"a+b"}},
		{Style{In: inCookie}, "100%", []string{"100%"}},
		{Style{In: inHeader, Kind: List}, " a ,\tb%zz", []string{"a", "b%zz"}},
		{Style{In: inHeader}, " a, b ", []string{"a, b"}},
	} {
		got, err := test.style.Read(nil, test.text)
		if (err != nil) != (test.want == nil) || err == nil && !slices.Equal(got, test.want) {
			t.Errorf("%+v reads %q as %q (%v), not %q", test.style, test.text, got, err, test.want)
		}
	}
}

// TestDoubt names for each place what is read in different ways there.
func TestDoubt(t *testing.T) {
	list := func(in string) Style { return Style{In: in, Kind: List} }
	for _, test := range []struct {
		style  Style
		values string // separated by |
		want   string // how the reason begins
	}{
		{Style{In: inPath}, "a,b c", ""},
		{Style{In: inPath}, "", "an empty path value"},
		{Style{In: inPath}, "..", "a path value that is . or .."},
		{Style{In: inPath}, "...", ""},
		{Style{In: inPath}, "a/b", "a path value that holds a slash is read in different ways by servers and proxies"},
		{Style{In: inPath}, `a\b`, "a path value that holds a backslash"},
		{Style{In: inPath}, "a;b", "a path value that holds a semicolon"},
		{Style{In: inPath}, "50%", "a path value that holds a percent sign"},
		{Style{In: inPath}, "\xff", "a path value that is no printable text"},
		{Style{In: inPath}, "ä", "a path value beyond ASCII"},
		{list(inPath), ".|.", ""},
		{list(inPath), ".", "a path value that is . or .."},
		{Style{In: inQuery}, "a/b;c,d e%ä\"\\", ""},
		{Style{In: inHeader}, "a, b", ""},
		{Style{In: inHeader}, "ü", "a header value beyond ASCII"},
		{Style{In: inHeader}, " a", "blanks around a header value"},
		{Style{In: inHeader}, "a\x01", "a header cannot hold control characters"},
		{list(inHeader), "a|b c", ""},
		{list(inHeader), "a,b", "a comma within an element"},
		{list(inHeader), `a"`, "a quotation mark within an element"},
		{list(inHeader), "a|", "an empty element"},
		{Style{In: inCookie}, "a-b", ""},
		{Style{In: inCookie}, "a b", "servers differ in whether and how they unescape a cookie"},
		{Style{In: inCookie}, "a+b", "servers differ in whether and how they unescape a cookie"},
		{Style{In: inCookie}, "50%", "servers differ in whether and how they unescape a cookie"},
		{list(inCookie), "a", ""},
		{list(inCookie), "a|b", "a cookie of several values"},
	} {
		values := strings.Split(test.values, "|")
		got := test.style.Doubt(values)
		if !strings.HasPrefix(got, test.want) || (got == "") != (test.want == "") {
			t.Errorf("%+v with %q is in doubt for %q, not %q", test.style, values, got, test.want)
		}
	}
	if s := (Style{In: inQuery, Kind: List, Explode: true}); s.Plain([]string{"a,b"}) || !s.Plain([]string{"a", "b"}) {
		t.Error("a comma in a list is as good as none")
	}
}

// TestQuery splits a query and puts it together again.
func TestQuery(t *testing.T) {
	const query = "a%20b=1%2C2,3&&c&%zz=x+y"
	want := []Pair{{"a b", "1%2C2,3"}, {"c", ""}, {"%zz", "x+y"}}
	if got := Query(query); !slices.Equal(got, want) {
		t.Errorf("%s is %q, not %q", query, got, want)
	}
	if got := WriteQuery(want); got != "a%20b=1%2C2,3&c=&%25zz=x+y" {
		t.Errorf("%q is %s", want, got)
	}
}

// FuzzStyle holds what is read to what was written, wherever a place can hold it.
func FuzzStyle(f *testing.F) {
	f.Add("a,b", "c d", true)
	f.Add("%2C", ";", false)
	f.Fuzz(func(t *testing.T, one, other string, joined bool) {
		for _, in := range []string{inPath, inQuery, inHeader, inCookie} {
			values := []string{one, other}
			s := Style{In: in, Kind: List, Explode: !joined}
			if in == inHeader && s.Doubt(values) != "" || !utf8.ValidString(one+other) {
				continue
			}
			got, err := s.ReadAll(s.Write(values))
			if err != nil || !slices.Equal(got, values) {
				t.Errorf("%+v reads %q as %q (%v)", s, values, got, err)
			}
		}
	})
}

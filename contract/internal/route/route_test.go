package route

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// templates are such that several fit a path.
var templates = []string{
	"/things", "/things/{a}", "/things/new", "/things/{a}/parts", "/things/new/{b}", "/{c}/new/parts", "/things/{a}/", "/a b/ü", "/",
}

func table(t *testing.T) *Table[string] {
	t.Helper()
	var out Table[string]
	for _, text := range templates {
		template, err := Parse(text, func(string) int { return 7 })
		if err != nil {
			t.Fatal(err)
		}
		out.Add(http.MethodGet, template, text)
	}
	return &out
}

// TestTheTableAgreesWithNetHTTP wants the pattern that http.ServeMux would take.
func TestTheTableAgreesWithNetHTTP(t *testing.T) {
	mux := http.NewServeMux()
	for _, text := range templates {
		pattern := text
		if strings.HasSuffix(text, "/") {
			pattern += "{$}"
		}
		if text == "/{c}/new/parts" || text == "/things/new/{b}" {
			continue // ServeMux refuses two of which neither is more specific
		}
		mux.HandleFunc("GET "+pattern, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Pattern", text) })
	}
	found := table(t)
	for _, target := range []string{
		"/", "/things", "/things/x", "/things/new", "/things/n%65w", "/things/a%2Fb", "/things/x/parts", "/things/x/", "/a%20b/%C3%BC", "/a%20b/x", "/other",
		"/things/x/other", "/things/%20",
	} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
		u, err := url.Parse("http://host" + target)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := found.Find(http.MethodGet, Split(nil, u))
		if want := w.Header().Get("Pattern"); got != want {
			t.Errorf("%s is for %q, not %q", target, got, want)
		}
		if _, other := found.Find(http.MethodPost, Split(nil, u)); other {
			t.Errorf("POST %s is for something", target)
		}
	}
}

func TestALiteralGoesBeforeAParameterFromTheLeft(t *testing.T) {
	if got, _ := table(t).Find(http.MethodGet, []string{"things", "new", "parts"}); got != "/things/new/{b}" {
		t.Errorf("it is for %q", got)
	}
	for _, test := range []struct{ path, templates, want string }{
		{"a b", "/{a}/b /a/{b}", "/a/{b}"},
		{"a b", "/a/{b} /{a}/b", "/a/{b}"},
		{"a b c", "/{a}/{b}/c /a/{b}/{c}", "/a/{b}/{c}"},
		{"a b", "/a/{b} /a/b", "/a/b"},
		{"a bc", "/a/{b} /a/b{c}", "/a/b{c}"},
	} {
		var all Table[string]
		for text := range strings.FieldsSeq(test.templates) {
			template, err := Parse(text, func(string) int { return 0 })
			if err != nil {
				t.Fatal(err)
			}
			all.Add(http.MethodGet, template, text)
		}
		if got, _ := all.Find(http.MethodGet, strings.Fields(test.path)); got != test.want {
			t.Errorf("of %s the path is for %q", test.templates, got)
		}
	}
}

func TestMethodsAreThoseOfThePath(t *testing.T) {
	all := table(t)
	template, err := Parse("/things/{a}", func(string) int { return 7 })
	if err != nil {
		t.Fatal(err)
	}
	all.Add(http.MethodDelete, template, "delete")
	for path, want := range map[string]string{"things": "GET", "things new": "DELETE GET", "other": ""} {
		if got := strings.Join(all.Methods(strings.Fields(path)), " "); got != want {
			t.Errorf("%s has %q, not %q", path, got, want)
		}
	}
}

func TestWithChangesOneParameter(t *testing.T) {
	index := map[string]int{"a": 0, "b": 1}
	template, err := Parse("/a b/{a}/pre-{b}.json", func(name string) int { return index[name] })
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse("http://host/a%20b/x%2Fy/pre-z.json?q=1")
	if err != nil {
		t.Fatal(err)
	}
	if got := template.With(u, 1, "%25,%C3%A9").String(); got != "http://host/a%20b/x%2Fy/pre-%25,%C3%A9.json?q=1" {
		t.Errorf("it is %s", got)
	}
}

func TestSplitNeedsAPath(t *testing.T) {
	for _, text := range []string{"http://host", "mailto:a@b", "relative"} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := Split(nil, u); got != nil {
			t.Errorf("the path of %s is %q", text, got)
		}
	}
}

func TestParseSaysWhatItCannotRead(t *testing.T) {
	for _, text := range []string{"/a/{unknown}", "/a/{b}{c}"} {
		_, err := Parse(text, func(name string) int { return strings.Index("b", name) })
		if err == nil || err.Error() != "path "+text+": give each segment at most one parameter, and list it under parameters" {
			t.Errorf("%s: the error is %v", text, err)
		}
	}
}

func TestTextIsWhatStandsForTheParameter(t *testing.T) {
	template, err := Parse("/a/pre-{b}.json", func(string) int { return 3 })
	if err != nil {
		t.Fatal(err)
	}
	last := template[len(template)-1]
	if got := last.Text("pre-x.y.json"); got != "x.y" || last.Param != 3 || last.Literal() || !template[0].Literal() {
		t.Errorf("it is %q", got)
	}
	for escaped, want := range map[string]string{"pre-a%2Cb,c.json": "a%2Cb,c", "%70re%2d%2C%2Ejson": "%2C", "pre-%6asonx.json": "%6asonx"} {
		u, err := url.Parse("http://host/base/a/" + escaped)
		if err != nil {
			t.Fatal(err)
		}
		if got := last.Escaped(u, 2); got != want {
			t.Errorf("of %s it is %q, not %q", escaped, got, want)
		}
	}
	for path, want := range map[string]bool{"pre-x.json": true, "pre-.json": false, "x.json": false} {
		if got := template.Matches([]string{"a", path}); got != want {
			t.Errorf("%s matches: %v", path, got)
		}
	}
}

package router

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/route"
)

var paths = []string{
	"/", "/a", "/a/{x}", "/a/{x}/b", "/a/c/{y}", "/a/c/", "/file/{n}.json", "/file/{n}", "/jobs/{id}:cancel", "/jobs/{id}", "/é b/{x}",
}

// serving answers with the path and the parameters that it stands for.
func serving(patterns ...string) *Router {
	r := New()
	for _, pattern := range patterns {
		r.HandleFunc(pattern, func(w http.ResponseWriter, req *http.Request) {
			_, _ = fmt.Fprint(w, pattern)
			for _, name := range []string{"x", "y", "n", "id", "from", "to"} {
				if value := req.PathValue(name); value != "" {
					_, _ = fmt.Fprintf(w, " %s=%q", name, value)
				}
			}
		})
	}
	return r
}

func answer(r *Router, method, target string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest(method, target, nil))
	return w
}

func TestARequestIsForTheMostSpecificPath(t *testing.T) {
	t.Parallel()
	var patterns []string
	for _, path := range paths {
		patterns = append(patterns, "GET "+path)
	}
	r := serving(append(patterns, "POST /a/{x}", "GET /range/{from}-{to}", "GET /end/{$}", "GET /two/{x}{y}")...)
	for target, want := range map[string]string{
		"/":              "GET /",
		"/a":             "GET /a",
		"/a/1":           `GET /a/{x} x="1"`,
		"/a/%2F%2e":      `GET /a/{x} x="/."`,
		"/a/c/b":         `GET /a/c/{y} y="b"`,
		"/a/d/b":         `GET /a/{x}/b x="d"`,
		"/a/c/":          "GET /a/c/",
		"/file/x.y.json": `GET /file/{n}.json n="x.y"`,
		"/file/.json":    `GET /file/{n} n=".json"`,
		"/jobs/7:cancel": `GET /jobs/{id}:cancel id="7"`,
		"/jobs/7":        `GET /jobs/{id} id="7"`,
		"/%C3%A9%20b/ü":  `GET /é b/{x} x="ü"`,
		"/range/1-2-3":   `GET /range/{from}-{to} from="1" to="2-3"`,
		"/range/--1":     `GET /range/{from}-{to} from="-" to="1"`,
		"/two/üb":        `GET /two/{x}{y} x="ü" y="b"`,
		"/end/":          "GET /end/{$}",
	} {
		if w := answer(r, http.MethodGet, target); w.Code != http.StatusOK || w.Body.String() != want {
			t.Errorf("%s: %d %s, not %s", target, w.Code, w.Body, want)
		}
	}
	if w := answer(r, http.MethodHead, "/a"); w.Code != http.StatusOK {
		t.Errorf("HEAD: %d", w.Code)
	}
	if w := answer(r, http.MethodDelete, "/a/1"); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, POST" {
		t.Errorf("DELETE: %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
	for _, target := range []string{"/none", "/a/", "/range/12", "/two/x", "/range/-", "/end"} {
		if w := answer(r, http.MethodGet, target); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
}

// TestItAgreesWithTheEnforcementOfAContract wants the path that requests are held to.
func TestItAgreesWithTheEnforcementOfAContract(t *testing.T) {
	t.Parallel()
	var table route.Table[string]
	r := New()
	for _, path := range paths {
		template, err := route.Parse(path, func(string) int { return 0 })
		if err != nil {
			t.Fatal(err)
		}
		table.Add(http.MethodGet, template, path)
		r.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Path", path) })
	}
	words := []string{"a", "b", "c", "", "file", "jobs", "x.json", ".json", "7:cancel", ":cancel", "é%20b", "a%2Fb"}
	for _, one := range words {
		for _, two := range words {
			for _, target := range []string{"/" + one, "/" + one + "/" + two, "/a/" + one + "/" + two, "/" + strings.Join([]string{one, two, one}, "/")} {
				u, err := url.Parse("http://host" + target)
				if err != nil {
					t.Fatal(err)
				}
				want, _ := table.Find(http.MethodGet, route.Split(nil, u))
				w := httptest.NewRecorder()
				r.ServeHTTP(w, &http.Request{Method: http.MethodGet, URL: u})
				if got := w.Header().Get("Path"); got != want {
					t.Errorf("%s is for %q, not %q", target, got, want)
				}
			}
		}
	}
	if !slices.IsSortedFunc(r.routes, func(a, b added) int { return slices.CompareFunc(a.path, b.path, compare) }) {
		t.Error("the routes are in no order")
	}
}

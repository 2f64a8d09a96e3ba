package source

import (
	"bytes"
	"compress/gzip"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// openURL fetches a URL and returns the library, the file and the error.
func openURL(t *testing.T, name string, o Options) (*library, *File, string) {
	t.Helper()
	l := newLibrary(t.Context(), o, &problems{})
	t.Cleanup(l.close)
	file, err := l.open(name)
	if err != nil {
		return l, nil, err.Error()
	}
	return l, file, ""
}

func TestOpenURL(t *testing.T) {
	const text = "openapi: 3.0.3\n"
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Key") != "" || r.Header.Get("Authorization") != "" {
			t.Error("credentials went to another host")
		}
		_, _ = w.Write([]byte(text))
	}))
	defer other.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ok":
			if r.Header.Get("X-Key") != "k" || !strings.Contains(r.Header.Get("Accept"), "json") {
				w.WriteHeader(http.StatusUnauthorized)
			}
			_, _ = w.Write([]byte(text))
		case "/basic":
			if user, password, _ := r.BasicAuth(); user != "me" || password != "secret" {
				w.WriteHeader(http.StatusForbidden)
			}
			_, _ = w.Write([]byte(text))
		case "/gzip":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = z.Write([]byte(text))
			_ = z.Close()
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			for range MaxSize>>20 + 1 {
				_, _ = z.Write(bytes.Repeat([]byte(" "), 1<<20))
			}
			_ = z.Close()
		case "/html":
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<!doctype html><html></html>"))
		case "/html-yaml":
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte(text))
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/away":
			http.Redirect(w, r, other.URL+"/x?token=t", http.StatusFound)
		case "/near":
			http.Redirect(w, r, "/ok", http.StatusFound)
		case "/ftp":
			http.Redirect(w, r, "ftp://example.com/", http.StatusFound)
		case "/bad":
			_, _ = w.Write([]byte("a: 1\n\tb: 2"))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer server.Close()
	key := http.Header{"X-Key": {"k"}}
	host := strings.TrimPrefix(server.URL, "http://")
	for _, c := range []struct {
		name   string
		header http.Header
		want   string
	}{
		{server.URL + "/ok", key, ""},
		{server.URL + "/near", key, ""},
		{server.URL + "/ok", nil, "/ok: the server answers 401 Unauthorized: give a name and password in the URL, as in https://NAME:PASSWORD@HOST, or download it"},
		{"http://me:secret@" + host + "/basic", nil, ""},
		{"http://me:wrong@" + host + "/basic?key=secret", nil, "/basic?...: the server answers 403 Forbidden: give a name and password in the URL, as in https://NAME:PASSWORD@HOST, or download it"},
		{server.URL + "/gzip", nil, ""},
		{server.URL + "/bomb", nil, "/bomb: larger than 16 MiB: split it, or leave out what is not needed"},
		{server.URL + "/html", nil, "/html: this is a web page (HTML), not an OpenAPI description: give the address of the description that the page shows; " +
			"it often ends in openapi.json, swagger.json or v3/api-docs"},
		{server.URL + "/html-yaml", nil, ""},
		{server.URL + "/loop", nil, "/loop: it is redirected more than 5 times"},
		{server.URL + "/away", nil, ""},
		{server.URL + "/away", key, "/away: it is redirected to another host, which must not get the headers or credentials: name " + other.URL + "/x?... itself"},
		{server.URL + "/ftp", nil, "/ftp: it is redirected to what is no http URL"},
		{server.URL + "/bad", nil, "/bad: 2:1: not valid YAML: a tab cannot indent: use blanks"},
		{server.URL + "/none", nil, "/none: the server answers 404 Not Found: look the address up again"},
	} {
		_, _, got := openURL(t, c.name, Options{Header: c.header})
		want := c.want
		if want != "" {
			want = server.URL + want
		}
		if got != want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, want)
		}
	}
	const want = "http://127.0.0.1:1/x?...: nothing listens there: start the server, or correct the URL"
	if _, _, got := openURL(t, "http://127.0.0.1:1/x?secret=1", Options{}); got != want {
		t.Errorf("got %q", got)
	}
}

func TestRedirectToPlain(t *testing.T) {
	request := func(u string) *http.Request {
		parsed, _ := url.Parse(u)
		return &http.Request{URL: parsed}
	}
	err := redirects(false)(request("http://a/"), []*http.Request{request("https://a/")})
	if err == nil || err.Error() != "it is redirected from https to http: http://a/" {
		t.Errorf("got %v", err)
	}
}

// A server that goes on sending little is given up on, and so is one when the
// run ends.
func TestDisplayName(t *testing.T) {
	for name, want := range map[string]string{
		"a/b.yaml":                         "a/b.yaml",
		"-":                                "-",
		"https://example.com/openapi.json": "https://example.com/openapi.json",
		"https://me:secret@example.com/a?key=b#c": "https://example.com/a?...",
		"https://me:secret@exa mple.com/":         "from that URL",
	} {
		if got := DisplayName(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestDrip(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			_, _ = w.Write([]byte(" "))
			w.(http.Flusher).Flush()
			time.Sleep(time.Millisecond)
		}
	}))
	defer server.Close()
	l := newLibrary(t.Context(), Options{}, &problems{})
	l.fetchTime = 50 * time.Millisecond
	if _, err := l.open(server.URL); err == nil || !strings.HasSuffix(err.Error(), "no complete answer within 50ms") {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	if _, err := newLibrary(ctx, Options{}, &problems{}).open(server.URL); err == nil || !strings.HasSuffix(err.Error(), "the run was stopped") {
		t.Errorf("got %v", err)
	}
}

// write makes the files of a test; the names are relative.
func write(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestOpenFile(t *testing.T) {
	dir := write(t, map[string]string{"a.yaml": "openapi: 3.0.0", "page.html": "<html>", "types.graphql": "type Query {\n a: B\n}"})
	large := filepath.Join(dir, "large.json")
	if err := os.WriteFile(large, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, 100<<20); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"a.yaml":        "",
		"b.yaml":        ": no such file or directory",
		"":              ": a directory: name the file in it",
		"large.json":    ": larger than 16 MiB: split it, or leave out what is not needed",
		"types.graphql": ":1: this is a GraphQL schema, not an OpenAPI description: GraphQL is not tested here",
		"page.html": ":1: this is a web page (HTML), not an OpenAPI description: give the address of the description that the page shows; " +
			"it often ends in openapi.json, swagger.json or v3/api-docs",
	} {
		name = filepath.Join(dir, name)
		l := newLibrary(t.Context(), Options{}, &problems{})
		_, err := l.open(name)
		l.close()
		got := ""
		if err != nil {
			got = err.Error()
		}
		if want != "" {
			want = name + want
		}
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	l := newLibrary(t.Context(), Options{Stdin: strings.NewReader("{}")}, &problems{})
	if file, err := l.open("-"); err != nil || file.Name != "-" || file.Root.Kind() != Mapping {
		t.Errorf("standard input: %v", err)
	}
}

func TestRefer(t *testing.T) {
	dir := write(t, map[string]string{
		"outside.yaml": "a: 1", "top/beside.yaml": "a: 1", "top/spec/api.yaml": "a: 1", "top/spec/sub/deep.yaml": "a: 1", "top/spec/a b.yaml": "a: 1",
		"top/spec/bad.yaml": "a: [",
	})
	if err := os.Symlink(filepath.Join(dir, "outside.yaml"), filepath.Join(dir, "top/spec/link.yaml")); err != nil {
		t.Skip(err)
	}
	l := newLibrary(t.Context(), Options{}, &problems{})
	defer l.close()
	first, err := l.open(filepath.Join(dir, "top/spec/api.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for ref, want := range map[string]string{
		"../beside.yaml":     "",
		"sub/deep.yaml":      "",
		"./sub/../api.yaml":  "",
		"a%20b.yaml":         "",
		"sub/deap.yaml":      `there is no such file: did you mean "deep.yaml"?`,
		"../../outside.yaml": "only files below " + filepath.Join(dir, "top") + " are read",
		"/etc/passwd":        "only files below " + filepath.Join(dir, "top") + " are read",
		"link.yaml":          "path escapes from parent",
		"sub":                "it is not a file",
		"bad.yaml":           first.Name[:len(first.Name)-8] + "bad.yaml:1:1: not valid YAML: did not find expected node content",
		"http://example.com": "references to URLs are not followed without --remote-refs",
		"ftp://example.com":  "it is neither a file nor an http URL",
	} {
		file, got := l.refer(first, ref)
		if got != want {
			t.Errorf("%s: got %q, want %q", ref, got, want)
		}
		if again, _ := l.refer(first, ref); again != file {
			t.Errorf("%s: read twice", ref)
		}
	}
}

func TestReferURL(t *testing.T) {
	count := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Key") != "k" {
			t.Error("no header")
		}
		count++
		_, _ = w.Write([]byte("a: 1"))
	}))
	defer server.Close()
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Key") != "" {
			t.Error("the header went to another host")
		}
		_, _ = w.Write([]byte("a: 1"))
	}))
	defer other.Close()
	l, first, why := openURL(t, server.URL+"/spec/api.yaml", Options{Header: http.Header{"X-Key": {"k"}}})
	if why != "" {
		t.Fatal(why)
	}
	for range 2 {
		if file, why := l.refer(first, "../b.yaml"); why != "" || file.Name != server.URL+"/b.yaml" {
			t.Error(why)
		}
	}
	if count != 2 {
		t.Errorf("%d requests", count)
	}
	if _, why := l.refer(first, other.URL); why != "references to URLs are not followed without --remote-refs" {
		t.Errorf("got %q", why)
	}
	l.RemoteRefs = true
	if _, why := l.refer(first, other.URL+"/c"); why != "" {
		t.Errorf("got %q", why)
	}
}

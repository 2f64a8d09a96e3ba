package enforce_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/enforce"
)

// TestStatuses holds which status refuses: the bare one that HTTP has for it where
// the contract documents none, and the pinned one where x-contract says so.
func TestStatuses(t *testing.T) {
	data, err := os.ReadFile("testdata/statuses.yaml")
	if err != nil {
		t.Fatal(err)
	}
	e, err := enforce.New(load(t, "statuses.yaml", data), enforce.Options{
		Verifiers: map[string]auth.Verifier{"bearer": auth.Bearer(auth.NewSecret("right"))},
	})
	if err != nil {
		t.Fatal(err)
	}
	h := e.Middleware(http.HandlerFunc(ok))
	const right = "\nAuthorization: Bearer right"
	for _, c := range []struct {
		line   string
		status int
		body   string // the clauses that it names
	}{
		{"GET /silent/1" + right, http.StatusOK, ""},
		{"GET /silent/x" + right, http.StatusBadRequest, ""},
		{"GET /silent/1", http.StatusUnauthorized, ""},
		{"POST /pinned/1?a=1" + right, http.StatusOK, ""},
		{"POST /pinned/1?a=x" + right, http.StatusUnprocessableEntity, "pinned.query.a.type"},
		{"POST /pinned/x?a=1" + right, http.StatusNotFound, "pinned.path.id.type"},
		{"POST /pinned/1" + right, http.StatusConflict, "pinned.rule.a-or-b"},
		{"POST /pinned/1?b=10" + right, http.StatusTeapot, "pinned.query.b.maximum"},
		{"POST /pinned/1?a=1" + right + "\n\n[]", http.StatusUnprocessableEntity, "pinned.body.type"},
		{"POST /pinned/1?a=1" + right + "\nContent-Type: image/png\n\n{}", http.StatusUnprocessableEntity, "pinned.body.mediaType"},
		{"POST /pinned/1?a=1", http.StatusUnauthorized, "pinned.security.missing"},
	} {
		w := serve(h, request(c.line))
		if got := w.Body.String(); w.Code != c.status || c.body == "" && got != "" || !strings.Contains(got, c.body) {
			t.Errorf("%s: got %d %q, want %d and %s", c.line, w.Code, got, c.status, c.body)
		}
		if asks := w.Header().Get("WWW-Authenticate"); (asks != "") != (c.status == http.StatusUnauthorized) {
			t.Errorf("%s: it asks for %q", c.line, asks)
		}
	}
}

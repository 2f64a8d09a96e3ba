package enforce_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/enforce"
)

// TestWhatIsOpenIsLetThrough holds that a request is not refused for what it need
// not hold, nor for what it may hold.
func TestWhatIsOpenIsLetThrough(t *testing.T) {
	data, err := os.ReadFile("../testdata/accounts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	key := auth.Token{In: auth.InQuery, Name: "apikey", Value: auth.NewSecret(tokenText)}
	e, err := enforce.New(load(t, "accounts.yaml", data), enforce.Options{Verifiers: map[string]auth.Verifier{"key": key}, StrictQuery: true})
	if err != nil {
		t.Fatal(err)
	}
	h := e.Middleware(http.HandlerFunc(ok))
	for _, test := range []struct {
		method, target, body string
		want                 int
	}{
		{http.MethodPut, "/accounts/ann?apikey=" + tokenText, `{"name": "n", "pin": "1234"}`, 200},
		{http.MethodPut, "/accounts/ann?apikey=" + tokenText, `{"name": "n", "pin": "1234", "id": 7}`, 200},
		{http.MethodPut, "/accounts/ann?apikey=" + tokenText, `{"name": "n", "pin": "1234", "id": "seven"}`, 200},
		{http.MethodPut, "/accounts/ann?apikey=" + tokenText, `{"name": "n"}`, 400},
		{http.MethodPut, "/accounts/ann?apikey=" + tokenText, `{"name": "n", "pin": "1"}`, 400},
		// The credential alone decides, though it is shorter than the parameter may be.
		{http.MethodGet, "/accounts/ann?apikey=" + tokenText, "", 200},
		{http.MethodGet, "/accounts/ann?apikey=wrong", "", 401},
		{http.MethodGet, "/accounts/ann", "", 401},
		{http.MethodDelete, "/accounts/mine?apikey=" + tokenText, "", 200},
		{http.MethodPost, "/profiles", `{"login": "ab", "secret": "x", "mood": null, "friend": null}`, 200},
		{http.MethodPost, "/profiles", `{"login": "ab", "secret": "x", "mood": "fine"}`, 400},
		{http.MethodPost, "/profiles", `{"login": "ab", "secret": "x", "friend": {}}`, 400},
		{http.MethodPost, "/profiles", `{"login": null, "secret": "x"}`, 400},
		{http.MethodPost, "/profiles", `{"login": "ab"}`, 400},
		{http.MethodPost, "/profiles", `{"login": "ab", "secret": "x", "number": null}`, 200},
		// Without a type other values are valid, too.
		{http.MethodPost, "/profiles", `["a"]`, 200},
		{http.MethodPost, "/profiles", `"a"`, 200},
	} {
		r := httptest.NewRequest(test.method, test.target, strings.NewReader(test.body))
		r.Header.Set("Content-Type", "application/json")
		if w := serve(h, r); w.Code != test.want {
			t.Errorf("%s %s %s: %d, want %d", test.method, test.target, test.body, w.Code, test.want)
		}
	}
}

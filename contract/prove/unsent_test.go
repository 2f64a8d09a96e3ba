package prove

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract"
)

const accounts = "../testdata/accounts.yaml"

// TestWhatIsNotSent holds that no conforming implementation is charged under a
// contract with members of one direction, null in doubt, no types, paths that
// overlap and a parameter that is the credential; and that the suite notices
// answers which hold what is only to be sent.
func TestWhatIsNotSent(t *testing.T) {
	t.Parallel()
	r := run(t, accounts, Options{Only: []string{"*.writeOnly/*", "*.method/*", "*.required/*", "*.accepted/*"}})
	for _, a := range r.Good {
		t.Errorf("the known-good implementation is charged: %+v", a)
	}
	answered := map[string]bool{}
	for i := range r.Faults {
		f := &r.Faults[i]
		if f.Missed() {
			t.Errorf("missed: %s (%s): %s", f.Name, f.Level, f.Description)
		}
		if strings.Contains(f.Name, ".writeOnly/") {
			answered[f.Name] = true
		}
	}
	for _, name := range []string{
		"getAccount.answer.200.pin.writeOnly/answered-pin", "putAccount.answer.200.pin.writeOnly/answered-pin",
		"makeProfile.answer.200.secret.writeOnly/answered-secret",
	} {
		if !answered[name] {
			t.Errorf("there is no fault %s among %v", name, answered)
		}
	}
}

func TestNoVariantIsChargedForWhatIsNotSent(t *testing.T) {
	t.Parallel()
	r := run(t, accounts, Options{Only: []string{"null-is-absent", "empty-is-absent", "extra-members", "parameters-first", "methods-not-implemented"}})
	if len(r.Variants) != 5 {
		t.Errorf("%d variants", len(r.Variants))
	}
	for _, v := range r.Variants {
		for _, a := range v.Alarms {
			t.Errorf("variant %s is charged: %+v", v.Name, a)
		}
	}
}

// goodAnswer sends a request to the known-good implementation of the accounts.
func goodAnswer(t *testing.T, c *contract.Contract, method, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	good, err := Good(c)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(method, path+"?apikey="+token, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	good.Handler.ServeHTTP(w, r)
	return w
}

// TestTheGoodOneAnswersNothingThatIsOnlySent holds for members under allOf and for
// examples, too, and that requests go to the path that has their method.
func TestTheGoodOneAnswersNothingThatIsOnlySent(t *testing.T) {
	t.Parallel()
	c := load(t, accounts)
	for _, test := range []struct{ method, path, body, want string }{
		{http.MethodGet, "/accounts/ann", "", `{"id":7,"made":"2026-01-31T00:00:00Z","name":"ann"}`},
		{http.MethodPut, "/accounts/ann", `{"pin": "1234", "name": "ann"}`, `{"id":7,"made":"2026-01-31T00:00:00Z","name":"ann"}`},
		{http.MethodGet, "/accounts/mine", "", `{"id":7,"made":"2026-01-31T00:00:00Z","name":"ann"}`},
		{http.MethodDelete, "/accounts/mine", "", ""},
		{http.MethodPost, "/profiles", `{"login": "ann", "secret": "x", "friend": null, "mood": null}`, `"number":0`},
		{http.MethodPost, "/profiles", `["of no type"]`, `"number":0`},
	} {
		w := goodAnswer(t, c, test.method, test.path, test.body)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), test.want) || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s %s: %d %s, want %s", test.method, test.path, w.Code, w.Body, test.want)
		}
	}
	if w := goodAnswer(t, c, http.MethodDelete, "/accounts/ann", ""); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("DELETE /accounts/ann: %d", w.Code)
	}
}

package run

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/target"
)

const personPassword = "pass-W0rd-9"

// basicRunner sends a user and a password, or what text has, and a key beside them
// where together is set.
func basicRunner(t *testing.T, base string, given target.Credential, together bool) *Runner {
	t.Helper()
	model, scheme := testModel(), &spec.Scheme{Name: "person", Type: "http", HTTP: "basic"}
	model.Schemes = append(model.Schemes, scheme)
	model.Operations[0].Security = [][]*spec.Scheme{{scheme}}
	if together {
		model.Operations[0].Security = [][]*spec.Scheme{{scheme, keyScheme}}
	}
	tg := testTarget(t, base)
	tg.Auth.Schemes = map[string]target.Credential{"person": given}
	r, err := New(model, tg, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func as(scheme string, v plan.Variant) plan.Case {
	c := get()
	c.ID += "-" + string(v)
	c.Request.Credential = plan.Credential{Scheme: scheme, Variant: v}
	return c
}

// Wrong credentials are made of the user and the password, also of those that are
// given as they travel.
func TestWrongPasswords(t *testing.T) {
	person := auth.Basic{User: "jane", Password: auth.NewSecret(personPassword)}
	for name, given := range map[string]target.Credential{"apart": {Basic: &person}, "as it travels": {Token: person.Token().Value}} {
		t.Run(name, func(t *testing.T) {
			base := newServer(t, func(w http.ResponseWriter, req *http.Request) {
				if person.Verify(req) != nil {
					w.WriteHeader(http.StatusUnauthorized)
				}
			})
			r := basicRunner(t, base, given, false)
			for v, want := range map[plan.Variant]string{
				plan.Valid: "jane:" + personPassword, plan.Wrong: "jane:", plan.UnknownUser: "clause-nobody:", plan.Extension: "jane:" + personPassword + "0",
			} {
				if lacks := r.Lacks("person", v); lacks != "" {
					t.Errorf("%s: %s", v, lacks)
				}
				e := sendOne(t, r, as("person", v))
				wantStatus(t, e, map[bool]int{true: http.StatusOK, false: http.StatusUnauthorized}[v == plan.Valid])
				user, password, _ := (&http.Request{Header: e.Sent.Header}).BasicAuth()
				if sent := user + ":" + password; !strings.HasPrefix(sent, want) || v != plan.Valid && sent == "jane:"+personPassword {
					t.Errorf("%s: sent %s", v, sent)
				}
				if got := r.Redactor().RedactString(e.Sent.Header.Get("Authorization")); !strings.HasPrefix(got, "Basic "+auth.Redacted) || strings.Contains(got, personPassword) {
					t.Errorf("%s: %q is shown", v, got)
				}
			}
			for _, v := range []plan.Variant{plan.Prefix, plan.OtherCase} {
				if lacks := r.Lacks("person", v); lacks != "of a password one near miss is tried, for many lock an account: it has one character more" {
					t.Errorf("%s: %q", v, lacks)
				}
			}
			if got := r.Redactor().RedactString(personPassword); got != auth.Redacted {
				t.Errorf("%q is shown", got)
			}
		})
	}
}

func TestPasswordsThatCannotBeVaried(t *testing.T) {
	base := newServer(t, func(http.ResponseWriter, *http.Request) {})
	long := basicRunner(t, base, target.Credential{Basic: &auth.Basic{User: "u", Password: auth.NewSecret(strings.Repeat("x", 72))}}, false)
	if lacks := long.Lacks("person", plan.Extension); !strings.Contains(lacks, "the password is so long that what follows may lawfully be cut off") {
		t.Errorf("got %q", lacks)
	}
	opaque := basicRunner(t, base, target.Credential{Token: auth.NewSecret("opaque")}, false)
	if lacks := opaque.Lacks("person", plan.UnknownUser); lacks != "the credential is no user and password: there is no other user to try" {
		t.Errorf("got %q", lacks)
	}
	if lacks := opaque.Lacks("person", plan.Wrong); lacks != "" {
		t.Errorf("got %q", lacks)
	}
}

// A password that is a word may stand in any answer, and is hidden all the same.
func TestAPasswordThatIsAWord(t *testing.T) {
	base := newServer(t, func(http.ResponseWriter, *http.Request) {})
	for password, guarded := range map[string]bool{"password": false, personPassword: true} {
		r := basicRunner(t, base, target.Credential{Basic: &auth.Basic{User: "u", Password: auth.NewSecret(password)}}, false)
		if got := slices.Contains(r.Secrets(), auth.NewSecret(password)); got != guarded {
			t.Errorf("an answer must not hold %q: %v", password, got)
		}
		if got := r.Redactor().RedactString(password); got != auth.Redacted {
			t.Errorf("%q is shown", got)
		}
	}
}

// So may one that is given for every scheme, though none of the contract takes it.
func TestAPasswordThatIsAWordAndNobodyTakes(t *testing.T) {
	tg := testTarget(t, newServer(t, func(http.ResponseWriter, *http.Request) {}))
	tg.Auth.Basic = &auth.Basic{User: "u", Password: auth.NewSecret("password")}
	r, err := New(testModel(), tg, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	if slices.Contains(r.Secrets(), tg.Auth.Basic.Password) {
		t.Error("an answer must not hold a word")
	}
	if got := r.Redactor().RedactString("password"); got != auth.Redacted {
		t.Errorf("%q is shown", got)
	}
}

// Wrong passwords come after all that need the right one, whatever is deleted.
func TestPasswordsAreGuessedLast(t *testing.T) {
	var mu sync.Mutex
	var seen []string
	base := newServer(t, func(_ http.ResponseWriter, req *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		user, password, _ := req.BasicAuth()
		seen = append(seen, req.Method+" "+user+" "+map[bool]string{true: "right"}[password == personPassword])
	})
	r := basicRunner(t, base, target.Credential{Basic: &auth.Basic{User: "jane", Password: auth.NewSecret(personPassword)}}, false)
	remove := as("person", plan.Valid)
	remove.ID, remove.Request.Method = "op.answer/delete", http.MethodDelete
	send(t, r, as("person", plan.Wrong), remove, as("person", plan.UnknownUser), as("person", plan.Valid))
	slices.Sort(seen[2:])
	if got := strings.Join(seen, ", "); got != "GET jane right, DELETE jane right, GET clause-nobody , GET jane " {
		t.Errorf("got %s", got)
	}
}

// What is wanted together is sent together, but for the one that a case is about.
func TestCredentialsThatAreWantedTogether(t *testing.T) {
	var got string
	base := newServer(t, func(_ http.ResponseWriter, req *http.Request) {
		_, password, _ := req.BasicAuth()
		got = map[bool]string{true: "right", false: "wrong"}[password == personPassword] + " " + req.Header.Get("X-Key")
	})
	r := basicRunner(t, base, target.Credential{Basic: &auth.Basic{User: "jane", Password: auth.NewSecret(personPassword)}}, true)
	for _, test := range []struct {
		scheme  string
		variant plan.Variant
		want    string
	}{
		{"person", plan.Valid, "right " + testToken},
		{"key", plan.Valid, "right " + testToken},
		{"person", plan.Wrong, "wrong " + testToken},
		{"person", plan.Absent, "wrong " + testToken},
		{"key", plan.Absent, "right "},
		{"key", plan.Malformed, "right " + malformed},
		{"", plan.None, "wrong "},
	} {
		sendOne(t, r, as(test.scheme, test.variant))
		if got != test.want {
			t.Errorf("%s of %s: got %s, want %s", test.variant, test.scheme, got, test.want)
		}
	}
}

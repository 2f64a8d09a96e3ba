package run

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/target"
)

var testSigning = auth.Signing{
	Algorithm: auth.SDKHMACSHA256, Header: "Authorization", DateHeader: "X-Date", TokenHeader: "X-Security-Token",
	ProjectHeader: "X-Project", ClockWindow: 5 * time.Minute,
}

var testKey = auth.AccessKey{
	ID: auth.NewSecret("AKIDEXAMPLE0123456789"), Secret: auth.NewSecret("secretEXAMPLEsecretEXAMPLE"),
	SecurityToken: auth.NewSecret("temporaryEXAMPLE"),
}

// signingRunner signs with testKey.
func signingRunner(t *testing.T, base string, o Options) *Runner {
	t.Helper()
	scheme := &spec.Scheme{Name: "signed", Type: "apiKey", In: "header", Param: "Authorization", Signing: &testSigning}
	model := testModel()
	model.Schemes = []*spec.Scheme{scheme}
	model.Operations[0].Security = [][]*spec.Scheme{{scheme}}
	tg := testTarget(t, base)
	tg.Auth = target.Auth{AccessKey: &testKey, Project: "p-1"}
	r, err := New(model, tg, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func TestSignatures(t *testing.T) {
	verifier := auth.KeyVerifier{Signing: testSigning, Keys: auth.Keys(testKey)}
	var requests []string
	base := newServer(t, func(w http.ResponseWriter, req *http.Request) {
		requests = append(requests, req.RequestURI+" "+req.Header.Get("X-Project"))
		if verifier.Verify(req) != nil {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	r := signingRunner(t, base, Options{})
	for variant, status := range map[plan.Variant]int{
		plan.Valid: 200, plan.Malformed: 401, plan.WrongKey: 401, plan.WrongSignature: 401, plan.ChangedQuery: 401, plan.StaleDate: 401,
	} {
		c := get(query("a", "b c"))
		c.Request.Credential = plan.Credential{Scheme: "signed", Variant: variant}
		if lacks := r.Lacks("signed", variant); lacks != "" {
			t.Errorf("%s: %s", variant, lacks)
		}
		e := sendOne(t, r, c)
		wantStatus(t, e, status)
		// What is sent is the valid request, but for its signature.
		if got := requests[len(requests)-1]; got != "/v1/7/things?a=b%20c "+map[bool]string{true: "p-1"}[variant != plan.Malformed] {
			t.Errorf("%s: sent %s", variant, got)
		}
		sent := e.Sent.Header.Get("Authorization")
		if redacted := auth.NewRedactor(e.Secrets...).RedactString(sent); variant != plan.Malformed && !strings.HasSuffix(redacted, "Signature="+auth.Redacted) {
			t.Errorf("%s: the signature is no secret: %s", variant, redacted)
		}
	}
	for _, key := range []auth.Secret{testKey.ID, testKey.Secret, testKey.SecurityToken} {
		if got := r.Redactor().RedactString(key.Reveal()); got != auth.Redacted {
			t.Errorf("of the key, %s is shown", got)
		}
	}
}

// Each forgery differs from the valid signature in one thing.
func TestForgeriesAreWrongInOneThing(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	r := signingRunner(t, "http://127.0.0.1:1", Options{Now: func() time.Time { return now }})
	made := func(variant plan.Variant) *http.Request {
		c := get()
		c.Request.Credential = plan.Credential{Scheme: "signed", Variant: variant}
		req, err := r.request(t.Context(), &c, now)
		if err != nil {
			t.Fatal(err)
		}
		return req
	}
	for variant, verifier := range map[plan.Variant]auth.KeyVerifier{
		plan.StaleDate: {Now: func() time.Time { return now.Add(-11 * time.Minute) }},
		plan.WrongKey: {Now: r.options.Now, Keys: func(id string) (auth.AccessKey, bool) {
			secret, _ := wrong(testKey.Secret.Reveal())
			return auth.AccessKey{ID: auth.NewSecret(id), Secret: auth.NewSecret(secret), SecurityToken: testKey.SecurityToken}, id != testKey.ID.Reveal()
		}},
	} {
		verifier.Signing = testSigning
		if verifier.Keys == nil {
			verifier.Keys = auth.Keys(testKey)
		}
		if err := verifier.Verify(made(variant)); err != nil {
			t.Errorf("%s: there is more wrong than meant: %v", variant, err)
		}
	}
	changed := made(plan.ChangedQuery)
	changed.URL.RawQuery = "signed=1"
	verifier := auth.KeyVerifier{Signing: testSigning, Keys: auth.Keys(testKey), Now: r.options.Now}
	if err := verifier.Verify(changed); err != nil {
		t.Errorf("changed-query: it is not the signature of another query: %v", err)
	}
	right, wrong := made(plan.Valid).Header.Get("Authorization"), made(plan.WrongSignature).Header.Get("Authorization")
	if right[:len(right)-1] != wrong[:len(wrong)-1] || right == wrong {
		t.Errorf("wrong-signature: %s is not %s with another last digit", wrong, right)
	}
}

func TestWhatSignsCannotAlwaysForge(t *testing.T) {
	r := testRunner(t, "http://127.0.0.1:1", Options{Signers: map[string]auth.Signer{"signed": signature{}}})
	if got, want := r.Lacks("signed", plan.WrongKey), "the signer is a program's own: only what auth.KeySigner signs can be forged"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	r = testRunner(t, "http://127.0.0.1:1", Options{})
	if got, want := r.Lacks("signed", plan.Valid), "the target gives no key to sign signed requests with: put accessKey under auth in the target file"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The commonest reason for a signature to be refused is a clock.
func TestAClockThatIsOffIsNamed(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	base := newServer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", now.Add(20*time.Minute).Format(http.TimeFormat))
		w.WriteHeader(http.StatusUnauthorized)
	})
	c := get()
	c.Request.Credential.Scheme = "signed"
	_, d := preflightOf(t.Context(), signingRunner(t, base, Options{Now: func() time.Time { return now }}), c, 0)
	const want = "the target refuses the signature, and its clock differs from this machine's by 20m0s: set this machine's clock"
	if d == nil || !strings.HasSuffix(d.Message+": "+d.Try, want) {
		t.Errorf("got %v, want %q", d, want)
	}
}

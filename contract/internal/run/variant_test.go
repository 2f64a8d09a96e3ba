package run

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

func TestVary(t *testing.T) {
	for _, test := range []struct {
		token   string
		variant plan.Variant
		want    string
		err     error
	}{
		{"abc", plan.Malformed, "!malformed!", nil},
		{"!malformed!", plan.Malformed, "!malformed!!malformed!", nil},
		{"abc", plan.Prefix, "ab", nil},
		{"abé", plan.Prefix, "ab", nil},
		{"a", plan.Prefix, "", errShort},
		{"a b", plan.Prefix, "", errBlanks},
		{"xyz", plan.Extension, "xyza", nil},
		{"12f", plan.Extension, "12f0", nil},
		{"==", plan.Extension, "==0", nil},
		{"aB-9é", plan.OtherCase, "Ab-9é", nil},
		{"12-3", plan.OtherCase, "", errNoCase},
		{"--", plan.Wrong, "", errNoLetter},
		{"", plan.Wrong, "", errComputed},
		{"", plan.Prefix, "", errComputed},
	} {
		got, err := vary(test.token, test.variant)
		if got != test.want || !errors.Is(err, test.err) {
			t.Errorf("%s of %q: %q, %v; want %q, %v", test.variant, test.token, got, err, test.want, test.err)
		}
	}
}

func TestWrongTokens(t *testing.T) {
	const hex = "0123456789abcdef"
	for token, alphabet := range map[string]string{
		"0": "0123456789", "0000000000": "0123456789", "deadbeef": hex,
		"2b31ed520aaaaaaebedb6e57bbbbbbbb": hex, "DEAD-BEEF": "0123456789ABCDEF-",
		"zebra": "abcdefghijklmnopqrstuvwxyz", "zebra9": "0123456789abcdefghijklmnopqrstuvwxyz",
		"eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln": alphanumeric + ".",
	} {
		got, err := vary(token, plan.Wrong)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(token) || strings.Trim(got, alphabet) != "" {
			t.Errorf("of %q: %q has another length or alphabet", token, got)
		}
		for i := range token {
			if letter := strings.IndexByte(alphanumeric, token[i]) >= 0; letter == (got[i] == token[i]) {
				t.Errorf("of %q: %q, byte %d", token, got, i)
			}
		}
		if again, _ := vary(token, plan.Wrong); again != got {
			t.Errorf("of %q: %q and %q", token, got, again)
		}
	}
	// It tells nothing of the token but its form.
	a, _ := vary("0a1b2c3d4e5f60718293a4b5c6d7e8f9", plan.Wrong)
	b, _ := vary("f9e8d7c6b5a493827160f5e4d3c2b1a0", plan.Wrong)
	same := 0
	for i := range a {
		if a[i] == b[i] {
			same++
		}
	}
	if same < len(a)/2 {
		t.Errorf("%s and %s: the wrong token is made of the right one", a, b)
	}
}

// Where each variant goes, for each kind of scheme.
func TestCredentialVariants(t *testing.T) {
	r := testRunner(t, "http://127.0.0.1:1", Options{})
	const lower, upper = "s3cr3tTOKEN0123456789abcdef", "S3CR3Ttoken0123456789ABCDEF"
	wrongToken, err := vary(testToken, plan.Wrong)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[plan.Variant]string{
		plan.Valid: lower, plan.Malformed: "!malformed!", plan.Wrong: wrongToken, plan.Prefix: lower[:len(lower)-1],
		plan.Extension: lower + "0", plan.OtherCase: upper,
	}
	for variant, text := range texts {
		for scheme, place := range map[string]func(*http.Request) string{
			"key":    func(r *http.Request) string { return r.Header.Get("X-Key") },
			"bearer": func(r *http.Request) string { return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ") },
			"query":  func(r *http.Request) string { return r.URL.Query().Get("key") },
			"cookie": func(r *http.Request) string { return strings.TrimPrefix(r.Header.Get("Cookie"), "session=") },
		} {
			c := get(query("a", "b"))
			c.Request.Credential = plan.Credential{Scheme: scheme, Variant: variant}
			req, err := r.request(t.Context(), &c, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			if got := place(req); got != text {
				t.Errorf("%s, %s: %q, want %q", scheme, variant, got, text)
			}
			if req.URL.Query().Get("a") != "b" {
				t.Errorf("%s, %s: the query is %s", scheme, variant, req.URL.RawQuery)
			}
		}
	}
}

func TestNoAndEmptyCredentials(t *testing.T) {
	r := testRunner(t, "http://127.0.0.1:1", Options{})
	for scheme, empty := range map[string]string{
		"key": "?a=b X-Key:", "bearer": "?a=b Authorization:", "signed": "?a=b Authorization:",
		"query": "?a=b&key=", "cookie": "?a=b Cookie:session=",
	} {
		for variant, want := range map[plan.Variant]string{plan.None: "?a=b", plan.Empty: empty} {
			c := get(query("a", "b"))
			c.Request.Credential = plan.Credential{Scheme: scheme, Variant: variant}
			req, err := r.request(t.Context(), &c, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			parts := []string{"?" + req.URL.RawQuery}
			for _, name := range []string{"X-Key", "Authorization", "Cookie"} {
				for _, value := range req.Header[name] {
					parts = append(parts, name+":"+value)
				}
			}
			if got := strings.Join(parts, " "); got != want {
				t.Errorf("%s, %s: %s, want %s", scheme, variant, got, want)
			}
		}
	}
}

// signature stands for a scheme that computes something from the request.
type signature struct{ err any }

func (s signature) Sign(r *http.Request) error {
	if s.err != nil {
		panic(s.err)
	}
	r.Header.Set("Authorization", "signed "+r.Header.Get("X-Key")+" "+r.URL.RawQuery)
	return nil
}

// With two schemes at once, one is varied, and the signature comes last.
func TestTogether(t *testing.T) {
	model := testModel()
	model.Operations[0].Security = [][]*spec.Scheme{{signedScheme, keyScheme}}
	signers := map[string]auth.Signer{"signed": signature{}}
	r, err := New(model, testTarget(t, "http://127.0.0.1:1"), Options{Signers: signers})
	if err != nil {
		t.Fatal(err)
	}
	c := get(query("a", "b"))
	c.Request.Credential.Variant = plan.Malformed
	req, err := r.request(t.Context(), &c, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if got := req.Header.Get("Authorization"); got != "signed !malformed! a=b" {
		t.Errorf("Authorization: %s", got)
	}

	signers["signed"] = signature{err: errors.New(testToken)}
	if r, err = New(model, testTarget(t, "http://127.0.0.1:1"), Options{Signers: signers}); err != nil {
		t.Fatal(err)
	}
	e := sendOne(t, r, c)
	wantProblem(t, e, Internal)
	if strings.Contains(e.Problem.Error(), testToken) {
		t.Errorf("the panic's text is in %q", e.Problem)
	}
}

func TestSecrets(t *testing.T) {
	r := testRunner(t, "http://127.0.0.1:1", Options{})
	redactor := auth.NewRedactor(r.Secrets()...)
	for _, v := range []plan.Variant{plan.Valid, plan.Wrong, plan.Prefix, plan.Extension, plan.OtherCase} {
		text := testToken
		if v != plan.Valid {
			text, _ = vary(testToken, v)
		}
		if got := redactor.RedactString("x " + text + " y"); strings.Contains(got, text[:14]) {
			t.Errorf("%s: %s", v, got)
		}
	}
}

package prove

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
)

// key is what derived implementations take signatures of.
var key = auth.AccessKey{ID: auth.NewSecret("PROVEKEY7FQ2MXW9"), Secret: auth.NewSecret("Prove-7fQ2mXw9LkT4-secret")}

// signs tells that a derived implementation can verify a scheme's signatures.
func signs(s *spec.Scheme) bool { return s.Signing != nil && s.Signing.Algorithm == auth.SDKHMACSHA256 }

func keyVerifier(s *spec.Scheme) auth.KeyVerifier {
	return auth.KeyVerifier{Signing: *s.Signing, Keys: auth.Keys(key)}
}

// lenientSignature takes more signatures than the right one.
type lenientSignature struct {
	auth.KeyVerifier

	takes func(v auth.KeyVerifier, r *http.Request, signature string) bool
}

// Verify implements auth.Verifier.
func (l lenientSignature) Verify(r *http.Request) error {
	err := l.KeyVerifier.Verify(r)
	if err == nil {
		return nil
	}
	if sent := r.Header.Values(l.Signing.Header); len(sent) == 1 && l.takes(l.KeyVerifier, r, sent[0]) {
		return nil
	}
	return err
}

// signatureChecks are how signatures are checked in part.
var signatureChecks = []struct {
	name, how string
	dated     bool // it is about the date, which is inferred where signing is
	takes     func(v auth.KeyVerifier, r *http.Request, signature string) bool
}{
	{"any", "anything but nothing is taken", false, func(_ auth.KeyVerifier, _ *http.Request, sent string) bool { return sent != "" }},
	{"malformed", "only what looks like one is checked", false, func(_ auth.KeyVerifier, _ *http.Request, sent string) bool {
		return !strings.Contains(sent, "Signature=")
	}},
	{"any-key", "that of a key that is not known is taken", false, func(_ auth.KeyVerifier, _ *http.Request, sent string) bool {
		return strings.Contains(sent, "Access=") && !strings.Contains(sent, "Access="+key.ID.Reveal()+",")
	}},
	{"key-alone", "only the id of the key is checked", false, func(_ auth.KeyVerifier, _ *http.Request, sent string) bool {
		return strings.Contains(sent, "Access="+key.ID.Reveal()+",")
	}},
	{"beginning", "the last digit is not compared", false, func(v auth.KeyVerifier, r *http.Request, sent string) bool {
		for _, digit := range "0123456789abcdef" {
			other := r.Clone(r.Context())
			other.Header.Set(v.Signing.Header, sent[:max(0, len(sent)-1)]+string(digit))
			if v.Verify(other) == nil {
				return true
			}
		}
		return false
	}},
	{"any-date", "any date is taken", true, func(v auth.KeyVerifier, r *http.Request, _ string) bool {
		v.Signing.ClockWindow = 100 * 365 * 24 * time.Hour
		return v.Verify(r) == nil
	}},
}

// signature checks signatures in part.
func (b *builder) signature(scheme *spec.Scheme) {
	id := scheme.ClausePrefix(b.op) + ".verified"
	if !signs(scheme) {
		b.add(Fault{
			Name: "any", Clause: id, Class: Authentication, Description: scheme.Name + " signatures are not checked",
			Excluded: "the algorithm is not known: nothing signs requests for a derived implementation",
		})
		return
	}
	for _, c := range signatureChecks {
		f := Fault{
			Name: c.name, Clause: id, Class: Authentication, Description: fmt.Sprintf("of %s signatures, %s", scheme.Name, c.how),
			design: b.lenientHere(design{verifiers: map[string]auth.Verifier{scheme.Name: lenientSignature{keyVerifier(scheme), c.takes}}}),
		}
		if c.dated && scheme.Signing.ClockWindow == 0 {
			f.Excluded = "the contract gives no clock window"
		}
		if c.dated && scheme.InferredSigning() {
			f.Level = clause.Should
		}
		b.add(f)
	}
}

// otherClocks are implementations with another clock window than is inferred.
func (m *maker) otherClocks() []Variant {
	var out []Variant
	for _, s := range m.model.Schemes {
		if !signs(s) || !s.InferredSigning() {
			continue
		}
		var may []string
		for _, op := range m.model.Operations {
			may = append(may, s.ClausePrefix(op)+".verified")
		}
		for _, window := range []time.Duration{30 * 24 * time.Hour, time.Minute} {
			v := keyVerifier(s)
			v.Signing.ClockWindow = window
			out = append(out, Variant{
				Name: "clock-window-" + word(s.Name+"-"+window.String()), Description: "signatures are taken for " + window.String(), May: may,
				design: design{verifiers: map[string]auth.Verifier{s.Name: v}},
			})
		}
	}
	return out
}

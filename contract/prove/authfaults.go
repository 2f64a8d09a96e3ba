package prove

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/route"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// lenient takes more credentials than the right one.
type lenient struct {
	auth.Token

	takes func(sent, right string) bool
}

// Verify implements auth.Verifier.
func (l lenient) Verify(r *http.Request) error {
	err := l.Token.Verify(r)
	if err == nil {
		return nil
	}
	if sent, there := l.sent(r); there && l.takes(sent, token) {
		return nil
	}
	return err
}

// sent gives the credential of a request, without its prefix, and whether its
// place is there.
func (l lenient) sent(r *http.Request) (string, bool) {
	var texts []string
	switch l.In {
	case auth.InHeader:
		texts = r.Header.Values(l.Name)
	case auth.InQuery:
		texts = r.URL.Query()[l.Name]
	case auth.InCookie:
		for _, c := range r.CookiesNamed(l.Name) {
			texts = append(texts, c.Value)
		}
	}
	if len(texts) != 1 {
		return "", false
	}
	text := texts[0]
	if l.Prefix != "" && len(text) >= len(l.Prefix) && strings.EqualFold(text[:len(l.Prefix)], l.Prefix) {
		text = strings.TrimLeft(text[len(l.Prefix):], " ")
	}
	return text, true
}

// open takes every request.
type open struct{}

// Verify implements auth.Verifier.
func (open) Verify(*http.Request) error { return nil }

// shut takes no request.
type shut struct{}

// Verify implements auth.Verifier.
func (shut) Verify(*http.Request) error { return auth.ErrRejected }

// checks are how credentials are checked in part.
var checks = []struct {
	name, keyword, how string
	takes              func(sent, right string) bool
}{
	{"any", "verified", "anything but nothing is taken", func(sent, _ string) bool { return sent != "" }},
	{"empty", "verified", "empty ones are taken", func(sent, _ string) bool { return sent == "" }},
	{"beginning", "verified", "a beginning of the right ones is taken", func(sent, right string) bool {
		return sent != "" && strings.HasPrefix(right, sent)
	}},
	{"begins-with", "verified", "text may follow the right ones", strings.HasPrefix},
	{"contains", "verified", "the right ones may stand anywhere in them", strings.Contains},
	{"length", "verified", "only their length is checked", func(sent, right string) bool { return len(sent) == len(right) }},
	{"form", "verified", "letters, digits and dashes are taken, whatever they are", func(sent, _ string) bool {
		return sent != "" && strings.Trim(strings.ToLower(sent), "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
	}},
	{"malformed", "verified", "only what looks like credentials is checked", func(sent, _ string) bool {
		return strings.Trim(strings.ToLower(sent), "abcdefghijklmnopqrstuvwxyz0123456789-") != ""
	}},
	{"any-case", "exact", "their case is not checked", strings.EqualFold},
}

// authentication skips the check of credentials, or makes it in part.
func (b *builder) authentication() {
	if !b.op.Secured() {
		return
	}
	missing := b.op.ID + ".security.missing"
	all := map[string]auth.Verifier{}
	for name := range b.verifiers {
		all[name] = open{}
	}
	b.secured(missing, "skipped", "credentials are not checked", design{verifiers: all})
	for _, at := range b.places {
		if at.optional() {
			b.secured(missing, "skipped-with-"+word(at.word()), "credentials are not checked when "+at.label()+" is present",
				design{verifiers: all, when: func(v *view) bool { return v.has(at) }})
		}
	}
	for _, scheme := range b.model.Schemes {
		b.scheme(scheme)
	}
}

func (b *builder) secured(id, name, description string, d design) {
	b.add(Fault{
		Name: name, Clause: id, Class: Authentication, Description: description, Excluded: b.openly(id),
		design: b.lenientHere(d),
	})
}

// openly says that a success of the operation decides nothing about credentials, or
// gives "": a redirect may lead to where one signs in.
func (b *builder) openly(id string) string {
	q := ruling.Ask(b.model, b.op, "refused", id, nil)
	if ruled := q.Rule(strconv.Itoa(b.successes[b.op.ID].status)); ruled.Decision == ruling.Undecided {
		return ruled.Reason
	}
	return ""
}

// unauthorizedStatus is what an operation answers to who is not known.
func unauthorizedStatus(op *spec.Operation) int {
	if r := ruling.Unauthorized(op); r != nil {
		return status(r, http.StatusUnauthorized)
	}
	return http.StatusUnauthorized
}

// here limits a design to the operation: verifiers are shared by all.
func (b *builder) here(d design) design {
	op, when := b.op, d.when
	d.when = func(v *view) bool { return v.op.ID == op.ID && (when == nil || when(v)) }
	return d
}

// lenientHere limits a design to the operation that takes more credentials than the
// right ones: whom the known-good implementation takes, it takes as well.
func (b *builder) lenientHere(d design) design {
	d = b.here(d)
	d.touches = wider(b.op.ID + ".security.")
	return d
}

func (b *builder) scheme(scheme *spec.Scheme) {
	prefix := scheme.ClausePrefix(b.op)
	if b.model.Clause(prefix+".verified") == nil {
		return
	}
	if b.alone(scheme) && b.verifiers[scheme.Name] != nil {
		asked := &ruling.Question{Operation: b.op, Standing: ruling.Accepted}
		b.add(Fault{
			Name: "refused", Clause: prefix + ".accepted", Class: Authentication, Description: "the right " + scheme.Name + " credentials are refused",
			Excluded: asked.Rule(strconv.Itoa(unauthorizedStatus(b.op))).Reason,
			design:   b.here(design{verifiers: map[string]auth.Verifier{scheme.Name: shut{}}}),
		})
	}
	if scheme.Signing != nil {
		b.signature(scheme)
		return
	}
	place := placeOf(scheme)
	needed := b.op.Needs(scheme.Name)
	for _, c := range checks {
		f := Fault{
			Name: c.name, Clause: prefix + "." + c.keyword, Class: Authentication,
			Description: fmt.Sprintf("of %s credentials, %s", scheme.Name, c.how),
			design:      b.lenientHere(design{verifiers: map[string]auth.Verifier{scheme.Name: lenient{place, c.takes}}}),
		}
		if f.Excluded = b.openly(f.Clause); !needed && f.Excluded == "" {
			f.Excluded = "what is sent beside them is enough alone"
		}
		b.add(f)
	}
	if !needed {
		return
	}
	b.secured(b.op.ID+".security.missing", "missing-taken-"+word(scheme.Name), "a request without "+scheme.Name+" credentials is taken",
		design{verifiers: map[string]auth.Verifier{scheme.Name: open{}}, when: func(v *view) bool {
			_, there := lenient{place, nil}.sent(v.request)
			return !there
		}})
}

// alone tells that a scheme is enough to authenticate with.
func (b *builder) alone(scheme *spec.Scheme) bool {
	for _, alternative := range b.op.Security {
		if len(alternative) == 1 && alternative[0] == scheme {
			return true
		}
	}
	return false
}

// methods answers methods that the path lacks.
func (b *builder) methods() {
	if b.model.Clause(b.op.ID+".method") == nil {
		return
	}
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		b.method(method, "taken", "answered like "+b.op.Method, http.StatusOK)
		b.method(method, "failing", "answered with 500", http.StatusInternalServerError)
	}
}

func (b *builder) method(method, name, what string, status int) {
	if slices.Contains(b.op.Methods, method) {
		return
	}
	op := b.op
	b.add(Fault{
		Name: method + "-" + name, Clause: op.ID + ".method", Class: Methods, Description: method + " is " + what,
		design: design{touches: answeredWith(http.StatusMethodNotAllowed), outside: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == method && b.made.Template.Matches(route.Split(nil, r.URL)) {
					w.WriteHeader(status)
					return
				}
				next.ServeHTTP(w, r)
			})
		}},
	})
}

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

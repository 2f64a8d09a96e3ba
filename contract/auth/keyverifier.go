package auth

import (
	"crypto/hmac"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// KeyVerifier looks for a signature that was made with an access key. It is a
// [Verifier].
//
// It computes the signature over the headers that the request says are signed,
// among which the date has to be, and over path and query as they were received
// (http.Request.RequestURI), whatever became of the URL since. A signature is
// taken as long as its date is within the clock window: within it, a request can
// be sent again by whoever sees it. A body that the content header declares
// unsigned is not covered.
type KeyVerifier struct {
	Signing Signing
	// Keys gives the access key with an id, and whether there is one.
	Keys func(id string) (AccessKey, bool)
	// Now is the clock that dates are held against; time.Now if it is nil.
	Now func() time.Time
}

// Keys gives a function for KeyVerifier.Keys that knows the keys of a list.
func Keys(keys ...AccessKey) func(id string) (AccessKey, bool) {
	return func(id string) (AccessKey, bool) {
		i := slices.IndexFunc(keys, func(k AccessKey) bool { return k.ID == NewSecret(id) })
		if i < 0 {
			return AccessKey{}, false
		}
		return keys[i], true
	}
}

// Verify looks for the signature. Its error says what does not fit, and holds
// nothing of the key or the signature. A body is read, up to 16 MiB, and can be
// read again.
func (v KeyVerifier) Verify(r *http.Request) error {
	place := "header " + v.Signing.Header
	if err := v.Signing.check(); err != nil {
		return fmt.Errorf("%w: %w", ErrRejected, err)
	}
	given := r.Header.Values(v.Signing.Header)
	if len(given) > 1 {
		return fmt.Errorf("%s: given %d times: %w", place, len(given), ErrRejected)
	}
	algorithm, rest, _ := strings.Cut(strings.Join(given, ""), " ")
	if algorithm != v.Signing.Algorithm {
		return fmt.Errorf("%s (%s): %w", place, v.Signing.Algorithm, ErrMissing)
	}
	if err := v.verify(r, rest); err != nil {
		return fmt.Errorf("%s (%s): %w: %w", place, v.Signing.Algorithm, ErrRejected, err)
	}
	return nil
}

var errSignature = errors.New("the key is not known, or the signature is not the request's")

func (v KeyVerifier) verify(r *http.Request, text string) error {
	claim, err := parseClaim(text)
	if err != nil {
		return err
	}
	if u, err := target(r); err == nil && u.RawPath != u.EscapedPath() && strings.Contains(strings.ToUpper(u.RawPath), "%2F") {
		// net/http writes such a path anew before it is routed, and takes the escaped
		// slash for one that parts segments: another path than what is signed.
		return errors.New("the path holds an escaped slash beside a character that must be escaped")
	}
	if err := claim.covers(r, v.Signing); err != nil {
		return err
	}
	date, err := v.date(r)
	if err != nil {
		return err
	}
	// A key that is not known costs the same time as one that is.
	key, known := AccessKey{}, false
	if v.Keys != nil {
		key, known = v.Keys(claim.id)
	}
	signature, err := v.Signing.signature(r, key.Secret, date, claim.names)
	if err != nil {
		return err
	}
	same := hmac.Equal([]byte(signature), []byte(claim.signature))
	if !known || key.Secret.Empty() || !same {
		return errSignature
	}
	return v.temporary(r, key)
}

// date gives the signature's date, if it is within the clock window.
func (v KeyVerifier) date(r *http.Request) (string, error) {
	text := strings.TrimSpace(r.Header.Get(v.Signing.DateHeader))
	at, err := time.Parse(dateForm, text)
	if err != nil || at.Format(dateForm) != text { // Parse takes fractions of a second that the form has not.
		return "", fmt.Errorf("header %s: its form is not that of %s", v.Signing.DateHeader, dateForm)
	}
	if off := clock(v.Now).Sub(at).Abs(); off > v.Signing.window() {
		return "", fmt.Errorf("header %s: it is more than %s away from this clock", v.Signing.DateHeader, v.Signing.window())
	}
	return text, nil
}

// temporary checks the security token, which a temporary key goes along with
// and another key does not.
func (v KeyVerifier) temporary(r *http.Request, key AccessKey) error {
	if v.Signing.TokenHeader == "" {
		if !key.SecurityToken.Empty() {
			return errTemporary
		}
		return nil
	}
	given := r.Header.Values(v.Signing.TokenHeader)
	switch {
	case len(given) > 1:
		return fmt.Errorf("header %s: given %d times", v.Signing.TokenHeader, len(given))
	case !NewSecret(strings.Join(given, "")).Equal(key.SecurityToken):
		return fmt.Errorf("header %s: it is not the key's", v.Signing.TokenHeader)
	}
	return nil
}

// claim is what a request says of its signature.
type claim struct {
	id        string
	names     []string // of the signed headers
	signature string
}

var errClaim = errors.New("it must have Access, SignedHeaders and Signature, once each")

func parseClaim(text string) (claim, error) {
	parts := map[string]string{}
	for part := range strings.SplitSeq(text, ",") {
		name, value, found := strings.Cut(strings.TrimSpace(part), "=")
		if _, twice := parts[name]; !found || twice || value == "" {
			return claim{}, errClaim
		}
		parts[name] = value
	}
	c := claim{id: parts["Access"], signature: parts["Signature"]}
	if len(parts) != 3 || c.id == "" || c.signature == "" || parts["SignedHeaders"] == "" {
		return claim{}, errClaim
	}
	c.names = strings.Split(parts["SignedHeaders"], ";")
	return c, nil
}

// covers checks that the signed headers are there, and that what the verifier
// relies on is among them.
func (c claim) covers(r *http.Request, s Signing) error {
	seen := map[string]bool{}
	for _, name := range c.names {
		if name != strings.ToLower(name) || seen[name] || len(headerValues(r, name)) == 0 {
			return errors.New("SignedHeaders must list headers of the request, in lower case, once each")
		}
		seen[name] = true
	}
	if !seen[strings.ToLower(s.DateHeader)] {
		return fmt.Errorf("SignedHeaders must list %s", strings.ToLower(s.DateHeader))
	}
	if len(r.Header.Values(s.DateHeader)) != 1 {
		return fmt.Errorf("header %s: given more than once", s.DateHeader)
	}
	if s.ProjectHeader != "" && len(r.Header.Values(s.ProjectHeader)) > 0 && !seen[strings.ToLower(s.ProjectHeader)] {
		return fmt.Errorf("header %s: it must be signed", s.ProjectHeader)
	}
	return c.coversBody(r, s)
}

// coversBody checks that a content header, which stands for the body, is signed
// and true.
func (c claim) coversBody(r *http.Request, s Signing) error {
	if s.ContentHeader == "" {
		return nil
	}
	given := r.Header.Values(s.ContentHeader)
	switch {
	case len(given) == 0:
		return nil
	case len(given) > 1 || !slices.Contains(c.names, strings.ToLower(s.ContentHeader)):
		return fmt.Errorf("header %s: it must be given once, and be signed", s.ContentHeader)
	case given[0] == unsignedPayload:
		return nil
	}
	hash, err := bodyHash(r)
	if err != nil {
		return err
	}
	if !strings.EqualFold(hash, given[0]) {
		return fmt.Errorf("header %s: it is not the hash of the body", s.ContentHeader)
	}
	return nil
}

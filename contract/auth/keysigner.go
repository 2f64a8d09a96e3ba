package auth

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// KeySigner signs requests with an access key. It is a [Signer].
type KeySigner struct {
	Signing Signing
	Key     AccessKey
	// Project goes into the project header, if both are given.
	Project string
	// Headers are names of headers to sign beside those of Signing and Host.
	// What may change on the way, such as a request's id, is best left out.
	Headers []string
	// Now is the clock for the date; time.Now if it is nil.
	Now func() time.Time
}

// Sign puts date, security token, project and signature into the request, in
// the place of what is there. A body is read, up to 16 MiB, and can be read
// again. It fails if the key is incomplete, the algorithm is not known, or the
// URL or the body cannot be read.
func (s KeySigner) Sign(r *http.Request) error {
	if err := s.sign(r); err != nil {
		return fmt.Errorf("sign the request: %w", err)
	}
	return nil
}

func (s KeySigner) sign(r *http.Request) error {
	if err := s.Signing.check(); err != nil {
		return err
	}
	if s.Key.ID.Empty() || s.Key.Secret.Empty() {
		return errors.New("the access key is incomplete: give its id and its secret")
	}
	if !isKeyID(s.Key.ID.Reveal()) || !isHeaderValue(s.Key.SecurityToken.Reveal()) || !isHeaderValue(s.Project) {
		return errors.New("the access key's id, its security token or the project holds what a header cannot")
	}
	if r.Header == nil {
		r.Header = http.Header{}
	}
	date := clock(s.Now).Format(dateForm)
	names := []string{"host", s.put(r, s.Signing.DateHeader, date)}
	if !s.Key.SecurityToken.Empty() {
		if s.Signing.TokenHeader == "" {
			return errors.New("the access key is temporary, and signing names no header for its security token")
		}
		names = append(names, s.put(r, s.Signing.TokenHeader, s.Key.SecurityToken.Reveal()))
	}
	if s.Project != "" && s.Signing.ProjectHeader != "" {
		names = append(names, s.put(r, s.Signing.ProjectHeader, s.Project))
	}
	for _, name := range append(slices.Clone(s.Headers), s.Signing.ContentHeader) {
		if name != "" && len(headerValues(r, name)) > 0 {
			names = append(names, strings.ToLower(name))
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	signature, err := s.Signing.signature(r, s.Key.Secret, date, names)
	if err != nil {
		return err
	}
	r.Header.Set(s.Signing.Header, fmt.Sprintf("%s Access=%s, SignedHeaders=%s, Signature=%s",
		s.Signing.Algorithm, s.Key.ID.Reveal(), strings.Join(names, ";"), signature))
	return nil
}

// put sets a header and gives its name as a signature lists it.
func (KeySigner) put(r *http.Request, name, value string) string {
	r.Header.Set(name, value)
	return strings.ToLower(name)
}

// isKeyID reports whether a text can stand as a key's id in a signature.
func isKeyID(text string) bool {
	return isHeaderValue(text) && !strings.ContainsAny(text, ", \t")
}

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
//
// It signs the host, and those headers of Signing that a request has. The other
// headers may change on the way without harm: a gateway may add to them, or
// overwrite a request's id, before it verifies.
type KeySigner struct {
	Signing Signing
	Key     AccessKey
	// Project goes into the project header, if both are given.
	Project string
	// Headers are names of more headers to sign, as far as a request has them.
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
	if err := s.check(r); err != nil {
		return err
	}
	date := clock(s.Now).Format(dateForm)
	s.put(r, date)
	names := s.names(r)
	signature, err := s.Signing.signature(r, s.Key.Secret, date, names)
	if err != nil {
		return err
	}
	r.Header.Set(s.Signing.Header, fmt.Sprintf("%s Access=%s, SignedHeaders=%s, Signature=%s",
		s.Signing.Algorithm, s.Key.ID.Reveal(), strings.Join(names, ";"), signature))
	return nil
}

// check says what keeps a request from being signed, before it is changed.
func (s KeySigner) check(r *http.Request) error {
	if err := s.Signing.check(); err != nil {
		return err
	}
	switch {
	case s.Key.ID.Empty() || s.Key.Secret.Empty():
		return errors.New("the access key is incomplete: give its id and its secret")
	case !isKeyID(s.Key.ID.Reveal()):
		return errors.New("the access key's id holds a blank, a comma or what a header cannot hold")
	case !isHeaderValue(s.Key.SecurityToken.Reveal()):
		return errors.New("the access key's security token holds what a header cannot hold")
	case !isHeaderValue(s.Project):
		return errors.New("the project holds what a header cannot hold")
	case !s.Key.SecurityToken.Empty() && s.Signing.TokenHeader == "":
		return errTemporary
	}
	for _, host := range headerValues(r, "Host") {
		if strings.ContainsFunc(host, func(c rune) bool { return c == '%' || c > '~' }) {
			return fmt.Errorf("the host %q is sent in another form: give it in ASCII (xn--...), and without a zone", host)
		}
	}
	return nil
}

// put sets the headers that come of the key. The signature's own cannot be
// signed, and one that is there is of another request.
func (s KeySigner) put(r *http.Request, date string) {
	if r.Header == nil {
		r.Header = http.Header{}
	}
	r.Header.Del(s.Signing.Header)
	r.Header.Set(s.Signing.DateHeader, date)
	if !s.Key.SecurityToken.Empty() {
		r.Header.Set(s.Signing.TokenHeader, s.Key.SecurityToken.Reveal())
	} else {
		r.Header.Del(s.Signing.TokenHeader)
	}
	if s.Project != "" && s.Signing.ProjectHeader != "" {
		r.Header.Set(s.Signing.ProjectHeader, s.Project)
	}
}

// names lists the headers to sign that a request has, as a signature lists them.
func (s KeySigner) names(r *http.Request) []string {
	var names []string
	for _, name := range append([]string{
		"Host", s.Signing.DateHeader, s.Signing.TokenHeader, s.Signing.ProjectHeader, s.Signing.ContentHeader,
	}, s.Headers...) {
		if name != "" && len(headerValues(r, name)) > 0 {
			names = append(names, strings.ToLower(name))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// isKeyID reports whether a text can stand as a key's id in a signature.
func isKeyID(text string) bool {
	return isHeaderValue(text) && !strings.ContainsAny(text, ", \t")
}

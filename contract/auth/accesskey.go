package auth

import (
	"errors"
	"fmt"
	"time"
)

// SDKHMACSHA256 is the one signing algorithm that this package knows: an HMAC
// with SHA-256 over a canonical form of the request.
const SDKHMACSHA256 = "SDK-HMAC-SHA256"

// DefaultClockWindow is how far the date of a signature may be from the
// verifier's clock when a [Signing] does not say.
const DefaultClockWindow = 15 * time.Minute

// AccessKey is a key to sign requests with (AK/SK). A temporary one has a
// security token, which goes along with each request.
type AccessKey struct {
	ID            Secret
	Secret        Secret
	SecurityToken Secret
}

// Signing says how requests are signed, and in which headers that shows. A
// contract gives one for each of its schemes that sign.
type Signing struct {
	// Algorithm is SDKHMACSHA256.
	Algorithm string
	// Header carries the signature.
	Header string
	// DateHeader carries when it was made.
	DateHeader string
	// TokenHeader carries the security token of a temporary key, ProjectHeader
	// the project that a request is for, ContentHeader a hash of the body that is
	// not computed from it. Each may be "": then there is none.
	TokenHeader, ProjectHeader, ContentHeader string
	// ClockWindow is how far the date may be from the verifier's clock, either
	// way; 0 is DefaultClockWindow.
	ClockWindow time.Duration
}

var errTemporary = errors.New("the access key is temporary, and signing names no header for its security token")

// check says what keeps a Signing from being used.
func (s Signing) check() error {
	switch {
	case s.Algorithm != SDKHMACSHA256:
		return fmt.Errorf("the signing algorithm %q is not known: use %s", s.Algorithm, SDKHMACSHA256)
	case s.Header == "" || s.DateHeader == "":
		return fmt.Errorf("signing by %s needs the names of two headers: for the signature and for its date", s.Algorithm)
	}
	return nil
}

func (s Signing) window() time.Duration {
	if s.ClockWindow == 0 {
		return DefaultClockWindow
	}
	return s.ClockWindow
}

// clock is now, or the real one.
func clock(now func() time.Time) time.Time {
	if now == nil {
		now = time.Now
	}
	return now().UTC()
}

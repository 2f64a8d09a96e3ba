package auth

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
)

// Basic is a user and a password for HTTP's basic authentication (RFC 7617). It
// is a [Signer] and a [Verifier].
type Basic struct {
	// User holds no colon: it would end there.
	User     string
	Password Secret
}

// ParseBasic reads what follows the word Basic in the header Authorization, and
// reports whether it can be read.
func ParseBasic(text Secret) (Basic, bool) {
	plain, err := base64.StdEncoding.DecodeString(text.Reveal())
	if err != nil {
		return Basic{}, false
	}
	user, password, found := strings.Cut(string(plain), ":")
	return Basic{User: user, Password: NewSecret(password)}, found && user != "" && password != ""
}

// Token gives the credential as it travels.
func (b Basic) Token() Token {
	text := base64.StdEncoding.EncodeToString([]byte(b.User + ":" + b.Password.Reveal()))
	return Token{In: InHeader, Name: "Authorization", Prefix: "Basic", Value: NewSecret(text)}
}

// Sign puts user and password into the request.
func (b Basic) Sign(r *http.Request) error {
	if strings.Contains(b.User, ":") {
		return errors.New("sign the request: the user holds a colon, and basic authentication ends it there")
	}
	return b.Token().Sign(r)
}

// Verify looks for user and password.
func (b Basic) Verify(r *http.Request) error { return b.Token().Verify(r) }

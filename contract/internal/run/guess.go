package run

import (
	"errors"
	"net/http"
	"strings"
	"unicode"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/plan"
)

// Why a variant of a user and a password cannot be made.
var (
	errGuesses      = errors.New("of a password one near miss is tried, for many lock an account: it has one character more")
	errNoUser       = errors.New("the credential is no user and password: there is no other user to try")
	errLongPassword = errors.New("the password is so long that what follows may lawfully be cut off: a near miss could be the right one")
)

// longPassword is how many bytes of a password count where bcrypt keeps it.
const longPassword = 72

// guesses reports whether a variant is made of a user and a password.
func guesses(v plan.Variant) bool {
	switch v {
	case plan.Wrong, plan.UnknownUser, plan.Extension, plan.Prefix, plan.OtherCase:
		return true
	}
	return false
}

// otherUser makes wrong credentials of a user and a password.
func otherUser(of auth.Basic, v plan.Variant) (auth.Basic, error) {
	password := of.Password.Reveal()
	switch v {
	case plan.Wrong:
		text, err := wrong(password)
		of.Password = auth.NewSecret(text)
		return of, err
	case plan.UnknownUser:
		of.User = unknownUser(of.User)
		text, err := wrong(password)
		of.Password = auth.NewSecret(text)
		return of, err
	case plan.Extension:
		if len(password) >= longPassword {
			return of, errLongPassword
		}
		of.Password = auth.NewSecret(password + extension(password))
		return of, nil
	default:
		return of, errGuesses
	}
}

// unknownUser is a name that nobody has, but whoever gave it on purpose.
func unknownUser(user string) string {
	const nobody = "clause-nobody"
	if strings.EqualFold(user, nobody) {
		return nobody + "-else"
	}
	return nobody
}

// guess reports whether a case tries a user and a password that are wrong: an
// account may be locked for it.
func (r *Runner) guess(c *plan.Case) bool {
	of := r.credential(c.Request.Credential.Scheme)
	return of != nil && of.user != nil && guesses(c.Request.Credential.Variant)
}

// wordlike reports whether a password may stand in a text that gives nothing
// away.
func wordlike(secret auth.Secret) bool {
	return !strings.ContainsFunc(secret.Reveal(), func(r rune) bool { return !unicode.IsLetter(r) })
}

// stage tells when a case is sent.
func (r *Runner) stage(c *plan.Case) int {
	switch {
	case r.guess(c):
		return guessing
	case c.Request.Method == http.MethodDelete && c.Technique != plan.Method:
		return deleting
	}
	return ordinary
}

// The stages of a run, one after the other.
const (
	ordinary = iota
	deleting // what others may need
	guessing // passwords, for which an account may be locked
	stages
)

package run

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/plan"
)

// Why a variant of a token cannot be made.
var (
	errComputed = errors.New("the credential is computed from the request: there is no token to change")
	errShort    = errors.New("nothing would be left of the token")
	errBlanks   = errors.New("the variant would differ in outer blanks alone, which do not arrive")
	errNoCase   = errors.New("the token has no letter to swap the case of")
	errVariant  = errors.New("there is no such variant of credentials")
	errNoLetter = errors.New("the token has neither a letter nor a digit to change")
)

// malformed cannot be a token of any common form, and can stand everywhere.
const malformed = "!malformed!"

// vary makes a wrong token of a right one. It makes the same of the same, and
// never the right one.
func vary(token string, v plan.Variant) (string, error) {
	if v == plan.Malformed {
		if token == malformed {
			return malformed + malformed, nil
		}
		return malformed, nil
	}
	if token == "" {
		return "", errComputed
	}
	switch v {
	case plan.Wrong:
		return wrong(token)
	case plan.Prefix:
		_, last := utf8.DecodeLastRuneInString(token)
		return trimmed(token[:len(token)-last])
	case plan.Extension:
		return token + extension(token), nil
	case plan.OtherCase:
		return otherCase(token)
	default:
		return "", errVariant
	}
}

func trimmed(text string) (string, error) {
	switch {
	case text == "":
		return "", errShort
	case strings.Trim(text, " \t") != text:
		return "", errBlanks
	}
	return text, nil
}

// The alphabets that tokens are made of, the narrowest first.
var alphabets = []string{
	"0123456789",
	"0123456789abcdef",
	"0123456789ABCDEF",
	"abcdefghijklmnopqrstuvwxyz",
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
	"0123456789abcdefghijklmnopqrstuvwxyz",
	"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
	alphanumeric,
}

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// alphabetOf finds the narrowest alphabet with all letters and digits of a
// token; "" when it has none.
func alphabetOf(token string) string {
	letters := strings.Map(func(r rune) rune {
		if strings.ContainsRune(alphanumeric, r) {
			return r
		}
		return -1
	}, token)
	if letters == "" {
		return ""
	}
	for _, alphabet := range alphabets {
		if strings.Trim(letters, alphabet) == "" {
			return alphabet
		}
	}
	return alphanumeric
}

// wrong makes a token of the same length and alphabet that differs in every
// letter and digit. What it puts there comes from the position, not from the
// token: whoever sees it learns no more than the token's form.
func wrong(token string) (string, error) {
	alphabet := alphabetOf(token)
	if alphabet == "" {
		return "", errNoLetter
	}
	out := []byte(token)
	for i, char := range out {
		if strings.IndexByte(alphanumeric, char) < 0 {
			continue
		}
		sum := sha256.Sum256(fmt.Appendf(nil, "wrong credential, byte %d", i))
		at := int(sum[0]) % len(alphabet)
		if alphabet[at] == char {
			at = (at + 1) % len(alphabet)
		}
		out[i] = alphabet[at]
	}
	return string(out), nil
}

// extension is one more character of the token's alphabet.
func extension(token string) string {
	if alphabet := alphabetOf(token); alphabet != "" {
		return alphabet[:1]
	}
	return "0"
}

// otherCase swaps the case of every letter that ASCII has.
func otherCase(token string) (string, error) {
	out := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return r
	}, token)
	if out == token {
		return "", errNoCase
	}
	return out, nil
}

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

var errForeignSigner = errors.New("the signer is a program's own: only what auth.KeySigner signs can be forged")

// forges reports whether a variant is a signature that is wrong.
func forges(v plan.Variant) bool {
	switch v {
	case plan.WrongKey, plan.WrongSignature, plan.ChangedQuery, plan.StaleDate:
		return true
	}
	return false
}

// forge signs a request in a way that has to be refused. The request itself
// stays the valid one that the case sends.
func forge(req *http.Request, signer auth.KeySigner, v plan.Variant) error {
	switch v {
	case plan.WrongKey:
		key, err := wrongKey(signer.Key)
		if err != nil {
			return err
		}
		signer.Key = key
		return signer.Sign(req)
	case plan.ChangedQuery:
		return signChanged(req, signer)
	case plan.StaleDate:
		signer.Now = stale(signer)
		return signer.Sign(req)
	default:
		if err := signer.Sign(req); err != nil {
			return err
		}
		header := signer.Signing.Header
		req.Header.Set(header, otherDigit(req.Header.Get(header)))
		return nil
	}
}

// wrongKey is a key of the same form that was never issued.
func wrongKey(key auth.AccessKey) (auth.AccessKey, error) {
	id, err := wrong(key.ID.Reveal())
	if err != nil {
		return key, err
	}
	secret, err := wrong(key.Secret.Reveal())
	if err != nil {
		return key, err
	}
	key.ID, key.Secret = auth.NewSecret(id), auth.NewSecret(secret)
	return key, nil
}

// signChanged signs another query than the one that is sent.
func signChanged(req *http.Request, signer auth.KeySigner) error {
	sent := req.URL.RawQuery
	defer func() { req.URL.RawQuery = sent }()
	req.URL.RawQuery = strings.TrimPrefix(sent+"&signed=1", "&")
	return signer.Sign(req)
}

// stale is a clock that no verifier within the clock window of ours accepts.
func stale(signer auth.KeySigner) func() time.Time {
	window, now := signer.Signing.ClockWindow, signer.Now
	if now == nil {
		now = time.Now
	}
	return func() time.Time { return now().Add(-2*window - time.Minute) }
}

// otherDigit changes the last hexadecimal digit of a signature.
func otherDigit(text string) string {
	if text == "" {
		return text
	}
	end := len(text) - 1
	if text[end] == '0' {
		return text[:end] + "1"
	}
	return text[:end] + "0"
}

// proofOf gives what must not be shown of a credential that is computed from a
// request: the signature, which stands at the end.
func proofOf(text string) auth.Secret {
	const least = 16
	if i := strings.LastIndexByte(text, '='); i >= 0 && len(text)-i-1 >= least {
		text = text[i+1:]
	}
	return auth.NewSecret(text)
}

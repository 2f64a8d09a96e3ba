package run

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

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

package auth

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// In is the part of a request that a credential is in, by OpenAPI's words for
// the "in" of an apiKey security scheme.
type In string

// The parts of a request that a Token can be in.
const (
	InHeader In = "header"
	InQuery  In = "query"
	InCookie In = "cookie"
)

// Token is a credential that travels as it is. It is a Signer and a Verifier.
type Token struct {
	In In
	// Name is that of the header, the query parameter or the cookie.
	Name string
	// Prefix stands before the value, a space between them: "Bearer" in the
	// header Authorization. It is compared without regard to case, as RFC 9110,
	// section 11.1, wants it. Most tokens have none.
	Prefix string
	Value  Secret
}

// Bearer returns the token of OpenAPI's http scheme "bearer" (RFC 6750).
func Bearer(value Secret) Token {
	return Token{In: InHeader, Name: "Authorization", Prefix: "Bearer", Value: value}
}

// Sign puts the token into the request, in place of one that is there. The
// other query parameters and cookies stay as they are written. It fails if the
// value is empty, or cannot stand in that part of a request.
func (t Token) Sign(r *http.Request) error {
	if t.Value.Empty() {
		return fmt.Errorf("sign the request: %s: %w", t.place(), ErrMissing)
	}

	text := t.Value.Reveal()
	if t.Prefix != "" {
		text = t.Prefix + " " + text
	}

	if r.Header == nil {
		r.Header = http.Header{}
	}

	switch t.In {
	case InHeader:
		if !isHeaderValue(text) {
			return t.unfit()
		}

		r.Header.Set(t.Name, text)
	case InQuery:
		pair := url.QueryEscape(t.Name) + "=" + url.QueryEscape(text)
		r.URL.RawQuery = join(r.URL.RawQuery, "&", pair, t.isParameter)
	case InCookie:
		if !isCookieValue(text) {
			return t.unfit()
		}

		cookies := strings.Join(r.Header.Values("Cookie"), ";")
		r.Header.Set("Cookie", join(cookies, "; ", t.Name+"="+text, t.isCookie))
	default:
		return t.unknown()
	}

	return nil
}

// Verify looks for the token. A request that has it twice, or under another
// Prefix, does not have it: the first is rejected, the second is missing. A
// Token without a value rejects every request.
func (t Token) Verify(r *http.Request) error {
	values, err := t.values(r)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRejected, err) // Nothing may take it for a pass.
	}

	if len(values) > 1 {
		return fmt.Errorf("%s: given %d times: %w", t.place(), len(values), ErrRejected)
	}

	text := strings.Join(values, "")
	if t.Prefix != "" {
		scheme, rest, _ := strings.Cut(text, " ")
		if !strings.EqualFold(scheme, t.Prefix) {
			return fmt.Errorf("%s: %w", t.place(), ErrMissing)
		}

		text = strings.TrimLeft(rest, " ")
	}

	if text == "" {
		return fmt.Errorf("%s: %w", t.place(), ErrMissing)
	}

	if t.Value.Empty() || !t.Value.Equal(NewSecret(text)) {
		return fmt.Errorf("%s: %w", t.place(), ErrRejected)
	}

	return nil
}

// values returns what the request has under the token's name.
func (t Token) values(r *http.Request) ([]string, error) {
	switch t.In {
	case InHeader:
		return r.Header.Values(t.Name), nil
	case InQuery:
		// A pair that cannot be decoded is no token; Query leaves it out.
		return r.URL.Query()[t.Name], nil
	case InCookie:
		var values []string
		for _, cookie := range r.CookiesNamed(t.Name) {
			values = append(values, cookie.Value)
		}

		return values, nil
	default:
		return nil, t.unknown()
	}
}

// place names the part of the request, for messages.
func (t Token) place() string {
	switch {
	case t.In == InQuery:
		return "query parameter " + t.Name
	case t.Prefix != "":
		return fmt.Sprintf("%s %s (%s)", t.In, t.Name, t.Prefix)
	default:
		return fmt.Sprintf("%s %s", t.In, t.Name)
	}
}

func (t Token) unfit() error {
	return fmt.Errorf("sign the request: the credential holds a character that cannot stand in %s", t.place())
}

// unknown says that the program which made the Token is wrong.
func (t Token) unknown() error {
	return fmt.Errorf("token %s is in %q; it can be in %q, %q or %q", t.Name, t.In, InHeader, InQuery, InCookie)
}

// isParameter says whether a pair of a query has the token's name.
func (t Token) isParameter(pair string) bool {
	name, _, _ := strings.Cut(pair, "=")
	decoded, err := url.QueryUnescape(name)

	return err == nil && decoded == t.Name
}

// isCookie says whether a pair of a Cookie header has the token's name.
func (t Token) isCookie(pair string) bool {
	name, _, _ := strings.Cut(pair, "=")

	return name == t.Name
}

// join adds a pair to a list, in place of those that drop names. Blanks about
// the separator do not count.
func join(list, separator, pair string, drop func(pair string) bool) string {
	var kept []string

	if list != "" {
		for existing := range strings.SplitSeq(list, strings.TrimSpace(separator)) {
			existing = strings.TrimSpace(existing)
			if !drop(existing) {
				kept = append(kept, existing)
			}
		}
	}

	return strings.Join(append(kept, pair), separator)
}

// isHeaderValue says whether a text can be a header's value and arrives as it
// is: no control characters but the tab, no blanks around it (RFC 9110,
// section 5.5).
func isHeaderValue(text string) bool {
	return strings.Trim(text, " \t") == text && !strings.ContainsFunc(text, func(r rune) bool {
		return r != '\t' && (r < ' ' || r == 0x7f)
	})
}

// isCookieValue says whether a text can be a cookie's value (RFC 6265, section
// 4.1.1).
func isCookieValue(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`",;\`, r)
	})
}

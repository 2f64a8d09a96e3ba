package auth_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"github.com/apiclause/clause/contract/auth"
)

// FuzzLogin looks for an answer that breaks a login or OAuth 2.0, or that makes
// them say what they must not.
func FuzzLogin(f *testing.F) {
	f.Add(uint16(200), "/data/0/a~1b", []byte(`{"data": [{"a/b": "the token"}]}`))
	f.Add(uint16(200), "/0", []byte(`["pass\tword of 12\u202e"]`))
	f.Add(uint16(200), "/a", []byte(`{"pass word of 12": 1, "\u001b": 2}`))
	f.Add(uint16(200), "", []byte(`{"access_token": "t\r\nX: y", "expires_in": -1e99}`))
	f.Add(uint16(401), "/", []byte(`{"error": "pass word\u0000of 12", "error_description": "pass word of 12"}`))
	f.Add(uint16(302), "/-1", []byte("pass\xff word of 12"))
	const secret = "pass word of 12"
	f.Fuzz(func(t *testing.T, status uint16, pointer string, body []byte) {
		transport := roundTrip(func(r *http.Request) (*http.Response, error) {
			status := 200 + int(status-200)%300
			if status == http.StatusTooManyRequests {
				status++ // it would be asked again, after a wait
			}
			return &http.Response{
				StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(body)), Request: r,
			}, nil
		})
		at := &url.URL{Scheme: "http", Host: "h"}
		if strings.ContainsFunc(pointer, func(c rune) bool { return !unicode.IsPrint(c) || c == unicode.ReplacementChar }) || len(pointer) > 100 {
			return // no target file has it
		}
		for _, issuer := range []auth.Issuer{
			&auth.Login{URL: at, Token: pointer, Body: auth.NewSecret(secret), Secrets: []auth.Secret{auth.NewSecret(secret)}, Transport: transport},
			&auth.OAuth2{TokenURL: at, User: "u", Password: auth.NewSecret(secret), Transport: transport},
		} {
			got, err := issuer.Issue(t.Context())
			if err == nil {
				if got.Value.Empty() || strings.ContainsAny(got.Value.Reveal(), "\r\n\x00") {
					t.Errorf("got %q", got.Value.Reveal())
				}
				continue
			}
			text := err.Error()
			if strings.Contains(text, secret) && !strings.Contains(pointer, secret) || len(text) > 700 ||
				strings.ContainsFunc(text, func(c rune) bool { return !unicode.IsPrint(c) }) {
				t.Errorf("it says %q", text)
			}
		}
	})
}

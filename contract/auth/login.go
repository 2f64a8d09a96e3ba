package auth

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Login gets tokens by a request of any API: it is sent, and the token stands
// somewhere in the JSON of the answer. It is an [Issuer].
type Login struct {
	// Method is POST by default.
	Method string
	URL    *url.URL
	// Header is sent along.
	Header http.Header
	// ContentType says what Body is.
	ContentType string
	Body        Secret
	// Secrets are what stands in Body and must not be shown.
	Secrets []Secret
	// Token is a JSON pointer (RFC 6901) to the token in the answer.
	Token string
	// Lifetime is how long a token is good for; 0 if that is not known.
	Lifetime time.Duration
	// Transport sends the request; nil is IssuerTransport. Redirects are not
	// followed.
	Transport http.RoundTripper
	// UserAgent is sent along; "clause" by default.
	UserAgent string
	// Timeout bounds one attempt to get a token; 30 s by default.
	Timeout time.Duration
}

// Issue sends the request, up to three times if nobody can be reached or the
// answer is 429 or 5XX. The error says what the answer was.
func (l *Login) Issue(ctx context.Context) (IssuedToken, error) {
	method := cmp.Or(l.Method, http.MethodPost)
	if l.URL == nil || l.URL.Host == "" || l.URL.Scheme != "https" && l.URL.Scheme != "http" {
		return IssuedToken{}, errors.New("login: its URL must be one such as https://api.example.com/login")
	}
	of := &service{
		name: "login " + method + " " + l.URL.Redacted(), remedy: "correct login.url",
		transport: l.Transport, userAgent: l.UserAgent, timeout: l.Timeout, secrets: l.Secrets,
	}
	return of.issue(ctx, func(ctx context.Context) (IssuedToken, bool, error) {
		asked := time.Now()
		token, again, err := l.ask(ctx, of, method)
		if err == nil && l.Lifetime > 0 {
			token.Expires = asked.Add(l.Lifetime)
		}
		return token, again, err
	})
}

func (l *Login) ask(ctx context.Context, of *service, method string) (IssuedToken, bool, error) {
	r, err := http.NewRequestWithContext(ctx, method, l.URL.String(), strings.NewReader(l.Body.Reveal()))
	if err != nil {
		return IssuedToken{}, false, errors.New("its method or URL cannot be used")
	}
	maps.Copy(r.Header, l.Header)
	r.Header.Set("Accept", "application/json")
	if l.ContentType != "" {
		r.Header.Set("Content-Type", l.ContentType)
	}
	got, err := of.send(ctx, r)
	if err != nil {
		return IssuedToken{}, true, err
	}
	if got.status < http.StatusOK || got.status >= http.StatusMultipleChoices {
		return IssuedToken{}, passing(got.status), l.refused(of, got.status, got.body)
	}
	text, err := l.find(of, got.status, got.body)
	if err == nil {
		err = usable(text)
	}
	if err != nil {
		return IssuedToken{}, false, err
	}
	return IssuedToken{Value: NewSecret(text)}, false, nil
}

// refused words an answer that gives no token.
func (l *Login) refused(of *service, status int, body []byte) error {
	said := answered(status)
	if text := of.clean(string(body)); text != "" {
		said += ": " + text
	}
	switch {
	case passing(status):
		return errors.New(said)
	case status < http.StatusBadRequest, status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		return fmt.Errorf("%s: correct login.url and login.method", said)
	case status == http.StatusUnsupportedMediaType:
		return fmt.Errorf("%s: give the body under login.json or login.form, as the service wants it", said)
	default:
		return fmt.Errorf("%s: correct the body of the login: names, user and password", said)
	}
}

// find looks for the token. What it says of the answer are names of members, not
// values: they may be secret.
func (l *Login) find(of *service, status int, body []byte) (string, error) {
	var answer any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&answer); err != nil {
		return "", fmt.Errorf("%s, and its body is no JSON, in which login.token (%s) could be looked for: correct login.url", answered(status), l.Token)
	}
	found, at := resolve(answer, l.Token)
	switch text := found.(type) {
	case string:
		if text != "" {
			return text, nil
		}
	case json.Number:
		return text.String(), nil
	case nil:
	default:
		return "", fmt.Errorf("%s, and what stands at %s is no text: correct login.token%s", answered(status), l.Token, of.members(found, l.Token))
	}
	return "", fmt.Errorf("%s, and there is no token at %s: correct login.token%s", answered(status), l.Token, of.members(at.value, at.pointer))
}

// place is a value of a JSON document, and where it stands.
type place struct {
	value   any
	pointer string
}

// resolve follows a JSON pointer; if it leads nowhere the value is nil. last is
// the last place that it led through.
func resolve(value any, pointer string) (found any, last place) {
	if pointer == "" {
		return value, place{}
	}
	last = place{value, ""}
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		name := strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		switch in := last.value.(type) {
		case map[string]any:
			found = in[name]
		case []any:
			found = nil
			if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(in) {
				found = in[i]
			}
		default:
			return nil, last
		}
		if found == nil {
			return nil, last
		}
		last = place{found, last.pointer + "/" + step}
	}
	return found, last
}

// members says what stands below a value of an answer.
func (s *service) members(value any, pointer string) string {
	if pointer == "" {
		pointer = "the answer"
	}
	in, ok := value.(map[string]any)
	if !ok || len(in) == 0 {
		return ""
	}
	return fmt.Sprintf("; %s has %s", pointer, s.clean(strings.Join(slices.Sorted(maps.Keys(in)), ", ")))
}

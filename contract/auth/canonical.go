package auth

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// dateForm is how a signature's date is written: ISO 8601's basic format, in UTC.
const dateForm = "20060102T150405Z"

// unsignedPayload stands in the content header of a request whose body is not
// signed.
const unsignedPayload = "UNSIGNED-PAYLOAD"

// maxSigned bounds the body of a request that is signed or verified, in bytes:
// it is held in memory.
const maxSigned = 16 << 20

var errLongBody = fmt.Errorf("the body is longer than %d MiB", maxSigned>>20)

// signature computes the signature of a request, in hexadecimal digits. names
// are the signed headers, in lower case and in their order; date is as the date
// header has it.
func (s Signing) signature(r *http.Request, secret Secret, date string, names []string) (string, error) {
	canonical, err := s.canonical(r, names)
	if err != nil {
		return "", err
	}
	hash := sha256.Sum256([]byte(canonical))
	mac := hmac.New(sha256.New, []byte(secret.Reveal()))
	fmt.Fprintf(mac, "%s\n%s\n%s", s.Algorithm, date, hex.EncodeToString(hash[:]))
	return hex.EncodeToString(mac.Sum(nil)), nil
}

// canonical writes a request in the one form that both sides compute: method,
// path, query, signed headers, their names, and the hash of the body.
func (s Signing) canonical(r *http.Request, names []string) (string, error) {
	u, err := target(r)
	if err != nil {
		return "", err
	}
	query, err := canonicalQuery(u.RawQuery)
	if err != nil {
		return "", err
	}
	content, err := s.content(r)
	if err != nil {
		return "", err
	}
	method := r.Method
	if method == "" {
		method = http.MethodGet // as net/http has it
	}
	return strings.Join([]string{method, canonicalPath(u), query, canonicalHeaders(r, names), strings.Join(names, ";"), content}, "\n"), nil
}

// target gives what a request's first line asks for. Of a request that a server
// received, that is what it came with: its URL may have changed since, as
// http.StripPrefix changes it.
func target(r *http.Request) (*url.URL, error) {
	text := r.RequestURI
	if text == "" && r.URL != nil {
		text = r.URL.RequestURI()
	}
	u, err := url.ParseRequestURI(text)
	if err != nil {
		return nil, errors.New("the request is for nothing that can be read: its URL needs a path that begins with a slash")
	}
	return u, nil
}

// canonicalPath gives the path with each segment encoded anew, and a slash at
// its end.
func canonicalPath(u *url.URL) string {
	text := u.RawPath // as it came, if that is not as it is written by default
	if text == "" {
		text = u.EscapedPath()
	}
	segments := strings.Split(text, "/")
	for i, segment := range segments {
		if plain, err := url.PathUnescape(segment); err == nil { // it always is: the URL could be read
			segments[i] = escape(plain)
		}
	}
	path := strings.Join(segments, "/")
	if !strings.HasSuffix(path, "/") {
		path += "/"
	}
	return path
}

// canonicalQuery gives the pairs in the order of names, then of values, each
// encoded anew.
func canonicalQuery(raw string) (string, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return "", errors.New("the query holds an escape or a semicolon that cannot be decoded")
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	var pairs []string
	for _, name := range names {
		slices.Sort(values[name])
		for _, value := range values[name] {
			pairs = append(pairs, escape(name)+"="+escape(value))
		}
	}
	return strings.Join(pairs, "&"), nil
}

// canonicalHeaders gives a line for each value of each signed header.
func canonicalHeaders(r *http.Request, names []string) string {
	var out strings.Builder
	for _, name := range names {
		values := slices.Clone(headerValues(r, name))
		slices.Sort(values)
		for _, value := range values {
			out.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
		}
	}
	return out.String()
}

// headerValues gives what a request has in a header. net/http keeps Host apart.
func headerValues(r *http.Request, name string) []string {
	if !strings.EqualFold(name, "Host") {
		return r.Header.Values(name)
	}
	switch {
	case r.Host != "":
		return []string{r.Host}
	case r.URL != nil && r.URL.Host != "":
		return []string{r.URL.Host}
	}
	return nil
}

// content gives what stands for the body: the content header, if there is one,
// else the body's hash.
func (s Signing) content(r *http.Request) (string, error) {
	if s.ContentHeader != "" {
		if given := r.Header.Get(s.ContentHeader); given != "" {
			return given, nil
		}
	}
	return bodyHash(r)
}

// bodyHash reads the body and leaves one that can be read again: the same, with
// what is left of one that is too long, and with the error of one that failed.
func bodyHash(r *http.Request) (string, error) {
	var body []byte
	if r.Body != nil && r.Body != http.NoBody {
		var err error
		body, err = io.ReadAll(io.LimitReader(r.Body, maxSigned+1))
		rest := io.Reader(r.Body)
		if err != nil {
			rest = failedReader{err}
		}
		r.Body = readCloser{io.MultiReader(bytes.NewReader(body), rest), r.Body}
		switch {
		case err != nil:
			return "", fmt.Errorf("read the body: %w", err)
		case len(body) > maxSigned:
			return "", errLongBody
		}
	}
	hash := sha256.Sum256(body)
	return hex.EncodeToString(hash[:]), nil
}

type readCloser struct {
	io.Reader
	io.Closer
}

// failedReader fails as another reader did.
type failedReader struct{ err error }

func (r failedReader) Read([]byte) (int, error) { return 0, r.err }

// escape encodes all but the characters that RFC 3986, section 2.3, leaves
// unreserved.
func escape(text string) string {
	const digits = "0123456789ABCDEF"
	var out strings.Builder
	for i := range len(text) {
		c := text[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~", c) >= 0:
			out.WriteByte(c)
		default:
			out.WriteByte('%')
			out.WriteByte(digits[c>>4])
			out.WriteByte(digits[c&15])
		}
	}
	return out.String()
}

package auth_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"github.com/apiclause/clause/contract/auth"
)

// endless writes until nobody reads, and counts. A reader without a bound gets far
// more than there should be room for.
func endless(w io.Writer, text string, count *atomic.Int64) {
	for count.Load() < 64<<20 {
		n, err := io.WriteString(w, text)
		count.Add(int64(n))
		if err != nil {
			return
		}
	}
}

// raw speaks for itself, after a request has come.
func raw(speak func(conn net.Conn)) func(conn net.Conn) {
	return func(conn net.Conn) {
		defer conn.Close()
		r, err := http.ReadRequest(bufio.NewReader(conn))
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, r.Body)
		speak(conn)
	}
}

func TestIAMBoundsWhatItReads(t *testing.T) {
	var sent atomic.Int64
	for name, c := range map[string]struct {
		serve   func(conn net.Conn)
		message string // "" for a token
	}{
		"endless body of a token": {handled(func(w http.ResponseWriter, _ *http.Request) {
			issue(w, `{"token": {"expires_at": "2026-01-03T15:04:05Z"`)
			endless(w, ` `, &sent)
		}), ""},
		"endless body of a refusal": {handled(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusUnauthorized)
			endless(w, `{"error": {"message": "x`+strings.Repeat("y", 1000), &sent)
		}), "it answered 401 Unauthorized: correct domain, user, password, project and endpoint"},
		"endless headers": {raw(func(conn net.Conn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 201 Created\r\n")
			endless(conn, "X-Header: "+strings.Repeat("x", 1000)+"\r\n", &sent)
		}), "net/http: HTTP/1.x transport connection broken: net/http: server response headers exceeded 1048576 bytes; aborted: correct the endpoint, or look for a firewall or a proxy on the way"},
		"an endless header": {raw(func(conn net.Conn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 201 Created\r\nX-Subject-Token: ")
			endless(conn, strings.Repeat("x", 1000), &sent)
		}), "net/http: HTTP/1.x transport connection broken: net/http: server response headers exceeded 1048576 bytes; aborted: correct the endpoint, or look for a firewall or a proxy on the way"},
		"endless interim answers": {raw(func(conn net.Conn) {
			endless(conn, "HTTP/1.1 103 Early Hints\r\nLink: <"+strings.Repeat("x", 1000)+">\r\n\r\n", &sent)
		}), "net/http: HTTP/1.x transport connection broken: net/http: server response headers exceeded 1048576 bytes; aborted: correct the endpoint, or look for a firewall or a proxy on the way"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sent.Store(0)
				got, err := iam(c.serve).Issue(t.Context())
				if c.message != "" {
					wantIAMError(t, err, c.message)
				} else if err != nil || got.Value.Reveal() != "a-token" || !got.Expires.IsZero() {
					t.Errorf("got %q until %s, %v", got.Value.Reveal(), got.Expires, err)
				}
				synctest.Wait()
				// Three attempts of a mebibyte, and what buffers hold beside it.
				if n := sent.Load(); n < 1<<20 || n > 3<<20+3<<18 {
					t.Errorf("%d bytes were read", n)
				}
			})
		})
	}
}

func TestIAMThatCannotBeReached(t *testing.T) {
	for name, c := range map[string]struct {
		serve   func(conn net.Conn)
		message string
	}{
		"nobody there": {nil, "dial iam.test:80: nobody is there: correct the endpoint, or look for a firewall or a proxy on the way"},
		"closed":       {raw(func(net.Conn) {}), "EOF: correct the endpoint, or look for a firewall or a proxy on the way"},
		"not HTTP": {
			raw(func(conn net.Conn) { _, _ = io.WriteString(conn, "SSH-2.0 \x1b[2J"+password+"\r\n") }),
			`net/http: HTTP/1.x transport connection broken: malformed HTTP status code "\x1b[2J[redacted]": correct the endpoint, or look for a firewall or a proxy on the way`,
		},
		"cut":     {raw(func(conn net.Conn) { _, _ = io.WriteString(conn, "HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\n{") }), "unexpected EOF: correct the endpoint, or look for a firewall or a proxy on the way"},
		"silence": {raw(func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }), "no answer within 30s"},
		"dripping": {raw(func(conn net.Conn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 500 Internal Server Error\r\n\r\n")
			for {
				time.Sleep(time.Second)
				if _, err := io.WriteString(conn, "x"); err != nil {
					return
				}
			}
		}), "no answer within 30s"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				i := iam(c.serve)
				if c.serve == nil {
					i.Transport = endpoints{}.transport()
				}
				_, err := i.Issue(t.Context())
				wantIAMError(t, err, c.message)
				want := 3 * time.Second // of waiting between three attempts
				if strings.HasPrefix(c.message, "no answer") {
					want += 3 * 30 * time.Second
				}
				if got := time.Since(begin); got != want {
					t.Errorf("it took %s, want %s", got, want)
				}
				time.Sleep(time.Second) // until the last drop finds nobody
			})
		})
	}
}

func TestIAMOfACallerWhoGivesUp(t *testing.T) {
	enough := errors.New("enough")
	for name, after := range map[string]time.Duration{"before it asks": 0, "while it asks": time.Second, "between two attempts": 30*time.Second + time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			ctx, stop := context.WithCancelCause(t.Context())
			time.AfterFunc(after, func() { stop(enough) })
			if after == 0 {
				stop(enough)
			}
			begin := time.Now()
			_, err := iam(raw(func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })).Issue(ctx)
			if !errors.Is(err, enough) || time.Since(begin) != after {
				t.Errorf("%s: got %v after %s", name, err, time.Since(begin))
			}
		})
	}
}

// FuzzIAM looks for an answer that breaks it, or that makes it say what it must
// not.
func FuzzIAM(f *testing.F) {
	f.Add(uint16(201), "a-token", []byte(issuedBody))
	f.Add(uint16(401), "", []byte(`{"error": {"message": "pass\tword of 12\u202e"}, "error_msg": "pass word\u0000of 12"}`))
	f.Add(uint16(302), "\x00", []byte("{\"error_msg\": \"pass\xff word of 12\"}"))
	const secret = "pass word of 12"
	f.Fuzz(func(t *testing.T, status uint16, token string, body []byte) {
		i := iam(nil)
		i.Password = auth.NewSecret(secret)
		i.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			status := 200 + int(status-200)%300
			if status == http.StatusTooManyRequests {
				status++ // it would be asked again, after a wait
			}
			return &http.Response{
				StatusCode: status, Header: http.Header{"X-Subject-Token": {token}}, Body: io.NopCloser(bytes.NewReader(body)), Request: r,
			}, nil
		})
		got, err := i.Issue(t.Context())
		if err == nil {
			if got.Value.Empty() || got.Value.Reveal() != token {
				t.Errorf("got %q for %q", got.Value.Reveal(), token)
			}
			return
		}
		text := err.Error()
		if strings.Contains(text, secret) || len(text) > 400 || strings.ContainsFunc(text, func(c rune) bool { return !unicode.IsPrint(c) }) {
			t.Errorf("it says %q", text)
		}
	})
}

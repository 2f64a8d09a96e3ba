package main

import (
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/fixtures/reference"
)

const tokenHeader = "X-Auth-Token"

// fault makes a wrong implementation of a right one.
type fault func(right http.Handler) http.Handler

// faults are small, and each breaks what its name says.
func faults() map[string]fault {
	return map[string]fault{
		"none": func(right http.Handler) http.Handler { return right },
		// no-authentication answers anyone.
		"no-authentication": before(func(r *http.Request) { r.Header.Set(tokenHeader, secretToken) }),
		// any-sort-type forgets that the values of sort_type are listed.
		"any-sort-type": before(withoutUnlisted("sort_type", "ASC", "DESC")),
		// numeric-code answers 400 with a number for a code.
		"numeric-code": answering(http.StatusBadRequest, `{"error_code": 17, "error_msg": "refused"}`),
		// short-task answers with ids that are not what the vendor's examples show.
		"short-task": answering(http.StatusOK, `{"task_id": "1"}`),
		// nonsense answers 200 with what is no JSON.
		"nonsense": answering(http.StatusOK, "\x00<html>\x1b[31m"),
		// leak puts the token into its refusals.
		"leak": answering(http.StatusBadRequest, `{"error_code": "E1", "error_msg": "refused `+secretToken+`"}`),
		// slow takes its time, and hanging all the time there is.
		"slow":    late(100 * time.Millisecond),
		"hanging": late(time.Hour),
		"broken":  brokenOff,
		"busy":    busy,
		// silent takes requests and never answers.
		"silent": func(http.Handler) http.Handler {
			return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		},
	}
}

// before changes a request before the right handler has it.
func before(change func(*http.Request)) fault {
	return func(right http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			change(r)
			right.ServeHTTP(w, r)
		})
	}
}

func withoutUnlisted(name string, listed ...string) func(*http.Request) {
	return func(r *http.Request) {
		query := r.URL.Query()
		for _, value := range listed {
			if query.Get(name) == value {
				return
			}
		}
		query.Del(name)
		r.URL.RawQuery = query.Encode()
		r.RequestURI = r.URL.RequestURI()
	}
}

// answering replaces the body of every answer of a status.
func answering(status int, body string) fault {
	return func(right http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			recorder := httptest.NewRecorder()
			right.ServeHTTP(recorder, r)
			text := recorder.Body.String()
			if recorder.Code == status {
				text = body
			}
			maps.Copy(w.Header(), recorder.Header())
			w.Header().Set("Content-Length", strconv.Itoa(len(text)))
			w.WriteHeader(recorder.Code)
			io.WriteString(w, text)
		})
	}
}

// late answers all but the first request after a while.
func late(while time.Duration) fault {
	return func(right http.Handler) http.Handler {
		var n atomic.Int64
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if n.Add(1) > 1 {
				select {
				case <-time.After(while):
				case <-r.Context().Done():
				}
			}
			right.ServeHTTP(w, r)
		})
	}
}

// brokenOff closes the connection in the middle of an answer.
func brokenOff(right http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !r.URL.Query().Has("sort_type") {
			right.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, `{"task_id": `)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
}

// busy asks to come back much later, but for the first request.
func busy(right http.Handler) http.Handler {
	var n atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1) == 1 {
			right.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
}

// faultyServer counts what it is asked.
type faultyServer struct {
	requests atomic.Int64
}

// serveFaulty starts a server with the fault of a name, and sets URL. Its token
// is TOKEN, and it fails inside where target.yaml says so.
func serveFaulty(ts *testscript.TestScript, neg bool, args []string) {
	wants(ts, neg, args, 1, "serve-faulty NAME")
	if args[0] == "not-http" {
		serveNoise(ts)
		return
	}
	deviate := faults()[args[0]]
	if deviate == nil {
		ts.Fatalf("there is no fault %q", args[0])
	}
	right, err := reference.New(reference.Config{
		Token: auth.NewSecret(secretToken), Logger: slog.New(slog.DiscardHandler), InternalErrorProject: failingProject,
	})
	ts.Check(err)
	wrong, s := deviate(right), &faultyServer{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		wrong.ServeHTTP(w, r)
	}))
	ts.Defer(server.Close)
	stateOf(ts).faulty = s
	ts.Setenv("URL", server.URL)
}

// serveNoise answers in no language.
func serveNoise(ts *testscript.TestScript) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	ts.Setenv("URL", "http://"+l.Addr().String())
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			io.WriteString(conn, "220 mail.example.com\r\n")
			conn.Close()
		}
	}()
}

// awaitRequests waits until a faulty server has been asked so often.
func awaitRequests(ts *testscript.TestScript, neg bool, args []string) {
	wants(ts, neg, args, 1, "await-requests NUMBER")
	n, err := strconv.ParseInt(args[0], 10, 64)
	ts.Check(err)
	eventually(ts, args[0]+" requests", func() bool { return stateOf(ts).faulty.requests.Load() >= n })
}

// unasked wants the faulty server not to have been sent anything.
func unasked(ts *testscript.TestScript, neg bool, _ []string) {
	wants(ts, neg, nil, 0, "unasked")
	if n := stateOf(ts).faulty.requests.Load(); n != 0 {
		ts.Fatalf("%d requests were sent", n)
	}
}

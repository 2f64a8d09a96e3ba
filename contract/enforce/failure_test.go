package enforce_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/enforce"
)

const failed = "the service failed inside: try again later"

func TestPanicOfTheHandler(t *testing.T) {
	var log bytes.Buffer
	o := enforce.Options{Logger: slog.New(slog.NewJSONHandler(&log, nil))}
	h := userUsageHandler(t, o, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "3")
		w.Header().Set("X-Kept", "yes")
		w.WriteHeader(http.StatusEarlyHints)
		raise("a secret reason")
	})
	w := httptest.NewRecorder()
	h.ServeHTTP(finalOnly{w}, exportRequest())
	if strings.Contains(w.Body.String(), "secret") || w.Header().Get("Content-Length") != "" || w.Header().Get("X-Kept") != "yes" {
		t.Errorf("%v: %s", w.Header(), w.Body)
	}
	wantError(t, w, http.StatusInternalServerError, failed)
	for _, want := range []string{"handler panicked", "a secret reason", "exportUserUsage", "failure_test.go"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %q: %s", want, log.String())
		}
	}
	if strings.Contains(log.String(), tokenText) {
		t.Errorf("the log holds the token: %s", log.String())
	}
}

// finalOnly is a recorder that leaves out informational answers.
type finalOnly struct{ *httptest.ResponseRecorder }

func (f finalOnly) WriteHeader(status int) {
	if status >= http.StatusOK {
		f.ResponseRecorder.WriteHeader(status)
	}
}

func exportRequest() *http.Request {
	r := httptest.NewRequest(http.MethodGet, exportPath+"?"+window, http.NoBody)
	r.Header.Set("X-Auth-Token", tokenText)
	return r
}

// Once an answer has begun, whoever reads it must learn that it is not whole.
func TestPanicAfterTheAnswerHasBegun(t *testing.T) {
	for name, begin := range map[string]func(w http.ResponseWriter){
		"written": func(w http.ResponseWriter) { _, _ = io.WriteString(w, `{"task`) },
		"flushed": func(w http.ResponseWriter) { w.(http.Flusher).Flush() },
		"copied":  func(w http.ResponseWriter) { _, _ = io.Copy(w, io.LimitReader(strings.NewReader(`{"task`), 5)) },
		"status":  func(w http.ResponseWriter) { w.WriteHeader(http.StatusOK) },
		"meant":   func(http.ResponseWriter) { raise(http.ErrAbortHandler) },
		"wrapped": func(http.ResponseWriter) { raise(fmt.Errorf("enough: %w", http.ErrAbortHandler)) },
	} {
		t.Run(name, func(t *testing.T) {
			quiet := enforce.Options{Logger: slog.New(slog.DiscardHandler)}
			server := httptest.NewUnstartedServer(userUsageHandler(t, quiet, func(w http.ResponseWriter, _ *http.Request) {
				begin(w)
				raise("too late")
			}))
			server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
			server.Start()
			defer server.Close()
			r, err := http.NewRequest(http.MethodGet, server.URL+exportPath+"?"+window, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("X-Auth-Token", tokenText)
			response, err := server.Client().Do(r)
			if err != nil {
				return
			}
			defer response.Body.Close()
			if data, err := io.ReadAll(response.Body); err == nil {
				t.Errorf("a whole answer: %d %s", response.StatusCode, data)
			}
		})
	}
}

func TestWriterPassesOn(t *testing.T) {
	var hijacked, unsupported error
	h := userUsageHandler(t, enforce.Options{}, func(w http.ResponseWriter, _ *http.Request) {
		_, _, hijacked = w.(http.Hijacker).Hijack()
		unsupported = http.NewResponseController(w).EnableFullDuplex()
	})
	if w := export(h, window); w.Code != http.StatusOK {
		t.Errorf("got %d", w.Code)
	}
	if !errors.Is(hijacked, http.ErrNotSupported) || !errors.Is(unsupported, http.ErrNotSupported) {
		t.Errorf("hijack: %v, full duplex: %v", hijacked, unsupported)
	}
}

// generatedError is what a generated server calls its errors.
type generatedError struct {
	ParamName string
	Err       error
}

func (e *generatedError) Error() string {
	return "Invalid format for parameter " + e.ParamName + ": NEEDLE"
}
func (e *generatedError) Unwrap() error { return e.Err }

func TestErrorsOfAGeneratedServer(t *testing.T) {
	e, err := enforce.New(userUsage(t), enforce.Options{
		Verifiers: map[string]auth.Verifier{"token": token()}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	const (
		undecoded = "the request cannot be decoded: send it as the contract describes it"
		hours     = "usage_min_hours (query) cannot be read: send an integer from 0 to 2147483646 [exportUserUsage.query.usage_min_hours.type]"
	)
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"parameter":         {&generatedError{ParamName: "usage_min_hours"}, hours},
		"wrapped":           {fmt.Errorf("bind: %w", &generatedError{ParamName: "usage_min_hours", Err: io.EOF}), hours},
		"unknown parameter": {&generatedError{ParamName: "NEEDLE"}, undecoded},
		"other":             {errors.New("can't decode JSON body: NEEDLE"), undecoded},
		"none":              {nil, undecoded},
		"body":              {fmt.Errorf("read: %w", &http.MaxBytesError{Limit: 10}), "the body must have at most 10 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			e.HandleRequestError(w, exportRequest(), c.err)
			wantError(t, w, http.StatusBadRequest, c.want)
		})
	}
	w := httptest.NewRecorder()
	e.HandleResponseError(w, exportRequest(), errors.New("NEEDLE"))
	wantError(t, w, http.StatusInternalServerError, failed)

	// For what is no operation there is no documented form.
	w = httptest.NewRecorder()
	e.HandleRequestError(w, request("GET /other"), errors.New("NEEDLE"))
	if w.Code != http.StatusBadRequest || strings.Contains(w.Body.String(), "NEEDLE") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w = httptest.NewRecorder()
	e.HandleResponseError(w, request("GET /other"), errors.New("NEEDLE"))
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "NEEDLE") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// A handler's error after its answer has begun breaks the connection off too.
func TestResponseErrorAfterTheAnswerHasBegun(t *testing.T) {
	e, err := enforce.New(userUsage(t), enforce.Options{
		Verifiers: map[string]auth.Verifier{"token": token()}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	h := e.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w = wrapper{w}
		w.WriteHeader(http.StatusOK)
		e.HandleResponseError(w, r, errors.New("too late"))
	}))
	defer func() {
		if v := recover(); v != http.ErrAbortHandler { //nolint:errorlint // it is compared as net/http does
			t.Errorf("recovered %v", v)
		}
	}()
	export(h, window)
}

type wrapper struct{ http.ResponseWriter }

func (w wrapper) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// A rule that cannot be evaluated refuses nothing, and is heard of.
func TestRuleThatFails(t *testing.T) {
	const rule = `          - id: end-not-before-start
            expression: query.end_time >= query.start_time`
	data := strings.Replace(string(userUsageFile(t)), rule, `          - id: fails
            expression: "!has(query.username) || ''.matches(query.username) || true"
            message: m
            inferred: r
          - id: fails-too
            expression: "!has(query.username) || 'x'.matches(query.username)"`, 1)
	var log bytes.Buffer
	e, err := enforce.New(load(t, "failing.yaml", []byte(data)), enforce.Options{
		Verifiers: map[string]auth.Verifier{"token": token()}, Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	h := e.Middleware(http.HandlerFunc(ok))
	if w := export(h, window+"&username=("); w.Code != http.StatusOK {
		t.Errorf("got %d: %s", w.Code, w.Body)
	}
	if got := log.String(); strings.Count(got, "rule cannot be evaluated") != 1 || !strings.Contains(got, "exportUserUsage.rule.fails-too") {
		t.Errorf("log: %s", got)
	}
}

func TestRefusalsAreLoggedWithoutValues(t *testing.T) {
	var log bytes.Buffer
	o := enforce.Options{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	export(userUsageHandler(t, o, ok), window+"&usage_min_hours=NEEDLE")
	got := log.String()
	if !strings.Contains(got, "status=400 clauses=[exportUserUsage.query.usage_min_hours.type]") || strings.Contains(got, "NEEDLE") {
		t.Errorf("log: %s", got)
	}
}

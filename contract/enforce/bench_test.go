package enforce_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/legacy"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/enforce"
	"github.com/apiclause/clause/contract/internal/spec"
)

// benchTarget is a valid request with every parameter whose values the contract
// knows, so every rule applies.
const benchTarget = "/v3/2b31ed520aaaaaaebedb6e57bbbbbbbb/statistics/metrics/users/export" +
	"?start_time=2026-01-01T00%3A00%3A00Z&end_time=2026-01-31T00%3A00%3A00Z&username=someone" +
	"&usage_min_hours=1&usage_max_hours=500&sort_field=user_usage&sort_type=DESC"

func benchRequest() *http.Request {
	r := httptest.NewRequest(http.MethodGet, benchTarget, http.NoBody)
	r.Header.Set("X-Auth-Token", "a-token-of-some-length")
	return r
}

// discard is a response writer that costs nothing.
type discard struct{ header http.Header }

func (d discard) Header() http.Header          { return d.header }
func (discard) Write(data []byte) (int, error) { return len(data), nil }
func (discard) WriteHeader(int)                {}

func BenchmarkEnforce(b *testing.B) {
	token := auth.Token{In: auth.InHeader, Name: "X-Auth-Token", Value: auth.NewSecret("a-token-of-some-length")}
	e, err := enforce.New(userUsage(b), enforce.Options{Verifiers: map[string]auth.Verifier{"token": token}})
	if err != nil {
		b.Fatal(err)
	}
	reached := 0
	handler := e.Middleware(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached++ }))
	w, r := discard{http.Header{}}, benchRequest()
	b.ReportAllocs()
	for b.Loop() {
		handler.ServeHTTP(w, r)
	}
	if reached != b.N {
		b.Fatalf("%d of %d requests reached the handler", reached, b.N)
	}
}

// BenchmarkOpenAPI3Filter checks the same request with the OpenAPI library,
// which knows no rules. Its route is found beforehand, outside the measurement.
func BenchmarkOpenAPI3Filter(b *testing.B) {
	document, err := openapi3.NewLoader().LoadFromData(userUsageFile(b))
	if err != nil {
		b.Fatal(err)
	}
	router, err := legacy.NewRouter(document)
	if err != nil {
		b.Fatal(err)
	}
	r := benchRequest()
	route, path, err := router.FindRoute(r)
	if err != nil {
		b.Fatal(err)
	}
	options := &openapi3filter.Options{AuthenticationFunc: checkToken}
	b.ReportAllocs()
	for b.Loop() {
		r.URL.RawQuery = benchQuery // it is parsed anew for each input
		input := &openapi3filter.RequestValidationInput{Request: r, PathParams: path, Route: route, Options: options}
		if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
			b.Fatal(err)
		}
	}
}

var benchQuery = benchTarget[strings.Index(benchTarget, "?")+1:]

func checkToken(_ context.Context, in *openapi3filter.AuthenticationInput) error {
	if in.RequestValidationInput.Request.Header.Get("X-Auth-Token") != "a-token-of-some-length" {
		return errors.New("wrong token")
	}
	return nil
}

func BenchmarkLoad(b *testing.B) {
	data := userUsageFile(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := spec.Load("userusage.yaml", data); err != nil {
			b.Fatal(err)
		}
	}
}

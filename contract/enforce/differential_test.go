package enforce_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"

	"github.com/apiclause/clause/contract/enforce"
	"github.com/apiclause/clause/contract/internal/loaded"
)

// judge says why a request is refused, or gives "".
type judge func(r *http.Request) string

// ours is this package.
func ours(t *testing.T, name string, data []byte) judge {
	t.Helper()
	var why string
	e, err := enforce.New(load(t, name, data), enforce.Options{Logger: slog.New(slog.DiscardHandler), Refused: func(_ *http.Request, f enforce.Refusal) {
		why = fmt.Sprint(f.Violations)
	}})
	if err != nil {
		t.Fatal(err)
	}
	handler := e.Middleware(http.HandlerFunc(ok))
	return func(r *http.Request) string {
		why = ""
		handler.ServeHTTP(httptest.NewRecorder(), r)
		return why
	}
}

// kin is openapi3filter of kin-openapi.
func kin(t *testing.T, name string, data []byte) judge {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	router, err := legacy.NewRouter(document)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return guarded(func(r *http.Request) string {
		route, path, err := router.FindRoute(r)
		if err != nil {
			return "no route: " + err.Error()
		}
		return text(openapi3filter.ValidateRequest(context.Background(), input(r, route, path)))
	})
}

func input(r *http.Request, route *routers.Route, path map[string]string) *openapi3filter.RequestValidationInput {
	return &openapi3filter.RequestValidationInput{
		Request: r, PathParams: path, Route: route, Options: &openapi3filter.Options{SkipSettingDefaults: true},
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// pb33f is libopenapi-validator, told to look at formats.
func pb33f(t *testing.T, name string, data []byte) judge {
	t.Helper()
	document, err := libopenapi.NewDocument(data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	v, errs := validator.NewValidator(document, config.WithFormatAssertions(), config.WithLogger(slog.New(slog.DiscardHandler)))
	if errs != nil {
		t.Fatalf("%s: %v", name, errs)
	}
	return guarded(func(r *http.Request) string {
		valid, errs := v.ValidateHttpRequestSync(r)
		if valid {
			return ""
		}
		var all []string
		for _, e := range errs {
			all = append(all, e.Error())
		}
		return strings.Join(all, "; ")
	})
}

// guarded takes a panic for a refusal.
func guarded(judge judge) judge {
	return func(r *http.Request) (why string) {
		defer func() {
			if v := recover(); v != nil {
				why = fmt.Sprint("panic: ", v)
			}
		}()
		return judge(r)
	}
}

// maxShown is how many requests are shown that no row explains.
const maxShown = 10

// perOperation is how many requests are drawn of each operation.
const perOperation = 1500

// TestDifferential holds the middleware, and two libraries that do the same work,
// to requests that are drawn at random. Where they disagree a row of differences
// says who is right.
func TestDifferential(t *testing.T) {
	files, err := filepath.Glob("testdata/differential/*.yaml")
	if err != nil || len(files) < 12 {
		t.Fatalf("there are %d contracts (%v)", len(files), err)
	}
	occurred := map[string]int{}
	unexplained, drawn := 0, 0
	for i, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		enforced := ours(t, file, data)
		others := map[string]judge{filter: kin(t, file, data), pb33fs: pb33f(t, file, data)}
		d := drawer{rand.New(rand.NewPCG(1, uint64(i)))}
		for _, op := range (*loaded.Contract)(load(t, file, data)).Model().Operations {
			for range perOperation {
				s := d.request(strings.TrimSuffix(filepath.Base(file), ".yaml"), op)
				drawn++
				s.refusal = enforced(s.request())
				for name, other := range others {
					their := other(s.request())
					if (s.refusal == "") == (their == "") {
						continue
					}
					row := explain(name, their != "", s)
					if row == nil {
						if unexplained++; unexplained <= maxShown {
							t.Errorf("no row explains that %s differs in\n  %v\n  enforce: %s\n  %s: %s", name, s, said(s.refusal), name, said(their))
						}
						continue
					}
					occurred[row.kind]++
				}
			}
		}
	}
	for _, row := range differences {
		if occurred[row.kind] == 0 {
			t.Errorf("the difference %q never occurs: take it out", row.kind)
		}
	}
	t.Logf("%d requests; %d differences that no row explains, and %v", drawn, unexplained, occurred)
}

func said(why string) string {
	if why == "" {
		return "accepted"
	}
	return "refused: " + why
}

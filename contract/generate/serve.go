package generate

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
)

// fitsServeMux reports whether net/http's own router takes all routes.
func (t *tree) fitsServeMux() (fits bool) {
	defer func() {
		if recover() != nil { // how it refuses a pattern
			fits = false
		}
	}()
	mux := http.NewServeMux()
	paths := child(t.root, "paths")
	for _, path := range sorted(paths) {
		if strings.Contains(path, "%") { // of which net/http makes the character that it escapes
			return false
		}
		for _, method := range methods {
			if child(paths, path)[method] != nil {
				mux.HandleFunc(strings.ToUpper(method)+" "+codegen.SwaggerUriToStdHttpUri(path), func(http.ResponseWriter, *http.Request) {})
			}
		}
	}
	return true
}

// routedTemplate stands for the library's where net/http's router does not take the
// routes of a description. It offers the same names.
const routedTemplate = `
// Handler serves an implementation.
func Handler(si ServerInterface) http.Handler {
	return HandlerWithOptions(si, StdHTTPServerOptions{})
}

// ServeMux is what a router has to offer, such as [http.ServeMux].
type ServeMux interface {
	HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request))
	http.Handler
}

// StdHTTPServerOptions say how an implementation is served.
type StdHTTPServerOptions struct {
	// BaseURL is the path before those of the contract.
	BaseURL string
	// BaseRouter gets one pattern, for everything below BaseURL; nil is a router of its own.
	BaseRouter ServeMux
	// Middlewares are called for every request of an operation.
	Middlewares []MiddlewareFunc
	// ErrorHandlerFunc answers what cannot be read; nil answers 400.
	ErrorHandlerFunc func(w http.ResponseWriter, r *http.Request, err error)
}

// HandlerFromMux serves an implementation by a router that may serve more.
func HandlerFromMux(si ServerInterface, m ServeMux) http.Handler {
	return HandlerWithOptions(si, StdHTTPServerOptions{BaseRouter: m})
}

// HandlerFromMuxWithBaseURL is HandlerFromMux below a path.
func HandlerFromMuxWithBaseURL(si ServerInterface, m ServeMux, baseURL string) http.Handler {
	return HandlerWithOptions(si, StdHTTPServerOptions{BaseURL: baseURL, BaseRouter: m})
}

// HandlerWithOptions serves an implementation. [http.ServeMux] does not take all paths
// of the contract together: package router serves them.
func HandlerWithOptions(si ServerInterface, options StdHTTPServerOptions) http.Handler {
	if options.ErrorHandlerFunc == nil {
		options.ErrorHandlerFunc = func(w http.ResponseWriter, r *http.Request, err error) {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	}
	wrapper := ServerInterfaceWrapper{
		Handler:            si,
		HandlerMiddlewares: options.Middlewares,
		ErrorHandlerFunc:   options.ErrorHandlerFunc,
	}
	routes := router.New()
{{range .}}	routes.HandleFunc({{.Method | httpMethodConstant}}+" "+options.BaseURL+{{.Path | swaggerUriToStdHttpUri | toGoString}},
		wrapper.{{.HandlerName}})
{{end}}	if options.BaseRouter == nil {
		return routes
	}
	options.BaseRouter.HandleFunc(options.BaseURL+"/", routes.ServeHTTP)
	return options.BaseRouter
}
`

// enforceFile is what holds requests to the contract.
func enforceFile(pkg, header string) string {
	return fmt.Sprintf(`%s

package %s

import (
	_ "embed"
	"net/http"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/enforce"
)

//go:embed contract.gen.json
var contractJSON []byte

// LoadContract gives the contract that this package is made from.
func LoadContract() (*contract.Contract, error) {
	return contract.Load("contract.gen.json", contractJSON)
}

// NewEnforcedHandler serves an implementation, and answers every request that does
// not keep to the contract in the implementation's place, as the contract documents.
func NewEnforcedHandler(implementation StrictServerInterface, options enforce.Options) (http.Handler, error) {
	c, err := LoadContract()
	if err != nil {
		return nil, err
	}
	e, err := enforce.New(c, options)
	if err != nil {
		return nil, err
	}
	strict := NewStrictHandlerWithOptions(implementation, nil, StrictHTTPServerOptions{
		RequestErrorHandlerFunc:  e.HandleRequestError,
		ResponseErrorHandlerFunc: e.HandleResponseError,
	})
	return e.Middleware(HandlerWithOptions(strict, StdHTTPServerOptions{ErrorHandlerFunc: e.HandleRequestError})), nil
}
`, header, pkg)
}

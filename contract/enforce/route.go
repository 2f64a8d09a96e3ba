package enforce

import (
	"net/http"

	"github.com/apiclause/clause/contract/internal/route"
)

// match gives the endpoint that a request is for, or nil. It agrees with
// http.ServeMux: where they differed, a request could reach a handler unchecked.
func (e *Enforcer) match(r *http.Request) *endpoint {
	var buffer [route.MaxSegments]string
	path := route.Split(buffer[:0], r.URL)
	if path == nil {
		return nil
	}
	ep, found := e.routes.Find(r.Method, path)
	if !found && r.Method == http.MethodHead {
		// ServeMux has GET handlers answer HEAD (RFC 9110, section 9.3.2).
		ep, _ = e.routes.Find(http.MethodGet, path)
	}
	return ep
}

package enforce

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/internal/route"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// Middleware gives a handler that passes on to next the requests that keep to
// the contract, and those that the contract does not describe, and answers the
// others itself. A panic of next becomes the documented internal error;
// http.ErrAbortHandler passes through.
func (e *Enforcer) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ep := e.match(r)
		if ep == nil {
			next.ServeHTTP(w, r)
			return
		}
		t := &tracker{ResponseWriter: w}
		defer e.rescue(ep, t, r)
		r = limited(w, r, e.options.MaxBody)
		if found := e.authenticate(ep, r); found != nil {
			e.refuse(t, r, ep.answerTo(found, ep.unauthenticated), Refusal{Operation: ep.ID, Violations: found})
			return
		}
		if refusal, refused := e.hold(ep, r); refused {
			e.refuse(t, r, ep.answerTo(refusal.Violations, ep.refusal), refusal)
			return
		}
		if e.options.Answered != nil {
			e.audit(ep, t, r, next)
			return
		}
		next.ServeHTTP(t, r)
	})
}

// hold checks parameters, body and rules.
func (e *Enforcer) hold(ep *endpoint, r *http.Request) (Refusal, bool) {
	s, _ := e.states.Get().(*state)
	s.start(ep)
	s.parameters(r, e.options.StrictQuery, e.schemes)
	s.body(r)
	if len(ep.Rules) > 0 {
		s.Input.Now = e.options.Now()
		s.rules(r.Context(), e.logRule)
	}
	refusal, refused := Refusal{Operation: ep.ID, Violations: s.found, Omitted: s.omitted}, len(s.found) > 0
	// Not deferred: a state that a panic left behind is not used again.
	s.release()
	e.states.Put(s)
	return refusal, refused
}

// refuse answers with a documented error.
func (e *Enforcer) refuse(w http.ResponseWriter, r *http.Request, a *answer, f Refusal) {
	f.Status = a.status
	e.logRefusal(r.Context(), f)
	if e.options.Refused != nil {
		e.options.Refused(r, f)
	}
	code := strconv.Itoa(f.Status)
	if e.options.Code != nil {
		code = e.options.Code(f)
	}
	a.write(w, code, f.message(a.limit))
}

// rescue turns a panic into the documented internal error.
func (e *Enforcer) rescue(ep *endpoint, t *tracker, r *http.Request) {
	v := recover()
	if v == nil {
		return
	}
	if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(v) //nolint:forbidigo // the handler means it: the server breaks the connection off
	}
	e.options.Logger.LogAttrs(r.Context(), slog.LevelError, "handler panicked",
		slog.String("operation", ep.ID), slog.String("panic", fmt.Sprint(v)), slog.String("stack", string(debug.Stack())))
	e.fail(t, r, ep)
}

func (e *Enforcer) fail(w http.ResponseWriter, r *http.Request, ep *endpoint) {
	if started(w) {
		panic(http.ErrAbortHandler) //nolint:forbidigo // what was sent cannot be taken back
	}
	e.refuse(w, r, ep.failure, Refusal{Operation: ep.ID})
}

// HandleRequestError answers a request that a generated server could not decode,
// as the contract documents it for a request that breaks the contract. It fits
// the hooks ErrorHandlerFunc and RequestErrorHandlerFunc of oapi-codegen.
func (e *Enforcer) HandleRequestError(w http.ResponseWriter, r *http.Request, err error) {
	ep := e.match(r)
	if ep == nil {
		http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
		return
	}
	e.options.Logger.LogAttrs(r.Context(), slog.LevelDebug, "request cannot be decoded", slog.String("operation", ep.ID))
	e.refuse(w, r, ep.refusal, Refusal{Operation: ep.ID, Violations: []Violation{ep.undecoded(err)}})
}

// undecoded finds out which parameter a generated error is about. The errors'
// types differ from package to package, but not the name of the field; their
// texts repeat the value and are of no use.
func (ep *endpoint) undecoded(err error) Violation {
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return Violation{Message: unreadable(tooLarge)}
	}
	for ; err != nil; err = errors.Unwrap(err) {
		v := reflect.Indirect(reflect.ValueOf(err))
		if v.Kind() != reflect.Struct {
			continue
		}
		name := v.FieldByName("ParamName")
		if !name.IsValid() || name.Kind() != reflect.String {
			continue
		}
		i := slices.IndexFunc(ep.Params, func(p ruling.Param) bool { return strings.EqualFold(p.Name, name.String()) })
		if i >= 0 {
			p := ep.Params[i]
			return Violation{Clause: p.ID + ".type", Message: p.Label + " cannot be read: send " + expects(p.Schema)}
		}
	}
	return Violation{Message: "the request cannot be decoded: send it as the contract describes it"}
}

// HandleResponseError answers a request whose handler failed with the documented
// internal error, and logs why. If the answer has begun, it breaks the
// connection off by a panic with http.ErrAbortHandler. It fits the hook
// ResponseErrorHandlerFunc of oapi-codegen.
func (e *Enforcer) HandleResponseError(w http.ResponseWriter, r *http.Request, err error) {
	ep := e.match(r)
	if ep == nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	e.options.Logger.LogAttrs(r.Context(), slog.LevelError, "handler failed",
		slog.String("operation", ep.ID), slog.Any("error", err))
	e.fail(w, r, ep)
}

func (e *Enforcer) logRule(ctx context.Context, r *spec.Rule, err error) {
	e.options.Logger.LogAttrs(ctx, slog.LevelWarn, "rule cannot be evaluated, so it refuses nothing",
		slog.String("rule", r.ID), slog.Any("error", err))
}

func (e *Enforcer) logRefusal(ctx context.Context, f Refusal) {
	if !e.options.Logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	clauses := make([]string, len(f.Violations))
	for i, v := range f.Violations {
		clauses[i] = v.Clause
	}
	e.options.Logger.LogAttrs(ctx, slog.LevelDebug, "request refused",
		slog.String("operation", f.Operation), slog.Int("status", f.Status), slog.Any("clauses", clauses))
}

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

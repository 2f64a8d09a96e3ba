// Package enforce holds the requests that reach an HTTP server to a contract,
// and answers those that do not keep to it in the contract's own words: with
// the status, the media type and the body that it documents. What is left for
// an implementer to write is the handler alone.
//
//	e, err := enforce.New(c, enforce.Options{
//		Verifiers: map[string]auth.Verifier{"token": token},
//	})
//	http.ListenAndServe(addr, e.Middleware(handler))
//
// # What is held
//
// A request for an operation of the contract is checked in this order:
// credentials, then parameters, body and rules. Without valid credentials it is
// told nothing else; else every clause that it breaks is named in one answer:
//
//	start_time (query) is required: send an RFC 3339 time such as
//	2026-01-31T00:00:00Z [listThings.query.start_time.required]; ...
//
// No answer repeats a value of the request. A rule that reads a parameter which
// is missing or cannot be read is not applied: it would only repeat the
// complaint. One that cannot be evaluated refuses nothing and is logged.
//
// A panic of the handler becomes the documented internal error. If the answer
// has begun by then, the connection is broken off, so that nobody takes half an
// answer for a whole one.
//
// # Credentials
//
// A verifier checks those of one security scheme; a request has to satisfy one
// of an operation's alternatives. Where a scheme signs requests, the contract says
// how, and the keys are the server's:
//
//	signing, err := c.Signing("accessKey")
//	e, err := enforce.New(c, enforce.Options{Verifiers: map[string]auth.Verifier{
//		"accessKey": auth.KeyVerifier{Signing: signing, Keys: auth.Keys(key)},
//	}})
//
// Every verifier sees the request as it was received; one of signatures reads
// the body, up to Options.MaxBody, and leaves the handler the same.
//
// # Answers
//
// What the handler answers is not held to anything, unless Options.Answered is set.
// In a test of the handler it makes each answer one that keeps to the contract:
//
//	e, err := enforce.New(c, enforce.Options{Answered: func(r *http.Request, found []enforce.Violation) {
//		t.Errorf("%s %s: %v", r.Method, r.URL, found)
//	}})
//
// # What is not
//
// A request for anything that the contract does not describe goes on to the
// handler as it is; its router knows what to say (404, 405). A request is for an
// operation when net/http's router would say so: it is matched by method, then
// path, on unescaped segments, and HEAD is answered by a GET operation. If the
// handler serves the contract under a prefix, put http.StripPrefix before the
// middleware.
//
// # Generated servers
//
// A server that oapi-codegen generates has errors of its own, for what it
// cannot decode and for what a handler returns. They are answered as the
// contract documents by [Enforcer.HandleRequestError] and
// [Enforcer.HandleResponseError], which fit its hooks. The former is set in two
// places:
//
//	strict := api.NewStrictHandlerWithOptions(impl, nil, api.StrictHTTPServerOptions{
//		RequestErrorHandlerFunc:  e.HandleRequestError,
//		ResponseErrorHandlerFunc: e.HandleResponseError,
//	})
//	handler := e.Middleware(api.HandlerWithOptions(strict, api.StdHTTPServerOptions{
//		ErrorHandlerFunc: e.HandleRequestError,
//	}))
package enforce

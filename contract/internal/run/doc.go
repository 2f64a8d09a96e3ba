// Package run sends the cases of a plan to a target and returns the exchanges:
// what was sent, what came back, and what kept an answer from coming whole. It
// judges nothing.
//
//	runner, err := run.New(model, target, run.Options{Jobs: 16, Seed: 1})
//	...
//	defer runner.Close()
//	tried, diagnosis := runner.Preflight(ctx, plan.Cases, runner.Order(plan.Cases, indexes), 0)
//	if diagnosis != nil {
//		return errors.New(diagnosis.Message) // nothing listens, a wrong base path, ...: one message, not 300
//	}
//	sent := runner.Start(ctx, plan.Cases, indexes, tried.Exchanges...)
//	for _, i := range indexes {
//		exchange := sent.Await(i) // in any order, from any goroutine
//	}
//
// An exchange passes these places:
//
//	Start      hands the cases to Jobs workers, in the order of [Options.Seed]
//	pacer      spaces what is sent, resent requests included
//	builder    makes a request of a case: URL, headers, body, credentials
//	network    sends it on a connection of its own pool and reads the answer
//	retry      waits as a 429 or 503 asks, and tries again
//
// # Why it speaks HTTP itself
//
// A target may do anything, and one case must never depend on another. An
// http.Transport cannot promise that: bytes that follow an answer become the
// answer to the next request on that connection, or are printed by the standard
// logger, credentials and all. Here a connection belongs to one exchange at a
// time, and is used again only if nothing but one whole answer came from it.
// Parsing is net/http's. HTTP/1.1 is spoken, over TLS too.
//
// Every size is bounded: an answer's head, all interim answers with it, by 64
// KiB and 1,000 lines; its body by Options.MaxBody, as it travels and again when
// it is unpacked. Every wait is bounded by Options.CaseTimeout.
//
// A target that is an http.Handler of this process is served over a pipe by
// net/http's server, so that it gets the requests and gives the answers that it
// would over the network.
package run

// Package recording turns exchanges that somebody else recorded into cases and
// exchanges, as if a plan had been run: it stands in the place of planning and
// sending.
//
//	log, err := har.Read(name, file)
//	r := recording.New(model, log, recording.Options{})
//	for i := range r.Cases {
//		exchange := r.Exchange(i) // unless r.Cases[i].Skip says why it is not judged
//	}
//
// A recorded request was not made to break one clause or none, so what it has to
// be answered with has to be found out. It is
//
//	forbidden  if it breaks a clause under every reading: of its values, of the
//	           document, and of the time;
//	allowed    if it keeps to every clause under every reading, and has nothing
//	           that implementations may lawfully take or refuse;
//	open       otherwise: it may have got any answer that is documented.
//
// Who recorded it is not known either: credentials may be gone, bodies left out,
// answers may come from a cache. What a recording does not show is not held
// against anybody.
package recording

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/internal/har"
	"github.com/apiclause/clause/contract/internal/route"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// Options say what is known of a recording.
type Options struct {
	// Base is where the contract's paths start. nil takes any host, and paths at
	// the root.
	Base *url.URL
	// Complete tells that everything that was sent is in the recording, every
	// header too.
	Complete bool
}

// Recording is the entries of a log that are for operations of a contract.
type Recording struct {
	// Origin is the scheme and host that all of them went to, "" if there are
	// several.
	Origin string
	// Cases are the entries, in their order. Skip says of some why they are not
	// judged.
	Cases []plan.Case

	entries []*entry
	options Options
}

// entry is one entry that is for an operation.
type entry struct {
	*har.Entry
	ruling.Assessment

	model    *spec.Contract
	schemes  []string // query parameters that hold credentials
	index    int      // in the log
	op       *ruling.Operation
	origin   string // scheme and host
	url      *url.URL
	path     []string
	repeated bool // the same request is in an earlier entry
}

// New finds the entries that are for operations, and what each has to be answered
// with.
func New(model *spec.Contract, log *har.Log, o Options) (*Recording, error) {
	operations, err := ruling.Operations(model)
	if err != nil {
		return nil, err
	}
	r, schemes := &Recording{options: o}, ruling.QueryCredentials(model)
	seen := map[string]int{}
	for i := range log.Entries {
		e := match(operations, &log.Entries[i], o.Base)
		if e == nil {
			continue
		}
		e.model, e.schemes, e.index = model, schemes, i
		if at := baseOf(e.url, nil); len(r.entries) == 0 {
			r.Origin = at
		} else if at != r.Origin {
			r.Origin = ""
		}
		req := newRequest(e.Entry, e.url, e.path, o.Complete)
		e.Assessment = ruling.Assess(model, e.op, req.Sent)
		r.entries = append(r.entries, e)
		r.Cases = append(r.Cases, e.newCase(cmp.Or(req.astray, e.unfit(req), e.twin(seen), e.unanswered(), e.aside(), e.asked())))
	}
	r.settle()
	return r, nil
}

// match gives an entry that is for an operation, or nil. HEAD is for none: a
// server need not answer it as it answers GET.
func match(operations *route.Table[*ruling.Operation], e *har.Entry, base *url.URL) *entry {
	u, path := split(e)
	if u == nil {
		return nil
	}
	if base != nil {
		if origin(u) != origin(base) {
			return nil
		}
		var below bool
		if path, below = under(path, base); !below {
			return nil
		}
	}
	op, found := operations.Find(e.Request.Method, path)
	if !found {
		return nil
	}
	return &entry{Entry: e, op: op, origin: origin(u), url: u, path: path}
}

// split reads an entry's URL. What is not for HTTP gives nil.
func split(e *har.Entry) (*url.URL, []string) {
	u, err := url.Parse(e.Request.URL)
	if err != nil || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
		return nil, nil
	}
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	path := route.Split(nil, u)
	if path == nil {
		return nil, nil
	}
	return u, path
}

// origin is a URL's scheme, host and port, which stand for one server.
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}

// under gives the part of a path below the base.
func under(path []string, base *url.URL) ([]string, bool) {
	prefix := route.Split(nil, base)
	for len(prefix) > 0 && prefix[len(prefix)-1] == "" {
		prefix = prefix[:len(prefix)-1]
	}
	if len(path) <= len(prefix) || !slices.Equal(path[:len(prefix)], prefix) {
		return nil, false
	}
	return path[len(prefix):], true
}

// newCase makes the case of an entry. skip says why it is not judged.
func (e *entry) newCase(skip string) plan.Case {
	return plan.Case{
		ID: fmt.Sprintf("%s/entry-%d", e.Clause, e.index), Operation: e.op.ID, Clause: e.Clause, Level: e.Level,
		Technique: plan.Recorded, Why: fmt.Sprintf("log.entries[%d]: %s", e.index, e.Why), Skip: skip,
		Request: plan.Request{Method: e.op.Method, Path: e.op.Path, Credential: plan.Credential{Variant: plan.Unknown}},
		Expect:  e.expect(),
	}
}

// unfit says of a request that not only the contract decides about why it is not
// judged. Its success is.
func (e *entry) unfit(r *request) string {
	if e.Response.Status/100 == 2 {
		return ""
	}
	return r.Unfit
}

// twin says of an entry that an earlier one records the same exchange, and
// remembers requests that are sent again: answers to them may be the same.
func (e *entry) twin(seen map[string]int) string {
	body := ""
	if p := e.Request.PostData; p != nil && p.Text != nil {
		body = *p.Text
	}
	// A proxy may record what it got and what it sent on, to another host.
	same := e.op.ID + "\x00" + strings.Join(e.path, "/") + "?" + e.url.RawQuery + "\x00" + body
	_, e.repeated = seen[same]
	seen[same] = e.index
	if key := har.Header(e.Request.Headers).Get("Idempotency-Key"); key != "" {
		_, again := seen["\x00"+key]
		e.repeated, seen["\x00"+key] = e.repeated || again, e.index
	}
	same += "\x00" + e.origin + "\x00" + e.StartedDateTime + "\x00" + e.status()
	first, recorded := seen[same]
	if recorded && e.StartedDateTime != "" {
		return fmt.Sprintf("it is the same exchange as log.entries[%d]", first)
	}
	seen[same] = e.index
	return ""
}

// span is when a value that only the target knows was accepted first and last.
type span struct{ first, last time.Time }

// settle finds out which values the target knew: those that it accepted before and
// after. What hangs on others is open.
func (r *Recording) settle() {
	known := map[string]*span{}
	for i, e := range r.entries {
		at, zoned := e.Started()
		if r.Cases[i].Skip != "" || e.Response.Status/100 != 2 || !zoned {
			continue
		}
		for _, named := range slices.Concat(e.Targets, e.Unknown) {
			name := e.value(named)
			if known[name] == nil {
				known[name] = &span{at, at}
			}
			if at.Before(known[name].first) {
				known[name].first = at
			}
			if at.After(known[name].last) {
				known[name].last = at
			}
		}
	}
	for i, e := range r.entries {
		if r.Cases[i].Skip != "" {
			continue
		}
		e.Unknown = slices.DeleteFunc(e.Unknown, func(named string) bool { return e.accepted(known[e.value(named)]) })
		unsure := slices.IndexFunc(e.Targets, func(target string) bool { return !e.accepted(known[e.value(target)]) })
		if unsure >= 0 && e.Standing == ruling.Accepted {
			e.Assessment = e.Opened(e.model, e.op, "only the target knows whether the value of "+nameOf(e.Targets[unsure])+" is valid")
		}
		r.Cases[i] = e.newCase("")
	}
}

// value names a value of a parameter at the server that the entry is from.
func (e *entry) value(target string) string { return e.origin + " " + e.op.ID + " " + target }

func (e *entry) accepted(s *span) bool {
	at, zoned := e.Started()
	return s != nil && zoned && !at.Before(s.first) && !at.After(s.last)
}

package compare

import (
	"net/http"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// sentAt is when witnesses are sent.
var sentAt = time.Date(2026, time.January, 1, 12, 0, 0, 0, time.UTC)

// maxTried bounds how many requests of an operation are tried on both contracts.
const maxTried = 4000

// witnesses are the requests of an operation that one contract takes and the other
// refuses, each by the id of the clause that it breaks there, as the new contract has
// it: the first of each.
type witnesses struct{ tight, loose map[string]*Witness }

// witness finds what shows that a clause takes less, and what shows that it takes
// more, if they are looked for.
func (o *operation) witness(wasID, isID string, answers bool, at *place, _ spec.Change) (tight, loose *Witness) {
	if answers {
		return o.answerWitness(wasID, isID, at)
	}
	o.search()
	return o.witnesses.tight[isID], o.witnesses.loose[wasID]
}

// partWitness finds what shows that a part came or went: it is about the clause that
// the part is there, or that there is nothing but what is listed.
func (o *operation) partWitness(p *place, e effect) *Witness {
	if len(e.breaks) == 0 || p.answer() {
		return nil
	}
	o.search()
	ids := []string{p.id + ".required"}
	if p.parent != nil {
		ids = append(ids, p.parent.id+".additionalProperties")
	}
	for _, found := range []map[string]*Witness{o.witnesses.tight, o.witnesses.loose} {
		for _, id := range ids {
			if w := found[id]; w != nil {
				return w
			}
		}
	}
	return nil
}

// search tries the requests of both plans on both contracts, once.
func (o *operation) search() {
	if o.witnesses != nil {
		return
	}
	o.witnesses = &witnesses{map[string]*Witness{}, map[string]*Witness{}}
	before, err := ruling.NewOperation(o.old)
	after, err2 := ruling.NewOperation(o.now)
	if err != nil || err2 != nil || !o.sameURLs() {
		return
	}
	tried := 0
	for _, cases := range [][]*plan.Case{o.plans.now[o.now.ID], o.plans.old[o.old.ID]} {
		for _, c := range cases {
			if tried++; tried > maxTried {
				return
			}
			if request, body, err := run.Unsigned(c, sentAt); err == nil && request.Method == o.now.Method {
				o.try(before, after, request, body)
			}
		}
	}
}

func (o *operation) try(before, after *ruling.Operation, r *http.Request, body []byte) {
	sent := ruling.Live(r)
	sent.Clocks = []time.Time{sentAt}
	sent.Body = ruling.SentBody{Data: body, MediaType: r.Header.Get("Content-Type"), Present: body != nil, Absent: body == nil, Known: true}
	was, is := ruling.Assess(o.oldModel, before, sent), ruling.Assess(o.nowModel, after, sent)
	switch {
	case was.Standing == ruling.Accepted && is.Standing == ruling.Refused:
		keep(o.witnesses.tight, is.Clause, &Witness{TakenBy: "old", Request: shown(r, body), Broken: is.Why})
	case was.Standing == ruling.Refused && is.Standing == ruling.Accepted:
		keep(o.witnesses.loose, o.named(was.Clause), &Witness{TakenBy: "new", Request: shown(r, body), Broken: was.Why})
	}
}

// keep keeps the shortest.
func keep(found map[string]*Witness, id string, w *Witness) {
	if had := found[id]; had == nil || w.size() < had.size() {
		found[id] = w
	}
}

func (w *Witness) size() int {
	n := len(w.Request.URL) + len(w.Request.Body)
	for name, value := range w.Request.Headers {
		n += len(name) + len(value)
	}
	return n
}

func shown(r *http.Request, body []byte) *Request {
	out := &Request{Method: r.Method, URL: r.URL.RequestURI(), Body: string(body)}
	for name, values := range r.Header {
		if out.Headers == nil {
			out.Headers = map[string]string{}
		}
		out.Headers[name] = strings.Join(values, ", ")
	}
	return out
}

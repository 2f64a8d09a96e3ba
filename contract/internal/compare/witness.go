package compare

import (
	"cmp"
	"maps"
	"net/http"
	"reflect"
	"slices"
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
const maxTried = 2000

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
	was, is := cmp.Or(wasID, isID), cmp.Or(isID, wasID)
	if at != nil && smallest(o.witnesses.tight, is) == nil && smallest(o.witnesses.loose, was) == nil {
		o.searchAt(at)
	}
	return smallest(o.witnesses.tight, isID), smallest(o.witnesses.loose, wasID)
}

// smallest gives the smallest witness that is found for a clause, or nil.
func smallest(found map[string]*Witness, id string) *Witness {
	var best *Witness
	for _, w := range under(found, id) {
		if best == nil || w.size() < best.size() {
			best = w
		}
	}
	return best
}

// under gives what is found for a clause. Where that is a schema as a whole the other
// side may have a clause for each keyword of it, and for its members: then it is what is
// found for those, in the order of their ids.
func under[V any](found map[string]V, id string) []V {
	if own, ok := found[id]; ok {
		return []V{own}
	}
	place, whole := strings.CutSuffix(id, ".schema")
	if !whole {
		return nil
	}
	var out []V
	for _, one := range slices.Sorted(maps.Keys(found)) {
		if strings.HasPrefix(one, place+".") {
			out = append(out, found[one])
		}
	}
	return out
}

// searchAt tries a request that both contracts take with other values at a place.
func (o *operation) searchAt(at *place) {
	for _, side := range []*place{o.nowPlaces.all[at.id], o.oldPlaces.all[at.id]} {
		if side == nil || o.taken[side.media] == nil {
			continue
		}
		for _, value := range values(side) {
			if c, ok := side.with(o.taken[side.media], value); ok {
				o.tryCase(c)
			}
		}
	}
}

// with gives a case with another value at the place.
func (p *place) with(c *plan.Case, value any) (*plan.Case, bool) {
	out := *c
	if p.parameter == nil {
		top := p.top()
		if c.Request.Body == nil || top.schema == nil || c.Request.Body.Verbatim {
			return nil, false
		}
		body := *c.Request.Body
		body.Value = put(top.schema, body.Value, p.path, value, false)
		out.Request.Body = &body
		return &out, true
	}
	if len(p.path) > 0 || value == nil {
		return nil, false
	}
	if _, list := value.([]any); !list {
		value = spec.Text(value)
	}
	out.Request.Parameters = slices.DeleteFunc(slices.Clone(c.Request.Parameters), func(one plan.Parameter) bool {
		return one.In == p.parameter.In && one.Name == p.parameter.Name
	})
	out.Request.Parameters = append(out.Request.Parameters, plan.Sent(p.parameter, value))
	return &out, true
}

// partWitness finds what shows that a part came or went: it is about the clause that
// the part is there, or that there is nothing but what is listed.
func (o *operation) partWitness(p *place, e effect) *Witness {
	if len(e.breaks) == 0 {
		return nil
	}
	ids := []string{p.id + ".required"}
	if p.parent != nil {
		ids = append(ids, p.parent.id+".additionalProperties")
	}
	if p.answer() {
		for _, id := range ids {
			if tight, loose := o.answerWitness(id, id, p); tight != nil || loose != nil {
				return cmp.Or(tight, loose)
			}
		}
		return nil
	}
	o.search()
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
	var err, err2 error
	o.before, err = ruling.NewOperation(o.old)
	o.after, err2 = ruling.NewOperation(o.now)
	if err != nil || err2 != nil || !o.sameURLs() {
		return
	}
	tried, known := 0, map[string]*plan.Case{}
	for _, cases := range o.cases {
		for i := range cases {
			c := &cases[i]
			if c.Technique == plan.Authentication || c.Technique == plan.Method { // they differ in what is not looked at
				continue
			}
			if had := known[o.named(c.ID)]; had != nil && reflect.DeepEqual(had.Request, c.Request) {
				continue // both plans have it
			}
			known[c.ID] = c
			if tried++; tried > maxTried {
				return
			}
			if o.tryCase(c) {
				o.keepTaken(c)
			}
		}
	}
}

// keepTaken keeps a request that both contracts take, if it sends more than those before.
func (o *operation) keepTaken(c *plan.Case) {
	if o.taken == nil {
		o.taken = map[string]*plan.Case{}
	}
	kinds := []string{""}
	if c.Request.Body != nil {
		kinds = append(kinds, spec.MediaName(c.Request.Body.MediaType))
	}
	for _, kind := range kinds {
		if had := o.taken[kind]; had == nil || size(c) > size(had) {
			o.taken[kind] = c
		}
	}
}

// size is how much a case sends.
func size(c *plan.Case) int {
	n := len(c.Request.Parameters)
	if c.Request.Body != nil {
		n += 100
		if object, ok := c.Request.Body.Value.(map[string]any); ok {
			n += len(object)
		}
	}
	return n
}

// tryCase tries a request on both contracts, and reports whether both take it.
func (o *operation) tryCase(c *plan.Case) bool {
	r, body, err := run.Unsigned(c, sentAt)
	if err != nil || r.Method != o.now.Method {
		return false
	}
	sent := ruling.Live(r)
	sent.Clocks = []time.Time{sentAt}
	sent.Body = ruling.SentBody{Data: body, MediaType: r.Header.Get("Content-Type"), Present: body != nil, Absent: body == nil, Known: true}
	was, is := ruling.Assess(o.oldModel, o.before, sent), ruling.Assess(o.nowModel, o.after, sent)
	switch {
	case was.Standing == ruling.Accepted && is.Standing == ruling.Refused:
		keep(o.witnesses.tight, is.Clause, &Witness{TakenBy: "old", Request: shown(r, body), Broken: is.Why})
	case was.Standing == ruling.Refused && is.Standing == ruling.Accepted:
		keep(o.witnesses.loose, o.named(was.Clause), &Witness{TakenBy: "new", Request: shown(r, body), Broken: was.Why})
	}
	return was.Standing == ruling.Accepted && is.Standing == ruling.Accepted
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

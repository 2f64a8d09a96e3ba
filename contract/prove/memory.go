package prove

import (
	"maps"
	"net/http"
	"strings"
	"sync"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
)

// memory is what a derived implementation remembers: things that were made, each by
// its URL. What was never made is there, too, as the samples are that stand for it.
type memory struct {
	*maker

	keepsEnded bool

	mu     sync.Mutex
	made   int64
	things map[string]*remembered
}

// remembered is a thing: what was sent to make and to change it.
type remembered struct {
	sent  map[string]any
	ended bool
}

// kind of what an operation does to a resource.
type deed struct {
	resource *world.Resource
	does     func(*memory, *world.Resource, *exchange, *remembered)
}

// deeds finds what each operation does to a thing of which it has the URL.
func (m *maker) deeds() map[string]deed {
	out := map[string]deed{}
	for _, r := range m.world.Resources {
		if !m.memorable(r) {
			continue
		}
		out[r.Maker.Operation.ID] = deed{r, nil}
		if r.Reads != nil {
			out[r.Reads.ID] = deed{r, (*memory).read}
		}
		if r.Ends != nil {
			out[r.Ends.ID] = deed{r, (*memory).end}
		}
		for _, op := range r.Changes {
			out[op.ID] = deed{r, (*memory).change}
		}
	}
	return out
}

// memorable reports whether things of a resource can be remembered: there are names
// for many of them.
func (m *maker) memorable(r *world.Resource) bool {
	if m.successes[r.Maker.Operation.ID] == nil {
		return false
	}
	first, ok := m.newName(r, 1)
	second, too := m.newName(r, 2)
	return r.Maker.Names[0].Sent || ok && too && spec.Text(first) != spec.Text(second)
}

// newName gives the n-th name of a thing.
func (m *maker) newName(r *world.Resource, n int64) (any, bool) {
	schema := r.Schema()
	if schema == nil {
		return nil, false
	}
	name := vary(schema, schema.Sample(), n)
	if path := r.Maker.Names[0].Path; len(path) > 0 && !r.Maker.Names[0].Location {
		within := m.successes[r.Maker.Operation.ID].schema
		for _, member := range path {
			if within == nil || within.Member(member) == nil {
				return nil, false
			}
			within = within.Member(member).Schema
		}
		if len(within.Check(name)) > 0 {
			return nil, false
		}
	}
	return name, len(schema.Check(name)) == 0
}

// take has an answer tell of what is remembered, and remembers what the request did.
func (m *memory) take(x *exchange, body []byte) {
	d, ok := m.acts[x.op.ID]
	if !ok || x.answer.status/100 != 2 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if d.does == nil {
		m.make(d.resource, x, body)
		return
	}
	if thing := m.things[strings.TrimSuffix(x.request.URL.EscapedPath(), "/")]; thing != nil {
		if len(body) > 0 {
			setBody(x.request, body)
		}
		d.does(m, d.resource, x, thing)
	}
}

// make remembers a new thing, and names it in the answer.
func (m *memory) make(r *world.Resource, x *exchange, body []byte) {
	sent, _ := parsed(body)
	m.made++
	name, ok := m.newName(r, m.made)
	at := r.Maker.Names[0]
	switch {
	case at.Sent:
		name = sent[at.Path[0]]
		ok = name != nil
	case at.Location && ok:
		header := "Location"
		if at.Path != nil {
			header = at.Path[0]
		}
		x.answer.header.Set(header, x.request.URL.EscapedPath()+"/"+spec.Text(name))
	case ok:
		x.answer.edit(func(v any) any { return mapped(v, at.Path, func(any) any { return name }) })
	}
	if !ok {
		return
	}
	thing := &remembered{sent: map[string]any{}}
	maps.Copy(thing.sent, sent)
	m.things[strings.TrimSuffix(x.request.URL.EscapedPath(), "/")+"/"+spec.Text(name)] = thing
	if at.Location || len(at.Path) < 2 {
		m.tell(x, thing)
	}
}

// read answers with what was sent, or that there is no such thing.
func (m *memory) read(r *world.Resource, x *exchange, thing *remembered) {
	missing := m.missing[r.Reads.ID]
	if !thing.ended || m.keepsEnded || missing == nil {
		m.tell(x, thing)
		return
	}
	*x.answer = *newAnswer()
	missing.write(x.answer, x.request)
}

func (m *memory) change(_ *world.Resource, x *exchange, thing *remembered) {
	if sent, ok := look(x.request, x.op).json().(map[string]any); ok {
		maps.Copy(thing.sent, sent)
	}
	m.tell(x, thing)
}

func (m *memory) end(_ *world.Resource, _ *exchange, thing *remembered) { thing.ended = true }

// tell has an answer hold what was sent, as far as it is documented and differs from
// no other answer.
func (m *memory) tell(x *exchange, thing *remembered) {
	res := ruling.Success(x.op.Operation)
	if res == nil {
		return
	}
	media := spec.JSON(res.Content)
	if media == nil || media.Schema == nil {
		return
	}
	x.answer.edit(func(v any) any {
		object, ok := v.(map[string]any)
		if !ok {
			return v
		}
		for name, value := range thing.sent {
			member := media.Schema.Member(name)
			if member == nil || member.WriteOnly || distinct(member.Schema) || len(member.Schema.Check(value)) > 0 {
				continue
			}
			before, had := object[name]
			if object[name] = value; len(media.Schema.Check(object)) > 0 {
				if object[name] = before; !had {
					delete(object, name)
				}
			}
		}
		return object
	})
}

func parsed(body []byte) (map[string]any, bool) {
	v, err := spec.ParseJSON(body)
	object, ok := v.(map[string]any)
	return object, err == nil && ok
}

// missed makes the answers for what is not there any more.
func (m *maker) missed() map[string]*success {
	out := map[string]*success{}
	for _, r := range m.world.Resources {
		if r.Reads == nil {
			continue
		}
		for _, res := range r.Reads.Responses {
			if res.Status != "404" && res.Status != "410" {
				continue
			}
			s := &success{header: http.Header{}, response: res, status: status(res, http.StatusNotFound)}
			if s.fill() == nil {
				out[r.Reads.ID] = s
				break
			}
		}
	}
	return out
}

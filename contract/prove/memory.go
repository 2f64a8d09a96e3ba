package prove

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/apiclause/clause/contract/internal/route"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
)

// memory is what a derived implementation remembers: things that were made, each by
// its URL. What was never made is there, too, as the samples are that stand for it,
// unless it is a mock.
type memory struct {
	*maker

	design design
	mu     sync.Mutex
	made   int64
	size   int
	things map[string]*remembered
	// below are the things of each collection, by its URL, in the order in which they
	// were made.
	below map[string][]*remembered
}

// memory makes the memory of a design.
func (m *maker) memory(d design) *memory {
	remembers := &memory{maker: m, design: d, things: map[string]*remembered{}, below: map[string][]*remembered{}}
	if d.mock != nil {
		for _, thing := range d.mock.given {
			own := *thing
			own.sent = maps.Clone(thing.sent)
			remembers.keep(&own)
		}
	}
	return remembers
}

// remembered is a thing: what was sent to make and to change it.
type remembered struct {
	resource      *world.Resource
	at            []string // the segments of its path
	name          any
	serial        int64
	sent          map[string]any
	lost          []string // what was sent, and taken away by a change
	size          int
	made, changed time.Time
	ended, seeded bool
	listed        map[string]any // as its list has it, once that was asked for
}

// deed is what an operation does to a resource.
type deed struct {
	resource *world.Resource
	does     func(*memory, *world.Resource, *exchange, *remembered)
	list     *world.List // of an operation that lists
}

// deeds finds what each operation does to things of some resources.
func (m *maker) deeds(resources []*world.Resource) map[string]deed {
	out := map[string]deed{}
	for _, r := range resources {
		if !m.memorable(r) {
			continue
		}
		if r.Maker != nil {
			out[r.Maker.Operation.ID] = deed{resource: r}
		}
		if r.Reads != nil {
			out[r.Reads.ID] = deed{resource: r, does: (*memory).read}
		}
		if r.Ends != nil {
			out[r.Ends.ID] = deed{resource: r, does: (*memory).end}
		}
		if l := r.List(); l != nil {
			out[r.Lists.ID] = deed{resource: r, list: l}
		}
		for _, op := range r.Changes {
			out[op.ID] = deed{resource: r, does: (*memory).change}
		}
	}
	return out
}

// memorable reports whether things of a resource can be remembered: there are names
// for many of them, and it is known where each stands.
func (m *maker) memorable(r *world.Resource) bool {
	if r.Maker == nil {
		return true
	}
	op := r.Maker.Operation
	if _, known := r.At(op, world.Segments(op.Path), "x"); !known || m.successes[op.ID] == nil {
		return false
	}
	if at := r.Maker.Names[0]; !at.Location && !at.Sent && m.told(r) == nil {
		return false
	}
	first, ok := m.newName(r, 1)
	second, too := m.newName(r, 2)
	return r.Maker.Names[0].Sent || ok && too && spec.Text(first) != spec.Text(second)
}

// newName gives the n-th name of a thing.
func (m *maker) newName(r *world.Resource, n int64) (any, bool) {
	own, told := r.Schema(), m.told(r)
	if own == nil {
		own = told
	}
	if own == nil {
		return nil, false
	}
	name := vary(own, own.Sample(), n)
	return name, len(own.Check(name)) == 0 && (told == nil || len(told.Check(name)) == 0)
}

// told gives the schema of the member in which the answer of what makes a thing tells its
// name; nil where it is told elsewhere.
func (m *maker) told(r *world.Resource) *spec.Schema {
	if r.Maker == nil || r.Maker.Names[0].Location || r.Maker.Names[0].Sent {
		return nil
	}
	return r.Maker.Names[0].Schema(m.successes[r.Maker.Operation.ID].schema)
}

// thingSize is what a thing takes beside what was sent, roughly.
const thingSize = 1 << 10

// placed is a path, without what it does not hang on.
func placed(path []string) string {
	out := make([]string, len(path))
	for i, segment := range path {
		out[i] = url.PathEscape(segment)
	}
	return "/" + strings.Join(out, "/")
}

// pathOf gives the segments of the path of a request; trailing slashes say nothing.
func pathOf(r *http.Request) []string {
	path := route.Split(nil, r.URL)
	for len(path) > 0 && path[len(path)-1] == "" {
		path = path[:len(path)-1]
	}
	return path
}

// take has an answer tell of what is remembered, and remembers what the request did.
func (m *memory) take(x *exchange, body []byte) {
	if x.answer.status/100 != 2 && !m.design.burns {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if x.answer.status/100 != 2 {
		m.made++
		return
	}
	path := pathOf(x.request)
	if m.design.mock != nil && m.unknown(x, path) {
		return
	}
	d, ok := m.acts[x.op.ID]
	switch {
	case !ok:
	case d.list != nil:
		m.list(d.list, x, path)
	case d.does == nil:
		m.make(d.resource, x, path, body)
	default:
		if thing := m.things[placed(path)]; thing != nil {
			if len(body) > 0 {
				setBody(x.request, body)
			}
			d.does(m, d.resource, x, thing)
		}
	}
}

// make remembers a new thing, and names it in the answer.
func (m *memory) make(r *world.Resource, x *exchange, path []string, body []byte) {
	setBody(x.request, body)
	sent, _ := look(x.request, x.op).json().(map[string]any)
	thing := &remembered{resource: r, sent: m.inItsWay(x.op, sent), size: len(body) + thingSize}
	if thing.sent == nil {
		thing.sent = map[string]any{}
	}
	if !m.call(thing, r.Maker.Operation, path) {
		return
	}
	more := thing.size
	if before := m.things[placed(thing.at)]; before != nil {
		more -= before.size
	}
	if m.design.mock != nil && (m.overcrowded(x, thing) || m.crowded(x, more)) {
		return
	}
	m.keep(thing)
	if at := r.Maker.Names[0]; at.Location {
		header := "Location"
		if at.Path != nil {
			header = at.Path[0]
		}
		x.answer.header.Set(header, placed(thing.at))
	}
	m.tell(x, thing)
}

// maxThingsNamed bounds how many names are tried that are taken.
const maxThingsNamed = 1000

// call gives a new thing a name and a place: the name that was sent, where that may be
// its name and is free, else a new one.
func (m *memory) call(thing *remembered, maker *spec.Operation, path []string) bool {
	if m.callAsSent(thing, maker, path) {
		return true
	}
	if thing.resource.Maker.Names[0].Sent && m.design.mock == nil {
		return false
	}
	for range maxThingsNamed {
		m.made++
		name, ok := m.newName(thing.resource, m.made)
		place, known := thing.resource.At(maker, path, spec.Text(name))
		if !ok || !known {
			return false
		}
		if m.things[placed(place)] == nil {
			thing.name, thing.at = name, place
			return true
		}
	}
	return false
}

// callAsSent gives a new thing the name that was sent, if it may have that. A mock takes
// one also where the server is to give it, if it is free and fits in the path.
func (m *memory) callAsSent(thing *remembered, maker *spec.Operation, path []string) bool {
	at := thing.resource.Maker.Names[0]
	named := within(thing.sent, at.Path)
	if thing.resource.Put() {
		named = []any{path[len(path)-1]}
	}
	if at.Location || len(named) != 1 {
		return false
	}
	place, known := thing.resource.At(maker, path, spec.Text(named[0]))
	if !at.Sent {
		s := thing.resource.Schema()
		known = known && m.design.mock != nil && m.things[placed(place)] == nil && (s == nil || len(s.Check(named[0])) == 0)
	}
	if known {
		thing.name, thing.at = named[0], place
	}
	return known
}

// keep remembers a thing at its place.
func (m *memory) keep(thing *remembered) {
	m.drop(m.things[placed(thing.at)])
	m.made++
	thing.serial, thing.made = m.made, time.Now()
	thing.changed = thing.made
	m.things[placed(thing.at)] = thing
	collection := placed(thing.at[:len(thing.at)-1])
	m.below[collection] = append(m.below[collection], thing)
	m.size += thing.size
}

// drop forgets a thing.
func (m *memory) drop(thing *remembered) {
	if thing == nil {
		return
	}
	collection := placed(thing.at[:len(thing.at)-1])
	rest := slices.DeleteFunc(m.below[collection], func(other *remembered) bool { return other == thing })
	if m.below[collection] = rest; len(rest) == 0 {
		delete(m.below, collection)
	}
	delete(m.things, placed(thing.at))
	m.size -= thing.size
}

// read answers with what was sent, or that there is no such thing.
func (m *memory) read(r *world.Resource, x *exchange, thing *remembered) {
	if !thing.ended || m.design.keepsEnded || !m.instead(x, m.missing[r.Reads.ID]) {
		m.tell(x, thing)
	}
}

// instead replaces an answer by another, if there is one.
func (m *memory) instead(x *exchange, other *success) bool {
	if other == nil {
		return false
	}
	*x.answer = *newAnswer()
	other.write(x.answer, x.request)
	return true
}

func (m *memory) change(_ *world.Resource, x *exchange, thing *remembered) {
	thing = m.changed(x.op.ID, thing)
	if sent, ok := look(x.request, x.op).json().(map[string]any); ok {
		size := int(x.request.ContentLength)
		if x.op.Method != http.MethodPut {
			size += thing.size
		}
		if m.design.mock != nil && m.crowded(x, size-thing.size) {
			return
		}
		if m.size, thing.size = m.size+size-thing.size, size; x.op.Method == http.MethodPut {
			clear(thing.sent)
		}
		m.partly(x.op.Operation, thing, sent)
		maps.Copy(thing.sent, m.inItsWay(x.op, sent))
		thing.changed, thing.listed = time.Now(), nil
	}
	m.tell(x, thing)
}

func (m *memory) end(r *world.Resource, x *exchange, thing *remembered) {
	if m.design.failsOccupied && m.occupied(thing) {
		fail(x.answer)
		return
	}
	if thing.ended = true; m.design.mock != nil && (r.Reads == nil || m.design.mock.tracked[r.Reads.ID] != nil) {
		m.drop(thing)
	}
}

// tell has an answer hold what was sent, and the name of the thing.
func (m *memory) tell(x *exchange, thing *remembered) {
	r := m.acts[x.op.ID].resource
	s := m.successes[x.op.ID].schema
	if s == nil {
		return
	}
	x.answer.edit(func(v any) any {
		s, object := s, v
		if naming := r.Naming(s); len(naming) == 2 && thing.sent[naming[0]] == nil { // in a wrapper
			s = s.Member(naming[0]).Schema
			wrapper, _ := v.(map[string]any)
			object = wrapper[naming[0]]
		}
		if object, ok := object.(map[string]any); ok {
			m.show(s, object, r, thing)
		}
		return v
	})
}

// edit is a member that an object is to have otherwise.
type edit struct {
	name  string
	value any
	drop  bool
}

// show writes down a thing over a sample of it, as far as it is documented and differs
// from no other answer.
func (m *memory) show(s *spec.Schema, object map[string]any, r *world.Resource, thing *remembered) {
	var edits []edit
	if m.design.mock != nil {
		edits = m.bare(s, r, thing)
	}
	for name, value := range thing.sent {
		if member := s.Member(name); member != nil {
			value = answerable(member.Schema, value)
		}
		edits = append(edits, edit{name: name, value: value})
	}
	for _, name := range thing.lost {
		if _, again := thing.sent[name]; !again {
			edits = append(edits, edit{name: name, drop: true})
		}
	}
	if naming := r.Naming(s); len(naming) > 0 && thing.name != nil {
		edits = append(edits, named(object, naming, thing))
	}
	edits = slices.DeleteFunc(edits, func(e edit) bool { return !writable(s, object, e) })
	whole := maps.Clone(object)
	for _, e := range edits {
		e.apply(whole)
	}
	if len(s.Check(whole)) == 0 {
		maps.Copy(object, whole)
		maps.DeleteFunc(object, func(name string, _ any) bool { _, kept := whole[name]; return !kept })
		return
	}
	for _, e := range edits {
		before, had := object[e.name]
		if e.apply(object); len(s.Check(object)) == 0 {
			continue
		}
		edit{name: e.name, value: before, drop: !had}.apply(object)
	}
}

// answerable is a value that was sent, without the members that are only to be sent.
func answerable(s *spec.Schema, v any) any {
	switch value := v.(type) {
	case map[string]any:
		out := maps.Clone(value)
		for _, member := range s.Members {
			inner, there := value[member.Name]
			switch {
			case member.WriteOnly:
				delete(out, member.Name)
			case there:
				out[member.Name] = answerable(member.Schema, inner)
			}
		}
		return out
	case []any:
		out := slices.Clone(value)
		for i := range out {
			if s.Items != nil {
				out[i] = answerable(s.Items, out[i])
			}
		}
		return out
	}
	return v
}

// named gives the edit that has an object tell the name of a thing: beside what was sent,
// where that stands with it in one member.
func named(object map[string]any, naming []string, thing *remembered) edit {
	if len(naming) == 1 {
		return edit{name: naming[0], value: thing.name}
	}
	inner := map[string]any{}
	for _, from := range []any{object[naming[0]], thing.sent[naming[0]]} {
		if members, ok := from.(map[string]any); ok {
			maps.Copy(inner, members)
		}
	}
	inner[naming[1]] = thing.name
	return edit{name: naming[0], value: inner}
}

func (e edit) apply(object map[string]any) {
	if e.drop {
		delete(object, e.name)
		return
	}
	object[e.name] = e.value
}

// writable reports whether an object may have a member otherwise, by what is known of
// the member.
func writable(s *spec.Schema, object map[string]any, e edit) bool {
	member := s.Member(e.name)
	if member == nil {
		_, had := object[e.name]
		return s.Composed != nil && had
	}
	return e.drop || !member.WriteOnly && !distinct(member.Schema) && len(member.Schema.Check(e.value)) == 0
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
			if s, err := documented(res, http.StatusNotFound); err == nil {
				out[r.Reads.ID] = s
				break
			}
		}
	}
	return out
}

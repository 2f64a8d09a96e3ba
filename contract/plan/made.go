package plan

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
)

// Made is the name of a thing that a run makes before it sends a case: an id that
// only the target's answer tells.
type Made struct {
	// Resource is what the thing is one of, such as /pets/{petId}.
	Resource string
	// Own tells that the case changes or ends the thing, so that no other case may
	// have it.
	Own bool
	// Ended tells that the thing is ended again before the case is sent.
	Ended bool
	// Full tells that the thing has all that it can have.
	Full bool
	// Changed is the operation that changes the thing before the case is sent, by its
	// id; "" for none.
	Changed string
	// Part is which of the requests that name a part of the thing changes it, from 1; 0
	// where one names all of it.
	Part int
	// Behind is the resource of what the thing stands below that is ended before the
	// case is sent; "" for none.
	Behind string
	// With is the resource of what is made below the thing before the case is sent; "" for
	// none.
	With string
	// Stated tells that the contract says how the thing is made, so that it is not
	// inferred.
	Stated bool
	// Inherited tells that nothing is made for this value: it is what a thing below it
	// was made with.
	Inherited bool
	// Sibling is which of several things that differ, from 1, the value is one of, and
	// Member the member that it was made with; 0 where the value names a thing.
	Sibling int
	Member  string
	// Sample stands for the value where nothing was made.
	Sample any
}

// SiblingName is the name, in plans and reports, of the n-th of several things of a
// resource that differ; n is from 1.
func SiblingName(resource string, n int) string { return fmt.Sprintf("%s %d", resource, n) }

// MarshalJSON writes {"made": "/pets/{petId}"}, or {"ended": …} of what is no more;
// beside it what changes the thing, and what it stands below that is ended; and
// {"member": "name", "of": "/pets/{petId} 2"} of what one of several was made with.
func (m Made) MarshalJSON() ([]byte, error) {
	if m.Sibling > 0 {
		return json.Marshal(map[string]string{"member": m.Member, "of": SiblingName(m.Resource, m.Sibling)}) //nolint:wrapcheck // as below
	}
	what := "made"
	switch {
	case m.Ended:
		what = "ended"
	case m.Inherited:
		what = "above"
	}
	out := map[string]string{what: m.Resource}
	if m.Changed != "" {
		out["changed"] = m.Changed
	}
	if m.Part > 0 {
		out["part"] = strconv.Itoa(m.Part)
	}
	if m.Behind != "" {
		out["behind"] = m.Behind
	}
	if m.With != "" {
		out["with"] = m.With
	}
	return json.Marshal(out) //nolint:wrapcheck // it stands for json.Marshal
}

// Made gives the things that a request names, by resource.
func (r *Request) Made() map[string]Made {
	var out map[string]Made
	var visit func(any)
	visit = func(v any) {
		switch v := v.(type) {
		case Made:
			if v.Inherited || v.Sibling > 0 {
				return
			}
			if out == nil {
				out = map[string]Made{}
			}
			if one := out[v.Resource]; one.Own {
				v.Own, v.Ended, v.Full = true, v.Ended || one.Ended, v.Full || one.Full
				v.Changed, v.Part, v.Behind = cmp.Or(v.Changed, one.Changed), max(v.Part, one.Part), cmp.Or(v.Behind, one.Behind)
				v.With = cmp.Or(v.With, one.With)
			}
			out[v.Resource] = v
		case map[string]any:
			for _, member := range v {
				visit(member)
			}
		case []any:
			for _, element := range v {
				visit(element)
			}
		}
	}
	for i := range r.Parameters {
		visit(r.Parameters[i].Value)
	}
	if r.Body != nil && !r.Body.Verbatim {
		visit(r.Body.Value)
	}
	return out
}

// Aided reports whether something has to be made before the request is sent.
func (r *Request) Aided() bool { return r.Among != "" || len(r.Made()) > 0 }

// Sharing is how many cases have a thing of their own in turn, at most, where their
// requests have to be refused: what is refused leaves the thing as it is.
const Sharing = 8

// Shares names the group of cases that the case shares its things with: they have to be
// refused, so that the things stay as they are, and use them one after another. The name
// is made of the outcome and the resources; "" is that of a case that shares none.
func (c *Case) Shares() string {
	if c.Expect.Outcome != Refused && c.Expect.Outcome != Unsupported {
		return ""
	}
	var own []string
	for resource, made := range c.Request.Made() {
		if made.Ended || made.Changed != "" || made.Behind != "" {
			return ""
		}
		if made.Own {
			own = append(own, resource)
		}
	}
	if own == nil {
		return ""
	}
	slices.Sort(own)
	return string(c.Expect.Outcome) + " " + strings.Join(own, " ")
}

// Setup is how a thing is made, and ended when no case needs it any more.
type Setup struct {
	// Make makes one; its request may need others.
	Make Case `json:"make"`
	// Full makes one with all that it can have.
	Full Case `json:"full"`
	// Siblings make things that differ from each other, for cases whose answers may have
	// some of them.
	Siblings []Case `json:"siblings,omitempty"`
	// Names are where its name may be, the likeliest first.
	Names []NamePlace `json:"names"`
	// Changes change one, by the operation.
	Changes map[string]Case `json:"changes,omitempty"`
	// Parts change a part of one, by the operation: each names another part.
	Parts map[string][]Case `json:"parts,omitempty"`
	// Read reads one; nil where no operation does.
	Read *Case `json:"read,omitempty"`
	// End ends it; nil where no operation does.
	End *Case `json:"end,omitempty"`
	// From says from what it was found how things are made.
	From string `json:"from"`
}

// Set gives the requests that make what a case finds several of: things that differ, or
// as many as it wants that are alike. Cases that want some of the same share them.
func (s *Setup) Set(r *Request) []Case {
	switch {
	case r.Among == "" || s.Make.Operation == "":
		return nil
	case r.Alike == 0:
		return s.Siblings
	}
	out := make([]Case, r.Alike)
	for i := range out {
		out[i] = s.Make
		out[i].ID += fmt.Sprintf(" thing %d", i+1)
	}
	return out
}

// Change gives the request that changes a thing before a case is sent, if there is one.
func (s *Setup) Change(m Made) (Case, bool) {
	if m.Part == 0 {
		c, ok := s.Changes[m.Changed]
		return c, ok
	}
	parts := s.Parts[m.Changed]
	if len(parts) == 0 {
		return Case{}, false
	}
	return parts[min(m.Part, len(parts))-1], true
}

// Deepest bounds how many things stand below each other: what needs more is not made.
const Deepest = 5

// Before lists what is made before a case, in the order in which it is: the resources,
// what one is below first.
func (p *Plan) Before(c *Case) []string {
	var out []string
	var visit func(r *Request, deep int)
	visit = func(r *Request, deep int) {
		for _, resource := range slices.Sorted(maps.Keys(r.Made())) {
			setup, ok := p.Setups[resource]
			if !ok || slices.Contains(out, resource) || deep >= Deepest {
				continue
			}
			visit(&setup.Make.Request, deep+1)
			if !slices.Contains(out, resource) {
				out = append(out, resource)
			}
		}
	}
	visit(&c.Request, 0)
	if among, ok := p.Setups[c.Request.Among]; ok {
		visit(&among.Make.Request, 1)
		if !slices.Contains(out, c.Request.Among) {
			out = append(out, c.Request.Among)
		}
	}
	return out
}

// NamePlace is a place that names what was made.
type NamePlace struct {
	// In is header, answer, request or path. In a header, and in the path of the request, it
	// is the last segment of a URL.
	In string `json:"in"`
	// Path is the header's name, or leads to a member of the body; nil in a path.
	Path []string `json:"path,omitempty"`
}

// needed has things made for the values that name one, where the target gives none.
// Making changes something.
func (p *planner) needed() {
	if p.world == nil || !p.options.Unsafe {
		return
	}
	for _, need := range p.world.Needs(p.op.ID) {
		s := p.at(need.Path)
		if s == nil || s.FromTarget || len(s.Schema.Enum) > 0 {
			continue
		}
		samples := candidates(s.choice)
		if len(samples) == 0 {
			continue
		}
		p.vouched[s] = Made{Resource: need.Resource.Name, Own: need.Ends || need.Changes && !p.makes(), Stated: need.Resource.Stated, Sample: samples[0]}
		s.FromTarget = true
		if need.Path[0] == "path" {
			p.inherit(need.Resource.Name)
		}
	}
}

// inherit has a thing looked for where it was made: the other values of its path are
// those that it was made with.
func (p *planner) inherit(resource string) {
	own, path := world.Segments(p.op.Path), world.Segments(resource)
	for i := range min(len(path)-1, len(own)) {
		if !strings.HasPrefix(path[i], "{") && path[i] != own[i] {
			return // it is named elsewhere
		}
		name, ok := strings.CutPrefix(own[i], "{")
		s := p.at([]string{"path", strings.TrimSuffix(name, "}")})
		if !ok || s == nil {
			continue
		}
		value, given := p.vouched[s]
		if _, made := value.(Made); made {
			continue
		}
		if !given {
			samples := candidates(s.choice)
			if len(samples) == 0 {
				continue
			}
			value = samples[0]
		}
		p.vouched[s] = Made{Resource: "/" + strings.Join(path[:i+1], "/"), Inherited: true, Sample: value}
		s.FromTarget = true
	}
}

// setUp notes how the things are made and ended that the operation makes or ends.
func (p *planner) setUp(setups map[string]Setup) {
	if p.world == nil || p.impossible != "" || !p.options.Unsafe {
		return
	}
	for _, r := range p.world.Resources {
		setup := setups[r.Name]
		switch {
		case slices.Contains(r.Visible(), p.op):
			change, ok := p.toChange(r)
			if !ok {
				continue
			}
			if setup.Changes == nil {
				setup.Changes = map[string]Case{}
			}
			setup.Changes[p.op.ID] = p.setupCase("change", r.Name, p.unique(p.altered(change)))
			p.setUpParts(r, &setup)
		case p.op == r.Maker.Operation:
			setup.Make, setup.Names, setup.From = p.setupCase("make", r.Name, p.unique(p.smallest)), places(r.Maker.Names), r.Maker.From
			setup.Full = p.setupCase("make", r.Name, p.unique(p.fullest))
			for i, d := range p.siblingsOf(p.op) {
				setup.Siblings = append(setup.Siblings, p.setupCase("make", SiblingName(r.Name, i+1), d))
			}
		case p.op == r.Reads:
			read := p.setupCase("read", r.Name, p.smallest)
			setup.Read = &read
		case p.op == r.Ends:
			end := p.setupCase("end", r.Name, p.smallest)
			setup.End = &end
		default:
			continue
		}
		setups[r.Name] = setup
	}
}

// toChange gives the fullest request that changes a thing which is there already: it
// needs none of its own.
func (p *planner) toChange(r *world.Resource) (d draft, ok bool) {
	d = p.ofOthers(p.fullest, r)
	return d, slices.ContainsFunc(p.world.Needs(p.op.ID), func(need *world.Need) bool {
		_, named := d.made(need.Path)
		return named && need.Resource == r
	})
}

// ofOthers gives a request about a thing that is there already.
func (p *planner) ofOthers(d draft, r *world.Resource) draft {
	for _, need := range p.world.Needs(p.op.ID) {
		if made, named := d.made(need.Path); named && need.Resource == r {
			made.Own = false
			d = d.set(need.Path, made)
		}
	}
	return d
}

func (p *planner) setupCase(what, resource string, d draft) Case {
	return Case{
		ID: what + " " + resource, Operation: p.op.ID, Why: "to " + what + " what other cases need",
		Request: d.request(p.op, p.credential), Expect: Expect{Outcome: Accepted},
	}
}

func places(names []world.Name) []NamePlace {
	out := make([]NamePlace, len(names))
	for i, n := range names {
		switch {
		case n.Location && n.Path != nil:
			out[i] = NamePlace{In: "header", Path: n.Path}
		case n.Location:
			out[i] = NamePlace{In: "header", Path: []string{"Location"}}
		case n.Sent && n.Path == nil:
			out[i] = NamePlace{In: "path"}
		case n.Sent:
			out[i] = NamePlace{In: "request", Path: n.Path}
		default:
			out[i] = NamePlace{In: "answer", Path: n.Path}
		}
	}
	return out
}

// unique gives a request that makes something other texts each time it is sent,
// where the contract leaves them free: a name may be taken.
func (p *planner) unique(d draft) draft {
	texts := 0
	for _, s := range p.slots {
		if idempotent(s) {
			d = p.keyed(d, s)
		}
		if p.puts(s) {
			d = p.put(p.keyed(d, s), s)
		}
		if !p.renews(s) {
			continue
		}
		value, _ := d.get(s.path)
		text, isText := value.(string)
		if !isText {
			continue
		}
		if slices.Contains(p.candidates(s), value) {
			texts++
			if texts > 1 { // so that one does not pass for another
				if other, ok := distinguished(s.Schema, fmt.Sprintf("%s-%d", text, texts)); ok {
					d = d.set(s.path, other)
					continue
				}
			}
		}
		if other, ok := p.afresh(s, text); ok {
			d = d.set(s.path, other)
		} else if other, ok := p.shifted(s.Schema, text); ok {
			d = d.set(s.path, other)
		}
	}
	return d
}

// idempotent reports whether a place is for a key by which a server knows a request that is
// sent again: another request has another key.
func idempotent(s *slot) bool {
	return s.Wire() && !s.FromTarget && spec.Idempotency(s.path[len(s.path)-1])
}

// keyed gives a request a key of its own where it has one.
func (p *planner) keyed(d draft, s *slot) draft {
	value, _ := d.get(s.path)
	if text, ok := value.(string); ok {
		if other, ok := p.afresh(s, text); ok {
			return d.set(s.path, other)
		}
	}
	return d
}

// afresh gives a text like that of a slot which is new each time, if its schema leaves room
// for it.
func (p *planner) afresh(s *slot, text string) (Template, bool) {
	if slices.Contains(p.candidates(s), any(text)) {
		return distinguished(s.Schema, text)
	}
	return prefixed(s.Schema, text) // its length is what the case is about
}

// renews reports whether texts of a slot may be others each time they are sent.
func (p *planner) renews(s *slot) bool { return !s.Wire() && !s.FromTarget && !p.shown(s) }

// shown reports whether the contract shows a value that is best sent as it is: where
// nothing tells that it names what is made, it may be of a list that the target knows.
func (p *planner) shown(s *slot) bool {
	return s.choice.Example != nil && s.Schema.Format != "email" && p.changing == 0 && !p.makes()
}

// shifted gives a text like another that differs from what other operations for things
// of the same resource send, where it is too short to be new each time.
func (p *planner) shifted(s *spec.Schema, text string) (string, bool) {
	by := p.changing
	if by == 0 || text == "" || s.Type != "string" || len(s.Enum) > 0 || s.Composed != nil || s.Format != "" {
		return "", false
	}
	for i := len(text) - 1; i >= 0; i-- {
		for _, kind := range []struct{ first, size byte }{{'0', 10}, {'a', 26}, {'A', 26}} {
			if c := text[i]; c >= kind.first && c < kind.first+kind.size {
				other := text[:i] + string(rune(kind.first+(c-kind.first+byte(by))%kind.size)) + text[i+1:]
				return other, len(s.Check(other)) == 0
			}
		}
	}
	return "", false
}

// madeIn labels the places of a request that name what the run makes.
func (p *planner) madeIn(d draft) []string {
	var out []string
	for _, s := range p.slots {
		if v, ok := d.get(s.path); ok {
			if _, made := v.(Made); made {
				out = append(out, s.label())
			}
		}
	}
	return out
}

// acts finds out whether the operation makes things, and changes some.
func (p *planner) acts() {
	if p.world == nil {
		return
	}
	for _, r := range p.world.Resources {
		p.changing = max(p.changing, p.changes(r))
	}
	p.naming = p.makes() || p.signsUp() || p.changing > 0 || slices.ContainsFunc(p.slots, idempotent)
}

// signsUp reports whether the operation makes something that no other is about, such as
// an account: it documents that it does, and is about nothing that is there.
func (p *planner) signsUp() bool {
	return p.op.Method == http.MethodPost && !strings.Contains(p.op.Path, "{") &&
		slices.ContainsFunc(p.op.Responses, func(r *spec.Response) bool { return r.Status == "201" })
}

// makes reports whether the operation makes things.
func (p *planner) makes() bool {
	return p.world != nil && slices.ContainsFunc(p.world.Resources, func(r *world.Resource) bool { return r.Maker.Operation.ID == p.op.ID })
}

// changes counts the operations that change things of a resource up to this one; 0 if
// it does not.
func (p *planner) changes(r *world.Resource) int {
	return 1 + slices.IndexFunc(r.Changes, func(op *spec.Operation) bool { return op.ID == p.op.ID })
}

package run

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// things are what a run makes, so that there is something for its cases to be
// about. Cases that only read share a thing of each resource; one that changes or
// ends a thing has it for itself.
type things struct {
	runner *Runner
	setups map[string]plan.Setup

	// shares are the things of their own that cases have in turn, by the case.
	shares map[string]*share

	mu     sync.Mutex
	shared map[string]*thing
	// other tells of the resources of which things are made by the fullest request, since
	// the smallest was refused.
	other map[string]bool
	made  []*thing // in the order in which they were made
	left  []string // what could not be ended, in words
	// cleaned counts how often all that was made has been ended: what is made afterwards
	// has other texts, for a target may keep those of what was ended.
	cleaned int
}

// thing is one that was made.
type thing struct {
	resource string
	own      bool
	// by makes it, where it is one of several that a case finds; nil where it is none.
	// sibling is which of those that differ it is, from 1, or 0.
	by      *plan.Case
	sibling int
	once    sync.Once
	// names are those of the thing and of what it is below, by resource.
	names map[string]any
	// problem says why it could not be made; "" if it was.
	problem string
	// steps made it, those for what it is below first.
	steps []Step
	ended bool
	// above are the names of what it is made below, where that is there already.
	above map[string]any
}

// Step is a request that made or ended what cases are about, and its answer.
type Step struct {
	Case     *plan.Case
	Exchange Exchange
	// Name is what the thing is called that the request made; nil where it made none.
	Name any
	// Did says in words what the request did, such as "made /pets/7", or why it did
	// not.
	Did string
	// Of is the resource of the thing that it was about.
	Of string
}

func newThings(r *Runner) *things {
	return &things{runner: r, shared: map[string]*thing{}, other: map[string]bool{}}
}

// need makes what a case needs, but for what is there already: beside has the names of
// that, by their resources. It gives all names, the steps that made them, and why
// something could not be made.
func (t *things) need(
	ctx context.Context, c *plan.Case, deep int, beside map[string]any,
) (names map[string]any, steps []Step, problem string) {
	if !c.Request.Aided() {
		return beside, nil, ""
	}
	names = map[string]any{}
	maps.Copy(names, beside)
	have := func(one *thing, like plan.Made) {
		one.once.Do(func() { t.make(ctx, one, c, deep, like) })
		steps = append(steps, one.steps...)
		problem = cmp.Or(problem, one.problem)
	}
	wanted := c.Request.Made()
	for _, resource := range deepestFirst(wanted) {
		if _, there := names[resource]; there && !wanted[resource].Own {
			continue
		}
		one := t.one(resource, c, wanted[resource].Own)
		have(one, wanted[resource])
		for name, value := range one.names {
			if _, there := names[name]; !there {
				names[name] = value
			}
		}
	}
	problem = cmp.Or(problem, t.elsewhere(c))
	setup, began := t.setups[c.Request.Among], time.Now()
	for i, made := range setup.Set(&c.Request) {
		if c.Request.Alike > plan.InList && time.Since(began) > maxMaking {
			problem = cmp.Or(problem, fmt.Sprintf("it takes longer than %s to make %d of %s", maxMaking, c.Request.Alike, c.Request.Among))
		}
		if problem != "" && c.Request.Alike > 0 {
			break // all are made alike
		}
		one := t.oneOf(c, &made, i+1)
		have(one, plan.Made{})
		if one.sibling > 0 {
			key := plan.SiblingName(one.resource, one.sibling)
			names[key] = one.names[key]
		}
	}
	return names, steps, cmp.Or(problem, t.unfit(c, names))
}

// maxMaking is how long a case waits for the many things that it finds.
const maxMaking = 5 * time.Second

// oneOf gives one of several things that a case finds. Those who need them only read.
func (t *things) oneOf(c *plan.Case, made *plan.Case, n int) *thing {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.shared[made.ID] == nil {
		one := &thing{resource: c.Request.Among, by: made}
		if c.Request.Alike == 0 {
			one.sibling = n
		}
		t.shared[made.ID] = one
	}
	return t.shared[made.ID]
}

// more makes one more of the things that are alike, the n-th.
func (t *things) more(ctx context.Context, c *plan.Case, n int) *thing {
	like, setup := *c, t.setups[c.Request.Among]
	like.Request.Alike = n
	one := t.oneOf(&like, &setup.Set(&like.Request)[n-1], n)
	one.once.Do(func() { t.make(ctx, one, &like, 0, plan.Made{}) })
	return one
}

// elsewhere says of a case that reads a list that what is made for it may be in another,
// or gives "".
func (t *things) elsewhere(c *plan.Case) string {
	setup := t.setups[c.Request.Among]
	if c.Walk != nil && !sameParents(&setup.Make.Request, &c.Request) {
		return "the list may be another than what is made is in"
	}
	return ""
}

// unfit says of a name that it is none which the contract allows where a request has
// it, or "".
func (t *things) unfit(c *plan.Case, names map[string]any) string {
	op := t.runner.builder.operations[c.Operation]
	if op == nil || op.model == nil {
		return ""
	}
	then := occasion{names: names}
	for i := range c.Request.Parameters {
		p := &c.Request.Parameters[i]
		made, ok := p.Value.(plan.Made)
		at := slices.IndexFunc(op.model.Parameters, func(s *spec.Parameter) bool { return s.In == p.In && s.Name == p.Name })
		if !ok || at < 0 {
			continue
		}
		s := op.model.Parameters[at].Schema
		if name := then.name(made); len(s.Check(s.Typed(name))) > 0 {
			return fmt.Sprintf("what was made is called %s, which the contract does not allow as %s", spec.Text(name), p.Name)
		}
	}
	return ""
}

// deepestFirst sorts resources: what one is below is found while it is made.
func deepestFirst(wanted map[string]plan.Made) []string {
	return slices.SortedFunc(maps.Keys(wanted), func(a, b string) int {
		return cmp.Or(strings.Count(b, "/")-strings.Count(a, "/"), cmp.Compare(a, b))
	})
}

// one gives the shared thing of a resource, or one of the case's own, which others may
// have had before.
func (t *things) one(resource string, c *plan.Case, own bool) *thing {
	t.mu.Lock()
	defer t.mu.Unlock()
	key, among := resource, t.shared
	if own {
		key += " for " + c.ID
		if s := t.shares[c.ID]; s != nil { // mu is held
			key, among = resource, s.things
		}
	}
	if among[key] == nil {
		among[key] = &thing{resource: resource, own: own}
	}
	return among[key]
}

// step notes what was sent for a thing, and tells of it.
func (t *things) step(one *thing, s Step) {
	one.steps = append(one.steps, s)
	t.runner.aside(s)
}

// called names a thing in words: its path, with the names of what it is below.
func (t *things) called(one *thing) string {
	path := strings.Split(one.resource, "/")
	called := slices.Clone(path)
	for i := range path {
		if name, ok := one.names[strings.Join(path[:i+1], "/")]; ok {
			called[i] = fmt.Sprint(name)
		}
	}
	return strings.Join(called, "/")
}

// end ends a thing. It says why it could not, or "".
func (t *things) end(ctx context.Context, one *thing) string {
	end := t.setups[one.resource].End
	if end == nil {
		return "no operation ends it"
	}
	c := *end
	c.ID += " " + t.called(one)
	e := t.runner.exchangeWith(ctx, &c, -1, one.names)
	why := ""
	switch {
	case e.Problem != nil:
		why = "the request that ends it had no answer: " + e.Problem.Error()
	case e.Got == nil || e.Got.Status/100 != 2 && e.Got.Status != http.StatusNotFound && e.Got.Status != http.StatusGone:
		why = "the request that ends it was answered with " + answered(&e)
	}
	did := "ended " + t.called(one)
	if why != "" {
		did = "to end " + t.called(one) + ": " + why
	}
	t.step(one, Step{Case: &c, Exchange: e, Did: did, Of: one.resource})
	one.ended = why == ""
	return why
}

func answered(e *Exchange) string {
	if e.Got == nil {
		return "nothing"
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", e.Got.Status, http.StatusText(e.Got.Status)))
}

// after notes what became of the things of a case: one that was ended is gone. What
// was sent for one that no other case has is not needed any more. s is what the case has
// in turn with others, or nil.
func (t *things) after(c *plan.Case, s *share, e *Exchange) {
	if s != nil && s.returned(c, e) {
		return
	}
	for resource, made := range c.Request.Made() {
		if !made.Own {
			continue
		}
		one := t.one(resource, c, true)
		one.steps = nil
		end := t.setups[resource].End
		if end != nil && end.Operation == c.Operation && e.Got != nil && e.Got.Status/100 == 2 {
			one.ended = true
		}
	}
	if s != nil {
		s.spend(t)
	}
}

// nameIn finds the name of what was made, or says why there is none.
func nameIn(e *Exchange, places []plan.NamePlace) (name any, why string) {
	switch {
	case e.Problem != nil:
		return nil, "had no answer: " + e.Problem.Error()
	case e.Got == nil:
		return nil, "had no answer"
	case e.Got.Status/100 != 2 && e.Got.Status/100 != 3:
		return nil, "was answered with " + answered(e)
	}
	for _, place := range places {
		switch place.In {
		case "header":
			name = lastSegment(e.Got.Header.Get(place.Path[0]))
		case "answer":
			name = member(e.Got.Body, place.Path)
		case "request":
			name = member(e.Sent.Body, place.Path)
		case "path":
			name = lastSegment(e.Sent.URL)
		}
		if name != nil && name != "" {
			return name, ""
		}
	}
	return nil, "was answered without a name of what was made"
}

// lastSegment gives the last segment of a URL's path.
func lastSegment(location string) any {
	u, err := url.Parse(location)
	if err != nil {
		return nil
	}
	path := strings.TrimSuffix(u.Path, "/")
	return path[strings.LastIndexByte(path, '/')+1:]
}

// members gives what a JSON object holds.
func members(body []byte) map[string]any {
	object, _ := document(body).(map[string]any)
	return object
}

func document(body []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) != nil {
		return nil
	}
	return v
}

// member gives a scalar in a JSON object, or nil.
func member(body []byte, path []string) any {
	switch v := within(document(body), path).(type) {
	case string:
		return v
	case json.Number:
		return v
	default:
		return nil
	}
}

// SetUps says how to make what cases need. It is called before the first is sent.
func (r *Runner) SetUps(setups map[string]plan.Setup) { r.things.setups = setups }

// cleanUp ends what the run made and is not ended yet, the last first. What is needed
// afterwards is made anew.
func (r *Runner) cleanUp(ctx context.Context) {
	t := r.things
	t.mu.Lock()
	made := t.made
	t.made, t.shared = nil, map[string]*thing{}
	t.cleaned++
	shares := t.shares
	t.mu.Unlock()
	for _, s := range shares {
		s.spend(t)
	}
	for _, one := range slices.Backward(made) {
		if one.ended {
			continue
		}
		why := "the run ended before"
		if ctx.Err() == nil {
			why = t.end(ctx, one)
		}
		if why != "" {
			left := t.called(one) + ": " + why
			t.mu.Lock()
			t.left = append(t.left, left)
			t.mu.Unlock()
		}
	}
}

// Left says what the run made and could not end.
func (r *Runner) Left() []string {
	r.things.mu.Lock()
	defer r.things.mu.Unlock()
	left := slices.Clone(r.things.left)
	if stopped := r.stopped(); stopped != "" {
		left = append(left, stopped)
	}
	return left
}

// SetUpRequests counts what is sent beside cases, if all is answered as it should
// be: what makes the things that they need, and what ends those that none ends.
func (r *Runner) SetUpRequests(cases []plan.Case, indexes []int) (makes, ends int) {
	n := tally{things: r.things, sharing: map[string]int{}}
	for stage, staged := range r.staged(cases, indexes) {
		if n.seen == nil || cleansBefore(stage, len(staged)) {
			n.seen = map[string]bool{}
		}
		for _, i := range staged {
			n.add(&cases[i])
		}
	}
	return n.makes, n.ends
}

// tally counts the requests that make and end things.
type tally struct {
	*things

	seen        map[string]bool // what cases share
	sharing     map[string]int  // how many cases have the same things in turn
	makes, ends int
}

// one counts what making and ending a thing takes, unless it is ended otherwise.
func (n *tally) one(resource string, ended bool) {
	setup := n.setups[resource]
	if n.unmakable(resource, 0) != "" {
		return
	}
	for needed := range setup.Make.Request.Made() {
		n.once(needed)
	}
	n.makes++
	if setup.End != nil && !ended {
		n.ends++
	}
}

// once counts a thing that others have, too.
func (n *tally) once(resource string) {
	if !n.seen[resource] {
		n.seen[resource] = true
		n.one(resource, false)
	}
}

// add counts what is made for a case.
func (n *tally) add(c *plan.Case) {
	among := n.setups[c.Request.Among]
	for _, one := range among.Set(&c.Request) {
		if !n.seen[one.ID] {
			n.seen[one.ID] = true
			n.one(c.Request.Among, false)
		}
	}
	shares := c.Shares()
	n.sharing[shares]++
	for resource, made := range c.Request.Made() {
		switch {
		case made.Own && shares != "" && n.sharing[shares]%plan.Sharing != 1: // another case has made it
		case made.Own:
			n.own(c, resource, made)
		default:
			n.once(resource)
		}
	}
	n.itself(c)
}

// itself counts that what a case makes is ended, too, if it is not refused.
func (n *tally) itself(c *plan.Case) {
	if c.Expect.Outcome != plan.Accepted && c.Expect.Outcome != plan.Either {
		return
	}
	for _, setup := range n.setups {
		if setup.End != nil && setup.Make.Operation == c.Operation && setup.Make.Request.Method == c.Request.Method {
			n.ends++
		}
	}
}

// own counts what a thing takes that a case has for itself.
func (n *tally) own(c *plan.Case, resource string, made plan.Made) {
	setup := n.setups[resource]
	if _, ok := setup.Change(made); ok {
		n.makes++
	}
	if made.Part > 0 && setup.Read != nil {
		n.makes++
	}
	if made.Behind != "" {
		n.one(made.Behind, false)
	}
	if made.With != "" {
		n.one(made.With, false)
	}
	n.one(resource, !made.Ended && c.Expect.Outcome == plan.Accepted && setup.End != nil && setup.End.Operation == c.Operation)
}

// aside tells of a request that is sent beside those of the cases.
func (r *Runner) aside(s Step) {
	if r.options.Aside != nil {
		r.options.Aside(&s)
	}
}

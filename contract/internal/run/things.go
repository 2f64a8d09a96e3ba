package run

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/apiclause/clause/contract/plan"
)

// things are what a run makes, so that there is something for its cases to be
// about. Cases that only read share a thing of each resource; one that changes or
// ends a thing has it for itself.
type things struct {
	runner *Runner
	setups map[string]plan.Setup

	mu     sync.Mutex
	shared map[string]*thing
	made   []*thing // in the order in which they were made
}

// thing is one that was made.
type thing struct {
	resource string
	once     sync.Once
	// names are those of the thing and of what it is below, by resource.
	names map[string]any
	// problem says why it could not be made; "" if it was.
	problem string
	// sent are the exchanges that made it, those for what it is below first.
	sent  []Exchange
	ended bool
}

func newThings(r *Runner) *things { return &things{runner: r, shared: map[string]*thing{}} }

// deepest bounds how many things stand below each other.
const deepest = 5

// need makes what a case needs. It gives the names, the exchanges that made them,
// and why something could not be made.
func (t *things) need(ctx context.Context, c *plan.Case, deep int) (names map[string]any, sent []Exchange, problem string) {
	wanted := madeIn(&c.Request)
	if len(wanted) == 0 {
		return nil, nil, ""
	}
	names = map[string]any{}
	// What one is below is found while it is made: those below come first.
	for _, resource := range slices.SortedFunc(maps.Keys(wanted), func(a, b string) int { return strings.Count(b, "/") - strings.Count(a, "/") }) {
		if _, there := names[resource]; there && !wanted[resource] {
			continue
		}
		one := t.one(resource, c, wanted[resource])
		one.once.Do(func() { t.make(ctx, one, c, deep) })
		sent = append(sent, one.sent...)
		if one.problem != "" {
			return nil, sent, one.problem
		}
		for name, value := range one.names {
			if _, there := names[name]; !there {
				names[name] = value
			}
		}
	}
	return names, sent, ""
}

// one gives the shared thing of a resource, or a new one of the case's own.
func (t *things) one(resource string, c *plan.Case, own bool) *thing {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := resource
	if own {
		key += " for " + c.ID
	}
	if t.shared[key] == nil {
		t.shared[key] = &thing{resource: resource}
	}
	return t.shared[key]
}

// make sends the request that makes a thing, and what that needs before it.
func (t *things) make(ctx context.Context, one *thing, c *plan.Case, deep int) {
	setup, ok := t.setups[one.resource]
	if !ok || setup.Make.Operation == "" || deep == deepest {
		one.problem = "no request was found that makes " + one.resource
		return
	}
	made := setup.Make
	if t.own(one, c) {
		made.ID += " for " + c.ID
	}
	below, before, problem := t.need(ctx, &made, deep+1)
	one.sent = before
	if problem != "" {
		one.problem = problem
		return
	}
	e := t.runner.exchangeWith(ctx, &made, -1, below)
	one.sent = append(one.sent, e)
	name, why := nameIn(&e, setup.Names)
	if why != "" {
		one.problem = fmt.Sprintf("%s %s, which makes %s, %s", setup.Make.Request.Method, setup.Make.Request.Path, one.resource, why)
		return
	}
	one.names = map[string]any{one.resource: name}
	maps.Copy(one.names, below)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.made = append(t.made, one)
}

func (t *things) own(one *thing, c *plan.Case) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.shared[one.resource] != one
}

// after notes what became of the things of a case: one that was ended is gone.
func (t *things) after(c *plan.Case, e *Exchange) {
	if e.Got == nil || e.Got.Status/100 != 2 {
		return
	}
	for resource, own := range madeIn(&c.Request) {
		if end := t.setups[resource].End; own && end != nil && end.Operation == c.Operation {
			one := t.one(resource, c, true)
			t.mu.Lock()
			one.ended = true
			t.mu.Unlock()
		}
	}
}

// madeIn gives the resources that a request names things of, and whether they are
// its own.
func madeIn(r *plan.Request) map[string]bool {
	var out map[string]bool
	var visit func(any)
	visit = func(v any) {
		switch v := v.(type) {
		case plan.Made:
			if out == nil {
				out = map[string]bool{}
			}
			out[v.Resource] = out[v.Resource] || v.Own
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

// nameIn finds the name of what was made, or says why there is none.
func nameIn(e *Exchange, places []plan.NamePlace) (name any, why string) {
	switch {
	case e.Problem != nil:
		return nil, "had no answer: " + e.Problem.Error()
	case e.Got == nil:
		return nil, "had no answer"
	case e.Got.Status/100 != 2 && e.Got.Status/100 != 3:
		return nil, fmt.Sprintf("was answered with %d %s", e.Got.Status, http.StatusText(e.Got.Status))
	}
	for _, place := range places {
		switch place.In {
		case "header":
			name = lastSegment(e.Got.Header.Get(place.Path[0]))
		case "answer":
			name = member(e.Got.Body, place.Path)
		case "request":
			name = member(e.Sent.Body, place.Path)
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

// member gives a scalar in a JSON object, or nil.
func member(body []byte, path []string) any {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) != nil {
		return nil
	}
	for _, name := range path {
		object, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = object[name]
	}
	switch v := v.(type) {
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

// CleanUp ends what the run made and is not ended yet, the last first. It gives
// what is left behind, in words.
func (r *Runner) CleanUp(ctx context.Context) (left []string) {
	t := r.things
	for _, one := range slices.Backward(t.made) {
		if one.ended {
			continue
		}
		name := fmt.Sprintf("%s: %v", one.resource, one.names[one.resource])
		end := t.setups[one.resource].End
		if end == nil {
			left = append(left, name+" (no operation ends it)")
			continue
		}
		c := *end
		c.ID += " " + name
		e := r.exchangeWith(ctx, &c, -1, one.names)
		switch {
		case e.Problem != nil:
			left = append(left, name+" (the request that ends it had no answer: "+e.Problem.Error()+")")
		case e.Got == nil || e.Got.Status/100 != 2 && e.Got.Status != http.StatusNotFound && e.Got.Status != http.StatusGone:
			left = append(left, fmt.Sprintf("%s (the request that ends it was answered with %d)", name, e.Got.Status))
		}
	}
	return left
}

package run

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/plan"
)

// make sends the request that makes a thing, and what that needs before it; and
// ends it again where a case is about what is no more.
func (t *things) make(ctx context.Context, one *thing, c *plan.Case, deep int, like plan.Made) {
	if one.problem = t.unmakable(one.resource, deep); one.problem != "" {
		return
	}
	for i, made := range t.makers(one, like) {
		before := one.problem
		refused := t.attempt(ctx, one, t.makingFor(one, c, made, i), deep, like)
		if one.problem != "" && before != "" {
			one.problem = before
		}
		if !refused {
			t.mu.Lock()
			t.other[one.resource] = t.other[one.resource] || i > 0 && !like.Full && one.problem == ""
			t.mu.Unlock()
			return
		}
	}
}

// makers are the requests that may make a thing, the one to be sent first at the front:
// what the smallest is refused for may be in the fullest, and the other way round.
func (t *things) makers(one *thing, like plan.Made) []plan.Case {
	setup := t.setups[one.resource]
	switch {
	case one.by != nil:
		return []plan.Case{*one.by}
	case like.Part > 0 && len(setup.Siblings) > 1:
		return setup.Siblings[1:2] // whose booleans and listed values are none that a thing has by itself
	}
	if reflect.DeepEqual(setup.Make.Request, setup.Full.Request) {
		return []plan.Case{setup.Make}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if like.Full || t.other[one.resource] {
		return []plan.Case{setup.Full, setup.Make}
	}
	return []plan.Case{setup.Make, setup.Full}
}

// makingFor gives the request that makes a thing for a case an id of its own.
func (t *things) makingFor(one *thing, c *plan.Case, made plan.Case, attempt int) *plan.Case {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !one.own && t.cleaned > 0 {
		made.ID += fmt.Sprintf(" %d", t.cleaned+1)
	}
	if attempt > 0 {
		made.ID += " otherwise"
	}
	if one.own {
		made.ID += " for " + c.ID
	}
	return &made
}

// attempt sends one request that makes a thing. It reports whether it was refused, so that
// another may be taken.
func (t *things) attempt(ctx context.Context, one *thing, made *plan.Case, deep int, like plan.Made) (refused bool) {
	setup := t.setups[one.resource]
	made.Request = apart(made.Request, like.Behind)
	below, before, problem := t.need(ctx, made, deep+1, one.above)
	one.steps = append(one.steps, before...)
	if one.problem = problem; problem != "" {
		return false
	}
	e := t.runner.exchangeWith(ctx, made, -1, below)
	name, why := nameIn(&e, setup.Names)
	if why != "" {
		one.problem = fmt.Sprintf("%s %s, which makes %s, %s", setup.Make.Request.Method, setup.Make.Request.Path, one.resource, why)
		t.step(one, Step{Case: made, Exchange: e, Did: "to make " + one.resource + ": it " + why, Of: one.resource})
		return e.Problem == nil && e.Got != nil && e.Got.Status/100 > 3
	}
	t.runner.alone.note(made, -1)
	one.names = map[string]any{one.resource: name}
	if one.sibling > 0 {
		one.names[plan.SiblingName(one.resource, one.sibling)] = members(e.Sent.Body)
	}
	maps.Copy(one.names, below)
	above(one, &made.Request)
	if e.Got.Status == http.StatusAccepted {
		one.problem = "the request that makes it was answered with " + answered(&e) + ": it may be made later"
	}
	t.step(one, Step{Case: made, Exchange: e, Name: name, Did: "made " + t.called(one), Of: one.resource})
	t.mu.Lock()
	t.made = append(t.made, one)
	t.mu.Unlock()
	t.afterMaking(ctx, one, made, deep, like)
	return false
}

// above notes the other values of the path that a thing was made at. Where a thing could
// not be made, the sample was sent in its place.
func above(one *thing, r *plan.Request) {
	path, made := strings.Split(one.resource, "/"), strings.Split(r.Path, "/")
	for i := range min(len(path)-1, len(made)) {
		if !strings.HasPrefix(path[i], "{") && path[i] != made[i] {
			return // it is made elsewhere
		}
		name, ok := strings.CutPrefix(made[i], "{")
		at := strings.Join(path[:i+1], "/")
		if _, known := one.names[at]; known || !ok {
			continue
		}
		for _, p := range r.Parameters {
			if p.In == "path" && p.Name == strings.TrimSuffix(name, "}") {
				one.names[at] = occasion{names: one.names}.named(p.Value)
			}
		}
	}
}

// unmakable says why no thing of a resource can be made, or "".
func (t *things) unmakable(resource string, deep int) string {
	switch setup, ok := t.setups[resource]; {
	case !ok || setup.Make.Operation == "":
		return "no request was found that makes " + resource
	case deep == plan.Deepest:
		return "what " + resource + " needs goes too deep"
	case t.circular(resource, nil):
		return "what has to be there before " + resource + " can be made needs one itself"
	}
	return ""
}

// circular reports whether making a thing of a resource needs one of it, or of one
// of those above, first.
func (t *things) circular(resource string, above []string) bool {
	if slices.Contains(above, resource) {
		return true
	}
	above = append(slices.Clone(above), resource)
	maker := t.setups[resource].Make
	for needed := range maker.Request.Made() {
		if t.circular(needed, above) {
			return true
		}
	}
	return false
}

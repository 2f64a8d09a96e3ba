package run

import (
	"maps"
	"net/http"

	"github.com/apiclause/clause/contract/plan"
)

// noteMade notes what a case itself has made, so that it is ended with the rest: only
// after a 201, since any other answer may be about what was there before. below are the
// names of what the request was about.
func (t *things) noteMade(c *plan.Case, e *Exchange, below map[string]any) {
	if e.Got == nil || e.Got.Status != http.StatusCreated {
		return
	}
	for resource, setup := range t.setups {
		if setup.End == nil || setup.Make.Operation != c.Operation || setup.Make.Request.Method != c.Request.Method {
			continue
		}
		name, why := nameIn(e, setup.Names)
		if why != "" {
			continue
		}
		one := &thing{resource: resource, own: true, names: map[string]any{resource: name}}
		maps.Copy(one.names, below)
		above(one, &c.Request)
		t.mu.Lock()
		t.made = append(t.made, one)
		t.mu.Unlock()
	}
}

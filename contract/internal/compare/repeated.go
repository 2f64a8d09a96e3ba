package compare

import (
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
)

// repeated compares a parameter that may be there several times on one side: what is
// sent once is a list of one. It reports whether it is such a parameter.
func (o *operation) repeated(was, is *place) bool {
	if !was.repeatable() || !is.repeatable() {
		return false
	}
	switch before, after := was.parameter.Style().Kind, is.parameter.Style().Kind; {
	case before == wire.Scalar && after == wire.List:
		o.keywords(was, is.element())
		o.clause(is.id+".type", is.id+".type", ofLists(is.schema, spec.Loosened), is)
	case before == wire.List && after == wire.Scalar:
		o.keywords(was.element(), is)
		o.clause(is.id+".type", is.id+".type", ofLists(was.schema, spec.Tightened), is)
	default:
		return false
	}
	for _, id := range o.order { // what else is stated of the list, or its elements, says nothing of one
		if strings.HasPrefix(id, is.id+".") && !strings.HasSuffix(id, ".required") {
			o.told[id] = true
		}
	}
	return true
}

// repeatable reports whether a place is a parameter of which a list is sent as often as
// it has elements.
func (p *place) repeatable() bool {
	if p.parameter == nil || len(p.path) > 0 || p.composed() || p.parameter.JSON {
		return false
	}
	style := p.parameter.Style()
	return style.In == "query" && !style.Joined()
}

// element gives the place of the elements of a list.
func (p *place) element() *place {
	out := *p
	out.schema, out.id = p.schema.Items, p.id+".items"
	return &out
}

// ofLists gives what it comes to that there may be several, or none but one: the one is
// no list where more are wanted.
func ofLists(list *spec.Schema, change spec.Change) spec.Change {
	if list.MinItems > 1 {
		return spec.Crossed
	}
	return change
}

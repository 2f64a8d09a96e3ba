package plan

import (
	"maps"
	"reflect"
	"slices"

	"github.com/apiclause/clause/contract/internal/spec"
)

// named gives the request of a proposal names that are not taken, if it makes or
// changes something. A case that may be refused keeps what it is about: there the
// ordinary texts alone are new, lest the name of another case, or a key that was sent with
// another request, be what is refused.
func (p *planner) named(x proposal) draft {
	switch {
	case !p.naming:
	case x.outcome == Accepted:
		return p.unique(x.draft)
	case x.outcome != Refused && x.outcome != Either:
	case p.aboutRule(x.clause):
		return p.withKeys(x.draft)
	default:
		return p.renewed(x.draft)
	}
	return x.draft
}

// withKeys gives a request keys of its own alone, but for those that a rule reads.
func (p *planner) withKeys(d draft) draft {
	for _, s := range p.slots {
		if idempotent(s) && !p.ruled(s) {
			d = p.keyed(d, s)
		}
	}
	return d
}

// within reports whether a slot stands within something that says more of it than its own
// schema: a list whose elements differ, or what is composed.
func (s *slot) within() bool {
	for ; s != nil; s = s.parent {
		if s.IsElement() || s.parent != nil && (s.parent.Schema.Composed != nil || len(s.parent.Schema.Enum) > 0) {
			return true
		}
	}
	return false
}

// aboutRule reports whether a clause is a rule, which texts may break together.
func (p *planner) aboutRule(id string) bool {
	return slices.ContainsFunc(p.op.Rules, func(r *spec.Rule) bool { return r.ID == id })
}

// renewed gives a request with texts that are new each time in the place of those that
// are as ordinary.
func (p *planner) renewed(d draft) draft {
	if p.renewing == nil {
		p.renewing = &renewing{}
		for _, s := range p.slots {
			if (p.renews(s) || p.puts(s) || idempotent(s)) && !s.within() {
				p.renewing.add(s)
			}
		}
	}
	out, _ := p.renewing.renew(p, map[string]any(d))
	return out.(map[string]any) //nolint:forcetypeassert // a map gives a map
}

// renewing is a place of requests where ordinary texts are renewed, or below which they
// are. The requests of an operation share most of what they have below their bodies, and
// are many: each node is gone through once, and they share what it becomes.
type renewing struct {
	slot  *slot               // whose texts they are; nil where there is none
	texts map[string]Template // what each becomes; nil before one is met
	below map[string]*renewing
	met   map[uintptr]renewal // by the address of the node, which stays while it is kept here
}

// renewal is a node, and what it becomes.
type renewal struct {
	was, is map[string]any
	changed bool
}

func (o *renewing) add(s *slot) {
	for _, name := range s.path {
		if o.below == nil {
			o.below, o.met = map[string]*renewing{}, map[uintptr]renewal{}
		}
		if o.below[name] == nil {
			o.below[name] = &renewing{}
		}
		o = o.below[name]
	}
	o.slot = s
}

// renew gives what a node becomes, and whether that is another.
func (o *renewing) renew(p *planner, node any) (is any, changed bool) {
	switch node := node.(type) {
	case string:
		if t, ok := o.known(p)[node]; ok {
			return t, true
		}
	case map[string]any:
		return o.renewBelow(p, node)
	}
	return node, false
}

func (o *renewing) renewBelow(p *planner, node map[string]any) (is map[string]any, changed bool) {
	if o.below == nil {
		return node, false
	}
	at := reflect.ValueOf(node).Pointer()
	if r, ok := o.met[at]; ok {
		return r.is, r.changed
	}
	is = node
	for name, below := range o.below {
		member, sent := node[name]
		if !sent {
			continue
		}
		if other, differs := below.renew(p, member); differs {
			if !changed {
				is, changed = maps.Clone(node), true
			}
			is[name] = other
		}
	}
	o.met[at] = renewal{node, is, changed}
	return is, changed
}

// known gives what each ordinary text of the place becomes.
func (o *renewing) known(p *planner) map[string]Template {
	if o.texts != nil || o.slot == nil {
		return o.texts
	}
	o.texts = map[string]Template{}
	for _, v := range p.candidates(o.slot) {
		if text, ok := v.(string); ok {
			if t, ok := distinguished(o.slot.Schema, text); ok {
				o.texts[text] = t
			}
		}
	}
	return o.texts
}

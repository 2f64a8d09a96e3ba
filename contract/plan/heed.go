package plan

import (
	"maps"
	"slices"

	"github.com/apiclause/clause/contract/internal/world"
)

// Heed is how it is seen that a list heeds a parameter: it is asked for with each of its
// values, among things that differ.
type Heed struct {
	List *world.List
	// Values are what the parameter is sent with, each once.
	Values []Parameter
	// Member is the one of the things that a flag is about; "" of a text.
	Member string
}

// absentText is what no text has that anybody wrote, in the search for which nothing is found.
const absentText = "zqxjvkwpfzqxj"

// heeded proposes requests for lists whose parameters should change what they have,
// whatever that is.
func (p *planner) heeded() {
	if p.world == nil || p.impossible != "" {
		return
	}
	list := p.world.List(p.op)
	if list == nil {
		return
	}
	r := p.world.ListedBy(p.op)
	for _, c := range list.Heeded() {
		id := world.ConventionID(p.op.ID, c.Parameter.Name)
		switch {
		case r == nil:
			p.reasons[id] = "nothing is known to make what is in the list"
		case !p.options.Unsafe:
			p.reasons[id] = nothingMade
		default:
			p.heed(id, r, &Heed{List: list}, c)
		}
	}
}

// heed proposes the request that shows whether a list heeds a parameter.
func (p *planner) heed(id string, r *world.Resource, h *Heed, c *world.Control) {
	s, siblings := p.at([]string{"query", c.Parameter.Name}), p.siblingsOf(r.Maker.Operation)
	if s != nil && !s.FromTarget && len(siblings) > 0 {
		h.Values = p.heedable(s, c, r.Name, siblings)
	}
	d := p.longestPage(h.List)
	if len(h.Values) < 2 || !p.allowed(d) { //nolint:mnd // that one value changes nothing may have a reason
		p.reasons[id] = "no two values of " + c.Parameter.Name + " were found that should change the list"
		return
	}
	if s.Schema.Type == "boolean" {
		h.Member = c.Member
	}
	p.propose(proposal{
		clause: id, detail: "heeded", draft: d, outcome: Accepted, among: r.Name, heed: h,
		why: "it is asked for with " + c.Parameter.Name + " afterwards, which should change what is in the list",
	})
}

// heedable gives values of a parameter that should change a list: both of a flag, and of
// a text one that nothing has, and those of all things, of which one alone may be first.
func (p *planner) heedable(s *slot, c *world.Control, resource string, siblings []draft) []Parameter {
	if s.Schema.Type == "boolean" {
		return []Parameter{Sent(c.Parameter, true), Sent(c.Parameter, false)}
	}
	for _, absent := range []string{absentText, absentText[:6]} {
		if len(s.Schema.Check(absent)) > 0 {
			continue
		}
		for _, name := range textsOf(siblings[0], c.Member) {
			out := []Parameter{Sent(c.Parameter, absent)}
			for i, d := range siblings {
				value, _ := d.get([]string{"body", name})
				text, _ := plainTimes(value).(string)
				if text != "" && len(s.Schema.Check(text)) == 0 {
					out = append(out, Sent(c.Parameter, Made{Resource: resource, Sibling: i + 1, Member: name, Sample: text}))
				}
			}
			if len(out) == 1+len(siblings) {
				return out
			}
		}
	}
	return nil
}

// textsOf names the members of a thing that are free texts, of which no two things have
// the same: the one that is asked for, or all.
func textsOf(d draft, member string) []string {
	body, _ := d["body"].(map[string]any)
	var out []string
	for _, name := range slices.Sorted(maps.Keys(body)) {
		if _, renewed := body[name].(Template); renewed && (member == "" || member == name) {
			out = append(out, name)
		}
	}
	return out
}

// longestPage gives the smallest request for a list, with its longest page.
func (p *planner) longestPage(l *world.List) draft {
	if s := p.longest(l); s != nil {
		return p.smallest.set(s.path, s.Schema.Numeric(*s.Schema.Maximum))
	}
	return p.smallest
}

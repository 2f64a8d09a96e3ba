package plan

import (
	"github.com/apiclause/clause/contract/internal/world"
)

// Walk is how all pages of a list are read. Things that are alike are made first, as many
// as InList.
type Walk struct {
	// List says where the answer has things, and how one gets the next page.
	List *world.List
	// Short has the list read once more, in pages that are shorter than what was made;
	// nil where it has no such pages.
	Short *Parameter
}

// InList is how many things are made before a list is read. A list may show a thing
// later than it is made: only one that was made before another which is shown is missing.
// So they fill two pages of Walk.Short, and what is lost between those was not made last.
const InList = 2 * short

// short is how many things a page of Walk.Short has.
const short = 2

// listed proposes the case that looks for what was made in a list.
func (p *planner) listed(r *world.Resource) {
	list := r.List()
	id := world.ClauseID(p.op.ID, world.Listed)
	d, ok := p.fromTheFirst(list)
	if !ok {
		p.reasons[id] = "the number of the first page is not known, and the request must have one: give it a default, or a minimum of 0 or 1"
		return
	}
	walk := &Walk{List: list}
	if limit := list.Control(world.Limit); limit != nil && pageable(list) {
		path := []string{"query", limit.Parameter.Name}
		if _, sent := d.get(path); !sent && p.allowed(d.set(path, int64(short))) {
			sent := Sent(limit.Parameter, int64(short))
			walk.Short = &sent
		}
	}
	p.propose(proposal{
		clause: id, detail: "all", outcome: Accepted, draft: d, walk: walk, among: r.Name, alike: InList,
		why: "what was made is on one of the pages of its list",
	})
}

// fromTheFirst gives the smallest request for a list, at its beginning.
func (p *planner) fromTheFirst(list *world.List) (draft, bool) {
	d := p.smallest
	for _, role := range []world.Role{world.Page, world.Offset, world.Cursor} {
		c := list.Control(role)
		if c == nil {
			continue
		}
		path := []string{"query", c.Parameter.Name}
		if _, sent := d.get(path); !sent {
			continue
		}
		switch {
		case role == world.Offset:
			d = d.set(path, int64(0))
		case role == world.Page && c.First != nil:
			d = d.set(path, *c.First)
		default:
			return nil, false
		}
	}
	return d, p.allowed(d)
}

// pageable reports whether it is known how one gets the next page of a list.
func pageable(l *world.List) bool {
	return l.Control(world.Page) != nil || l.Control(world.Offset) != nil ||
		l.Next != nil && (l.Next.Link || l.Control(world.Cursor) != nil)
}

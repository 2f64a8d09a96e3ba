package plan

import (
	"github.com/apiclause/clause/contract/internal/world"
)

// state proposes the cases of what is said of servers that remember: to read what was
// made, and what was ended.
func (p *planner) state() {
	if p.world == nil || !p.options.Unsafe || p.impossible != "" {
		return
	}
	for _, r := range p.world.Resources {
		if r.Reads != p.op {
			continue
		}
		p.propose(proposal{
			clause: world.ClauseID(p.op.ID, world.Holds), detail: "read", outcome: Accepted,
			why:   "what was made is there, with what was sent to make it",
			draft: p.about(r, Made{Full: true}),
		})
		p.propose(proposal{
			clause: world.ClauseID(p.op.ID, world.Gone), detail: "read", outcome: Ended,
			why:   "what was made and ended again is not there any more",
			draft: p.about(r, Made{Ended: true}),
		})
	}
}

// about gives the smallest request that is about a thing of a resource of its own.
func (p *planner) about(r *world.Resource, like Made) draft {
	d := p.smallest
	for _, need := range p.world.Needs(p.op.ID) {
		if need.Resource != r {
			continue
		}
		if made, ok := d.made(need.Path); ok {
			made.Own, made.Full, made.Ended = true, like.Full, like.Ended
			d = d.set(need.Path, made)
		}
	}
	return d
}

// made gives what the run makes for a place of a request.
func (d draft) made(path []string) (Made, bool) {
	value, _ := d.get(path)
	made, ok := value.(Made)
	return made, ok
}

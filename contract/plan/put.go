package plan

import (
	"strings"

	"github.com/apiclause/clause/contract/internal/world"
)

// puts reports whether a place of the path names what the operation makes there.
func (p *planner) puts(s *slot) bool { return s.putting(p) != nil }

// putting gives the resource of what the operation makes by the name that is there, or nil.
func (s *slot) putting(p *planner) *world.Resource {
	if p.world == nil || s.path[0] != "path" || s.parent != nil || s.FromTarget {
		return nil
	}
	for _, r := range p.world.Resources {
		if r.Maker.Operation == p.op && r.Put() && strings.HasSuffix(p.op.Path, "{"+s.path[1]+"}") {
			return r
		}
	}
	return nil
}

// put has the body of a request that makes something name it as the path does.
func (p *planner) put(d draft, s *slot) draft {
	member := p.at([]string{"body", s.putting(p).Repeats()})
	name, _ := d.get(s.path)
	if member == nil || member.FromTarget {
		return d
	}
	if _, sent := d.get(member.path); sent && len(member.Schema.Check(plainTimes(name))) == 0 {
		return d.set(member.path, name)
	}
	return d
}

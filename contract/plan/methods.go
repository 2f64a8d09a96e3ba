package plan

import (
	"fmt"
	"slices"
)

// methods tries those that the path does not have. HEAD, OPTIONS, TRACE and
// CONNECT have meanings of their own (RFC 9110, section 9.3).
func (p *planner) methods() {
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		if slices.Contains(p.op.Methods, method) {
			continue
		}
		request := p.own(p.smallest).request(p.op, p.credential)
		request.Method, request.Body = method, nil
		skip := ""
		if !p.options.Unsafe {
			skip = "methods that the contract does not have are tried with --unsafe, or with gentle: false in the target file"
		}
		p.propose(proposal{
			clause: p.op.ID + ".method", detail: method, request: &request, draft: p.smallest,
			outcome: Unsupported, skip: skip, why: fmt.Sprintf("the path has no method %s", method),
		})
	}
}

// own has no other case have what a request is about: a method that the contract does
// not have may end it.
func (p *planner) own(d draft) draft {
	if p.world == nil {
		return d
	}
	for _, need := range p.world.Needs(p.op.ID) {
		if made, ok := d.made(need.Path); ok {
			made.Own = true
			d = d.set(need.Path, made)
		}
	}
	return d
}

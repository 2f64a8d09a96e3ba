package plan

import (
	"cmp"
	"slices"

	"github.com/apiclause/clause/contract/internal/world"
)

// maxParts is how many requests change a part of a thing: a second one shows whether what
// the first took away with it hangs on what that named.
const maxParts = 2

// setUpParts notes requests that change a part of a thing, each another: one of what the
// thing may lack, for all of that may hang on what it must have, as an approval does on what
// is approved; and one of what it must have, for of two that it may lack one may exclude the
// other. Of each what says least of others comes first, such as a text, and of several the
// last, for what comes later is more likely to depend on what comes before than the reverse.
func (p *planner) setUpParts(r *world.Resource, setup *Setup) {
	if !slices.Contains(r.Partial(), p.op) {
		return
	}
	var parts []*slot
	names := r.Parts(p.op)
	for _, s := range p.slots {
		if len(s.path) == 2 && s.path[0] == "body" && !s.FromTarget && slices.Contains(names, s.path[1]) {
			parts = append(parts, s)
		}
	}
	slices.Reverse(parts)
	lacks := world.LeftAlone(r.Maker.Operation, r.Reads, p.op)
	slices.SortStableFunc(parts, func(a, b *slot) int {
		return cmp.Or(cmp.Compare(needed(lacks[a.path[1]]), needed(lacks[b.path[1]])), cmp.Compare(entangled(a), entangled(b)))
	})
	if at := slices.IndexFunc(parts, func(s *slot) bool { return !lacks[s.path[1]] }); at > 0 {
		parts = slices.Insert(slices.Delete(slices.Clone(parts), at, at+1), 1, parts[at])
	} else if len(parts) < 3 { //nolint:mnd // two that may exclude each other
		return
	}
	var cases []Case
	for _, s := range parts {
		if d, ok := p.alone(s); ok && len(cases) < maxParts {
			cases = append(cases, p.setupCase("change "+s.path[1]+" of", r.Name, p.unique(p.altered(p.ofOthers(d, r)))))
		}
	}
	if len(cases) < maxParts {
		return
	}
	if setup.Parts == nil {
		setup.Parts = map[string][]Case{}
	}
	setup.Parts[p.op.ID] = cases
}

// entangled says how likely it is that other members hang on one, the least first.
func entangled(s *slot) int {
	switch {
	case !world.Firm(s.Schema) || s.Schema.Object():
		return 2
	case s.Schema.Type == "string" && s.Schema.Format == "":
		return 0
	}
	return 1
}

// needed sorts what a thing may lack before what it must have.
func needed(lacks bool) int {
	if lacks {
		return 0
	}
	return 1
}

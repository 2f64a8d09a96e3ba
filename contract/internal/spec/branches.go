package spec

import (
	"cmp"
	"slices"
	"strconv"
)

// branch is a way to read a composed schema: of each group of alternatives it has one.
type branch struct {
	name string
	part *Schema
}

// branches returns the ways to read a part, at most maxBranches.
func (s *Schema) branches(depth int) []branch {
	if s == nil || s.parts == nil || depth > maxNested || len(s.Enum) > 0 {
		return []branch{{part: s}}
	}
	out := []branch{{part: s}}
	for _, group := range s.groups() {
		var next []branch
		for _, outer := range out {
			next = append(next, group(outer, depth)...)
		}
		out = next[:min(len(next), maxBranches)]
	}
	return out
}

// groups returns, for each place in a part where one of several schemas is chosen, what
// makes branches of a branch there.
func (s *Schema) groups() []func(outer branch, depth int) []branch {
	type list = func(p *parts) *[]*Schema
	var out []func(branch, int) []branch
	chosen := func(of list) {
		out = append(out, func(outer branch, depth int) []branch {
			var made []branch
			for i, part := range *of(outer.part.parts) {
				name := cmp.Or(outer.part.parts.chosen.nameOf(part), "alternative-"+strconv.Itoa(i+1))
				for _, inner := range part.branches(depth + 1) {
					made = append(made, branch{joinNames(outer.name, name, inner.name), outer.part.with(of, part, inner.part)})
				}
			}
			return made
		})
	}
	for i := range s.parts.all {
		out = append(out, func(outer branch, depth int) []branch {
			var made []branch
			for _, inner := range outer.part.parts.all[i].branches(depth + 1) {
				whole, p := *outer.part, *outer.part.parts
				p.all = slices.Clone(p.all)
				p.all[i], whole.parts = inner.part, &p
				made = append(made, branch{joinNames(outer.name, inner.name), &whole})
			}
			return made
		})
	}
	if len(s.parts.any) > 0 {
		chosen(func(p *parts) *[]*Schema { return &p.any })
	}
	if len(s.parts.one) > 0 {
		chosen(func(p *parts) *[]*Schema { return &p.one })
	}
	return out
}

// with returns a part whose alternatives of one keyword are one alone, written as
// another.
func (s *Schema) with(of func(p *parts) *[]*Schema, part, written *Schema) *Schema {
	whole, p := *s, *s.parts
	*of(&p) = []*Schema{written}
	if p.chosen != nil {
		among := *p.chosen
		among.among = map[string]*Schema{}
		for name, other := range p.chosen.among {
			if other == part {
				among.among[name] = written
			}
		}
		among.names = slices.DeleteFunc(slices.Clone(among.names), func(name string) bool { return among.among[name] == nil })
		p.chosen = &among
	}
	whole.parts = &p
	return &whole
}

func joinNames(names ...string) string {
	out := ""
	for _, name := range names {
		if out != "" && name != "" {
			out += "-"
		}
		out += name
	}
	return out
}

// nameOf returns the first name of an alternative, or "".
func (d *chosen) nameOf(part *Schema) string {
	if d == nil {
		return ""
	}
	i := slices.IndexFunc(d.names, func(name string) bool { return d.among[name] == part })
	if i < 0 {
		return ""
	}
	return d.names[i]
}

// fitting is a valid value of a branch.
type fitting struct {
	branch

	value any
}

// fittings returns valid values of the branches of a composed schema: of each the
// fullest object that is valid, which has most that can be wrong, or else another.
func (s *Schema) fittings() []fitting {
	whole, ok := s.Composed.(composed)
	if !ok || s.unread != nil {
		return nil
	}
	var out []fitting
	for _, b := range whole.schema.widestBranches() {
		for _, v := range b.values {
			if v = s.Sendable(v); v != nil && len(s.Check(v)) == 0 && b.part.kept(v) {
				out = append(out, fitting{b.branch, copied(v)})
				break
			}
		}
	}
	return out
}

// filled is a branch with values that may be valid for it.
type filled struct {
	branch

	values []any
}

// filledBranches returns the branches of a part in which something is chosen.
func (s *Schema) filledBranches() []filled {
	var out []filled
	for _, b := range s.branches(0) {
		if b.name != "" {
			out = append(out, filled{b, b.part.widest()})
		}
	}
	return out
}

// widest returns a value of a part with all members that may be sent, and others.
func (s *Schema) widest() []any {
	full := map[string]any{}
	s.gather(full, ordinarily())
	out := s.candidates(ordinarily())
	if len(full) == 0 {
		return out
	}
	return append([]any{full}, out...)
}

// gather puts a value for each member of a part into an object.
func (s *Schema) gather(object map[string]any, at *sampling) {
	defer at.leave()
	if !at.enter() {
		return
	}
	for _, m := range s.Members {
		if _, given := object[m.Name]; given || m.elsewhere || m.unsent() {
			continue
		}
		if v := m.Schema.sample(at); v != nil {
			object[m.Name] = v
		}
	}
	if s.parts == nil {
		return
	}
	if d := s.parts.chosen; d != nil && len(d.names) > 0 {
		object[d.member] = d.names[0]
	}
	for _, part := range slices.Concat(s.parts.all, first(s.parts.any), first(s.parts.one)) {
		part.gather(object, at)
	}
}

func first(list []*Schema) []*Schema { return list[:min(1, len(list))] }

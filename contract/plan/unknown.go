package plan

import (
	"net/http"
	"slices"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
)

// unknown names the values of a request of which only the target knows whether
// they are there: those of its path, else, where it has none, what it need not
// have. What the target gave is there, until it is deleted. Where the contract
// documents that something may be missing, that may be anything that was made up.
func (p *planner) unknown(d draft, parameters []Parameter) []string {
	path, others := p.unknownPath(parameters)
	if len(path) > 0 {
		return path
	}
	var optional, mandatory []string
	for _, s := range slices.Concat(others, p.unknownMembers(d)) {
		label := s.name() + " (body)"
		if s.Parameter != nil {
			label = s.path[1] + " (" + s.path[0] + ")"
		}
		switch {
		case !s.Required:
			optional = append(optional, label)
		case mayName(s.Schema):
			mandatory = append(mandatory, label)
		}
	}
	switch {
	case ruling.DocumentsMissing(p.op):
		return slices.Concat(optional, mandatory)
	case slices.ContainsFunc(parameters, func(sent Parameter) bool {
		_, made := sent.Value.(Made)
		return sent.In == "path" && !made && p.at([]string{"path", sent.Name}) != nil
	}):
		return nil
	}
	return optional
}

// unknownPath labels the values of the path that only the target can vouch for,
// and gives the places of the other parameters that are sent and were made up.
func (p *planner) unknownPath(parameters []Parameter) (path []string, others []*slot) {
	for _, sent := range parameters {
		s := p.at([]string{sent.In, sent.Name})
		if s == nil {
			continue
		}
		if _, made := sent.Value.(Made); made {
			continue // the run sees to that
		}
		given := s.FromTarget && sent.Value != notGiven
		switch {
		case sent.In == "path" && (!given || p.op.Method == http.MethodDelete):
			path = append(path, sent.Name+" (path)")
		case sent.In != "path" && !given:
			others = append(others, s)
		}
	}
	return path, others
}

// unknownMembers are the members of the body that are sent and were made up.
func (p *planner) unknownMembers(d draft) []*slot {
	return slices.DeleteFunc(slices.Clone(p.slots), func(s *slot) bool {
		_, sent := d.get(s.path)
		return !sent || s.Parameter != nil || s.FromTarget || s.IsElement() || len(s.path) == 1
	})
}

// madeUp labels the values that are sent and were made up for a format of which
// nothing is known, or that only the target knows.
func (p *planner) madeUp(d draft) []string {
	var out []string
	for _, s := range p.slots {
		if _, sent := d.get(s.path); sent && !s.FromTarget && len(s.path) > 1 && (s.choice.Foreign() != "" || s.opaque()) {
			out = append(out, s.label())
		}
	}
	return out
}

// referring labels the values that are sent and were made up, and that are called as what
// names a thing, or a place in a list: a server may refuse what it does not have. What is
// made may be called as its maker says.
func (p *planner) referring(d draft) []string {
	var out []string
	for _, s := range p.slots {
		v, sent := d.get(s.path)
		if !sent || s.path[0] == "path" {
			continue
		}
		_, made := v.(Made)
		if made && p.mayRefer(s) || !made && !s.FromTarget && (s.Refers() || s.cursor() || p.mayRefer(s)) {
			out = append(out, s.label())
		}
	}
	return out
}

// cursor reports whether a place of the query is for what tells of a place in a list.
func (s *slot) cursor() bool {
	return s.path[0] == "query" && s.parent == nil && s.Schema.Type == "string" && s.Schema.Format == "" && len(s.Schema.Enum) == 0 &&
		world.TellsPlace(world.Spaced(s.path[1]))
}

// mayRefer reports whether a member of the body is called as things are that the contract
// speaks of: it may name one, by whatever they are named.
func (p *planner) mayRefer(s *slot) bool {
	return p.world != nil && s.path[0] == "body" && !s.IsElement() && len(s.path) > 1 && p.world.MayRefer(s.path[len(s.path)-1], s.Schema)
}

// opaque reports whether a slot is a text of a query, or one of several, of which the
// contract shows none, and only the name tells what it is for.
func (s *slot) opaque() bool {
	if s.path[0] != "query" || s.choice == nil || s.choice.Type != "string" || s.choice.Format != "" || !s.choice.Untold() {
		return false
	}
	return (s.parent == nil || s.IsElement() && s.parent.choice.Untold()) && world.Opaque(world.Spaced(s.path[1]))
}

// mayName reports whether a value of a schema may name a thing: a text that is none
// of a few, and no time.
func mayName(s *spec.Schema) bool {
	return s.Type == "string" && len(s.Enum) == 0 && s.Format != "date-time" && s.Format != "date"
}

package world

import (
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// identifying are the words that members have which name the thing that they are
// in, the likeliest first.
var identifying = []string{"id", "uuid", "guid", "key", "name", "slug"}

// issued are the words that members have which a service gives to each thing where nothing
// else names it. A number that is called so may be anything.
var issued = []string{"code", "number", "token", "handle"}

// names lists where the id of what an operation makes may be, and says from what
// that was found; nil where nothing names it.
func (r *Resource) names(op *spec.Operation) (names []Name, from string) {
	answers := answers(op)
	if len(answers) == 0 {
		return nil, ""
	}
	says := op.Method + " " + op.Path + " makes what " + r.Name + " is about: "
	for _, answer := range answers {
		if slices.ContainsFunc(answer.Headers, func(h *spec.Parameter) bool { return strings.EqualFold(h.Name, "Location") }) {
			return []Name{{Location: true}}, says + "its answer has a Location"
		}
	}
	silent := true // no answer says what is in it
	for _, answer := range answers {
		media := spec.JSON(answer.Content)
		if media == nil || media.Schema == nil {
			continue
		}
		silent = false
		if path := r.within(media.Schema); path != nil {
			names = append(names, Name{Path: path})
		}
	}
	if names != nil {
		return names, says + "its answer has " + strings.Join(names[0].Path, ".")
	}
	if sent := r.sent(op); sent != nil {
		return []Name{{Sent: true, Path: sent}}, says + "its request has " + strings.Join(sent, ".")
	}
	if !silent {
		return nil, ""
	}
	return r.guesses(), says + "what its answer has is not documented"
}

// answers are the documented successes of an operation.
func answers(op *spec.Operation) []*spec.Response {
	var out []*spec.Response
	for _, r := range op.Responses {
		if r.Status[0] == '2' || r == ruling.Success(op) {
			out = append(out, r)
		}
	}
	return out
}

// guesses are where an answer names what was made that is not documented.
func (r *Resource) guesses() []Name {
	out := []Name{{Location: true}}
	if r.id != "id" {
		out = append(out, Name{Path: []string{r.id}})
	}
	for _, word := range identifying {
		out = append(out, Name{Path: []string{word}})
	}
	return out
}

// within gives the path to the member of an answer that names the thing, at most
// one wrapper down.
func (r *Resource) within(s *spec.Schema) []string {
	for _, find := range []func(*spec.Schema) string{r.member, r.given} {
		if name := find(s); name != "" {
			return []string{name}
		}
		for _, m := range s.Members {
			if m.Schema.Type == "object" || len(m.Schema.Members) > 0 {
				if name := find(m.Schema); name != "" {
					return []string{m.Name, name}
				}
			}
		}
	}
	return nil
}

// given gives the only member of an object that is called as what a service gives to each
// thing; "" without one.
func (r *Resource) given(s *spec.Schema) string {
	found := ""
	for _, m := range s.Members {
		all := trimmed(spec.Words(m.Name), r.words)
		if m.WriteOnly || m.Schema.Type != "string" || len(m.Schema.Enum) > 0 || len(all) != 1 || !slices.Contains(issued, all[0]) {
			continue
		}
		if found != "" {
			return ""
		}
		found = m.Name
	}
	return found
}

// member gives the member of an object that names the thing: called as the
// parameter, as an id, or as the resource's id; "" without one.
func (r *Resource) member(s *spec.Schema) string {
	var best string
	rank := len(identifying) + 1
	for _, m := range s.Members {
		if m.WriteOnly || !scalar(m.Schema) {
			continue
		}
		if n := r.rank(m.Name); n < rank {
			best, rank = m.Name, n
		}
	}
	return best
}

// called reports whether a name is that of the parameter that stands for one thing, in
// whichever writing.
func (r *Resource) called(name string) bool { return slices.Equal(spec.Words(name), spec.Words(r.id)) }

// rank says how likely a member of that name names the thing; beyond the words
// that identify it does not.
func (r *Resource) rank(name string) int {
	if r.called(name) {
		return -1
	}
	all := trimmed(spec.Words(name), r.words)
	if len(all) != 1 {
		return len(identifying) + 1
	}
	if i := slices.Index(identifying, all[0]); i >= 0 {
		return i
	}
	return len(identifying) + 1
}

// trimmed is words without those of the resource at their beginning.
func trimmed(all, own []string) []string {
	if len(all) > len(own) && slices.Equal(all[:len(own)], own) {
		return all[len(own):]
	}
	return all
}

// sent gives the member of what an operation takes that is called as the parameter
// which stands for the thing: whoever makes one names it.
func (r *Resource) sent(op *spec.Operation) []string {
	sent := op.Body.JSON()
	if sent == nil {
		return nil
	}
	for _, m := range sent.Members {
		if !m.ReadOnly && scalar(m.Schema) && r.called(m.Name) {
			return []string{m.Name}
		}
	}
	return nil
}

func scalar(s *spec.Schema) bool {
	return s.Type == "string" || s.Type == "integer" || s.Type == "number" || s.Type == "" && len(s.Members) == 0 && s.Items == nil
}

// singular gives the words of a name for one of several things.
func singular(all []string) []string {
	if len(all) == 0 {
		return nil
	}
	last := all[len(all)-1]
	switch {
	case strings.HasSuffix(last, "ies") && len(last) > 4:
		last = strings.TrimSuffix(last, "ies") + "y"
	case strings.HasSuffix(last, "sses"), strings.HasSuffix(last, "xes"), strings.HasSuffix(last, "ches"), strings.HasSuffix(last, "shes"):
		last = strings.TrimSuffix(last, "es")
	case strings.HasSuffix(last, "s") && !strings.HasSuffix(last, "ss") && len(last) > 2:
		last = strings.TrimSuffix(last, "s")
	}
	return append(slices.Clone(all[:len(all)-1]), last)
}

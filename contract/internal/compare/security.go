package compare

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
)

// security compares the ways to authenticate.
func (o *operation) security() {
	before, after := alternatives(o.old), alternatives(o.now)
	// With more credentials than are needed a request is as good.
	lost := slices.ContainsFunc(before, func(had []string) bool { return !anyWithin(after, had) })
	won := slices.ContainsFunc(after, func(has []string) bool { return !anyWithin(before, has) })
	if !lost && !won {
		return
	}
	change, e := Tightened, breaking("credentials that were enough are not any more, and implementations still take them", Clients, Implementations)
	switch {
	case lost && won:
		change, e = Changed, breaking("credentials that were enough are not any more, and implementations refuse those that are", Clients, Implementations)
	case won:
		change, e = Loosened, breaking("implementations refuse credentials that are enough now", Implementations)
	}
	id := clause.ID(o.now.ID, "security")
	o.add(Change{
		Clause: id, Operation: o.now.ID, Change: change,
		Old: stated(securityStatement(before), o.old.At), New: stated(securityStatement(after), o.now.At),
	}, e)
	o.apart[id] = id
}

// alternatives gives the ways to authenticate, each as what its schemes put into a
// request: what they are called in a description says nothing to a server.
func alternatives(op *spec.Operation) [][]string {
	if len(op.Security) == 0 {
		return [][]string{nil}
	}
	var out [][]string
	for i, alternative := range op.Security {
		var one []string
		for _, scope := range op.Scopes[i] {
			one = append(one, "the scope "+scope)
		}
		for _, s := range alternative {
			one = append(one, carried(s))
		}
		slices.Sort(one)
		out = append(out, one)
	}
	return out
}

func carried(s *spec.Scheme) string {
	out := s.Type + " " + s.HTTP
	if s.Param != "" {
		name := s.Param
		if s.In == "header" { // whose names are the same in any case
			name = http.CanonicalHeaderKey(name)
		}
		out = fmt.Sprintf("%s in %s %s", s.Type, s.In, name)
	}
	if s.Signing != nil {
		out += ", signed by " + s.Signing.Algorithm
	}
	return strings.TrimSpace(out)
}

// anyWithin reports whether one of the alternatives needs nothing but what is there.
func anyWithin(alternatives [][]string, there []string) bool {
	return slices.ContainsFunc(alternatives, func(one []string) bool { return !lacking(one, there) })
}

func securityStatement(all [][]string) string {
	var out []string
	for _, one := range all {
		text := strings.Join(one, " and ")
		if text == "" {
			text = "no credentials"
		}
		out = append(out, text)
	}
	return "a request has " + strings.Join(out, ", or ")
}

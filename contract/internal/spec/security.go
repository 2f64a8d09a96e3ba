package spec

import (
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/apiclause/clause/contract/clause"
)

// security reads an operation's alternatives, its own or the contract's, and
// makes their clauses.
func (l *loader) security(op *Operation, at cursor, o *openapi3.Operation) {
	requirements, place := l.doc.Security, cursor{file: at.file, root: at.root, node: at.root}.in("security")
	if o.Security != nil {
		requirements, place = *o.Security, at.in("security")
	}
	for i, requirement := range requirements {
		var schemes []*Scheme
		for _, name := range slices.Sorted(maps.Keys(requirement)) {
			scheme := l.contract.scheme(name)
			if scheme == nil {
				l.problem(place.index(i).at(), "security names the scheme %q: %s", name, didYouMean(name, l.schemeNames()))
				continue
			}
			schemes = append(schemes, scheme)
		}
		op.Security = append(op.Security, schemes)
	}
	if !op.Secured() {
		return
	}
	first := op.Security[0][0]
	l.clause(scope{op: op, source: first.source}, clause.ID(op.ID, "security", "missing"), place.at(),
		"a request without credentials is refused")
	for _, scheme := range l.contract.Schemes {
		if op.uses(scheme) {
			l.schemeClauses(op, scheme)
		}
	}
}

func (l *loader) schemeClauses(op *Operation, scheme *Scheme) {
	prefix := scheme.ClausePrefix(op)
	s := scope{op: op, source: scheme.source}
	l.clause(s, prefix+".verified", scheme.At, "wrong "+scheme.Name+" credentials are refused")
	if scheme.Signing == nil {
		exact := l.practice(op, "exact", "a token is an opaque text: RFC 6750 and its like give no reading without case")
		exact.source = scheme.source
		l.clause(exact, prefix+".exact", scheme.At, scheme.Name+" credentials in another case are refused")
	}
	for _, keyword := range []string{"name", "signing"} {
		if reason, ok := scheme.inferred[keyword]; ok {
			s.inferred = map[string]string{"accepted": reason}
		}
	}
	l.clause(s, prefix+".accepted", scheme.At, "valid "+scheme.Name+" credentials are accepted")
}

// ClausePrefix is what the ids of a scheme's clauses for an operation begin with.
func (s *Scheme) ClausePrefix(op *Operation) string { return clause.ID(op.ID, "security", s.Name) }

func (op *Operation) uses(scheme *Scheme) bool {
	return slices.ContainsFunc(op.Security, func(alternative []*Scheme) bool { return slices.Contains(alternative, scheme) })
}

func (l *loader) schemeNames() []string {
	names := make([]string, len(l.contract.Schemes))
	for i, s := range l.contract.Schemes {
		names[i] = s.Name
	}
	return names
}

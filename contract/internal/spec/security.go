package spec

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/apiclause/clause/contract/clause"
)

func (l *loader) securityScheme(name string, at cursor, s *openapi3.SecurityScheme) {
	a := l.annotate(at, onScheme)
	scheme := &Scheme{
		Name: name, Type: s.Type, In: s.In, Param: s.Name, HTTP: strings.ToLower(s.Scheme), At: at.at(),
		Signing: l.signing(a, s.Name), source: a.Source, inferred: a.Inferred, pin: a.Status,
	}
	l.inferable(a, "the security scheme", scheme.inferable())
	if scheme.Signing != nil && s.Type != "apiKey" {
		l.problem(a.in("signing").at(), "signing is read on a scheme of type apiKey, and %s is of type %s", name, s.Type)
	} else if scheme.Signing != nil && s.In != "header" {
		l.problem(a.in("signing").at(), "signing is read on a scheme in a header, and %s is in %s", name, s.In)
	}
	switch s.Type {
	case "oauth2", "openIdConnect":
		// Both end in a bearer token (RFC 6750), which is what a request carries.
		scheme.Type, scheme.HTTP = "http", "bearer"
		scheme.tokenURLs(s.Flows)
	case "mutualTLS":
		l.warn(at.in("type").at(), "security scheme %s is mutualTLS: requests are sent with the target's certificate, "+
			"and no clause comes of it", name)
		return
	}
	l.contract.Schemes = append(l.contract.Schemes, scheme)
}

func (s *Scheme) tokenURLs(flows *openapi3.OAuthFlows) {
	if flows == nil {
		return
	}
	if f := flows.Password; f != nil {
		s.PasswordURL = f.TokenURL
	}
	if f := flows.ClientCredentials; f != nil {
		s.ClientURL = f.TokenURL
	}
}

// InferredSigning reports whether the document does not state how requests are signed.
func (s *Scheme) InferredSigning() bool { return s.inferred["signing"] != "" }

// inferable lists what may be inferred of a scheme.
func (s *Scheme) inferable() []string {
	switch {
	case s.Signing != nil:
		return []string{"name", "in", "signing"}
	case s.Type == "apiKey":
		return []string{"name", "in"}
	default:
		return []string{"scheme"}
	}
}

// security reads an operation's alternatives, its own or the contract's, and
// makes their clauses.
func (l *loader) security(op *Operation, at cursor, o *openapi3.Operation) {
	place := at.top().in("security")
	if o.Security != nil {
		place = at.in("security")
	}
	for _, requirement := range l.requirements(o) {
		var schemes []*Scheme
		var scopes []string
		for _, name := range slices.Sorted(maps.Keys(requirement)) {
			if scheme := l.contract.scheme(name); scheme != nil {
				schemes = append(schemes, scheme)
				scopes = append(scopes, requirement[name]...)
			}
		}
		slices.Sort(scopes)
		op.Security, op.Scopes = append(op.Security, schemes), append(op.Scopes, slices.Compact(scopes))
	}
	if !op.Secured() {
		return
	}
	first := op.Security[0][0]
	l.clause(scope{op: op, source: first.source, pin: first.pin}, clause.ID(op.ID, "security", "missing"), place.at(),
		"a request without credentials is refused")
	for _, scheme := range l.contract.Schemes {
		if op.uses(scheme) {
			l.schemeClauses(op, scheme)
		}
	}
}

func (l *loader) schemeClauses(op *Operation, scheme *Scheme) {
	prefix := scheme.ClausePrefix(op)
	s := scope{op: op, source: scheme.source, pin: scheme.pin}
	l.clause(s, prefix+".verified", scheme.At, "wrong "+scheme.Name+" credentials are refused")
	if scheme.Signing == nil {
		exact := l.practice(op, "exact", "a token is an opaque text: RFC 6750 and its like give no reading without case")
		exact.source, exact.pin = scheme.source, scheme.pin
		l.clause(exact, prefix+".exact", scheme.At, scheme.Name+" credentials in another case are refused")
	}
	for _, keyword := range scheme.inferable() {
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

// Alternative returns the schemes that are sent together where one of them is meant:
// of the alternatives that have it, the one with the fewest.
func (op *Operation) Alternative(scheme string) []*Scheme {
	var out []*Scheme
	for _, alternative := range op.Security {
		has := slices.ContainsFunc(alternative, func(s *Scheme) bool { return s.Name == scheme })
		if has && (out == nil || len(alternative) < len(out)) {
			out = alternative
		}
	}
	return out
}

// Needs reports whether a request without the credentials of a scheme, but with
// those of the others of its alternative, has to be refused: no alternative is
// among the others.
func (op *Operation) Needs(scheme string) bool {
	var others []*Scheme
	for _, s := range op.Alternative(scheme) {
		if s.Name != scheme {
			others = append(others, s)
		}
	}
	return !slices.ContainsFunc(op.Security, func(alternative []*Scheme) bool {
		return !slices.ContainsFunc(alternative, func(s *Scheme) bool { return !slices.Contains(others, s) })
	})
}

// Crowded returns two schemes of an alternative that stand at one place, where a
// request has room for one; nil if there are none.
func Crowded(alternative []*Scheme) []*Scheme {
	for i, a := range alternative {
		for _, b := range alternative[:i] {
			if a.place() == b.place() {
				return []*Scheme{b, a}
			}
		}
	}
	return nil
}

// place is where a request carries the credentials of a scheme.
func (s *Scheme) place() string {
	switch {
	case s.Type == "http":
		return "header Authorization"
	case s.In == openapi3.ParameterInHeader:
		return s.In + " " + http.CanonicalHeaderKey(s.Param)
	}
	return s.In + " " + s.Param
}

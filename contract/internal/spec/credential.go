package spec

import (
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/source"
)

// A parameter at the place of a credential is no parameter of its own: without
// it a request lacks credentials, and a wrong value is a wrong credential. The
// credential alone decides how such a request is answered.

// requirements returns the alternatives of an operation's security, its own or the
// contract's.
func (l *loader) requirements(o *openapi3.Operation) openapi3.SecurityRequirements {
	if o.Security != nil {
		return *o.Security
	}
	return l.doc.Security
}

// credentials returns the schemes of an operation whose credential stands at a place
// of its own.
func (l *loader) credentials(o *openapi3.Operation) []*Scheme {
	var all []*Scheme
	for _, scheme := range l.contract.Schemes {
		if scheme.Type == "apiKey" && slices.ContainsFunc(l.requirements(o), func(r openapi3.SecurityRequirement) bool {
			_, named := r[scheme.Name]
			return named
		}) {
			all = append(all, scheme)
		}
	}
	return all
}

// carries reports whether the credential of a scheme is sent as a parameter.
func (s *Scheme) carries(in, name string) bool {
	if in == openapi3.ParameterInHeader {
		return s.In == in && http.CanonicalHeaderKey(s.Param) == http.CanonicalHeaderKey(name)
	}
	return s.In == in && s.Param == name
}

// credential leaves out a parameter that is the credential of a scheme, and
// reports whether it did.
func (l *loader) credential(op *Operation, at cursor, p *openapi3.Parameter, schemes []*Scheme) bool {
	i := slices.IndexFunc(schemes, func(s *Scheme) bool { return s.carries(p.In, p.Name) })
	if i < 0 {
		return false
	}
	l.warn(at.at(), "parameter %s (%s) is also the credential of the security scheme %s: the credential alone decides it",
		p.Name, p.In, schemes[i].Name)
	if !slices.ContainsFunc(op.credentials, func(have credentialParameter) bool {
		return have.in == p.In && strings.EqualFold(have.name, p.Name)
	}) {
		op.credentials = append(op.credentials, credentialParameter{p.In, p.Name, schemes[i].Name})
	}
	l.passOver(at)
	return true
}

// passOver counts the annotations below an element as read: nothing that they
// could speak of is modelled.
func (l *loader) passOver(c cursor) {
	visited := map[*source.Node]bool{}
	var walk func(c cursor, depth int)
	walk = func(c cursor, depth int) {
		if c.node.Len() == 0 || visited[c.node] || depth > maxDepth {
			return
		}
		visited[c.node] = true
		for _, child := range c.children() {
			if child.name() == annotationKey {
				l.read[child.node] = true
			} else {
				walk(child.follow(), depth+1)
			}
		}
	}
	walk(c, 0)
}

// credentialParameter is a parameter that was left out.
type credentialParameter struct{ in, name, scheme string }

// credentialFields declares what was left out to rules, so that one which reads it
// can be told why it must not.
func (op *Operation) credentialFields(in string) []rule.Field {
	var fields []rule.Field
	for _, p := range op.credentials {
		if p.in == in {
			fields = append(fields, rule.Field{Name: p.name, Type: &rule.Type{Kind: rule.String}})
		}
	}
	return fields
}

// readsCredential returns a credential that an expression reads.
func (op *Operation) readsCredential(x *rule.Expression) (credentialParameter, bool) {
	for _, path := range x.Reads() {
		for _, p := range op.credentials {
			if len(path) > 1 && path[0] == p.in && path[1] == p.name {
				return p, true
			}
		}
	}
	return credentialParameter{}, false
}

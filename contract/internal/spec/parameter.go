package spec

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/apiclause/clause/contract/clause"
)

// parameters reads those of the operation and those of its path that the
// operation does not replace.
func (l *loader) parameters(op *Operation, pathAt, at cursor, item *openapi3.PathItem, o *openapi3.Operation) {
	replaced := map[string]bool{}
	for _, ref := range o.Parameters {
		if ref != nil && ref.Value != nil {
			replaced[ref.Value.In+"."+ref.Value.Name] = true
		}
	}
	seen := map[string]clause.Location{}
	for i, ref := range item.Parameters {
		if ref != nil && ref.Value != nil && !replaced[ref.Value.In+"."+ref.Value.Name] {
			l.parameter(op, pathAt.in("parameters").index(i), ref.Value, seen)
		}
	}
	for i, ref := range o.Parameters {
		if ref != nil && ref.Value != nil {
			l.parameter(op, at.in("parameters").index(i), ref.Value, seen)
		}
	}
}

func (l *loader) parameter(op *Operation, at cursor, p *openapi3.Parameter, seen map[string]clause.Location) {
	a := l.annotate(at, onParameter)
	place := at.in("name").at()
	param := &Parameter{
		ID: clause.ID(op.ID, p.In, p.Name), Name: p.Name, In: p.In, Required: p.Required,
		FromTarget: a.Value == "target", At: place, Explode: explodes(p),
	}
	if ignored(p) {
		l.warn(at.at(), "OpenAPI ignores a parameter for the header %s: state it by content or security", p.Name)
		return
	}
	if p.Name == "" {
		return // the OpenAPI library says so
	}
	if op.Parameter(p.In, p.Name) == nil { // else the OpenAPI library says so
		op.Parameters = append(op.Parameters, param)
	}
	if !l.usable(at, p, seen) {
		l.partial = true
		param.Schema = &Schema{ID: param.ID} // rules may read it all the same
		return
	}
	s := scope{
		op: op, source: inherit(a.Source, op.Source), inferred: a.Inferred, target: param.FromTarget, dir: parameter,
		pin: cmp.Or(a.Status, l.pin),
	}
	l.inferable(a, "parameter "+p.Name, append(stated(at.in("schema"), p.Required), "type"))
	if a.Source == (clause.Source{}) && len(a.Inferred) == 0 {
		l.unsourced(op, place, "parameter "+p.Name)
	}
	// Without a path parameter a request is for another resource.
	if p.Required && p.In != openapi3.ParameterInPath {
		l.clause(s, param.ID+".required", place, "a request without "+param.label()+" is refused")
	}
	before := len(l.problems)
	param.Schema = l.schema(s, param.ID, at.in("schema"), p.Schema)
	param.FromTarget = param.FromTarget || param.Schema.FromTarget
	if len(l.problems) == before {
		l.textual(param, at.in("schema"))
		l.outside(param.Schema, at)
	}
}

// unsourced warns of what would count as stated by the document because the
// operation around it is.
func (l *loader) unsourced(op *Operation, at clause.Location, what string) {
	if op.Source != (clause.Source{}) {
		l.warn(at, "%s has neither a source nor inferred of its own: it counts as stated in %q", what, op.Source)
	}
}

// ignored tells the parameters that OpenAPI has other fields for (3.0.3, 4.7.12).
func ignored(p *openapi3.Parameter) bool {
	return p.In == openapi3.ParameterInHeader &&
		slices.Contains([]string{"Accept", "Content-Type", "Authorization"}, http.CanonicalHeaderKey(p.Name))
}

// usable refuses parameters that cannot be sent, or not in one way only.
func (l *loader) usable(at cursor, p *openapi3.Parameter, seen map[string]clause.Location) bool {
	header := ""
	if p.In == openapi3.ParameterInHeader {
		header = http.CanonicalHeaderKey(p.Name) // names of headers have no case
	}
	first, repeated := seen[header]
	switch {
	case repeated && header != "":
		l.problem(at.at(), "the header %s is also a parameter at %s: leave one out", p.Name, first)
	case p.Schema == nil && len(p.Content) > 0:
		l.problem(at.in("content").at(), "parameter %s (%s) has content, which is not supported: give it a schema", p.Name, p.In)
	case p.Schema == nil || p.Schema.Value == nil:
		l.problem(at.at(), "parameter %s (%s) has no schema", p.Name, p.In)
	case !plainStyle(p):
		l.problem(at.in("style").at(), "parameter %s (%s) has style %s, which is not supported: use the default style", p.Name, p.In, p.Style)
	case p.AllowEmptyValue:
		l.problem(at.in("allowEmptyValue").at(), "allowEmptyValue is not supported: give %s (%s) a schema that allows the empty text", p.Name, p.In)
	default:
		seen[header] = at.at()
		return true
	}
	return false
}

// textual refuses what a parameter's text can stand for in more than one way.
func (l *loader) textual(p *Parameter, at cursor) {
	const scalars = "string, integer, number or boolean"
	s := p.Schema
	switch {
	case s.Type == "array" && s.Composed != nil:
		l.problem(at.at(), "parameter %s must state its array itself, not in parts", p.label())
	case s.Type == "array":
		if s.Items != nil && !scalar(s.Items.Type) {
			l.problem(at.in("items").at(), "the elements of parameter %s must have type %s", p.label(), scalars)
		}
	case !scalar(s.Type):
		l.problem(at.at(), "parameter %s must have type %s, or be an array of them", p.label(), scalars)
	}
}

func scalar(t string) bool { return t == "string" || t == "integer" || t == "number" || t == "boolean" }

// label names a parameter in messages: "limit (query)".
func (p *Parameter) label() string { return p.Name + " (" + p.In + ")" }

func explodes(p *openapi3.Parameter) bool {
	if p.Explode != nil {
		return *p.Explode
	}
	return p.In == openapi3.ParameterInQuery || p.In == openapi3.ParameterInCookie
}

func plainStyle(p *openapi3.Parameter) bool {
	switch p.In {
	case openapi3.ParameterInQuery, openapi3.ParameterInCookie:
		return p.Style == "" || p.Style == openapi3.SerializationForm
	default:
		return p.Style == "" || p.Style == openapi3.SerializationSimple
	}
}

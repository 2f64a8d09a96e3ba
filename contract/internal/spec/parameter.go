package spec

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/wire"
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
	seen, schemes := map[string]clause.Location{}, l.credentials(o)
	for _, scheme := range schemes {
		if scheme.In == openapi3.ParameterInQuery {
			seen[inQuery(scheme.Param)] = scheme.At
		}
	}
	each := func(f func(at cursor, p *openapi3.Parameter)) {
		for i, ref := range item.Parameters {
			if ref != nil && ref.Value != nil && !replaced[ref.Value.In+"."+ref.Value.Name] {
				f(pathAt.in("parameters").index(i), ref.Value)
			}
		}
		for i, ref := range o.Parameters {
			if ref != nil && ref.Value != nil {
				f(at.in("parameters").index(i), ref.Value)
			}
		}
	}
	each(func(at cursor, p *openapi3.Parameter) {
		if p.In == openapi3.ParameterInQuery {
			seen[inQuery(p.Name)] = at.at()
		}
	})
	each(func(at cursor, p *openapi3.Parameter) {
		if l.roomy(); !l.credential(op, at, p, schemes) {
			l.parameter(op, at, p, seen)
		}
	})
}

// inQuery is under what loaders note who has a name of the query.
func inQuery(name string) string { return "query " + name }

func (l *loader) parameter(op *Operation, at cursor, p *openapi3.Parameter, seen map[string]clause.Location) {
	a := l.annotate(at, onParameter)
	place := at.in("name").at()
	param := &Parameter{
		ID: clause.ID(op.ID, p.In, p.Name), Name: p.Name, In: p.In, Required: p.Required,
		FromTarget: a.Value == "target", At: place, Explode: explodes(p), JSON: p.Schema == nil && len(p.Content) > 0,
	}
	if !plainStyle(p) {
		param.Written = p.Style
	}
	if ignored(p) {
		l.warn(at.at(), "OpenAPI ignores a parameter for the header %s: state it by content or security", p.Name)
		if http.CanonicalHeaderKey(p.Name) == "Accept" {
			op.Accept = acceptOf(at)
		}
		return
	}
	if why := l.unusable(at, p, seen); why != "" {
		l.omit(op, at, p, why)
		return
	}
	param.ID = l.place(param.ID)
	s := scope{
		op: op, source: inherit(a.Source, op.Source), inferred: a.Inferred, target: param.FromTarget, dir: parameter,
		pin: cmp.Or(a.Status, l.pin), text: !param.JSON,
	}
	described, valueAt := value(at, p)
	l.inferable(a, "parameter "+p.Name, append(stated(valueAt.in("schema"), p.Required), "type"))
	if a.Source == (clause.Source{}) && len(a.Inferred) == 0 {
		l.unsourced(op, place, "parameter "+p.Name)
	}
	// Without a path parameter a request is for another resource.
	before := len(l.contract.Clauses)
	if p.Required && p.In != openapi3.ParameterInPath {
		l.clause(s, param.ID+".required", place, "a request without "+param.Label()+" is refused")
	}
	param.Schema = l.schema(s, param.ID, valueAt.in("schema"), described)
	param.FromTarget = param.FromTarget || param.Schema.FromTarget
	if why := param.unwritable(seen); why != "" {
		for _, c := range l.contract.Clauses[before:] {
			delete(l.contract.byID, c.ID)
		}
		l.contract.Clauses = l.contract.Clauses[:before]
		l.omit(op, at, p, why)
		return
	}
	l.outside(param.Schema, valueAt)
	l.unwritten(param)
	param.current()
	op.Parameters = append(op.Parameters, param)
}

// value returns the schema of a parameter's values, and where that stands: in the
// parameter itself, or in its content, of which there is one.
func value(at cursor, p *openapi3.Parameter) (*openapi3.SchemaRef, cursor) {
	schema := p.Schema
	for _, key := range at.in("content").keys() {
		if media := p.Content[key.Name]; schema == nil && media != nil {
			schema, at = media.Schema, at.in("content", key.Name)
			break
		}
	}
	if schema == nil {
		schema = &openapi3.SchemaRef{Value: &openapi3.Schema{}}
	}
	return schema, at
}

// omit leaves a parameter out of what is planned and judged. Without one that is
// required, no request of the operation can be made that is known to be valid.
func (l *loader) omit(op *Operation, at cursor, p *openapi3.Parameter, why string) {
	cost := "it is left out of every request"
	if p.Required {
		cost = "no request of the operation can be made that should be accepted"
		op.Unsendable = "parameter " + p.Name + " (" + p.In + ") is required, and " + why
	}
	l.warn(at.at(), "parameter %s (%s): %s: %s", p.Name, p.In, why, cost)
	l.passOver(at)
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

// current gives a header If-Match that nothing is known of the value that HTTP has
// for any state of what is there (RFC 9110, section 13.1.1).
func (p *Parameter) current() {
	s := p.Schema
	if p.In == openapi3.ParameterInHeader && http.CanonicalHeaderKey(p.Name) == "If-Match" &&
		s.Example == nil && s.Default == nil && len(s.Enum) == 0 && s.Type == "string" && len(s.Check("*")) == 0 {
		s.Example = "*"
	}
}

// acceptOf gives the value that a parameter for the header Accept, which OpenAPI
// ignores, has all the same: some targets want it as it is written there.
func acceptOf(at cursor) string {
	schema := at.in("schema")
	for _, c := range []cursor{at.step("example"), schema.step("example"), schema.step("default"), schema.in("enum").index(0)} {
		if text := c.node.Text(); mediaTypes(text) {
			return text
		}
	}
	return ""
}

// mediaTypes reports whether a text is a list of media types, as a header has it.
func mediaTypes(text string) bool {
	for part := range strings.SplitSeq(text, ",") {
		if MediaName(part) == "" {
			return false
		}
	}
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r >= 0x7f })
}

// unusable says why a parameter cannot be sent, or not in one way only; "" if it
// can.
func (l *loader) unusable(at cursor, p *openapi3.Parameter, seen map[string]clause.Location) string {
	header := ""
	if p.In == openapi3.ParameterInHeader {
		header = http.CanonicalHeaderKey(p.Name) // names of headers have no case
	}
	if first, repeated := seen[header]; repeated && header != "" {
		return fmt.Sprintf("the header is also a parameter at %s", first)
	}
	if p.Schema == nil {
		for mediaType := range p.Content {
			if !IsJSON(mediaType) {
				return "content of type " + mediaType + " is not written, only JSON is"
			}
		}
	}
	seen[header] = at.at()
	if p.AllowEmptyValue {
		l.warn(at.in("allowEmptyValue").at(), "allowEmptyValue is not read: parameter %s (%s) is judged by its schema", p.Name, p.In)
	}
	return ""
}

// unwritable says why no text can be made of the values of a parameter, or not in
// one way only; "" if it can.
func (p *Parameter) unwritable(seen map[string]clause.Location) string {
	s := p.Schema
	kinds := s.readings()
	switch {
	case p.JSON:
		return ""
	case p.Written == "label", p.Written == "matrix":
		return "style " + p.Written + " is not written"
	case s.Type == "array" && s.Composed != nil:
		return "its schema states an array in parts, which is not written"
	case s.Type == "array" && p.Written == wire.Deep:
		return "OpenAPI does not say how style deepObject writes a list"
	case s.Type == "array":
		if s.Items != nil && len(s.Items.readings()) == 0 {
			return "elements of type " + cmp.Or(s.Items.Type, "object") + " are not written"
		}
	case s.Object() && s.Composed == nil:
		return p.unwritableObject(seen)
	case len(kinds) == 0:
		return "values of type " + cmp.Or(s.Type, "object or array") + " are not written"
	}
	return ""
}

// unwritableObject is unwritable for an object. Names of the query that its members
// are sent under are its own from then on.
func (p *Parameter) unwritableObject(seen map[string]clause.Location) string {
	if p.Explode && (p.Written == wire.Blanks || p.Written == wire.Bars) {
		return "OpenAPI does not say how style " + p.Written + " with explode writes an object"
	}
	// Members that are sent under their own names.
	among := p.In == openapi3.ParameterInQuery && p.Style().Apart() && p.Written == ""
	for _, m := range p.Schema.Members {
		if m.Required && !m.Writable() {
			return fmt.Sprintf("OpenAPI does not say how the member %s, which is no single value, is written", m.Name)
		}
		if other, taken := seen[inQuery(m.Name)]; among && taken && m.Name != p.Name {
			return fmt.Sprintf("its member %s has the same name in the query as what is at %s", m.Name, other)
		}
	}
	if p.Schema.Additional == nil && !slices.ContainsFunc(p.Schema.Members, (*Member).Writable) {
		return "its schema lists no member that could be written"
	}
	if among {
		p.take(seen)
	}
	return ""
}

// take notes that names of the query are those of the parameter's members.
func (p *Parameter) take(seen map[string]clause.Location) {
	for _, m := range p.Schema.Members {
		seen[inQuery(m.Name)] = p.At
	}
}

// Writable reports whether a member of an object that is sent as text is a single
// value: OpenAPI does not say how others are written.
func (m *Member) Writable() bool {
	return len(m.Schema.readings()) > 0 && !m.Schema.Object() && !m.ReadOnly
}

// unwritten warns of the members of an object that are not sent.
func (l *loader) unwritten(p *Parameter) {
	if p.Style().Kind != wire.Object {
		return
	}
	for _, m := range p.Schema.Members {
		if !m.Writable() && !m.ReadOnly {
			l.warn(m.Schema.At, "OpenAPI does not say how the member %s of parameter %s (%s), which is no single value, is written: "+
				"it is left out of every request", m.Name, p.Name, p.In)
		}
	}
}

func scalar(t string) bool { return t == "string" || t == "integer" || t == "number" || t == "boolean" }

// Label names a parameter in messages: "limit (query)".
func (p *Parameter) Label() string { return p.Name + " (" + p.In + ")" }

func explodes(p *openapi3.Parameter) bool {
	if p.Explode != nil {
		return *p.Explode
	}
	return p.Style == openapi3.SerializationForm || p.Style == "" && (p.In == openapi3.ParameterInQuery || p.In == openapi3.ParameterInCookie)
}

func plainStyle(p *openapi3.Parameter) bool {
	switch p.In {
	case openapi3.ParameterInQuery, openapi3.ParameterInCookie:
		return p.Style == "" || p.Style == openapi3.SerializationForm
	default:
		return p.Style == "" || p.Style == openapi3.SerializationSimple
	}
}

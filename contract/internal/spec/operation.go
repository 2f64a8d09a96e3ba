package spec

import (
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/apiclause/clause/contract/clause"
)

// scope is what a clause takes from where it stands.
type scope struct {
	op       *Operation
	source   clause.Source
	inferred map[string]string
	// target tells that only the target knows values.
	target bool
}

// clause adds a clause. Its keyword is the last name of its id, and decides its
// level: an inferred keyword makes a should.
func (l *loader) clause(s scope, id string, at clause.Location, statement string) {
	keyword := id[strings.LastIndexByte(id, '.')+1:]
	c := &clause.Clause{
		ID: id, Operation: s.op.ID, Level: clause.Must,
		Statement: statement, Source: s.source, At: at,
	}
	if reason, ok := s.inferred[keyword]; ok {
		c.Level, c.Inferred = clause.Should, reason
	}
	if other := l.contract.byID[id]; other != nil {
		l.problem(at, "the clause id %s is also made at %s: rename one of the two", id, other.At)
		return
	}
	l.contract.byID[id] = c
	l.contract.Clauses = append(l.contract.Clauses, c)
}

func (l *loader) operation(pathAt cursor, path, method string, item *openapi3.PathItem, o *openapi3.Operation) {
	at := pathAt.in(strings.ToLower(method))
	if o.OperationID == "" {
		l.problem(at.at(), "%s %s has no operationId: clause ids begin with it", method, path)
		return
	}
	if first, ok := l.names[o.OperationID]; ok {
		l.problem(at.in("operationId").at(), "operationId %q is also used at %s: make it unique", o.OperationID, first)
		return
	}
	l.names[o.OperationID] = at.in("operationId").at()
	a := l.annotate(at, onOperation)
	op := &Operation{
		ID: clause.ID(o.OperationID), Method: method, Path: path, At: at.at(), Source: a.Source,
		Siblings: slices.Sorted(maps.Keys(item.Operations())),
	}
	l.contract.Operations = append(l.contract.Operations, op)
	l.parameters(op, pathAt, at, item, o)
	l.body(op, at.in("requestBody"), o.RequestBody)
	l.security(op, at, o)
	l.rules(op, a)
	l.responses(op, at.in("responses"), o.Responses)
	l.general(op)
	l.method(op)
}

// parameters reads those of the operation and those of its path that the
// operation does not replace.
func (l *loader) parameters(op *Operation, pathAt, at cursor, item *openapi3.PathItem, o *openapi3.Operation) {
	for i, ref := range item.Parameters {
		if ref == nil || ref.Value == nil || o.Parameters.GetByInAndName(ref.Value.In, ref.Value.Name) != nil {
			continue
		}
		l.parameter(op, pathAt.in("parameters").index(i), ref.Value)
	}
	for i, ref := range o.Parameters {
		if ref != nil && ref.Value != nil {
			l.parameter(op, at.in("parameters").index(i), ref.Value)
		}
	}
}

func (l *loader) parameter(op *Operation, at cursor, p *openapi3.Parameter) {
	a := l.annotate(at, onParameter)
	place := at.in("name").at()
	param := &Parameter{
		ID: clause.ID(op.ID, p.In, p.Name), Name: p.Name, In: p.In, Required: p.Required,
		FromTarget: a.Value == "target", At: place, Explode: explodes(p),
	}
	if p.Schema == nil || p.Schema.Value == nil {
		l.problem(place, "parameter %s (%s) has no schema: give it one (content is not supported)", p.Name, p.In)
		return
	}
	if !plainStyle(p) {
		l.problem(at.in("style").at(), "parameter %s (%s) has style %s, which is not supported: use the default style", p.Name, p.In, p.Style)
		return
	}
	s := scope{op: op, source: inherit(a.Source, op.Source), inferred: a.Inferred}
	if param.FromTarget {
		s.target = true
	}
	stated := slices.Concat(at.in("schema").stated(), []string{"required", "type"})
	l.inferable(a, "parameter "+p.Name, stated)
	// Without a path parameter a request is for another resource.
	if p.Required && p.In != openapi3.ParameterInPath {
		l.clause(s, param.ID+".required", place, "a request without "+param.label()+" is refused")
	}
	param.Schema = l.schema(s, param.ID, at.in("schema"), p.Schema, parameter)
	param.FromTarget = param.FromTarget || param.Schema.FromTarget
	if t := param.Schema.Type; t == "object" || t == "" {
		l.problem(at.in("schema").at(), "parameter %s (%s) must have type string, integer, number, boolean or array", p.Name, p.In)
		return
	}
	op.Parameters = append(op.Parameters, param)
}

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

func (l *loader) body(op *Operation, at cursor, ref *openapi3.RequestBodyRef) {
	if ref == nil || ref.Value == nil {
		return
	}
	a := l.annotate(at, onBody)
	l.inferable(a, "the request body", []string{"required"})
	op.Body = &Body{ID: clause.ID(op.ID, "body"), Required: ref.Value.Required, At: at.at()}
	s := scope{op: op, source: inherit(a.Source, op.Source), inferred: a.Inferred}
	if ref.Value.Required {
		l.clause(s, op.Body.ID+".required", at.at(), "a request without a body is refused")
	}
	op.Body.Content = l.content(s, op.Body.ID, at.in("content"), ref.Value.Content, request)
	if JSON(op.Body.Content) != nil {
		l.clause(s, op.Body.ID+".json", at.at(), "a body that is not one JSON document is refused")
	}
}

// content reads media types. Only the first JSON one gives clauses for members:
// the others would repeat them under the same ids.
func (l *loader) content(s scope, id string, at cursor, content openapi3.Content, dir direction) []*Media {
	var media []*Media
	detailed := false
	for _, key := range at.keys() {
		m := content[key.Value]
		if m == nil {
			continue
		}
		place := at.in(key.Value)
		a := l.annotate(place, onMediaType)
		l.inferable(a, "the media type", []string{"mediaType"})
		entry := &Media{Type: key.Value}
		if IsJSON(key.Value) && m.Schema != nil && m.Schema.Value != nil && !detailed {
			inner := scope{op: s.op, source: inherit(a.Source, s.source), inferred: a.Inferred}
			entry.Schema = l.schema(inner, id, place.in("schema"), m.Schema, dir)
			detailed = true
		}
		media = append(media, entry)
	}
	return media
}

func (l *loader) responses(op *Operation, at cursor, responses *openapi3.Responses) {
	if responses == nil {
		return
	}
	for _, key := range at.keys() {
		ref := responses.Value(key.Value)
		if ref == nil || ref.Value == nil {
			continue
		}
		l.response(op, key.Value, at.in(key.Value), ref.Value)
	}
	slices.SortStableFunc(op.Responses, func(a, b *Response) int { return strings.Compare(rank(a.Status), rank(b.Status)) })
}

// rank sorts exact statuses before ranges, and default last.
func rank(status string) string {
	switch {
	case status == "default":
		return "3"
	case strings.HasSuffix(status, "XX"):
		return "2" + status
	default:
		return "1" + status
	}
}

func (l *loader) response(op *Operation, status string, at cursor, r *openapi3.Response) {
	a := l.annotate(at, onResponse)
	l.inferable(a, "the response", []string{status})
	res := &Response{ID: clause.ID(op.ID, "answer", status), Status: status, At: at.at()}
	s := scope{op: op, source: inherit(a.Source, op.Source), inferred: a.Inferred}
	l.clause(s, res.ID, at.at(), statusStatement(status))
	for _, name := range at.in("headers").keys() {
		if h := r.Headers[name.Value]; h != nil && h.Value != nil && h.Value.Schema != nil {
			l.responseHeader(res, s, at.in("headers", name.Value), name.Value, h.Value)
		}
	}
	if len(r.Content) > 0 {
		l.mediaType(s, res, at.in("content"))
	}
	res.Content = l.content(s, res.ID, at.in("content"), r.Content, answer)
	if JSON(res.Content) != nil {
		l.clause(s, res.ID+".json", at.at(), "the body is exactly one JSON document")
	}
	op.Responses = append(op.Responses, res)
}

func statusStatement(status string) string {
	switch status {
	case "400", "422":
		return "a request that the contract forbids is answered with " + status
	case "401":
		return "a request without valid credentials is answered with 401"
	case "500":
		return "an internal error is answered with 500"
	}
	if status[0] == '2' {
		return "a request that the contract allows is answered with " + status
	}
	return "an answer of status " + status + " is as documented"
}

// mediaType states that an answer has a documented media type; what is inferred
// of the first media type holds for the clause.
func (l *loader) mediaType(s scope, res *Response, at cursor) {
	for _, key := range at.keys() {
		if reason := at.in(key.Value, annotationKey, "inferred").scalar("mediaType"); reason != "" {
			s.inferred = map[string]string{"mediaType": reason}
			break
		}
	}
	names := make([]string, 0, 1)
	for _, key := range at.keys() {
		names = append(names, key.Value)
	}
	l.clause(s, res.ID+".mediaType", at.at(), "the body's media type is "+strings.Join(names, " or "))
}

func (l *loader) responseHeader(res *Response, s scope, at cursor, name string, h *openapi3.Header) {
	p := &Parameter{
		ID: res.ID + ".header." + clause.ID(http.CanonicalHeaderKey(name)), Name: name, In: "header",
		Required: h.Required, At: at.at(),
	}
	if h.Required {
		l.clause(s, p.ID+".required", at.at(), "the answer has the header "+name)
	}
	p.Schema = l.schema(s, p.ID, at.in("schema"), h.Schema, answer)
	res.Headers = append(res.Headers, p)
}

// general adds what holds for every answer of every operation.
func (l *loader) general(op *Operation) {
	prefix := clause.ID(op.ID, "answer")
	must := scope{op: op, source: clause.Source{}}
	l.clause(must, prefix+".framing", op.At, "the answer is complete and well-formed HTTP (RFC 9112)")
	l.clause(must, prefix+".unprovoked-5xx", op.At, "no request that is not meant to fail inside is answered with a 5xx")
	if slices.ContainsFunc(op.Responses, func(r *Response) bool { return JSON(r.Content) != nil }) {
		l.clause(l.practice(op, "duplicate-names", "RFC 8259, section 4: names within an object should be unique"),
			prefix+".duplicate-names", op.At, "no object in an answer has two members of one name")
	}
	l.clause(l.practice(op, "stack-trace", "a stack trace tells an attacker how the service is built"),
		prefix+".stack-trace", op.At, "no answer holds a stack trace")
	l.clause(l.practice(op, "credentials", "what is sent to authenticate must not come back to be logged"),
		prefix+".credentials", op.At, "no answer holds the credentials of the request")
}

// method states, once for each path, that other methods are refused.
func (l *loader) method(op *Operation) {
	for _, other := range l.contract.Operations {
		if other != op && other.Path == op.Path {
			return
		}
	}
	l.clause(l.practice(op, "method", "RFC 9110, section 15.5.6: a method that a resource lacks is answered with 405"),
		clause.ID(op.ID, "method"), op.At, "a method that the path does not have is refused")
}

func (l *loader) practice(op *Operation, keyword, reason string) scope {
	return scope{op: op, inferred: map[string]string{keyword: reason}}
}

// IsJSON reports whether a media type is application/json or has the suffix
// +json (RFC 6839).
func IsJSON(mediaType string) bool {
	base, _, err := mime.ParseMediaType(mediaType)
	return err == nil && (base == "application/json" || strings.HasSuffix(base, "+json"))
}

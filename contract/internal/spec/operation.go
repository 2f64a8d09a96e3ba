package spec

import (
	"cmp"
	"maps"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/source"
)

// scope is what a clause takes from where it stands.
type scope struct {
	op       *Operation
	source   clause.Source
	inferred map[string]string
	// pin is the one status that refuses what breaks a clause, or "".
	pin string
	// target tells that only the target knows values.
	target bool
	// required tells that the element is a required member of another.
	required bool
	dir      direction
	// silent tells that the element is none of its direction: no clause comes of it.
	silent bool
	// success tells that the element is in an answer to an allowed request.
	success bool
	// above are the schemas that the element is within: one that comes again is
	// recursive.
	above []*openapi3.Schema
	// text tells that values are sent as text: those of a parameter and its elements.
	text bool
	// fields tells of the members of a form which are sent as text; nil outside of one.
	fields func(name string, v *openapi3.Schema) bool
}

// clause adds a clause. Its keyword is the last name of its id, and decides its
// level: an inferred keyword makes a should.
func (l *loader) clause(s scope, id string, at clause.Location, statement string) {
	if s.silent {
		return
	}
	keyword := id[strings.LastIndexByte(id, '.')+1:]
	c := &clause.Clause{
		ID: id, Operation: s.op.ID, Level: clause.Must,
		Statement: statement, Source: s.source, At: at,
	}
	if reason, ok := s.inferred[keyword]; ok {
		c.Level, c.Inferred = clause.Should, reason
	} else if keyword == "format" && s.dir == answer && s.source == (clause.Source{}) {
		c.Level, c.Inferred = clause.Should, otherForms
	}
	if other := l.contract.byID[id]; other != nil {
		l.warn(at, "the clause id %s is also made at %s: this one is left out", id, other.At)
		return
	}
	l.contract.byID[id] = c
	if s.pin != "" && s.dir != answer {
		l.contract.pins[id] = s.pin
	}
	l.contract.Clauses = append(l.contract.Clauses, c)
}

// otherForms is why the forms of what is answered are inferred where nobody has
// looked whether the document states them.
const otherForms = "descriptions state formats that servers commonly write in other forms, such as times without a zone"

func (l *loader) operation(pathAt cursor, path, method string, item *openapi3.PathItem, o *openapi3.Operation) {
	at := pathAt.in(strings.ToLower(method))
	a := l.annotate(at, onOperation)
	op := &Operation{
		ID: l.place(clause.ID(o.OperationID)), Method: method, Path: path, At: at.at(), Source: a.Source, Deprecated: o.Deprecated,
		Methods: slices.Sorted(maps.Keys(item.Operations())),
	}
	l.leftOut(op, pathAt, at)
	l.ownServers(op, pathAt, at)
	l.contract.Operations = append(l.contract.Operations, op)
	l.pin = a.Status
	l.parameters(op, pathAt, at, item, o)
	l.body(op, at.in("requestBody"), o.RequestBody)
	l.security(op, at, o)
	l.rules(op, a)
	l.state(op, a)
	l.dependencies(op, at)
	l.responses(op, at.in("responses"), o.Responses)
	l.answerRules(op, a)
	l.general(op)
	l.method(op)
	if c := at.in("callbacks"); c.exists() {
		l.warn(c.at(), "callbacks are not read: no clause comes of them")
	}
}

// leftOut reads what reading the description left out: methods that the path has
// all the same, media types of answers, and parts of requests.
func (l *loader) leftOut(op *Operation, pathAt, at cursor) {
	for _, method := range pathAt.step(source.OtherMethods).children() {
		op.Methods = append(op.Methods, strings.ToUpper(method.node.Text()))
	}
	for _, mediaType := range at.step(source.Produces).children() {
		op.Produces = append(op.Produces, mediaType.node.Text())
	}
	op.Unsendable = cmp.Or(at.scalar(source.Lacking), pathAt.scalar(source.Lacking))
}

func (l *loader) body(op *Operation, at cursor, ref *openapi3.RequestBodyRef) {
	if ref == nil || ref.Value == nil {
		return
	}
	a := l.annotate(at, onBody)
	var inferable []string
	op.Body = &Body{ID: clause.ID(op.ID, "body"), Required: ref.Value.Required, At: at.at()}
	s := scope{op: op, source: inherit(a.Source, op.Source), inferred: a.Inferred, dir: request, pin: cmp.Or(a.Status, l.pin)}
	if ref.Value.Required {
		inferable = append(inferable, "required")
		l.clause(s, op.Body.ID+".required", at.at(), "a request without a body is refused")
	}
	op.Body.Content = l.content(s, op.Body.ID, at.in("content"), ref.Value.Content)
	op.Body.Assumed = op.Body.Schema() != nil && assumed(op, at)
	if spelledJSON(op.Body.Content) != nil {
		inferable = append(inferable, "json")
		l.clause(s, op.Body.ID+".json", at.at(), "a body that is not one JSON document is refused")
	}
	l.wholeBody(s, at)
	l.inferable(a, "the request body", inferable)
}

// assumed reports whether requests of an operation are meant to have a body although
// nothing is said of it.
func assumed(op *Operation, at cursor) bool {
	switch op.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch:
		return !at.follow().step("required").exists()
	}
	return false
}

// wholeBody makes the clauses that hold for a body as a whole by practice.
func (l *loader) wholeBody(s scope, at cursor) {
	b := s.op.Body
	practice := func(keyword, reason, statement string) {
		of := l.practice(s.op, keyword, reason)
		of.pin = s.pin
		l.clause(of, b.ID+"."+keyword, at.at(), statement)
	}
	main := b.Main()
	if main != nil && (IsJSON(main.Type) || main.Kind().Form()) && Documented(b.Content, UndocumentedType) == nil {
		practice("mediaType", "RFC 9110, section 15.5.16: a body of a media type that is not supported is refused",
			"a body of a media type that is not documented is refused")
	}
}

// UndocumentedType is a media type that bodies are sent in to be refused.
const UndocumentedType = "text/x-undocumented"

// content reads media types. Only the first JSON one gives clauses for members:
// the others would repeat them under the same ids. Where there is none, a range
// that JSON is in does.
func (l *loader) content(s scope, id string, at cursor, content openapi3.Content) []*Media {
	var media []*Media
	first := detailed(at, content)
	if first == "" && s.dir == request {
		first = firstWritten(at, content)
	}
	for _, key := range at.keys() {
		m := content[key.Name]
		if m == nil {
			continue
		}
		place := at.in(key.Name)
		a := l.annotate(place, onMediaType)
		l.inferable(a, "the media type", mediaKeywords(s.dir))
		entry := &Media{Type: key.Name}
		media = append(media, entry)
		switch _, _, err := mime.ParseMediaType(key.Name); {
		case MediaName(key.Name) == "":
			l.warn(key.At(), "%q is no media type: nothing is held to it; write it as in application/json", key.Name)
			l.passOver(place)
			continue
		case err != nil:
			l.warn(key.At(), "the parameters of the media type %q cannot be read: they are passed over; write them as in text/plain; charset=utf-8", key.Name)
		}
		own := s
		own.source, own.inferred = inherit(a.Source, s.source), nil
		l.mediaSchema(own, entry, id, first, place, content)
	}
	share(media, content, first)
	for _, m := range media {
		if s.dir == request {
			l.encode(m, at.in(m.Type), content[m.Type])
		}
	}
	return media
}

// mediaSchema reads the schema of a media type, as far as it is held to.
func (l *loader) mediaSchema(own scope, entry *Media, id, first string, place cursor, content openapi3.Content) {
	m := content[entry.Type]
	switch {
	case own.dir == request && !MayBeJSON(entry.Type):
		l.written(own, entry, id, first, place, content)
	case own.dir == request && octetsOrNone(m) && !IsJSON(entry.Type):
		l.plain(own, entry, id, first, place, m)
	case m.Schema == nil || m.Schema.Value == nil, octets(m.Schema.Value):
	case !MayBeJSON(entry.Type):
		l.unchecked(place, entry.Type, m.Schema.Value, "only JSON is read")
	case first == entry.Type:
		l.roomy()
		entry.Schema = l.schema(own, id, place.in("schema"), m.Schema)
		l.outside(entry.Schema, place)
	case own.dir == request && content[first].Schema.Value != m.Schema.Value:
		l.another(own, entry, id, place, m)
	case content[first].Schema.Value != m.Schema.Value:
		l.unchecked(place, entry.Type, m.Schema.Value, "it is not the first JSON media type, and differs from that")
	}
}

// detailed returns the media type whose schema gives clauses: the first that is
// JSON, else the first that may be.
func detailed(at cursor, content openapi3.Content) string {
	for _, read := range []func(mediaType string) bool{IsJSON, MayBeJSON} {
		for _, key := range at.keys() {
			if m := content[key.Name]; m != nil && m.Schema != nil && m.Schema.Value != nil && !octets(m.Schema.Value) && read(key.Name) {
				return key.Name
			}
		}
	}
	return ""
}

// octets tells the schema of a body that may hold any bytes, such as a file: it
// says nothing of JSON, whatever the media type.
func octets(v *openapi3.Schema) bool { return v.Type.Is("string") && v.Format == "binary" }

// share returns the media types that have the schema of the first one the same.
func share(media []*Media, content openapi3.Content, first string) {
	for _, m := range media {
		for _, other := range media {
			schema := content[other.Type].Schema
			if m.Type == first && (MayBeJSON(other.Type) || formName(other.Type)) && schema != nil && schema.Value == content[first].Schema.Value {
				other.Schema = m.Schema
			}
		}
	}
}

// mediaKeywords lists what may be inferred of a media type: no clause says which
// ones a request may have.
func mediaKeywords(dir direction) []string {
	if dir == answer {
		return []string{"mediaType"}
	}
	return nil
}

// unchecked warns of a schema that nothing is held to, if it says anything.
func (l *loader) unchecked(at cursor, mediaType string, v *openapi3.Schema, why string) {
	if !v.IsEmpty() {
		l.warn(at.in("schema").at(), "the schema of %s is not checked: %s", mediaType, why)
	}
}

var statusPattern = regexp.MustCompile(`^([1-5][0-9][0-9]|[1-5]XX|default)$`)

func (l *loader) responses(op *Operation, at cursor, responses *openapi3.Responses) {
	if responses == nil {
		return
	}
	for _, key := range at.keys() {
		ref := responses.Value(key.Name)
		switch {
		case ref == nil || ref.Value == nil:
		case !statusPattern.MatchString(key.Name): // an extension
		default:
			l.response(op, key.Name, at.in(key.Name), ref.Value)
		}
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
	res := &Response{ID: clause.ID(op.ID, "answer", status), Status: status, At: at.at()}
	s := scope{op: op, source: inherit(a.Source, op.Source), inferred: a.Inferred, dir: answer}
	s.success = status[0] == '2' || status == "default"
	l.clause(s, res.ID, at.at(), statusStatement(status))
	for _, name := range at.in("headers").keys() {
		if h := r.Headers[name.Name]; h != nil && h.Value != nil {
			l.responseHeader(res, s, at.in("headers", name.Name), name.Name, h.Value)
		}
	}
	if len(r.Content) > 0 {
		l.mediaType(s, res, at.in("content"))
	}
	l.links(op, at.in("links"), r.Links)
	res.Content = l.content(s, res.ID, at.in("content"), r.Content)
	inferable := []string{status}
	if spelledJSON(res.Content) != nil {
		inferable = append(inferable, "json")
		l.clause(s, res.ID+".json", at.at(), "the body is exactly one JSON document")
	}
	l.inferable(a, "the response", inferable)
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
		if reason := at.in(key.Name, annotationKey, "inferred").scalar("mediaType"); reason != "" {
			s.inferred = map[string]string{"mediaType": reason}
			break
		}
	}
	names := make([]string, 0, 1)
	for _, key := range at.keys() {
		names = append(names, key.Name)
	}
	l.clause(s, res.ID+".mediaType", at.at(), "the body's media type is "+strings.Join(names, " or "))
}

func (l *loader) responseHeader(res *Response, s scope, at cursor, name string, h *openapi3.Header) {
	a := l.annotate(at, onHeader)
	p := &Parameter{
		ID: res.ID + ".header." + clause.ID(http.CanonicalHeaderKey(name)), Name: name, In: "header",
		Required: h.Required, At: at.at(), Explode: h.Explode != nil && *h.Explode,
	}
	schema, valueAt := h.Schema, at
	if schema == nil {
		schema, valueAt = l.headerContent(p, at, h.Content)
	}
	s.source, s.inferred = inherit(a.Source, s.source), a.Inferred
	inferable := stated(valueAt.in("schema"), h.Required)
	if p.JSON {
		inferable = append(inferable, "json")
	}
	l.inferable(a, "the header "+name, inferable)
	if h.Required {
		l.clause(s, p.ID+".required", at.at(), "the answer has the header "+name)
	}
	if p.JSON {
		l.clause(s, p.ID+".json", at.at(), "the header "+name+" is exactly one JSON document")
	}
	l.roomy()
	p.Schema = l.schema(s, l.place(p.ID), valueAt.in("schema"), schema)
	l.outside(p.Schema, valueAt)
	res.Headers = append(res.Headers, p)
}

// headerContent reads a header that is described by a media type, of which there is
// one: JSON, or a text. Of another nothing is checked but that it is there.
func (l *loader) headerContent(p *Parameter, at cursor, content openapi3.Content) (*openapi3.SchemaRef, cursor) {
	anything := &openapi3.SchemaRef{Value: &openapi3.Schema{}}
	types := at.in("content").keys()
	if len(types) == 0 {
		return anything, at
	}
	key := types[0]
	m, valueAt := content[key.Name], at.in("content", key.Name)
	switch p.JSON = IsJSON(key.Name); {
	case m == nil || m.Schema == nil || m.Schema.Value == nil:
		return anything, valueAt
	case p.JSON, MediaName(key.Name) == "text/plain" && m.Schema.Value.Type.Permits("string"):
		return m.Schema, valueAt
	}
	l.unchecked(valueAt, key.Name, m.Schema.Value, "of a header, only JSON and plain text are read")
	return anything, at
}

// general adds what holds for every answer of every operation.
func (l *loader) general(op *Operation) {
	documented := slices.ContainsFunc(op.Responses, func(r *Response) bool { return JSON(r.Content) != nil })
	for _, g := range generals {
		s := scope{op: op}
		if g.Reason != "" {
			s = l.practice(op, g.Name, g.Reason)
		}
		if documented || !g.JSON {
			l.clause(s, clause.ID(op.ID, "answer", g.Name), op.At, g.Statement)
		}
	}
}

// method states, once for each path, that other methods are refused.
func (l *loader) method(op *Operation) {
	if l.paths[op.Path] {
		return
	}
	l.paths[op.Path] = true
	l.clause(l.practice(op, "method", "RFC 9110, section 15.5.6: a method that a resource lacks is answered with 405"),
		clause.ID(op.ID, "method"), op.At, "a method that the path does not have is refused")
}

func (l *loader) practice(op *Operation, keyword, reason string) scope {
	return scope{op: op, inferred: map[string]string{keyword: reason}}
}

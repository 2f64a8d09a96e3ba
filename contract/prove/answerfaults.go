package prove

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/apiclause/clause/contract/internal/spec"
)

// edit changes the body as JSON.
func (a *answer) edit(change func(v any) any) {
	v, err := spec.ParseJSON(a.body.Bytes())
	if err != nil {
		return
	}
	if data, err := json.Marshal(change(v)); err == nil {
		a.set(data)
	}
}

func without(v any, name string) any {
	if object, ok := v.(map[string]any); ok {
		delete(object, name)
	}
	return v
}

// answers breaks the body and the headers of each answer.
func (b *builder) answers() {
	for _, r := range b.roles() {
		b.headers(r)
		b.mediaTypes(r)
		m := spec.JSON(r.response.Content)
		if m == nil {
			continue
		}
		b.encodings(r)
		if m.Schema == nil {
			continue
		}
		b.wholeBody(r, m.Schema)
		for _, at := range answerPlaces(b.op, m.Schema) {
			b.unsent(r, at)
			b.spoilt(r, at)
			if len(at.Path) > 1 {
				b.member(r, at)
			}
		}
	}
}

// value adds a fault that changes the values at a place of an answer.
func (b *builder) value(r role, at *place, id, name, what string, change func(v any) any) {
	b.add(Fault{
		Name: roleWord(r) + name, Clause: id, Class: Body, Description: fmt.Sprintf("in the answer %d, %s", r.status, what),
		design: b.answering(r, func(x *exchange) {
			x.answer.edit(func(v any) any { return mapped(v, at.Path[1:], change) })
		}),
	})
}

// roleWord tells the answers apart that one response documents.
func roleWord(r role) string {
	if strings.ContainsAny(r.response.Status, "dX") {
		return strconv.Itoa(r.status) + "-"
	}
	return ""
}

// member breaks one member of a body.
func (b *builder) member(r role, at *place) {
	s, name := at.Schema, at.Path[len(at.Path)-1]
	if len(within(b.sampleOf(r), at.Path[1:])) == 0 || s.Composed != nil {
		return // no answer has it
	}
	label := strings.Join(at.Path[1:], ".")
	if at.Required && !at.IsElement() {
		parent := *at.parent
		b.value(r, &parent, at.clause("required"), "dropped", label+" is missing", func(v any) any { return without(v, name) })
		b.value(r, &parent, at.clause("required"), "renamed", label+" has another name", func(v any) any {
			if object, ok := v.(map[string]any); ok {
				object[otherName(name)] = object[name]
			}
			return without(v, name)
		})
	}
	id := at.clause("type")
	b.value(r, at, id, "retyped", label+" is of another type", retyped)
	if !s.Nullable {
		b.value(r, at, id, "null", label+" is null", func(any) any { return nil })
	}
	if s.Type != "object" { // else it is an object still
		b.value(r, at, id, "wrapped", label+" stands within an object", func(v any) any { return map[string]any{"value": v} })
	}
	if s.Type != "array" {
		b.value(r, at, id, "listed", label+" stands within a list", func(v any) any { return []any{v} })
	}
	if s.Distinct && r.name == "success" {
		b.repeats(r, at)
	}
}

// spoilt breaks each keyword of a place of a body alone.
func (b *builder) spoilt(r role, at *place) {
	have := within(b.sampleOf(r), at.Path[1:])
	if len(have) == 0 {
		return // no answer has it
	}
	spoilt, label := spoilings(at.Schema, have[0]), strings.Join(at.Path[1:], ".")
	for _, keyword := range slices.Sorted(maps.Keys(spoilt)) {
		b.value(r, at, at.clause(keyword), "spoilt", cmp.Or(label, "the body")+" breaks its "+keyword, func(any) any { return spoilt[keyword] })
	}
}

// sampleOf gives a body as the answer in a role has it.
func (b *builder) sampleOf(r role) any {
	if r.name == "success" {
		return b.successes[b.op.ID].body
	}
	return errorBody(spec.JSON(r.response.Content).Schema)
}

// errorBody gives a value with the members that error answers of derived
// implementations have: what is required, and what carries a code or a message.
func errorBody(s *spec.Schema) any {
	object, ok := full(s).(map[string]any)
	if !ok || s == nil || s.Composed != nil {
		return full(s)
	}
	for _, m := range s.Members {
		if value, there := object[m.Name]; there && (m.Required || carriesText(m.Schema)) {
			object[m.Name] = value
			if inner := errorBody(m.Schema); inner != nil {
				object[m.Name] = inner
			}
		} else {
			delete(object, m.Name)
		}
	}
	return object
}

// carriesText reports whether a part of a schema carries a code or a message.
func carriesText(s *spec.Schema) bool {
	return s != nil && (s.Carries != "" || carriesText(s.Items) ||
		slices.ContainsFunc(s.Members, func(m *spec.Member) bool { return carriesText(m.Schema) }))
}

func otherName(name string) string {
	if camel := strings.ReplaceAll(name, "_", ""); camel != name {
		return camel
	}
	return name + "_"
}

// retyped gives a value of another type, the same where that can be.
func retyped(v any) any {
	switch v := v.(type) {
	case string:
		return 17
	case []any:
		return map[string]any{}
	case map[string]any:
		return []any{}
	default:
		return spec.Text(v)
	}
}

// spoilings gives values of the right type, each of which breaks one keyword. have is
// a valid one.
func spoilings(s *spec.Schema, have any) map[string]any {
	out := map[string]any{}
	tried := []any{"", "!", "not listed", strings.Repeat("a", 20), -1.0e9, 1e9, 0.5}
	if s.MaxLength != nil && *s.MaxLength < 1<<20 {
		tried = append(tried, strings.Repeat("a", int(*s.MaxLength)+1))
	}
	switch have := have.(type) {
	case []any:
		tried = append(tried, []any{}, slices.Concat(have, have))
	case map[string]any:
		more := maps.Clone(have)
		more[s.Unlisted()] = "x"
		tried = append(tried, more, map[string]any{})
	}
	if s.Composed != nil {
		tried = append(tried, int64(7), true, []any{}, map[string]any{})
	}
	for _, l := range limitsOf(s) {
		tried = append(tried, s.Numeric(l.value-step(s)), s.Numeric(l.value+step(s)))
	}
	for _, v := range tried {
		broken := s.Check(v)
		if len(broken) != 1 {
			continue
		}
		keyword := strings.TrimPrefix(broken[0].Clause, s.ID+".")
		if _, have := out[keyword]; keyword != "type" && !have && !strings.Contains(keyword, ".") {
			out[keyword] = v
		}
	}
	return out
}

// repeats has ids repeat that must not: always, each second one, and for equal
// requests.
func (b *builder) repeats(r role, at *place) {
	id := at.clause("distinct")
	fixed := within(b.sampleOf(r), at.Path[1:])
	if len(fixed) == 0 {
		return
	}
	b.add(Fault{
		Name: "constant", Clause: id, Class: Body, Description: strings.Join(at.Path[1:], ".") + " is always the same",
		design: b.answering(r, func(x *exchange) {
			x.answer.edit(func(v any) any { return mapped(v, at.Path[1:], func(any) any { return fixed[0] }) })
		}),
	})
	b.add(Fault{
		Name: "by-request", Clause: id, Class: Body, Description: strings.Join(at.Path[1:], ".") + " is the same for equal requests",
		design: b.answering(r, func(x *exchange) {
			n := int64(0)
			for _, c := range []byte(essence(x.request)) {
				n = (n*31 + int64(c)) % (1 << 24)
			}
			made := vary(at.Schema, fixed[0], n)
			x.answer.edit(func(v any) any { return mapped(v, at.Path[1:], func(any) any { return made }) })
		}),
	})
}

// essence is what equal requests have in common, times left out.
func essence(r *http.Request) string {
	var names []string
	for name, values := range r.URL.Query() {
		for _, v := range values {
			if !rollable.MatchString(v) {
				names = append(names, name+"="+v)
			}
		}
	}
	slices.Sort(names)
	return r.URL.Path + "?" + strings.Join(names, "&")
}

// wholeBody puts something else in the place of a body.
func (b *builder) wholeBody(r role, s *spec.Schema) {
	if s.Type != "object" {
		return
	}
	at := answerPlaces(b.op, s)[0]
	id := s.ID + ".type"
	if b.model.Clause(id) == nil {
		return
	}
	b.value(r, at, id, "listed", "the body stands within a list", func(v any) any { return []any{v} })
	b.value(r, at, id, "null", "the body is null", func(any) any { return nil })
	for _, m := range s.Members {
		if m.Required {
			b.value(r, at, m.Schema.ID+".required", "wrapped", "the body stands within an object", func(v any) any { return map[string]any{"data": v} })
			break
		}
	}
}

// headers drops documented headers, and gives them values that break one clause.
func (b *builder) headers(r role) {
	for _, h := range r.response.Headers {
		name := http.CanonicalHeaderKey(h.Name)
		if h.Required {
			b.add(Fault{
				Name: "dropped", Clause: h.ID + ".required", Class: Body, Description: "the header " + h.Name + " is missing",
				design: b.answering(r, func(x *exchange) { x.answer.header.Del(name) }),
			})
		}
		spoilt := headerSpoilings(h)
		for _, id := range slices.Sorted(maps.Keys(spoilt)) {
			b.add(Fault{
				Name: "spoilt", Clause: id, Class: Body, Description: "the header " + h.Name + " has a value that is not documented",
				design: b.answering(r, func(x *exchange) { x.answer.header.Set(name, spoilt[id]) }),
			})
		}
	}
}

// headerSpoilings gives texts for a header, each of which breaks one clause alone, by
// the ids of the clauses.
func headerSpoilings(h *spec.Parameter) map[string]string {
	out := map[string]string{}
	texts := []string{"!", "{", "[17]"}
	for _, v := range spoiledParts(h.Schema) {
		texts = append(texts, h.HeaderText(v))
	}
	for _, text := range texts {
		_, broken, readable := h.ReadHeader([]string{text})
		if readable && len(broken) == 1 && !strings.ContainsFunc(text, unicode.IsControl) {
			if _, have := out[broken[0].Clause]; !have {
				out[broken[0].Clause] = text
			}
		}
	}
	return out
}

// spoiledParts gives values of a schema, each with one part that breaks something.
func spoiledParts(s *spec.Schema) []any {
	var out []any
	sample := full(s)
	spoilt := spoilings(s, sample)
	for _, keyword := range slices.Sorted(maps.Keys(spoilt)) {
		out = append(out, spoilt[keyword])
	}
	switch sample := sample.(type) {
	case map[string]any:
		for _, m := range s.Members {
			out = append(out, without(maps.Clone(sample), m.Name))
			for _, v := range append(spoiledParts(m.Schema), "!") {
				object := maps.Clone(sample)
				object[m.Name] = v
				out = append(out, object)
			}
		}
	case []any:
		if s.Items == nil {
			break
		}
		for _, v := range append(spoiledParts(s.Items), "!") {
			out = append(out, []any{v})
		}
		if n := s.MaxItems; n != nil && *n < maxSpoiltItems && len(sample) > 0 {
			out = append(out, slices.Repeat(sample[:1], int(*n)+1))
		}
	}
	return out
}

// maxSpoiltItems bounds the lists that are made to have too many elements.
const maxSpoiltItems = 100

// mediaTypes has bodies of another media type, or of none.
func (b *builder) mediaTypes(r role) {
	if len(r.response.Content) == 0 {
		return
	}
	add := func(name, what string, change func(h http.Header)) {
		b.add(Fault{
			Name: roleWord(r) + name, Clause: r.response.ID + ".mediaType", Class: Encoding,
			Description: fmt.Sprintf("in the answer %d, %s", r.status, what), Excluded: taken(r.response.Content, name),
			design: b.answering(r, func(x *exchange) { change(x.answer.header) }),
		})
	}
	add("html", "the media type is text/html", func(h http.Header) { h.Set("Content-Type", "text/html; charset=utf-8") })
	add("text", "the media type is text/plain", func(h http.Header) { h.Set("Content-Type", "text/plain") })
	add("missing", "there is no media type", func(h http.Header) { h.Del("Content-Type") })
}

// encodings breaks how JSON is written.
func (b *builder) encodings(r role) {
	sample := []byte(jsonText(b.sampleOf(r)))
	add := func(name, what string, change func(a *answer)) {
		f := Fault{
			Name: roleWord(r) + name, Clause: r.response.ID + ".json", Class: Encoding,
			Description: fmt.Sprintf("in the answer %d, %s", r.status, what),
			design:      b.answering(r, func(x *exchange) { change(x.answer) }),
		}
		if unchanged(sample, change) {
			f.Excluded = "it changes nothing about the answer " + string(sample)
		}
		b.add(f)
	}
	add("unclosed", "the JSON breaks off", func(a *answer) { a.set(bytes.TrimRight(a.body.Bytes(), "}] \n")) })
	add("doubled", "the body is there twice", func(a *answer) { a.set(slices.Repeat(a.body.Bytes(), 2)) })
	add("text-after", "text follows the JSON", func(a *answer) { _, _ = a.Write([]byte("\nOK\n")) })
	add("empty", "the body is empty", func(a *answer) { a.set(nil) })
	add("single-quotes", "names stand in single quotes", func(a *answer) { a.set(bytes.ReplaceAll(a.body.Bytes(), []byte(`"`), []byte(`'`))) })
	add("latin-1", "the body is not UTF-8", func(a *answer) {
		a.set(append([]byte("{\"\xe9\":1,"), bytes.TrimPrefix(a.body.Bytes(), []byte("{"))...))
	})
	b.add(Fault{
		Name: r.name, Clause: b.op.ID + ".answer.framing", Class: Encoding,
		Description: fmt.Sprintf("the answer %d ends before the length that it announces", r.status),
		design:      b.answering(r, func(x *exchange) { x.answer.length = x.answer.body.Len() + 10 }),
	})
	objectless := ""
	if !bytes.Contains(sample, []byte("{")) {
		objectless = "the answer holds no object"
	}
	b.add(Fault{
		Name: r.name, Clause: b.op.ID + ".answer.duplicate-names", Class: Encoding, Excluded: objectless,
		Description: fmt.Sprintf("in the answer %d, a member is there twice", r.status),
		design: b.answering(r, func(x *exchange) {
			x.answer.set(doubled(x.answer.body.Bytes()))
		}),
	})
}

// unchanged reports whether a change leaves a body as it is.
func unchanged(body []byte, change func(a *answer)) bool {
	a := newAnswer()
	a.set(body)
	change(a)
	return bytes.Equal(a.body.Bytes(), body)
}

// taken says that a media type is documented after all, by a range, or gives "".
func taken(content []*spec.Media, name string) string {
	written := map[string]string{"html": "text/html", "text": "text/plain"}[name]
	if spec.Documented(content, written) != nil {
		return "the contract documents a range that it is in"
	}
	return ""
}

// doubled writes the members of an object twice; in a list of objects, a member
// of the first.
func doubled(body []byte) []byte {
	body = bytes.TrimSpace(body)
	if bytes.Equal(body, []byte("{}")) {
		return []byte(`{"twice":1,"twice":2}`)
	}
	if inner, ok := bytes.CutPrefix(body, []byte("{")); ok {
		inner = bytes.TrimSuffix(inner, []byte("}"))
		return fmt.Appendf(nil, "{%s,%s}", inner, inner)
	}
	before, after, _ := bytes.Cut(body, []byte("{"))
	return fmt.Appendf(nil, `%s{"twice":1,"twice":2,%s`, before, after)
}

package enforce_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

// sending is a request that was drawn, and what is odd about it.
type sending struct {
	contract string // its file, without .yaml
	op       *spec.Operation
	target   string
	header   http.Header
	body     []byte // nil for none
	odd      []oddity
	// refusal is why the middleware refused it, "" where it did not.
	refusal string
}

// oddity is something about a request that is not as ordinary as can be.
type oddity struct {
	// at is in and name of a parameter, body, or a place in it: body.lines[0].sku.
	at string
	// kind says what was done there.
	kind string
	// value is what was put there, as text or JSON.
	value string
}

func (s *sending) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s %s", s.contract, s.op.Method, s.target)
	for name, values := range s.header {
		fmt.Fprintf(&b, "\n    %s: %q", name, values)
	}
	if s.body != nil {
		fmt.Fprintf(&b, "\n    %q", s.body)
	}
	return b.String() + fmt.Sprintf("\n    odd: %q", s.odd)
}

// request makes the request anew: whoever reads its body uses it up.
func (s *sending) request() *http.Request {
	var r *http.Request
	if s.body == nil {
		r = httptest.NewRequest(s.op.Method, s.target, http.NoBody)
		r.Body = http.NoBody
	} else {
		r = httptest.NewRequest(s.op.Method, s.target, bytes.NewReader(s.body))
	}
	r.Header = s.header.Clone()
	return r
}

// drawer draws requests of operations.
type drawer struct{ *rand.Rand }

func (d drawer) one(in int) bool { return d.IntN(in) == 0 }

func pick[T any](d drawer, all []T) T { return all[d.IntN(len(all))] }

// request draws a request: nearly half of them as the contract wants them, the
// others with one oddity, or two.
func (d drawer) request(contract string, op *spec.Operation) *sending {
	s := &sending{contract: contract, op: op, header: http.Header{}}
	places := len(op.Parameters)
	if op.Body != nil {
		places += 3
	}
	odd := map[int]bool{}
	for range []int{0, 1, 1, 2, 0, 1}[d.IntN(6)] {
		odd[d.IntN(places)] = true
	}
	path, query, cookies := op.Path, []string{}, []string{}
	for i, p := range op.Parameters {
		if !odd[i] && !p.Required && d.one(2) {
			continue
		}
		texts := d.texts(s, p, odd[i])
		for _, text := range texts {
			switch p.In {
			case "path":
				path = strings.Replace(path, "{"+p.Name+"}", text, 1)
			case "query":
				query = append(query, url.QueryEscape(p.Name)+"="+text)
			case "header":
				s.header.Add(p.Name, text)
			case "cookie":
				cookies = append(cookies, p.Name+"="+text)
			}
		}
	}
	s.target = "http://host" + path
	if len(query) > 0 {
		d.Shuffle(len(query), func(i, j int) { query[i], query[j] = query[j], query[i] })
		s.target += "?" + strings.Join(query, "&")
	}
	if len(cookies) > 0 {
		s.header.Set("Cookie", strings.Join(cookies, "; "))
	}
	if op.Body != nil {
		d.body(s, odd[places-1] || odd[places-2], odd[places-3])
	}
	return s
}

// texts draws what a request carries for a parameter, escaped.
func (d drawer) texts(s *sending, p *spec.Parameter, odd bool) []string {
	at := p.In + "." + p.Name
	note := func(kind, value string) { s.odd = append(s.odd, oddity{at, kind, value}) }
	if odd && p.In != "path" && d.one(8) {
		note("absent", "")
		return nil
	}
	if p.Schema.Type == "array" {
		return d.list(p, odd, note)
	}
	value := fmt.Sprint(d.valid(p.Schema))
	if !odd {
		return []string{d.escape(p, value)}
	}
	if p.In == "query" && d.one(10) {
		note("repeated", value)
		return []string{d.escape(p, value), d.escape(p, value)}
	}
	o := d.oddText(p.Schema)
	note(o.kind, o.value)
	if o.kind == "raw" {
		return []string{o.value}
	}
	return []string{d.escape(p, o.value)}
}

// escape writes a value as the place wants it.
func (d drawer) escape(p *spec.Parameter, value string) string {
	text := p.Style().Write([]string{value})[0]
	if p.In == "query" && d.one(3) {
		text = strings.ReplaceAll(text, "%20", "+")
	}
	return text
}

// list draws the elements of a list.
func (d drawer) list(p *spec.Parameter, odd bool, note func(kind, value string)) []string {
	n := 1 + d.IntN(2)
	values := make([]string, 0, n)
	for len(values) < n {
		v := fmt.Sprint(d.valid(p.Schema.Items))
		if !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	for _, v := range values {
		if strings.Contains(v, ",") {
			note("comma within", strings.Join(values, "|"))
		}
	}
	if !odd {
		return p.Style().Write(values)
	}
	joined := p.Style().Joined()
	switch kind := pick(d, []string{
		"odd element", "odd element", "odd element", "too many", "twice the same", "escaped commas", "blanks", "empty element", "empty", "other style",
	}); kind {
	case "odd element":
		o := d.oddText(p.Schema.Items)
		note("element: "+o.kind, o.value)
		return p.Style().Write(append(values, o.value))
	case "too many":
		for i := range 4 {
			values = append(values, fmt.Sprint(d.valid(p.Schema.Items)))
			if p.Schema.Items.Type == "integer" {
				values[len(values)-1] = strconv.Itoa(200 + i)
			}
		}
		note(kind, strings.Join(values, "|"))
		return p.Style().Write(values)
	case "twice the same":
		values = append(values, values[0])
		note(kind, strings.Join(values, "|"))
		return p.Style().Write(values)
	case "escaped commas":
		if joined && p.In != "header" && p.In != "cookie" {
			values = append(values, values[0]+"0")
			note(kind, strings.Join(values, "|"))
			return []string{url.QueryEscape(strings.Join(values, ","))}
		}
	case "blanks":
		if p.In == "header" {
			note(kind, strings.Join(values, "|"))
			return []string{strings.Join(append(values, values[0]), " ,\t")}
		}
	case "empty element":
		note(kind, "")
		return p.Style().Write(append(values, ""))
	case "empty":
		if p.In != "path" {
			note(kind, "")
			return []string{""}
		}
	case "other style":
		if p.In == "query" {
			style := p.Style()
			style.Explode = !style.Explode
			values = append(values, pick(d, []string{values[0], fmt.Sprint(d.valid(p.Schema.Items))}))
			note(kind, strings.Join(values, "|"))
			return style.Write(values)
		}
	}
	return p.Style().Write(values)
}

// oddTexts are texts that readers of a type may take or refuse.
var oddTexts = []oddity{
	{"", "empty", ""},
	{"", "blank", " "},
	{"", "blank before", " 5"},
	{"", "blank after", "5 "},
	{"", "plus sign", "+5"},
	{"", "leading zeros", "005"},
	{"", "fraction of zero", "5.0"},
	{"", "fraction", "1.5"},
	{"", "exponent", "1e1"},
	{"", "word", "abc"},
	{"", "digits then text", "5x"},
	{"", "null", "null"},
	{"", "true", "true"},
	{"", "true in capitals", "TRUE"},
	{"", "zero", "0"},
	{"", "one", "1"},
	{"", "negative", "-1"},
	{"", "minus zero", "-0"},
	{"", "large", "101"},
	{"", "past 32 bits", "2147483648"},
	{"", "past 64 bits", "9223372036854775808"},
	{"", "past all floats", "1e400"},
	{"", "not a number", "NaN"},
	{"", "infinity", "Infinity"},
	{"", "hexadecimal", "0x10"},
	{"", "underscore", "1_0"},
	{"", "no digit before the point", ".5"},
	{"", "no digit after the point", "5."},
	{"", "comma", "a,b"},
	{"", "percent sign", "50%"},
	{"", "percent-encoded text", "a%20b"},
	{"", "plus", "a+b"},
	{"", "letters beyond ASCII", "üé"},
	{"", "characters of two code units", "😀😀😀😀😀"},
	{"", "long", "aaaaaaaaaaaaaaaaaaaaaaaaa"},
	{"", "quoted", `"a"`},
	{"", "brackets", "[1]"},
	{"", "braces", "{}"},
	{"", "line break at the end", "ab12\n"},
}

// oddForms are texts of which a form is not right, or barely.
var oddForms = map[string][]string{
	"date-time": {
		"2026-01-31", "2026-01-31T00:00:00", "2026-01-31t00:00:00z", "2026-01-31 00:00:00Z", "2026-01-31T00:00:00+01:00", "2026-01-31T24:00:00Z",
		"2026-02-30T00:00:00Z", "2016-12-31T23:59:60Z", "2026-01-31T00:00:00.123456789Z", "2026-13-01T00:00:00Z", "2026-01-31T00:00Z", "1769817600",
		"2026-01-31T00:00:00+25:00", "2026-01-31T00:00:00,5Z",
	},
	"date":  {"2026-02-30", "2026-1-1", "31.01.2026", "2026-01-31T00:00:00Z", "2024-02-29", "0000-01-01"},
	"uuid":  {"6f1c2a54-0d3e-4b9a-9a57-3f0f4c6d7e8", "6F1C2A54-0D3E-4B9A-9A57-3F0F4C6D7E81", "{6f1c2a54-0d3e-4b9a-9a57-3f0f4c6d7e81}", "00000000-0000-0000-0000-000000000000", "6f1c2a540d3e4b9a9a573f0f4c6d7e81"},
	"email": {"nobody", "a@b", "a b@example.org", "a@example.org.", "ü@example.org", "a@b@example.org", `"a b"@example.org`},
	"ipv4":  {"256.1.1.1", "1.2.3", "01.2.3.4", "1.2.3.4.5"},
	"ipv6":  {"::", "1::2::3", "::ffff:1.2.3.4", "fe80::1%eth0", "12345::"},
	"uri":   {"no uri", "/relative", "mailto:a@b.c", "http://", "http://host/ü", "urn:a:b", "http://host/%zz"},
}

func (d drawer) oddText(s *spec.Schema) oddity {
	if forms := oddForms[s.Format]; forms != nil && d.one(2) {
		return oddity{kind: "form", value: pick(d, forms)}
	}
	if text, ok := d.valid(s).(string); ok && len(s.Enum) > 0 && d.one(3) {
		return oddity{kind: "other case", value: strings.ToUpper(text)}
	}
	return pick(d, oddTexts)
}

var forms = map[string][]string{
	"date-time": {"2026-01-31T00:00:00Z", "2026-06-30T23:59:59.5Z"}, "date": {"2026-01-31"}, "uuid": {"6f1c2a54-0d3e-4b9a-9a57-3f0f4c6d7e81"},
	"email": {"someone@example.org"}, "ipv4": {"192.0.2.1"}, "ipv6": {"2001:db8::1"}, "uri": {"https://example.org/a?b=c"},
}

// valid draws a value that keeps to a schema.
func (d drawer) valid(s *spec.Schema) any {
	switch {
	case s == nil:
		return "anything"
	case len(s.Enum) > 0:
		return pick(d, s.Enum)
	case forms[s.Format] != nil:
		return pick(d, forms[s.Format])
	case s.Composed != nil, s.Pattern != nil:
		return s.Sample()
	}
	switch s.Type {
	case "integer":
		low, high := 1.0, 9.0
		if s.Minimum != nil {
			low = *s.Minimum
		}
		if s.Maximum != nil {
			high = *s.Maximum
		}
		n := int64(low) + d.Int64N(int64(high-low)+1)
		if s.MultipleOf != nil {
			n *= int64(*s.MultipleOf)
		}
		if len(s.Check(n)) > 0 {
			n = int64(low) + 1
		}
		return n
	case "number":
		return pick(d, []float64{0.5, 0.25, 1})
	case "boolean":
		return d.one(2)
	case "string":
		longest := 6
		if s.MaxLength != nil {
			longest = int(*s.MaxLength)
		}
		return strings.Repeat("b", int(s.MinLength)+d.IntN(longest-int(s.MinLength)+1))
	case "array":
		return d.validList(s)
	case "object":
		return d.validObject(s)
	}
	return pick(d, []any{"anything", int64(1), true, nil, []any{}})
}

func (d drawer) validList(s *spec.Schema) any {
	n := int(s.MinItems) + d.IntN(2)
	out := []any{}
	for range n {
		v := d.valid(s.Items)
		if !slices.ContainsFunc(out, func(have any) bool { return spec.Equal(have, v) }) {
			out = append(out, v)
		}
	}
	return out
}

func (d drawer) validObject(s *spec.Schema) any {
	out := map[string]any{}
	for _, m := range s.Members {
		if !m.ReadOnly && (m.Required || d.one(2)) {
			out[m.Name] = d.valid(m.Schema)
		}
	}
	for i := 0; len(out) < int(s.MinProps); i++ {
		out["more"+strconv.Itoa(i)] = d.valid(s.Additional)
	}
	return out
}

// whole is an oddity of a body as a whole.
type whole struct {
	kind   string
	change func(body []byte) []byte
}

var wholes = []whole{
	{"no body", func([]byte) []byte { return nil }},
	{"empty body", func([]byte) []byte { return []byte{} }},
	{"blank body", func([]byte) []byte { return []byte(" \n") }},
	{"cut short", func(body []byte) []byte { return body[:len(body)-1] }},
	{"text after", func(body []byte) []byte { return append(body, "x"...) }},
	{"document after", func(body []byte) []byte { return append(body, "{}"...) }},
	{"blanks around", func(body []byte) []byte { return append(append([]byte("\n "), body...), '\t') }},
	{"no JSON", func([]byte) []byte { return []byte("a=1") }},
	{"single quotes", func(body []byte) []byte { return bytes.ReplaceAll(body, []byte(`"`), []byte(`'`)) }},
	{"byte order mark", func(body []byte) []byte { return append([]byte("\xef\xbb\xbf"), body...) }},
	{"not UTF-8", func(body []byte) []byte { return bytes.Replace(body, []byte(`"`), []byte("\"\xff"), 1) }},
	{"member twice", func(body []byte) []byte {
		return bytes.Replace(body, []byte("{"), []byte(`{"twice":1,"twice":1,`), 1)
	}},
}

// mediaTypes are what may stand in Content-Type instead of what is documented.
var mediaTypes = []string{
	"", "application/json; charset=utf-8", "application/json;charset", "APPLICATION/JSON", "application/problem+json", "text/plain", "application/xml",
	"json", "application/json, text/plain",
}

// body draws a body. odd puts an oddity into its value, outside around it.
func (d drawer) body(s *sending, odd, outside bool) {
	content := s.op.Body.Content
	m := spec.JSON(content)
	value := d.valid(m.Schema)
	if odd {
		value = d.spoil(s, m.Schema, value, "body")
	}
	s.body, _ = json.Marshal(value)
	s.header.Set("Content-Type", m.JSONType())
	if !outside {
		return
	}
	if d.one(2) {
		mediaType := pick(d, mediaTypes)
		s.odd = append(s.odd, oddity{"body", "media type", mediaType})
		s.header.Set("Content-Type", mediaType)
		if mediaType == "" {
			s.header.Del("Content-Type")
		}
		return
	}
	w := pick(d, wholes)
	s.odd = append(s.odd, oddity{"body", w.kind, ""})
	if s.body = w.change(s.body); s.body == nil {
		s.header.Del("Content-Type")
	}
}

// oddValues are JSON values that are put in the place of others.
var oddValues = []string{
	`null`, `true`, `"true"`, `0`, `1`, `-1`, `5.0`, `1.5`, `1e2`, `"5"`, `""`, `" "`, `"abc"`, `"aaaaaaaaaaaaaaaaaaaaaaaaa"`, `"😀😀😀😀😀"`, `"üüüüüüüüü"`,
	`{}`, `[]`, `[1]`, `["a"]`, `[null]`, `{"a":1}`, `2147483648`, `9223372036854775808`, `1e400`, `-0`, `0.1`, `0.001`, `151`, `"\u0000"`,
}

// spoil puts an oddity at some place in a value.
func (d drawer) spoil(s *sending, schema *spec.Schema, value any, at string) any {
	object, isObject := value.(map[string]any)
	list, isList := value.([]any)
	switch {
	case isObject && schema != nil && schema.Composed == nil && len(schema.Members) > 0 && !d.one(4):
		m := pick(d, schema.Members)
		there, present := object[m.Name]
		switch at := at + "." + m.Name; {
		case present && d.one(5):
			s.odd = append(s.odd, oddity{at, "absent", ""})
			delete(object, m.Name)
		case d.one(12):
			s.odd = append(s.odd, oddity{at, "other case", ""})
			delete(object, m.Name)
			object[strings.ToUpper(m.Name)] = d.valid(m.Schema)
		case !present:
			object[m.Name] = d.spoil(s, m.Schema, d.valid(m.Schema), at)
		default:
			object[m.Name] = d.spoil(s, m.Schema, there, at)
		}
		return object
	case isObject && schema != nil && d.one(2):
		value := json.RawMessage(pick(d, oddValues))
		s.odd = append(s.odd, oddity{at, "unlisted", string(value)})
		object["unlisted"] = value
		return object
	case isList && len(list) > 0 && !d.one(3):
		if d.one(2) {
			s.odd = append(s.odd, oddity{at, "twice the same", ""})
			return append(list, list[0])
		}
		list[0] = d.spoil(s, schema.Items, list[0], at+"[0]")
		return list
	case isList && d.one(3):
		s.odd = append(s.odd, oddity{at, "too many", ""})
		for range 4 {
			list = append(list, d.valid(schema.Items))
		}
		return list
	}
	if schema != nil && oddForms[schema.Format] != nil && d.one(2) {
		form := pick(d, oddForms[schema.Format])
		s.odd = append(s.odd, oddity{at, "form", form})
		return form
	}
	odd := pick(d, oddValues)
	if schema != nil && schema.Format == "int64" && d.one(4) {
		odd = "9223372036854775808"
	}
	s.odd = append(s.odd, oddity{at, "value", odd})
	return json.RawMessage(odd)
}

package spec

import (
	"fmt"
	"strings"
	"testing"
)

// TestHeadersOfAnswers holds the lines of a header to what is documented of it.
func TestHeadersOfAnswers(t *testing.T) {
	const (
		object   = `schema: {type: object, required: [a], additionalProperties: {type: boolean}, properties: {a: {type: integer}, b: {type: string}}}`
		list     = `schema: {type: array, maxItems: 2, items: {type: integer}}`
		session  = `schema: {type: string, pattern: "^SESSION="}`
		cookies  = `schema: {type: array, maxItems: 2, items: {type: string, pattern: "^[a-z]+="}}`
		document = `content: {application/json: {schema: {type: object, required: [a], properties: {a: {type: integer}}}}}`
	)
	for _, test := range []struct{ name, header, lines, want string }{
		{"X-A", list, "1, 2", ""},
		{"X-A", list, "1|2", ""},
		{"X-A", list, "1,2|3", "maxItems:  must have at most 2 elements"},
		{"X-A", list, "1,b", "items.type: [1] must be an integer"},
		{"X-A", list, "", ""}, // a list of nothing
		{"X-A", object, "a,1,b,x", ""},
		{"X-A", object, "b, x, c, true, a, 7", ""},
		{"X-A", object, "", ""},
		{"X-A", object, "a,1,b", "type:  must have a value for each name of a member"},
		{"X-A", object, `{"a":1}`, ""}, // as servers write it that mean content
		{"X-A", object, `{"a":"1"}`, "a.type: a must be an integer"},
		{"X-A", object, `["a"]`, "type:  must have a value for each name of a member"},
		{"X-A", list, `[1, 2]`, ""},
		{"X-A", list, `[1, "2"]`, "items.type: [1] must be an integer"},
		{"X-A", object, "a,x", "a.type: a must be an integer"},
		{"X-A", object, "a,1,c,2", "additionalProperties.type: c must be a boolean"},
		{"X-A", object, "b,x", "a.required: a is missing"},
		{"X-A", "explode: true, " + object, "a=1,b=x=y", ""},
		{"X-A", "explode: true, " + object, "a,1", "a.type: a must be an integer"},
		{"X-A", document, `{"a": 1}`, ""},
		{"X-A", document, `{"a": "1"}`, "a.type: a must be an integer"},
		{"X-A", document, `a=1`, "json:  must be one JSON document"},
		{"X-A", `content: {text/plain: {schema: {type: string, maxLength: 3}}}`, "abcd", "maxLength:  must have at most 3 characters"},
		{"X-A", `content: {application/xml: {schema: {type: object}}}`, "<a>", ""},
		{"X-A", `content: {text/plain: {}}`, "a", ""},
		{"X-A", `schema: {oneOf: [{type: integer}, {type: boolean}]}`, "x", "not read"},
		{"X-A", `schema: {type: array, items: {type: array, items: {type: integer}}}`, "x", "not read"},
		{"Last-Modified", "schema: {type: string, format: date-time}", "Fri, 27 Nov 2026 09:00:00 GMT", "not read"}, // as HTTP has it
		{"Last-Modified", "schema: {type: string, format: date-time}", "yesterday", "format:  must be an RFC 3339 time such as 2026-01-31T00:00:00Z"},
		{"Set-Cookie", "required: true, " + session, "SESSION=a; Expires=Fri, 27 Nov 2026 09:00:00 GMT", ""},
		{"Set-Cookie", "required: true, " + session, "lang=en|SESSION=a", ""},
		{"Set-Cookie", "required: true, " + session, "lang=en|a=b", "pattern:  must match ^SESSION="},
		{"Set-Cookie", session, "lang=en|a=b", "not read"}, // as a load balancer sets them
		{"set-cookie", cookies, "a=b; Expires=Fri, 27 Nov 2026 09:00:00 GMT|b=c", ""},
		{"Set-Cookie", cookies, "a=b|B=c|c=d|e=f", "maxItems:  must have at most 2 elements"},
		{"Set-Cookie", "required: true, " + cookies, "B=c", "items.pattern: [0] must match ^[a-z]+="},
	} {
		p := headerOf(t, test.name, test.header)
		_, found, ok := p.ReadHeader(strings.Split(test.lines, "|"))
		var got []string
		for _, v := range found {
			got = append(got, fmt.Sprintf("%s: %s %s", strings.TrimPrefix(v.Clause, p.ID+"."), v.Where, v.Message))
		}
		if !ok {
			got = append(got, "not read")
		}
		if text := strings.Join(got, "\n"); text != test.want {
			t.Errorf("%s: %s of %q: got %q, want %q", test.name, test.header, test.lines, text, test.want)
		}
	}
}

// TestHeaderTextIsRead has what is written as a header read again.
func TestHeaderTextIsRead(t *testing.T) {
	object := map[string]any{"a": int64(1), "b": "x"}
	for _, test := range []struct {
		header string
		value  any
		want   string
	}{
		{`schema: {type: array, items: {type: integer}}`, []any{int64(1), int64(2)}, "1,2"},
		{`schema: {type: object, properties: {a: {type: integer}}}`, object, "a,1,b,x"},
		{`explode: true, schema: {type: object, properties: {a: {type: integer}}}`, object, "a=1,b=x"},
		{`content: {application/json: {schema: {type: object}}}`, object, `{"a":1,"b":"x"}`},
		{`content: {application/json: {schema: {type: string}}}`, "x", `"x"`},
		{`schema: {type: string}`, "x", "x"},
	} {
		p := headerOf(t, "X-A", test.header)
		text := p.HeaderText(test.value)
		if text != test.want {
			t.Errorf("%s: %q, want %q", test.header, text, test.want)
		}
		if _, found, ok := p.ReadHeader([]string{text}); !ok || found != nil {
			t.Errorf("%s: %q is read as %v, %v", test.header, text, found, ok)
		}
	}
}

func headerOf(t *testing.T, name, header string) *Parameter {
	t.Helper()
	return load(t, `openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /:
    get:
      operationId: get
      responses: {"200": {description: ok, headers: {`+name+`: {`+header+`}}}}
`).Operation("get").Responses[0].Headers[0]
}

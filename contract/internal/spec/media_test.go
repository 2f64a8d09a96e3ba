package spec

import "testing"

// TestDocumented tells which media type of a content a header means.
func TestDocumented(t *testing.T) {
	content := func(types ...string) []*Media {
		var out []*Media
		for _, name := range types {
			out = append(out, &Media{Type: name})
		}
		return out
	}
	for _, test := range []struct {
		content []*Media
		header  string
		want    string // "" for none
	}{
		{content("application/json"), "application/json", "application/json"},
		{content("application/json"), "Application/JSON; charset=utf-8", "application/json"},
		{content("application/json; charset=utf-8"), "application/json", "application/json; charset=utf-8"},
		{content("application/json;v=1", "application/json;v=2"), "application/json; V=2", "application/json;v=2"},
		{content("application/json;v=1", "application/json;v=2"), "application/json; v=3", "application/json;v=1"},
		{content("application/json"), "application/json; charset", "application/json"},
		{content("application/json"), "application/problem+json", ""},
		{content("*/*", "application/*", "application/json"), "application/json", "application/json"},
		{content("*/*", "application/*", "application/json"), "application/xml", "application/*"},
		{content("*/*", "application/*", "application/json"), "text/plain", "*/*"},
		{content("application/*", "application/*+json"), "application/hal+json", "application/*+json"},
		{content("text/*"), "textual/plain", ""},
		{content("text*"), "text/plain", ""},
		{content("*/*"), "json", ""},
		{content("*/*"), "json/", ""},
		{content("*/*"), "", ""},
		{content("*/*"), "text/plain, text/html", ""},
		{nil, "text/plain", ""},
	} {
		got := ""
		if m := Documented(test.content, test.header); m != nil {
			got = m.Type
		}
		if got != test.want {
			t.Errorf("%q is documented as %q, not %q", test.header, got, test.want)
		}
	}
}

// TestRangesOfMediaTypes has the schema of a range read where JSON may be sent
// under it and is not spelled out.
func TestRangesOfMediaTypes(t *testing.T) {
	const object = `{type: object, required: [n], properties: {n: {type: integer}}}`
	for content, want := range map[string]string{
		`"*/*": {schema: ` + object + `}`:                                                       "application/json",
		`application/*: {schema: ` + object + `}`:                                               "application/json",
		`text/plain: {schema: {type: string}}, "*/*": {schema: ` + object + `}`:                 "application/json",
		`"*/*": {schema: {type: string}}, application/hal+json: {schema: ` + object + `}`:       "application/hal+json",
		`"*/*": {}, application/*: {schema: ` + object + `}, text/*: {schema: {type: integer}}`: "application/json",
	} {
		c, err := Load("x.yaml", []byte(`openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /x:
    post:
      operationId: x
      requestBody: {content: {`+content+`}}
      responses: {"200": {description: ok}, "400": {description: bad}}
`))
		if err != nil {
			t.Fatal(err)
		}
		m := JSON(c.Operations[0].Body.Content)
		if m == nil || m.JSONType() != want || c.Clause("x.body.n.required") == nil {
			t.Errorf("%s: JSON is read as %+v, with the clauses %v", content, m, c.Clauses)
		}
		if spelled := want != "application/json"; (c.Clause("x.body.json") != nil) != spelled {
			t.Errorf("%s: that the body is JSON is a clause: %v", content, !spelled)
		}
	}
}

package plan

import (
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
)

// TestWhatServersReadDifferently is not demanded: such a case is skipped with the
// reason, and other cases have other values.
func TestWhatServersReadDifferently(t *testing.T) {
	const text = `openapi: 3.0.3
info: {title: Things, version: "1"}
paths:
  /things/{id}:
    get:
      operationId: get
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, enum: ["foo/bar", "..", ok]}}
        - {name: ids, in: query, explode: false, schema: {type: array, minItems: 1, items: {type: string, enum: ["x,y", z]}}}
        - {name: none, in: query, schema: {type: string, enum: ["", some]}}
        - {name: X-H, in: header, schema: {type: array, items: {type: string, enum: ["x,y", z]}}}
        - {name: X-U, in: header, schema: {type: string, enum: ["ü"]}}
        - {name: c, in: cookie, schema: {type: string, example: "d e", maxLength: 5}}
        - {name: l, in: cookie, schema: {type: array, maxItems: 2, items: {type: integer}}}
      responses: {"200": {description: ok}, "400": {description: bad}}
  /files/{path}:
    get:
      operationId: file
      parameters:
        - {name: path, in: path, required: true, schema: {type: string, pattern: "^a/b$"}}
        - {name: q, in: query, schema: {type: integer}}
      responses: {"200": {description: ok}, "400": {description: bad}}
`
	model, err := spec.Load("things.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	const slash = "a path value that holds a slash is read in different ways by servers and proxies: not sent"
	skipped := map[string]string{
		"get.path.id.enum/value-foo_2fbar": slash,
		"get.path.id.enum/value-__":        "a path value that is . or .. is read in different ways by servers and proxies: not sent",
		"get.query.none.enum/value-":       "an empty value outside the body may lawfully be taken for none: not sent",
		"get.header.X-H.items.enum/value-x_2cy": "a comma within an element of a header is taken for the end of the element " +
			"(RFC 9110, section 5.6.1): not sent",
		"get.header.X-U.enum/value-_c3_bc":       "a header value beyond ASCII is read in different ways by servers and proxies (RFC 9110, section 5.5): not sent",
		"get.cookie.l.maxItems/at":               "a cookie of several values is read in different ways by servers and proxies (RFC 6265, sections 4.1.1 and 4.2.2): not sent",
		"file.answer.200/smallest":               slash,
		"file.query.q.type/alone":                slash,
		"file.query.q.type/text-in-smallest":     slash,
		"file.answer.unprovoked-5xx/q-plus-sign": slash,
	}
	sent := map[string]bool{
		"get.query.ids.items.enum/value-x_2cy": true, "get.answer.200/fullest": true, "get.cookie.c.maxLength/at": true,
		"file.path.path.pattern/unmatched-in-smallest": true,
	}
	for _, c := range Build(model, Options{Unsafe: true}).Cases {
		if want, ok := skipped[c.ID]; ok {
			if c.Skip != want {
				t.Errorf("%s is skipped because %q, not %q", c.ID, c.Skip, want)
			}
			delete(skipped, c.ID)
		}
		if sent[c.ID] {
			if c.Skip != "" {
				t.Errorf("%s is skipped: %s", c.ID, c.Skip)
			}
			delete(sent, c.ID)
		}
		// What breaks the pattern may have no slash.
		if strings.HasPrefix(c.ID, "file.") && !strings.HasPrefix(c.ID, "file.path.") && c.Skip != slash {
			t.Errorf("%s is skipped because %q", c.ID, c.Skip)
		}
		if c.Operation == "get" && c.Skip != "" && !strings.HasSuffix(c.Skip, ": not sent") {
			t.Errorf("%s is skipped because %q", c.ID, c.Skip)
		}
	}
	if len(skipped)+len(sent) > 0 {
		t.Errorf("the plan lacks %v and %v", skipped, sent)
	}
}

// TestPlainValuesAreChosen wants nothing in ordinary requests that servers trip
// over.
func TestPlainValuesAreChosen(t *testing.T) {
	model := model(t, `        - {name: ids, in: query, schema: {type: array, minItems: 2, items: {type: string, enum: ["x,y", "z", "w"]}}}
        - {name: c, in: cookie, schema: {type: string, enum: ["a b", "c"]}}
        - {name: X-H, in: header, schema: {type: string, example: "ü"}}
`, "")
	for _, c := range Build(model, Options{}).Cases {
		if c.Technique != Example && c.Technique != Combination {
			continue
		}
		for _, p := range c.Request.Parameters {
			if !p.Wire().Plain(onWire(&p)) {
				t.Errorf("%s sends %v in %s", c.ID, p.Value, p.Name)
			}
		}
	}
}

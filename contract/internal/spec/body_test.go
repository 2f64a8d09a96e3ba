package spec

import (
	"fmt"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/wire"
)

// ofBody is a contract with one operation, whose body has the content.
func ofBody(content string) string {
	return "openapi: 3.0.3\ninfo: {title: Bodies, version: \"1\"}\npaths:\n  /b:\n    post:\n      operationId: send\n" +
		"      requestBody:\n        required: true\n        content:\n          " + strings.ReplaceAll(strings.TrimSpace(content), "\n", "\n          ") +
		"\n      responses: {\"200\": {description: ok}}\n"
}

func TestKindsOfBodies(t *testing.T) {
	for _, test := range []struct{ content, want string }{
		{`application/json: {schema: {type: object}}`, "json application/json"},
		{`application/x-www-form-urlencoded: {schema: {type: object}}`, "pairs application/x-www-form-urlencoded"},
		{`multipart/form-data; boundary=x: {schema: {type: object}}`, "parts multipart/form-data"},
		{`text/plain; charset=utf-8: {schema: {type: string}}`, "plain text/plain; charset=utf-8"},
		{`text/csv: {}`, "plain text/csv"},
		{`application/octet-stream: {schema: {type: string, format: binary}}`, "plain application/octet-stream"},
		{`"*/*": {schema: {type: object, properties: {a: {type: string}}}}`, "json application/json"},
		{`"*/*": {schema: {type: string}}`, "plain text/plain"},
		{`"*/*": {schema: {type: string, format: binary}}`, "plain application/octet-stream"},
		{`"application/*": {}`, "plain application/octet-stream"},
		{`"text/*": {}`, "plain text/plain"},
		{`"image/*": {schema: {type: string, format: binary}}`, "plain image/png"},
		{`application/xml: {schema: {type: object}}`, "none"},
		{`application/xml: {schema: {type: object}, example: <a/>}`, "shown application/xml"},
		{`application/yaml: {schema: {type: object}}`, "none"},
		{"application/xml: {example: <a/>}\ntext/plain: {}\nmultipart/form-data: {}\napplication/json: {}", "json application/json"},
		{"application/xml: {example: <a/>}\ntext/plain: {}\nmultipart/form-data: {schema: {type: object}}", "parts multipart/form-data"},
		{"application/octet-stream: {}\napplication/x-www-form-urlencoded: {schema: {properties: {a: {type: string}}}}", "pairs application/x-www-form-urlencoded"},
	} {
		content, want := test.content, test.want
		c, err := Load("c.yaml", []byte(ofBody(content)))
		if err != nil {
			t.Errorf("%s: %v", content, err)
			continue
		}
		got := "none"
		if m := c.Operations[0].Body.Main(); m != nil {
			got = []string{"shown", "json", "pairs", "parts", "plain"}[m.Kind()] + " " + m.WrittenType()
		}
		if got != want {
			t.Errorf("%s: %s, want %s", content, got, want)
		}
	}
}

func TestWarningsOfBodies(t *testing.T) {
	for content, want := range map[string]string{
		"text/plain; charset: {}": `c.yaml:10: the parameters of the media type "text/plain; charset" cannot be read: ` +
			"they are passed over; write them as in text/plain; charset=utf-8",
		"multipart/form-data: {schema: {type: object, properties: {file: {type: string}}}, encoding: {fiel: {contentType: image/png}}}": `c.yaml:10: encoding names "fiel", ` +
			`which the schema does not list: it is passed over; did you mean "file"?`,
		"application/xml: {schema: {type: object}}": "c.yaml:10: the schema of application/xml is not checked: its content is not read, " +
			"and a request is made only of an example: give it one",
		"application/xml: {schema: {type: object}, example: <a/>}": "c.yaml:10: the schema of application/xml is not checked: its content is not read: " +
			"the example is sent, and the answer judged by its status alone",
		"text/plain: {schema: {type: string, maxLength: 3}}": "",
	} {
		c, err := Load("c.yaml", []byte(ofBody(content)))
		if err != nil {
			t.Errorf("%s: %v", content, err)
			continue
		}
		if got := Problems(c.Warnings).Error(); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", content, got, want)
		}
	}
}

func TestHowMembersOfFormsAreWritten(t *testing.T) {
	const schema = `{schema: {type: object, properties: {
    text: {type: string}, file: {type: string, format: binary}, picture: {type: string}, files: {type: array, items: {type: string, format: binary}},
    list: {type: array, items: {type: integer}}, joined: {type: array, items: {type: integer}}, of: {type: object, properties: {a: {type: string}}},
    deep: {type: object, properties: {a: {type: array, items: {type: string}}}}, null: {anyOf: [{type: object}, {type: "null"}]}}},
    encoding: {picture: {contentType: "image/*, image/png", headers: {X-A: {schema: {type: string, enum: [b]}}}}, joined: {style: pipeDelimited}, deep: {style: deepObject}}}`
	for media, want := range map[string][]wire.Part{
		"multipart/form-data": {
			{Name: "text"},
			{Name: "file", File: true, ContentType: "application/octet-stream"},
			{Name: "picture", File: true, ContentType: "image/png", Header: map[string]string{"X-A": "b"}},
			{Name: "files", File: true, ContentType: "application/octet-stream"},
			{Name: "list"},
			{Name: "joined", Style: "pipeDelimited", Joined: true},
			{Name: "of", JSON: true, ContentType: "application/json"},
			{Name: "deep", JSON: true, ContentType: "application/json"},
			{Name: "null", JSON: true, ContentType: "application/json"},
		},
		"application/x-www-form-urlencoded": {
			{Name: "text"},
			{Name: "file"},
			{Name: "picture", Header: map[string]string{"X-A": "b"}},
			{Name: "files"},
			{Name: "list"},
			{Name: "joined", Style: "pipeDelimited", Joined: true},
			{Name: "of"},
			{Name: "deep", Style: "deepObject", Doubt: "how an object within an object, or a list in one, is written in a form is not said: " +
				"give deep the contentType application/json in encoding"},
			{Name: "null"},
		},
	} {
		c, err := Load("c.yaml", []byte(strings.Replace(ofBody(media+": "+schema), "3.0.3", "3.1.0", 1)))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Operations[0].Body.Main().Parts; fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
			t.Errorf("%s: got\n%+v\nwant\n%+v", media, got, want)
		}
	}
}

package source

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/theory/jsonpath/spec"
)

const things = `openapi: 3.0.3
info: {title: Things, version: "1"}
paths:
  /things:
    get:
      operationId: list
      tags: [a, b]
      parameters:
        - {name: min, in: query, schema: {type: integer}}
        - {name: max, in: query, schema: {type: integer}}
      responses: {"200": {$ref: "#/components/responses/OK"}}
  /things/{id}:
    delete:
      operationId: delete
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"204": {description: gone}}
components:
  responses: {OK: {description: all}}
`

// anOverlay writes an overlay of some actions, the first of which is in line 4.
func anOverlay(version string, actions ...string) string {
	return "overlay: " + version + "\ninfo: {title: o, version: \"1\"}\nactions:\n  - {" + strings.Join(actions, "}\n  - {") + "}\n"
}

// overlaid loads spec/api.yaml with overlays of the same folder over it, and returns
// its problems or the error, the folder cut away.
func overlaid(t *testing.T, files map[string]string, overlays ...string) (*Description, []string) {
	t.Helper()
	dir := write(t, files)
	o := Options{}
	for _, name := range overlays {
		o.Overlays = append(o.Overlays, filepath.Join(dir, "spec", name))
	}
	d, err := Load(t.Context(), filepath.Join(dir, "spec/api.yaml"), o)
	found := []string{}
	short := func(text string) string { return strings.ReplaceAll(text, dir+"/spec/", "") }
	if err != nil {
		return nil, []string{short(err.Error())}
	}
	for _, p := range d.Problems {
		found = append(found, short(p.String()))
	}
	return d, found
}

func TestOverlay(t *testing.T) {
	const list = "/paths/~1things/get"
	for name, c := range map[string]struct {
		actions       []string
		pointer, want string
	}{
		"members are merged": {
			[]string{`target: $.info, update: {x-a: {b: 1}}`, `target: $, update: {info: {title: Other, x-a: {c: 2}}}`},
			"/info", `{"title":"Other","version":"1","x-a":{"b":1,"c":2}}`,
		},
		"an element is added": {
			[]string{`target: "$.paths['/things'].get.tags", update: c`}, list + "/tags", `["a","b","c"]`,
		},
		"lists within an update are joined": {
			[]string{`target: "$.paths['/things'].get", update: {tags: [c, d]}`}, list + "/tags", `["a","b","c","d"]`,
		},
		"a filter": {
			[]string{`target: "$.paths.*.get.parameters[?@.name == 'max'].schema", update: {maximum: 9}`},
			list + "/parameters", `[{"name":"min","in":"query","schema":{"type":"integer"}},{"name":"max","in":"query","schema":{"type":"integer","maximum":9}}]`,
		},
		"an element is removed": {
			[]string{`target: "$..parameters[?@.name == 'min']", remove: true`},
			list + "/parameters", `[{"name":"max","in":"query","schema":{"type":"integer"}}]`,
		},
		"elements by their numbers": {
			[]string{`target: "$.paths['/things'].get.parameters[-1, 0]", update: {description: d}`, `target: "$.paths['/things'].get.parameters[:1]", remove: true`},
			list + "/parameters", `[{"name":"max","in":"query","schema":{"type":"integer"},"description":"d"}]`,
		},
		"a slice that goes back": {
			[]string{`target: "$.paths['/things'].get.parameters[1:0:-1]", remove: true`},
			list + "/parameters", `[{"name":"min","in":"query","schema":{"type":"integer"}}]`,
		},
		"a member is removed": {
			[]string{`target: "$.paths['/things']", remove: true`}, "/paths", `{"/things/{id}":{"delete":{"operationId":"delete",` +
				`"parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"string"}}],"responses":{"204":{"description":"gone"}}}}}`,
		},
		"values within each other": {
			[]string{`target: "$.paths..[?@.responses || @.in]", update: {x-a: 1}`},
			list,
			`{"operationId":"list","tags":["a","b"],"parameters":[{"name":"min","in":"query","schema":{"type":"integer"},"x-a":1},` +
				`{"name":"max","in":"query","schema":{"type":"integer"},"x-a":1}],"responses":{"200":{"$ref":"#/components/responses/OK"}},"x-a":1}`,
		},
		"what is within what is removed": {
			[]string{
				`target: "$.paths..responses", update: {default: {description: d}}`, `target: "$..get.responses['200','default','200']", remove: true`,
				`target: "$..get.responses", update: {"201": {description: made}}`,
			},
			list + "/responses", `{"201":{"description":"made"}}`,
		},
		"nothing, of which something becomes": {
			[]string{`target: $, update: {x-a: null}`, `target: "$['x-a']", update: {b: 1}`}, "/x-a", `{"b":1}`,
		},
		"a filter that reads the root": {
			[]string{`target: "$..parameters[?@.name == $.paths['/things/{id}'].delete.parameters[0].name]", update: {x-a: 1}`},
			"/paths/~1things~1{id}/delete/parameters/0/x-a", `1`,
		},
		"a number beyond what a float64 holds": {
			[]string{`target: $.info, update: {x-a: {b: 123456789012345678901}}`, `target: "$.info[?@.b > 3]", update: {c: 1}`},
			"/info/x-a", `{"b":123456789012345678901,"c":1}`,
		},
		"a text in 1.1": {
			[]string{`target: $.info.title, update: Other`}, "/info/title", `"Other"`,
		},
	} {
		version := "1.0.0"
		if strings.HasSuffix(name, "1.1") {
			version = "1.1.0"
		}
		d, found := overlaid(t, map[string]string{"spec/api.yaml": things, "spec/o.yaml": anOverlay(version, c.actions...)}, "o.yaml")
		if d == nil {
			t.Errorf("%s: %q", name, found)
			continue
		}
		if got := at(d, c.pointer); got != c.want {
			t.Errorf("%s: got %s, want %s; %q", name, got, c.want, found)
		}
		mustAccept(t, d)
	}
}

// TestOverlayInOrder lays two overlays of other folders over a description, whose
// places and references are as they should be.
func TestOverlayInOrder(t *testing.T) {
	d, found := overlaid(t, map[string]string{
		"spec/api.yaml":   things,
		"spec/parts.yaml": "Limit: {name: limit, in: query, schema: {type: integer}}\n",
		"spec/o/one.yaml": anOverlay("1.0.0", `target: "$.paths['/things'].get", update: {summary: one, deprecated: true, responses: {"400": {description: bad}}}`,
			`target: "$.paths['/things'].get.parameters", update: {$ref: "parts.yaml#/Limit"}`,
			`target: "$.paths['/things'].get.parameters", update: {$ref: "#/components/parameters/page"}`,
			`target: $.components, update: {parameters: {page: {name: page, in: query, schema: {type: integer, maximum: x}}}}`),
		"spec/o/two.yaml": anOverlay("1.0.0", `target: "$.paths['/things'].get", update: {summary: two}`),
	}, "o/one.yaml", "o/two.yaml")
	check(t, d, map[string]string{
		"/paths/~1things/get/summary":              `"two"`,
		"/paths/~1things/get/parameters/2":         `{"$ref":"#/components/parameters/Limit"}`,
		"/paths/~1things/get/parameters/3":         `{"$ref":"#/components/parameters/page"}`,
		"/components/parameters/Limit/schema/type": `"integer"`,
	})
	checkProblems(t, found, `o/one.yaml:7:113: a number is wanted, not "x"; it is left out`)
	for pointer, want := range map[string]string{
		"/paths/~1things/get/summary":               "two.yaml:4",
		"/paths/~1things/get/deprecated":            "one.yaml:4",
		"/paths/~1things/get/responses/400":         "one.yaml:4",
		"/paths/~1things/get/operationId":           "api.yaml:6",
		"/components/parameters/page/schema/type":   "one.yaml:7",
		"/components/parameters/Limit/schema/type":  "parts.yaml:1",
		"/paths/~1things/get/parameters/0/name":     "api.yaml:9",
		"/paths/~1things~1{id}/delete/parameters/0": "api.yaml:15",
	} {
		got := d.Locate(pointer)
		if at := fmt.Sprintf("%s:%d", filepath.Base(got.File), got.Line); at != want {
			t.Errorf("%s: got %s, want %s", pointer, at, want)
		}
	}
	for i, want := range []string{"api.yaml", "one.yaml", "two.yaml", "parts.yaml"} {
		if got := filepath.Base(d.Files[i]); got != want {
			t.Errorf("file %d is %s, want %s", i, got, want)
		}
	}
}

// TestOverlayOfAlias changes one of two places that share a value.
func TestOverlayOfAlias(t *testing.T) {
	const shared = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /a: {get: &a {responses: {'200': {description: ok}}}}\n  /b: {get: *a}\n"
	d, found := overlaid(t, map[string]string{
		"spec/api.yaml": shared, "spec/o.yaml": anOverlay("1.0.0", `target: "$.paths['/b'].get", update: {summary: s}`),
	}, "o.yaml")
	checkProblems(t, found, "api.yaml:4:13: the operation has no operationId; it is called getA", "api.yaml:4:13: the operation has no operationId; it is called getB")
	check(t, d, map[string]string{"/paths/~1a/get/summary": "nothing", "/paths/~1b/get/summary": `"s"`})
}

// TestOverlayOfSwagger changes a Swagger 2.0 description as it stands in its file.
func TestOverlayOfSwagger(t *testing.T) {
	d, found := overlaid(t, map[string]string{
		"spec/api.yaml": swagger, "spec/o.yaml": anOverlay("1.0.0", `target: $.parameters.limit, update: {maximum: 7}`),
	}, "o.yaml")
	checkProblems(t, found, overlaidSwagger(t)...)
	check(t, d, map[string]string{"/components/parameters/limit/schema/maximum": "7"})
	if got := d.Locate("/components/parameters/limit/schema/maximum"); filepath.Base(got.File) != "o.yaml" || got.Line != 4 {
		t.Errorf("the maximum is said to stand in %v", got)
	}
}

// overlaidSwagger lists the problems of the description without the overlay.
func overlaidSwagger(t *testing.T) []string {
	t.Helper()
	_, found := overlaid(t, map[string]string{"spec/api.yaml": swagger})
	return found
}

func TestOverlayWarnings(t *testing.T) {
	const nothing = "; the action changes nothing"
	for _, c := range []struct {
		actions []string
		want    string
	}{
		{
			[]string{`target: "$.paths['/thing'].get", remove: true`},
			`o.yaml:4:6: the target "$.paths['/thing'].get" matches nothing: $.paths has no "/thing": did you mean $.paths['/things']?` + nothing,
		},
		{
			[]string{`target: "$.paths['/things'].gets", remove: true`},
			`o.yaml:4:6: the target "$.paths['/things'].gets" matches nothing: $.paths['/things'] has no "gets": did you mean $.paths['/things'].get?` + nothing,
		},
		{
			[]string{`target: "$.paths.*.put.summary", remove: true`},
			`o.yaml:4:6: the target "$.paths.*.put.summary" matches nothing: $.paths['/things'] has no "put": known here: get` + nothing,
		},
		{
			[]string{`target: $.info.contact.name, remove: true`},
			`o.yaml:4:6: the target "$.info.contact.name" matches nothing: $.info has no "contact": known here: title, version` + nothing,
		},
		{
			[]string{`target: "$.paths['/things'].get.responses['200'].description", remove: true`},
			`o.yaml:4:6: the target "$.paths['/things'].get.responses['200'].description" matches nothing: ` +
				`$.paths['/things'].get.responses['200'] is a $ref to "#/components/responses/OK", which targets do not follow` + nothing,
		},
		{
			[]string{`target: "$.paths.*.*.parameters[?@.name == 'mix']", remove: true`},
			`o.yaml:4:6: the target "$.paths.*.*.parameters[?@.name == 'mix']" matches nothing: ` +
				`nothing in $.paths['/things'].get.parameters, which is a list, is meant by [?@["name"] == "mix"]` + nothing,
		},
		{
			[]string{`target: "$.paths['/things'].get.parameters.min", remove: true`},
			`o.yaml:4:6: the target "$.paths['/things'].get.parameters.min" matches nothing: ` +
				`$.paths['/things'].get.parameters is a list, and "min" names a member of a mapping` + nothing,
		},
		{
			[]string{`target: "$..parametrs", remove: true`},
			`o.yaml:4:6: the target "$..parametrs" matches nothing: nothing below $ is called "parametrs": did you mean "parameters"?` + nothing,
		},
		{
			[]string{`target: "$..[?@.in == 'body']", remove: true`},
			`o.yaml:4:6: the target "$..[?@.in == 'body']" matches nothing: nothing below $ is meant by ..[?@["in"] == "body"]` + nothing,
		},
		{
			[]string{`target: "$.info", update: {x-a: 1}`, `target: "$.info['x-a']", remove: true`},
			`o.yaml:5:31: $.info['x-a'], which is removed, has what o.yaml:4 adds; it is removed`,
		},
		{
			[]string{`target: "$.paths['/things'].get", update: {deprecated: true}`, `target: "$.paths.*", remove: true`},
			`o.yaml:5:27: $.paths['/things'], which is removed, has what o.yaml:4 adds; it is removed`,
		},
		{
			[]string{`target: $.info, update: {x-a: 1}, remove: false, description: d, x-b: 1, name: n`},
			`o.yaml:4:79: OpenAPI Overlay has no "name" in an action; it is left out`,
		},
		{
			[]string{`target: $.info, updates: {x-a: 1}`},
			`o.yaml:4:5: the action has neither an update nor remove: true; it changes nothing|` +
				`o.yaml:4:22: OpenAPI Overlay has no "updates" in an action: did you mean "update"?; it is left out`,
		},
		{
			[]string{`target: "$.paths['/things']", remove: true, update: {get: {}}`},
			`o.yaml:4:50: the action has both update and remove, and remove counts; the update has no effect`,
		},
		{
			[]string{`target: "$.paths['/things'].get.tags", update: [c]`},
			`o.yaml:4:45: in OpenAPI Overlay 1.0 an update of a list is one element, and this is a list; its elements are added, as in 1.1`,
		},
		{
			[]string{`target: $, update: {components: null}`},
			`o.yaml:4:26: nothing is given for $.components; it stays as it is`,
		},
		{
			[]string{`target: "$.paths['/things'].get", update: {tags: c}`},
			`o.yaml:4:49: $.paths['/things'].get.tags (api.yaml:7) is a list, and the update gives a text; it is replaced|` +
				`o.yaml:4:55: a list is wanted, not a text; it is read as a list of one`,
		},
	} {
		_, found := overlaid(t, map[string]string{"spec/api.yaml": things, "spec/o.yaml": anOverlay("1.0.0", c.actions...)}, "o.yaml")
		got := []string{}
		for _, problem := range found {
			if strings.HasPrefix(problem, "o.yaml:") {
				got = append(got, problem)
			}
		}
		if strings.Join(got, "|") != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.actions, strings.Join(got, "|"), c.want)
		}
	}
}

// TestOverlayRemovesAnother names both overlays.
func TestOverlayRemovesAnother(t *testing.T) {
	_, found := overlaid(t, map[string]string{
		"spec/api.yaml": things,
		"spec/a.yaml":   anOverlay("1.0.0", `target: "$.paths['/things'].get", update: {x-contract: {rules: []}}`),
		"spec/b.yaml":   anOverlay("1.0.0", `target: "$.info", update: {x-a: 1}`, `target: "$.paths['/things'].get", remove: true`),
	}, "a.yaml", "b.yaml")
	checkProblems(t, found, `b.yaml:5:40: $.paths['/things'].get, which is removed, has what a.yaml:4 adds; it is removed`)
}

// TestOverlayForm looks at what stands around the actions.
func TestOverlayForm(t *testing.T) {
	const actions = "actions: [{target: $.info, update: {x-a: 1}}]\n"
	const info = "info: {title: o, version: '1'}\n"
	for _, c := range []struct{ text, want string }{
		{"overlay: 1.0.0\n" + info + actions, ""},
		{"overlay: 1.0\n" + info + actions, ""},
		{`{"overlay": "1.0.0", "info": {"title": "o", "version": "1"}, "actions": [{"target": "$", "update": {"x-a": 1}}]}`, ""},
		{"overlay: 1.0.0\n" + info + "extends: api.yaml\n" + actions, ""},
		{"overlay: 1.0.0\n" + info + "extends: ./../spec/api.yaml\n" + actions, ""},
		{
			"overlay: 1.0.0\n" + info + "extends: other.yaml\n" + actions,
			`o.yaml:3:1: the overlay extends "other.yaml", and the description is api.yaml; it is applied all the same`,
		},
		{
			"overlay: 1.0.0\n" + info + "extends: https://example.com/api.yaml\n" + actions,
			`o.yaml:3:1: the overlay extends "https://example.com/api.yaml", and the description is api.yaml; it is applied all the same`,
		},
		{
			"overlay: 1.0.0\ninfo: {title: o}\n" + actions,
			"o.yaml:2:1: an overlay has version in its info, and this has none",
		},
		{
			"overlay: 1.0.0\n" + info + "extend: api.yaml\n" + actions,
			`o.yaml:3:1: OpenAPI Overlay has no "extend" in an overlay: did you mean "extends"?; it is left out`,
		},
		{"overlay: 1.0.0\n" + info + "actions: []\n", "o.yaml:3:1: the overlay has no action; it changes nothing"},
		{"overlay: 1.3.0\n" + info + actions, "o.yaml:1:1: OpenAPI Overlay 1.3.0 is newer than what is known here; it is read as 1.1"},

		{"overlay: 2.0.0\n" + info + actions, "o.yaml:1:1: overlay is 2.0.0: OpenAPI Overlay 1.0 and 1.1 are read"},
		{"overlay: [1]\n" + info + actions, "o.yaml:1:1: overlay is a list: write it as in overlay: 1.0.0"},
		{info + actions, "o.yaml:1:1: this does not say which version of OpenAPI Overlay it is: begin it with overlay: 1.0.0"},
		{
			"overly: 1.0.0\n" + info + actions,
			`o.yaml:1:1: this does not say which version of OpenAPI Overlay it is: begin it with overlay: 1.0.0 (did you mean overlay by "overly"?)`,
		},
		{things, "o.yaml:1:1: this is an OpenAPI description, not an overlay: give it as the description, and overlays beside it"},
		{
			"baseURL: http://127.0.0.1:1\n",
			"o.yaml:1:1: this is a target file, not an OpenAPI overlay: an overlay begins with overlay: 1.0.0, info and actions",
		},
		{"[]", "o.yaml:1:1: this is a list, not an OpenAPI overlay: an overlay begins with overlay: 1.0.0, info and actions"},
		{"", "o.yaml:1: this is an empty file, not an OpenAPI overlay"},
		{"PK\x03\x04", "o.yaml:1: this is a ZIP archive, not an OpenAPI overlay"},
		{"overlay: 1.0.0\n a: b: c\n", "o.yaml:2:2: not valid YAML: mapping values are not allowed in this context: a value that contains a colon and a blank needs quotes, and so does one with a wrong indentation"},
		{"overlay: 1.0.0\n" + info, "o.yaml:1:1: an overlay needs actions, a list with a target and an update or remove in each"},
		{
			"overlay: 1.0.0\n" + info + "actions: {target: $}\n",
			"o.yaml:3:1: actions must be a list with a target and an update or remove in each, not a mapping",
		},
	} {
		_, found := overlaid(t, map[string]string{"spec/api.yaml": things, "spec/o.yaml": c.text}, "o.yaml")
		if got := strings.Join(found, "|"); got != c.want {
			t.Errorf("%q:\ngot  %s\nwant %s", c.text, got, c.want)
		}
	}
}

// TestOverlayActionForm refuses actions that cannot be done.
func TestOverlayActionForm(t *testing.T) {
	const advice = ": it begins with $, and a name with other characters than letters, digits and _ is written as ['/things']"
	for _, c := range []struct{ action, want string }{
		{`target: "$.paths./things", remove: true`, `o.yaml:4:6: the target "$.paths./things" is no JSONPath (RFC 9535): unexpected '/' at position 9` + advice},
		{`target: paths.get, remove: true`, `o.yaml:4:6: the target "paths.get" is no JSONPath (RFC 9535): unexpected identifier at position 1` + advice},
		{`target: "$.a[?(@.b = 1)]", remove: true`, `o.yaml:4:6: the target "$.a[?(@.b = 1)]" is no JSONPath (RFC 9535): invalid comparison operator at position 11` + advice},
		{`target: "", remove: true`, `o.yaml:4:6: the target "" is no JSONPath (RFC 9535): unexpected end of input` + advice},
		{`target: 1, remove: true`, `o.yaml:4:6: a target is a JSONPath, such as $.paths['/things'].get, not "1"`},
		{`target: "$` + strings.Repeat(".a", maxTarget) + `"`, `o.yaml:4:6: a target has at most 2000 characters: shorten it`},
		{`update: {a: 1}`, `o.yaml:4:5: an action needs a target, such as $.paths['/things'].get`},
		{`targt: $.info, update: {a: 1}`, `o.yaml:4:5: an action needs a target, such as $.paths['/things'].get (did you mean target by "targt"?)`},
		{`target: $.info, remove: yes please`, `o.yaml:4:22: remove is true or false, not "yes please"`},
		{
			`target: $.info.title, update: Other`,
			`o.yaml:4:5: $.info.title is a text, and an update changes mappings and lists: target $.info, with "title" in the update`,
		},
		{
			`target: "$.paths['/things'].get.tags[0]", update: Other`,
			`o.yaml:4:5: $.paths['/things'].get.tags[0] is a text, and an update changes mappings and lists: target the mapping around it`,
		},
		{
			`target: $.info, update: Other`,
			`o.yaml:4:5: the update is a text, and $.info is a mapping: give the members that are to be merged into it`,
		},
		{
			`target: "$.paths..[?match(@.name, @.none)]", update: {a: 1}`,
			`o.yaml:4:5: whether the value in api.yaml:9 fits the filter "?match(@["name"], @["none"])" cannot be decided: ` +
				`runtime error: invalid memory address or nil pointer dereference`,
		},
		{`target: $, remove: true`, `o.yaml:4:5: the target "$" is the whole description, which cannot be removed`},
	} {
		_, found := overlaid(t, map[string]string{"spec/api.yaml": things, "spec/o.yaml": anOverlay("1.0.0", c.action)}, "o.yaml")
		if got := strings.Join(found, "|"); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.action, got, c.want)
		}
	}
	_, found := overlaid(t, map[string]string{"spec/api.yaml": things, "spec/o.yaml": "overlay: 1.0.0\nactions: [a]\n"}, "o.yaml")
	checkProblems(t, found, "o.yaml:2:11: an action must be a mapping with a target and an update or remove, not a text")
}

// TestOverlayBounds refuses overlays that would make too much of little, each soon.
func TestOverlayBounds(t *testing.T) {
	many := func(n int, action string) []string {
		actions := make([]string, n)
		for i := range actions {
			actions[i] = strings.ReplaceAll(action, "N", strconv.Itoa(i))
		}
		return actions
	}
	wide := "x-wide: [" + strings.Repeat("{a: 1},", 5_000) + "]\n"
	for name, c := range map[string]struct {
		description string
		actions     []string
		want        string
	}{
		"growth": {
			things, append([]string{`target: $, update: {x-a: {}}`}, many(40, `target: "$..['x-a']", update: {bN: {x-a: {}}}`)...), "the overlays make the description larger than 100000 values",
		},
		"depth": {
			things,
			[]string{`target: "$.info", update: ` + strings.Repeat("{a: ", 300) + "1" + strings.Repeat("}", 300), `target: "$.info` + strings.Repeat(".a", 250) + `", update: ` + strings.Repeat("{b: ", 300) + "1" + strings.Repeat("}", 300)},
			"the overlays make the description nest deeper than 500 levels",
		},
		"text": {
			things + wide, []string{`target: "$['x-wide'][*]", update: {b: ` + strings.Repeat("b", 1<<20) + `}`}, "the overlays add more than 64 MiB to the description",
		},
		"filters": {
			things + wide, many(300, `target: "$..[?@..*..*..*]", update: {b: 1}`),
			"the targets of the overlays take too long to find: name what is meant more closely, with fewer .. and filters",
		},
		"filters of the root": {
			things + wide,
			[]string{`target: "$..[?$..*]", update: {b: 1}`},
			"the targets of the overlays take too long to find: name what is meant more closely, with fewer .. and filters",
		},
		"selectors": {
			things + wide, many(300, `target: "$['x-wide'][*,*,*,*]", update: {b: 1}`),
			"the targets of the overlays take too long to find: name what is meant more closely, with fewer .. and filters",
		},
		"actions": {things, many(maxActions+1, `target: $, update: {x-a: 1}`), "an overlay with more than 10000 actions is not read: split it"},
		"patterns": {
			things + wide + "x-text: \"" + strings.Repeat("a", 1<<20) + "\"\n",
			[]string{`target: "$[?match(@, $['x-text'])]", update: {b: 1}`},
			"the targets of the overlays take too long to find: name what is meant more closely, with fewer .. and filters",
		},
	} {
		dir := write(t, map[string]string{"o.yaml": anOverlay("1.0.0", c.actions...)})
		l := newLibrary(t.Context(), Options{Overlays: []string{filepath.Join(dir, "o.yaml")}}, &problems{})
		l.overlays = overlayBounds{work: maxWork / 100, values: maxNodes / 20}
		file, failure := l.given("api.yaml", []byte(c.description))
		if failure != nil {
			t.Fatal(failure)
		}
		_, err := l.description(file)
		l.close()
		if err == nil || !strings.Contains(err.Error(), "/o.yaml:") || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%s: got %.300v, want %s", name, err, c.want)
		}
	}
}

// TestOverlayStopped ends with its context.
func TestOverlayStopped(t *testing.T) {
	dir := write(t, map[string]string{
		"api.yaml": things + "x-wide: [" + strings.Repeat("{a: 1},", 5_000) + "]\n",
		"o.yaml":   anOverlay("1.0.0", `target: "$..*", update: {b: 1}`),
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Load(ctx, filepath.Join(dir, "api.yaml"), Options{Overlays: []string{filepath.Join(dir, "o.yaml")}})
	if err == nil || !strings.HasSuffix(err.Error(), "o.yaml:4:5: the run was stopped") {
		t.Errorf("got %v", err)
	}
}

// TestOverlayFrom reads overlays from URLs and standard input, and says what cannot
// be read.
func TestOverlayFrom(t *testing.T) {
	text := anOverlay("1.0.0", `target: $.info, update: {title: Other}`)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, password, _ := r.BasicAuth()
		switch {
		case r.URL.Path == "/o.yaml", r.URL.Path == "/private" && password == "secret":
			_, _ = w.Write([]byte(text))
		case r.URL.Path == "/api.yaml":
			_, _ = w.Write([]byte(things))
		case r.URL.Path == "/extends":
			_, _ = w.Write([]byte(strings.Replace(text, "actions:", "extends: api.yaml\nactions:", 1)))
		case r.URL.Path == "/large":
			_, _ = w.Write([]byte(strings.Repeat(" ", MaxSize+1)))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer server.Close()
	dir := write(t, map[string]string{"api.yaml": things, "large.yaml": strings.Repeat(" ", MaxSize+1)})
	file := filepath.Join(dir, "api.yaml")
	host := strings.TrimPrefix(server.URL, "http://")
	for _, c := range []struct {
		name     string
		overlays []string
		want     string
	}{
		{file, []string{server.URL + "/o.yaml"}, ""},
		{server.URL + "/api.yaml", []string{server.URL + "/extends"}, ""},
		{file, []string{"http://me:secret@" + host + "/private"}, ""},
		{file, []string{"-"}, ""},
		{"-", []string{server.URL + "/o.yaml"}, ""},
		{"-", []string{"-"}, "overlay -: standard input can be read once: name a file"},
		{file, []string{"-", "-"}, "overlay -: standard input can be read once: name a file"},
		{file, []string{server.URL + "/none"}, "overlay URL/none: the server answers 404 Not Found: look the address up again"},
		{file, []string{"http://me:wrong@" + host + "/private"}, "overlay URL/private: the server answers 404 Not Found: look the address up again"},
		{file, []string{server.URL + "/large"}, "overlay URL/large: larger than 16 MiB: split it, or leave out what is not needed"},
		{file, []string{"http://"}, "overlay from that URL: this is not a URL that can be fetched: write it as in https://example.com/overlay.yaml"},
		{file, []string{"DIR/none.yaml"}, "overlay DIR/none.yaml: no such file or directory: name an overlay that can be read"},
		{file, []string{"DIR"}, "overlay DIR: a directory: name the file in it"},
		{file, []string{"DIR/large.yaml"}, "overlay DIR/large.yaml: larger than 16 MiB: split it, or leave out what is not needed"},
	} {
		given := text
		if c.name == "-" {
			given = things
		}
		o := Options{Stdin: strings.NewReader(given)}
		for _, overlay := range c.overlays {
			o.Overlays = append(o.Overlays, strings.ReplaceAll(overlay, "DIR", dir))
		}
		d, err := Load(t.Context(), c.name, o)
		failure, _ := errors.AsType[*Error](err)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.overlays, err)
		case c.want == "":
			check(t, d, map[string]string{"/info/title": `"Other"`})
			if len(d.Problems) > 0 {
				t.Errorf("%s: %v", c.overlays, d.Problems)
			}
		case failure == nil:
			t.Errorf("%s: no error, want %s", c.overlays, c.want)
		default:
			got := strings.ReplaceAll(strings.ReplaceAll(failure.Message, dir, "DIR"), server.URL, "URL")
			if got != c.want {
				t.Errorf("%s:\ngot  %s\nwant %s", c.overlays, got, c.want)
			}
		}
	}
}

// TestOverlayOfNoDescription tells of the description first.
func TestOverlayOfNoDescription(t *testing.T) {
	_, found := overlaid(t, map[string]string{"spec/api.yaml": "a: 1\n", "spec/o.yaml": anOverlay("1.0.0", "target: $.b, remove: true")}, "o.yaml")
	if len(found) != 1 || !strings.HasPrefix(found[0], "api.yaml:1:1: this does not say which OpenAPI") {
		t.Errorf("got %q", found)
	}
}

// FuzzOverlay applies any target and update: it ends, and what comes of it can be
// read.
func FuzzOverlay(f *testing.F) {
	for _, target := range []string{
		"$", "$..*", "$.paths.*.get", "$..parameters[?@.name == 'q'].schema", "$..[?@..*..*]", "$[::-1]", "$..['a','b',0,-1]", "$..[?length(@) > 1]",
		"$..[?match(@.name, $.info.title) || search(@, 'a.*')]", "$..[?count(@.*) > 2 && !@.in]", "$..[?value(@..type) == 'string']",
	} {
		for _, update := range []string{`{}`, `{"a": {"b": [1]}}`, `1`, `[{}]`, `{"$ref": "#/components/schemas/A"}`} {
			f.Add(target, update, false)
		}
		f.Add(target, "null", true)
	}
	f.Fuzz(func(t *testing.T, target, update string, remove bool) {
		if !json.Valid([]byte(update)) {
			return
		}
		quoted, _ := json.Marshal(target)
		text := fmt.Sprintf(`{"overlay": "1.1.0", "actions": [{"target": %s, "update": %s, "remove": %t}]}`, quoted, update, remove)
		dir := write(t, map[string]string{"o.json": text})
		d, err := Read(t.Context(), "api.yaml", []byte(everything), Options{Overlays: []string{filepath.Join(dir, "o.json")}})
		if err == nil {
			mustAccept(t, d)
		}
	})
}

// TestOverlayTargets finds what the library finds, whose own walk has no bounds.
func TestOverlayTargets(t *testing.T) {
	root, _, err := Parse("x", []byte(everything))
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{
		"$", "$.*", "$..*", "$.paths.*.get", "$..[?@.type == 'string']", "$..[?@.type]", "$..parameters[0]", "$..parameters[-1]", "$..tags[5]",
		"$..[0,-1,'get','get']", "$..enum[::-1]", "$..enum[1:]", "$..enum[:-1]", "$..enum[0:9:2]", "$..enum[::0]", "$..*..['type']", "$..schema..*",
		"$..[?@..type]", "$..[?@.name == $.paths['/a/{id}'].get.parameters[0].name]", "$..[?$.info.title == 't']", "$..[?length(@.name) == 1]",
		"$..[?count(@.*) == 2]", "$..[?match(@.type, 'str.*')]", "$..[?search(@.description, 'o')]", "$..[?@ == 1.0]", "$..[?@ == 'ok']", "$..[?@ > 1]",
		"$..[?@.a || !@.b && (@.c == true)]", "$['paths', 'info']", `$.paths["/a/{id}"]["get"]`, "$..[?@['x-a'].b[0] == null]", "$..[?value(@..const) == 1]",
		`$..[?match(@.type, "a, \"b") || search(@.type, $.info.title)]`, "$..[?match(@.none, @.type)]",
	} {
		query, err := parsePath(target)
		if err != nil {
			t.Errorf("%s: %v", target, err)
			continue
		}
		y := newLayering(newLibrary(t.Context(), Options{}, &problems{}), root)
		found, _, _ := y.find(&action{path: query})
		got := map[string]bool{}
		for _, s := range found {
			got[normalized(s).String()] = true
		}
		want := map[string]bool{}
		for _, n := range query.SelectLocated(nil, plain(root), nil) {
			want[n.Path.String()] = true
		}
		if !maps.Equal(got, want) || len(got) != len(found) {
			t.Errorf("%s: found %v, and the library %v", target, sortedKeys(got), sortedKeys(want))
		}
	}
}

func normalized(s *spot) (path spec.NormalizedPath) {
	switch {
	case s.above == nil:
		return path
	case s.index < 0:
		return append(normalized(s.above), spec.Name(s.name))
	default:
		return append(normalized(s.above), spec.Index(s.index))
	}
}

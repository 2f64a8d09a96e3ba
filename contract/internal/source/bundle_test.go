package source

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// load reads the file api.yaml of some, and returns the description and its
// problems, the directory cut away from both.
func load(t *testing.T, files map[string]string) (*Description, []string) {
	t.Helper()
	dir := write(t, files)
	d, err := Load(t.Context(), filepath.Join(dir, "spec/api.yaml"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	found := []string{}
	for _, p := range d.Problems {
		found = append(found, strings.ReplaceAll(strings.ReplaceAll(p.String(), dir+"/spec/", ""), dir+"/", "../"))
	}
	return d, found
}

// mustAccept has the OpenAPI library read a description.
func mustAccept(t *testing.T, d *Description) *openapi3.T {
	t.Helper()
	data, err := d.JSON()
	if err != nil {
		t.Fatal(err)
	}
	doc := &openapi3.T{}
	if err := json.Unmarshal(data, doc); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	if err := openapi3.NewLoader().ResolveRefsIn(doc, &url.URL{Path: "x"}); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	err = doc.Validate(context.Background(), openapi3.DisableSchemaPatternValidation(), openapi3.DisableExamplesValidation(),
		openapi3.DisableSchemaDefaultsValidation(), openapi3.AllowExtraSiblingFields(Keywords2020...))
	if err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return doc
}

// at returns the JSON of what a pointer leads to.
func at(d *Description, pointer string) string {
	n := d.Root.Find(pointer)
	if n == nil {
		return "nothing"
	}
	data, _ := n.JSON()
	return string(data)
}

// head is a description that has one operation; what follows is indented below it.
const head = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    get:\n      operationId: a\n      responses:\n        '200':\n          description: ok\n"

func check(t *testing.T, d *Description, want map[string]string) {
	t.Helper()
	for pointer, value := range want {
		if got := at(d, pointer); got != value {
			t.Errorf("%s: got %s, want %s", pointer, got, value)
		}
	}
}

func checkProblems(t *testing.T, got []string, want ...string) {
	t.Helper()
	if len(want) == 0 {
		want = []string{}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got problems\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestBundle(t *testing.T) {
	d, found := load(t, map[string]string{
		"spec/api.yaml": `openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /pets:
    $ref: paths/pets.yaml
  /pets/{id}:
    parameters:
      - $ref: "#/components/parameters/id"
    get:
      $ref: paths/pet.yaml#/get
components:
  parameters:
    id:
      $ref: "../common/params.yaml#/id"
  schemas:
    Pet:
      $ref: schemas/Pet.yaml
    Same:
      $ref: "#/components/schemas/Pet"
`,
		"spec/paths/pets.yaml": `get:
  operationId: list
  responses:
    "200":
      description: ok
      content:
        application/json:
          schema: {type: array, items: {$ref: ../schemas/Pet.yaml}}
    default: {$ref: "../../common/responses.yaml#/Error"}
`,
		"spec/paths/pet.yaml": `get:
  operationId: get
  responses:
    "200":
      description: ok
      content:
        application/json:
          schema: {$ref: "../api.yaml#/components/schemas/Same"}
    "404": {$ref: "../../common/responses.yaml#/Error"}
`,
		"spec/schemas/Pet.yaml": `type: object
properties:
  id: {type: string}
  parent: {$ref: Pet.yaml}
  owner: {$ref: "#/definitions/Owner~1x%20y"}
definitions:
  Owner/x y: {type: object}
`,
		"common/params.yaml":    "id: {name: id, in: path, required: true, schema: {type: string}}\n",
		"common/responses.yaml": "Error:\n  description: bad\n  content:\n    application/json:\n      schema: {$ref: ./Error.json}\n",
		"common/Error.json":     `{"type": "object", "properties": {"cause": {"$ref": "#"}}}`,
	})
	checkProblems(t, found)
	check(t, d, map[string]string{
		"/components/schemas/Pet/properties/parent":                              `{"$ref":"#/components/schemas/Pet"}`,
		"/components/schemas/Pet/properties/owner":                               `{"$ref":"#/components/schemas/Owner_x_y"}`,
		"/components/schemas/Pet/definitions":                                    `nothing`,
		"/components/schemas/Owner_x_y":                                          `{"type":"object"}`,
		"/components/schemas/Same":                                               `{"$ref":"#/components/schemas/Pet"}`,
		"/components/schemas/Error/properties/cause":                             `{"$ref":"#/components/schemas/Error"}`,
		"/components/parameters/id/in":                                           `"path"`,
		"/paths/~1pets/get/responses/default":                                    `{"$ref":"#/components/responses/Error"}`,
		"/paths/~1pets~1{id}/get/responses/404":                                  `{"$ref":"#/components/responses/Error"}`,
		"/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema": `{"$ref":"#/components/schemas/Pet"}`,
	})
	doc := mustAccept(t, d)
	if doc.Paths.Value("/pets").Get == nil {
		t.Error("no GET /pets")
	}
	for pointer, want := range map[string]string{
		"/components/schemas/Pet/properties/owner": "schemas/Pet.yaml:5:3", "/components/responses/Error/description": "common/responses.yaml:2:3",
		"/paths/~1pets/get/operationId": "paths/pets.yaml:2:3", "/paths/~1pets": "api.yaml:4:3",
	} {
		if got := (Problem{At: d.Locate(pointer)}).String(); !strings.HasSuffix(got, want+": ") {
			t.Errorf("%s: got %s, want %s", pointer, got, want)
		}
	}
	if len(d.Files) != 7 {
		t.Errorf("files: %v", d.Files)
	}
}

func TestUnresolved(t *testing.T) {
	d, found := load(t, map[string]string{"spec/api.yaml": head + `          headers:
            X-A: {$ref: "#/components/headers/none"}
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Thig"}
            text/plain:
              schema: {$ref: "other.yaml#/x"}
        '400': {$ref: "#/components/responses/Bad"}
        '401': {$ref: "#/components/schemas/Thing"}
      parameters:
        - {$ref: "#/components/parameters/A"}
        - {$ref: "http://example.com/p.yaml"}
  /b: {$ref: "#/paths/~1b"}
components:
  schemas:
    Thing: {properties: {a: {$ref: "#components/schemas/Thing"}, b: {$ref: Thing}}}
    Text: {properties: {c: {$ref: "#/info/title"}}}
  parameters:
    A: {$ref: "#/components/parameters/B"}
    B: {$ref: "#/components/parameters/A"}
`, "spec/othar.yaml": "x: {}"})
	checkProblems(t, found,
		`api.yaml:11:19: $ref "#/components/headers/none" leads nowhere: there is no "headers": known here: schemas, parameters; the header is left out: it is not checked`,
		`api.yaml:14:24: $ref "#/components/schemas/Thig" leads nowhere: there is no "Thig": did you mean "Thing"?; any value is accepted there`,
		`api.yaml:16:24: $ref "other.yaml#/x" leads nowhere: there is no such file: did you mean "othar.yaml"?; any value is accepted there`,
		`api.yaml:17:17: $ref "#/components/responses/Bad" leads nowhere: there is no "responses": known here: schemas, parameters; any body is accepted there`,
		`api.yaml:18:17: $ref "#/components/schemas/Thing" leads nowhere: that is a schema, and a response is wanted; any body is accepted there`,
		`api.yaml:20:12: $ref "#/components/parameters/A" leads nowhere: it leads back to itself; no request can be made that should be accepted`,
		`api.yaml:21:12: $ref "http://example.com/p.yaml" leads nowhere: references to URLs are not followed without --remote-refs; no request can be made that should be accepted`,
		`api.yaml:22:8: $ref "#/paths/~1b" leads nowhere: it leads back to itself; the path is left out: none of its operations is tested`,
		`api.yaml:26:29: $ref "#/info/title" leads nowhere: there is a text, and a schema is a mapping; any value is accepted there`,
		`api.yaml:28:9: $ref "#/components/parameters/B" leads nowhere: it leads back to itself; no request can be made that should be accepted`,
		`api.yaml:29:9: $ref "#/components/parameters/A" leads nowhere: it leads back to itself; no request can be made that should be accepted`,
	)
	check(t, d, map[string]string{
		"/paths/~1a/get/responses/200/content/application~1json/schema": `{}`,
		"/paths/~1a/get/parameters":                                     `nothing`,
		"/components/schemas/Thing/properties/a":                        `{"$ref":"#/components/schemas/Thing"}`,
		"/components/schemas/Thing/properties/b":                        `{"$ref":"#/components/schemas/Thing"}`,
		"/components/schemas/Text/properties/c":                         `{}`,
	})
	mustAccept(t, d)
}

func TestSiblings(t *testing.T) {
	schemas := `          content:
            application/json:
              schema: {$ref: "#/components/schemas/A"}
components:
  schemas:
    A:
      properties:
        plain: {$ref: "#/components/schemas/B", description: d, x-a: 1, title: t}
        tight: {$ref: "#/components/schemas/B", maxLength: 3, allOf: [{minLength: 1}]}
        null: {$ref: "#/components/schemas/B", nullable: true}
        read: {$ref: "#/components/schemas/B", readOnly: true, description: d}
    B: {type: string}
`
	d, found := load(t, map[string]string{"spec/api.yaml": head + schemas})
	checkProblems(t, found,
		`api.yaml:18:49: maxLength, allOf beside $ref says nothing in OpenAPI 3.0; it is ignored`,
	)
	check(t, d, map[string]string{
		"/components/schemas/A/properties/plain": `{"$ref":"#/components/schemas/B","description":"d","x-a":1}`,
		"/components/schemas/A/properties/tight": `{"$ref":"#/components/schemas/B"}`,
		"/components/schemas/A/properties/null":  `{"nullable":true,"allOf":[{"$ref":"#/components/schemas/B"}]}`,
		"/components/schemas/A/properties/read":  `{"readOnly":true,"description":"d","allOf":[{"$ref":"#/components/schemas/B"}]}`,
	})
	mustAccept(t, d)
	d, found = load(t, map[string]string{"spec/api.yaml": strings.Replace(head, "3.0.3", "3.1.0", 1) + schemas})
	checkProblems(t, found)
	check(t, d, map[string]string{
		"/components/schemas/A/properties/plain": `{"$ref":"#/components/schemas/B","description":"d","x-a":1}`,
		"/components/schemas/A/properties/tight": `{"maxLength":3,"allOf":[{"$ref":"#/components/schemas/B"},{"minLength":1}]}`,
		"/components/schemas/A/properties/read":  `{"readOnly":true,"description":"d","allOf":[{"$ref":"#/components/schemas/B"}]}`,
	})
	mustAccept(t, d)
}

func TestIdentifiers(t *testing.T) {
	d, found := load(t, map[string]string{"spec/api.yaml": strings.Replace(head, "3.0.3", "3.1.0", 1) + `          content:
            application/json:
              schema: {$ref: "https://example.com/tree"}
components:
  schemas:
    Tree:
      $id: https://example.com/tree
      properties:
        left: {$ref: "#/$defs/node"}
        right: {$ref: "#here"}
        far: {$ref: "leaf"}
      $defs:
        node: {type: object, properties: {root: {$ref: "#"}}}
        mark: {$anchor: here, type: string}
    Leaf: {$id: "https://example.com/leaf", type: "null"}
`})
	checkProblems(t, found)
	check(t, d, map[string]string{
		"/paths/~1a/get/responses/200/content/application~1json/schema": `{"$ref":"#/components/schemas/Tree"}`,
		"/components/schemas/Tree":                                      `{"properties":{"left":{"$ref":"#/components/schemas/node"},"right":{"$ref":"#/components/schemas/here"},"far":{"$ref":"#/components/schemas/Leaf"}}}`,
		"/components/schemas/node":                                      `{"type":"object","properties":{"root":{"$ref":"#/components/schemas/Tree"}}}`,
		"/components/schemas/here":                                      `{"type":"string"}`,
	})
}

func TestDiscriminatorMapping(t *testing.T) {
	d, found := load(t, map[string]string{"spec/api.yaml": head + `          content:
            application/json:
              schema: {$ref: pets.yaml#/Pet}
components:
  schemas:
    Cat: {type: object}
`, "spec/pets.yaml": `Pet:
  oneOf: [{$ref: "#/Dog"}]
  discriminator:
    propertyName: kind
    mapping: {dog: "#/Dog", cat: Cat, cow: "#/Cow"}
Dog: {type: object}
`})
	checkProblems(t, found, `pets.yaml:5:39: "#/Cow" leads nowhere: there is no "Cow": known here: Pet, Dog; this value of the discriminator is left out`)
	check(t, d, map[string]string{
		"/components/schemas/Pet/discriminator/mapping": `{"dog":"#/components/schemas/Dog","cat":"Cat"}`,
	})
	mustAccept(t, d)
}

// Many references to one large value are refused once they are written out to too
// much, and what leads to itself ends.
func TestBundleBounds(t *testing.T) {
	large := "get: {operationId: a, responses: {'200': {description: ok}}, tags: [" + strings.Repeat("a,", 50_000) + "a]}\n"
	var text strings.Builder
	text.WriteString("openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n")
	for i := range 200 {
		text.WriteString("  /" + strconv.Itoa(i) + ": {$ref: big.yaml}\n")
	}
	dir := write(t, map[string]string{"spec/api.yaml": text.String(), "spec/big.yaml": large})
	_, err := Load(t.Context(), filepath.Join(dir, "spec/api.yaml"), Options{})
	if err == nil || !strings.Contains(err.Error(), "more than 4000000 values when its references are written out") {
		t.Errorf("got %v", err)
	}
}

func TestChain(t *testing.T) {
	var text strings.Builder
	text.WriteString("openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n    a0: {}\n")
	for i := range 23 {
		fmt.Fprintf(&text, "    a%d: {$ref: '#/components/schemas/a%d'}\n", i+1, i)
	}
	d, found := loadText(t, text.String())
	checkProblems(t, found,
		`api.yaml:28:11: $ref "#/components/schemas/a21" leads nowhere: it leads through more than 20 references; any value is accepted there`,
		`api.yaml:29:11: $ref "#/components/schemas/a22" leads nowhere: it leads through more than 20 references; any value is accepted there`)
	check(t, d, map[string]string{"/components/schemas/a20": `{"$ref":"#/components/schemas/a0"}`, "/components/schemas/a23": `{}`})
}

// Numbers that no float64 holds are an error to the OpenAPI library.
func TestHugeNumbers(t *testing.T) {
	d, found := loadText(t, head+"x-a: {b: [1, 1e400]}\n")
	checkProblems(t, found, `api.yaml:10:14: no reader of JSON holds the number 1e400; it is read as a text`)
	check(t, d, map[string]string{"/x-a/b": `[1,"1e400"]`})
}

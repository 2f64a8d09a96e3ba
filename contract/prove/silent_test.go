package prove

import (
	"strings"
	"testing"

	"github.com/apiclause/clause/contract"
)

// TestDescriptionsThatSayLittle proves descriptions that document no failure, no
// refusal, or only what nothing is answered with.
func TestDescriptionsThatSayLittle(t *testing.T) {
	t.Parallel()
	for name, responses := range map[string]string{
		"a success alone":                `"200": {description: ok}`,
		"a success and default":          `"200": {description: ok}, default: {description: else}`,
		"default alone":                  `default: {description: all}`,
		"a redirect":                     `"302": {description: elsewhere}, "400": {description: bad}`,
		"several refusals":               `"200": {description: ok}, "400": {description: bad}, "422": {description: bad}`,
		"a refusal that nothing gets":    `"200": {description: ok}, "400": {description: bad}, "404": {description: none}`,
		"an error with optional members": `"200": {description: ok}, "400": {description: bad, content: {application/json: {schema: {type: object, properties: {message: {type: string}, code: {type: integer}}}}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, parameter := range []string{
				`{name: n, in: query, schema: {type: integer, minimum: 1}}`,
				`{name: name, in: path, required: true, schema: {type: string}}`,
			} {
				path := "/a"
				if strings.Contains(parameter, "path") {
					path = "/a/{name}"
				}
				text := "openapi: 3.0.3\ninfo: {title: T, version: \"1\"}\npaths:\n  " + path +
					":\n    get:\n      operationId: a\n      parameters: [" + parameter + "]\n      responses: {" + responses + "}\n"
				c, err := contract.Load("a.yaml", []byte(text))
				if err != nil {
					t.Fatal(err)
				}
				r, err := Run(t.Context(), c, Options{})
				if err != nil {
					t.Fatal(err)
				}
				if r.Failed() || r.Count("").Missed > 0 {
					var out strings.Builder
					_ = r.WriteText(&out) // a builder takes all
					t.Errorf("%s: %s", parameter, out.String())
				}
			}
		})
	}
}

// TestOperationsThatCannotBeProvedAreLeftOut holds that one operation of which no
// implementation can be made does not keep the others from being proved.
func TestOperationsThatCannotBeProvedAreLeftOut(t *testing.T) {
	t.Parallel()
	const text = `openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /a:
    get:
      operationId: a
      responses: {"200": {description: ok}}
  /b:
    get:
      operationId: b
      responses: {"400": {description: bad}}
`
	c, err := contract.Load("a.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), c, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.LeftOut) != 1 || r.LeftOut[0] != (LeftOut{"b", "it documents no success: add a response 200"}) || r.Failed() {
		t.Errorf("left out %v, failed %t", r.LeftOut, r.Failed())
	}
	for _, f := range r.Faults {
		if strings.HasPrefix(f.Name, "b.") {
			t.Errorf("%s is tried", f.Name)
		}
	}
}

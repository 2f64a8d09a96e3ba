package spec

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	// These carry the JSON Schema Test Suite.
	_ "github.com/google/jsonschema-go/jsonschema"
	_ "github.com/xeipuuv/gojsonschema"
)

// The JSON Schema Test Suite, as other modules carry it: of draft 4, which is what
// OpenAPI 3.0 is made of, and of 2020-12, which is OpenAPI 3.1's.
var suites = []struct {
	name, version, module, dir string
	agreed                     int // at least
}{
	{"draft4", v30, "github.com/xeipuuv/gojsonschema", "testdata/draft4", 300},
	{"draft2020-12", v31, "github.com/google/jsonschema-go", "jsonschema/testdata/draft2020-12", 1050},
}

type suiteGroup struct {
	Description string
	Schema      any
	Tests       []struct {
		Description string
		Data        json.RawMessage
		Valid       bool
	}
}

// TestSuite holds the checker and the library together to the answers of the
// suite.
func TestSuite(t *testing.T) {
	for _, suite := range suites {
		t.Run(suite.name, func(t *testing.T) {
			out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", suite.module).Output()
			dir := filepath.Join(strings.TrimSpace(string(out)), suite.dir)
			files, _ := filepath.Glob(filepath.Join(dir, "*.json"))
			if err != nil || len(files) == 0 {
				t.Fatalf("no suite in %q: %v", dir, err)
			}
			agreed, apart := 0, 0
			for _, file := range files {
				data, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				var groups []suiteGroup
				d := json.NewDecoder(strings.NewReader(string(data)))
				d.UseNumber()
				if err := d.Decode(&groups); err != nil {
					t.Fatal(err)
				}
				name := strings.TrimSuffix(filepath.Base(file), ".json")
				for _, g := range groups {
					a, b := holdToSuite(t, suite.name, suite.version, name, g)
					agreed, apart = agreed+a, apart+b
				}
			}
			t.Logf("%d agreed, %d not, and a warning says why", agreed, apart)
			if agreed < suite.agreed {
				t.Errorf("%d agreed, %d did before", agreed, suite.agreed)
			}
		})
	}
}

func holdToSuite(t *testing.T, suite, version, file string, g suiteGroup) (agreed, apart int) {
	t.Helper()
	text, err := json.Marshal(suiteContract(version, g.Schema))
	if err != nil {
		t.Fatal(err)
	}
	c, err := Load("c.json", text)
	if err != nil {
		t.Errorf("%s/%s/%s: %v", suite, file, g.Description, err)
		return 0, 0
	}
	s := c.Operations[0].Responses[0].Content[0].Schema
	for _, one := range g.Tests {
		v, err := ParseJSON(one.Data)
		if err != nil {
			t.Fatal(err)
		}
		switch found := s.Check(v); {
		case (len(found) == 0) == one.Valid:
			agreed++
		case !one.Valid && leftOut(c.Warnings):
			apart++
		default:
			t.Errorf("%s/%s/%s/%s: valid is %t, found %v, warnings %v", suite, file, g.Description, one.Description, one.Valid, found, c.Warnings)
		}
	}
	return agreed, apart
}

// rewriting puts a schema of the suite under the components of a contract.
type rewriting struct {
	here       string
	components map[string]any
}

func (r rewriting) schema(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = r.schema(v[i])
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for key, value := range v {
			r.keyword(out, key, value)
		}
		return out
	}
	return v
}

func (r rewriting) keyword(out map[string]any, key string, value any) {
	text, isText := value.(string)
	switch key {
	case "$schema":
	case "id":
		if !isText {
			out[key] = r.schema(value)
		}
	case "enum", "const", "default":
		out[key] = value
	case "$ref", "$dynamicRef":
		out[key] = value
		if isText {
			out[key] = r.reference(text)
		}
	case "definitions":
		for name, definition := range value.(map[string]any) {
			r.components["D"+hex.EncodeToString([]byte(name))] = r.schema(definition)
		}
	case "properties", "patternProperties", "$defs", "dependencies", "dependentSchemas":
		named := map[string]any{}
		for name, one := range value.(map[string]any) {
			named[name] = r.schema(one)
		}
		out[key] = named
	default:
		out[key] = r.schema(value)
	}
}

func (r rewriting) reference(ref string) string {
	if definition, ok := strings.CutPrefix(ref, "#/definitions/"); ok {
		name, rest, deeper := strings.Cut(definition, "/")
		if deeper {
			rest = "/" + rest
		}
		return "#/components/schemas/D" + hex.EncodeToString([]byte(unescape(name))) + rest
	}
	if ref == "#" || strings.HasPrefix(ref, "#/") {
		return r.here + strings.TrimPrefix(ref, "#")
	}
	return ref
}

// suiteContract puts a schema of the suite into a contract.
func suiteContract(version string, schema any) any {
	const here = "#/components/schemas/S"
	r := rewriting{here: here, components: map[string]any{}}
	if root, ok := schema.(map[string]any); ok && root["$ref"] != nil && root["$defs"] != nil {
		// Beside a reference there are no definitions in a contract.
		text, _ := json.Marshal(root)
		_ = json.Unmarshal([]byte(strings.ReplaceAll(string(text), "$defs", "definitions")), &schema)
	}
	r.components["S"] = r.schema(schema)
	var contract any
	text := fmt.Sprintf(`{"openapi": %q, "info": {"title": "T", "version": "1"}, "paths": {"/x": {"get": {"operationId": "x",
		"responses": {"200": {"description": "ok", "content": {"application/json": {"schema": {"$ref": %q}}}}}}}}}`, version, here)
	if err := json.Unmarshal([]byte(text), &contract); err != nil {
		panic(err)
	}
	contract.(map[string]any)["components"] = map[string]any{"schemas": r.components}
	return contract
}

// lost is what is left out of the suite's schemas, so that values are accepted
// which are not valid: what the warning says, and why it is so.
var lost = []struct{ warning, reason string }{
	{"leads nowhere", "the suite refers to URLs that nothing serves, or to what $id names and a contract cannot"},
	{"$dynamicRef is not followed", "what it means depends on who refers to it"},
	{"more than one schema has that $anchor", "which is meant depends on the $id around it"},
}

// leftOut reports whether a warning says that something was left out for a reason
// that is listed.
func leftOut(warnings []Problem) bool {
	return slices.ContainsFunc(warnings, func(p Problem) bool {
		return slices.ContainsFunc(lost, func(l struct{ warning, reason string }) bool { return strings.Contains(p.Message, l.warning) })
	})
}

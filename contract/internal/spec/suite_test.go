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
var suites = []struct{ name, version, module, dir string }{
	{"draft4", v30, "github.com/xeipuuv/gojsonschema", "testdata/draft4"},
	{"draft2020-12", v31, "github.com/google/jsonschema-go", "jsonschema/testdata/draft2020-12"},
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
			used := map[string]bool{}
			unread = 0
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
					a, b := holdToSuite(t, suite.name, suite.version, name, g, used)
					agreed, apart = agreed+a, apart+b
				}
			}
			t.Logf("%d agreed, %d are on the list, %d are of schemas that are refused for a reason", agreed, apart, unread)
			for key := range differences {
				if strings.HasPrefix(key, suite.name+"/") && !used[key] {
					t.Errorf("%s is on the list, and agrees", key)
				}
			}
		})
	}
}

func holdToSuite(t *testing.T, suite, version, file string, g suiteGroup, used map[string]bool) (agreed, apart int) {
	t.Helper()
	listed := func(names ...string) bool {
		for i := range names {
			key := strings.Join(names[:i+1], "/")
			if differences[key] != "" {
				used[key] = true
				return true
			}
		}
		return false
	}
	text, err := json.Marshal(suiteContract(version, g.Schema))
	if err != nil {
		t.Fatal(err)
	}
	c, err := Load("c.json", text)
	if err != nil {
		if refusedWithReason(err) {
			unread += len(g.Tests)
			return 0, 0
		}
		t.Errorf("%s/%s/%s: %v", suite, file, g.Description, err)
		return 0, 0
	}
	s := c.Operations[0].Responses[0].Content[0].Schema
	for _, one := range g.Tests {
		v, err := ParseJSON(one.Data)
		if err != nil {
			t.Fatal(err)
		}
		if found := s.Check(v); (len(found) == 0) == one.Valid {
			agreed++
		} else if listed(suite, file, g.Description, one.Description) {
			apart++
		} else {
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

// unread counts the tests of schemas that are refused.
var unread int

// refusals are why a schema of the suite is no contract's: what the problem says,
// and why.
var refusals = []struct{ problem, reason string }{
	{"leads out of the contract", "the checker sees contracts whose references have been gathered"},
	{`"$id" is not supported`, "it changes what references mean: they are the contract's"},
	{"leads nowhere", "the suite refers to what $id names, or into what no contract has"},
	{"items must be a mapping", "neither OpenAPI 3.0 nor 3.1 has lists of schemas there: prefixItems does that"},
	{`"additionalItems" is not supported`, "it says nothing without such a list"},
	{"must be a whole number", "OpenAPI's limits are integers, written as such"},
	{"the default is not valid", "a contract's defaults keep to its schemas"},
	{"type lists", "one type at a place"},
	{"unsupported 'type' value \"null\"", "OpenAPI 3.0 has nullable instead"},
	{"'items' must be non-null", "OpenAPI 3.0 demands items"},
	{"beside $ref is not read", "it is to stand in allOf"},
	{"which properties does not list", "a name that is required and not listed is more likely misspelt"},
	{`field" is not supported`, "a schema has keywords alone"},
	{`"$ref" `, "$ref is a text"},
}

func refusedWithReason(err error) bool {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		if !slices.ContainsFunc(refusals, func(r struct{ problem, reason string }) bool { return strings.Contains(line, r.problem) }) {
			return false
		}
	}
	return true
}

// differences are what is answered otherwise than in the suite, and why.
var differences = map[string]string{}

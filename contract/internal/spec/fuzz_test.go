package spec

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// FuzzLoad holds that a contract, whatever is in it, ends in a model or in
// problems that say where they are, soon.
func FuzzLoad(f *testing.F) {
	for _, path := range []string{"../../../openapi/userusage.yaml", "../../testdata/orders.yaml"} {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, text := range []string{good, referring, "openapi: 3.0.3\n", "{}", "openapi: 3.1.0\npaths: {a: b}\n", "a: &a [*a]"} {
		f.Add([]byte(text))
	}
	for _, test := range sampleSchemas {
		f.Add(answering(test.version, test.schema))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		start := time.Now()
		c, err := Load("fuzz.yaml", data)
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("the load took %v", took)
		}
		if err != nil {
			checkProblems(t, err)
			return
		}
		for _, one := range c.Clauses {
			if c.Clause(one.ID) != one || one.Statement == "" || one.At.Line == 0 || strings.Trim(one.ID, clauseLetters) != "" {
				t.Errorf("clause %+v", one)
			}
		}
		for _, op := range c.Operations {
			for _, p := range op.Parameters {
				checkSample(t, p.Schema)
			}
			if op.Body != nil {
				checkMedia(t, op.Body.Content)
			}
			for _, r := range op.Responses {
				checkMedia(t, r.Content)
			}
		}
	})
}

// TestAnythingAnywhere puts odd values into each place of a contract. Mutation of
// bytes, as in FuzzLoad, makes few that are YAML.
func TestAnythingAnywhere(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does all of it: there is nothing to find with the race detector")
	}
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(referring), &document); err != nil {
		t.Fatal(err)
	}
	var places []**yaml.Node
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		for i := range n.Content {
			if n.Kind == yaml.SequenceNode || i%2 == 1 {
				places = append(places, &n.Content[i])
				walk(n.Content[i])
			}
		}
	}
	walk(document.Content[0])
	for i, place := range places {
		old := *place
		for j, text := range []string{"~", "5", "a", "[~]", "[{}]", "{a: {}}", "{$ref: '#/info'}", "{$ref: '#'}"} {
			if (i+j)%3 != 0 { // a third is much alike the whole, and quick
				continue
			}
			var value yaml.Node
			if err := yaml.Unmarshal([]byte(text), &value); err != nil {
				t.Fatal(err)
			}
			*place = value.Content[0]
			spoilt, err := yaml.Marshal(&document)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Load("c.yaml", spoilt); err != nil {
				checkProblems(t, err)
				if strings.Contains(err.Error(), "failed: ") || strings.Contains(err.Error(), "json: ") {
					t.Errorf("line %d is %s: %v", old.Line, text, err)
				}
			}
		}
		*place = old
	}
}

const clauseLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

func checkProblems(t *testing.T, err error) {
	t.Helper()
	problems, ok := errors.AsType[Problems](err)
	if !ok || len(problems) == 0 {
		t.Errorf("an error that lists no problem: %v", err)
	}
	if !slices.IsSortedFunc(problems, func(a, b Problem) int { return a.At.Line - b.At.Line }) {
		t.Errorf("the problems are not sorted: %v", err)
	}
	for _, p := range problems {
		if p.Message == "" || p.At.Line == 0 {
			t.Errorf("a problem without place or words: %+v", p)
		}
		if strings.Contains(p.Message, "failed: runtime error") {
			t.Logf("a library panics: %s", p)
		}
	}
}

func checkMedia(t *testing.T, content []*Media) {
	t.Helper()
	for _, m := range content {
		checkSample(t, m.Schema)
	}
}

func checkSample(t *testing.T, s *Schema) {
	t.Helper()
	if v := s.Sample(); v != nil {
		if found := s.Check(v); len(found) > 0 {
			t.Errorf("%s: the sample %v breaks %v", s.ID, v, found)
		}
		s.Typed(v)
	}
	for _, v := range []any{nil, true, "a", int64(-1), 0.5, []any{nil, "a"}, map[string]any{"a": nil, "kind": "Cat"}} {
		s.Check(v)
	}
}

// FuzzDecode holds that what is decoded keeps to the schema, and that what is
// refused is refused for a clause.
func FuzzDecode(f *testing.F) {
	for _, pair := range [][2]string{
		{"5", "6"},
		{"+5", ""},
		{"2026-01-31T00:00:00Z", "a,b"},
		{"-0", "9223372036854775808"},
		{"true", "1e3"},
		{"a", "\xff"},
		{"c", "1,2"},
		{"2016-12-31T23:59:60.5z", "6f1c2a54-0d3e-4b9a-9a57-3f0f4c6d7e81"},
	} {
		f.Add(pair[0], pair[1])
	}
	var parameters strings.Builder
	for i, schema := range []string{
		"{type: string}", "{type: string, pattern: '^[a-c]+$', maxLength: 3}", "{type: integer, minimum: -5, maximum: 9007199254740993}",
		"{type: number, multipleOf: 0.1}", "{type: boolean}", "{type: string, format: date-time}", "{type: string, format: uri}",
		"{type: integer, enum: [1, 2]}", "{type: array, uniqueItems: true, items: {type: integer}}", "{type: string, format: email}",
		"{type: array, items: {type: string, format: uuid}}", "{type: string, not: {enum: [a]}}", "{type: integer, format: int32}",
	} {
		name := string(rune('a' + i))
		parameters.WriteString("        - {name: " + name + ", in: query, schema: " + schema + "}\n")
		parameters.WriteString("        - {name: " + name + "2, explode: false, in: query, schema: " + schema + "}\n")
	}
	c, err := Load("c.yaml", []byte(strings.Replace(good, "        - name: kind\n", parameters.String()+"        - name: kind\n", 1)))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, p := range c.Operations[0].Parameters {
			for _, raw := range [][]string{{a}, {a, b}, {b, a, a}} {
				v, found := p.Decode(raw)
				if found == nil && len(p.Schema.Check(plainTimes(v))) > 0 {
					t.Errorf("%s takes %q, and its value %v breaks %v", p.Name, raw, v, p.Schema.Check(plainTimes(v)))
				}
				for _, violation := range found {
					if !strings.HasPrefix(violation.Clause, p.ID+".") || violation.Message == "" || v != nil {
						t.Errorf("%s with %q gives %v and breaks %+v", p.Name, raw, v, violation)
					}
				}
			}
		}
	})
}

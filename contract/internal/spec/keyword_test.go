package spec

import (
	"slices"
	"testing"
)

// TestKeywordsHaveTheirParts fails for a row of the table without what other stages
// ask it for.
func TestKeywordsHaveTheirParts(t *testing.T) {
	for _, k := range keywords {
		lacks := func(part string) { t.Errorf("the keyword %s has no %s: Keyword says what that is", k.Name, part) }
		if k.Sample.Schema == "" || k.Sample.Keeps == "" || k.Sample.Breaks == "" {
			lacks("whole sample")
		}
		if k.Like != "" {
			if base := KeywordNamed(k.Like); base == nil || base.named == nil {
				t.Errorf("the keyword %s is like %q, which is none that says by which name a schema has it", k.Name, k.Like)
			}
			continue
		}
		if k.read == nil {
			lacks("read")
		}
		if k.check == nil {
			lacks("check")
		}
		if k.compare == nil {
			lacks("compare")
		}
		if k.statement == nil {
			lacks("statement")
		}
		if k.boundaries == nil && k.breaking == nil {
			lacks("boundaries, and no breaking")
		}
	}
}

// TestKeywordsDoWhatTheirSamplesShow holds each keyword to its sample: what keeps to
// it passes, what breaks it does so by the clause of the keyword alone, and the values
// that are made for it do what they are made for.
func TestKeywordsDoWhatTheirSamplesShow(t *testing.T) {
	for _, k := range keywords {
		t.Run(k.Name, func(t *testing.T) {
			c := load(t, string(answering(v31, k.Sample.Schema)))
			s := c.Operations[0].Responses[0].Content[0].Schema
			id := s.ID + "." + k.Name
			if c.Clause(id) == nil || c.Clause(id).Statement == "" {
				t.Errorf("%s makes no clause %s", k.Sample.Schema, id)
			}
			breaks := func(what string, v any) {
				t.Helper()
				if found := s.Check(v); len(found) != 1 || found[0].Clause != id {
					t.Errorf("%s %v breaks %v, want %s alone", what, v, found, id)
				}
			}
			keeps := func(what string, v any) {
				t.Helper()
				if found := s.Check(v); found != nil {
					t.Errorf("%s %v breaks %v", what, v, found)
				}
			}
			keeps("the sample", parsed(t, k.Sample.Keeps))
			breaks("the sample", parsed(t, k.Sample.Breaks))
			if v := s.Sample(); v == nil {
				t.Error("Sample finds no value that keeps to it")
			} else {
				keeps("what Sample finds,", v)
			}
			tried := 0
			for _, try := range slices.Concat(testSite(s).Boundaries(), testSite(s).Breaking()) {
				switch {
				case try.Keyword != k.Name:
				case try.Valid:
					keeps("the try "+try.Name, try.Value)
				case try.Within != "":
					tried++
					breaks("the try "+try.Name, overlay(s.Sample(), map[string]any{try.Within: try.Value}))
				default:
					tried++
					breaks("the try "+try.Name, try.Value)
				}
				if try.Keyword == k.Name && (try.Name == "" || try.Why == "") {
					t.Errorf("the try of %v lacks its name or its reason", try.Value)
				}
			}
			if tried == 0 {
				t.Error("no value that breaks it is made")
			}
		})
	}
}

func parsed(t *testing.T, text string) any {
	t.Helper()
	v, err := ParseJSON([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// testSite is a mandatory place in JSON that holds values of a schema.
func testSite(s *Schema) Site {
	return Site{
		Schema: s, Required: true, MaxText: 100, MaxElements: 100,
		Ordinary: func() []any { return []any{s.Sample()} },
		ListOf:   func(n int) []any { return s.Items.different(n, newSampling()) },
		ObjectOf: func(n int) any {
			out := map[string]any{}
			for _, m := range s.Members[:min(n, len(s.Members))] {
				out[m.Name] = m.Schema.Sample()
			}
			return out
		},
	}
}

// TestLimitsOfSizesAreNotTriedBeyondWhatIsSent shows that a limit which only a request
// too large for its transport is beyond is left alone.
func TestLimitsOfSizesAreNotTriedBeyondWhatIsSent(t *testing.T) {
	for _, schema := range []string{
		`{type: string, maxLength: 100}`, `{type: array, items: {type: string}, maxItems: 100}`, `{type: object, maxProperties: 200}`,
	} {
		if tries := testSite(schemaOf(t, v31, schema)).Boundaries(); tries != nil {
			t.Errorf("%s is tried with %v", schema, tries)
		}
	}
}

// TestSpeaksOf holds keywords to the types that they are about.
func TestSpeaksOf(t *testing.T) {
	for name, want := range map[string][]bool{ // of a text, a number, a list, an object
		"type": {true, true, true, true}, "const": {true, true, true, true}, "format": {true, true, false, false},
		"pattern": {true, false, false, false}, "multipleOf": {false, true, false, false}, "uniqueItems": {false, false, true, false},
		"maxProperties": {false, false, false, true},
	} {
		var got []bool
		for _, text := range []string{`"a"`, `1.5`, `[]`, `{}`} {
			got = append(got, KeywordNamed(name).SpeaksOf(parsed(t, text)))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s speaks of %v, want %v", name, got, want)
		}
	}
}

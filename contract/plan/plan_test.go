package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// model makes a contract with one secured operation. parameters and rules are
// YAML, indented by 8 and 10.
func model(tb testing.TB, parameters, rules string) *spec.Contract {
	tb.Helper()
	text := `openapi: 3.0.3
info: {title: Things, version: "1"}
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}
security: [{key: []}]
paths:
  /things:
    get:
      operationId: list
`
	if rules != "" {
		text += "      x-contract:\n        rules:\n" + rules
	}
	if parameters != "" {
		text += "      parameters:\n" + parameters
	}
	text += `      responses:
        "200": {description: ok}
        "400": {description: bad}
        "401": {description: who}
        "500": {description: broken}
`
	c, err := spec.Load("things.yaml", []byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func file(tb testing.TB, path string) *spec.Contract {
	tb.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	c, err := spec.Load(path, data)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// informed knows everything that a target file can say.
var informed = Options{
	Unsafe: true, NearMisses: true,
	Value: func(_, name string) (string, bool) {
		return "given", slices.Contains([]string{"project_id", "enterprise_project_id", "order", "id"}, name)
	},
	Provocation: func(string, string) (Provocation, bool) {
		return Provocation{Parameters: []Parameter{{In: "header", Name: "X-Fail", Value: "1"}}}, true
	},
}

func find(t *testing.T, p *Plan, id string) Case {
	t.Helper()
	for _, c := range p.Cases {
		if c.ID == id {
			return c
		}
	}
	t.Fatalf("the plan has no case %s; it has\n%s", id, strings.Join(ids(p, strings.SplitN(id, "/", 2)[0]), "\n"))
	return Case{}
}

func ids(p *Plan, clauseID string) []string {
	var out []string
	for _, c := range p.Cases {
		if c.Clause == clauseID {
			out = append(out, c.ID)
		}
	}
	return out
}

func query(c Case) string {
	var parts []string
	for _, p := range c.Request.Parameters {
		if p.In == "query" {
			parts = append(parts, p.Name+"="+spec.Text(plainTimes(p.Value)))
		}
	}
	return strings.Join(parts, "&")
}

func TestThePlanIsTheSameEachTime(t *testing.T) {
	for _, path := range []string{"../../openapi/userusage.yaml", "../testdata/orders.yaml"} {
		first, err := json.Marshal(Build(file(t, path), informed))
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			again, err := json.Marshal(Build(file(t, path), informed))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(first, again) {
				t.Fatalf("two plans for %s differ", path)
			}
		}
	}
}

func TestEveryClauseHasACaseOrAnAnswerOrAReason(t *testing.T) {
	for _, path := range []string{"../../openapi/userusage.yaml", "../testdata/orders.yaml"} {
		m := file(t, path)
		p := Build(m, informed)
		accounted := map[string]bool{}
		for _, c := range p.Cases {
			accounted[c.Clause] = true
		}
		for _, u := range p.Untested {
			if u.Reason == "" || accounted[u.Clause] {
				t.Errorf("%s is untested without a reason, or has a case after all", u.Clause)
			}
			accounted[u.Clause] = true
		}
		for _, c := range m.Clauses {
			if !accounted[c.ID] && !strings.HasPrefix(c.ID, c.Operation+".answer.") {
				t.Errorf("%s: no case, and no reason for that", c.ID)
			}
		}
	}
}

func TestCaseIDsAreUniqueAndPlain(t *testing.T) {
	for _, path := range []string{"../../openapi/userusage.yaml", "../testdata/orders.yaml"} {
		seen := map[string]bool{}
		for _, c := range Build(file(t, path), informed).Cases {
			if seen[c.ID] || !strings.HasPrefix(c.ID, c.Clause+"/") || strings.Trim(c.ID, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/") != "" {
				t.Errorf("id %q", c.ID)
			}
			seen[c.ID] = true
		}
	}
}

// TestANegativeCaseBreaksOneClause holds every case against the schema and the
// rules again, as it would be sent.
func TestACaseBreaksItsClauseAloneOrNothing(t *testing.T) {
	for _, path := range []string{"../../openapi/userusage.yaml", "../testdata/orders.yaml"} {
		m := file(t, path)
		for _, c := range Build(m, informed).Cases {
			if c.Technique == InternalError || c.Request.Body != nil && c.Request.Body.Verbatim {
				continue
			}
			e := newEvaluator(m.Operation(c.Operation))
			d := draft{}
			for _, p := range c.Request.Parameters {
				d = d.set([]string{p.In, p.Name}, p.Value)
			}
			if c.Request.Body != nil {
				d = d.set([]string{"body"}, c.Request.Body.Value)
			}
			broken, agreed := e.breaks(d)
			switch c.Expect.Outcome {
			case Accepted:
				if !agreed || len(broken) > 0 {
					t.Errorf("%s is to be accepted, and breaks %v (clear %v)", c.ID, broken, agreed)
				}
			case Refused:
				want := map[string]bool{c.Clause: true}
				if c.Technique == Authentication || strings.HasSuffix(c.Clause, ".body.mediaType") {
					want = map[string]bool{} // nothing is wrong with its values
				}
				// A parameter that is empty is missing; that is not the schema's word.
				empty := strings.HasSuffix(c.ID, ".required/empty-in-smallest")
				if !empty && (!agreed || fmt.Sprint(broken) != fmt.Sprint(want)) {
					t.Errorf("%s is to be refused for its clause alone, and breaks %v (clear %v)", c.ID, broken, agreed)
				}
			}
		}
	}
}

func TestBoundariesOfALimit(t *testing.T) {
	p := Build(model(t, "        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100, multipleOf: 1}}\n", ""), Options{})
	for id, want := range map[string]string{
		"list.query.limit.minimum/at":                       "accepted limit=1",
		"list.query.limit.minimum/beyond-in-smallest":       "refused limit=0",
		"list.query.limit.maximum/at":                       "accepted limit=100",
		"list.query.limit.maximum/beyond-in-smallest":       "refused limit=101",
		"list.query.limit.maximum/past-64-bits-in-smallest": "refused limit=18446744073709551626",
		"list.query.limit.type/fraction-in-smallest":        "refused limit=10.5",
		"list.answer.unprovoked-5xx/limit-exponent":         "either limit=1e3",
	} {
		c := find(t, p, id)
		if got := string(c.Expect.Outcome) + " " + query(c); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}

const betweenRule = `          - id: low-to-high
            expression: "!has(query.low) || !has(query.high) || query.low <= query.high"
            message: low must not exceed high
`

const betweenParameters = `        - {name: low, in: query, schema: {type: integer}}
        - {name: high, in: query, schema: {type: integer}}
        - {name: other, in: query, schema: {type: string}}
`

func TestARuleIsTriedAroundItsBoundaryWhereTextAndNumberDiffer(t *testing.T) {
	p := Build(model(t, betweenParameters, betweenRule), Options{})
	var got []string
	for _, c := range p.Cases {
		if c.Clause == "list.rule.low-to-high" {
			got = append(got, string(c.Expect.Outcome)+" "+query(c))
		}
	}
	for _, want := range []string{
		"accepted low=10&high=10", // a strict comparison refuses it
		"accepted low=9&high=10",  // compared as text, 9 exceeds 10
		"refused low=10&high=9",   // compared as text, 10 does not exceed 9
		"refused low=1&high=0",    // zero is a value, not an absence
		"accepted low=0&high=0",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("no case has %q; the rule's cases have\n%s", want, strings.Join(got, "\n"))
		}
	}
	if full := find(t, p, "list.rule.low-to-high/with-low-high-in-fullest"); !strings.Contains(query(full), "other=") {
		t.Errorf("the rule is not broken in the fullest request: %s", query(full))
	}
}

const windowParameters = `        - {name: from, in: query, required: true, schema: {type: string, format: date-time}}
        - {name: to, in: query, required: true, schema: {type: string, format: date-time}}
`

const windowRule = `          - id: ten-days
            expression: query.to - query.from <= duration("240h")
            message: at most ten days
            unit: 24h
            readings: [query.from >= now - duration("240h")]
`

func TestAnAmbiguousRuleIsTriedOnlyWhereItsReadingsAgree(t *testing.T) {
	p := Build(model(t, windowParameters, windowRule), Options{})
	for _, c := range p.Cases {
		from, to := timeOf(c, "from"), timeOf(c, "to")
		if from == nil || to == nil {
			continue
		}
		span, age := to.Offset-from.Offset, -from.Offset
		limit := 240 * time.Hour
		switch {
		case c.Expect.Outcome == Accepted && (span > limit-ruling.Margin || age > limit-ruling.Margin):
			t.Errorf("%s is to be accepted within an hour of a boundary: span %s, age %s", c.ID, span, age)
		case c.Clause == "list.rule.ten-days" && c.Expect.Outcome == Refused && (span <= limit || age <= limit+ruling.Margin):
			t.Errorf("%s is to be refused, and one reading allows it: span %s, age %s", c.ID, span, age)
		}
	}
	if c := find(t, p, "list.rule.ten-days/comparison-1-one-unit-more"); c.Level != clause.Must {
		t.Errorf("a whole unit beyond the boundary is %s, want must", c.Level)
	}
	if c := find(t, p, "list.rule.ten-days/comparison-1-one-second-more"); c.Level != clause.Should {
		t.Errorf("less than a unit beyond the boundary is %s, want should", c.Level)
	}
}

func timeOf(c Case, name string) *Time {
	for _, p := range c.Request.Parameters {
		if v, ok := p.Value.(Time); ok && p.Name == name {
			return &v
		}
	}
	return nil
}

// TestCombinationsCoverEveryPairThatTheRulesAllow counts pairs in what is sent,
// not in how it was made.
func TestCombinationsCoverEveryPairThatTheRulesAllow(t *testing.T) {
	parameters := `        - {name: a, in: query, schema: {type: string, enum: [x, y]}}
        - {name: b, in: query, schema: {type: string, enum: [x, y]}}
        - {name: c, in: query, schema: {type: string, enum: [x, y]}}
        - {name: d, in: query, schema: {type: string, enum: [x, y]}}
`
	rules := `          - id: a-needs-b
            expression: "!has(query.a) || has(query.b)"
            message: a needs b
`
	for strength, most := range map[int]int{2: 20, 3: 60} {
		p := Build(model(t, parameters, rules), Options{Strength: strength})
		pairs := map[string]bool{}
		rows := 0
		for _, c := range p.Cases {
			if c.Technique != Combination {
				continue
			}
			rows++
			value := map[string]string{"a": "-", "b": "-", "c": "-", "d": "-"}
			for _, one := range c.Request.Parameters {
				value[one.Name] = spec.Text(one.Value)
			}
			for _, l := range []string{"a", "b", "c", "d"} {
				for _, r := range []string{"a", "b", "c", "d"} {
					pairs[l+value[l]+r+value[r]] = l < r || pairs[l+value[l]+r+value[r]]
				}
			}
		}
		for _, l := range []string{"a", "b", "c", "d"} {
			for _, r := range []string{"a", "b", "c", "d"} {
				for _, lv := range []string{"-", "x", "y"} {
					for _, rv := range []string{"-", "x", "y"} {
						forbidden := l == "a" && lv != "-" && r == "b" && rv == "-"
						if l < r && pairs[l+lv+r+rv] == forbidden {
							t.Errorf("strength %d: %s=%s with %s=%s: covered %v, allowed %v", strength, l, lv, r, rv, pairs[l+lv+r+rv], !forbidden)
						}
					}
				}
			}
		}
		if rows > most {
			t.Errorf("strength %d takes %d requests, want at most %d", strength, rows, most)
		}
	}
}

func TestWhatCannotRunIsSkippedWithItsReason(t *testing.T) {
	m := model(t, "        - {name: id, in: query, required: true, schema: {type: string}, x-contract: {value: target}}\n", "")
	for _, test := range []struct {
		name, id, want string
		options        Options
	}{
		{"no value", "list.answer.200/smallest", "the target gives no value for id: add it to values", Options{}},
		{"no credential", "list.answer.200/smallest", "none given", Options{
			Value: informed.Value, Credential: func(string, Variant) string { return "none given" },
		}},
		{"no methods", "list.method/POST", "methods that the contract does not have are tried with --unsafe, or with gentle: false in the target file", Options{Value: informed.Value}},
		{"near misses", "list.security.key.verified/prefix", "of credentials that almost fit one is tried, for many lock an account: allow all with --near-misses, or with gentle: false in the target file", Options{Value: informed.Value}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := Build(m, test.options)
			if got := find(t, p, test.id).Skip; got != test.want {
				t.Errorf("skipped for %q, want %q", got, test.want)
			}
		})
	}
}

// What is not meant does not count.
func TestABudgetKeepsTheFirstThatMaySucceed(t *testing.T) {
	m := model(t, "        - {name: id, in: query, schema: {type: string}}\n", "")
	whole := Build(m, Options{Value: informed.Value})
	kept := func(p *Plan) (ids []string) {
		for _, c := range p.Cases {
			if c.Skip == "" && (c.Expect.Outcome == Accepted || c.Expect.Outcome == Either) {
				ids = append(ids, c.ID)
			}
		}
		return ids
	}
	all := kept(whole)
	second := func(i int) bool { return whole.Cases[i].ID != all[0] }
	if got := kept(whole.Within(1, second)); len(all) < 3 || !slices.Equal(got, all[:2]) {
		t.Errorf("kept are %v of %v, want the first, which is not meant, and the second", got, all)
	}
	if got := kept(whole.Within(0, second)); !slices.Equal(got, all) || !slices.Equal(kept(whole), all) {
		t.Errorf("kept are %v of %v", got, all)
	}
}

func TestUntestedClausesSayWhy(t *testing.T) {
	p := Build(model(t, "", ""), Options{})
	got := map[string]string{}
	for _, u := range p.Untested {
		got[u.Clause] = u.Reason
	}
	if want := "the target does not say how to provoke it: add provoke"; got["list.answer.500"] != want {
		t.Errorf("answer.500 is untested for %q, want %q", got["list.answer.500"], want)
	}
}

func TestCredentialsAreNeverInAPlan(t *testing.T) {
	data, err := json.Marshal(Build(model(t, "", ""), informed))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []Variant{None, Empty, Malformed, Wrong, Prefix, Extension, OtherCase} {
		if !bytes.Contains(data, []byte(`"variant":"`+string(v)+`"`)) {
			t.Errorf("no case sends the credentials %s", v)
		}
	}
}

func TestMethodsLeaveOutThoseWithAMeaningOfTheirOwn(t *testing.T) {
	var got []string
	for _, c := range Build(model(t, "", ""), informed).Cases {
		if c.Technique == Method {
			got = append(got, c.Request.Method)
		}
	}
	if want := []string{"POST", "PUT", "PATCH", "DELETE"}; !slices.Equal(got, want) {
		t.Errorf("methods %v, want %v", got, want)
	}
}

func TestExpectAllows(t *testing.T) {
	for _, test := range []struct {
		expect Expect
		status string
		want   bool
	}{
		{Expect{Outcome: Accepted, Statuses: []string{"200"}}, "200", true},
		{Expect{Outcome: Accepted, Statuses: []string{"200"}}, "204", false},
		{Expect{Outcome: Refused, Statuses: []string{"4XX"}}, "422", true},
		{Expect{Outcome: Refused, Statuses: []string{"4XX"}}, "500", false},
		{Expect{Outcome: Either}, "302", true},
		{Expect{Outcome: Either}, "404", true},
		{Expect{Outcome: Either}, "503", false},
		{Expect{Outcome: Unsupported}, "405", true},
		{Expect{Outcome: Unsupported}, "200", false},
		{Expect{Outcome: Unsupported}, "500", false},
		{Expect{Outcome: Unsupported}, "501", true},
	} {
		if got := test.expect.Allows(test.status); got != test.want {
			t.Errorf("%+v allows %s: %v, want %v", test.expect, test.status, got, test.want)
		}
	}
}

package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
)

// dependent makes a contract whose operation has optional parameters, and what is
// stated of them in IDL.
func dependent(tb testing.TB, parameters string, statements ...string) *spec.Contract {
	tb.Helper()
	text := `openapi: 3.0.3
info: {title: Things, version: "1"}
paths:
  /things:
    get:
      operationId: list
      parameters:
`
	var list strings.Builder
	for p := range strings.SplitSeq(parameters, "; ") {
		name, schema, _ := strings.Cut(p, ": ")
		fmt.Fprintf(&list, "        - {name: %q, in: query, schema: {%s}}\n", name, schema)
	}
	list.WriteString("      x-dependencies:\n")
	for _, s := range statements {
		fmt.Fprintf(&list, "        - %q\n", s)
	}
	text += list.String() + `      responses:
        "200": {description: ok}
        "400": {description: bad}
`
	c, err := spec.Load("things.yaml", []byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

const four = "a: type: string; b: type: string; c: type: string; d: type: string"

// sent gives the names in the queries of the cases with an outcome, each once.
func sent(p *Plan, outcome Outcome, clause string) []string {
	var out []string
	for _, c := range p.Cases {
		if c.Expect.Outcome != outcome || clause != "" && c.Clause != clause {
			continue
		}
		var names []string
		for _, x := range c.Request.Parameters {
			names = append(names, x.Name)
		}
		if s := strings.Join(names, " "); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return out
}

// TestDependencies holds for each form of IDL which parameters are accepted
// together, and which are refused.
func TestDependencies(t *testing.T) {
	for _, tt := range []struct{ statement, rule, accepted, refused string }{
		{"IF a THEN b;", "a-requires-b", "|a b|a b c|a b c d|a b d|b|b c|b d|c|d|b c d|c d", "a|a c|a d|a c d"},
		{"IF a THEN NOT b;", "a-requires-no-b", "|a|a c|a d|a c d|b|b c|b d|b c d|c|d|c d", "a b|a b c|a b d|a b c d"},
		{"Or(a, b);", "any-of-a-b", "a|b|a b|a c|a d|b c|b d|a b c|a b d|a c d|b c d|a b c d", "|c|d|c d"},
		{"OnlyOne(a, b, c);", "only-one-a-b-c", "a|b|c|a d|b d|c d", "|d|a b|a c|b c|a b c|a b d|a c d|b c d|a b c d"},
		{"AllOrNone(a, b, c);", "all-or-none-a-b-c", "|d|a b c|a b c d", "a|b|c|a b|a c|b c|a d|b d|c d|a b d|a c d|b c d"},
		{"ZeroOrOne(a, b, c);", "zero-or-one-a-b-c", "|a|b|c|d|a d|b d|c d", "a b|a c|b c|a b c|a b d|a c d|b c d|a b c d"},
		{"OnlyOne(a, b AND c);", "only-one-a-b-and-c", "a|b c|a b|a c|a d|b c d|a b d|a c d", "|b|c|d|b d|c d|a b c|a b c d"},
		{"IF a OR (b AND c) THEN ZeroOrOne(c, d);", "a-or-b-and-c-requires-zero-or-one-c-d", "|a|b|c|d|a b|a c|a d|b c|b d|c d|a b c|a b d", "b c d|a c d|a b c d"},
	} {
		t.Run(tt.statement, func(t *testing.T) {
			m := dependent(t, four, tt.statement)
			if len(m.Warnings) > 0 || len(m.Operations[0].Rules) != 1 || m.Operations[0].Loose {
				t.Fatalf("rules %v, warnings %v", m.Operations[0].Rules, m.Warnings)
			}
			r := m.Operations[0].Rules[0]
			if r.Name != tt.rule || m.Clause("list.rule."+tt.rule) == nil || m.Clause("list.rule."+tt.rule).Level != "must" {
				t.Errorf("the rule is %s", r.Name)
			}
			p := Build(m, informed)
			accepted, refused := strings.Split(tt.accepted, "|"), strings.Split(tt.refused, "|")
			for _, names := range sent(p, Accepted, "") {
				if !slices.Contains(accepted, names) {
					t.Errorf("%q is to be accepted", names)
				}
			}
			got := sent(p, Refused, r.ID)
			for _, names := range got {
				if !slices.Contains(refused, names) {
					t.Errorf("%q is to be refused", names)
				}
			}
			if len(got) == 0 || len(sent(p, Accepted, "")) < 3 {
				t.Errorf("refused %q, accepted %q", got, sent(p, Accepted, ""))
			}
		})
	}
}

// TestDependenciesOfValues holds for conditions on values which requests are
// accepted and which are refused.
func TestDependenciesOfValues(t *testing.T) {
	const parameters = "kind: type: string, enum: [x, y, z]; flag: type: boolean; n: type: integer, minimum: 0, maximum: 2000; m: type: integer, minimum: 0, maximum: 2000; since: type: string, format: date-time; until: type: string, format: date-time"
	for _, tt := range []struct {
		statement        string
		holds            func(q map[string]any) bool
		accepts, refuses string // a query that must be among them, or ""
	}{
		{"IF kind=='x' THEN flag==true;", func(q map[string]any) bool { return q["kind"] != "x" || q["flag"] == true }, "kind=x&flag=true", "kind=x&flag=false"},
		{"IF kind=='x'|'y' THEN n;", func(q map[string]any) bool { return q["kind"] != "x" && q["kind"] != "y" || q["n"] != nil }, "kind=z", "kind=y"},
		{"IF n>100 THEN kind;", func(q map[string]any) bool { n, ok := q["n"].(int64); return !ok || n <= 100 || q["kind"] != nil }, "kind=x&n=101", "n=1000"},
		{"n <= m;", func(q map[string]any) bool {
			n, one := q["n"].(int64)
			m, two := q["m"].(int64)
			return !one || !two || n <= m
		}, "n=10", "n=11&m=10"},
		{"n + m <= 1000;", func(q map[string]any) bool {
			n, one := q["n"].(int64)
			m, two := q["m"].(int64)
			return !one || !two || n+m <= 1000
		}, "n=10", ""},
		{"since < until;", nil, "", ""},
		{"IF kind LIKE '*x*' THEN NOT flag;", func(q map[string]any) bool { return q["kind"] != "x" || q["flag"] == nil }, "kind=x", "kind=x&flag=true"},
	} {
		t.Run(tt.statement, func(t *testing.T) {
			m := dependent(t, parameters, tt.statement)
			if len(m.Warnings) > 0 || len(m.Operations[0].Rules) != 1 {
				t.Fatalf("warnings %v", m.Warnings)
			}
			p := Build(m, informed)
			accepted, refused := map[string]bool{}, map[string]bool{}
			for _, c := range p.Cases {
				q := map[string]any{}
				for _, x := range c.Request.Parameters {
					q[x.Name] = x.Value
				}
				switch {
				case c.Expect.Outcome == Accepted:
					accepted[query(c)] = true
					if tt.holds != nil && !tt.holds(q) {
						t.Errorf("%s is to be accepted: %s", c.ID, query(c))
					}
				case c.Expect.Outcome == Refused && c.Clause == m.Operations[0].Rules[0].ID:
					refused[query(c)] = true
					if tt.holds != nil && tt.holds(q) {
						t.Errorf("%s is to be refused: %s", c.ID, query(c))
					}
				}
			}
			if len(refused) == 0 || tt.accepts != "" && !accepted[tt.accepts] || tt.refuses != "" && !refused[tt.refuses] {
				t.Errorf("accepted %v\nrefused %v", accepted, refused)
			}
		})
	}
}

// TestDependenciesThatCannotBeRead holds that nothing is demanded of parameters
// together where it is not known which may stand together.
func TestDependenciesThatCannotBeRead(t *testing.T) {
	m := dependent(t, four, "ZeroOrOne(a, b);", "SomeOf(c, d);")
	if !m.Operations[0].Loose || len(m.Warnings) != 1 || len(m.Operations[0].Rules) != 1 {
		t.Fatalf("loose %v, warnings %v", m.Operations[0].Loose, m.Warnings)
	}
	p := Build(m, informed)
	for _, names := range sent(p, Accepted, "") {
		if strings.Contains(names, " ") {
			t.Errorf("%q is to be accepted", names)
		}
	}
	if got := sent(p, Refused, "list.rule.zero-or-one-a-b"); !slices.Contains(got, "a b") {
		t.Errorf("refused: %q", got)
	}

	m = dependent(t, four, "a == b;", "c ? d")
	if got := sent(Build(m, informed), Accepted, ""); strings.Join(got, "|") != "|a|b|c|d" {
		t.Errorf("accepted: %q", got)
	}
}

func TestALooseClauseSaysWhy(t *testing.T) {
	m := dependent(t, "a: type: boolean; b: type: boolean", "IF a THEN b;", "?")
	p := Build(m, informed)
	for _, u := range p.Untested {
		if u.Clause == "list.query.a.type" && u.Reason != looseReason {
			t.Errorf("%s: %s", u.Clause, u.Reason)
		}
	}
}

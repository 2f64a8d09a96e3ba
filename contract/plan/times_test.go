package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/internal/spec"
)

// visits makes a contract with one operation that has query parameters, those of
// a body, and rules: a name, an expression and readings each.
func visits(tb testing.TB, query, body []string, rules [][]string) *spec.Contract {
	tb.Helper()
	var b strings.Builder
	b.WriteString("openapi: 3.0.3\ninfo: {title: Visits, version: \"1\"}\npaths:\n  /visits:\n    post:\n      operationId: visit\n      x-contract:\n        rules:\n")
	for _, r := range rules {
		fmt.Fprintf(&b, "          - {id: %s, expression: '%s', message: keep %s", r[0], r[1], r[0])
		if len(r) > 2 {
			fmt.Fprintf(&b, ", readings: ['%s']", strings.Join(r[2:], "', '"))
		}
		b.WriteString("}\n")
	}
	member := func(name string) (string, string, bool) {
		name, required := strings.CutSuffix(name, "!")
		name, kind, ok := strings.Cut(name, ":")
		if !ok {
			kind = "type: string, format: date-time"
		}
		return name, kind, required
	}
	if len(query) > 0 {
		b.WriteString("      parameters:\n")
	}
	for _, one := range query {
		name, kind, required := member(one)
		fmt.Fprintf(&b, "        - {name: %s, in: query, required: %v, schema: {%s}}\n", name, required, kind)
	}
	if len(body) > 0 {
		b.WriteString("      requestBody:\n        required: true\n        content:\n          application/json:\n            schema:\n              type: object\n")
		var members, mandatory []string
		for _, one := range body {
			name, kind, required := member(one)
			members = append(members, fmt.Sprintf("                %s: {%s}\n", name, kind))
			if required {
				mandatory = append(mandatory, name)
			}
		}
		fmt.Fprintf(&b, "              required: [%s]\n              properties:\n%s", strings.Join(mandatory, ", "), strings.Join(members, ""))
	}
	b.WriteString("      responses: {\"200\": {description: ok}, \"400\": {description: bad}}\n")
	c, err := spec.Load("visits.yaml", []byte(b.String()))
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// at gives the offsets of a case's times by their dotted path.
func at(c *Case) map[string]time.Duration {
	out := map[string]time.Duration{}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case Time:
			if v.Form == "" {
				out[path] = v.Offset
			}
		case map[string]any:
			for name, inner := range v {
				walk(strings.TrimPrefix(path+"."+name, "."), inner)
			}
		case []any:
			for _, inner := range v {
				walk(path, inner)
			}
		}
	}
	for _, p := range c.Request.Parameters {
		walk(p.Name, p.Value)
	}
	if c.Request.Body != nil {
		walk("", c.Request.Body.Value)
	}
	return out
}

const (
	minutes = time.Minute
	hours   = time.Hour
)

// goRule is a rule written in Go, on the offsets from now: the rules of the tests
// are checked by other means than they are planned by.
type goRule func(t map[string]time.Duration) bool

var timeTests = []struct {
	name        string
	query, body []string
	rules       [][]string
	holds       []goRule
	// room is how far from every boundary the ordinary times are at least.
	room time.Duration
	// now tells which rules compare with now.
	now []bool
}{
	{
		name: "the past stays the first choice", query: []string{"since!"},
		rules: [][]string{{"past", `query.since <= now`}},
		holds: []goRule{func(t map[string]time.Duration) bool { return t["since"] <= 0 }},
		room:  24 * hours, now: []bool{true},
	},
	{
		name: "the future", body: []string{"from!", "guests:type: integer"},
		rules: [][]string{{"ahead", `body.from >= now`}},
		holds: []goRule{func(t map[string]time.Duration) bool { return t["from"] >= 0 }},
		room:  hours, now: []bool{true},
	},
	{
		name: "48 hours ahead, for 30 minutes to 8 hours", query: []string{"start!"}, body: []string{"end!"},
		rules: [][]string{
			{"ahead", `query.start - now >= duration("48h")`},
			{"long-enough", `body.end >= query.start + duration("30m")`},
			{"short-enough", `body.end - query.start <= duration("8h")`},
		},
		holds: []goRule{
			func(t map[string]time.Duration) bool { return t["start"] >= 48*hours },
			func(t map[string]time.Duration) bool { return t["end"]-t["start"] >= 30*minutes },
			func(t map[string]time.Duration) bool { return t["end"]-t["start"] <= 8*hours },
		},
		room: hours, now: []bool{true, false, false},
	},
	{
		name: "a window of ten minutes", body: []string{"at!", "until!"},
		rules: [][]string{
			{"soon", `body.at > now + duration("5m") && body.at < now + duration("15m")`},
			{"brief", `body.until > body.at && body.until - body.at < duration("1m")`},
		},
		holds: []goRule{
			func(t map[string]time.Duration) bool { return t["at"] > 5*minutes && t["at"] < 15*minutes },
			func(t map[string]time.Duration) bool {
				return t["until"] > t["at"] && t["until"]-t["at"] < minutes
			},
		},
		room: 25 * time.Second, now: []bool{true, false},
	},
	{
		name: "a chain, nested and optional", query: []string{"remind"},
		body: []string{"a!", "trip:type: object, required: [b], properties: {b: {type: string, format: date-time}, c: {type: string, format: date-time}}!"},
		rules: [][]string{
			{"ahead", `body.a >= now + duration("2h")`},
			{"in-order", `body.trip.b > body.a && body.trip.b - body.a < duration("3h")`},
			{"c-last", `!has(body.trip.c) || body.trip.c > body.trip.b`},
			{"c-soon", `!has(body.trip.c) || body.trip.c <= body.a + duration("6h")`},
			{"remind-before", `!has(query.remind) || (query.remind < body.a - duration("10m") && query.remind > now)`},
		},
		holds: []goRule{
			func(t map[string]time.Duration) bool { return t["a"] >= 2*hours },
			func(t map[string]time.Duration) bool { return t["trip.b"] > t["a"] && t["trip.b"]-t["a"] < 3*hours },
			func(t map[string]time.Duration) bool {
				c, ok := t["trip.c"]
				return !ok || c > t["trip.b"]
			},
			func(t map[string]time.Duration) bool {
				c, ok := t["trip.c"]
				return !ok || c <= t["a"]+6*hours
			},
			func(t map[string]time.Duration) bool {
				remind, ok := t["remind"]
				return !ok || remind < t["a"]-10*minutes && remind > 0
			},
		},
		room: hours, now: []bool{true, false, false, false, true},
	},
	{
		name: "one of several ways", body: []string{"at!", "until!"},
		rules: [][]string{
			{"not-today", `body.at < now - duration("24h") || body.at > now + duration("24h")`},
			{"ahead", `body.at > now`},
			{"whole-hours", `(body.until - body.at).getHours() == 2`},
		},
		holds: []goRule{
			func(t map[string]time.Duration) bool { return t["at"] < -24*hours || t["at"] > 24*hours },
			func(t map[string]time.Duration) bool { return t["at"] > 0 },
			func(t map[string]time.Duration) bool { return int((t["until"] - t["at"]).Hours()) == 2 },
		},
		room: 0, now: []bool{true, true, false},
	},
	{
		name: "every element of a list",
		body: []string{"slots:type: array, minItems: 1, items: {type: object, required: [at], properties: {at: {type: string, format: date-time}}}!"},
		rules: [][]string{
			{"ahead", `body.slots.all(s, s.at > now + duration("36h"))`},
		},
		holds: []goRule{func(t map[string]time.Duration) bool { return t["slots.at"] > 36*hours }},
		room:  hours, now: []bool{true},
	},
}

func TestTimesAreChosenFromTheRules(t *testing.T) {
	for _, test := range timeTests {
		t.Run(test.name, func(t *testing.T) {
			m := visits(t, test.query, test.body, test.rules)
			p := Build(m, informed)
			first, err := json.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := json.Marshal(Build(m, informed)); err != nil || !bytes.Equal(first, again) {
				t.Errorf("two plans differ (%v)", err)
			}
			refused, accepted := map[string]int{}, 0
			for i := range p.Cases {
				c := &p.Cases[i]
				if c.Skip != "" {
					t.Fatalf("%s is skipped: %s", c.ID, c.Skip)
				}
				times := at(c)
				var broken []string
				for j, holds := range test.holds {
					if !holds(times) {
						broken = append(broken, "visit.rule."+test.rules[j][0])
					}
				}
				switch {
				case c.Expect.Outcome == Accepted:
					accepted++
					if len(broken) > 0 {
						t.Errorf("%s is to be accepted, and breaks %v with %v", c.ID, broken, times)
					}
				case strings.HasPrefix(c.Clause, "visit.rule."):
					refused[c.Clause]++
					if len(broken) != 1 || broken[0] != c.Clause {
						t.Errorf("%s is to break its rule alone, and breaks %v with %v", c.ID, broken, times)
					}
				}
			}
			for _, r := range test.rules {
				if refused["visit.rule."+r[0]] == 0 {
					t.Errorf("no case breaks the rule %s alone", r[0])
				}
			}
			if accepted == 0 {
				t.Error("no case is to be accepted")
			}
			smallest := find(t, p, "visit.answer.200/smallest")
			for name := range at(&smallest) {
				for _, by := range []time.Duration{-test.room, test.room} {
					moved := at(&smallest)
					moved[name] += by
					for j, holds := range test.holds {
						if !holds(moved) {
							t.Errorf("%s breaks %s when %s is moved by %s: %v", smallest.ID, test.rules[j][0], name, by, moved)
						}
					}
				}
			}
		})
	}
}

// TestNoCaseHangsOnTheClock moves the clock by a minute: the rules that compare
// with now have to say the same.
func TestNoCaseHangsOnTheClock(t *testing.T) {
	for _, test := range timeTests {
		for _, c := range Build(visits(t, test.query, test.body, test.rules), informed).Cases {
			for j, holds := range test.holds {
				if !test.now[j] || c.Expect.Outcome != Accepted && c.Clause != "visit.rule."+test.rules[j][0] {
					continue
				}
				for _, clock := range []time.Duration{-time.Minute, time.Minute} {
					other := at(&c)
					for name := range other {
						other[name] += clock
					}
					if len(other) > 0 && holds(at(&c)) != holds(other) {
						t.Errorf("%s: %s hangs on the clock: %v", c.ID, test.rules[j][0], at(&c))
					}
				}
			}
		}
	}
}

func TestBothSidesOfABoundaryThatAnotherRuleHolds(t *testing.T) {
	test := timeTests[2]
	p := Build(visits(t, test.query, test.body, test.rules), informed)
	for id, want := range map[string]struct {
		outcome Outcome
		length  time.Duration
	}{
		"long-enough/comparison-1-equal":            {Accepted, 30 * minutes},
		"long-enough/comparison-1-one-second-more":  {Accepted, 30*minutes + time.Second},
		"long-enough/comparison-1-one-second-less":  {Refused, 30*minutes - time.Second},
		"short-enough/comparison-1-equal":           {Accepted, 8 * hours},
		"short-enough/comparison-1-one-second-more": {Refused, 8*hours + time.Second},
	} {
		c := find(t, p, "visit.rule."+id)
		if got := at(&c)["end"] - at(&c)["start"]; c.Expect.Outcome != want.outcome || got != want.length {
			t.Errorf("%s: %s for %s, want %s for %s", id, c.Expect.Outcome, got, want.outcome, want.length)
		}
	}
	for id, want := range map[string]struct {
		outcome Outcome
		start   time.Duration
	}{
		"ahead/comparison-1-one-hour-more":   {Accepted, 49 * hours},
		"ahead/comparison-1-45-minutes-more": {Accepted, 48*hours + 45*minutes},
		"ahead/comparison-1-45-minutes-less": {Refused, 48*hours - 45*minutes},
	} {
		c := find(t, p, "visit.rule."+id)
		if got := at(&c)["start"]; c.Expect.Outcome != want.outcome || got != want.start {
			t.Errorf("%s: %s for %s, want %s for %s", id, c.Expect.Outcome, got, want.outcome, want.start)
		}
	}
	for _, c := range p.Cases {
		if c.ID == "visit.rule.ahead/comparison-1-equal" {
			t.Error("a case lies exactly where a rule compares with now")
		}
	}
}

func TestWhetherABoundaryBelongsToARule(t *testing.T) {
	for expression, want := range map[string]Outcome{
		`body.b > body.a`: Refused, `body.b >= body.a`: Accepted,
		`body.b - body.a > duration("0s")`: Refused, `body.a <= body.b`: Accepted,
	} {
		p := Build(visits(t, nil, []string{"a!", "b!"}, [][]string{{"ahead", "body.a > now"}, {"order", expression}}), informed)
		if c := find(t, p, "visit.rule.order/comparison-1-equal"); c.Expect.Outcome != want || at(&c)["a"] != at(&c)["b"] {
			t.Errorf("%s: the boundary is %s with %v, want %s", expression, c.Expect.Outcome, at(&c), want)
		}
	}
}

func TestTimesKeepAnHourFromWhereReadingsDisagree(t *testing.T) {
	m := visits(t, nil, []string{"from!", "to!"}, [][]string{
		{"ahead", `body.from >= now + duration("24h")`, `body.from >= now + duration("30h")`},
		{"length", `body.to - body.from <= duration("6h")`, `body.to - now <= duration("60h")`},
		{"order", `body.to > body.from`},
	})
	p := Build(m, informed)
	broken := map[string]bool{}
	for i := range p.Cases {
		c := &p.Cases[i]
		from, hasFrom := at(c)["from"]
		to, hasTo := at(c)["to"]
		if !hasFrom || !hasTo {
			continue
		}
		switch {
		case c.Expect.Outcome == Accepted && (from < 31*hours || to-from > 5*hours || to > 59*hours):
			t.Errorf("%s is to be accepted within an hour of a boundary: %v", c.ID, at(c))
		case c.Expect.Outcome == Refused && c.Clause == "visit.rule.ahead" && from > 23*hours,
			c.Expect.Outcome == Refused && c.Clause == "visit.rule.length" && (to-from <= 6*hours || to <= 61*hours):
			t.Errorf("%s is to be refused, and a reading allows it, or would by another clock: %v", c.ID, at(c))
		}
		broken[c.Clause] = broken[c.Clause] || c.Expect.Outcome == Refused
	}
	for _, id := range []string{"visit.rule.ahead", "visit.rule.length", "visit.rule.order"} {
		if !broken[id] {
			t.Errorf("no case breaks %s under every reading", id)
		}
	}
}

func TestAComparisonThatDecidesBesideAnotherValueIsTriedThere(t *testing.T) {
	p := Build(visits(t, nil, []string{"kind:type: string, enum: [fast, slow]!", "at!"}, [][]string{
		{"speed", `body.kind == "fast" ? body.at <= now + duration("3h") : body.at >= now + duration("30h")`},
		{"ahead", `body.at > now`},
	}), informed)
	for id, want := range map[string]Outcome{
		"visit.rule.speed/comparison-2-45-minutes-less":           Accepted,
		"visit.rule.speed/comparison-2-45-minutes-more":           Refused,
		"visit.rule.speed/comparison-3-45-minutes-more-kind-slow": Accepted,
		"visit.rule.speed/comparison-3-45-minutes-less-kind-slow": Refused,
		"visit.body.kind.enum/unlisted-in-smallest":               Refused,
	} {
		if c := find(t, p, id); c.Expect.Outcome != want {
			t.Errorf("%s is %s, want %s", id, c.Expect.Outcome, want)
		}
	}
}

func BenchmarkBuildTimes(b *testing.B) {
	test := timeTests[4]
	m := visits(b, test.query, test.body, test.rules)
	b.ReportAllocs()
	for b.Loop() {
		Build(m, informed)
	}
}

package judge

import (
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// listedAs gives the verdict on a list that was read.
func listedAs(t *testing.T, l *run.Listed) report.Verdict {
	t.Helper()
	model, err := petsModel()
	if err != nil {
		t.Fatal(err)
	}
	c := wants("listOwners", plan.Accepted, "200")
	c.Clause, c.Level = "listOwners.state."+world.Listed, clause.Should
	x := got(200, "[]")
	x.Listed = l
	return New(model, Options{}).Judge(c, x)
}

// TestListed has what is said of a list that lacks something.
func TestListed(t *testing.T) {
	reading := func(unsure string, seen ...bool) run.Reading { return run.Reading{Seen: seen, Unsure: unsure} }
	for _, test := range []struct {
		name     string
		readings []run.Reading
		want     string
	}{
		{"all", []run.Reading{reading("", true, true, true)}, "upheld"},
		{"all, and perhaps more", []run.Reading{reading("it may be cut", true, true, true)}, "upheld"},
		{"one before others", []run.Reading{reading("", true, false, true)}, "the list lacks 2, and has 3, which was made in the same way later"},
		{"the last", []run.Reading{reading("", true, true, false)}, "the list lacks 3, which was made last: it may show it later"},
		{"the last, whatever is made", []run.Reading{{Seen: []bool{true, true, false}, Trails: true}}, "it has each thing once another is made, and not before"},
		{"every page is the first", []run.Reading{reading("", true, true, true), {Seen: []bool{true, false, false}, Unsure: "it may have more", Stuck: true}}, "each page is as the first, and lacks 2"},
		{"none", []run.Reading{reading("", false, false, false)}, "it may show only some things"},
		{"one, and perhaps more follows", []run.Reading{reading("it may be cut", true, false, true)}, "the list lacks 2, and may have more than was seen: it may be cut"},
		{"the last, and of short pages another", []run.Reading{reading("", true, true, false), reading("", true, false, true)}, "the list lacks 2, and has 3"},
		{"the first, as of one that shows the last ones", []run.Reading{reading("", false, true, true)}, "the list lacks 1, which was made first: it may show only the last ones"},
		{"the first and another", []run.Reading{reading("", false, true, false, true)}, "the list lacks 3, and has 4, which was made in the same way later"},
		{"the first and the last", []run.Reading{reading("", false, true, true, false)}, "which was made first"},
		{"short pages are not read whole", []run.Reading{reading("", true, true, true), reading("it may be cut", true, true, false)}, "may have more than was seen"},
	} {
		v := listedAs(t, &run.Listed{Made: []string{"1", "2", "3", "4"}, Readings: test.readings})
		is := said(&v, "listed") + v.Reason
		if slices.Contains(v.Exercised, v.Case.Clause) && len(v.Findings) == 0 {
			is = "upheld"
		}
		if !strings.Contains(is, test.want) {
			t.Errorf("%s: it is %q, not %q", test.name, is, test.want)
		}
	}
	if v := listedAs(t, nil); v.Reason != "the list was not read" {
		t.Errorf("a list that was not read: %s (%s)", v.Outcome, v.Reason)
	}
}

// A total that is less than what the run made, and all pages have, is charged.
func TestTotalOfAllPages(t *testing.T) {
	t.Parallel()
	model, err := spec.Load("boats.yaml", []byte(boats))
	if err != nil {
		t.Fatal(err)
	}
	judge := New(world.Conventions(world.State(model)), Options{})
	for _, test := range []struct {
		reading    run.Reading
		undercount *run.Undercount
		charged    bool
	}{
		{run.Reading{Seen: []bool{true, true, true, true}, Total: "2"}, &run.Undercount{Told: 2, Seen: 4}, true},
		{run.Reading{Seen: []bool{true, true, true, true}, Total: "2"}, nil, false}, // it may be counted later
		{run.Reading{Seen: []bool{true, true, true, true}, Total: "4"}, nil, false},
		{run.Reading{Seen: []bool{true, true, true, false}, Total: "2"}, nil, false},
		{run.Reading{Seen: []bool{true, true, true, true}}, nil, false},
	} {
		c := wants("listBoats", plan.Accepted, "200")
		c.Clause, c.Level = world.ClauseID("listBoats", world.Listed), clause.Should
		x := got(200, `{"total": 9, "boats": []}`)
		x.Listed = &run.Listed{Made: []string{"1", "2", "3", "4"}, Readings: []run.Reading{test.reading}, Undercount: test.undercount}
		v := judge.Judge(c, x)
		charged := slices.ContainsFunc(v.Findings, func(f report.Finding) bool { return f.Clause == "listBoats.convention.total" })
		if charged != test.charged {
			t.Errorf("%+v: %+v", test.reading, v.Findings)
		}
	}
}

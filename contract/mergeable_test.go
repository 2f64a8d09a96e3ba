package contract_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/loaded"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// spelled is a report's JSON with a text in place of another.
func spelled(t *testing.T, r *report.Report, was, is string) *report.Report {
	t.Helper()
	var file bytes.Buffer
	if err := report.JSON(&file, r); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(file.String(), was) {
		t.Fatalf("there is no %s", was)
	}
	again, err := report.Read(r.Name(), strings.NewReader(strings.Replace(file.String(), was, is, 1)))
	if err != nil {
		t.Fatal(err)
	}
	return again
}

func TestMergeRefusesWhatIsNotOneRun(t *testing.T) {
	config := items(t)
	all := sharded(t, config, 3) // 0.json is the third
	last, first, second := all[0], all[1], all[2]
	changed := func(change func(*contract.Config)) *report.Report {
		c := config
		c.Shard = plan.Shard{Index: 2, Of: 3}
		change(&c)
		return reread(t, "other.json", ran(t, c))
	}
	renamed := func(name string) *contract.Contract {
		c, err := contract.LoadFile(itemsFile) // no other test sees what is changed
		if err != nil {
			t.Fatal(err)
		}
		(*loaded.Contract)(c).Model().File = name
		return c
	}
	unnumbered, untested := *second, *second
	unnumbered.Shard = &report.Shard{Shard: plan.Shard{Index: 9, Of: 3}}
	untested.Shard = &report.Shard{Shard: second.Shard.Shard, Untested: append(slices.Clone(second.Shard.Untested), plan.Untested{Clause: "clear.x"})}
	for want, reports := range map[string][]*report.Report{
		"no report is given: give those of all shards of a run": {},
		"report 2 is of no shard, but of a whole run: give the reports of shards": {
			first, nil, last,
		},
		"whole.json is of no shard, but of a whole run: give the reports of shards": {
			first, reread(t, "whole.json", ran(t, config)), last,
		},
		"1.json is shard 1 of 3, and 1.json is shard 1 of 2: give the shards of one run": {first, sharded(t, config, 2)[1]},
		"2.json is shard 9 of 3, which there is not: give the shards of one run":         {first, &unnumbered, last},
		"1.json and 1.json are both shard 1 of 3: leave one out":                         {first, second, last, first},
		"shard 2 of 3 is missing: give its report too":                                   {first, last},
		"shards 1 and 3 of 3 are missing: give their reports too":                        {second},
		"shards 2, 3, 4, 5, 6 and 3 more of 9 are missing: give their reports too": {
			spelled(t, first, `"of": 3`, `"of": 9`),
		},
		"the contract is Items 1 (prove/testdata/items.yaml) in 1.json, and Items 1 (other.yaml) in other.json: hold every shard to the same one": {
			first, changed(func(c *contract.Config) { c.Contract = renamed("other.yaml") }), last,
		},
		"the target is derived implementation in 1.json, and another, by someone in other.json: test the same one in every shard": {
			first, changed(func(c *contract.Config) {
				another := *c.Target
				another.Name, another.Implementation.Organization = "another", "by someone"
				c.Target = &another
			}), last,
		},
		"the tool is clause in 1.json, and clause/2 in other.json: use the same version for every shard": {
			first, changed(func(c *contract.Config) { c.Tool = "clause/2" }), last,
		},
		"the seed is 1 in 1.json, and 2 in other.json: use the same one for every shard": {
			first, changed(func(c *contract.Config) { c.Seed = 2 }), last,
		},
		"the strictness is false in 1.json, and true in other.json: be strict in every shard, or in none": {
			first, changed(func(c *contract.Config) { c.Strict = true }), last,
		},
		"the list of known failures is not the same in 1.json and other.json: give every shard the same one": {
			first, changed(func(c *contract.Config) { c.Known = knowing(t, "* # x") }), last,
		},
		"the clause clear.query.confirm.required is not the same in 1.json and 2.json: hold every shard to the same contract": {
			first, spelled(t, second, `"id": "clear.query.confirm.required",`, `"id": "clear.query.confirm.needed",`), last,
		},
		"the case getItem.answer.200/smallest is not the same in 1.json and 2.json: plan every shard with the same contract, target and options": {
			first, spelled(t, second, `"why": "`, `"why": "not that `), last,
		},
		"the untested clause clear.x is not the same in 1.json and 2.json: plan every shard with the same contract, target and options": {
			first, &untested, last,
		},
		"the case getItem.security.missing/none-in-fullest is sent in shard 3 for 1.json, and in no shard for other.json: select the same cases in every shard": {
			first, changed(func(c *contract.Config) { c.Skip = []string{"*/none-in-fullest"} }), last,
		},
		"the case getItem.answer.200/smallest is sent in shard 7 of 3 for 1.json: run the shard again": {
			spelled(t, first, `"shard": 1`, `"shard": 7`), spelled(t, second, `"shard": 1`, `"shard": 7`), spelled(t, last, `"shard": 1`, `"shard": 7`),
		},
	} {
		_, err := contract.Merge(reports...)
		if !errors.Is(err, contract.ErrUsage) || err.Error() != "merge: "+want {
			t.Errorf("%v\nwant\nmerge: %s", err, want)
		}
	}
}

// To merge reports leaves them as they are: they can be merged again.
func TestMergeChangesNothing(t *testing.T) {
	config := ordersConfig(t)
	config.Handler, config.Known = steady(config.Handler, 5), knowing(t, "*.distinct # x")
	planned(t, &config)
	var reports []*report.Report
	for index := range 2 {
		config.Shard = plan.Shard{Index: index, Of: 2}
		reports = append(reports, ran(t, config)) // not read back: that is not needed
	}
	before := written(t, reports[0]).json + written(t, reports[1]).json
	first, err := contract.Merge(reports...)
	if err != nil {
		t.Fatal(err)
	}
	if after := written(t, reports[0]).json + written(t, reports[1]).json; after != before {
		t.Errorf("a report became another:\n%s", firstDifference(after, before))
	}
	again, err := contract.Merge(reread(t, "a", reports[0]), reports[1])
	if err != nil {
		t.Fatal(err)
	}
	same(t, "merged again", written(t, again), written(t, first))
	config.Shard = plan.Shard{}
	same(t, "merged", written(t, first), written(t, ran(t, config)))
}

// Two instances may give out the same values: each program has handlers of its
// own, and each machine what listens on its loopback.
func TestAnswersOfDifferentInstancesMayBeAlike(t *testing.T) {
	config := ordersConfig(t)
	config.Handler = steady(config.Handler, 1)
	planned(t, &config)
	config.Only = []string{"createOrder.answer.201/smallest", "createOrder.answer.201/fullest"}
	reports := sharded(t, config, 2)
	if r, err := contract.Merge(reports...); err != nil || r.Summary.Warn != 1 {
		t.Errorf("one instance: %v, %+v", err, r.Summary)
	}
	if reports[0].Shard.Instance == "" {
		t.Fatal("nothing tells this program's handlers from others'")
	}
	reports[0].Shard.Instance = "program-of-someone-else"
	if r, err := contract.Merge(reports...); err != nil || r.Summary.Warn != 0 {
		t.Errorf("two instances: %v, %+v", err, r.Summary)
	}
}

// The joined run lasts from when the first shard began until the last one ended.
func TestMergeOfTimes(t *testing.T) {
	reports := sharded(t, items(t), 3)
	noon := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	for i, after := range []time.Duration{time.Minute, 0, 30 * time.Second} {
		reports[i].Started, reports[i].Elapsed = noon.Add(after), []float64{5, 90.5, 1}[i]
	}
	r, err := contract.Merge(reports...)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Started.Equal(noon) || r.Elapsed != 90.5 {
		t.Errorf("it began at %s and took %v s", r.Started, r.Elapsed)
	}
	reports[0].Elapsed = 31.25
	if r, err = contract.Merge(reports...); err != nil || r.Elapsed != 91.25 {
		t.Errorf("it took %v s, %v", r.Elapsed, err)
	}
}

// What was interrupted in a shard is said of the whole.
func TestMergeOfShardsThatDidNotEnd(t *testing.T) {
	reports := sharded(t, items(t), 3)
	reports[0].Interrupted, reports[2].Interrupted = "interrupt", "the deadline passed"
	r, err := contract.Merge(reports...)
	if err != nil {
		t.Fatal(err)
	}
	if want := "shard 2: the deadline passed; shard 3: interrupt"; r.Interrupted != want || report.ExitCode(r) != report.ExitError {
		t.Errorf("%q and exit code %d, want %q", r.Interrupted, report.ExitCode(r), want)
	}
}

// Shards that could not be tested have reports, and these are of one run, too.
func TestMergeOfShardsThatCouldNotBeTested(t *testing.T) {
	config := overHTTP(t, ordersConfig(t))
	planned(t, &config)
	config.Target.Auth.Token = auth.NewSecret("another-token-entirely")
	var reports []*report.Report
	for index := range 3 {
		config.Shard = plan.Shard{Index: index, Of: 3}
		_, err := contract.Verify(t.Context(), config)
		diagnosis, ok := errors.AsType[*contract.Diagnosis](err)
		if !ok {
			t.Fatalf("%v is no diagnosis", err)
		}
		reports = append(reports, diagnosis.Report)
	}
	r, err := contract.Merge(reports...)
	if err != nil {
		t.Fatal(err)
	}
	if report.ExitCode(r) != report.ExitError || strings.Count(r.Interrupted, "answered 401 (Unauthorized)") != 3 || r.Summary.Pass != 0 {
		t.Errorf("exit code %d, %+v: %s", report.ExitCode(r), r.Summary, r.Interrupted)
	}
}

func FuzzMerge(f *testing.F) {
	config := items(f)
	config.Only = []string{"listItems.*"}
	var files [][]byte
	for index := range 2 {
		config.Shard = plan.Shard{Index: index, Of: 2}
		r, err := contract.Verify(f.Context(), config)
		if err != nil {
			f.Fatal(err)
		}
		var file bytes.Buffer
		if err := report.JSON(&file, r); err != nil {
			f.Fatal(err)
		}
		files = append(files, file.Bytes())
	}
	f.Add(files[0], files[1])
	f.Add(files[0], bytes.ReplaceAll(files[1], []byte(`"pass"`), []byte(`"known"`)))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		one, err := report.Read("a", bytes.NewReader(a))
		if err != nil {
			return
		}
		two, err := report.Read("b", bytes.NewReader(b))
		if err != nil {
			return
		}
		merged, err := contract.Merge(one, two)
		if err != nil {
			if !errors.Is(err, contract.ErrUsage) {
				t.Errorf("%v cannot be told from a failure of the tool", err)
			}
			return
		}
		if len(merged.Verdicts) != len(one.Verdicts) || merged.Shard != nil {
			t.Errorf("%d verdicts of %d", len(merged.Verdicts), len(one.Verdicts))
		}
		if turned, err := contract.Merge(two, one); err != nil || report.ExitCode(turned) != report.ExitCode(merged) {
			t.Errorf("in another order: %v", err)
		}
	})
}

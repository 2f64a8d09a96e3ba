package prove

import (
	"bytes"
	"flag"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// exportUserUsage is the operation of the user usage export.
const exportUserUsage = "exportUserUsage"

// recorded verifies an implementation by some cases, and judges the recording of that alone.
func recorded(t *testing.T, c *contract.Contract, cases *plan.Plan, i *Implementation) *report.Report {
	t.Helper()
	var b bytes.Buffer
	config := i.Config(c)
	config.Jobs, config.HAR, config.Plan = 1, &b, cases
	if _, err := contract.Verify(t.Context(), config); err != nil {
		t.Error(err)
		return nil
	}
	r, err := contract.JudgeHAR(t.Context(), contract.Recording{Contract: c, Name: "a.har", HAR: &b})
	if err != nil {
		t.Error(err)
	}
	return r
}

// each calls something with the first n numbers, on every processor.
func each(n int, do func(i int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	workers.Wait()
}

// conforming are the contracts of which the variants are recorded; fewer where time is short.
func conforming() []string {
	all := []string{userUsage, "testdata/items.yaml", orders}
	if testing.Short() {
		return all[:2]
	}
	return all
}

// TestARecordingChargesNoVariant is the test for false alarms: what may be
// answered in more than one way must not be found wrong in either.
func TestARecordingChargesNoVariant(t *testing.T) {
	t.Parallel()
	for _, path := range conforming() {
		p := derive(t, path)
		variants := slices.DeleteFunc(slices.Clone(p.variants), func(v Variant) bool { return !part().takes(v.Name) && part().Only != nil })
		each(len(variants), func(i int) {
			v := &variants[i]
			made, err := v.Implementation()
			if err != nil {
				t.Error(err)
				return
			}
			r := recorded(t, p.contract, p.plan, made)
			if r == nil {
				return
			}
			for _, a := range variantResult(v, r).Alarms {
				t.Errorf("%s: variant %s is charged: %+v", path, v.Name, a)
			}
			decided := r.Summary.Pass + r.Summary.Warn
			// 401 decides nothing, for a recording does not tell who asked.
			if judged := decided + r.Summary.Undecided; judged*10 < r.Summary.Cases*9 || decided*10 < r.Summary.Cases*8 {
				t.Errorf("%s: of variant %s, %d of %d entries are judged, %d decided", path, v.Name, judged, r.Summary.Cases, decided)
			}
		})
	}
}

// TestTheTimeOfDayHidesNoFault judges recordings of the hours in which a time of the plan is
// in the first hour of a day: what is written a day before is in hour 24 then, which may
// be the end of that day.
func TestTheTimeOfDayHidesNoFault(t *testing.T) {
	t.Parallel()
	p := derive(t, userUsage)
	for i := range p.faults {
		f := &p.faults[i]
		if !strings.HasSuffix(f.Name, "/rolled-over") {
			continue
		}
		for _, day := range []time.Duration{0, 12*time.Hour + 59*time.Minute} { // a bubble begins at midnight
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(day)
				made, err := f.Implementation()
				if err != nil {
					t.Fatal(err)
				}
				r := recorded(t, p.contract, p.telling(exportUserUsage, f.design), made)
				if r == nil {
					return
				}
				if result := faultResult(f, r); !result.Named {
					t.Errorf("%s is missed at %s", f.Name, time.Now().UTC().Format(time.TimeOnly))
				}
			})
		}
	}
}

// among gives the cases whose answers a fault may change among all that are accepted: who
// judges a recording knows by those which values are taken.
func among(p *proof, f *Fault) *plan.Plan {
	some := *p.telling(exportUserUsage, f.design)
	told := map[string]bool{}
	for i := range some.Cases {
		told[some.Cases[i].ID] = true
	}
	some.Cases = slices.DeleteFunc(slices.Clone(p.plan.Cases), func(c plan.Case) bool {
		return !told[c.ID] && p.answered[c.ID]/100 != 2
	})
	return &some
}

var everyFault = flag.Bool("every-fault", false, "judge the recordings of every fault, not of each third")

// TestARecordingShowsFaults counts what is noticed by who knows neither the plan
// nor the credentials. All of it:
//
//	go test ./contract/prove -run TestARecordingShowsFaults -every-fault -v
func TestARecordingShowsFaults(t *testing.T) {
	t.Parallel()
	p := derive(t, userUsage)
	o := part()
	faults := slices.DeleteFunc(slices.Clone(p.faults), func(f Fault) bool { return f.Excluded != "" || o.Only != nil && !o.takes(f.Name) })
	if !*everyFault {
		for i := range len(faults)/3 + 1 {
			faults[i] = faults[min(3*i, len(faults)-1)]
		}
		faults = faults[:len(faults)/3]
	}
	var mu sync.Mutex
	noticed, named, of := map[Class]int{}, 0, map[Class]int{}
	each(len(faults), func(i int) {
		f := &faults[i]
		made, err := f.Implementation()
		if err != nil {
			t.Error(err)
			return
		}
		r := recorded(t, p.contract, among(p, f), made)
		if r == nil {
			return
		}
		result := faultResult(f, r)
		mu.Lock()
		defer mu.Unlock()
		of[f.Class]++
		if result.Named {
			named++
		}
		if result.Noticed() {
			noticed[f.Class]++
		} else {
			t.Logf("not noticed: %s: %s", f.Name, f.Description)
		}
	})
	all := 0
	for _, class := range Classes {
		all += noticed[class]
		t.Logf("%-14s %d of %d", class, noticed[class], of[class])
	}
	t.Logf("%d of %d faults noticed, %d by the clause that they break", all, len(faults), named)
	if all*100 < len(faults)*80 && !testing.Short() {
		t.Error("want 80 % of the faults noticed")
	}
	// What a request carries, and what an answer says, a recording shows.
	for _, class := range []Class{Presence, Type, Enum, Form, Limit, Body, Failure} {
		if noticed[class] != of[class] {
			t.Errorf("of class %s, %d of %d are noticed", class, noticed[class], of[class])
		}
	}
}

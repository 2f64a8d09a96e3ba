package judge

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

const again = "listThings.answer.200.job.distinct (should): the body's job has the value that it had in the answer to "

// jobAnswer gives the verdict on an answer with a job.
func jobAnswer(j *Judge, id, job string, status int) report.Verdict {
	c := wants("listThings", plan.Either, "200", "400")
	c.ID = id
	return j.Judge(c, got(status, fmt.Sprintf(`{"job": %s, "things": [], "code": "x"}`, job)))
}

func TestDistinct(t *testing.T) {
	j := thingsJudge(t)
	d := NewDistinct(j.model.Clauses, false)
	step := func(id, job string, status int, want ...string) {
		t.Helper()
		v := jobAnswer(j, id, job, status)
		d.Apply(&v)
		if found := broken(v); !slices.Equal(found, want) && len(found)+len(want) > 0 {
			t.Errorf("%s: %q, want %q", id, found, want)
		}
		outcome := report.Pass
		if len(want) > 0 && strings.Contains(want[0], "(should)") {
			outcome = report.Warn
		} else if len(want) > 0 {
			outcome = report.Fail
		}
		if v.Outcome != outcome {
			t.Errorf("%s: %s, want %s", id, v.Outcome, outcome)
		}
	}
	step("first", `"a-1"`, 200)
	step("second", `"a-2"`, 200)
	step("refused", `"a-1"`, 400)
	step("third", `"a-1"`, 200, again+"first")
	step("fourth", `"\u0061-1"`, 200, again+"first")
	step("fifth", `"a-2"`, 200, again+"second")
	step("wrong type", `7`, 200, "listThings.answer.200.job.type (must): the body's job must be a string")
	step("wrong type again", `7`, 200, "listThings.answer.200.job.type (must): the body's job must be a string")
}

// The first answer shows nothing of the clause, the second does.
func TestDistinctIsExercisedByTheSecondAnswer(t *testing.T) {
	j := thingsJudge(t)
	d := NewDistinct(j.model.Clauses, false)
	for i, want := range []bool{false, true, true} {
		v := jobAnswer(j, fmt.Sprint("case-", i), fmt.Sprintf(`"a-%d"`, i), 200)
		d.Apply(&v)
		if held := slices.Contains(v.Exercised, "listThings.answer.200.job.distinct"); held != want {
			t.Errorf("answer %d: held %t", i, held)
		}
		if !slices.IsSorted(v.Exercised) {
			t.Errorf("answer %d: %q is not sorted", i, v.Exercised)
		}
	}
}

// Strict makes the broken should a failure, and what is excused as known, or has
// no verdict, stays so.
func TestDistinctWeighsAnew(t *testing.T) {
	j := thingsJudge(t)
	for _, s := range []struct {
		before, want report.Outcome
		strict       bool
	}{
		{report.Pass, report.Warn, false},
		{report.Pass, report.Fail, true},
		{report.Warn, report.Warn, false},
		{report.Fail, report.Fail, false},
		{report.Known, report.Known, true},
		{report.Error, report.Error, true},
	} {
		d := NewDistinct(j.model.Clauses, s.strict)
		first, second := jobAnswer(j, "first", `"a-1"`, 200), jobAnswer(j, "second", `"a-1"`, 200)
		second.Outcome = s.before
		d.Apply(&first)
		d.Apply(&second)
		if second.Outcome != s.want || len(second.Findings) != 1 {
			t.Errorf("%s, strict %t: %s, want %s; %q", s.before, s.strict, second.Outcome, s.want, broken(second))
		}
	}
}

// Verdicts to which a part of the plan was applied give what they give without.
func TestDistinctOfParts(t *testing.T) {
	j := thingsJudge(t)
	answers := []string{`"a-1"`, `"a-2"`, `"a-1"`, `"a-2"`, `"a-2"`, `"a-1"`}
	var whole, joined []report.Verdict
	all, parts := NewDistinct(j.model.Clauses, false), []*Distinct{NewDistinct(j.model.Clauses, false), NewDistinct(j.model.Clauses, false)}
	for i, job := range answers {
		v := jobAnswer(j, fmt.Sprint("case-", i), job, 200)
		parts[i/2%2].Apply(&v)
		joined = append(joined, v)
		v = jobAnswer(j, fmt.Sprint("case-", i), job, 200)
		all.Apply(&v)
		whole = append(whole, v)
	}
	again := NewDistinct(j.model.Clauses, false)
	for i := range joined {
		again.Apply(&joined[i])
		if !reflect.DeepEqual(joined[i], whole[i]) { //nolint:govet // no error is compared by its identity
			t.Errorf("joined: %v\nwhole: %v", joined[i], whole[i])
		}
	}
}

// bags is a contract whose answers hold as many values that must differ as an
// endpoint likes.
const bags = `
openapi: 3.0.3
info: {title: Bags, version: 1.0.0}
paths:
  /bags:
    get:
      operationId: listBags
      responses:
        "200":
          description: The bags.
          content:
            application/json:
              schema:
                type: object
                additionalProperties: {type: array, items: {type: string, x-contract: {distinct: a thing is in one bag}}}
`

// What a verdict carries is bounded, gives no value away, and does not depend on
// the order of a map.
func TestSightings(t *testing.T) {
	model, err := spec.Load("bags.yaml", []byte(bags))
	if err != nil {
		t.Fatal(err)
	}
	j := New(model, Options{Secrets: []auth.Secret{auth.NewSecret(secret)}})
	var body strings.Builder
	for i := range 300 {
		fmt.Fprintf(&body, `,"%s %03d":["%s", "%[2]d"]`, strings.Repeat(secret, 100), i, strings.Repeat("x", i))
	}
	c, x := accepted("listBags"), got(200, "{"+body.String()[1:]+"}")
	first := j.Judge(c, x).Distinct
	if len(first) != maxSightings {
		t.Errorf("%d values are carried", len(first))
	}
	for _, s := range first {
		if len(s.Value) != 32 || len(s.Where) > 300 || strings.Contains(s.Where, secret) || s.Clause != "listBags.answer.200.additionalProperties.items.distinct" {
			t.Fatalf("%+v", s)
		}
	}
	for range 3 {
		if again := j.Judge(c, x).Distinct; !slices.Equal(again, first) {
			t.Fatal("other values are carried the next time")
		}
	}
}

package suite

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// Test verifies a target as part of a Go test. Each case is a subtest, called by
// its operation, its clause and what is special about it:
//
//	go test -run 'TestContract/createPet/body.name.required'
//
// Flags of go test select among them, and only what they select is sent, with what
// has to be made for it. A subtest that fails says which clause was broken, where it
// comes from, what was sent, wanted and got, and how to send it again. One whose
// verdict is undecided, or that cannot be sent, is skipped with the reason; what is
// no failure is in its log. Of several configurations each has a subtest of its own,
// called by the title of its contract.
//
// Test returns when everything is sent and what was made is ended again, as far as
// the contract has a request for that: a server that the caller closes then is not
// needed any more.
func Test(t *testing.T, configs ...contract.Config) {
	t.Helper()
	switch len(configs) {
	case 0:
		t.Fatal("suite.Test got no configuration, and nothing would be tested: give it one")
	case 1:
		verify(t, configs[0])
	default:
		for _, c := range configs {
			t.Run(titleOf(c), func(t *testing.T) {
				t.Helper()
				verify(t, c)
			})
		}
	}
}

// verify runs the subtests of one configuration.
func verify(t *testing.T, config contract.Config) {
	t.Helper()
	ctx, cancel := within(t)
	defer cancel()
	root := t.Name()
	if config.Replay == nil {
		config.Replay = func(c *plan.Case) string { return again(root + "/" + nameOf(c)) }
	}
	s, err := contract.OpenContext(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	v := newVerification(s, config, root)
	if err := v.start(ctx); err != nil {
		t.Fatal(err)
	}
	for _, op := range v.operations {
		t.Run(op.name, func(t *testing.T) {
			t.Helper()
			v.operation(t, op)
		})
	}
	v.finish(t)
}

// within gives a context that ends in time for the rest to be told before go test
// ends the program.
func within(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	deadline, ok := t.Deadline()
	if !ok {
		return context.WithCancel(t.Context())
	}
	spare := min(time.Until(deadline)/10, 10*time.Second)
	return context.WithDeadlineCause(t.Context(), deadline.Add(-spare), errTimeout)
}

var errTimeout = errors.New("the time that go test has was nearly over: give it more with -timeout")

// verification is a session whose cases are subtests.
type verification struct {
	*contract.Session

	root       string // the test's name
	operations []*operationTests
	// entered are the cases whose subtests go test enters; part tells that there are
	// others.
	entered []bool
	part    bool
	// sent tells that something is. Nothing is where go test enters nothing that can be.
	sent bool
	// report waits for the end, as standings does.
	report    func() *report.Report
	standings func() map[string]*report.Standing
}

// operationTests are the subtests of an operation.
type operationTests struct {
	name    string
	clauses []*clauseTests
	// caseless are the clauses that have no case of their own, for they are about
	// answers, or untested.
	caseless []*clause.Clause
}

// clauseTests are the subtests of a clause.
type clauseTests struct {
	name  string
	cases []int
}

// newVerification makes the tree of subtests: in the order of the plan, those of one
// operation and of one clause together, and then the clauses without cases.
func newVerification(s *contract.Session, config contract.Config, root string) *verification {
	v := &verification{Session: s, root: root, report: sync.OnceValue(s.Report)}
	v.standings = sync.OnceValue(func() map[string]*report.Standing {
		out := map[string]*report.Standing{}
		for i := range v.report().Clauses {
			out[v.report().Clauses[i].ID] = &v.report().Clauses[i]
		}
		return out
	})
	operations, clauses := map[string]*operationTests{}, map[string]*clauseTests{}
	of := func(id string) *operationTests {
		op := operations[id]
		if op == nil {
			op = &operationTests{name: id}
			operations[id], v.operations = op, append(v.operations, op)
		}
		return op
	}
	own := map[string]bool{}
	for i := range s.Plan().Cases {
		c := &s.Plan().Cases[i]
		own[c.Clause] = true
		if !s.Selected(i) {
			continue
		}
		if clauses[c.Clause] == nil {
			clauses[c.Clause] = &clauseTests{name: below(c.Operation, c.Clause)}
			op := of(c.Operation)
			op.clauses = append(op.clauses, clauses[c.Clause])
		}
		clauses[c.Clause].cases = append(clauses[c.Clause].cases, i)
	}
	for _, c := range s.Clauses() {
		if !own[c.ID] && c.Operation != "" && chosen(config, c.ID) {
			op := of(c.Operation)
			op.caseless = append(op.caseless, c)
		}
	}
	return v
}

// chosen reports whether Only and Skip leave in a clause without cases.
func chosen(config contract.Config, id string) bool {
	matches := func(glob string) bool { return report.Match(glob, id) }
	return (len(config.Only) == 0 || slices.ContainsFunc(config.Only, matches)) && !slices.ContainsFunc(config.Skip, matches)
}

// nameOf gives what a case is called below the test. Ids have no character that
// go test writes otherwise.
func nameOf(c *plan.Case) string {
	return c.Operation + "/" + below(c.Operation, c.Clause) + "/" + ownName(c)
}

func below(operation, id string) string { return strings.TrimPrefix(id, operation+".") }

func ownName(c *plan.Case) string { return strings.TrimPrefix(c.ID, c.Clause+"/") }

// start sends the cases whose subtests go test enters, and those whose answers are
// held to the clauses whose subtests it enters. Where it enters but some, and none of
// those can be sent, they say so themselves.
func (v *verification) start(ctx context.Context) error {
	enters := flagged()
	cases := v.Plan().Cases
	v.entered = make([]bool, len(cases))
	for i := range cases {
		v.entered[i] = v.Selected(i) && enters(v.root+"/"+nameOf(&cases[i]))
		v.part = v.part || v.Selected(i) && !v.entered[i]
	}
	needed := slices.Clone(v.entered)
	for _, op := range v.operations {
		for _, c := range op.caseless {
			if v.part && enters(v.root+"/"+op.name+"/"+below(op.name, c.ID)) {
				for _, i := range v.Held(c.ID) {
					needed[i] = v.Selected(i)
				}
			}
		}
	}
	for i := range cases {
		v.sent = v.sent || needed[i] && cases[i].Skip == ""
	}
	if !v.sent && v.part {
		return nil
	}
	v.sent = true
	return v.Start(ctx, func(i int) bool { return needed[i] })
}

// operation runs the subtests of an operation.
func (v *verification) operation(t *testing.T, op *operationTests) {
	t.Helper()
	for _, c := range op.clauses {
		t.Run(c.name, func(t *testing.T) {
			t.Helper()
			for _, i := range c.cases {
				t.Run(ownName(&v.Plan().Cases[i]), func(t *testing.T) {
					t.Helper()
					v.assert(t, i)
				})
			}
		})
	}
	for _, c := range op.caseless {
		t.Run(below(op.name, c.ID), func(t *testing.T) {
			t.Helper()
			v.stand(t, c)
		})
	}
}

// stand makes what was seen of a clause that of its subtest.
func (v *verification) stand(t *testing.T, c *clause.Clause) {
	t.Helper()
	if !v.sent {
		t.Skip("untested: nothing is sent that shows it")
	}
	switch s := v.standings()[c.ID]; s.Stand {
	case report.Upheld:
	case report.Untested:
		t.Skip("untested: " + report.Printable(s.Reason))
	case report.Warned, report.Excused:
		t.Log(v.broken(s))
	case report.Violated:
		t.Error(v.broken(s))
	}
}

// broken says which subtests show that a clause is broken. The block of one follows
// where go test does not enter it.
func (v *verification) broken(s *report.Standing) string {
	text := fmt.Sprintf("%s (%s) is %s: %s", s.ID, s.Level, s.Stand, report.Printable(s.Statement))
	for i, id := range s.BrokenBy {
		at := slices.IndexFunc(v.Plan().Cases, func(c plan.Case) bool { return c.ID == id })
		switch {
		case at < 0:
		case i == 0 && !v.entered[at]:
			return text + "\n" + described(v.Verdict(at), v.Clause)
		case i == maxBroken && len(s.BrokenBy) > maxBroken+1:
			return text + fmt.Sprintf("\n  and %d others", len(s.BrokenBy)-i)
		default:
			text += "\n  see " + v.root + "/" + nameOf(&v.Plan().Cases[at])
		}
	}
	return text
}

// maxBroken is how many subtests are named that show that a clause is broken.
const maxBroken = 5

// assert makes a verdict that of the subtest.
func (v *verification) assert(t *testing.T, i int) {
	t.Helper()
	if !v.sent {
		t.Skip(report.Printable(v.Plan().Cases[i].Skip))
	}
	verdict := v.Verdict(i)
	for _, note := range verdict.Notes {
		t.Log("note: " + report.Printable(note))
	}
	switch verdict.Outcome {
	case report.Pass:
	case report.Skip, report.Undecided:
		t.Skip(report.Printable(verdict.Reason))
	case report.Warn, report.Known:
		t.Log(described(verdict, v.Clause))
	case report.Fail, report.Fixed, report.Error:
		t.Error(described(verdict, v.Clause))
	}
}

// described gives the block of a verdict.
func described(v report.Verdict, find func(id string) *clause.Clause) string {
	return strings.TrimRight(report.Describe(v, find), "\n")
}

// finish waits until all is done, and says what no subtest does: what the whole came
// to, and what is left behind. A part of the subtests has no verdict of its own.
func (v *verification) finish(t *testing.T) {
	t.Helper()
	if !v.sent {
		return
	}
	r := v.report()
	for _, left := range r.Left {
		t.Log("left behind: " + report.Printable(left))
	}
	if r.Severed != "" {
		t.Log("signed out: " + report.Printable(r.Severed))
	}
	failed := !v.part && report.ExitCode(r) != report.ExitOK
	var text strings.Builder
	if err := report.Text(&text, r, report.TextOptions{Quiet: t.Failed() || !failed}); err != nil {
		t.Error(err)
	}
	told := strings.TrimRight(text.String(), "\n")
	if failed {
		t.Error(told)
	} else {
		t.Log(told)
	}
}

// titleOf makes a name of the title of a contract.
func titleOf(c contract.Config) string {
	title := ""
	if c.Contract != nil {
		title = unfit.ReplaceAllString(c.Contract.Title(), "_")
	}
	if strings.Trim(title, "_") == "" {
		return "contract"
	}
	return title
}

// unfit is what would be written otherwise in the name of a test, or mean something
// else in -run.
var unfit = regexp.MustCompile(`[^\pL\pN_-]+`)

// again gives the command that runs the test with a name alone.
func again(name string) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	return goTest("-run", strings.Join(parts, "/"))
}

// goTest gives a command that tests this package with a flag.
func goTest(flag, value string) string {
	command := "go test " + flag + " '" + strings.ReplaceAll(value, "'", `'\''`) + "'"
	if info, ok := debug.ReadBuildInfo(); ok && strings.HasSuffix(info.Path, ".test") {
		command += " " + strings.TrimSuffix(info.Path, ".test")
	}
	return command
}

package suite

import (
	"context"
	"errors"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
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
	v := &verification{Session: s, operations: operationsOf(s, config)}
	if err := v.start(ctx, root); err != nil {
		t.Fatal(err)
	}
	for _, op := range v.operations {
		t.Run(op.name, func(t *testing.T) {
			t.Helper()
			for _, c := range op.clauses {
				t.Run(c.name, func(t *testing.T) {
					t.Helper()
					v.clause(t, c)
				})
			}
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

	operations []*operationTests
	sent       bool // nothing is, where the flags select nothing that can be
}

// operationTests are the subtests of an operation.
type operationTests struct {
	name    string
	clauses []*clauseTests
}

// clauseTests are the subtests of a clause.
type clauseTests struct {
	name  string
	cases []int
	// untested says why it has none.
	untested string
}

// operationsOf gives the subtests in the order of the plan, those of one operation
// and of one clause together.
func operationsOf(s *contract.Session, config contract.Config) []*operationTests {
	var out []*operationTests
	operations, clauses := map[string]*operationTests{}, map[string]*clauseTests{}
	add := func(operation, id string) *clauseTests {
		op := operations[operation]
		if op == nil {
			op = &operationTests{name: operation}
			operations[operation], out = op, append(out, op)
		}
		c := clauses[id]
		if c == nil {
			c = &clauseTests{name: strings.TrimPrefix(id, operation+".")}
			clauses[id], op.clauses = c, append(op.clauses, c)
		}
		return c
	}
	p := s.Plan()
	for i := range p.Cases {
		if s.Selected(i) {
			c := add(p.Cases[i].Operation, p.Cases[i].Clause)
			c.cases = append(c.cases, i)
		}
	}
	for _, u := range p.Untested {
		if c := s.Clause(u.Clause); c != nil && c.Operation != "" && chosen(config, u.Clause) {
			add(c.Operation, c.ID).untested = u.Reason
		}
	}
	return out
}

// chosen reports whether Only and Skip leave in a clause without cases.
func chosen(config contract.Config, id string) bool {
	matches := func(glob string) bool { return report.Match(glob, id) }
	return (len(config.Only) == 0 || slices.ContainsFunc(config.Only, matches)) && !slices.ContainsFunc(config.Skip, matches)
}

// nameOf gives what a case is called below the test. Ids have no character that
// go test writes otherwise.
func nameOf(c *plan.Case) string {
	return c.Operation + "/" + strings.TrimPrefix(c.Clause, c.Operation+".") + "/" + ownName(c)
}

func ownName(c *plan.Case) string { return strings.TrimPrefix(c.ID, c.Clause+"/") }

// start sends the cases whose subtests go test enters. Where it enters but some, and
// none of those can be sent, they say so themselves.
func (v *verification) start(ctx context.Context, root string) error {
	enters := flagged()
	cases := v.Plan().Cases
	entered := make([]bool, len(cases))
	all := true
	for i := range cases {
		if v.Selected(i) {
			entered[i] = enters(root + "/" + nameOf(&cases[i]))
			all = all && entered[i]
			v.sent = v.sent || entered[i] && cases[i].Skip == ""
		}
	}
	if !v.sent && !all {
		return nil
	}
	v.sent = true
	return v.Start(ctx, func(i int) bool { return entered[i] })
}

// clause runs the subtests of a clause.
func (v *verification) clause(t *testing.T, c *clauseTests) {
	t.Helper()
	for _, i := range c.cases {
		t.Run(ownName(&v.Plan().Cases[i]), func(t *testing.T) {
			t.Helper()
			v.assert(t, i)
		})
	}
	if c.untested != "" {
		t.Skip("untested: " + report.Printable(c.untested))
	}
}

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

// finish waits until all is done, and says what no subtest does.
func (v *verification) finish(t *testing.T) {
	t.Helper()
	if !v.sent {
		return
	}
	r := v.Report()
	failed := report.ExitCode(r) != report.ExitOK
	var text strings.Builder
	if err := report.Text(&text, r, report.TextOptions{Quiet: t.Failed() || !failed}); err != nil {
		t.Error(err)
	}
	for _, left := range r.Left {
		t.Log("left behind: " + report.Printable(left))
	}
	if r.Severed != "" {
		t.Log("signed out: " + report.Printable(r.Severed))
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

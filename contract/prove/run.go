package prove

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// Options say how much to prove, and how. The zero value proves everything.
type Options struct {
	// Jobs is how many implementations are held to the contract at once; 0 is
	// one for each processor.
	Jobs int
	// Only are globs over names: the faults and variants that match one are
	// run. None runs all.
	Only []string
	// Progress is called after each implementation, with how many there were
	// and will be. It must not block.
	Progress func(done, total int)
}

// Run holds the known-good implementation, every variant and every fault to the
// contract. An error tells that something could not be run at all; what is wrong
// with the suite is in the result.
func Run(ctx context.Context, c *contract.Contract, o Options) (*Result, error) {
	begun := time.Now()
	p, err := newProof(c)
	if err != nil {
		return nil, err
	}
	s, err := p.choose(o)
	if err != nil {
		return nil, err
	}
	if err := p.good(ctx); err != nil {
		return nil, err
	}
	r, err := s.run(ctx)
	if err != nil {
		return nil, err
	}
	r.Elapsed = time.Since(begun).Seconds()
	return r, nil
}

// proof is what is derived of a contract, whatever of it is run.
type proof struct {
	contract *contract.Contract
	maker    *maker
	faults   []Fault
	variants []Variant

	// What follows is known when the known-good implementation has been held to the
	// contract: the plan, how many cases of it were for operations that can be proved,
	// and what was found.
	plan   *plan.Plan
	cases  int
	alarms []Alarm
	// plans has the cases of each operation alone, for no other has its faults.
	plans map[string]*plan.Plan
	// answered is the status of its answer to each case that was sent, by the case's id.
	answered map[string]int
	// unsent says of the operations to which nothing can be sent why that is.
	unsent map[string]string
	// unkept says of answer rules why the known-good implementation cannot keep them.
	unkept map[string]string
}

func newProof(c *contract.Contract) (*proof, error) {
	m, err := newMaker(c)
	if err != nil {
		return nil, err
	}
	return &proof{contract: c, maker: m, faults: m.faults(), variants: m.variants()}, nil
}

// selection is the part of a proof that is run.
type selection struct {
	*proof

	options  Options
	faults   []Fault
	variants []Variant
	result   *Result
}

// choose gives the faults and variants that the options mean.
func (p *proof) choose(o Options) (*selection, error) {
	s := &selection{proof: p, options: o, faults: slices.Clone(p.faults), variants: slices.Clone(p.variants)}
	if len(o.Only) > 0 {
		s.faults = slices.DeleteFunc(s.faults, func(f Fault) bool { return !o.takes(f.Name) })
		s.variants = slices.DeleteFunc(s.variants, func(v Variant) bool { return !o.takes(v.Name) })
	}
	if len(s.faults)+len(s.variants) == 0 {
		return nil, fmt.Errorf("no fault and no variant is called like %v: %w", o.Only, contract.ErrUsage)
	}
	return s, nil
}

func (o Options) takes(name string) bool {
	return slices.ContainsFunc(o.Only, func(glob string) bool { return report.Match(glob, name) })
}

// verify holds one implementation to the contract, with the cases of a plan. The
// plan is the same for all.
func (p *proof) verify(ctx context.Context, i *Implementation, cases *plan.Plan) (*report.Report, error) {
	config := i.Config(p.contract)
	config.Jobs, config.Plan, config.Brief = 1, cases, true
	if cases == p.plan {
		config.Skip = p.leftOut()
	}
	r, err := contract.Verify(ctx, config)
	if err == nil {
		p.maker.forgive(r)
	}
	return r, err
}

// leftOut gives a pattern for the cases of each operation that cannot be proved.
func (p *proof) leftOut() []string {
	var out []string
	for _, left := range p.maker.left {
		out = append(out, left.Operation+".*")
	}
	return out
}

// good wants the known-good implementation to uphold everything.
func (p *proof) good(ctx context.Context) error {
	handler, err := p.maker.make(design{})
	if err != nil {
		return err
	}
	i := &Implementation{Handler: handler, Target: p.maker.target}
	config := i.Config(p.contract)
	config.Skip = p.leftOut()
	session, err := contract.OpenContext(ctx, config)
	if err != nil {
		return err
	}
	p.plan = session.Plan()
	p.apart()
	r, err := p.verify(ctx, i, p.plan)
	if err != nil {
		return err
	}
	p.cases, p.alarms = r.Summary.Cases, goodResult(r)
	p.unkept = map[string]string{}
	p.maker.unkept.Range(func(id, why any) bool {
		p.unkept[fmt.Sprint(id)] = fmt.Sprint(why)
		return true
	})
	p.answered = map[string]int{}
	for i := range r.Verdicts {
		if v := &r.Verdicts[i]; v.Exchange != nil {
			p.answered[v.Case.ID] = v.Exchange.Status
		}
	}
	return nil
}

// apart divides the plan by operation, and finds those to which nothing can be
// sent that the contract allows: whatever else is answered then shows nothing.
func (p *proof) apart() {
	p.plans, p.unsent = map[string]*plan.Plan{}, map[string]string{}
	sent := map[string]bool{}
	for i := range p.plan.Cases {
		c := &p.plan.Cases[i]
		if p.plans[c.Operation] == nil {
			whole := *p.plan
			whole.Cases = nil
			p.plans[c.Operation] = &whole
		}
		p.plans[c.Operation].Cases = append(p.plans[c.Operation].Cases, *c)
		if c.Expect.Outcome == plan.Accepted {
			sent[c.Operation] = sent[c.Operation] || c.Skip == ""
			p.unsent[c.Operation] = cmp.Or(p.unsent[c.Operation], c.Skip)
		}
	}
	maps.DeleteFunc(p.unsent, func(operation, _ string) bool { return sent[operation] })
}

// run runs variants and faults, as many at once as there are processors.
func (s *selection) run(ctx context.Context) (*Result, error) {
	s.result = &Result{
		Contract: report.Contract{File: s.contract.File(), Title: s.contract.Title(), Version: s.maker.model.Version},
		Cases:    s.cases, Good: s.alarms, LeftOut: s.maker.left,
		Faults: make([]FaultResult, len(s.faults)), Variants: make([]VariantResult, len(s.variants)),
	}
	jobs := s.options.Jobs
	if jobs <= 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	total := len(s.variants) + len(s.faults)
	errs := make([]error, total)
	var next, done atomic.Int64
	var workers sync.WaitGroup
	for range min(jobs, total) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < total && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				errs[i] = s.one(ctx, i)
				if n := int(done.Add(1)); s.options.Progress != nil {
					s.options.Progress(n, total)
				}
			}
		})
	}
	workers.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return s.result, context.Cause(ctx) //nolint:wrapcheck // the caller's own
}

func (s *selection) one(ctx context.Context, i int) error {
	if i < len(s.variants) {
		v := &s.variants[i]
		r, err := s.held(ctx, v.design, s.plan)
		if err != nil {
			return fmt.Errorf("variant %s: %w", v.Name, err)
		}
		s.result.Variants[i] = variantResult(v, r)
		return nil
	}
	i -= len(s.variants)
	f := &s.faults[i]
	operation := s.maker.model.Clause(f.Clause).Operation
	if reason := s.unsent[operation]; reason != "" {
		f.Excluded = "nothing can be sent that the operation allows: " + reason
	}
	f.Excluded = cmp.Or(f.Excluded, s.unkept[f.Clause])
	if f.Excluded != "" {
		s.result.Faults[i] = faultResult(f, nil)
		return nil
	}
	r, err := s.held(ctx, f.design, s.telling(operation, f.design))
	if err != nil {
		return fmt.Errorf("fault %s: %w", f.Name, err)
	}
	s.result.Faults[i] = faultResult(f, r)
	return nil
}

// held holds what has a design to some cases.
func (p *proof) held(ctx context.Context, d design, cases *plan.Plan) (*report.Report, error) {
	handler, err := p.maker.make(d)
	if err != nil {
		return nil, err
	}
	return p.verify(ctx, &Implementation{Handler: handler, Target: p.maker.target}, cases)
}

// found gives the verdicts that found something.
func found(r *report.Report) []*report.Verdict {
	var out []*report.Verdict
	for i := range r.Verdicts {
		if v := &r.Verdicts[i]; v.Outcome == report.Fail || v.Outcome == report.Warn || v.Outcome == report.Error {
			out = append(out, v)
		}
	}
	return out
}

// goodResult lists what the known-good implementation is charged with.
func goodResult(r *report.Report) []Alarm {
	alarms := []Alarm{}
	for _, v := range found(r) {
		alarms = append(alarms, alarm(v, nil)...)
	}
	return alarms
}

// alarm gives what a verdict charges an implementation with, but for the should
// clauses that it may break.
func alarm(v *report.Verdict, may []string) []Alarm {
	if v.Outcome == report.Error {
		return []Alarm{{Case: v.Case.ID, Clause: v.Case.Clause, Message: "no verdict: " + v.Reason}}
	}
	var out []Alarm
	for _, f := range v.Findings {
		if f.Level != clause.Must && slices.ContainsFunc(may, func(glob string) bool { return report.Match(glob, f.Clause) }) {
			continue
		}
		out = append(out, Alarm{Case: v.Case.ID, Clause: f.Clause, Level: f.Level, Message: f.Message})
	}
	return out
}

func variantResult(v *Variant, r *report.Report) VariantResult {
	out := VariantResult{Name: v.Name, Description: v.Description, Alarms: []Alarm{}}
	for _, verdict := range found(r) {
		alarms := alarm(verdict, v.May)
		out.Alarms = append(out.Alarms, alarms...)
		if len(alarms) == 0 {
			out.Warnings++
		}
	}
	return out
}

func faultResult(f *Fault, r *report.Report) FaultResult {
	out := FaultResult{
		Name: f.Name, Clause: f.Clause, Level: f.Level, Class: f.Class, Description: f.Description, Excluded: f.Excluded,
	}
	if r == nil {
		return out
	}
	out.checks = map[string]bool{}
	var others []Case
	for _, v := range found(r) {
		if v.Outcome == report.Error {
			continue
		}
		for _, x := range v.Findings {
			out.checks[x.Check] = true
		}
		made := Case{ID: v.Case.ID, Technique: v.Case.Technique}
		if slices.ContainsFunc(v.Findings, func(x report.Finding) bool { return f.breaks(x.Clause) }) {
			out.By = append(out.By, made)
			out.Named = true
		} else {
			others = append(others, made)
		}
	}
	out.By = append(out.By, others...)
	return out
}

package session

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/har"
	"github.com/apiclause/clause/contract/internal/judge"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

// Session is one verification: a plan, then a run, then verdicts. Open makes
// one; Start sends the requests; Verdict waits for one case, Report for all.
type Session struct {
	config   Config
	made     report.Made // what the report says that it was made with
	target   *target.Target
	runner   *run.Runner
	plan     *plan.Plan
	selected []bool
	vain     string              // why Only selects nothing, though all of it is known
	unjudged map[string]string   // the clauses that no answer is held to, for Skip says so: why
	judged   *spec.Contract      // the model without them
	planning time.Duration       // how long that took
	senders  []int               // the shard that sends each case; 0 for none
	examiner func() *judge.Judge // made at its first use, for it goes through the contract
	judge    func(*run.Exchange) // judges what a worker got; set before the first is sent
	// doubts tells of one whether to send its case once more; set with judge.
	doubts   func(*run.Exchange) bool
	recorder *har.Writer // nil when no exchanges are to be written

	mu       sync.Mutex
	started  bool
	failed   error // why it could not be started
	begun    time.Time
	elapsed  time.Duration
	verdicts []report.Verdict
	ready    []chan struct{} // one a case, closed when its verdict is there
	ended    chan struct{}
	stopped  string             // why the run ended early
	prints   []*run.Fingerprint // of answers that say that there is nothing
	absent   map[string]bool    // operations that are not served
	left     []string           // what was made and could not be ended, in words
	settled  int                // how many cases were sent that are not selected: others hang on them
}

// Open plans a verification. It sends nothing. It ends early when ctx does, or the
// timeout of the whole run is over.
func Open(ctx context.Context, c Config) (*Session, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Target == nil {
		c.Target = &target.Target{Name: "in-process handler"}
	}
	if err := authenticable(c.Contract, c.Target); err != nil {
		return nil, err
	}
	var err error
	if c.Contract, err = stating(c.Contract, c.Checks); err != nil {
		return nil, err
	}
	made := c.making()
	c = c.settled()
	s := &Session{
		made:   made,
		config: c, target: c.Target, ended: make(chan struct{}), recorder: c.newRecorder(),
		judged: c.Contract, unjudged: map[string]string{},
	}
	s.examiner = sync.OnceValue(s.newJudge)
	runner, err := run.New(c.Contract, s.target, run.Options{
		Jobs: c.Jobs, Rate: c.Rate, CaseTimeout: c.CaseTimeout, Seed: c.Seed,
		UserAgent: c.Tool, Handler: c.Handler, Signers: c.Signers,
		Each: func(x *run.Exchange) { s.judge(x) }, Doubts: func(x *run.Exchange) bool { return s.doubts(x) }, Aside: s.recordStep, Nonce: c.Nonce,
	})
	if err != nil {
		return nil, AsUsage(err)
	}
	s.runner = runner
	begun := time.Now()
	if s.plan = c.Plan; s.plan == nil {
		if s.plan, err = c.planned(ctx, runner.Lacks); err != nil {
			return nil, err
		}
	}
	s.planning = time.Since(begun)
	s.runner.SetUps(s.plan.Setups)
	if err := s.choose(); err != nil {
		return nil, err
	}
	if err := provokable(c.Contract, s.target); err != nil {
		return nil, err
	}
	return s, nil
}

// Plan gives every case, those that will not run included.
func (s *Session) Plan() *plan.Plan { return s.plan }

// Selected tells whether Only and Skip leave a case in.
func (s *Session) Selected(i int) bool { return s.selected[i] }

// Elsewhere tells whether another shard sends a case.
func (s *Session) Elsewhere(i int) bool {
	return s.senders[i] != 0 && s.senders[i] != s.config.Shard.Index
}

// Start sends the selected cases and returns when they are under way. also
// narrows the selection further; nil takes all. The error is a *Diagnosis when
// the first requests showed that the others would be in vain. A session starts
// once: to start it again gives what the first time gave.
func (s *Session) Start(ctx context.Context, also func(i int) bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.started {
		s.started, s.begun = true, time.Now()
		s.failed = s.start(ctx, also)
	}
	return s.failed
}

func (s *Session) start(ctx context.Context, also func(i int) bool) error {
	s.verdicts = make([]report.Verdict, len(s.plan.Cases))
	s.prints = make([]*run.Fingerprint, len(s.plan.Cases))
	s.ready = make([]chan struct{}, len(s.plan.Cases))
	for i := range s.ready {
		s.ready[i] = make(chan struct{})
	}
	for i := range s.selected {
		s.selected[i] = s.selected[i] && (also == nil || also(i))
	}
	if err := s.hopeless(s.sendable()); err != nil {
		return err
	}
	if err := s.divide(); err != nil {
		return err
	}
	indexes := s.own()
	// What planning took is counted, what passed between it and the start is not.
	ctx, cancel := Within(ctx, s.config.Timeout, s.config.Timeout-s.planning, "this case had its answer")
	before, diagnosis := s.preflight(ctx, indexes)
	if diagnosis != nil {
		cancel()
		return diagnosis
	}
	patient, done := patience(ctx)
	s.judge, s.doubts = s.judging(patient, func(x *run.Exchange, v report.Verdict) {
		s.verdicts[x.Case] = v
		s.fingerprint(x)
	}, "")
	running := s.runner.Start(ctx, s.plan.Cases, indexes, before...)
	go func() {
		defer cancel()
		defer done()
		s.collect(ctx, patient, running)
	}()
	return nil
}

// hopeless refuses a run that would send nothing, or nothing that has to be
// accepted although that was asked for: a target that refuses everything would
// seem to uphold the contract.
func (s *Session) hopeless(sent []int) error {
	accepted := func(i int) bool { return s.plan.Cases[i].Expect.Outcome == plan.Accepted }
	first := -1
	for i := range s.plan.Cases {
		if s.selected[i] && s.plan.Cases[i].Skip != "" && (first < 0 || accepted(i) && !accepted(first)) {
			first = i
		}
	}
	what := "nothing that the contract allows"
	switch {
	case len(sent) == 0 && first < 0:
		return usage("nothing would be sent: %s", cmp.Or(s.vain, "no case is selected"))
	case len(sent) == 0:
		what = "nothing"
	case first < 0 || !accepted(first) || slices.ContainsFunc(sent, accepted):
		return nil
	}
	return usage("%s would be sent: %s (case %s)", what, s.plan.Cases[first].Skip, s.plan.Cases[first].ID)
}

// Diagnosis is contract.Diagnosis.
type Diagnosis struct { //nolint:errname // it is what a user reads, before it is an error
	Message string
	Try     string
	Report  *report.Report
}

// Error gives both in one line.
func (d *Diagnosis) Error() string {
	if d.Try == "" {
		return d.Message
	}
	return d.Message + ": " + d.Try
}

// Verdict waits for a case's verdict. The session must have been started.
func (s *Session) Verdict(i int) report.Verdict {
	<-s.ready[i]
	return s.config.Known.Excused(s.verdicts[i], s.config.Strict)
}

// Report waits for every verdict.
func (s *Session) Report() *report.Report {
	<-s.ended
	return report.Build(report.Input{
		Tool: s.config.Tool, Plan: s.reported(), Clauses: s.config.Contract.Clauses, Verdicts: s.verdicts,
		Target: s.about(), Made: s.made, Started: s.begun, Elapsed: s.elapsed, Seed: s.config.Seed, Shard: s.config.Shard, Instance: s.instance(),
		Interrupted: s.stopped, Redactor: s.runner.Redactor(), Known: s.config.Known, Strict: s.config.Strict,
		NotServed: s.absent, Left: s.left, Severed: s.runner.Severed(),
	})
}

func (s *Session) about() report.Target {
	t := s.target
	about := report.Target{
		Name: t.Name, Organization: t.Implementation.Organization,
		Project: t.Implementation.Project, Version: t.Implementation.Version,
	}
	if t.BaseURL != nil {
		about.BaseURL = t.BaseURL.String()
	}
	return about
}

// Clause gives the clause with an id, or nil.
func (s *Session) Clause(id string) *clause.Clause { return s.config.Contract.Clause(id) }

// Clauses gives all clauses, those of checks included.
func (s *Session) Clauses() []*clause.Clause { return s.config.Contract.Clauses }

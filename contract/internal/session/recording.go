package session

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/har"
	"github.com/apiclause/clause/contract/internal/judge"
	"github.com/apiclause/clause/contract/internal/recording"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// Recording is contract.Recording, with the model of the contract.
type Recording struct {
	Contract *spec.Contract
	Name     string
	HAR      io.Reader
	BaseURL  *url.URL
	Known    *report.KnownFailures
	Strict   bool
	Tool     string
	Checks   []judge.Custom
}

// UnmatchedError is contract.UnmatchedError.
type UnmatchedError struct{ Message, BaseURL string }

// Error says what was looked for.
func (e *UnmatchedError) Error() string { return e.Message }

// Is makes it an ErrUsage.
func (e *UnmatchedError) Is(target error) bool { return target == ErrUsage }

// creator is what recordings of this package are made by, as they say.
const creator = "clause"

// JudgeHAR is contract.JudgeHAR.
func JudgeHAR(ctx context.Context, r Recording) (*report.Report, error) {
	if r.Contract == nil || r.HAR == nil {
		return nil, usage("judge: a contract and a recording are needed")
	}
	var err error
	if r.Contract, err = stating(r.Contract, r.Checks); err != nil {
		return nil, err
	}
	begun := time.Now()
	log, err := har.Read(r.Name, r.HAR)
	if err != nil {
		return nil, AsUsage(err)
	}
	recorded, err := recording.New(r.Contract, log, recording.Options{
		Base: r.BaseURL, Complete: log.Creator.Name == creator,
	})
	if err != nil {
		return nil, usage("judge %s: %w", r.Name, err)
	}
	if len(recorded.Cases) == 0 {
		return nil, r.unmatched(log)
	}
	in := r.input(log, recorded)
	if err := r.Known.Check(ids(in.Plan, r.Contract)); err != nil {
		return nil, AsUsage(err)
	}
	j := judge.New(r.Contract, judge.Options{Redactor: in.Redactor, Strict: r.Strict, Checks: r.Checks})
	distinct := judge.NewDistinct(r.Contract.Clauses, r.Strict)
	for i := range recorded.Cases {
		if ctx.Err() != nil {
			in.Interrupted = "it was stopped before all of the recording was judged"
			break
		}
		if c := &recorded.Cases[i]; c.Skip == "" {
			v := j.Judge(c, recorded.Exchange(i))
			distinct.Apply(&v)
			in.Verdicts = append(in.Verdicts, v)
		}
	}
	settle(in.Verdicts, r.Strict)
	in.Elapsed = time.Since(begun)
	in.Started = begun
	return report.Build(in), nil
}

// input is what a report is made from, but for the verdicts.
func (r Recording) input(log *har.Log, recorded *recording.Recording) report.Input {
	model, redactor := r.Contract, auth.NewRedactor(recorded.Secrets()...)
	for i := range recorded.Cases { // a name in a request may be a credential, too
		recorded.Cases[i].Why = redactor.RedactString(recorded.Cases[i].Why)
	}
	about := report.Target{Name: "recording " + r.Name, BaseURL: recorded.Origin}
	if r.BaseURL != nil {
		about.BaseURL = r.BaseURL.Redacted()
	}
	return report.Input{
		Tool: r.Tool, Clauses: model.Clauses, Target: about, Made: described(model), Known: r.Known, Strict: r.Strict,
		Plan: &plan.Plan{
			Contract: model.File, Title: model.Title, Version: model.Version,
			Cases: recorded.Cases, Untested: recording.Unseen(model),
		},
		Redactor:  redactor,
		Recording: &report.Recording{Entries: len(log.Entries), Matched: len(recorded.Cases)},
	}
}

// unmatched says what was looked for, and where it would be found.
func (r Recording) unmatched(log *har.Log) error {
	e := &UnmatchedError{BaseURL: recording.Suggest(r.Contract, log)}
	where := "at the root of any host"
	if r.BaseURL != nil {
		where = "below " + r.BaseURL.Redacted()
	}
	e.Message = fmt.Sprintf("%s: none of its %s is for an operation of %s: looked for %s, %s",
		r.Name, entries(len(log.Entries)), r.Contract.File, operations(r.Contract), where)
	return e
}

func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}

// operations lists the first few operations.
func operations(model *spec.Contract) string {
	const most = 3
	var names []string
	for _, op := range model.Operations {
		if len(names) == most {
			names = append(names, fmt.Sprintf("and %d more", len(model.Operations)-most))
			break
		}
		names = append(names, op.Method+" "+op.Path)
	}
	return strings.Join(names, ", ")
}

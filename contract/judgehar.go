package contract

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

// Recording says which recording to judge, and how.
type Recording struct {
	// Contract is what the recorded exchanges are held to.
	Contract *Contract
	// Name is what the report and errors call the recording: its file's name.
	Name string
	// HAR is the recording, an HTTP archive.
	HAR io.Reader
	// BaseURL is where the contract's paths start, such as
	// https://staging.example.com/api. nil takes any host, and paths at the root.
	BaseURL *url.URL
	// Known lists failures that are expected.
	Known *report.KnownFailures
	// Strict makes a broken should a failure.
	Strict bool
	// Checks are what answers are held to beside the contract: those of which the
	// recording lacks nothing.
	Checks []Check
	// Tool is the name and version that the report carries.
	Tool string
}

// UnmatchedError tells that a recording has nothing for any operation of the
// contract. It has ErrUsage in its chain.
type UnmatchedError struct {
	message string
	// BaseURL is a base below which entries would be for operations; "" when
	// there is none.
	BaseURL string
}

// Error says what was looked for.
func (e *UnmatchedError) Error() string { return e.message }

// Is makes it an ErrUsage.
func (e *UnmatchedError) Is(target error) bool { return target == ErrUsage }

// creator is what recordings of this package are made by, as they say.
const creator = "clause"

// JudgeHAR judges exchanges that were recorded elsewhere, by a browser or a
// proxy, and sends nothing. A request that the contract forbids must have got a
// refusal that it documents; one that it allows any answer that it documents but
// the refusal; and one that implementations may lawfully take or refuse, any.
// Whose credentials a request had is not known, so 401 is always right where the
// operation wants some.
//
// Each entry of the recording that is for an operation becomes a case of the
// report, called by its clause and its index: listThings.answer.200/entry-3 is
// log.entries[3]. The order of the entries is that of the report.
//
// An error that has ErrUsage in its chain comes from the recording or from how it
// is to be judged: it is no HAR, or nothing in it is for an operation, which is an
// *UnmatchedError. When the context ends, the report says so.
func JudgeHAR(ctx context.Context, r Recording) (*report.Report, error) {
	if r.Contract == nil || r.HAR == nil {
		return nil, usage("judge: a contract and a recording are needed")
	}
	var err error
	if r.Contract, err = r.Contract.stating(r.Checks); err != nil {
		return nil, err
	}
	begun := time.Now()
	log, err := har.Read(r.Name, r.HAR)
	if err != nil {
		return nil, usageError{err}
	}
	recorded, err := recording.New(r.Contract.model, log, recording.Options{
		Base: r.BaseURL, Complete: log.Creator.Name == creator,
	})
	if err != nil {
		return nil, usage("judge %s: %w", r.Name, err)
	}
	if len(recorded.Cases) == 0 {
		return nil, r.unmatched(log)
	}
	in := r.input(log, recorded)
	if err := r.Known.Check(ids(in.Plan, r.Contract.model)); err != nil {
		return nil, usageError{err}
	}
	j := judge.New(r.Contract.model, judge.Options{Redactor: in.Redactor, Strict: r.Strict, Checks: customs(r.Checks)})
	distinct := judge.NewDistinct(r.Contract.model.Clauses, r.Strict)
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
	model, redactor := r.Contract.model, auth.NewRedactor(recorded.Secrets()...)
	for i := range recorded.Cases { // a name in a request may be a credential, too
		recorded.Cases[i].Why = redactor.RedactString(recorded.Cases[i].Why)
	}
	about := report.Target{Name: "recording " + r.Name, BaseURL: recorded.Origin}
	if r.BaseURL != nil {
		about.BaseURL = r.BaseURL.Redacted()
	}
	return report.Input{
		Tool: r.Tool, Clauses: model.Clauses, Target: about, Known: r.Known, Strict: r.Strict,
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
	e := &UnmatchedError{BaseURL: recording.Suggest(r.Contract.model, log)}
	where := "at the root of any host"
	if r.BaseURL != nil {
		where = "below " + r.BaseURL.Redacted()
	}
	e.message = fmt.Sprintf("%s: none of its %s is for an operation of %s: looked for %s, %s",
		r.Name, entries(len(log.Entries)), r.Contract.File(), operations(r.Contract.model), where)
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

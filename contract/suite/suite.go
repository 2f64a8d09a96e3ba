package suite

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/gomega"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/report"
)

// ErrSecondRun tells that a second suite was to run in one process, which
// Ginkgo answers by ending the process.
var ErrSecondRun = errors.New("ginkgo runs one suite in a process: give every configuration to one call")

var ran atomic.Bool

// Run verifies a target with Ginkgo's output discarded and gives the report.
// The error is the session's: of the configuration (contract.ErrUsage), a
// *contract.Diagnosis when the target cannot be tested, or ErrSecondRun.
func Run(ctx context.Context, config contract.Config) (*report.Report, error) {
	reports, err := run(ctx, "contract", config)
	if err != nil {
		return nil, err
	}
	return reports[0], nil
}

// Test verifies targets as part of a Go test. What is wrong is reported by t,
// with the report of each configuration. One process can call it once.
func Test(t *testing.T, configs ...contract.Config) {
	t.Helper()
	reports, err := run(t.Context(), t.Name(), configs...)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range reports {
		var text strings.Builder
		if err := report.Text(&text, r, report.TextOptions{}); err != nil {
			t.Error(err)
		}
		if report.ExitCode(r) == 0 {
			t.Log(text.String())
		} else {
			t.Error(text.String())
		}
	}
}

// run opens every session before anything is sent, and runs them as one suite.
func run(ctx context.Context, name string, configs ...contract.Config) ([]*report.Report, error) {
	sessions := make([]*contract.Session, len(configs))
	for i, c := range configs {
		s, err := contract.OpenContext(ctx, c)
		if err != nil {
			return nil, err
		}
		sessions[i] = s
	}
	if ran.Swap(true) {
		return nil, ErrSecondRun
	}
	for _, s := range sessions {
		if err := s.Start(ctx, nil); err != nil {
			return nil, err
		}
	}
	for _, s := range sessions {
		specs(s, s.Selected)
	}
	silently(func() {
		gomega.RegisterFailHandler(ginkgo.Fail)
		suiteConfig, reporterConfig := ginkgo.GinkgoConfiguration()
		// A run that executes nothing is an error; the seed is the session's.
		suiteConfig.FailOnEmpty = true
		suiteConfig.RandomizeAllSpecs = false
		suiteConfig.Timeout = 0
		ginkgo.RunSpecs(outcome{}, name, suiteConfig, reporterConfig)
	})
	reports := make([]*report.Report, len(sessions))
	for i, s := range sessions {
		reports[i] = s.Report()
	}
	return reports, nil
}

// outcome takes Ginkgo's word that something failed; the verdicts say it too.
type outcome struct{}

func (outcome) Fail() {}

// silently runs f with Ginkgo's console output discarded: reports come from
// verdicts.
func silently(f func()) {
	before := formatter.ColorableStdOut
	formatter.ColorableStdOut = io.Discard
	defer func() { formatter.ColorableStdOut = before }()
	f()
}

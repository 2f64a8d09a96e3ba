package suite

import (
	"context"
	"errors"
	"io"
	"sync/atomic"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/gomega"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/report"
)

// ErrSecondRun tells that a second suite was to run in one process, which
// Ginkgo answers by ending the process.
var ErrSecondRun = errors.New("ginkgo runs one suite in a process: use contract.Verify, or suite.Test within a Go test, as often as you like")

var ran atomic.Bool

// Run verifies a target with Ginkgo's output discarded and gives the report.
// The error is the session's: of the configuration (contract.ErrUsage), a
// *contract.Diagnosis when the target cannot be tested, or ErrSecondRun.
func Run(ctx context.Context, config contract.Config) (*report.Report, error) {
	s, err := contract.OpenContext(ctx, config)
	if err != nil {
		return nil, err
	}
	if ran.Swap(true) {
		return nil, ErrSecondRun
	}
	if err := s.Start(ctx, nil); err != nil {
		return nil, err
	}
	specs(s, s.Selected)
	silently(func() {
		gomega.RegisterFailHandler(ginkgo.Fail)
		suiteConfig, reporterConfig := ginkgo.GinkgoConfiguration()
		// A run that executes nothing is an error; the seed is the session's.
		suiteConfig.FailOnEmpty = true
		suiteConfig.RandomizeAllSpecs = false
		suiteConfig.Timeout = 0
		ginkgo.RunSpecs(outcome{}, "contract", suiteConfig, reporterConfig)
	})
	return s.Report(), nil
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

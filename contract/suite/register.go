package suite

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/plan"
)

// Register adds the specs of a verification to the Ginkgo suite that is being
// built. It plans at once and panics if the configuration cannot be used;
// nothing is sent before the first of the specs runs. The result is true, so
// that it can stand at package level.
//
// The specs are Serial: under "ginkgo -p" one process runs them all, with its
// own workers.
func Register(config contract.Config) bool {
	if config.Replay == nil {
		config.Replay = func(c *plan.Case) string { return goTest("-ginkgo.focus", regexp.QuoteMeta(c.ID)+"$") }
	}
	s, err := contract.Open(config)
	if err != nil {
		panic(err) //nolint:forbidigo // at package level there is no one to give an error to
	}
	told := told{}
	return ginkgo.Describe("contract "+config.Contract.Title(), ginkgo.Serial, func() {
		each(s, s.Selected, func(i int, c *plan.Case) {
			ginkgo.It(c.ID, decorate(s, c, func(ctx context.Context) {
				if err := s.Start(context.WithoutCancel(ctx), selection(s, i)); err != nil {
					ginkgo.Fail(err.Error())
				}
				if !s.Selected(i) {
					told.alone(ctx, config, c.ID)
					return
				}
				told.assert(s, i)
			})...)
		})
	})
}

// alone runs one case by itself: a filter that selection does not know of, such
// as one over the suite's description, left it in.
func (t told) alone(ctx context.Context, config contract.Config, id string) {
	config.Only, config.Known, config.Shard = []string{id}, nil, plan.Shard{} // Skip may leave clauses out, and it left the case in
	s, err := contract.Open(config)
	if err == nil {
		err = s.Start(context.WithoutCancel(ctx), nil)
	}
	if err != nil {
		ginkgo.Fail(err.Error())
	}
	for i := range s.Plan().Cases {
		if s.Selected(i) {
			t.assert(s, i)
		}
	}
}

// selection tells which specs Ginkgo's filters leave in, judging by the one
// that runs first: all have the same containers around them. Ginkgo does not say
// beforehand which specs it will run.
func selection(s *contract.Session, running int) func(int) bool {
	current := ginkgo.CurrentSpecReport()
	cases := s.Plan().Cases
	outer := current.ContainerHierarchyTexts[:max(0, len(current.ContainerHierarchyTexts)-2)]
	around := slices.Concat(current.ContainerHierarchyLabels...)
	config, _ := ginkgo.GinkgoConfiguration()
	matches := filter(config)
	return func(i int) bool {
		c := &cases[i]
		text := strings.Join(append(slices.Clone(outer), c.Operation, expectation(c), c.ID), " ")
		return i == running || matches(text, append(labels(c), around...))
	}
}

// filter gives Ginkgo's own filters over texts and labels. They were valid when
// the suite began.
func filter(config types.SuiteConfig) func(text string, labels []string) bool {
	byLabel, err := types.ParseLabelFilter(config.LabelFilter)
	if err != nil || config.LabelFilter == "" {
		byLabel = func([]string) bool { return true }
	}
	focus := expression(config.FocusStrings)
	skip := expression(config.SkipStrings)
	return func(text string, labels []string) bool {
		return byLabel(labels) && (focus == nil || focus.MatchString(text)) && (skip == nil || !skip.MatchString(text))
	}
}

func expression(patterns []string) *regexp.Regexp {
	if len(patterns) == 0 {
		return nil
	}
	re, err := regexp.Compile(strings.Join(patterns, "|"))
	if err != nil {
		return nil
	}
	return re
}

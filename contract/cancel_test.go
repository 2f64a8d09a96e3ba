package contract_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/prove"
	"github.com/apiclause/clause/contract/suite"
)

var errStopped = errors.New("stopped by a signal")

// TestWhatIsEndedEndsSoon holds that nothing goes on whose context has ended, and
// that the error says why.
func TestWhatIsEndedEndsSoon(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errStopped)
	c := load(t, "../openapi/userusage.yaml")
	config := contract.Default()
	config.Contract, config.Handler = c, http.NotFoundHandler()
	for name, start := range map[string]func() error{
		"loading": func() error {
			_, err := contract.LoadFrom(ctx, "../openapi/userusage.yaml", contract.Source{})
			return err
		},
		"planning": func() error {
			_, err := contract.OpenContext(ctx, config)
			return err
		},
		"verifying": func() error {
			_, err := contract.Verify(ctx, config)
			return err
		},
		"a suite": func() error {
			_, err := suite.Run(ctx, config)
			return err
		},
		"trying rules": func() error {
			_, err := c.DoubtsContext(ctx)
			return err
		},
		"proving": func() error {
			_, err := prove.Run(ctx, c, prove.Options{})
			return err
		},
	} {
		if err := start(); !errors.Is(err, errStopped) && !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPlanningCountsForTheDeadline holds that a run's timeout ends planning, and
// says what to do.
func TestPlanningCountsForTheDeadline(t *testing.T) {
	config := contract.Default()
	config.Contract, config.Handler = load(t, "../openapi/userusage.yaml"), http.NotFoundHandler()
	config.Timeout = time.Nanosecond
	_, err := contract.OpenContext(t.Context(), config)
	want := "plan the cases of ../openapi/userusage.yaml: the run's deadline of 1ns passed before they were planned: allow more time"
	if err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

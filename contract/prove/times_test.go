package prove

import (
	"strings"
	"testing"
)

// TestRulesAboutTimes holds to its shares a contract whose rules want times in
// the future and within narrow windows, in the query and in the body.
func TestRulesAboutTimes(t *testing.T) {
	t.Parallel()
	derived(t)
	prove(t, "testdata/visits.yaml", Options{Only: []string{"*.rule.*", "*.format/*", "reading-*", "parameters-first"}})
}

// TestWhatOfTimesCannotBeTold wants the oracle to know requests near every
// boundary: only what hangs on the clock, or on a reading, cannot be told.
func TestWhatOfTimesCannotBeTold(t *testing.T) {
	t.Parallel()
	derived(t)
	faults := derive(t, "testdata/visits.yaml").faults
	reasons := map[string]string{}
	for i := range faults {
		reasons[faults[i].Name] = faults[i].Excluded
	}
	for name, want := range map[string]string{
		"planVisit.rule.two-days-ahead/dropped":                           "",
		"planVisit.rule.two-days-ahead/comparison-1-moved-up-1h":          "",
		"planVisit.rule.two-days-ahead/comparison-1-moved-down-1h":        "",
		"planVisit.rule.two-days-ahead/comparison-1-moved-up-1s":          "within a minute of now",
		"planVisit.rule.two-days-ahead/comparison-1-more":                 "within a minute of now",
		"planVisit.rule.at-least-half-an-hour/comparison-1-more":          "",
		"planVisit.rule.at-least-half-an-hour/comparison-1-moved-down-1s": "",
		"planVisit.rule.at-most-eight-hours/comparison-1-less":            "",
		"planVisit.rule.at-most-eight-hours/comparison-1-moved-up-1s":     "",
		"planVisit.rule.reminded-before/comparison-2-at-most":             "",
		"planVisit.rule.reminded-before/comparison-2-moved-up-1s":         "",
		"planVisit.rule.reminded-before/comparison-1-moved-up-1s":         "within a minute of now",
		"planVisit.body.stay.guests.maximum/dropped":                      "",
		"findSlots.rule.soon/comparison-1-moved-up-1h":                    "readings disagree",
		"findSlots.rule.narrow/comparison-2-moved-up-1s":                  "",
		"findSlots.rule.narrow/comparison-2-less":                         "",
		"findSlots.rule.narrow/comparison-1-at-least":                     "",
		"findSlots.query.limit.maximum/raised":                            "",
	} {
		got, known := reasons[name]
		if !known || want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s (known: %v) is excluded for %q, want %q", name, known, got, want)
		}
	}
}

// TestReadingsOverBodyAndHeader proves a contract whose ambiguous rules read a body
// and a header, and which documents no internal error.
func TestReadingsOverBodyAndHeader(t *testing.T) {
	t.Parallel()
	derived(t)
	prove(t, "testdata/readings.yaml", Options{})
}

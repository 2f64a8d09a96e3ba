package main

import (
	"os"
	"strings"
	"testing"
)

// A run of all cases keeps to its memory: the answers are read, judged and
// forgotten, and the reports hold little of each.
func TestHostileWholeRuns(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("whole runs take a while")
	}
	for name, answer := range map[string]reply{
		"endless bodies":           endless(head200+"\r\n", "x"),
		"headers that are no text": answers("{}", strings.Split(strings.Repeat("X-A: "+strings.Repeat("\xff", 1000)+"\n", 60), "\n")[:60]...),
		"many headers":             answers("{}", strings.Split(strings.Repeat("X-A: b\n", 950), "\n")[:950]...),
		"bodies that are no text":  fills("", "\xff", ""),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serveHostile(t, answer, false)
			if r := runHostile(t, s.url, "--jobs", "64", "--har", os.DevNull); r.report.Summary.Cases-r.report.Summary.Skip != 233 || r.report.Interrupted != "" {
				t.Errorf("exit code %d, interrupted %q, %+v", r.code, r.report.Interrupted, r.report.Summary)
			}
		})
	}
	t.Run("bodies that are slow to judge", func(t *testing.T) {
		t.Parallel()
		// What is judged when the time is over has a verdict, the rest has none.
		s := serveHostile(t, answers(gzipped(filled("[0", `,{"":0}`, "]")), "Content-Encoding: gzip"), false)
		r := runHostile(t, s.url, "--jobs", "100", "--timeout", "2s", "--har", os.DevNull)
		n := r.report.Summary
		ended := strings.HasPrefix(r.report.Interrupted, "the run's deadline of 2s passed") ||
			r.report.Interrupted == "the run ended before the answer was judged"
		if n.Pass+n.Fail+n.Warn+n.Error != 233 || n.Pass > 1 || ended != (n.Error > 0) {
			t.Errorf("exit code %d, interrupted %q, %+v", r.code, r.report.Interrupted, n)
		}
	})
}

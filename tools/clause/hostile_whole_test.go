package main

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// wholeCases is how many cases a run of all has, and wholeSent how many are sent: all
// but five that need an access key.
const (
	wholeCases = 238
	wholeSent  = wholeCases - 5
)

// became gives what became of the cases that were sent after the first, by what is
// expected of them: each outcome once, in order.
func (r *hostileRun) became() map[string]string {
	found := map[string][]string{}
	for _, v := range r.report.Verdicts {
		if v.Outcome == report.Skip || v.Case.ID == first {
			continue
		}
		kind := string(v.Case.Expect.Outcome)
		if v.Case.Expect.Outcome == plan.Refused && strings.Contains(v.Case.Clause, ".security.") {
			kind = "anonymous"
		}
		found[kind] = append(found[kind], string(v.Outcome))
	}
	out := map[string]string{}
	for kind, outcomes := range found {
		slices.Sort(outcomes)
		out[kind] = strings.Join(slices.Compact(outcomes), " ")
	}
	return out
}

// A target that answers everything with one status, after a first answer that is
// right, is charged with what no status can excuse, and with nothing else. The
// contract has 400 alone for what it forbids, and 401 for credentials; what is
// inferred in it is warned of.
func TestHostileStatuses(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("whole runs take a while")
	}
	const charged = "fail warn"
	body := `{"error_code":"E.1","error_msg":"no"}`
	for status, want := range map[string]struct {
		code                                                        int
		accepted, refused, anonymous, either, unsupported, provoked string
	}{
		"302 Found":           {1, charged, "undecided", "undecided", "pass", "pass", "fail"},
		"400 Bad Request":     {1, charged, "pass", charged, "pass", "pass", "fail"},
		"401 Unauthorized":    {0, "undecided", "undecided", "pass", "pass", "pass", "undecided"},
		"403 Forbidden":       {1, "undecided", "undecided", charged, "pass", "pass", "undecided"},
		"404 Not Found":       {1, charged, charged, charged, "pass", "pass", "fail"},
		"409 Conflict":        {1, charged, charged, charged, "pass", "pass", "fail"},
		"422 Unprocessable":   {1, charged, charged, charged, "pass", "pass", "fail"},
		"500 Oops":            {1, "fail", "fail", "fail", "warn", "warn", "pass"},
		"501 Not Implemented": {1, "fail", "fail", "fail", "warn", "pass", "fail"},
	} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			r := runHostile(t, serveHostile(t, says(whole(status, body, "Location: http://elsewhere.invalid/")), false).url)
			wanted := map[string]string{
				string(plan.Accepted): want.accepted, string(plan.Refused): want.refused, "anonymous": want.anonymous,
				string(plan.Either): want.either, string(plan.Unsupported): want.unsupported, string(plan.Failed): want.provoked,
			}
			if got := r.became(); r.code != want.code || !maps.Equal(got, wanted) {
				t.Errorf("exit code %d, %v; want %d, %v", r.code, got, want.code, wanted)
			}
			// An internal error shows nothing of what should have been refused.
			for _, c := range r.report.Clauses {
				if status[0] == '5' && c.Stand == report.Upheld && strings.Contains(c.ID, ".query.") {
					t.Errorf("%s is %s", c.ID, c.Stand)
				}
			}
		})
	}
}

// A run of all cases keeps to its memory: the answers are read, judged and
// forgotten, and the reports hold little of each.
func TestHostileWholeRuns(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("whole runs take a while")
	}
	// A status of 200 breaks what a request had to be refused for, whatever comes
	// with it; where that is a should, what was not read may be worse.
	judged := map[string]string{
		string(plan.Accepted): "fail", string(plan.Refused): "fail", "anonymous": "fail",
		string(plan.Either): "fail", string(plan.Unsupported): "warn", string(plan.Failed): "fail",
	}
	unread := map[string]string{
		string(plan.Accepted): "error", string(plan.Refused): "error fail", "anonymous": "error fail",
		string(plan.Either): "error", string(plan.Unsupported): "warn", string(plan.Failed): "fail",
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
			r := runHostile(t, s.url, "--jobs", "64", "--har", os.DevNull)
			n := r.report.Summary
			if r.code != 1 || n.Cases != wholeCases || n.Cases-n.Skip != wholeSent || n.Pass != 1 || r.report.Interrupted != "" {
				t.Errorf("exit code %d, interrupted %q, %+v", r.code, r.report.Interrupted, n)
			}
			want := judged
			if name == "endless bodies" {
				want = unread
			}
			if got := r.became(); !maps.Equal(got, want) {
				t.Errorf("%v, want %v", got, want)
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
		if n.Pass+n.Fail+n.Warn+n.Undecided+n.Error != wholeSent || n.Pass > 1 || ended != (n.Error > 0) {
			t.Errorf("exit code %d, interrupted %q, %+v", r.code, r.report.Interrupted, n)
		}
	})
}

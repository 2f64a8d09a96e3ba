package contract_test

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/report"
)

// kept gives a report as it is read from its file.
func kept(t *testing.T, r *report.Report) *report.Report {
	t.Helper()
	var b bytes.Buffer
	if err := report.JSON(&b, r); err != nil {
		t.Fatal(err)
	}
	out, err := report.Read("report.json", &b)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// refusing refuses owners with tags, which the contract allows.
func refusing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method == http.MethodPost && bytes.Contains(body, []byte(`"tags":`)) {
			w.WriteHeader(http.StatusUnprocessableEntity)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

// A case that is sent again alone has its things made anew, and is judged as it was
// among all others, on a server that remembers.
func TestReplayedAlone(t *testing.T) {
	t.Parallel()
	for name, server := range map[string]*pets{
		"right": {}, "keepsEnded": {keepsEnded: true}, "forgets": {forgets: true}, "swaps": {swaps: true}, "neverThere": {neverThere: true},
		"refusing": {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := server.config(t)
			if name == "refusing" {
				config.Handler = refusing(config.Handler)
			}
			earlier := kept(t, ran(t, config))
			var err error
			if config.Plan, err = config.Contract.Plan(config.Target, config); err != nil {
				t.Fatal(err)
			}
			for i, was := range earlier.Verdicts {
				if was.Outcome == report.Skip || was.Outcome == report.Pass && i%40 > 0 {
					continue
				}
				server.out = false
				r, err := contract.Replay(t.Context(), config, earlier, was.Case.ID)
				if err != nil {
					t.Fatal(err)
				}
				now := r.Cases[0].Now
				if now.Outcome != was.Outcome || r.Cases[0].Differs != "" || len(now.Setup) != len(was.Setup) {
					t.Errorf("%s was %s (%s), and is %s (%s) %s", was.Case.ID, was.Outcome, was.Reason, now.Outcome, now.Reason, r.Cases[0].Differs)
				}
			}
		})
	}
}

// A value that was in the answer to another case is seen again, and again held against
// the case that is sent again alone.
func TestReplayedAfterAnotherWithItsValue(t *testing.T) {
	t.Parallel()
	config := faulty(t, usageFile, "exportUserUsage.answer.200.task_id.distinct/constant")
	earlier := kept(t, ran(t, config))
	at := slices.IndexFunc(earlier.Verdicts, func(v report.Verdict) bool { return v.Outcome == report.Warn })
	r, err := contract.Replay(t.Context(), config, earlier, earlier.Verdicts[at].Case.ID)
	if err != nil {
		t.Fatal(err)
	}
	if now := r.Cases[0].Now; now.Outcome != report.Warn || r.Beside != 1 {
		t.Errorf("%s is %s (%s), with %d cases beside it", now.Case.ID, now.Outcome, now.Reason, r.Beside)
	}
}

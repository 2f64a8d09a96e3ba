package run

import (
	"net/http"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// TestWhatEndsItAllIsSentLast holds the order in which requests are sent that take
// something away from all others, and that nothing is sent to a target that was stopped.
func TestWhatEndsItAllIsSentLast(t *testing.T) {
	model, cases := &spec.Contract{}, []plan.Case{}
	for _, what := range []string{
		"POST /admin/shutdown", "DELETE /accounts", "DELETE /pets", "PUT /settings", "GET /pets", "POST /pets", "POST /admin/restart",
		"POST /vms/{vm}/shutdown",
	} {
		method, path, _ := strings.Cut(what, " ")
		model.Operations = append(model.Operations, &spec.Operation{ID: what, Method: method, Path: path})
		cases = append(cases, plan.Case{
			ID: what, Operation: what, Expect: plan.Expect{Outcome: plan.Accepted},
			Request: plan.Request{
				Method: method, Path: path, Credential: plan.Credential{Variant: plan.None},
				Parameters: []plan.Parameter{{In: "path", Name: "vm", Value: "a"}}[:strings.Count(path, "{")],
			},
		})
	}
	var sent []string
	r, err := New(model, testTarget(t, "http://in-process"), Options{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if sent = append(sent, r.Method+" "+r.URL.Path); r.URL.Path == "/admin/restart" {
			w.WriteHeader(http.StatusForbidden)
		}
	})})
	if err != nil {
		t.Fatal(err)
	}
	run := r.Start(t.Context(), cases, upTo(len(cases)))
	run.Wait()
	want := "PUT /settings, GET /pets, DELETE /pets, GET /pets, DELETE /accounts, GET /pets, POST /admin/shutdown"
	if got := strings.Join(sent[min(3, len(sent)):], ", "); got != want {
		t.Errorf("sent %s\nwant %s", got, want)
	}
	if p := run.Await(6).Problem; p == nil || !strings.Contains(p.Error(), "since POST /admin/shutdown was sent, which comes last") {
		t.Errorf("what is sent to a target that was stopped: %v", p)
	}
	if left := r.Left(); len(left) != 1 || !strings.HasPrefix(left[0], "the target itself, which may have stopped") {
		t.Errorf("left behind: %q", left)
	}
}

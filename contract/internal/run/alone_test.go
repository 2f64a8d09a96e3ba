package run

import (
	"io"
	"net/http"
	"testing"

	"github.com/apiclause/clause/contract/plan"
)

// What is too large to wait takes no room from what is smaller, and what has been sent none
// from what is put off afterwards.
func TestWhatIsTooLargeToWaitTakesNoRoom(t *testing.T) {
	t.Parallel()
	r := testRunner(t, "http://in-process", Options{Handler: http.NotFoundHandler(), Jobs: 2})
	var cases []plan.Case
	run := &Run{cases: map[int]*pending{}}
	for i, test := range []struct {
		size  int
		waits bool
	}{{maxWaiting - 10, true}, {20, false}, {10, true}, {1, false}} {
		c := post(nil)
		cases, run.cases[i] = append(cases, c), &pending{there: make(chan struct{})}
		e := Exchange{Case: i, Got: &Received{Status: http.StatusBadRequest, Body: make([]byte, test.size)}}
		if waits := r.putOff(t.Context(), &c, &e, 0); waits != test.waits || waits != (e.Unsure == "") {
			t.Errorf("%d bytes: it waits: %t, not %t (%s)", test.size, waits, test.waits, e.Unsure)
		}
	}
	r.sendAlone(t.Context(), cases, run)
	if e := (Exchange{Got: &Received{Status: http.StatusBadRequest, Body: []byte("{}")}}); !r.putOff(t.Context(), &cases[0], &e, 0) {
		t.Errorf("what others waited for was sent, and it does not wait: %s", e.Unsure)
	}
}

// What is sent to see whether the target still accepts it was accepted before: where the
// smallest request is refused, that is not the smallest.
func TestWhatWasAcceptedIsWhatWasSent(t *testing.T) {
	t.Parallel()
	r := testRunner(t, "http://in-process", Options{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength < 10 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"id": "7"}`)
	})})
	small, full := post(&plan.Body{MediaType: "application/json", Value: map[string]any{}}), post(&plan.Body{MediaType: "application/json", Value: map[string]any{"a": "something"}})
	full.ID += " full"
	const resource = "/v1/{id}"
	r.things.setups = map[string]plan.Setup{resource: {Make: small, Full: full, Names: []plan.NamePlace{{In: "answer", Path: []string{"id"}}}}}
	c := get()
	one := &thing{resource: resource}
	r.things.make(t.Context(), one, &c, 0, plan.Made{})
	if p := r.alone.accepted[small.Operation]; one.problem != "" || p == nil || p.c.Request.Body != full.Request.Body {
		t.Errorf("it was made: %q; what was accepted is noted as %+v", one.problem, p)
	}
}

package run

import (
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/apiclause/clause/contract/plan"
)

// A long list is not read again and again: what is sent for its last thing is forecast.
func TestALongListIsNotReadForItsLastThing(t *testing.T) {
	t.Parallel()
	r := testRunner(t, "http://in-process", Options{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"id": "7"}`)
	})})
	read := get()
	c := get()
	c.Request.Among = "/v1/{id}"
	r.things.setups = map[string]plan.Setup{c.Request.Among: {
		Make: post(nil), Full: post(nil), Read: &read, Names: []plan.NamePlace{{In: "answer", Path: []string{"id"}}},
	}}
	for pages, want := range map[int]int{MaxPages / 2: 2, MaxPages + 1: 1} {
		w, readings := &walker{Runner: r, c: c, listed: &Listed{}}, 0
		wrong := func(context.Context) bool {
			readings++
			w.listed.Pages = append(w.listed.Pages, make([]Step, pages)...)
			return true
		}
		if w.every(t.Context(), wrong) || readings != want {
			t.Errorf("of %d pages it is read %d times, not %d", pages, readings, want)
		}
	}
}

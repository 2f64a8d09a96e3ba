package recording

import (
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/har"
)

func TestBodies(t *testing.T) {
	const made = "accepted must answer.201"
	for body, want := range map[string]string{
		`{"book": "b", "days": 7, "copies": [{"n": 1}, {"n": 2}]}`:                 made,
		`{"book": "b", "days": 7, "copies": [{"n": 1}]}`:                           "accepted must body.copies.minItems",
		`{"book": "b", "days": 7, "copies": []}`:                                   "refused must body.copies.minItems",
		`{"book": "b", "days": 7, "copies": [{"n": 1}, {"n": 1}]}`:                 "refused must body.copies.uniqueItems",
		`{"book": "b", "days": 7, "copies": [{"n": 1, "m": 2}]}`:                   "refused should body.copies.items.additionalProperties",
		`{"book": "b", "days": 7, "copies": [{"N": 1}]}`:                           free,
		`{"book": "b", "days": 7, "copies": [{"n": 1.0}]}`:                         free,
		`{"book": "b", "days": 7, "copies": [{"n": 1.5}]}`:                         free,
		`{"book": "b", "days": 7, "copies": [{"n": "1"}]}`:                         free,
		`{"book": "b", "days": 7, "copies": [{"n": null}]}`:                        "refused must body.copies.items.n.type",
		`{"book": "b", "days": 7, "copies": {}}`:                                   free,
		`{"book": "b", "days": 7, "copies": 7}`:                                    "refused must body.copies.type",
		`{"book": "b", "days": 7, "copies": [{"n": "x"}]}`:                         "refused must body.copies.items.n.type",
		`{"book": {}, "days": 7, "copies": [{"n": 1}]}`:                            "refused must body.book.type",
		`{"days": 7, "copies": [{"n": 1}, {"n": 2}]}`:                              "refused must body.book.required",
		`{"Book": "b", "days": 7, "copies": [{"n": 1}, {"n": 2}]}`:                 free,
		`{"book": null, "days": 7, "copies": [{"n": 1}]}`:                          "refused must body.book.type",
		`{"book": 5, "days": 7, "copies": [{"n": 1}]}`:                             free,
		`{"book": "12345678901", "days": 7, "copies": [{"n": 1}]}`:                 "refused must body.book.maxLength",
		`{"book": "b", "days": null, "copies": [{"n": 1}]}`:                        free,
		`{"book": "b", "copies": [{"n": 1}, {"n": 2}]}`:                            "refused must rule.days-or-until",
		`{"book": "b", "days": 7, "until": "2026-02-01", "copies": [{"n": 1}]}`:    "refused must rule.days-or-until",
		`{"book": "b", "days": 7, "note": null, "copies": [{"n": 1}, {"n": 2}]}`:   made,
		`{"book": "b", "days": 7, "note": " x", "copies": [{"n": 1}, {"n": 2}]}`:   free,
		`{"book": "b", "days": 7, "id": "1", "copies": [{"n": 1}, {"n": 2}]}`:      free,
		`{"book": "b", "days": 7, "x": "1", "copies": [{"n": 1}, {"n": 2}]}`:       free,
		`{"book": "b", "days": 7, "days": 8, "copies": [{"n": 1}, {"n": 2}]}`:      free,
		`{"book": "b", "days": 70, "days": 8, "copies": [{"n": 1}, {"n": 2}]}`:     free,
		`{"book": "b", "days": 29, "copies": [{"n": 1}, {"n": 2}]}`:                "refused must body.days.maximum",
		`{"book": "b", "days": 28, "copies": [{"n": 1}, {"n": 2}]}`:                "accepted must body.days.maximum",
		`{"book": "b", "days": "REDACTED", "copies": [{"n": 1}, {"n": 2}]}`:        free,
		`{"book": "b", "until": "2026-02-01", "copies": [{"n": 1}, {"n": 2}]}`:     made,
		`{"book": "b", "until": "2026-02-01T00:00:00Z", "copies": [{"n": 1}]}`:     free,
		`{"book": "b", "until": "soon", "copies": [{"n": 1}]}`:                     "refused must body.until.format",
		`{"book": "b", "days": 7, "price": 1e3, "copies": [{"n": 1}, {"n": 2}]}`:   free,
		`{"book": "b", "days": 7, "price": "1", "copies": [{"n": 1}, {"n": 2}]}`:   free,
		`{"book": "b", "days": 7, "what": "any", "copies": [{"n": 1}, {"n": 2}]}`:  made,
		`{"book": "b", "days": 7, "what": "some", "copies": [{"n": 1}, {"n": 2}]}`: "refused must body.what.schema",
		`{"book": "b", "days": 7, "what": "a b", "copies": [{"n": 1}, {"n": 2}]}`:  free,
		`{"book": "b", "days": 7, "what": 1.0, "copies": [{"n": 1}, {"n": 2}]}`:    free,
		`[]`:           free,
		`7`:            "refused must body.type",
		`"abc"`:        "refused must body.type",
		`{"book":`:     "refused must body.json",
		`{}{}`:         free,
		`not json`:     "refused must body.json",
		`{"a": 1,}`:    free,
		`{a: 1}`:       free,
		`{} // really`: free,
		" ":            free,
		"\ufeff{}":     free,
	} {
		if got := about(recorded(t, Options{}, entryOf("POST /loans", "", body)).Cases[0]); got != want {
			t.Errorf("%s is %s, not %s: %s", body, got, want, recorded(t, Options{}, entryOf("POST /loans", "", body)).Cases[0].Why)
		}
	}
}

// TestBodiesThatTheRecordingLacks has what recorders leave out.
func TestBodiesThatTheRecordingLacks(t *testing.T) {
	change := func(do func(e *har.Entry)) har.Entry {
		e := entryOf("POST /loans", "", `{"book": "b", "days": "x"}`)
		do(&e)
		return e
	}
	bare := entryOf("POST /loans")
	header := func(e *har.Entry, name, value string) {
		e.Request.Headers = append(e.Request.Headers, har.Pair{Name: name, Value: value})
	}
	for name, test := range map[string]struct {
		e    har.Entry
		want string
	}{
		"there":          {change(func(*har.Entry) {}), "refused must body.days.type"},
		"none":           {bare, "refused must body.required"},
		"not recorded":   {change(func(e *har.Entry) { e.Request.PostData.Text = nil }), free},
		"as parameters":  {change(func(e *har.Entry) { e.Request.PostData = &har.PostData{Params: []har.Pair{{Name: "a"}}} }), free},
		"size not known": {change(func(e *har.Entry) { e.Request.PostData, e.Request.Headers, e.Request.BodySize = nil, nil, -1 }), free},
		"cut":            {change(func(e *har.Entry) { e.Request.BodySize++ }), free},
		"cut, by header": {change(func(e *har.Entry) { header(e, "Content-Length", "50") }), free},
		"chunked":        {change(func(e *har.Entry) { e.Request.PostData = nil; header(e, "Transfer-Encoding", "chunked") }), free},
		"encoded":        {change(func(e *har.Entry) { header(e, "Content-Encoding", "gzip") }), free},
		"of another type": {change(func(e *har.Entry) {
			e.Request.Headers = []har.Pair{{Name: "Content-Type", Value: "text/plain"}}
		}), free},
		"very long":        {change(func(e *har.Entry) { e.Request.PostData.Text = new(strings.Repeat("[", 1<<21)) }), free},
		"another alphabet": {change(func(e *har.Entry) { e.Request.PostData.Text = new("{\"book\": \"\ufffd\", \"days\": \"x\"}") }), free},
		"type by postData": {change(func(e *har.Entry) { e.Request.Headers = nil }), "refused must body.days.type"},
	} {
		if got := about(recorded(t, Options{}, test.e).Cases[0]); got != test.want {
			t.Errorf("%s is %s, not %s", name, got, test.want)
		}
	}
}

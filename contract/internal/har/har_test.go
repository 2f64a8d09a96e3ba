package har

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"
)

func read(t *testing.T, text string) *Log {
	t.Helper()
	log, err := Read("a.har", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func entries(all ...string) string {
	return `{"log": {"version": "1.2", "entries": [` + strings.Join(all, ",") + `]}}`
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b, Creator{Name: "a tool", Version: `1 "beta"`})
	text, none := Text([]byte("<ä>"))
	binary, encoding := Text([]byte{0xff, 0x00})
	for _, e := range []Entry{
		{
			StartedDateTime: "2026-01-31T12:00:00Z", Comment: "first",
			Request:  Request{Method: "GET", URL: "http://a/?x=<1>", Headers: []Pair{{"A", "1"}, {"A", "2"}}},
			Response: Response{Status: 200, Content: Content{Size: 4, Text: text, Encoding: none}},
		},
		{Request: Request{Method: "POST", URL: "http://b/"}, Response: Response{Content: Content{Text: binary, Encoding: encoding}}},
	} {
		if err := w.Add(&e); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), w.Close()); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "null") {
		t.Errorf("a list that the form demands is null: %s", b.String())
	}
	log := read(t, b.String())
	if len(log.Entries) != 2 || log.Creator != (Creator{"a tool", `1 "beta"`}) {
		t.Fatalf("read %+v", log)
	}
	first, second := log.Entries[0], log.Entries[1]
	if body, there, err := first.Response.Content.Body(); string(body) != "<ä>" || !there || err != nil {
		t.Errorf("the body is %q, %v, %v", body, there, err)
	}
	if body, there, err := second.Response.Content.Body(); string(body) != "\xff\x00" || !there || err != nil {
		t.Errorf("the body is %q, %v, %v", body, there, err)
	}
	if got := Header(first.Request.Headers).Values("A"); len(got) != 2 || first.Comment != "first" || first.Request.URL != "http://a/?x=<1>" {
		t.Errorf("read %+v", first)
	}
}

func TestAFileWithoutEntriesIsOne(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b, Creator{Name: "a tool"})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if log := read(t, b.String()); len(log.Entries) != 0 {
		t.Errorf("read %+v", log)
	}
	if err := w.Add(&Entry{}); err == nil {
		t.Error("an entry was taken after the end")
	}
}

func TestEntriesMayComeFromSeveralGoroutines(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b, Creator{})
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			_ = w.Add(&Entry{Request: Request{Method: "GET", URL: fmt.Sprintf("http://a/%d", i)}})
		})
	}
	all.Wait()
	_ = w.Close()
	if log := read(t, b.String()); len(log.Entries) != 50 {
		t.Errorf("%d entries", len(log.Entries))
	}
}

// full takes so many bytes.
type full struct{ left int }

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.left {
		return 0, errors.New("no space left")
	}
	f.left -= len(p)
	return len(p), nil
}

func TestTheFirstErrorStays(t *testing.T) {
	w := NewWriter(&full{left: 10}, Creator{})
	e := &Entry{Request: Request{Method: "GET", URL: "http://a/"}}
	for _, err := range []error{w.Add(e), w.Add(e), w.Close(), w.Close()} {
		if err == nil || err.Error() != "write HAR: no space left" {
			t.Errorf("the error is %v", err)
		}
	}
}

// TestRecordersDiffer has what recorders make of the form.
func TestRecordersDiffer(t *testing.T) {
	log := read(t, "\ufeff"+`{"log": {"version": "1.1", "creator": {"name": "x", "version": "y", "comment": "z"}, "browser": {"name": "b"},
		"pages": [{"id": "p", "pageTimings": {"onLoad": [[1]]}}], "entries": [
		{"startedDateTime": "2026-01-31T13:00:00.123+01:00", "time": 12.5, "_fromCache": "disk", "cache": {"afterRequest": null},
		 "request": {"method": "GET", "url": "https://a/b", "bodySize": 0.0, "headers": [{"name": ":authority", "value": "a"}, {"name": "x-a", "value": "1", "comment": ""}],
		   "postData": {"mimeType": "a/b", "params": [{"name": "n"}]}},
		 "response": {"status": 200, "_error": null, "content": {"size": 3, "text": null}}},
		{"startedDateTime": null, "request": {"method": "GET", "url": "/b", "postData": {"text": "AA==", "encoding": "base64"}}, "response": null, "timings": {"ssl": null}},
		{"request": {"method": "GET", "url": "x:"}, "response": {"status": -1, "statusText": null, "content": {}}}
	], "comment": "c"}, "more": {"a": [1, {"b": null}]}}`)
	if len(log.Entries) != 3 {
		t.Fatalf("%d entries", len(log.Entries))
	}
	a, b, c := log.Entries[0], log.Entries[1], log.Entries[2]
	if at, known := a.Started(); !known || !at.Equal(time.Date(2026, 1, 31, 12, 0, 0, 123e6, time.UTC)) {
		t.Errorf("started at %s, %v", at, known)
	}
	if got := Header(a.Request.Headers); got.Get("X-A") != "1" || len(got) != 1 {
		t.Errorf("the headers are %v", got)
	}
	if !a.FromCache.Set() || a.FromCache.Text() != "disk" || a.Response.Error.Set() || a.Cache.AfterRequest == nil || a.Cache.BeforeRequest != nil {
		t.Errorf("the marks are %s, %s, %s", a.FromCache, a.Response.Error, a.Cache.AfterRequest)
	}
	if _, there, _ := a.Response.Content.Body(); there || a.Request.BodySize != 0 || a.Response.BodySize != -1 {
		t.Errorf("read %+v", a)
	}
	if _, there, _ := a.Request.PostData.Body(); there {
		t.Error("parameters are no body")
	}
	if body, there, _ := b.Request.PostData.Body(); !there || string(body) != "\x00" || b.Response.Status != 0 {
		t.Errorf("the body is %q, %v", body, there)
	}
	if _, known := b.Started(); known || c.Response.Status != -1 || c.Response.Content.Size != -1 {
		t.Errorf("read %+v", c)
	}
}

func TestStarted(t *testing.T) {
	for text, want := range map[string]string{
		"2026-01-31T12:00:00Z":             "2026-01-31T12:00:00Z",
		"2026-01-31T12:00:00.123456+00:00": "2026-01-31T12:00:00.123456Z",
		"2026-01-31T12:00:00.5-0530":       "2026-01-31T17:30:00.5Z",
		"2026-01-31T12:00:00":              "", // in whose zone?
		"Sat Jan 31 2026":                  "",
		"":                                 "",
	} {
		at, known := (&Entry{StartedDateTime: text}).Started()
		if got := at.UTC().Format(time.RFC3339Nano); known != (want != "") || known && got != want {
			t.Errorf("%q is %s, %v", text, got, known)
		}
	}
}

const good = `{"request": {"method": "GET", "url": "http://a/"}}`

func TestProblemsSayWhere(t *testing.T) {
	for want, text := range map[string]string{
		"a.har is no HAR file that can be read: the JSON text breaks off":                                                                    `{"log": {"entries": [`,
		"a.har is no HAR file that can be read: log.entries[1]: the JSON text breaks off":                                                    `{"log": {"entries": [` + good + `, {"request"`,
		"a.har is no HAR file that can be read: byte 2 is no JSON: invalid character 'o' in literal null (expecting 'u')":                    `not JSON`,
		"a.har is no HAR file that can be read: a HAR file is a JSON object with the object log in it":                                       `[]`,
		"a.har is no HAR file that can be read: it has no log.entries":                                                                       `{"openapi": "3.0.3", "log": {}}`,
		"a.har is no HAR file that can be read: log.entries must be an array":                                                                `{"log": {"entries": {}}}`,
		"a.har is no HAR file that can be read: it has log.entries twice":                                                                    `{"log": {"entries": [], "entries": []}}`,
		"a.har is no HAR file that can be read: text follows the JSON document":                                                              entries() + "x",
		"a.har is no HAR file that can be read: it nests deeper than 100 levels":                                                             `{"log": {"pages": ` + strings.Repeat("[", 1<<20),
		"a.har is no HAR file that can be read: log.entries[0]: byte 10040 is no JSON: invalid character '[' exceeded max depth":             entries(`{"request": ` + strings.Repeat("[", 20_000)),
		"a.har: log.creator.name must be a string, not a number":                                                                             `{"log": {"creator": {"name": 1}, "entries": []}}`,
		"a.har: log.entries[1] must be an object, not a number":                                                                              entries(good, "7"),
		"a.har: log.entries[0].request.headers must be an array, not an object":                                                              entries(`{"request": {"headers": {}}}`),
		"a.har: log.entries[0].response.status must be a number, not a string":                                                               entries(`{"response": {"status": "200"}}`),
		"a.har: log.entries[0].time must be a number, not a bool":                                                                            entries(`{"time": true}`),
		"a.har: log.entries[0].request has no url":                                                                                           entries(`{}`),
		"a.har: log.entries[0].request has no method\na.har: log.entries[2].request has no url":                                              entries(`{"request": {"url": "http://a/"}}`, good, `{"request": {"method": "GET"}}`),
		"a.har: log.entries[0].response.content.text is not base64, which its encoding says that it is: illegal base64 data at input byte 1": entries(`{"request": {"method": "GET", "url": "http://a/"}, "response": {"content": {"text": "a!", "encoding": "base64"}}}`),
		"a.har: log.entries[0].request.postData.text is not base64, which its encoding says that it is: illegal base64 data at input byte 0": entries(`{"request": {"method": "GET", "url": "http://a/", "postData": {"text": "!", "encoding": "base64"}}}`),
	} {
		_, err := Read("a.har", strings.NewReader(text))
		if err == nil || err.Error() != want {
			t.Errorf("%.80s: the error is\n%v\nnot\n%s", text, err, want)
		}
	}
}

// endless gives a text, then blanks without end.
func endless(text string) io.Reader {
	return io.MultiReader(strings.NewReader(text), repeated{})
}

type repeated struct{}

func (repeated) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestAFileHasLimits(t *testing.T) {
	const size = "a.har is no HAR file that can be read: it is larger than 64 MiB: record less, or leave the bodies of other hosts out"
	for text, want := range map[string]string{
		`{"log": {"comment": "`:                              size,
		entries(strings.Repeat(good+",", maxEntries) + good): "a.har is no HAR file that can be read: it has more than 20000 entries: record less, or judge it in parts",
	} {
		if _, err := Read("a.har", endless(text)); err == nil || err.Error() != want {
			t.Errorf("%.40s: the error is %v", text, err)
		}
	}
	if _, err := Read("a.har", strings.NewReader(entries(strings.Repeat("{},", 1000)+"{}"))); strings.Count(err.Error(), "\n") != maxProblems-1 {
		t.Errorf("the error has %d lines", strings.Count(err.Error(), "\n")+1)
	}
	_, err := Read("a.har", iotest.ErrReader(errors.New("is a directory")))
	if err == nil || err.Error() != "a.har is no HAR file that can be read: is a directory" {
		t.Errorf("the error is %v", err)
	}
}

// FuzzRead wants that whatever can be read can be written, and is the same then.
func FuzzRead(f *testing.F) {
	f.Add([]byte(entries(good)))
	f.Add([]byte(entries(`{"startedDateTime": "2026-01-31T12:00:00Z", "_fromCache": {"a": 1}, "request": {"method": "GET", "url": "http://a/", "bodySize": 1e99},
		"response": {"status": 200, "content": {"text": "AA==", "encoding": "base64"}}}`, good)))
	f.Add([]byte("\ufeff{\"log\": {\"pages\": [{}], \"entries\": [7]}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		log, err := Read("a.har", bytes.NewReader(data))
		if err != nil {
			return
		}
		var b bytes.Buffer
		w := NewWriter(&b, log.Creator)
		for i := range log.Entries {
			if err := w.Add(&log.Entries[i]); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		again, err := Read("a.har", bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		for i := range log.Entries {
			before, _ := json.Marshal(log.Entries[i])
			after, _ := json.Marshal(again.Entries[i])
			if !bytes.Equal(before, after) {
				t.Errorf("%s became %s", before, after)
			}
		}
	})
}

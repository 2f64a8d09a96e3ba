package main

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/apiclause/clause/contract/report"
)

// Bodies that come whole, and are made to be hard to judge.
func TestHostileBodies(t *testing.T) {
	t.Parallel()
	const (
		jsonOf = "answer.200.json"
		typeOf = "answer.200.type"
		idType = "answer.200.task_id.type"
		idForm = "answer.200.task_id.pattern"
		twice  = "answer.duplicate-names"
		object = "the body must be an object"
		deep   = "nests deeper than 1000 levels"
	)
	right := `{"task_id":"0123456789abcdef0123456789abcdef"}`
	tryHostile(t, []hostileCase{
		{"arrays in arrays", fills("", "[", ""), 1, report.Fail, jsonOf, deep, ""},
		{"objects in objects", fills("", `{"a":`, ""), 1, report.Fail, jsonOf, deep, ""},
		{"arrays side by side", fills("[[]", ",[1]", "]"), 1, report.Fail, typeOf, object, ""},
		{"objects side by side", fills("[{}", `,{"":0}`, "]"), 1, report.Fail, typeOf, object, ""},
		{"numbers", fills("[0", `,1`, "]"), 1, report.Fail, typeOf, object, ""},
		{"members", distinctMembers, 1, report.Fail, idType, "must be a string", ""},
		{"members of one name", fills(right[:len(right)-1], `,"a":1`, "}"), 0, report.Warn, twice, "the member a more than once", ""},
		{"members of one long name", answers(right[:len(right)-1] + strings.Repeat(`,"`+strings.Repeat("n", 400_000)+`":1`, 2) + "}"), 0, report.Warn, twice, "nnn… more than once", ""},
		{"a number of a million digits", fills("1", "0", ""), 1, report.Fail, typeOf, object, ""},
		{"an id of a million digits", fills(`{"task_id":1`, "0", "}"), 1, report.Fail, idType, "must be a string", ""},
		{"a huge exponent", answers(`{"task_id":1e999999999}`), 1, report.Fail, idType, "must be a string", ""},
		{"a long id", fills(`{"task_id":"`, "a", `"}`), 0, report.Warn, idForm, "must match", ""},
		{"an id of escapes", fills(`{"task_id":"`, `\ud83d\ude00`, `"}`), 0, report.Warn, idForm, "must match", ""},
		{"an id of half characters", fills(`{"task_id":"`, `\ud800`, `"}`), 0, report.Warn, idForm, "must match", ""},
		{"an id that is not UTF-8", fills(`{"task_id":"`, "\xff", `"}`), 1, report.Fail, jsonOf, "not UTF-8", ""},
		{"a string without end", fills(`{"task_id":"`, "a", ""), 1, report.Fail, jsonOf, "in the middle of a JSON document", ""},
		{"NULs", fills("", "\x00", ""), 1, report.Fail, jsonOf, "no JSON", ""},
		{"nothing", answers(""), 1, report.Fail, jsonOf, "the body is empty", ""},
		{"a byte order mark", answers("\ufeff" + right), 1, report.Fail, jsonOf, "byte order mark", ""},
		{"what looks like stack traces", fills("goroutine x.go:x.java:js:ts:.rb:.ex:   at ", "at a.b(", ""), 1, report.Fail, jsonOf, "no JSON", ""},
		{"gzip within gzip", answers(gzipped(gzipped(right)), "Content-Encoding: gzip"), 1, report.Fail, jsonOf, "not UTF-8", ""},
		{"gzip within gzip, and said so", answers(gzipped(gzipped(right)), "Content-Encoding: gzip, gzip"), 3, report.Error, "", "content coding is not known", ""},
		{"a coding that is not known", answers("\xff"+right, "Content-Encoding: br"), 3, report.Error, "", "content coding is not known", ""},
		{"no deflate", answers(right, "Content-Encoding: deflate"), 1, report.Fail, framing, cut, ""},
		{"gzip", answers(gzipped(right), "Content-Encoding: gzip"), 0, report.Pass, "", "", ""},
		{"deflate", answers(deflated(right), "Content-Encoding: deflate"), 0, report.Pass, "", "", ""},
	})
}

// Ids of a megabyte, each time the same and each time another.
func TestHostileIDs(t *testing.T) {
	t.Parallel()
	for name, again := range map[string]bool{"the same": true, "others": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var n atomic.Int64
			s := serveHostile(t, func(conn net.Conn, r *http.Request) {
				id := int64(0)
				if !again {
					id = n.Add(1)
				}
				fills(fmt.Sprintf(`{"task_id":"%d`, id), "x", `"}`)(conn, r)
			}, true)
			r := runHostile(t, s.url, "--only", "exportUserUsage.answer.200/*")
			repeated := 0
			for _, v := range r.report.Verdicts {
				for _, f := range v.Findings {
					if f.Clause == "exportUserUsage.answer.200.task_id.distinct" {
						repeated++
						if want := "the body's task_id has the value that it had in the answer to " + first; f.Message != want {
							t.Errorf("%.200q, want %q", f.Message, want)
						}
					}
				}
			}
			sent := r.report.Summary.Cases - r.report.Summary.Skip
			if want := map[bool]int{true: sent - 1, false: 0}[again]; repeated != want || sent < 3 || r.report.Summary.Warn != sent {
				t.Errorf("%d ids were seen again, want %d; %+v", repeated, want, r.report.Summary)
			}
		})
	}
}

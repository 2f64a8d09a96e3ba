package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/report"
)

// hostileCase is one way for an endpoint to behave, and what is true of it.
type hostileCase struct {
	name    string
	answer  reply
	code    int
	outcome report.Outcome // of the second case
	broken  string         // the clauses of it, without the operation
	says    string         // what the verdict says
	// diagnosis is what is said when the target's first answer is like this; ""
	// when the run goes on as if it were any other.
	diagnosis string
}

const (
	framing = "answer.framing"
	head200 = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	chunked = head200 + "Transfer-Encoding: chunked\r\n\r\n"
	cut     = "cannot be read to its end"
	notHTTP = "does not answer in HTTP"
)

// Bytes that are not HTTP, or not all of an answer.
func TestHostileFraming(t *testing.T) {
	t.Parallel()
	good := `{"task_id":"00000000000000000000000000000000"}`
	tryHostile(t, []hostileCase{
		{"nothing", says(""), 1, report.Fail, framing, "closed before an answer came", notHTTP},
		{"half a head", says("HTTP/1.1 200 OK\r\nConte"), 1, report.Fail, framing, "head cannot be read", notHTTP},
		{"HTTP/0.9", says(good), 1, report.Fail, framing, "malformed HTTP", notHTTP},
		{"HTTP/2 preface", says("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 1, report.Fail, framing, "malformed HTTP", notHTTP},
		{"HTTP/2 settings", says("\x00\x00\x00\x04\x00\x00\x00\x00\x00"), 1, report.Fail, framing, "malformed HTTP", notHTTP},
		{"a TLS alert", says("\x15\x03\x01\x00\x02\x02\x50"), 1, report.Fail, framing, "malformed HTTP", notHTTP},
		{"not UTF-8", says(strings.Repeat("\xff\xfe", 1000) + "\r\n\r\n"), 1, report.Fail, framing, "malformed HTTP", notHTTP},
		{"NUL in a header", answers(good, "X-A: a\x00b"), 1, report.Fail, framing, "malformed MIME header", notHTTP},
		{"two lengths", answers(good, "Content-Length: 7"), 1, report.Fail, framing, "Content-Length", notHTTP},
		{"a negative length", says(head200 + "Content-Length: -1\r\n\r\n"), 1, report.Fail, framing, "Content-Length", notHTTP},
		{"a length past the body", says(head200 + "Content-Length: 99\r\n\r\n" + good), 1, report.Fail, framing, cut, ""},
		{"a length short of the body", says(head200 + "Content-Length: 5\r\n\r\n" + good), 1, report.Fail, "answer.200.json", "in the middle of a JSON document", ""},
		{"chunks that end early", says(chunked + "5\r\n{\"tas"), 1, report.Fail, framing, cut, ""},
		{"no chunk size", says(chunked + "zz\r\n" + good), 1, report.Fail, framing, cut, ""},
		{"no gzip", answers(good, "Content-Encoding: gzip"), 1, report.Fail, framing, cut, ""},
		{"gzip that is cut", answers(gzipped(good)[:20], "Content-Encoding: gzip"), 1, report.Fail, framing, cut, ""},
		{"reset at once", resets(""), 1, report.Fail, framing, "connection reset", notHTTP},
		{"reset in the head", resets("HTTP/1.1 200 OK\r\nA: "), 1, report.Fail, framing, "", notHTTP},
		{"reset in the body", resets(head200 + "Content-Length: 99\r\n\r\n{"), 1, report.Fail, framing, cut, ""},
		{"a length beside chunks, which count", says(head200 + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n" + fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(good), good)), 0, report.Pass, "", "", ""},
		{"an answer after the answer", says(whole("200 OK", good) + whole("500 Injected", "{}")), 0, report.Pass, "", "", ""},
	})
}

// What never ends, and what is longer than is read. Nothing is wrong with it that
// was seen, and nothing is right.
func TestHostileLength(t *testing.T) {
	t.Parallel()
	const (
		long   = "longer than the limit"
		longer = "longer than 64 KiB or 1000 lines"
		more   = "answers more than is read"
	)
	bomb := strings.Repeat("\x00", 16<<20)
	tryHostile(t, []hostileCase{
		{"an endless body", endless(head200+"\r\n", "x"), 3, report.Error, "", long, ""},
		{"an endless announced body", endless(head200+"Content-Length: 999999999999\r\n\r\n", "x"), 3, report.Error, "", long, ""},
		{"endless chunks", endless(chunked, "4\r\nabcd\r\n"), 3, report.Error, "", long, ""},
		{"endless chunks of a byte", endless(chunked, "1\r\na\r\n"), 3, report.Error, "", long, ""},
		{"endless gzip", endless(head200+"Content-Encoding: gzip\r\n\r\n", gzipped("x")), 3, report.Error, "", long, ""},
		{"a gzip bomb", answers(gzipped(bomb), "Content-Encoding: gzip"), 3, report.Error, "", long, ""},
		{"a deflate bomb", answers(deflated(bomb), "Content-Encoding: deflate"), 3, report.Error, "", long, ""},
		{"gzip of nothing without end", answers(emptied(), "Content-Encoding: gzip"), 3, report.Error, "", long, ""},
		{"a body one byte too long", answers(strings.Repeat(" ", maxRead+1)), 3, report.Error, "", long, ""},
		{"endless interim answers", endless("", "HTTP/1.1 103 Early Hints\r\n\r\n"), 3, report.Error, "", longer, more},
		{"endless headers", endless("HTTP/1.1 200 OK\r\n", "X-A: b\r\n"), 3, report.Error, "", longer, more},
		{"an endless header", endless("HTTP/1.1 200 OK\r\nA: ", "x"), 3, report.Error, "", longer, more},
		{"100,000 headers", answers("{}", strings.TrimSpace(strings.Repeat("X-A: b\r\n", 100_000))), 3, report.Error, "", longer, more},
		{"a status line of 1 MB", says(whole("200 "+strings.Repeat("a", 1_000_000), "{}")), 3, report.Error, "", longer, more},
		{"endless chunk extensions", endless(chunked+"5;", "x"), 3, report.Error, "", "line too long", more},
		{"chunks that are extensions", endless(chunked, "1;"+strings.Repeat("x", 1000)+"\r\na\r\n"), 3, report.Error, "", "too much non-data", more},
		{"endless trailers", endless(chunked+"2\r\n{}\r\n0\r\n", "X-A: b\r\n"), 3, report.Error, "", "long trailer", more},
	})
}

// tryHostile runs each case in a process of its own, and once more where the
// first answer is like the second and tells that the target cannot be tested.
func tryHostile(t *testing.T, cases []hostileCase) {
	t.Helper()
	args := []string{"--only", first, "--only", second, "--case-timeout", "2m"}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := serveHostile(t, c.answer, false)
			r := runHostile(t, s.url, args...)
			c.check(t, r)
			if c.diagnosis == "" {
				return
			}
			s = serveHostile(t, c.answer, true)
			if r := runHostile(t, s.url, args...); r.code != 3 || !strings.Contains(r.stderr, c.diagnosis) || r.verdict(t, first).Outcome != report.Error {
				t.Errorf("at once: exit code %d, stderr %q does not say %q", r.code, r.stderr, c.diagnosis)
			}
		})
	}
}

func (c hostileCase) check(t *testing.T, r hostileRun) {
	t.Helper()
	v := r.verdict(t, second)
	var broken []string
	texts := []string{v.Reason}
	for _, f := range v.Findings {
		broken = append(broken, strings.TrimPrefix(f.Clause, "exportUserUsage."))
		texts = append(texts, f.Message)
	}
	said := strings.Join(texts, "\n")
	if got := strings.Join(slices.Compact(broken), " "); r.code != c.code || v.Outcome != c.outcome || got != c.broken || !strings.Contains(said, c.says) {
		t.Errorf("exit code %d, %s, broken %q: %.300q; want %d, %s, %q: %q", r.code, v.Outcome, got, said, c.code, c.outcome, c.broken, c.says)
	}
}

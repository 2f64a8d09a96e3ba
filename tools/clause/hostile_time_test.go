package main

import (
	"bufio"
	"io"
	"maps"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/apiclause/clause/contract/report"
)

// byCase gives each case the next of some replies, the same again when it is sent
// again.
func byCase(replies ...reply) reply {
	var mu sync.Mutex
	chosen := map[string]reply{}
	return func(conn net.Conn, r *http.Request) {
		mu.Lock()
		id := strings.Join(strings.Split(r.Header.Get("X-Request-ID"), "-")[2:3], "") // clause-TIME-CASE, and -2 when sent again
		if chosen[id] == nil {
			chosen[id] = replies[len(chosen)%len(replies)]
		}
		answer := chosen[id]
		mu.Unlock()
		answer(conn, r)
	}
}

// Answers that do not come, or do not end, within the time of a case.
func TestHostileDelay(t *testing.T) {
	t.Parallel()
	replies := []reply{
		silence,
		drips("HTTP/1.1 200 OK\r\nA: ", "x"),
		drips("", "HTTP/1.1 102 Processing\r\n\r\n"),
		drips(head200+"\r\n", " "),
		drips(chunked, "1\r\n \r\n"),
		drips(head200+"Content-Encoding: gzip\r\n\r\n"+gzipped("x")[:10], "\x00\x00\x00\xff\xff"),
	}
	s := serveHostile(t, byCase(replies...), false)
	r := runHostile(t, s.url, "--case-timeout", "2s", "--only", "*.start_time.required/*", "--only", "*.end_time.required/*")
	reasons := map[string]int{}
	for _, v := range r.report.Verdicts {
		if v.Outcome == report.Error {
			reasons[v.Reason]++
		}
	}
	want := map[string]int{"the answer did not come within 2s": 3, "the answer did not end within 2s": 3}
	if r.code != 3 || !maps.Equal(reasons, want) {
		t.Errorf("exit code %d, %v, want %v", r.code, reasons, want)
	}
}

// The same at the first request is said of the target.
func TestHostileDelayAtOnce(t *testing.T) {
	t.Parallel()
	for diagnosis, answer := range map[string]reply{
		"is connected, but the answer did not come within 2s": silence,
		"but the answer did not end within 2s":                drips(head200+"\r\n", " "),
	} {
		t.Run(diagnosis, func(t *testing.T) {
			t.Parallel()
			s := serveHostile(t, answer, true)
			if r := runHostile(t, s.url, "--case-timeout", "2s"); r.code != 3 || !strings.Contains(r.stderr, diagnosis) || r.verdict(t, first).Outcome != report.Error {
				t.Errorf("exit code %d, stderr %q does not say so", r.code, r.stderr)
			}
		})
	}
}

// The run's own deadline ends it whatever a case may still wait for.
func TestHostileDeadline(t *testing.T) {
	t.Parallel()
	const passed = "the run's deadline of 2s passed before this case had its answer"
	s := serveHostile(t, byCase(silence, drips(head200+"\r\n", " "), drips("", "HTTP/1.1 102 Processing\r\n\r\n")), false)
	r := runHostile(t, s.url, "--timeout", "2s", "--case-timeout", "1h")
	if r.code != 3 || r.report.Interrupted != passed || r.report.Summary.Error != wholeSent-1 || r.report.Summary.Pass != 1 || !strings.Contains(r.stdout, "The run did not come to its end: "+passed) {
		t.Errorf("exit code %d, interrupted %q, %+v", r.code, r.report.Interrupted, r.report.Summary)
	}
}

// A target that puts a case off gets no verdict, and is not asked for ever.
func TestHostileRetries(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"429 Too Many Requests", "503 Service Unavailable"} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			var replies []reply
			for _, lines := range [][]string{
				nil,
				{"Retry-After: soon"},
				{"Retry-After: -1"},
				{"Retry-After: 0"},
				{"Retry-After: 0.001"},
				{"Retry-After: 3600"},
				{"Retry-After: 99999999999999999999"},
				{"Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"},
				{"Retry-After: Thu, 01 Jan 1970 00:00:00 GMT"},
				{"Retry-After: Thu, 99 Jan 1970 99:00:00 GMT"},
				{"Date: Fri, 31 Dec 9999 23:59:59 GMT", "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT"},
				{"Retry-After: 0", "Retry-After: 3600"},
			} {
				replies = append(replies, says(whole(status, "{}", lines...)))
			}
			s := serveHostile(t, byCase(replies...), false)
			r := runHostile(t, s.url, "--only", "*start_time*", "--timeout", "5m")
			cases := 0
			for _, v := range r.report.Verdicts {
				if v.Outcome == report.Skip {
					continue
				}
				cases++
				if v.Outcome != report.Error || !strings.HasPrefix(v.Reason, "the target answered "+status[:3]) {
					t.Errorf("%s: %s, %s", v.Case.ID, v.Outcome, v.Reason)
				}
			}
			if n := s.requests.Load(); r.code != 3 || r.report.Interrupted != "" || cases < len(replies) || n > int64(1+5*cases) {
				t.Errorf("exit code %d, interrupted %q, %d cases, %d requests", r.code, r.report.Interrupted, cases, n)
			}
		})
	}
}

// A redirect is a wrong answer: the host that it names gets nothing, the token
// least of all.
func TestHostileRedirects(t *testing.T) {
	t.Parallel()
	elsewhere := serveHostile(t, answerRight, true)
	var cases []hostileCase
	for _, status := range []string{"301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"} {
		cases = append(cases, hostileCase{
			status, says(whole(status, "{}", "Location: "+elsewhere.url+"/v3/p1")), 1, report.Fail, "answer.200",
			"the request was answered with " + status[:3], "it redirects to",
		})
	}
	tryHostile(t, append(cases,
		hostileCase{"a refresh", answers("{}", "Refresh: 0; url="+elsewhere.url), 1, report.Fail, "answer.200.task_id.required", "is missing", ""},
		hostileCase{"another service", answers("{}", "Alt-Svc: h2=\""+strings.TrimPrefix(elsewhere.url, "http://")+"\"; ma=3600"), 1, report.Fail, "answer.200.task_id.required", "is missing", ""},
		hostileCase{"a switch", says("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"), 1, report.Fail, "answer.200", "answered with 101", ""},
	))
	t.Cleanup(func() { // once the parallel ones are done
		if n := elsewhere.requests.Load(); n != 0 {
			t.Errorf("%d requests went to another host", n)
		}
	})
}

// What answers TLS with something else, or not at all.
func TestHostileTLS(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer    func(net.Conn)
		diagnosis string
	}{
		"silence":    {func(conn net.Conn) { io.Copy(io.Discard, conn) }, "the TLS handshake did not end within 2s"},
		"plain HTTP": {func(conn net.Conn) { io.WriteString(conn, whole("400 Bad Request", "{}")) }, "does not speak TLS"},
		"garbage":    {func(conn net.Conn) { io.WriteString(conn, strings.Repeat("\x16\x03\x01\xff\xff\xff", 10_000)) }, "does not speak TLS"},
		"an alert":   {func(conn net.Conn) { io.WriteString(conn, "\x15\x03\x03\x00\x02\x02\x28") }, "refuses TLS"},
		"nothing":    {func(net.Conn) {}, "TLS with"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { listener.Close() })
			go func() {
				for {
					conn, err := listener.Accept()
					if err != nil {
						return
					}
					go func() {
						defer conn.Close()
						test.answer(conn)
					}()
				}
			}()
			r := runHostile(t, "https://"+listener.Addr().String(), "--case-timeout", "2s", "--timeout", "1m")
			if r.code != 3 || !strings.Contains(r.stderr, test.diagnosis) || r.report.Summary.Error != 1 {
				t.Errorf("exit code %d, stderr %q does not say %q", r.code, r.stderr, test.diagnosis)
			}
		})
	}
}

// A target that goes away is not judged by it.
func TestHostileEnd(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		conn, err := listener.Accept()
		listener.Close()
		if err != nil {
			return
		}
		defer conn.Close()
		if r, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
			answerRight(conn, r)
		}
	}()
	r := runHostile(t, "http://"+listener.Addr().String(), "--jobs", "1")
	if n := r.report.Summary; r.code != 3 || n.Pass != 1 || n.Error != wholeSent-1 || !strings.HasPrefix(r.verdict(t, second).Reason, "the target could not be reached: ") {
		t.Errorf("exit code %d, %+v: %s", r.code, n, r.verdict(t, second).Reason)
	}
}

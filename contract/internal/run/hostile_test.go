package run

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/plan"
)

// Answers that are not whole HTTP.
func TestMalformed(t *testing.T) {
	head := "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	for name, test := range map[string]struct {
		sent   string
		status int // of what came of the answer, 0 for nothing
		body   string
	}{
		"nothing":          {"", 0, ""},
		"no HTTP":          {"220 mail.example ESMTP \x1b[2J\r\n", 0, ""},
		"binary":           {"\x00\x01\xff\xfe\r\n\r\n", 0, ""},
		"half a head":      {"HTTP/1.1 200 OK\r\nConte", 0, ""},
		"HTTP/2":           {"HTTP/2.0 200 OK\r\n\r\n", 0, ""},
		"status 42":        {"HTTP/1.1 042 What\r\n\r\n", 0, ""},
		"status of text":   {"HTTP/1.1 OK\r\n\r\n", 0, ""},
		"bad header":       {"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", 0, ""},
		"two lengths":      {head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 0, ""},
		"negative length":  {head + "Content-Length: -1\r\n\r\nab", 0, ""},
		"unknown coding":   {head + "Transfer-Encoding: what\r\n\r\nab", 0, ""},
		"short body":       {head + "Content-Length: 10\r\n\r\n{\"a\"", 200, `{"a"`},
		"chunks end early": {head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", 200, "abc"},
		"chunk size":       {head + "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n", 200, ""},
		"no gzip":          {head + "Content-Encoding: gzip\r\nContent-Length: 14\r\n\r\nthis is no zip", 200, ""},
		"gzip cut":         {head + "Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\n" + string(zipped("{}"))[:10], 200, ""},
		"a TLS alert":      {"\x15\x03\x01\x00\x02\x02\x50", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			e := sendOne(t, testRunner(t, answer(t, test.sent), Options{}), get())
			wantProblem(t, e, Malformed)
			if (e.Got == nil) != (test.status == 0) || e.Got != nil && (e.Got.Status != test.status || string(e.Got.Body) != test.body) {
				t.Errorf("got %+v", e.Got)
			}
			if text := e.Problem.Error(); len(text) > maxText+3 || strings.ContainsAny(text, "\x1b\x00\r\n") {
				t.Errorf("the problem's text has %d bytes: %.80q", len(text), text)
			}
		})
	}
}

// Answers that may be lawful, of which more comes than is read outside a body.
func TestTooLong(t *testing.T) {
	const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	for name, test := range map[string]struct {
		sent, says string
		status     int
	}{
		"a million headers":   {"HTTP/1.1 200 OK\r\n" + strings.Repeat("a:\r\n", 15000) + "\r\n", "64 KiB or 1000 lines", 0},
		"headers to the byte": {"HTTP/1.1 200 OK\r\n" + strings.Repeat("X-A: b\r\n", 9000), "64 KiB or 1000 lines", 0},
		"a huge header":       {"HTTP/1.1 200 OK\r\nA: " + strings.Repeat("x", 1<<20) + "\r\n\r\n", "64 KiB or 1000 lines", 0},
		"a huge line":         {"HTTP/1.1 200 " + strings.Repeat("\x1b", 1<<20), "64 KiB or 1000 lines", 0},
		"interim answers":     {strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 9000), "64 KiB or 1000 lines", 0},
		"a chunk extension":   {chunked + "2;x=" + strings.Repeat("y", 5000) + "\r\n{}\r\n0\r\n\r\n", "line too long", 200},
		"chunk extensions":    {chunked + strings.Repeat("1;x="+strings.Repeat("y", 1000)+"\r\n \r\n", 100) + "0\r\n\r\n", "too much non-data", 200},
		"a long trailer":      {chunked + "2\r\n{}\r\n0\r\nX-A: " + strings.Repeat("y", 5000) + "\r\n\r\n", "long trailer", 200},
	} {
		t.Run(name, func(t *testing.T) {
			e := sendOne(t, testRunner(t, answer(t, test.sent), Options{}), get())
			wantProblem(t, e, TooLong)
			if (e.Got == nil) != (test.status == 0) || e.Got != nil && e.Got.Status != test.status || !strings.Contains(e.Problem.Error(), test.says) {
				t.Errorf("got %+v: %s", e.Got, e.Problem)
			}
			if text := e.Problem.Error(); len(text) > maxText+3 || strings.ContainsAny(text, "\x1b\x00\r\n") {
				t.Errorf("the problem's text has %d bytes: %.80q", len(text), text)
			}
		})
	}
}

// Answers that are unusual, and lawful.
func TestLenient(t *testing.T) {
	bare := deflated("{}")[2:]
	bare = bare[:len(bare)-4] // without zlib's head and checksum
	for name, test := range map[string]struct{ sent, body string }{
		"interim answers":    {"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 102 P\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "{}"},
		"until the end":      {"HTTP/1.1 200 OK\r\n\r\n{}", "{}"},
		"HTTP/1.0":           {"HTTP/1.0 200 OK\r\n\r\n{}", "{}"},
		"no reason":          {"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n{}", "{}"},
		"trailers":           {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: A\r\n\r\n2;x=y\r\n{}\r\n0\r\nA: b\r\n\r\n", "{}"},
		"gzip":               {fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: GZip\r\nContent-Length: %d\r\n\r\n%s", len(zipped("{}")), zipped("{}")), "{}"},
		"gzip of nothing":    {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n", ""},
		"zlib":               {fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: %d\r\n\r\n%s", len(deflated("{}")), deflated("{}")), "{}"},
		"bare deflate":       {fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: %d\r\n\r\n%s", len(bare), bare), "{}"},
		"deflate of nothing": {"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: 0\r\n\r\n", ""},
		"gzip, once":         {fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(zipped(string(zipped("{}")))), zipped(string(zipped("{}")))), string(zipped("{}"))},
		"gzip, twice":        {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: 2\r\n\r\n{}", "{}"},
		"other coding":       {"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\n{}", "{}"},
		"not UTF-8":          {"HTTP/1.1 200 OK\r\nX: \xff\r\nContent-Length: 2\r\n\r\n\xff\xfe", "\xff\xfe"},
	} {
		t.Run(name, func(t *testing.T) {
			e := sendOne(t, testRunner(t, answer(t, test.sent), Options{}), get())
			wantStatus(t, e, http.StatusOK)
			if string(e.Got.Body) != test.body || e.Got.Truncated {
				t.Errorf("body %q, truncated %t; want %q", e.Got.Body, e.Got.Truncated, test.body)
			}
		})
	}
}

func zipped(text string) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	io.WriteString(w, text)
	w.Close()
	return out.Bytes()
}

func deflated(text string) string {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	io.WriteString(w, text)
	w.Close()
	return out.String()
}

// endless is an endless body, and how much of it was sent.
func endless(t *testing.T, head string, piece []byte) (url string, sent *atomic.Int64) {
	t.Helper()
	sent = new(atomic.Int64)
	return raw(t, func(_ int, conn net.Conn, in *bufio.Reader) {
		if readRequest(in) != nil {
			return
		}
		io.WriteString(conn, head)
		for {
			n, err := conn.Write(piece)
			sent.Add(int64(n))
			if err != nil {
				return
			}
		}
	}), sent
}

func TestTruncated(t *testing.T) {
	const limit = 100 << 10
	piece := bytes.Repeat([]byte("x"), 1000)
	chunk := append(append([]byte("3e8\r\n"), piece...), "\r\n"...)
	for name, test := range map[string]struct {
		head  string
		piece []byte
	}{
		"until the end": {"HTTP/1.1 200 OK\r\n\r\n", piece},
		"chunked":       {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunk},
		"announced":     {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", piece},
	} {
		t.Run(name, func(t *testing.T) {
			url, sent := endless(t, test.head, test.piece)
			e := sendOne(t, testRunner(t, url, Options{MaxBody: limit}), get())
			wantStatus(t, e, http.StatusOK)
			if !e.Got.Truncated || len(e.Got.Body) != maxKept || cap(e.Got.Body) > 2*maxKept {
				t.Errorf("truncated %t, %d bytes of %d", e.Got.Truncated, len(e.Got.Body), cap(e.Got.Body))
			}
			// What was read and what the sockets' buffers hold.
			if n := sent.Load(); n > 64<<20 {
				t.Errorf("%d bytes were sent", n)
			}
		})
	}
}

func TestExactLimit(t *testing.T) {
	for size, truncated := range map[int]bool{999: false, 1000: false, 1001: true} {
		for name, header := range map[string]string{"announced": fmt.Sprint("Content-Length: ", size), "open": "X: y"} {
			sent := "HTTP/1.1 200 OK\r\n" + header + "\r\n\r\n" + strings.Repeat("x", size)
			e := sendOne(t, testRunner(t, answer(t, sent), Options{MaxBody: 1000}), get())
			wantStatus(t, e, http.StatusOK)
			if e.Got.Truncated != truncated || len(e.Got.Body) != min(size, 1000) {
				t.Errorf("%s, %d bytes: truncated %t, %d bytes", name, size, e.Got.Truncated, len(e.Got.Body))
			}
		}
	}
}

func TestBombs(t *testing.T) {
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	for range 16 {
		w.Write(make([]byte, 1<<20))
	}
	w.Close()
	var nothing bytes.Buffer // blocks that unpack to nothing
	w = gzip.NewWriter(&nothing)
	for range 1 << 18 {
		w.Flush()
	}
	for name, body := range map[string][]byte{"to 16 MiB": bomb.Bytes(), "to nothing": nothing.Bytes()} {
		head := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n", len(body))
		e := sendOne(t, testRunner(t, answer(t, head+string(body)), Options{}), get())
		wantStatus(t, e, http.StatusOK)
		if !e.Got.Truncated || len(e.Got.Body) > maxKept {
			t.Errorf("%s: truncated %t, %d bytes", name, e.Got.Truncated, len(e.Got.Body))
		}
	}
}

// Endless interim answers end by their size, whatever the deadline.
func TestEndlessInterim(t *testing.T) {
	url, sent := endless(t, "", []byte("HTTP/1.1 103 Early Hints\r\n\r\n"))
	e := sendOne(t, testRunner(t, url, Options{CaseTimeout: time.Hour}), get())
	wantProblem(t, e, TooLong)
	if n := sent.Load(); n > 64<<20 {
		t.Errorf("%d bytes were sent", n)
	}
}

func TestDeadlines(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		head, drip string
		status     int
		says       string
	}{
		"silence":       {"", "", 0, "did not come within 1s"},
		"half a head":   {"HTTP/1.1 200 OK\r\nA: ", "x", 0, "did not come"},
		"dripping body": {"HTTP/1.1 200 OK\r\n\r\n", "x", 200, "did not end within 1s"},
		"dripping gzip": {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + string(zipped("x"))[:10], "\x00\x00\x00\xff\xff", 200, "did not end"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := raw(t, func(_ int, conn net.Conn, in *bufio.Reader) {
				if readRequest(in) != nil {
					return
				}
				io.WriteString(conn, test.head)
				for test.drip != "" {
					time.Sleep(time.Millisecond)
					if _, err := io.WriteString(conn, test.drip); err != nil {
						return
					}
				}
				io.Copy(io.Discard, conn)
			})
			e := sendOne(t, testRunner(t, url, Options{CaseTimeout: time.Second}), get())
			wantProblem(t, e, Deadline)
			if (e.Got == nil) != (test.status == 0) || !strings.Contains(e.Problem.Error(), test.says) {
				t.Errorf("got %+v: %s", e.Got, e.Problem)
			}
		})
	}
}

func TestReset(t *testing.T) {
	for name, head := range map[string]string{"before the answer": "", "in the body": "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"} {
		url := raw(t, func(_ int, conn net.Conn, in *bufio.Reader) {
			if readRequest(in) != nil {
				return
			}
			io.WriteString(conn, head)
			conn.(*net.TCPConn).SetLinger(0)
		})
		e := sendOne(t, testRunner(t, url, Options{}), get())
		wantProblem(t, e, Malformed)
		if strings.Contains(e.Problem.Error(), "127.0.0.1") {
			t.Errorf("%s: %s", name, e.Problem) // Our port would differ at each run.
		}
	}
}

// A redirect is an answer. Nothing is sent to where it points.
func TestRedirectsAreNotFollowed(t *testing.T) {
	var elsewhere atomic.Int64
	other := newServer(t, func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) })
	for _, status := range []int{301, 302, 303, 307, 308} {
		url := newServer(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other+"/x", status) })
		wantStatus(t, sendOne(t, testRunner(t, url, Options{}), get()), status)
	}
	if n := elsewhere.Load(); n != 0 {
		t.Errorf("%d requests went to another host", n)
	}
}

// What follows an answer must not become the answer to another request: neither
// what comes with it, nor what comes before the next request is sent.
func TestSurplusIsNoAnswer(t *testing.T) {
	const answer, surplus = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 500 Injected\r\nContent-Length: 0\r\n\r\n"
	release, written := make(chan bool), make(chan bool)
	config := &tls.Config{Certificates: []tls.Certificate{certificate(t, "127.0.0.1", time.Now().Add(time.Hour))}}
	for name, serve := range map[string]func(conn net.Conn){
		"with the answer": func(conn net.Conn) {
			io.WriteString(conn, answer+surplus)
			<-release
			written <- true
		},
		"after the answer": func(conn net.Conn) {
			io.WriteString(conn, answer)
			<-release
			io.WriteString(conn, surplus)
			written <- true
		},
	} {
		for _, secure := range []bool{false, true} {
			url := raw(t, func(_ int, conn net.Conn, in *bufio.Reader) {
				if secure {
					conn = tls.Server(conn, config)
					in = bufio.NewReader(conn)
				}
				for readRequest(in) == nil {
					serve(conn)
				}
			})
			wantNoSurplus(t, name, url, secure, func() { release <- true; <-written })
		}
	}
	// Two records in one segment: the second waits inside TLS, unseen by the socket.
	url := raw(t, func(_ int, conn net.Conn, _ *bufio.Reader) {
		held := &heldConn{Conn: conn}
		secured := tls.Server(held, config)
		for in := bufio.NewReader(secured); readRequest(in) == nil; {
			held.hold = true
			io.WriteString(secured, answer)
			io.WriteString(secured, surplus)
			held.flush()
		}
	})
	wantNoSurplus(t, "two records", url, true, func() {})
}

func wantNoSurplus(t *testing.T, name, url string, secure bool, between func()) {
	t.Helper()
	tg := testTarget(t, url)
	if secure {
		tg.BaseURL.Scheme, tg.TLS.Insecure = "https", true
	}
	r, err := New(testModel(), tg, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for range 5 {
		e, _ := preflightOf(t.Context(), r, get(), 0)
		if e.Problem != nil || e.Got.Status != http.StatusOK {
			t.Fatalf("%s, TLS %t: got %+v, %v", name, secure, e.Got, e.Problem)
		}
		between()
	}
}

// heldConn writes at once what was written while it was held.
type heldConn struct {
	net.Conn

	hold bool
	kept []byte
}

func (c *heldConn) Write(p []byte) (int, error) {
	if !c.hold {
		return c.Conn.Write(p)
	}
	c.kept = append(c.kept, p...)
	return len(p), nil
}

func (c *heldConn) flush() {
	c.Conn.Write(c.kept)
	c.kept, c.hold = nil, false
}

// A server may close an idle connection whenever it likes. Which case comes next
// is chance.
func TestStaleConnections(t *testing.T) {
	var served atomic.Int64
	url := raw(t, func(_ int, conn net.Conn, in *bufio.Reader) {
		for i := 0; readRequest(in) == nil; i++ {
			if i == 1 {
				return // The second request of every connection gets no answer.
			}
			served.Add(1)
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
		}
	})
	cases := make([]plan.Case, 20)
	for i := range cases {
		cases[i] = get()
		if i%2 == 1 {
			cases[i] = post(&plan.Body{MediaType: "application/json", Value: i})
		}
	}
	run := testRunner(t, url, Options{Jobs: 4}).Start(t.Context(), cases, upTo(len(cases)))
	for i := range cases {
		e := run.Await(i)
		wantStatus(t, e, http.StatusOK)
		if e.Attempts != 1 {
			t.Errorf("%d attempts", e.Attempts)
		}
	}
	if served.Load() != int64(len(cases)) {
		t.Errorf("%d answers for %d cases", served.Load(), len(cases))
	}
}

// A server that closes without an answer is malformed, not asked for ever.
func TestSilentForEver(t *testing.T) {
	var connections atomic.Int64
	url := raw(t, func(_ int, _ net.Conn, in *bufio.Reader) {
		connections.Add(1)
		readRequest(in)
	})
	wantProblem(t, sendOne(t, testRunner(t, url, Options{}), get()), Malformed)
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections", n)
	}
}

// An answer that comes before a long body was read is an answer.
func TestEarlyAnswer(t *testing.T) {
	answered := make(chan bool)
	defer close(answered)
	url := raw(t, func(_ int, conn net.Conn, in *bufio.Reader) {
		in.ReadString('\n')
		io.WriteString(conn, "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}")
		<-answered // To close with bytes unread takes back the answer.
	})
	c := post(&plan.Body{MediaType: "text/plain", Raw: strings.Repeat("x", 32<<20), Verbatim: true})
	wantStatus(t, sendOne(t, testRunner(t, url, Options{}), c), http.StatusRequestEntityTooLarge)
}

func TestUnreachable(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	for _, r := range []*Runner{testRunner(t, "http://"+listener.Addr().String(), Options{}), nameless(t)} {
		e := sendOne(t, r, get())
		wantProblem(t, e, Unreachable)
		if e.Got != nil || e.Sent.Method != http.MethodGet {
			t.Errorf("%+v", e)
		}
	}
}

func TestUnreachableInTime(t *testing.T) {
	r := testRunner(t, "http://127.0.0.1:1", Options{})
	run := t.Context()
	attempt, cancel := context.WithTimeout(run, 0)
	defer cancel()
	if p := r.classify(run, attempt, at(dialing, context.DeadlineExceeded)); p.Kind != Unreachable || !strings.Contains(p.Error(), "within 10s") {
		t.Errorf("%s: %s", p.Kind, p)
	}
	if p := r.classify(run, attempt, at(handshaking, context.DeadlineExceeded)); p.Kind != Deadline {
		t.Errorf("%s: %s", p.Kind, p)
	}
}

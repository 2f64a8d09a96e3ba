package main

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

var answered atomic.Int64

// answerRight answers as the contract has it.
func answerRight(conn net.Conn, _ *http.Request) {
	io.WriteString(conn, whole("200 OK", fmt.Sprintf(`{"task_id":"%032x"}`, answered.Add(1))))
}

// whole is an answer that is well-formed, with header lines.
func whole(status, body string, lines ...string) string {
	lines = append([]string{"HTTP/1.1 " + status, fmt.Sprint("Content-Length: ", len(body)), "Content-Type: application/json"}, lines...)
	return strings.Join(lines, "\r\n") + "\r\n\r\n" + body
}

// says answers with some bytes.
func says(text string) reply {
	return func(conn net.Conn, _ *http.Request) { io.WriteString(conn, text) }
}

// answers is a well-formed answer of status 200.
func answers(body string, lines ...string) reply { return says(whole("200 OK", body, lines...)) }

// endless sends a piece again and again after a head.
func endless(head, piece string) reply {
	piece = strings.Repeat(piece, 1+(16<<10)/len(piece))
	return func(conn net.Conn, _ *http.Request) {
		io.WriteString(conn, head)
		for {
			if _, err := io.WriteString(conn, piece); err != nil {
				return
			}
		}
	}
}

// drips sends a piece again and again after a head, slowly.
func drips(head, piece string) reply {
	return func(conn net.Conn, _ *http.Request) {
		io.WriteString(conn, head)
		for {
			time.Sleep(time.Millisecond)
			if _, err := io.WriteString(conn, piece); err != nil {
				return
			}
		}
	}
}

// silence answers nothing until the other side hangs up.
func silence(conn net.Conn, _ *http.Request) { io.Copy(io.Discard, conn) }

// resets sends something and resets the connection.
func resets(text string) reply {
	return func(conn net.Conn, _ *http.Request) {
		io.WriteString(conn, text)
		conn.(*net.TCPConn).SetLinger(0)
	}
}

// echoes answers with what a function makes of the credential in the request.
func echoes(write func(token string) string) reply {
	return func(conn net.Conn, r *http.Request) { io.WriteString(conn, write(r.Header.Get(tokenHeader))) }
}

func gzipped(text string) string {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	io.WriteString(w, text)
	w.Close()
	return out.String()
}

func deflated(text string) string {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	io.WriteString(w, text)
	w.Close()
	return out.String()
}

// emptied is gzip that unpacks to nothing, however much of it there is.
func emptied() string {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	for range 1 << 18 {
		w.Flush()
	}
	return out.String()
}

// maxRead is how much is read of a body.
const maxRead = 1 << 20

// filled repeats a piece between an opening and an end, to the most that is read.
func filled(open, piece, end string) string {
	return open + strings.Repeat(piece, (maxRead-len(open)-len(end))/len(piece)) + end
}

// fills answers with what filled gives. It is not made before it is sent, and
// not kept: the memory of the tests counts as that of the processes they start.
func fills(open, piece, end string) reply {
	return func(conn net.Conn, _ *http.Request) { io.WriteString(conn, whole("200 OK", filled(open, piece, end))) }
}

// distinctMembers answers with an object of as many members as are read, each of
// a name of its own.
func distinctMembers(conn net.Conn, _ *http.Request) {
	var b strings.Builder
	b.WriteString(`{"task_id":0`)
	for i := 0; b.Len() < maxRead-20; i++ {
		fmt.Fprintf(&b, `,"%x":0`, i)
	}
	io.WriteString(conn, whole("200 OK", b.String()+"}"))
}

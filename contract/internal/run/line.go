package run

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// The bounds of an answer's head, interim answers included.
const (
	maxHead  = 64 << 10
	maxLines = 1000
)

// What is wrong with an answer besides what net/http's parser says.
var (
	errStale  = errors.New("the connection was closed before an answer came, between two requests")
	errSilent = errors.New("the connection was closed before an answer came")
	errHead   = fmt.Errorf("it is longer than %d KiB or %d lines", maxHead>>10, maxLines)
	errProto  = errors.New("it is not HTTP/1")
)

// line is one connection to the target. It belongs to one exchange at a time.
type line struct {
	conn net.Conn
	raw  net.Conn // below TLS
	in   *bufio.Reader
	out  *bufio.Writer
	// allowance is how many bytes may still come of an answer's head; once the
	// body is read, which has its own limit, it is negative.
	allowance int
	used      bool
	// surplus tells that more came than the answer that was read.
	surplus bool
	probe   [1]byte
	// panicked is what a handler of this process panicked with.
	panicked atomic.Pointer[string]
}

// Read is the connection's, within the allowance.
func (l *line) Read(p []byte) (int, error) {
	if l.allowance == 0 {
		return 0, errHead
	}
	if l.allowance > 0 && len(p) > l.allowance {
		p = p[:l.allowance]
	}
	n, err := l.conn.Read(p)
	if l.allowance > 0 {
		l.allowance -= n
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "read" {
		err = op.Err // Without our port, which differs at each run.
	}
	return n, err
}

// past is a deadline that is over.
var past = time.Unix(1, 0)

// abort ends whatever the line waits for.
func (l *line) abort() { _ = l.conn.SetDeadline(past) }

func (l *line) close() { _ = l.conn.Close() }

// quiet reports whether nothing came on an idle line: neither its end nor bytes
// that belong to no request.
func (l *line) quiet() bool {
	if !l.still() {
		return false
	}
	if l.conn == l.raw {
		return true
	}
	// TLS can hold records that it has read and nobody asked for.
	_ = l.conn.SetReadDeadline(past)
	_, err := l.in.Peek(1)
	_ = l.conn.SetReadDeadline(time.Time{})
	return isTimeout(err)
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// exchange sends a request and reads its answer. The line is clean when it can
// be used again.
func (l *line) exchange(req *http.Request, absolute bool, maxBody int64) (got *Received, clean bool, err error) {
	sent := l.start(req, absolute)
	response, err := l.head(req) //nolint:bodyclose // It is read to its end, or the connection closed.
	if err != nil {
		l.close() // It ends the sending too.
		<-sent
		return nil, false, err
	}
	got, whole, err := receive(response, maxBody)
	if !whole {
		l.close()
	}
	l.surplus = whole && l.in.Buffered() > 0
	clean = l.finished(sent) && whole && !l.surplus &&
		!response.Close && response.StatusCode != http.StatusSwitchingProtocols
	return got, clean, err
}

// maxAtOnce is how long a body may be to be sent before the answer is read: a
// socket's buffers take it though nobody reads.
const maxAtOnce = 16 << 10

// start sends a request. A long one is sent while the answer is read: a target
// may answer before it has read all, and read no more. The channel tells what
// became of the sending; the answer matters more.
func (l *line) start(req *http.Request, absolute bool) <-chan bool {
	sent := make(chan bool, 1)
	_, socket := l.raw.(*net.TCPConn)
	if req.Body == nil || socket && req.ContentLength <= maxAtOnce {
		sent <- l.write(req, absolute) == nil
	} else {
		go func() { sent <- l.write(req, absolute) == nil }()
	}
	return sent
}

// sendingGrace is how long a request that is already answered may take to be
// sent to its end, for the connection to be used again.
const sendingGrace = 10 * time.Millisecond

// finished reports whether the whole request was sent, and makes sure that
// nothing is sent afterwards.
func (l *line) finished(sent <-chan bool) bool {
	select {
	case whole := <-sent:
		return whole
	default:
	}
	select {
	case whole := <-sent:
		return whole
	case <-time.After(sendingGrace):
		l.close()
		<-sent
		return false
	}
}

func (l *line) write(req *http.Request, absolute bool) error {
	send := req.Write
	if absolute {
		send = req.WriteProxy
	}
	err := send(l.out)
	if err == nil {
		err = l.out.Flush()
	}
	if err != nil {
		return fmt.Errorf("the request cannot be sent: %w", err)
	}
	return nil
}

// head reads the head of the final answer. Interim answers (RFC 9110, section
// 15.2) are passed over, within the same bound.
func (l *line) head(req *http.Request) (*http.Response, error) {
	l.allowance = maxHead
	if _, err := l.in.Peek(1); err != nil {
		return nil, l.unanswered(err)
	}
	l.used = true
	for {
		response, err := http.ReadResponse(l.in, req)
		switch {
		case err != nil:
		case response.ProtoMajor != 1:
			err = fmt.Errorf("%w but %q", errProto, response.Proto)
		case response.StatusCode < http.StatusContinue:
			err = fmt.Errorf("a status is at least 100, not %03d", response.StatusCode)
		case lines(response.Header) > maxLines:
			err = errHead
		case response.StatusCode >= http.StatusOK || response.StatusCode == http.StatusSwitchingProtocols:
			l.allowance = -1
			return response, nil
		}
		if err != nil && l.allowance == 0 {
			err = errHead // The parser takes what is missing for a mistake.
		}
		if err != nil {
			return nil, fmt.Errorf("the answer's head cannot be read: %w", err)
		}
	}
}

// unanswered says why not a byte came.
func (l *line) unanswered(err error) error {
	switch {
	case isTimeout(err):
		return err // The exchange was aborted; its context knows why.
	case l.used:
		return errStale
	default:
		return fmt.Errorf("%w (%w)", errSilent, err)
	}
}

func lines(h http.Header) int {
	n := 0
	for _, values := range h {
		n += len(values)
	}
	return n
}

// explain replaces an error that a panic of the handler caused.
func (l *line) explain(err error) error {
	if text := l.panicked.Load(); text != nil {
		return errors.New(*text)
	}
	return err
}

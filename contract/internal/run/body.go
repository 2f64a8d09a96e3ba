package run

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// maxKept is how much is kept of a body that is longer than the limit: enough
// for a person to see what it is, little enough for every case to have one.
const maxKept = 64 << 10

// receive reads an answer's body up to limit bytes. whole tells that it was read
// to its end, so that the connection can be used again.
func receive(response *http.Response, limit int64) (got *Received, whole bool, err error) {
	got = &Received{Status: response.StatusCode, Header: response.Header}
	wire := &limited{from: response.Body, left: limit}
	var body io.Reader = wire
	if u := unpacker(response, wire); u != nil {
		got.Unpacked = true
		body = &limited{from: u, left: limit}
	}
	got.Body, err = read(body, response.ContentLength, limit)
	if errors.Is(err, errLimit) {
		got.Truncated = true
		got.Body = append([]byte(nil), got.Body[:min(len(got.Body), maxKept)]...)
		return got, false, nil
	}
	if err != nil {
		return got, false, fmt.Errorf("%w, but %d bytes: %w", errBegun, len(got.Body), err)
	}
	return got, wire.ended, nil
}

// unpacker reads what is below the coding of a body, nil if there is none that is
// known. No request asked for one, but a target may choose it (RFC 9110, section
// 12.5.3).
func unpacker(r *http.Response, wire io.Reader) *unpacked {
	coding := strings.ToLower(strings.TrimSpace(strings.Join(r.Header.Values("Content-Encoding"), ",")))
	switch {
	case r.Body == http.NoBody:
	case coding == "gzip" || coding == "x-gzip":
		return &unpacked{coding: coding, wire: wire, open: func(r *bufio.Reader) (io.Reader, error) { return gzip.NewReader(r) }}
	case coding == "deflate":
		return &unpacked{coding: coding, wire: wire, open: inflate}
	}
	return nil
}

// inflate reads the zlib format (RFC 9110, section 8.4.1.2), or what some send
// in its place, deflate without its frame.
func inflate(r *bufio.Reader) (io.Reader, error) {
	const method, check = 8, 31 // RFC 1950, section 2.2
	head, _ := r.Peek(2)        // the next read gives the error again
	if len(head) < 2 || head[0]&0xf != method || (int(head[0])<<8|int(head[1]))%check != 0 {
		return flate.NewReader(r), nil
	}
	framed, err := zlib.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("read its frame: %w", err)
	}
	return framed, nil
}

// errLimit tells that there is more to read than the limit.
var errLimit = errors.New("the body is longer than the limit")

// limited reads up to a number of bytes, and gives errLimit if there are more.
type limited struct {
	from  io.Reader
	left  int64
	ended bool
}

func (l *limited) Read(p []byte) (int, error) {
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.from.Read(p)
	if int64(n) > l.left {
		n, err = int(l.left), errLimit
	}
	l.left -= int64(n)
	l.ended = l.ended || errors.Is(err, io.EOF)
	return n, err
}

// unpacked reads what is below a coding. An empty body is taken as one.
type unpacked struct {
	coding string
	wire   io.Reader
	open   func(*bufio.Reader) (io.Reader, error)
	from   io.Reader
}

func (u *unpacked) Read(p []byte) (n int, err error) {
	if u.from == nil {
		wire := bufio.NewReader(u.wire)
		if _, err = wire.Peek(1); errors.Is(err, io.EOF) {
			return 0, io.EOF
		}
		u.from, err = u.open(wire)
	}
	if err == nil {
		n, err = u.from.Read(p)
	}
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, errLimit) {
		err = fmt.Errorf("as %s, which its Content-Encoding names: %w", u.coding, err)
	}
	return n, err
}

// read reads to the end. A length that is announced saves growing; a false one
// costs no more than the limit.
func read(from io.Reader, announced, limit int64) ([]byte, error) {
	const least = 512
	size := int64(least)
	if announced >= 0 && announced <= limit {
		size = announced + 1 // The end is seen without growing.
	}
	body := make([]byte, 0, size)
	for {
		n, err := from.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if errors.Is(err, io.EOF) {
			return body, nil
		}
		if err != nil {
			return body, err //nolint:wrapcheck // The caller says what was read.
		}
		if len(body) == cap(body) {
			body = append(body, 0)[:len(body)]
		}
	}
}

package run

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/apiclause/clause/contract/internal/coding"
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
	if u := coding.Reader(coding.Of(response.Header), wire); u != nil && response.Body != http.NoBody {
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

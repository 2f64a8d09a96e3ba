// Package coding undoes the content codings of bodies (RFC 9110, section 8.4): gzip
// and deflate. No request of this module asks for one, but a server may choose it all
// the same, and recordings have what browsers asked for.
package coding

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

// Of names the coding of a body by its header, in lower case; "" for none.
func Of(h http.Header) string {
	name := strings.ToLower(strings.TrimSpace(strings.Join(h.Values("Content-Encoding"), ",")))
	if name == "identity" {
		return ""
	}
	return name
}

// Reader gives a reader of what is below a coding; nil for one that is not known. An
// empty body is taken as one. What it reads may be much more than what is packed: the
// caller sets the limit.
func Reader(name string, packed io.Reader) io.Reader {
	switch name {
	case "gzip", "x-gzip":
		return &reader{name: name, packed: packed, open: func(r *bufio.Reader) (io.Reader, error) { return gzip.NewReader(r) }}
	case "deflate":
		return &reader{name: name, packed: packed, open: inflate}
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

// reader opens what is packed when it is first read.
type reader struct {
	name   string
	packed io.Reader
	open   func(*bufio.Reader) (io.Reader, error)
	from   io.Reader
}

// Read reads what is below the coding.
func (r *reader) Read(p []byte) (n int, err error) {
	if r.from == nil {
		packed := bufio.NewReader(r.packed)
		if _, err = packed.Peek(1); errors.Is(err, io.EOF) {
			return 0, io.EOF
		}
		r.from, err = r.open(packed)
	}
	if err == nil {
		n, err = r.from.Read(p)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("as %s, which its Content-Encoding names: %w", r.name, err)
	}
	return n, err
}

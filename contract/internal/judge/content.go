package judge

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/internal/run"
)

// maxDecoded bounds, in bytes, what a compressed body may grow to: no more than
// is read of one that is not.
const maxDecoded = 1 << 20

// content is a body without its content coding (RFC 9110, section 8.4). A
// server may choose a coding even when the request asked for none.
type content struct {
	body []byte
	// cut tells that the body goes on beyond what was read.
	cut bool
	// opaque tells that the coding is not known, so the body cannot be read.
	opaque bool
}

// decode undoes the coding of a body. One that is not in the coding of its
// header was decoded before, as in recorded exchanges, and is taken as it is.
func decode(got *run.Received) content {
	plain := content{body: got.Body, cut: got.Truncated}
	coding := strings.ToLower(strings.TrimSpace(strings.Join(got.Header.Values("Content-Encoding"), ",")))
	if coding == "" || coding == "identity" || len(got.Body) == 0 || got.Unpacked {
		return plain
	}
	reader, known := decoder(coding, got.Body)
	if !known {
		plain.opaque = !utf8.Valid(got.Body)
		return plain
	}
	if reader == nil {
		return plain
	}
	body, err := io.ReadAll(io.LimitReader(reader, maxDecoded+1))
	switch {
	case len(body) > maxDecoded:
		return content{body: body[:maxDecoded], cut: true}
	case err != nil && !got.Truncated:
		return plain
	}
	return content{body: body, cut: got.Truncated}
}

// Weight says how many bytes of a body judging an exchange has in hand: what is
// made of them can take fifty times as much. It is at most MaxWeight.
func Weight(x *run.Exchange) int64 {
	switch {
	case x.Got == nil:
		return 0
	case x.Got.Header.Get("Content-Encoding") != "" && !x.Got.Unpacked:
		return MaxWeight
	}
	return min(int64(len(x.Got.Body)), MaxWeight)
}

// MaxWeight is the most that an exchange weighs.
const MaxWeight = maxDecoded

// decoder gives the reader of a coding, nil for a body that is not in it.
func decoder(coding string, body []byte) (reader io.Reader, known bool) {
	switch coding {
	case "gzip", "x-gzip":
		if r, err := gzip.NewReader(bytes.NewReader(body)); err == nil {
			return r, true
		}
		return nil, true
	case "deflate":
		// RFC 9110, section 8.4.1.2: the zlib format, and some send it bare.
		if r, err := zlib.NewReader(bytes.NewReader(body)); err == nil {
			return r, true
		}
		return flate.NewReader(bytes.NewReader(body)), true
	}
	return nil, false
}

// bodiless reports whether an answer has no body whatever its header says
// (RFC 9112, section 6.3; RFC 9110, section 15.3.6).
func bodiless(method string, status int) bool {
	switch status {
	case http.StatusNoContent, http.StatusResetContent, http.StatusNotModified:
		return true
	}
	return method == http.MethodHead || status < http.StatusOK
}

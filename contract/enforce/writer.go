package enforce

import (
	"bufio"
	"io"
	"net"
	"net/http"
)

// tracker knows whether an answer has begun, after which no other can be given.
type tracker struct {
	http.ResponseWriter

	started bool
}

func (t *tracker) WriteHeader(status int) {
	// 1xx are no answers, but 101 hands the connection over.
	if status >= http.StatusOK || status == http.StatusSwitchingProtocols {
		t.started = true
	}
	t.ResponseWriter.WriteHeader(status)
}

func (t *tracker) Write(data []byte) (int, error) {
	t.started = true
	return t.ResponseWriter.Write(data) //nolint:wrapcheck // it stands in for the writer
}

// ReadFrom lets the server send files without copying them.
func (t *tracker) ReadFrom(r io.Reader) (int64, error) {
	t.started = true
	return io.Copy(t.ResponseWriter, r) //nolint:wrapcheck // it stands in for the writer
}

func (t *tracker) Flush() {
	t.started = true
	// A writer that cannot flush is left to send when it likes.
	_ = http.NewResponseController(t.ResponseWriter).Flush()
}

func (t *tracker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(t.ResponseWriter).Hijack()
	t.started = t.started || err == nil
	return conn, rw, err //nolint:wrapcheck // it stands in for the writer
}

// Unwrap is for http.ResponseController.
func (t *tracker) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// started reports whether an answer has begun, as far as can be known: other
// middleware may have wrapped the writer.
func started(w http.ResponseWriter) bool {
	for w != nil {
		if t, ok := w.(*tracker); ok {
			return t.started
		}
		wrapper, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return false
		}
		w = wrapper.Unwrap()
	}
	return false
}

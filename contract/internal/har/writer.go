package har

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"unicode/utf8"
)

// Writer writes entries as they come and keeps none. It is safe for use by
// several goroutines. After the first error it writes nothing more.
type Writer struct {
	mu      sync.Mutex
	out     io.Writer
	creator Creator
	begun   bool
	closed  bool
	err     error
}

// NewWriter makes a Writer. Nothing is written before the first Add, or Close.
func NewWriter(out io.Writer, creator Creator) *Writer {
	return &Writer{out: out, creator: creator}
}

// Add writes an entry.
func (w *Writer) Add(e *Entry) error {
	e.fill()
	data, err := encode(e)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return errors.New("write HAR: an entry after the end")
	}
	return w.write(data)
}

// Close ends the file, which is complete then, even without an entry. It does
// not close what it writes to. The error is the first that a write gave.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return w.err
	}
	if !w.begun {
		_ = w.write(nil) // it is in w.err
	}
	w.closed = true
	return w.put([]byte("\n]}}\n"))
}

// write writes an entry, and what stands before it.
func (w *Writer) write(entry []byte) error {
	before := []byte(",\n")
	if !w.begun {
		w.begun = true
		creator, err := encode(w.creator)
		if err != nil {
			return err
		}
		before = fmt.Appendf(nil, `{"log":{"version":%q,"creator":%s,"entries":[`+"\n", Version, creator)
	}
	return w.put(append(before, entry...))
}

func (w *Writer) put(data []byte) error {
	if w.err != nil {
		return w.err
	}
	if _, err := w.out.Write(data); err != nil {
		w.err = fmt.Errorf("write HAR: %w", err)
	}
	return w.err
}

// fill makes lists of what is none: the form demands them.
func (e *Entry) fill() {
	for _, list := range []*[]Pair{
		&e.Request.Cookies, &e.Request.Headers, &e.Request.QueryString, &e.Response.Cookies, &e.Response.Headers,
	} {
		if *list == nil {
			*list = []Pair{}
		}
	}
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, fmt.Errorf("write HAR: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Text gives a body as the form has it: as text, or in base64 where it is none.
func Text(body []byte) (text *string, encoding string) {
	if utf8.Valid(body) {
		return new(string(body)), ""
	}
	return new(base64.StdEncoding.EncodeToString(body)), "base64"
}

package prove

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"slices"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
)

// view reads a request without using it up.
type view struct {
	request *http.Request
	op      *ruling.Operation
	query   []wire.Pair
	body    any
	read    bool
}

func look(r *http.Request, op *ruling.Operation) *view {
	return &view{request: r, op: op, query: wire.Query(r.URL.RawQuery)}
}

// texts gives what the request carries for a parameter, each element of a list
// apart.
func (v *view) texts(p *spec.Parameter) []string {
	var out []string
	for _, text := range ruling.Live(v.request).Texts(v.op, v.op.Find(p.In, p.Name)) {
		if values, err := p.Style().Read(nil, text); err == nil {
			out = append(out, values...)
		}
	}
	return out
}

// json gives the body as JSON, or the texts of a form in the shape of one; nil where it
// is none.
func (v *view) json() any {
	if v.read || v.request.Body == nil {
		return v.body
	}
	v.read = true
	data, _ := io.ReadAll(v.request.Body) // what cannot be read is for the handler to find
	setBody(v.request, data)
	if m := v.media(); m != nil && m.Kind() != spec.AsJSON {
		v.body = v.written(m, data)
	} else {
		v.body, _ = spec.ParseJSON(data)
	}
	return v.body
}

func setBody(r *http.Request, data []byte) {
	if data == nil {
		return
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(data)), int64(len(data))
	r.Header.Del("Content-Length")
}

// values gives what is sent at a place: texts outside the body, JSON values in
// it. A list is one value; its elements are at a place of their own.
func (v *view) values(at *place) []any {
	if !at.Wire() {
		value, path := v.document(at)
		if value == nil || !v.carries(at) {
			return nil
		}
		return within(value, path)
	}
	texts := v.textsAt(at)
	out := make([]any, len(texts))
	for i, text := range texts {
		out[i] = text
	}
	return out
}

// textsAt gives what the request carries as text at a place.
func (v *view) textsAt(at *place) []string { return at.Texts(v.texts(at.Parameter)) }

// document gives the JSON value that a place is in, and its path there: the body, or
// what a parameter holds; nil where there is none.
func (v *view) document(at *place) (value any, path []string) {
	if at.Parameter == nil {
		return v.json(), at.Path[1:]
	}
	if texts := v.texts(at.Parameter); len(texts) == 1 {
		value, _ = spec.ParseJSON([]byte(texts[0])) // what is none is refused
	}
	return value, at.Path[2:]
}

// within gives the values at a path below a JSON value.
func within(value any, path []string) []any {
	if len(path) == 0 {
		return []any{value}
	}
	first, rest := path[0], path[1:]
	switch v := value.(type) {
	case map[string]any:
		if inner, ok := v[first]; ok {
			return within(inner, rest)
		}
	case []any:
		var out []any
		for _, item := range v {
			if first == element {
				out = append(out, within(item, rest)...)
			}
		}
		return out
	}
	return nil
}

// has tells that something is sent at a place.
func (v *view) has(at *place) bool { return len(v.values(at)) > 0 }

// answer is an answer while it is made: nothing of it is sent before it is whole.
type answer struct {
	status int
	header http.Header
	body   bytes.Buffer
	// length is the Content-Length that is claimed; 0 tells the truth.
	length int
}

func newAnswer() *answer { return &answer{header: http.Header{}} }

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Write implements http.ResponseWriter.
func (a *answer) Write(data []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(data) //nolint:wrapcheck // it never fails
}

// set replaces the body.
func (a *answer) set(body []byte) {
	body = slices.Clone(body) // it may be the buffer's own
	a.body.Reset()
	a.body.Write(body)
}

// send sends the answer.
func (a *answer) send(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	if a.length > 0 {
		w.Header().Set("Content-Length", itoa(a.length))
	}
	if _, typed := a.header["Content-Type"]; !typed {
		w.Header()["Content-Type"] = nil // else net/http guesses one
	}
	w.WriteHeader(max(a.status, http.StatusOK))
	_, _ = w.Write(a.body.Bytes()) // whoever does not read it has gone away
}

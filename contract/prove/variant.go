package prove

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/enforce"
	"github.com/apiclause/clause/contract/internal/spec"
)

// Variant is a conforming implementation that differs from the known-good one
// where contract, HTTP and JSON leave a choice. The suite must not fail it, and
// may warn only of the clauses that the variant declares.
type Variant struct {
	Name        string
	Description string
	// May are the should clauses, by their ids, that the variant breaks.
	May []string

	maker  *maker
	design design
}

// Implementation makes the variant, anew each time.
func (v *Variant) Implementation() (*Implementation, error) {
	handler, err := v.maker.make(v.design)
	return &Implementation{Handler: handler, Target: v.maker.target}, err
}

// Variants derives the conforming variants of a contract.
func Variants(c *contract.Contract) ([]Variant, error) {
	m, err := newMaker(c)
	if err != nil {
		return nil, err
	}
	return m.variants(), nil
}

func (m *maker) variants() []Variant {
	all := []Variant{
		{Name: "parameters-first", Description: "parameters are checked before credentials", design: design{parametersFirst: true}},
		{Name: "unknown-parameters-refused", Description: "query parameters that the contract lacks are refused", design: design{strict: true}},
		{Name: "empty-is-absent", Description: "an empty optional parameter is taken for absent", design: design{before: m.dropEmpty}},
		{Name: "null-is-absent", Description: "null is taken for the absence of an optional member", design: design{before: m.dropNull}},
		{Name: "numbers-loosely", Description: "integers are read with blanks, signs and exponents", design: design{before: m.looseNumbers}},
		{Name: "first-of-several", Description: "of a repeated parameter the first value is taken", design: design{before: m.firstOnly}},
		{
			Name: "other-codes-and-texts", Description: "error bodies have other codes and texts",
			design: design{code: func(enforce.Refusal) string { return "E-17" }, after: otherTexts},
		},
	}
	all = append(all, m.lawfulVariants()...)
	all = append(all, wording()...)
	all = append(all, served()...)
	all = append(all, m.inferred()...)
	all = append(all, m.readings()...)
	for i := range all {
		all[i].maker = m
	}
	return all
}

// wording are other ways to write an answer.
func wording() []Variant {
	return []Variant{
		{Name: "extra-members", Description: "bodies have members that are not documented", design: design{after: extraMembers}},
		{Name: "indented", Description: "bodies are indented, and end with a new line", design: design{after: func(x *exchange) {
			var b bytes.Buffer
			if json.Indent(&b, x.answer.body.Bytes(), "", "  ") == nil {
				x.answer.set(append(b.Bytes(), '\n'))
			}
		}}},
		{Name: "charset", Description: "the media type has the parameter charset", design: design{after: func(x *exchange) {
			if t := x.answer.header.Get("Content-Type"); spec.IsJSON(t) && !strings.Contains(t, ";") {
				x.answer.header.Set("Content-Type", t+";charset=UTF-8")
			}
		}}},
		{Name: "gzip", Description: "bodies are compressed", design: design{after: compressed}},
		{Name: "extra-headers", Description: "answers have headers that are not documented", design: design{after: func(x *exchange) {
			x.answer.header.Set("X-Trace-Id", "0af7651916cd43dd")
			x.answer.header.Set("Cache-Control", "no-store")
		}}},
	}
}

// served are other ways to serve.
func served() []Variant {
	wrapped := func(name, description string, serve func(w http.ResponseWriter, r *http.Request, next http.Handler)) Variant {
		return Variant{Name: name, Description: description, design: design{outside: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serve(w, r, next) })
		}}}
	}
	var n atomic.Int64
	return []Variant{
		wrapped("slow", "each answer takes a few milliseconds", func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			time.Sleep(3 * time.Millisecond)
			next.ServeHTTP(w, r)
		}),
		wrapped("throttled", "one answer in seven is 429 with Retry-After: 0", func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if n.Add(1)%7 == 0 {
				w.Header().Set("Retry-After", "0")
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			next.ServeHTTP(w, r)
		}),
		wrapped("head", "HEAD is answered like GET", func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.Method == http.MethodHead {
				r.Method = http.MethodGet
			}
			next.ServeHTTP(w, r)
		}),
		wrapped("closing", "the connection is closed after each answer", func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			w.Header().Set("Connection", "close")
			next.ServeHTTP(w, r)
		}),
		wrapped("chunked", "answers come in chunks", func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			next.ServeHTTP(flushing{w}, r)
		}),
		wrapped("methods-not-implemented", "a method that a path lacks is answered with 501", notImplemented),
	}
}

func notImplemented(w http.ResponseWriter, r *http.Request, next http.Handler) {
	a := newAnswer()
	next.ServeHTTP(a, r)
	if a.status == http.StatusMethodNotAllowed {
		a.status = http.StatusNotImplemented
	}
	a.send(w)
}

// flushing sends each write at once.
type flushing struct{ http.ResponseWriter }

func (f flushing) Write(data []byte) (int, error) {
	half := len(data) / 2
	n, err := f.ResponseWriter.Write(data[:half])
	_ = http.NewResponseController(f.ResponseWriter).Flush() // it is net/http's own
	if err != nil {
		return n, err //nolint:wrapcheck // it stands in for the writer
	}
	m, err := f.ResponseWriter.Write(data[half:])
	return n + m, err //nolint:wrapcheck // as above
}

func (m *maker) each(r *request, change func(at *place)) bool {
	for _, at := range places(r.op.Operation) {
		change(at)
	}
	return false
}

func (m *maker) dropEmpty(r *request) bool {
	return m.each(r, func(at *place) {
		if at.optional() && at.In() == "query" && len(r.texts(at.Parameter)) == 1 && r.texts(at.Parameter)[0] == "" {
			r.drop(at)
		}
	})
}

func (m *maker) dropNull(r *request) bool {
	return m.each(r, func(at *place) {
		if at.In() != "body" || at.Required || len(at.Path) < 2 || at.IsElement() {
			return
		}
		r.mapValues(at.parent, func(v any) any {
			name := at.Path[len(at.Path)-1]
			if object, ok := v.(map[string]any); ok && object[name] == nil && !at.Schema.Nullable {
				delete(object, name)
			}
			return v
		})
	})
}

func (m *maker) looseNumbers(r *request) bool {
	return m.each(r, func(at *place) {
		if !at.Wire() || at.Schema.Type != "integer" {
			return
		}
		for _, l := range wireReaders["integer"] {
			if l.excluded != "" {
				r.mapValues(at, l.read)
			}
		}
	})
}

func (m *maker) firstOnly(r *request) bool {
	return m.each(r, func(at *place) {
		if at.In() == "query" && at.Schema.Type != "array" && !at.IsElement() && len(r.texts(at.Parameter)) > 1 {
			r.setTexts(at, r.texts(at.Parameter)[:1])
		}
	})
}

func extraMembers(x *exchange) {
	if m := documentedJSON(x); m == nil || m.Schema == nil || m.Schema.Closed {
		return
	}
	x.answer.edit(func(v any) any {
		object, ok := v.(map[string]any)
		if !ok {
			return v
		}
		more := maps.Clone(object)
		for name, value := range map[string]any{"request_id": "7d1f0c", "details": []any{map[string]any{"hint": nil}}} {
			if _, documented := object[name]; !documented {
				more[name] = value
			}
		}
		if s := documentedJSON(x).Schema; len(s.Check(more)) > len(s.Check(object)) {
			return v // they are documented, or forbidden in other words
		}
		return more
	})
}

func documentedJSON(x *exchange) *spec.Media {
	if x.response == nil {
		return nil
	}
	return spec.JSON(x.response.Content)
}

// otherTexts replaces what error bodies say.
func otherTexts(x *exchange) {
	m := documentedJSON(x)
	if m == nil || x.answer.status < http.StatusBadRequest {
		return
	}
	for _, at := range answerPlaces(x.op.Operation, m.Schema) {
		if text := "Ungültige Anfrage"; at.Schema.Carries == "message" && len(at.Schema.Check(text)) == 0 {
			x.answer.edit(func(v any) any { return mapped(v, at.Path[1:], func(any) any { return text }) })
		}
	}
}

func compressed(x *exchange) {
	if x.answer.body.Len() == 0 {
		return
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(x.answer.body.Bytes()) // to a buffer, which takes all
	_ = w.Close()
	x.answer.set(b.Bytes())
	x.answer.header.Set("Content-Encoding", "gzip")
}

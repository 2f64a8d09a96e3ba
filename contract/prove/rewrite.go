package prove

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
)

// request is a request that may be changed before it is looked at, and its
// answer where it is answered at once.
type request struct {
	*view

	answer *answer
}

// mapTexts replaces the texts at a place; in a body, the strings there.
func (r *request) mapTexts(at *place, change func(text string) string) {
	r.mapValues(at, func(v any) any {
		if text, ok := v.(string); ok {
			return change(text)
		}
		return v
	})
}

// mapValues replaces the values at a place: texts outside the body, which stay
// texts, JSON values in it.
func (r *request) mapValues(at *place, change func(v any) any) {
	if !at.Wire() {
		if value, path := r.document(at); value != nil && r.carries(at) {
			r.setDocument(at, mapped(value, path, change))
		}
		return
	}
	values := r.values(at)
	texts := make([]string, len(values))
	same := true
	for i, v := range values {
		texts[i], _ = change(v).(string)
		same = same && texts[i] == v
	}
	if !same {
		r.setTexts(at, texts)
	}
}

// mapped gives a JSON value with those at a path replaced.
func mapped(v any, path []string, change func(v any) any) any {
	if len(path) == 0 {
		return change(v)
	}
	switch node := v.(type) {
	case map[string]any:
		if inner, ok := node[path[0]]; ok {
			node[path[0]] = mapped(inner, path[1:], change)
		}
	case []any:
		for i := range node {
			if path[0] == element {
				node[i] = mapped(node[i], path[1:], change)
			}
		}
	}
	return v
}

// setDocument replaces the JSON value that a place is in.
func (r *request) setDocument(at *place, v any) {
	if at.Parameter == nil {
		r.setJSON(v)
		return
	}
	if data, err := json.Marshal(v); err == nil { // it was read from JSON
		r.carry(at.Parameter, []string{string(data)})
	}
}

func (r *request) setJSON(v any) {
	if m := r.media(); m != nil && m.Kind() != spec.AsJSON {
		r.setWritten(m, v)
		return
	}
	data, err := json.Marshal(v)
	if err != nil {
		return // it was read from JSON, and no change makes another kind of value
	}
	setBody(r.request, data)
	r.body = v
}

// setTexts replaces what the request carries at a place that is sent as text; none
// takes it away.
func (r *request) setTexts(at *place, texts []string) {
	if at.IsMember() {
		texts = at.With(r.texts(at.Parameter), texts)
	}
	r.carry(at.Parameter, texts)
}

// carry replaces the values that the request carries for a parameter.
func (r *request) carry(p *spec.Parameter, values []string) {
	var pairs []wire.Pair
	if len(values) > 0 {
		pairs = p.Style().Pairs(p.Name, values)
	}
	switch p.In {
	case "query":
		i := r.op.Find(p.In, p.Name)
		r.query = slices.DeleteFunc(slices.Clone(r.query), func(pair wire.Pair) bool {
			of, _ := r.op.Query(pair.Name)
			return of == i
		})
		r.query = append(r.query, pairs...)
		changed := *r.request.URL
		changed.RawQuery = wire.WriteQuery(r.query)
		r.request.URL = &changed
	case "path":
		if len(pairs) == 1 {
			r.request.URL = r.op.Template.With(r.request.URL, r.op.Find(p.In, p.Name), pairs[0].Text)
		}
	case "header":
		r.request.Header = r.request.Header.Clone()
		r.request.Header[http.CanonicalHeaderKey(p.Name)] = texts(pairs)
	case "cookie":
		r.setCookies(p.Name, texts(pairs))
	}
}

func texts(pairs []wire.Pair) []string {
	var out []string
	for _, pair := range pairs {
		out = append(out, pair.Text)
	}
	return out
}

func (r *request) setCookies(name string, texts []string) {
	var pairs []string
	for _, c := range r.request.Cookies() {
		if c.Name != name {
			pairs = append(pairs, c.Name+"="+c.Value)
		}
	}
	for _, text := range texts {
		pairs = append(pairs, name+"="+text)
	}
	r.request.Header = r.request.Header.Clone()
	r.request.Header.Del("Cookie")
	if len(pairs) > 0 {
		r.request.Header.Set("Cookie", strings.Join(pairs, "; "))
	}
}

// drop takes away what is sent at a place.
func (r *request) drop(at *place) {
	if at.Wire() || at.Parameter != nil && at.parent == nil {
		r.setTexts(at, nil)
		return
	}
	r.mapValues(at.parent, func(v any) any {
		if object, ok := v.(map[string]any); ok {
			delete(object, at.Path[len(at.Path)-1])
		}
		return v
	})
}

// readBody reads a request's body and leaves one that can be read again.
func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	data, err := io.ReadAll(r.Body)
	setBody(r, data)
	return data, err //nolint:wrapcheck // nobody looks at it
}

// firstJSON tells that a text begins with a JSON document.
func firstJSON(data []byte) bool {
	var v any
	return json.NewDecoder(bytes.NewReader(data)).Decode(&v) == nil
}

package prove

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
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
	if !at.wire() {
		if r.json() != nil {
			r.setJSON(mapped(r.json(), at.path[1:], change))
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

func (r *request) setJSON(v any) {
	data, err := json.Marshal(v)
	if err != nil {
		return // it was read from JSON, and no change makes another kind of value
	}
	setBody(r.request, data)
	r.body = v
}

// setTexts replaces what the request carries for a parameter; none takes it away.
func (r *request) setTexts(at *place, texts []string) {
	p := at.param
	switch p.In {
	case "query":
		r.query[p.Name] = texts
		if len(texts) == 0 {
			delete(r.query, p.Name)
		}
		changed := *r.request.URL
		changed.RawQuery = r.query.Encode()
		r.request.URL = &changed
	case "path":
		if len(texts) == 1 {
			r.request.URL = withPathValue(r.op, r.request.URL, p.Name, texts[0])
		}
	case "header":
		r.request.Header = r.request.Header.Clone()
		r.request.Header[http.CanonicalHeaderKey(p.Name)] = texts
	case "cookie":
		r.setCookies(p.Name, texts)
	}
}

func (r *request) setCookies(name string, texts []string) {
	kept := slices.DeleteFunc(r.request.Cookies(), func(c *http.Cookie) bool { return c.Name == name })
	r.request.Header = r.request.Header.Clone()
	r.request.Header.Del("Cookie")
	for _, text := range texts {
		kept = append(kept, &http.Cookie{Name: name, Value: text}) //nolint:gosec // it goes to the server
	}
	for _, c := range kept {
		r.request.AddCookie(c)
	}
}

// drop takes away what is sent at a place.
func (r *request) drop(at *place) {
	if at.wire() {
		r.setTexts(at, nil)
		return
	}
	r.mapValues(at.parent, func(v any) any {
		if object, ok := v.(map[string]any); ok {
			delete(object, at.path[len(at.path)-1])
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

// Package router serves the paths of an API description that [http.ServeMux] does
// not take together: two of which neither is more specific (/a/{x}/b and /a/c/{y}),
// and those with a parameter beside other text in a segment (/a/{x}.json,
// /a/{x}:cancel, /a/{x}-{y}). Generated servers use it where they have to.
package router

import (
	"net/http"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/route"
)

// Router is an http.Handler. A request is matched by method, then path, on unescaped
// segments; a literal goes before a parameter, from the left, and HEAD is answered
// by a GET. Routes are added before it serves.
type Router struct {
	routes []added
}

type added struct {
	method  string
	path    []segment
	handler http.HandlerFunc
}

// New makes a router without routes.
func New() *Router { return &Router{} }

// HandleFunc adds a route, of which the pattern is a method, a blank and a path
// template. {$} at the end is nothing.
func (r *Router) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	method, path, _ := strings.Cut(pattern, " ")
	r.routes = append(r.routes, added{method, parse(strings.TrimSuffix(path, "{$}")), handler})
	slices.SortStableFunc(r.routes, func(a, b added) int { return slices.CompareFunc(a.path, b.path, compare) })
}

// ServeHTTP calls the handler of the route that a request is for, with the path's
// parameters as its path values. Without one it answers 404, or 405 where there is
// one for another method.
func (r *Router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	path := route.Split(nil, req.URL)
	var allowed []string
	for _, method := range []string{req.Method, http.MethodGet} {
		if method != req.Method && req.Method != http.MethodHead {
			break
		}
		for _, one := range r.routes {
			values, ok := match(one.path, path)
			switch {
			case !ok:
			case one.method != method:
				allowed = append(allowed, one.method)
			default:
				for _, v := range values {
					req.SetPathValue(v.name, v.text)
				}
				one.handler(w, req)
				return
			}
		}
	}
	if len(allowed) == 0 {
		http.NotFound(w, req)
		return
	}
	slices.Sort(allowed)
	w.Header().Set("Allow", strings.Join(slices.Compact(allowed), ", "))
	http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
}

// segment is a part of a path between slashes: texts and, between each two of them,
// a parameter.
type segment struct {
	texts, names []string
}

func parse(template string) []segment {
	var path []segment
	for text := range strings.SplitSeq(strings.TrimPrefix(template, "/"), "/") {
		var s segment
		for {
			before, rest, found := strings.Cut(text, "{")
			s.texts = append(s.texts, before)
			if !found {
				break
			}
			name, after, _ := strings.Cut(rest, "}")
			s.names = append(s.names, name)
			text = after
		}
		path = append(path, s)
	}
	return path
}

// compare puts what is more specific first: literals before parameters, then what
// has more text.
func compare(a, b segment) int {
	if (len(a.names) == 0) != (len(b.names) == 0) {
		return min(len(a.names), 1) - min(len(b.names), 1)
	}
	return len(strings.Join(b.texts, "")) - len(strings.Join(a.texts, ""))
}

// value is the text that stands for a parameter.
type value struct{ name, text string }

func match(template []segment, path []string) (values []value, ok bool) {
	if len(template) != len(path) {
		return nil, false
	}
	for i, s := range template {
		more, ok := s.match(path[i])
		if !ok {
			return nil, false
		}
		values = append(values, more...)
	}
	return values, true
}

// match takes the shortest text for each parameter but the last, and none that is
// empty.
func (s segment) match(text string) (values []value, ok bool) {
	rest, ok := strings.CutPrefix(text, s.texts[0])
	if !ok || len(s.names) == 0 {
		return nil, ok && rest == ""
	}
	last := len(s.names) - 1
	for i, name := range s.names[:last] {
		end := s.end(rest, i)
		if end < 0 {
			return nil, false
		}
		values = append(values, value{name, rest[:end]})
		rest = rest[end+len(s.texts[i+1]):]
	}
	rest, ok = strings.CutSuffix(rest, s.texts[last+1])
	if !ok || rest == "" {
		return nil, false
	}
	return append(values, value{s.names[last], rest}), true
}

// end is where the text of a parameter ends: before the next text, or after one
// character where there is none.
func (s segment) end(rest string, i int) int {
	if rest == "" {
		return -1
	}
	first := 1
	for first < len(rest) && rest[first]&0xc0 == 0x80 { // within a character
		first++
	}
	at := strings.Index(rest[first:], s.texts[i+1])
	if at < 0 {
		return -1
	}
	return first + at
}

// Package route finds which operation of a contract a request is for. It agrees
// with http.ServeMux: a request is matched by method, then path, on unescaped
// segments, and a literal goes before a parameter.
package route

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// MaxSegments is how many path segments most paths have at most: a buffer of
// that size spares Split from allocating.
const MaxSegments = 24

// Template is a path template such as /v1/things/{id}, read.
type Template []Segment

// Segment is one part of a path template, between slashes.
type Segment struct {
	// Param is what Parse was told of the segment's parameter, or -1.
	Param          int
	prefix, suffix string // around the parameter; prefix alone is a literal
}

// Parse reads a path template. index gives the place of a path parameter, or a
// negative number where there is no such parameter, which is an error.
func Parse(template string, index func(name string) int) (Template, error) {
	var t Template
	for text := range strings.SplitSeq(strings.TrimPrefix(template, "/"), "/") {
		prefix, rest, found := strings.Cut(text, "{")
		if !found {
			t = append(t, Segment{Param: -1, prefix: text})
			continue
		}
		name, suffix, _ := strings.Cut(rest, "}")
		i := index(name)
		if i < 0 || strings.Contains(suffix, "{") {
			return nil, fmt.Errorf("path %s: give each segment at most one parameter, and list it under parameters", template)
		}
		t = append(t, Segment{Param: i, prefix: prefix, suffix: suffix})
	}
	return t, nil
}

// Text gives the text of the segment's parameter within a segment of a path that
// matches.
func (s Segment) Text(segment string) string {
	return segment[len(s.prefix) : len(segment)-len(s.suffix)]
}

// Escaped gives the text of the segment's parameter as the path of a URL has it,
// of a path that matches. i is the place of the segment. Only there can a comma
// within a value be told from one between two.
func (s Segment) Escaped(u *url.URL, i int) string {
	_, text, _ := strings.Cut(u.EscapedPath(), "/")
	for ; i > 0; i-- {
		_, text, _ = strings.Cut(text, "/")
	}
	text, _, _ = strings.Cut(text, "/")
	return within(text, len(s.prefix), len(s.suffix))
}

// With gives a URL that the template matches with another text, which is escaped,
// for a parameter.
func (t Template) With(u *url.URL, param int, escaped string) *url.URL {
	segments := strings.Split(u.EscapedPath(), "/")
	for i, s := range t {
		if s.Param == param {
			segments[i+1] = url.PathEscape(s.prefix) + escaped + url.PathEscape(s.suffix)
		}
	}
	out := *u
	out.RawPath = strings.Join(segments, "/")
	out.Path, _ = url.PathUnescape(out.RawPath)
	return &out
}

// within gives an escaped text without as many unescaped bytes at its beginning and
// at its end.
func within(escaped string, before, after int) string {
	var bytes []int // where each unescaped byte begins
	for i := 0; i < len(escaped); i++ {
		bytes = append(bytes, i)
		if escaped[i] == '%' {
			i += len("%2C") - 1
		}
	}
	bytes = append(bytes, len(escaped))
	return escaped[bytes[before]:bytes[len(bytes)-1-after]]
}

// Literal reports whether the segment is text without a parameter.
func (s Segment) Literal() bool { return s.Param < 0 }

func (s Segment) matches(text string) bool {
	if s.Param < 0 {
		return text == s.prefix
	}
	return len(text) > len(s.prefix)+len(s.suffix) && strings.HasPrefix(text, s.prefix) && strings.HasSuffix(text, s.suffix)
}

// Matches reports whether a path, which Split has split, is one of the template.
func (t Template) Matches(path []string) bool {
	if len(t) != len(path) {
		return false
	}
	for i := range t {
		if !t[i].matches(path[i]) {
			return false
		}
	}
	return true
}

// compare puts more specific templates first: literals before parameters, from
// the left.
func (t Template) compare(other Template) int { return slices.CompareFunc(t, other, compareSegments) }

func compareSegments(a, b Segment) int {
	if (a.Param < 0) != (b.Param < 0) {
		if a.Param < 0 {
			return -1
		}
		return 1
	}
	return cmp.Compare(len(b.prefix)+len(b.suffix), len(a.prefix)+len(a.suffix))
}

// Split appends the unescaped segments of a URL's path, or gives nil if it has
// none.
func Split(segments []string, u *url.URL) []string {
	rest, rooted := strings.CutPrefix(u.EscapedPath(), "/")
	if !rooted {
		return nil
	}
	for more := true; more; {
		var text string
		text, rest, more = strings.Cut(rest, "/")
		if strings.Contains(text, "%") {
			// EscapedPath holds valid escapes only.
			if plain, err := url.PathUnescape(text); err == nil {
				text = plain
			}
		}
		segments = append(segments, text)
	}
	return segments
}

// Table finds what stands for a method and a path. It looks by method and number
// of segments first.
type Table[T any] struct {
	routes map[string]map[int][]entry[T]
}

type entry[T any] struct {
	template Template
	value    T
}

// Add adds what stands for a method and a template.
func (t *Table[T]) Add(method string, path Template, value T) {
	if t.routes == nil {
		t.routes = map[string]map[int][]entry[T]{}
	}
	byLength := t.routes[method]
	if byLength == nil {
		byLength = map[int][]entry[T]{}
		t.routes[method] = byLength
	}
	n := len(path)
	byLength[n] = append(byLength[n], entry[T]{path, value})
	slices.SortStableFunc(byLength[n], func(a, b entry[T]) int { return a.template.compare(b.template) })
}

// Find gives what stands for a method and a path, which Split has split.
func (t *Table[T]) Find(method string, path []string) (value T, found bool) {
	for i := range t.routes[method][len(path)] {
		if e := &t.routes[method][len(path)][i]; e.template.Matches(path) {
			return e.value, true
		}
	}
	return value, false
}

// Methods gives the methods with which there is something for a path, sorted.
func (t *Table[T]) Methods(path []string) []string {
	var out []string
	for method := range t.routes {
		if _, found := t.Find(method, path); found {
			out = append(out, method)
		}
	}
	slices.Sort(out)
	return out
}

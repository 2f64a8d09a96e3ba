package enforce

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// maxSegments is how many path segments are looked at without allocating.
const maxSegments = 24

// segment is one part of a path template, between slashes.
type segment struct {
	// param is the index of the parameter in the endpoint, or -1.
	param          int
	prefix, suffix string // around the parameter; prefix alone is a literal
}

func (s segment) matches(text string) bool {
	if s.param < 0 {
		return text == s.prefix
	}
	return len(text) > len(s.prefix)+len(s.suffix) && strings.HasPrefix(text, s.prefix) && strings.HasSuffix(text, s.suffix)
}

// router finds endpoints by method and number of segments. It agrees with
// http.ServeMux on which operation a request is for: where they differed, a
// request could reach a handler unchecked.
type router map[string]map[int][]*endpoint

func (t router) add(ep *endpoint) {
	byLength := t[ep.op.Method]
	if byLength == nil {
		byLength = map[int][]*endpoint{}
		t[ep.op.Method] = byLength
	}
	n := len(ep.segments)
	byLength[n] = append(byLength[n], ep)
}

// sort puts more specific templates first: literals before parameters, from the
// left.
func (t router) sort() {
	for _, byLength := range t {
		for _, endpoints := range byLength {
			slices.SortStableFunc(endpoints, func(a, b *endpoint) int {
				return slices.CompareFunc(a.segments, b.segments, compareSegments)
			})
		}
	}
}

func compareSegments(a, b segment) int {
	if (a.param < 0) != (b.param < 0) {
		if a.param < 0 {
			return -1
		}
		return 1
	}
	return cmp.Compare(len(b.prefix)+len(b.suffix), len(a.prefix)+len(a.suffix))
}

// match gives the endpoint that a request is for, or nil.
func (t router) match(r *http.Request) *endpoint {
	var buffer [maxSegments]string
	path := split(buffer[:0], r.URL)
	if path == nil {
		return nil
	}
	ep := t.find(r.Method, path)
	if ep == nil && r.Method == http.MethodHead {
		// ServeMux has GET handlers answer HEAD (RFC 9110, section 9.3.2).
		ep = t.find(http.MethodGet, path)
	}
	return ep
}

func (t router) find(method string, path []string) *endpoint {
	for _, ep := range t[method][len(path)] {
		if ep.matches(path) {
			return ep
		}
	}
	return nil
}

func (ep *endpoint) matches(path []string) bool {
	for i := range ep.segments {
		if !ep.segments[i].matches(path[i]) {
			return false
		}
	}
	return true
}

// split appends the unescaped segments of a path, or gives nil if it has none.
func split(segments []string, u *url.URL) []string {
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

// parse reads a path template. index gives the place of a path parameter.
func parseTemplate(template string, index func(name string) int) ([]segment, error) {
	var segments []segment
	for text := range strings.SplitSeq(strings.TrimPrefix(template, "/"), "/") {
		prefix, rest, found := strings.Cut(text, "{")
		if !found {
			segments = append(segments, segment{param: -1, prefix: text})
			continue
		}
		name, suffix, _ := strings.Cut(rest, "}")
		i := index(name)
		if i < 0 || strings.Contains(suffix, "{") {
			return nil, fmt.Errorf("path %s: give each segment at most one parameter, and list it under parameters", template)
		}
		segments = append(segments, segment{param: i, prefix: prefix, suffix: suffix})
	}
	return segments, nil
}

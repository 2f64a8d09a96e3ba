package spec

import (
	"maps"
	"slices"
	"strings"
)

// overlaps returns every operation the methods of all paths that a URL of its own
// can be one of: DELETE /user/login is a request of /user/{name}, too.
func (l *loader) overlaps() {
	methods := map[string]map[string]bool{} // by path
	var paths crossing
	for _, op := range l.contract.Operations {
		if methods[op.Path] == nil {
			methods[op.Path] = map[string]bool{}
			paths.add(op.Path, strings.Split(op.Path, "/"))
		}
		for _, method := range op.Methods {
			methods[op.Path][method] = true
		}
	}
	for _, op := range l.contract.Operations {
		all := map[string]bool{}
		paths.meeting(strings.Split(op.Path, "/"), func(other string) { maps.Copy(all, methods[other]) })
		op.Methods = slices.Sorted(maps.Keys(all))
	}
}

// crossing is a tree of path templates by their segments: most of those that do
// not meet differ in one that has no parameter.
type crossing struct {
	path  string // of the template that ends here; "" for none
	plain map[string]*crossing
	open  map[string]*crossing // by segments that have parameters
}

func (c *crossing) add(path string, segments []string) {
	if len(segments) == 0 {
		c.path = path
		return
	}
	if c.plain == nil {
		c.plain, c.open = map[string]*crossing{}, map[string]*crossing{}
	}
	below := c.plain
	if _, _, open := around(segments[0]); open {
		below = c.open
	}
	next := below[segments[0]]
	if next == nil {
		next = &crossing{}
		below[segments[0]] = next
	}
	next.add(path, segments[1:])
}

// meeting calls found with each template that some URL is one of which is one of
// the template with these segments, too.
func (c *crossing) meeting(segments []string, found func(path string)) {
	if len(segments) == 0 {
		if c.path != "" {
			found(c.path)
		}
		return
	}
	segment, rest := segments[0], segments[1:]
	if _, _, open := around(segment); open {
		for name, next := range c.plain {
			if meetSegments(segment, name) {
				next.meeting(rest, found)
			}
		}
	} else if next := c.plain[segment]; next != nil {
		next.meeting(rest, found)
	}
	for name, next := range c.open {
		if meetSegments(segment, name) {
			next.meeting(rest, found)
		}
	}
}

// meetSegments reports whether some text is one of both segments.
func meetSegments(a, b string) bool {
	before, after, open := around(a)
	otherBefore, otherAfter, otherOpen := around(b)
	switch {
	case !open && !otherOpen:
		return a == b
	case !open:
		return between(a, otherBefore, otherAfter)
	case !otherOpen:
		return between(b, before, after)
	}
	return (strings.HasPrefix(before, otherBefore) || strings.HasPrefix(otherBefore, before)) &&
		(strings.HasSuffix(after, otherAfter) || strings.HasSuffix(otherAfter, after))
}

// around returns what stands before and after the parameters of a segment.
func around(segment string) (before, after string, open bool) {
	before, _, open = strings.Cut(segment, "{")
	return before, segment[strings.LastIndexByte(segment, '}')+1:], open
}

// between reports whether a text has something between its two ends.
func between(text, before, after string) bool {
	return len(text) > len(before)+len(after) && strings.HasPrefix(text, before) && strings.HasSuffix(text, after)
}

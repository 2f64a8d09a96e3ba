package spec

import (
	"maps"
	"slices"
	"strings"
)

// overlaps gives every operation the methods of all paths that a URL of its own
// can be one of: DELETE /user/login is a request of /user/{name}, too.
func (l *loader) overlaps() {
	methods := map[string]map[string]bool{} // by path
	byLength := map[int][]string{}
	for _, op := range l.contract.Operations {
		if methods[op.Path] == nil {
			methods[op.Path] = map[string]bool{}
			n := strings.Count(op.Path, "/")
			byLength[n] = append(byLength[n], op.Path)
		}
		for _, method := range op.Siblings {
			methods[op.Path][method] = true
		}
	}
	for _, op := range l.contract.Operations {
		all := map[string]bool{}
		for _, other := range byLength[strings.Count(op.Path, "/")] {
			if meet(op.Path, other) {
				maps.Copy(all, methods[other])
			}
		}
		op.Siblings = slices.Sorted(maps.Keys(all))
	}
}

// meet reports whether some URL is one of both path templates.
func meet(a, b string) bool {
	if a == b {
		return true
	}
	left, right := strings.Split(a, "/"), strings.Split(b, "/")
	if len(left) != len(right) {
		return false
	}
	for i := range left {
		if !meetSegments(left[i], right[i]) {
			return false
		}
	}
	return true
}

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

// around gives what stands before and after the parameters of a segment.
func around(segment string) (before, after string, open bool) {
	before, _, open = strings.Cut(segment, "{")
	return before, segment[strings.LastIndexByte(segment, '}')+1:], open
}

// between reports whether a text has something between its two ends.
func between(text, before, after string) bool {
	return len(text) > len(before)+len(after) && strings.HasPrefix(text, before) && strings.HasSuffix(text, after)
}

package prove

import (
	"cmp"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/route"
	"github.com/apiclause/clause/contract/internal/spec"
)

// routes find the operation that a request is for.
type routes []*spec.Operation

// newRoutes puts literal segments before parameters, the leftmost first.
func newRoutes(model *spec.Contract) routes {
	out := routes(slices.Clone(model.Operations))
	slices.SortStableFunc(out, func(a, b *spec.Operation) int {
		return slices.CompareFunc(strings.Split(a.Path, "/"), strings.Split(b.Path, "/"), func(a, b string) int {
			return cmp.Compare(literal(b), literal(a))
		})
	})
	return out
}

// literal gives how much of a segment is no parameter.
func literal(segment string) int {
	before, rest, found := strings.Cut(segment, "{")
	if !found {
		return math.MaxInt
	}
	_, after, _ := strings.Cut(rest, "}")
	return len(before) + len(after)
}

// find gives the operation, and the methods of the path where it has another.
func (all routes) find(r *http.Request) (op *spec.Operation, methods []string) {
	for _, op := range all {
		if pathValues(op, r.URL) == nil {
			continue
		}
		if op.Method == r.Method {
			return op, nil
		}
		methods = append(methods, op.Method)
	}
	return nil, methods
}

// pathValues gives the texts of an operation's path parameters, as they are
// escaped; nil when the path is another.
func pathValues(op *spec.Operation, u *url.URL) map[string]string {
	want, got := strings.Split(op.Path, "/"), strings.Split(u.EscapedPath(), "/")
	if len(want) != len(got) {
		return nil
	}
	values := map[string]string{}
	for i, segment := range want {
		before, rest, found := strings.Cut(segment, "{")
		text, err := url.PathUnescape(got[i])
		if err != nil || !found && text != segment {
			return nil
		}
		if !found {
			continue
		}
		name, after, _ := strings.Cut(rest, "}")
		if len(text) <= len(before)+len(after) || !strings.HasPrefix(text, before) || !strings.HasSuffix(text, after) {
			return nil
		}
		values[name] = route.Within(got[i], len(before), len(after))
	}
	return values
}

// withPathValue gives the URL with another text, which is escaped, for a path
// parameter.
func withPathValue(op *spec.Operation, u *url.URL, name, value string) *url.URL {
	values := pathValues(op, u)
	values[name] = value
	segments := strings.Split(op.Path, "/")
	for i, segment := range segments {
		before, rest, found := strings.Cut(segment, "{")
		if found {
			name, after, _ := strings.Cut(rest, "}")
			segments[i] = url.PathEscape(before) + values[name] + url.PathEscape(after)
		}
	}
	out := *u
	out.RawPath = strings.Join(segments, "/")
	out.Path, _ = url.PathUnescape(out.RawPath)
	return &out
}

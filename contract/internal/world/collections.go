package world

import (
	"net/http"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

// Collections gives the resources that are listed and that [Find] does not find: no
// operation makes one, or none is about one alone. Their Maker may be nil, and of what
// is only listed the name is that of the list, with a parameter behind it.
func (w *World) Collections(model *spec.Contract) []*Resource {
	var out []*Resource
	items := map[string]*Resource{}
	beginning := beginnings(model)
	for _, op := range model.Operations {
		path := Segments(op.Path)
		if _, one := parameterOf(path[len(path)-1]); one || op.Method != http.MethodGet || ListOf(op) == nil || w.ListedBy(op) != nil {
			continue
		}
		r := resource(beginning, append(path, "{}"))
		if r.Name == "" {
			r.Name = "/" + strings.Join(path, "/") + "/{id}"
		}
		r.Lists, items[shape(append(path, "{}"))] = op, r
		out = append(out, r)
	}
	for _, op := range model.Operations {
		r := items[shape(posted(op))]
		if r == nil {
			w.concern(op, items)
			continue
		}
		if names, from := r.names(op); names != nil {
			r.Maker = &Maker{Operation: op, Names: names, From: from}
		}
	}
	return out
}

// Naming leads to the member of an answer that names the thing; nil where none is found.
// A name, a key or a slug is that only where the thing is made by it: else it may be
// anything of the thing.
func (r *Resource) Naming(answer *spec.Schema) []string {
	path := r.within(answer)
	if path == nil {
		return nil
	}
	last := path[len(path)-1]
	if rank := r.rank(last); rank < slices.Index(identifying, "key") {
		return path
	}
	if r.Maker == nil || !slices.ContainsFunc(r.Maker.Names, func(n Name) bool { return len(n.Path) > 0 && n.Path[len(n.Path)-1] == last }) {
		return nil
	}
	return path
}

// At gives the path of the thing of a name that a request makes, segment by segment:
// what stands above it is as in the request's own path, by its place or by the name of
// its parameter. It reports whether all of that is known.
func (r *Resource) At(maker *spec.Operation, path []string, name string) ([]string, bool) {
	made, out := Segments(maker.Path), Segments(r.Name)
	same := true
	for i, segment := range out {
		if same = same && i < min(len(made), len(path)) && shape(made[i:i+1]) == shape(out[i:i+1]); same {
			out[i] = path[i]
			continue
		}
		parameter, ok := parameterOf(segment)
		at := slices.Index(made, segment)
		switch {
		case !ok && !strings.Contains(segment, "{"):
		case ok && i == len(out)-1:
			out[i] = name
		case parameter != "" && at >= 0 && at < len(path):
			out[i] = path[at]
		default:
			return nil, false
		}
	}
	return out, len(out) > 0
}

// Holds reports how many segments of the path of an operation stand for one thing of
// the resource; 0 if none do.
func (r *Resource) Holds(op *spec.Operation) int {
	path, own := Segments(op.Path), Segments(r.Name)
	if len(path) < len(own) || shape(path[:len(own)]) != shape(own) {
		return 0
	}
	return len(own)
}

// Collects reports whether a path is that of a collection of the resource.
func (r *Resource) Collects(path []string) bool {
	own := Segments(r.Name)
	if len(own) != len(path)+1 {
		return false
	}
	for i, segment := range path {
		if _, ok := parameterOf(own[i]); !ok && own[i] != segment {
			return false
		}
	}
	return true
}

// Above gives the segment of a thing's path that stands for what it is below, where a
// member is called as the parameter there.
func (r *Resource) Above(path []string, member string) (string, bool) {
	own := Segments(r.Name)
	for i, segment := range own[:len(own)-1] {
		if name, ok := parameterOf(segment); ok && i < len(path) && slices.Equal(spec.Words(name), spec.Words(member)) {
			return path[i], true
		}
	}
	return "", false
}

package plan

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/apiclause/clause/contract/internal/placeholder"
	"github.com/apiclause/clause/contract/internal/spec"
)

// draft is a request as a tree: path, query, header, cookie, each a map, and
// body. Its leaves are strings, int64, float64, bool, Time and Template.
type draft map[string]any

// A draft is never changed: set and without give another that shares what they
// leave alone.

// epoch stands for now while planning: only distances matter.
var epoch = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

// get gives the value at a path, and whether there is one.
func (d draft) get(path []string) (any, bool) {
	var v any = map[string]any(d)
	for _, name := range path {
		switch node := v.(type) {
		case map[string]any:
			m, ok := node[name]
			if !ok {
				return nil, false
			}
			v = m
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(node) {
				return nil, false
			}
			v = node[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// set gives a draft with the value at a path replaced. Objects on the way are
// made as needed; a list must be there already.
func (d draft) set(path []string, value any) draft {
	out, _ := replaced(map[string]any(d), path, value).(map[string]any)
	return out
}

// replaced copies the nodes on the way to a value, and no others.
func replaced(node any, path []string, value any) any {
	if len(path) == 0 {
		return value
	}
	switch n := node.(type) {
	case []any:
		i, err := strconv.Atoi(path[0])
		if err != nil || i >= len(n) {
			return n
		}
		out := slices.Clone(n)
		out[i] = replaced(n[i], path[1:], value)
		return out
	case map[string]any:
		room := len(n)
		if _, there := n[path[0]]; !there {
			room++ // no more, for a map of nine takes twice the memory of one of eight
		}
		out := make(map[string]any, room)
		maps.Copy(out, n)
		out[path[0]] = replaced(n[path[0]], path[1:], value)
		return out
	default:
		return map[string]any{path[0]: replaced(nil, path[1:], value)}
	}
}

// without gives a draft that lacks the value at a path.
func (d draft) without(path []string) draft {
	parent, ok := d.get(path[:len(path)-1])
	members, isMap := parent.(map[string]any)
	if _, present := members[path[len(path)-1]]; !ok || !isMap || !present {
		return d
	}
	less := maps.Clone(members)
	delete(less, path[len(path)-1])
	if len(path) == 1 {
		return less
	}
	return d.set(path[:len(path)-1], less)
}

// parameters lists what the draft sends outside its body, in the order of the
// operation's parameters.
func (d draft) parameters(op *spec.Operation) []Parameter {
	out := make([]Parameter, 0, len(op.Parameters))
	for _, p := range op.Parameters {
		if v, ok := d.get([]string{p.In, p.Name}); ok {
			out = append(out, Sent(p, v))
		}
	}
	return out
}

// request makes what a case sends.
func (d draft) request(op *spec.Operation, credential Credential) Request {
	r := Request{Method: op.Method, Path: op.Path, Parameters: d.parameters(op), Credential: credential}
	if op.Body == nil {
		return r
	}
	if v, ok := d["body"]; ok {
		r.Body = bodyOf(op.Body.Main(), v)
	}
	return r
}

// bodyOf makes a body of a media type.
func bodyOf(m *spec.Media, value any) *Body {
	if m == nil {
		return &Body{Value: value}
	}
	b := &Body{MediaType: m.WrittenType(), Value: value}
	switch kind := m.Kind(); {
	case kind.Form():
		b.Form, b.Multipart, b.Parts = true, kind == spec.Multipart, m.Parts
	case kind != spec.AsJSON:
		b.Plain = true
	}
	return b
}

// plainTimes writes every Time and Template in a value as text, as it would be sent
// at epoch. What holds none is the same afterwards.
func plainTimes(v any) any {
	switch v := v.(type) {
	case Time:
		return v.At(epoch)
	case Template:
		return v.At(epoch, placeholder.Sample)
	case Made:
		return v.Sample
	case map[string]any:
		if !holdsUnsettled(v) {
			return v
		}
		out := make(map[string]any, len(v))
		for k, m := range v {
			out[k] = plainTimes(m)
		}
		return out
	case []any:
		if !holdsUnsettled(v) {
			return v
		}
		out := make([]any, len(v))
		for i := range v {
			out[i] = plainTimes(v[i])
		}
		return out
	default:
		return v
	}
}

// holdsUnsettled reports whether a value holds a Time or a Template, whose text is
// settled when it is sent.
func holdsUnsettled(v any) bool {
	switch v := v.(type) {
	case Time, Template, Made:
		return true
	case map[string]any:
		for _, m := range v {
			if holdsUnsettled(m) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, holdsUnsettled)
	}
	return false
}

// startsWith reports whether a path lies at or below another.
func startsWith(path, prefix []string) bool {
	return len(path) >= len(prefix) && slices.Equal(path[:len(prefix)], prefix)
}

package compare

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// answerWitness finds answers that the one contract takes and the other does not, for
// a clause of that.
func (o *operation) answerWitness(wasID, isID string, at *place) (tight, loose *Witness) {
	was, is := o.nearest(o.oldPlaces, at), o.nearest(o.nowPlaces, at)
	if was == nil || is == nil {
		return nil, nil
	}
	wasID, isID = cmp.Or(wasID, isID), cmp.Or(isID, wasID)
	before, after := was.top(), is.top()
	for _, whole := range wholes(before, after, was, is, strings.HasSuffix(isID, ".required")) {
		a, b := o.violations(before, whole), o.violations(after, whole)
		if broken := cmp.Or(under(b, isID)...); tight == nil && len(a) == 0 && broken != "" {
			tight = answerOf("old", before, whole, broken)
		}
		if broken := cmp.Or(under(a, wasID)...); loose == nil && len(b) == 0 && broken != "" {
			loose = answerOf("new", after, whole, broken)
		}
	}
	return tight, loose
}

// nearest gives the place as one side has it, or the one that it would lie in; nil if
// there is none with a schema.
func (o *operation) nearest(side *places, at *place) *place {
	if at == nil {
		return nil
	}
	found := side.all[at.id]
	if found == nil {
		found = side.parentOf(at)
	}
	if found == nil || found.top().schema == nil {
		return nil
	}
	return found
}

// violations gives what of a contract a value breaks, by the ids of the new one.
func (o *operation) violations(top *place, value any) map[string]string {
	out := map[string]string{}
	var found []spec.Violation
	if top.parameter != nil {
		text, isText := value.(string)
		if !isText {
			text = spec.Text(value)
		}
		_, found = top.parameter.Decode([]string{text})
	} else {
		found = top.schema.Check(value)
	}
	for _, v := range found {
		out[o.named(v.Clause)] = strings.TrimSpace(v.Where + " " + v.Message)
	}
	return out
}

func answerOf(taken string, top *place, value any, broken string) *Witness {
	a := &Answer{Status: top.response.Status, Value: spec.Text(value)}
	if top.parameter != nil {
		a.Header = top.parameter.Name
	} else if data, err := json.Marshal(value); err == nil {
		a.Value = string(data)
	}
	return &Witness{TakenBy: taken, Answer: a, Broken: broken}
}

// wholes gives bodies, or texts of a header, with values at a place that tell its
// schemas apart, or without one.
func wholes(before, after, was, is *place, without bool) []any {
	var out []any
	for _, top := range []*place{after, before} {
		start := top.schema.Sample()
		if without && len(is.path) > 0 {
			out = append(out, put(top.schema, start, is.path, nil, true))
		}
		for _, value := range append(values(is), values(was)...) {
			out = append(out, put(top.schema, start, is.path, value, false))
		}
	}
	return out
}

// The bounds of how many values are tried at one place, and how deep the members lie
// that vary in a composed one.
const (
	maxValues = 600
	maxVaried = 2
)

// values gives values at the limits of a place, and beyond.
func values(at *place) []any {
	out := []any{nil, "x", int64(1), 1.5, true, []any{}, map[string]any{}}
	if at.schema != nil {
		out = append(out, varied(at.schema, maxVaried)...)
	}
	return out[:min(len(out), maxValues)]
}

// varied gives values that a schema is tried with. Of a composed one they are those of
// its parts, also with members that vary.
func varied(s *spec.Schema, depth int) []any {
	sample := s.Sample()
	out := append([]any{sample}, tried(s, sample)...)
	for _, part := range s.Parts() {
		out = append(out, tried(part, part.Sample())...)
		if depth == 0 {
			continue
		}
		for _, m := range part.Members {
			for _, value := range varied(m.Schema, depth-1) {
				out = append(out, with(sample, m.Name, value), with(part.Sample(), m.Name, value))
			}
			if len(out) > maxValues {
				return out
			}
		}
	}
	return out
}

// with gives an object with a member.
func with(object any, name string, value any) any {
	out, _ := object.(map[string]any)
	if out = maps.Clone(out); out == nil {
		out = map[string]any{}
	}
	out[name] = value
	return out
}

// tried gives the values that the keywords of a schema are tried with.
func tried(s *spec.Schema, sample any) []any {
	out := append([]any{sample}, s.Enum...)
	site := spec.Site{Schema: s, MaxText: 1 << 12, MaxElements: 1 << 8, Ordinary: func() []any { return []any{sample} }}
	if s.Items != nil {
		site.ListOf = func(n int) []any { return slices.Repeat([]any{s.Items.Sample()}, n) }
	}
	if s.Pattern != nil {
		for _, text := range s.Pattern.Counted() {
			out = append(out, text)
		}
	}
	for _, t := range slices.Concat(site.Alternatives(), site.Boundaries(), site.Breaking()) {
		if t.Within != "" {
			t.Value = with(sample, t.Within, t.Value)
		}
		out = append(out, t.Value)
	}
	return out
}

// put gives a value with another at a place within it, or without what is there.
func put(s *spec.Schema, whole any, path []string, value any, without bool) any {
	if len(path) == 0 {
		return value
	}
	step, rest := path[0], path[1:]
	if step == ruling.Element {
		list, _ := whole.([]any)
		list = slices.Clone(list)
		if len(list) == 0 {
			list = []any{sampleOf(inner(s, step))}
		}
		list[0] = put(inner(s, step), list[0], rest, value, without)
		return list
	}
	object, _ := whole.(map[string]any)
	object = maps.Clone(object)
	if object == nil {
		object = map[string]any{}
	}
	if len(rest) == 0 && without {
		delete(object, step)
		return object
	}
	below := inner(s, step)
	held, ok := object[step]
	if !ok {
		held = sampleOf(below)
	}
	object[step] = put(below, held, rest, value, without)
	return object
}

// inner gives the schema of a member or of elements, or nil.
func inner(s *spec.Schema, step string) *spec.Schema {
	switch {
	case s == nil:
		return nil
	case step == ruling.Element:
		return s.Items
	}
	if m := s.Member(step); m != nil {
		return m.Schema
	}
	return s.Additional
}

func sampleOf(s *spec.Schema) any {
	if s == nil {
		return nil
	}
	return s.Sample()
}

package world

import (
	"net/http"
	"slices"

	"github.com/apiclause/clause/contract/internal/placeholder"
	"github.com/apiclause/clause/contract/internal/spec"
)

// chosen finds the resources whose things a PUT makes, by a name that the client chooses,
// and that nothing else makes.
func (w *World) chosen(model *spec.Contract, beginning map[string]*spec.Operation, items map[string]*Resource) {
	for _, op := range model.Operations {
		item := put(op)
		if item == nil || items[shape(item)] != nil || postsTo(model, item) {
			continue
		}
		r := resource(beginning, item)
		r.Maker = &Maker{
			Operation: op, Names: []Name{{Sent: true}},
			From: "PUT " + op.Path + " documents 201, and nothing else makes what it is about: its path names it",
		}
		items[shape(item)] = r
		w.Resources = append(w.Resources, r)
	}
}

// put gives the path of the thing that an operation puts where its client wants it; nil if
// it puts none, or may put it only where something is.
func put(op *spec.Operation) []string {
	item := Segments(op.Path)
	last := len(item) - 1
	name, one := parameterOf(item[last])
	p := op.Parameter("path", name)
	created := slices.ContainsFunc(op.Responses, func(r *spec.Response) bool { return r.Status == "201" })
	if op.Method != http.MethodPut || !one || last == 0 || p == nil || !created || !free(p.Schema) {
		return nil
	}
	if _, below := parameterOf(item[last-1]); below {
		return nil // what its name is of is not known
	}
	return item
}

// postsTo reports whether some operation posts to the collection of what stands at a path.
func postsTo(model *spec.Contract, item []string) bool {
	return slices.ContainsFunc(model.Operations, func(op *spec.Operation) bool { return shape(posted(op)) == shape(item) })
}

// free reports whether a client may choose values of a schema that are new each time.
func free(s *spec.Schema) bool {
	if s.Type != "string" || len(s.Enum) > 0 || s.Composed != nil || s.Chosen != "" {
		return false
	}
	return s.Format == "uuid" && s.Pattern == nil || s.Format == "" && len(s.Check(placeholder.Sample)) == 0
}

// Repeats gives the member of the body of a request that has to name what it makes as its
// path does, where the client chooses the name; "" where none does.
func (r *Resource) Repeats() string {
	if !r.Put() {
		return ""
	}
	sent := r.Maker.Operation.Body.JSON()
	if sent == nil {
		return ""
	}
	for _, m := range sent.Members {
		if !m.ReadOnly && scalar(m.Schema) && (r.called(m.Name) || spec.Identifier(m.Name)) {
			return m.Name
		}
	}
	return ""
}

// Put reports whether the path of the request that makes a thing names it.
func (r *Resource) Put() bool {
	return r.Maker != nil && r.Maker.Names[0].Sent && r.Maker.Names[0].Path == nil
}

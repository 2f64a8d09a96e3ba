// Package world says what the requests of a contract make, read, change and end:
// its resources. They are found in the contract alone, by its paths, its links and
// the names of members, and each tells from what it was found.
//
//	POST   /pets        makes a pet, whose answer names its id
//	GET    /pets/{id}   reads it
//	PUT    /pets/{id}   changes it
//	DELETE /pets/{id}   ends it
//	POST   /visits      needs one, in its body's pet_id
package world

import (
	"net/http"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

// World is the resources of a contract.
type World struct {
	Resources []*Resource
	// needs are what each operation needs, by its id.
	needs map[string][]*Need
	// nouns are what the paths speak of, in the singular.
	nouns map[string]bool
	// items are the resources by the path of one, without names of parameters.
	items map[string]*Resource
}

// Resource is a kind of thing that one request makes, and others are about.
type Resource struct {
	// Name says what it is, for people: the path that stands for one of them, such
	// as /owners/{ownerId}/pets/{petId}.
	Name string
	// Maker makes one.
	Maker *Maker
	// Reads gives one; Ends ends it; Lists lists them. nil where no operation does.
	Reads, Ends, Lists *spec.Operation
	// Stated tells that the contract says how one is made, EndsStated how one is ended;
	// else it is inferred.
	Stated, EndsStated bool
	// Changes are the operations that change one, or what is below it.
	Changes []*spec.Operation

	words  []string // of its name in the singular, such as pet; what refers to it begins with them
	schema *spec.Schema
	id     string // the name of the parameter that stands for it
}

// Schema gives that of the value which stands for a thing in a path.
func (r *Resource) Schema() *spec.Schema { return r.schema }

// Maker is how a thing is made.
type Maker struct {
	Operation *spec.Operation
	// Names are where the id of what was made may be, the likeliest first.
	Names []Name
	// From says from what this was found.
	From string
}

// Name is a place that names what was made.
type Name struct {
	// Location is the last segment of the URL in the header of that name
	// (RFC 9110, section 10.2.2).
	Location bool
	// Sent is in the request rather than in the answer.
	Sent bool
	// Path leads to it in the body; nil is the last value of the path of a request that
	// chooses the name.
	Path []string
}

// Schema gives that of the member of an answer that the name is; nil where there is none.
func (n Name) Schema(answer *spec.Schema) *spec.Schema {
	for _, name := range n.Path {
		if answer == nil || answer.Member(name) == nil {
			return nil
		}
		answer = answer.Member(name).Schema
	}
	return answer
}

// Need is a value of an operation's requests that names a thing.
type Need struct {
	Resource *Resource
	// Path leads to the value: path, query, header, cookie or body, and names. Two
	// values of a request that name a thing of the same resource name the same one.
	Path []string
	// From says from what this was found.
	From string
	// Changes and Ends tell what becomes of the thing: one that is changed or ended
	// is the request's own.
	Changes, Ends bool
}

// ListedBy gives the resource whose things an operation lists, or nil. There is one at
// most: it is what stands below the operation's path.
func (w *World) ListedBy(op *spec.Operation) *Resource {
	for _, r := range w.Resources {
		if r.Lists == op {
			return r
		}
	}
	return nil
}

// Needs lists what the requests of an operation need.
func (w *World) Needs(operation string) []*Need { return w.needs[operation] }

// Fills reports whether a place of an operation's requests names a thing, or is what
// such a thing was made below.
func (w *World) Fills(op *spec.Operation, at []string) bool {
	path := Segments(op.Path)
	for _, need := range w.needs[op.ID] {
		if slices.EqualFunc(at, need.Path, func(a, b string) bool { return a == b || a == "[]" && b == "0" }) {
			return true
		}
		if at[0] != "path" || need.Path[0] != "path" || len(at) != 2 {
			continue
		}
		above := slices.Index(path, "{"+at[1]+"}")
		if above >= 0 && above < slices.Index(path, "{"+need.Path[1]+"}") {
			return true
		}
	}
	return false
}

// Find finds the resources of a contract.
func Find(model *spec.Contract) *World {
	items := map[string]*Resource{}
	w := &World{needs: map[string][]*Need{}, nouns: nouns(model), items: items}
	beginning := beginnings(model)
	for _, op := range model.Operations {
		for _, m := range op.Makes {
			if item := stated(model, m); item != nil && items[shape(item)] == nil {
				r := resource(beginning, item)
				r.Stated = true
				r.Maker = &Maker{Operation: op, Names: []Name{nameOf(m)}, From: op.Method + " " + op.Path + " makes what " + r.Name + " is about: " + m.From}
				items[shape(item)] = r
				w.Resources = append(w.Resources, r)
			}
		}
	}
	for _, below := range []func(map[string]*spec.Operation, *spec.Operation) []string{itemBelow, itemElsewhere} {
		for _, op := range model.Operations {
			item := below(beginning, op)
			if item == nil || items[shape(item)] != nil {
				continue
			}
			if r := made(beginning, op, item); r != nil {
				items[shape(item)] = r
				w.Resources = append(w.Resources, r)
			}
		}
	}
	w.chosen(model, beginning, items)
	for _, op := range model.Operations {
		w.concern(op, items)
	}
	for _, op := range model.Operations {
		needs := statedNeeds(op, items)
		for _, inferred := range slices.Concat(w.inPath(op, items), w.byName(op), itself(op, items)) {
			if !slices.ContainsFunc(needs, func(n *Need) bool { return slices.Equal(n.Path, inferred.Path) }) {
				needs = append(needs, inferred)
			}
		}
		w.needs[op.ID] = needs
	}
	return w
}

// nouns are what the paths of a contract speak of that have parameters.
func nouns(model *spec.Contract) map[string]bool {
	out := map[string]bool{}
	for _, op := range model.Operations {
		path := Segments(op.Path)
		for i, segment := range path {
			if _, one := parameterOf(segment); one && i > 0 {
				out[noun(path[i-1])] = true
			}
		}
	}
	return out
}

// noun is a name in the singular, as its words.
func noun(name string) string { return strings.Join(singular(spec.Words(name)), " ") }

// MayRefer reports whether a member of a body is called as what the contract's paths speak
// of: it may name such a thing. What its schema says more of is something else.
func (w *World) MayRefer(name string, s *spec.Schema) bool {
	return bare(s) && w.nouns[noun(name)]
}

// bare reports whether a schema says nothing of a value but its type, and its format.
func bare(s *spec.Schema) bool {
	return (s.Type == "string" || s.Type == "integer") && len(s.Enum) == 0 && s.Default == nil && s.Pattern == nil && s.Composed == nil &&
		s.MinLength == 0 && s.MaxLength == nil && s.Minimum == nil && s.Maximum == nil
}

// beginnings gives the first operation whose path begins with each path, by its shape.
func beginnings(model *spec.Contract) map[string]*spec.Operation {
	out := map[string]*spec.Operation{}
	for _, op := range model.Operations {
		path := Segments(op.Path)
		for i := range path {
			if at := shape(path[:i+1]); out[at] == nil {
				out[at] = op
			}
		}
	}
	return out
}

// Segments splits a path; trailing slashes say nothing.
func Segments(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

// parameterOf gives the name of the parameter that a segment is, and whether it is
// one from end to end.
func parameterOf(segment string) (string, bool) {
	name, opened := strings.CutPrefix(segment, "{")
	name, closed := strings.CutSuffix(name, "}")
	return name, opened && closed && !strings.ContainsAny(name, "{}")
}

// shape is a path without the names of its parameters.
func shape(path []string) string {
	out := slices.Clone(path)
	for i, segment := range out {
		if _, ok := parameterOf(segment); ok {
			out[i] = "{}"
		}
	}
	return strings.Join(out, "/")
}

// posted gives the path of one thing below the collection that an operation posts to; nil
// if it posts to none.
func posted(op *spec.Operation) []string {
	item := append(Segments(op.Path), "{}")
	if _, ends := parameterOf(item[len(item)-2]); ends || op.Method != http.MethodPost {
		return nil
	}
	return item
}

// itemBelow gives that path if some operation is about it.
func itemBelow(beginning map[string]*spec.Operation, op *spec.Operation) []string {
	if item := posted(op); item != nil && beginning[shape(item)] != nil {
		return item
	}
	return nil
}

// itemElsewhere gives the path of one thing that is made below another, and stands by
// itself, as /comments/{id} of POST /posts/{id}/comments; nil if there is none.
func itemElsewhere(beginning map[string]*spec.Operation, op *spec.Operation) []string {
	if posted(op) == nil || itemBelow(beginning, op) != nil {
		return nil
	}
	path := Segments(op.Path)
	last := len(path) - 1
	for i := last - 1; i >= 0; i-- {
		_, one := parameterOf(path[last-1])
		if item := append(slices.Clone(path[:i]), path[last], "{}"); one && beginning[shape(item)] != nil {
			return item
		}
	}
	return nil
}

// made gives the resource that an operation makes, one of which stands at a path, if what
// it answers or takes names what was made.
func made(beginning map[string]*spec.Operation, op *spec.Operation, item []string) *Resource {
	r := resource(beginning, item)
	names, from := r.names(op)
	if names == nil {
		return nil
	}
	r.Maker = &Maker{Operation: op, Names: names, From: from}
	return r
}

// resource gives the resource of which one stands at a path, without what makes it.
func resource(beginning map[string]*spec.Operation, item []string) *Resource {
	r := &Resource{words: singular(spec.Words(lastLiteral(item)))}
	op := beginning[shape(item)]
	if op == nil {
		return r
	}
	path := Segments(op.Path)[:len(item)]
	r.id, _ = parameterOf(path[len(path)-1])
	r.Name = "/" + strings.Join(path, "/")
	if p := op.Parameter("path", r.id); p != nil {
		r.schema = p.Schema
	}
	return r
}

// stated gives the path of one thing that the contract says is made, or nil.
func stated(model *spec.Contract, m spec.Making) []string {
	if m.Thing != "" {
		return Segments(m.Thing)
	}
	op := model.Operation(m.Linked)
	if op == nil {
		return nil
	}
	path := Segments(op.Path)
	at := slices.Index(path, "{"+m.Parameter+"}")
	if at < 0 {
		return nil
	}
	return path[:at+1]
}

func nameOf(m spec.Making) Name {
	if m.In == "header" {
		return Name{Location: true, Path: m.Path}
	}
	return Name{Sent: m.In == "request", Path: m.Path}
}

// statedNeeds gives what the contract says that an operation needs.
func statedNeeds(op *spec.Operation, items map[string]*Resource) []*Need {
	var out []*Need
	for _, n := range op.Refers {
		r := items[shape(Segments(n.Thing))]
		if r == nil {
			continue
		}
		out = append(out, &Need{
			Resource: r, Path: n.Path, From: "x-contract of " + op.ID + " says so",
			Ends: r.Ends == op, Changes: n.Path[0] == "path" && !spec.Safe(op.Method),
		})
	}
	return out
}

func lastLiteral(path []string) string {
	for _, segment := range slices.Backward(path) {
		if _, ok := parameterOf(segment); !ok {
			return segment
		}
	}
	return ""
}

// madeBy reports whether an operation makes things of a resource. Of one that is only
// listed no operation may be known that does.
func (r *Resource) madeBy(op *spec.Operation) bool { return r.Maker != nil && r.Maker.Operation == op }

// concern notes what an operation does to a resource.
func (w *World) concern(op *spec.Operation, items map[string]*Resource) {
	path := Segments(op.Path)
	if r := items[shape(Segments(op.Ends))]; r != nil && op.Ends != "" {
		r.Ends, r.EndsStated = op, true
	}
	if r := items[shape(path)]; r != nil {
		switch op.Method {
		case http.MethodGet:
			r.Reads = op
		case http.MethodDelete:
			if r.Ends == nil {
				r.Ends = op
			}
		case http.MethodPut, http.MethodPatch:
			if r.madeBy(op) && !r.Stated {
				break
			}
			r.Changes = append(r.Changes, op)
		}
	}
	if r := items[shape(append(slices.Clone(path), "{}"))]; r != nil && op.Method == http.MethodGet {
		r.Lists = op
	}
}

// inPath gives the things that the path of an operation names.
func (w *World) inPath(op *spec.Operation, items map[string]*Resource) []*Need {
	var out []*Need
	path := Segments(op.Path)
	for i, segment := range path {
		name, ok := parameterOf(segment)
		if !ok {
			continue
		}
		r := items[shape(path[:i+1])]
		if r == nil || r.madeBy(op) {
			continue
		}
		last := i == len(path)-1
		out = append(out, &Need{
			Resource: r, Path: []string{"path", name}, From: "its path is below that of " + r.Name,
			Ends: last && op.Method == http.MethodDelete || r.Ends == op, Changes: !spec.Safe(op.Method),
		})
	}
	return out
}

// itself gives the member of a change's body that names what is changed, as its path
// does: two names for it would contradict each other.
func itself(op *spec.Operation, items map[string]*Resource) []*Need {
	r, sent := items[shape(Segments(op.Path))], op.Body.JSON()
	if r == nil || r.madeBy(op) || sent == nil || op.Method != http.MethodPut && op.Method != http.MethodPatch {
		return nil
	}
	for _, m := range sent.Members {
		if !m.ReadOnly && scalar(m.Schema) && r.calls(m.Name) {
			return []*Need{{Resource: r, Path: []string{"body", m.Name}, From: "it names what the path does"}}
		}
	}
	return nil
}

// calls reports whether a member of that name names a thing in what is sent of it: it is
// called as the parameter, or an id and where the answer of the maker has its name.
func (r *Resource) calls(name string) bool {
	return r.called(name) || spec.Identifier(name) &&
		slices.ContainsFunc(r.Maker.Names, func(n Name) bool { return !n.Location && slices.Equal(n.Path, []string{name}) })
}

// byName gives the things that values elsewhere name: pet_id, petId and pets of a
// body or a query where a pet can be made.
func (w *World) byName(op *spec.Operation) []*Need {
	var out []*Need
	seek := func(path []string, s *spec.Schema) {
		name := path[len(path)-1]
		if name == "0" && len(path) > 1 {
			name = path[len(path)-2] // the elements of pet_ids
		}
		if r := w.named(name, s, path[0] == "body"); r != nil && !r.madeBy(op) {
			out = append(out, &Need{Resource: r, Path: path, From: "its name is that of " + r.Name})
		}
	}
	for _, p := range op.Parameters {
		if p.In == "query" || p.In == "header" {
			seek([]string{p.In, p.Name}, p.Schema)
		}
	}
	if sent := op.Body.JSON(); sent != nil {
		below([]string{"body"}, sent, seek)
	}
	return out
}

// deepest bounds how far below a body members are looked at.
const deepest = 4

func below(path []string, s *spec.Schema, seek func([]string, *spec.Schema)) {
	if len(path) > deepest {
		return
	}
	for _, m := range s.Members {
		if m.ReadOnly {
			continue
		}
		at := append(slices.Clone(path), m.Name)
		seek(at, m.Schema)
		below(at, m.Schema, seek)
	}
	if s.Items != nil {
		at := append(slices.Clone(path), "0")
		seek(at, s.Items)
		below(at, s.Items, seek)
	}
}

// named gives the resource that a value of that name refers to, or nil: one whose
// words it has, and then id or a word like it; or in a body those alone, where the values
// are as those that name such a thing.
func (w *World) named(name string, s *spec.Schema, inBody bool) *Resource {
	all := spec.Referred(name)
	if !scalar(s) {
		return nil
	}
	bare := all == nil && inBody && bare(s)
	if bare {
		all = spec.Words(name)
	}
	var found *Resource
	for _, r := range w.Resources {
		if all != nil && slices.Equal(all, r.words) && (!bare || r.schema != nil && r.schema.Type == s.Type && r.schema.Format == s.Format) {
			if found != nil {
				return nil // two are called so
			}
			found = r
		}
	}
	return found
}

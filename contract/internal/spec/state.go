package spec

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Making is what a contract states of how a thing is made.
type Making struct {
	// Thing is the path that stands for one, such as /pets/{petId}. "" leaves it to
	// Linked.
	Thing string
	// Linked is the operation that a link leads to, and Parameter the one of its path
	// that names the thing.
	Linked, Parameter string
	// In and Path say what names the thing: header and its name; answer or request and
	// the names of members.
	In   string
	Path []string
	// From says where the contract states it.
	From string
}

// Needing is what a contract states of a value that names a thing.
type Needing struct {
	// Path is path, query, header, cookie or body, and names.
	Path  []string
	Thing string
}

// state reads what x-contract says of things that an operation makes, needs and ends,
// and whether anything may be inferred of its lists.
func (l *loader) state(op *Operation, a annotation) {
	if !a.exists() {
		return
	}
	op.Unconventional = l.oneOf(a.cursor, "conventions", "false") != ""
	if c := a.step("makes"); c.exists() {
		l.checkKeys(c, "makes", makesKeys)
		in, path := l.namePlace(c)
		if thing := l.thing(c, "thing"); thing != "" && in != "" {
			op.Makes = append(op.Makes, Making{Thing: thing, In: in, Path: path, From: "x-contract of " + op.ID + " says so"})
		}
	}
	if a.step("ends").exists() {
		op.Ends = l.thing(a.cursor, "ends")
	}
	needs := a.in("needs")
	for _, key := range needs.keys() {
		path := strings.Split(key.Name, ".")
		if len(path) < 2 || !slices.Contains([]string{"path", "query", "header", "body"}, path[0]) {
			l.problem(key.At(), "needs names %q: write where the value stands, such as path.pet_id, query.pet or body.pet.id", key.Name)
			continue
		}
		if thing := l.thing(needs, key.Name); thing != "" {
			op.Refers = append(op.Refers, Needing{Path: path, Thing: thing})
		}
	}
}

// thing reads the path that stands for a thing.
func (l *loader) thing(c cursor, name string) string {
	path := c.scalar(name)
	switch {
	case !strings.HasPrefix(path, "/") || !strings.HasSuffix(path, "}"):
		l.problem(c.step(name).at(), "%s must be the path that stands for one thing, such as /pets/{petId}, not %q", name, path)
		return ""
	case l.doc.Paths.Value(path) == nil:
		l.problem(c.step(name).at(), "%s names %s, and the contract has no such path%s", name, path, l.nearestPath(path))
		return ""
	}
	return path
}

func (l *loader) nearestPath(path string) string {
	if l.doc.Paths == nil {
		return ""
	}
	return ": " + didYouMean(path, slices.Sorted(maps.Keys(l.doc.Paths.Map())))
}

// namePlace reads what names a thing that was made.
func (l *loader) namePlace(c cursor) (in string, path []string) {
	name := c.scalar("name")
	in, rest, _ := strings.Cut(name, ".")
	if rest == "" || !slices.Contains([]string{"answer", "header", "request"}, in) {
		at := c.at()
		if c.step("name").exists() {
			at = c.step("name").at()
		}
		l.problem(at, "makes must say what names the thing, as name: answer.id, header.Location or request.username, not %q", name)
		return "", nil
	}
	if in == "header" {
		return in, []string{rest}
	}
	return in, strings.Split(rest, ".")
}

// links reads the links of an answer to operations whose path names what was made.
func (l *loader) links(op *Operation, at cursor, links openapi3.Links) {
	for _, key := range at.keys() {
		ref := links[key.Name]
		if ref == nil || ref.Value == nil || ref.Value.OperationID == "" || op.Method != http.MethodPost {
			continue
		}
		parameters := at.in(key.Name, "parameters")
		for _, p := range parameters.keys() {
			in, path := expression(parameters.scalar(p.Name))
			if in == "" {
				continue
			}
			op.Makes = append(op.Makes, Making{
				Linked: ref.Value.OperationID, Parameter: strings.TrimPrefix(p.Name, "path."), In: in, Path: path,
				From: "the link " + key.Name + " of " + op.ID + " says so",
			})
		}
	}
}

// expression reads a runtime expression (OpenAPI 3.0, "Runtime Expressions"): a member
// of a body, or a header of the answer.
func expression(text string) (in string, path []string) {
	for prefix, in := range map[string]string{"$response.body#/": "answer", "$request.body#/": "request"} {
		if pointer, ok := strings.CutPrefix(text, prefix); ok {
			return in, strings.Split(pointer, "/")
		}
	}
	if header, ok := strings.CutPrefix(text, "$response.header."); ok {
		return "header", []string{header}
	}
	return "", nil
}

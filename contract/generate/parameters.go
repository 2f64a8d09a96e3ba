package generate

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
)

// locals are the names that the generated functions use for variables and packages
// where a path parameter is in scope, and what Go has declared before.
var locals = strings.Fields(`
	ctx params body contentType reqEditors server request response handler middleware err req c w r sh siw rsp buf bodyReader bodyStr
	serverURL operationPath queryURL queryValues rawQueryFragments queryFrag qp stringer headers cookie value values paramValue found n data reader
	boundary ok decoded validResponse form encoded
	bytes context base64 json xml errors fmt io mime multipart http url path strings time runtime nullable uuid yaml flate os gzip
	any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 uintptr
	true false iota nil append cap clear close complex copy delete imag len make max min new panic print println real recover`)

// nameParameters gives the parameters of an operation names of their own, and leaves
// out those that no request of the generated code can have.
func (t *tree) nameParameters(operation object) {
	list, _ := operation["parameters"].([]any)
	var wishes []wish
	by := map[wish]object{}
	kept := list[:0]
	for _, one := range list {
		p, _ := one.(object)
		name, _ := p["name"].(string)
		in, _ := p["in"].(string)
		at, _ := p[atKey].(string)
		if !printableText(name) {
			if p["required"] == true && t.failed == nil {
				t.failed = elementError{
					t.description.Locate(at).String(), "the parameter " + quoted(name),
					errors.New("it is required, and its name cannot be written in a string of Go: rename it, or make it optional"),
				}
			}
			t.note(at, "the parameter %s is left out: its name cannot be written in a string of Go", quoted(name))
			continue
		}
		if schema, ok := p["schema"].(object); ok && t.untyped(schema) {
			p["schema"] = object{"type": "string"} // its text, as it is written
		}
		kept = append(kept, p)
		w := wish{name: name, kind: strings.ToUpper(in[:1]) + in[1:]}
		if own, _ := p["x-go-name"].(string); own != "" && goName(own) == own {
			w.own = own
		}
		keepOnly(p, "name", "in", "required", "description", "deprecated", "schema", "content", "style", "explode", "allowReserved", atKey)
		wishes = append(wishes, w)
		by[w] = p
	}
	if list != nil {
		operation["parameters"] = kept
	}
	names := assign(wishes, func(name string) bool {
		return shadows(name) && slices.ContainsFunc(wishes, func(w wish) bool { return w.kind == "Path" && cmp.Or(w.own, goName(w.name)) == name })
	})
	for _, w := range wishes {
		p, made := by[w], names[w]
		if made != goName(w.name) {
			p["x-go-name"] = made
			at, _ := p[atKey].(string)
			if schema, ok := p["schema"].(object); ok {
				t.hoist(schema, at, made)
			}
			t.note(at, "the parameter %s (%s) is called %s in Go", quoted(w.name), strings.ToLower(w.kind), made)
		}
	}
}

// untyped reports whether any value is one of a schema.
func (t *tree) untyped(schema object) bool {
	for range maxRefs {
		ref, ok := schema["$ref"].(string)
		if !ok {
			break
		}
		schema = child(t.schemas(), refName(ref))
	}
	return typeOf(schema) == "" && !ownType(schema) && schema["items"] == nil
}

// namePaths gives the parameters of a path names that stay apart where net/http
// and the generator know letters, digits and underscores alone. In a path they are
// mere marks.
func (t *tree) namePaths() {
	paths := child(t.root, "paths")
	for _, path := range sorted(paths) {
		item := child(paths, path)
		made := path
		plain := map[string]bool{}
		for _, match := range inBraces.FindAllStringSubmatch(path, -1) {
			name := match[1]
			if plain[codegen.SanitizeGoIdentifier(name)] {
				other := spelled(name)
				made = strings.ReplaceAll(made, "{"+name+"}", "{"+other+"}")
				renamePathParameter(item, name, other)
			}
			plain[codegen.SanitizeGoIdentifier(name)] = true
		}
		if made != path {
			delete(paths, path)
			paths[made] = item
		}
	}
}

var inBraces = regexp.MustCompile(`\{([^{}]*)\}`)

func renamePathParameter(item object, name, other string) {
	for _, method := range methods {
		list, _ := child(item, method)["parameters"].([]any)
		for _, one := range list {
			if p, ok := one.(object); ok && p["in"] == "path" && p["name"] == name {
				p["name"] = other
				if p["x-go-name"] == nil {
					p["x-go-name"] = goName(name)
				}
			}
		}
	}
}

// nameHeaders leaves out those headers of an answer whose fields would fall
// together: the generator asks nobody for another name.
func (t *tree) nameHeaders(headers object, pointer string) {
	var wishes []wish
	for name := range headers {
		wishes = append(wishes, wish{name: name})
	}
	for w, made := range assign(wishes, func(string) bool { return false }) {
		if made != goName(w.name) || !printableText(w.name) {
			delete(headers, w.name)
			t.note(pointer+"/headers/"+escaped(w.name), "the header %s is left out: another one has its name in Go", quoted(w.name))
		}
	}
}

// shadows reports whether the variable of a path parameter would hide one that the
// generated code uses, or its field one that is there anyhow.
func shadows(name string) bool {
	variable := codegen.LowercaseFirstCharacters(name)
	return slices.Contains(locals, variable) || strings.HasPrefix(variable, "pathParam") || strings.HasSuffix(name, "Body")
}

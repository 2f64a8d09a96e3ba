package generate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/apiclause/clause/contract/internal/source"
)

// object is a mapping of the description, as JSON has it.
type object = map[string]any

// tree is the description on its way to the generator: what the generator would
// make types of is written where it is used, so that the names of schemas and of
// operations are the only ones that can fall together.
type tree struct {
	description *source.Description
	root        object
	// places are JSON pointers into the description: of schemas by their name here,
	// of operations by their operationId here.
	schemaAt, operationAt map[string]string
	notes                 []string
	// anything are the answers of the server whose body has no type.
	anything []string
	// read is the tree as the OpenAPI library has read it; nil where it is changed.
	read *openapi3.T
	// failed is why nothing can be generated, as far as that is known before.
	failed error
}

// methods are those that an operation can have, in the order of the generator.
var methods = []string{"connect", "delete", "get", "head", "options", "patch", "post", "put", "trace"}

const (
	schemaPrefix = "#/components/schemas/"
	maxRefs      = 20
)

// newTree reads a description anew, for it is changed.
func newTree(d *source.Description) (*tree, error) {
	data, err := d.JSON()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", d.Name, err)
	}
	t := &tree{description: d, schemaAt: map[string]string{}, operationAt: map[string]string{}}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&t.root); err != nil {
		return nil, fmt.Errorf("read %s: %w", d.Name, err)
	}
	for _, name := range sorted(t.schemas()) {
		t.schemaAt[name] = "/components/schemas/" + escaped(name)
	}
	t.simplify()
	return t, nil
}

// note tells the user something about a place of the description.
func (t *tree) note(pointer, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if at := t.description.Locate(pointer); at.File != "" {
		text = at.String() + ": " + text
	}
	if !slices.Contains(t.notes, text) {
		t.notes = append(t.notes, text)
	}
}

func (t *tree) schemas() object {
	components := child(t.root, "components")
	return child(components, "schemas")
}

// simplify leaves out what no code comes of, and writes every parameter, body,
// answer and header where it is used.
func (t *tree) simplify() {
	if t.description.Version > source.V31 {
		t.root["openapi"] = "3.1.0"
	}
	t.hoistComponents()
	for _, path := range sorted(child(t.root, "paths")) {
		item := child(child(t.root, "paths"), path)
		pointer := "/paths/" + escaped(path)
		for _, method := range methods {
			if operation, ok := item[method].(object); ok {
				t.operation(operation, item, pointer, method)
			}
		}
		keepOnly(item, methods...)
	}
	schemas := t.schemas()
	keepOnly(t.root, "openapi", "info", "paths", "components")
	t.root["components"] = object{"schemas": schemas}
	info := child(t.root, "info")
	keepOnly(info, "title", "version")
	t.eachSchema(t.simplifySchema)
	t.eachSchema(t.simplifyParts)
}

// operation makes an operation self-contained.
func (t *tree) operation(operation, item object, pointer, method string) {
	id, _ := operation["operationId"].(string)
	at := pointer + "/" + method
	t.operationAt[id] = at
	var parameters []any
	places := map[[2]string]int{}
	for _, from := range []struct {
		list    any
		pointer string
	}{{item["parameters"], pointer}, {operation["parameters"], at}} {
		list, _ := from.list.([]any)
		for i, one := range list {
			p := t.resolved(one, "parameters")
			p[atKey] = fmt.Sprintf("%s/parameters/%d", from.pointer, i)
			name, _ := p["name"].(string)
			in, _ := p["in"].(string)
			key := [2]string{in, name}
			if old, ok := places[key]; ok {
				parameters[old] = p
				continue
			}
			places[key] = len(parameters)
			parameters = append(parameters, p)
		}
	}
	if parameters != nil {
		operation["parameters"] = parameters
	}
	if body, ok := operation["requestBody"]; ok {
		resolved := t.resolved(body, "requestBodies")
		t.simplifyContent(child(resolved, "content"), at)
		operation["requestBody"] = resolved
	}
	responses := child(operation, "responses")
	for status, response := range responses {
		if strings.HasPrefix(status, "x-") {
			delete(responses, status)
			continue
		}
		r := t.resolved(response, "responses")
		headers := child(r, "headers")
		for name, header := range headers {
			headers[name] = t.resolved(header, "headers")
		}
		delete(r, "links")
		t.simplifyAnswer(child(r, "content"), at, id, status)
		responses[status] = r
	}
	keepOnly(operation, "operationId", "summary", "description", "deprecated", "parameters", "requestBody", "responses")
}

// simplifyContent has one field for all bodies that the generated server hands on
// as they are, and one for those of several parts.
func (t *tree) simplifyContent(content object, at string) {
	var raw, parts []string
	for _, media := range sorted(content) {
		base, _, _ := strings.Cut(media, ";")
		switch {
		case strings.HasPrefix(media, "multipart/"):
			parts = append(parts, media)
		case media == "text/plain":
			content[media] = object{"schema": object{"type": "string"}}
		case media == "application/x-www-form-urlencoded", base == "application/json", strings.HasSuffix(base, "+json"):
		default:
			raw = append(raw, media)
		}
	}
	if len(raw) > 1 {
		for _, media := range raw {
			delete(content, media)
		}
		content["*/*"] = object{}
	}
	if len(parts) > 1 {
		kept := parts[0]
		if slices.Contains(parts, "multipart/form-data") {
			kept = "multipart/form-data"
		}
		for _, media := range parts {
			if media != kept {
				delete(content, media)
				t.note(at+"/requestBody", "a body of type %s has no field in Go: it would be that of %s", media, kept)
			}
		}
	}
}

// alike are media types that the generator has one name for in an answer, the one that
// is kept first.
var alike = [][]string{
	{"application/xml", "text/xml", "application/problems+xml"},
	{"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"},
}

// simplifyAnswer has one type for the media types of an answer that would have types of
// one name, and gives what is no JSON a schema of its own: the generator forgets the
// types within it.
func (t *tree) simplifyAnswer(content object, at, id, status string) {
	for _, same := range alike {
		kept := ""
		for _, media := range same {
			switch {
			case content[media] == nil:
			case kept == "":
				kept = media
			default:
				delete(content, media)
				t.note(at+"/responses/"+status, "an answer of type %s has no type in Go: it would be that of %s", media, kept)
			}
		}
		holder := child(content, kept)
		if schema, ok := holder["schema"].(object); ok && schema["$ref"] == nil && ownType(schema) {
			name := goName(id) + status + goName(kept)
			for t.hasSchema(goName(name)) {
				name += "Body"
			}
			t.addSchema(name, schema, at+"/responses/"+status+"/content/"+escaped(kept)+"/schema")
			holder["schema"] = object{"$ref": schemaPrefix + name}
		}
	}
}

// atKey holds the place of a parameter.
const atKey = "x-clause-at"

// resolved follows references to components and copies what they lead to.
func (t *tree) resolved(value any, section string) object {
	for range maxRefs {
		node, _ := value.(object)
		ref, ok := node["$ref"].(string)
		if !ok {
			break
		}
		value = child(child(t.root, "components"), section)[refName(ref)]
	}
	copied, ok := clone(value).(object)
	if !ok {
		return object{}
	}
	delete(copied, "example")
	delete(copied, "examples")
	content := child(copied, "content")
	for media := range content {
		keepOnly(child(content, media), "schema", "encoding")
	}
	return copied
}

// hoistComponents makes schemas that stand in a component of another kind schemas
// of their own, under the component's name: else each use would have a type of its
// own.
func (t *tree) hoistComponents() {
	for _, section := range []struct{ name, suffix string }{
		{"parameters", "Parameter"}, {"requestBodies", "RequestBody"}, {"responses", "Response"}, {"headers", "Header"},
	} {
		components := child(child(t.root, "components"), section.name)
		for _, name := range sorted(components) {
			holder := child(components, name)
			if content := child(holder, "content"); len(content) == 1 {
				holder = child(content, sorted(content)[0])
			}
			schema, ok := holder["schema"].(object)
			if !ok || !ownType(schema) {
				continue
			}
			free := name
			for t.schemas()[free] != nil {
				free += section.suffix
			}
			t.addSchema(free, schema, "/components/"+section.name+"/"+escaped(name))
			holder["schema"] = object{"$ref": schemaPrefix + free}
		}
	}
}

func (t *tree) addSchema(name string, schema object, pointer string) {
	components, ok := t.root["components"].(object)
	if !ok {
		components = object{}
		t.root["components"] = components
	}
	schemas, ok := components["schemas"].(object)
	if !ok {
		schemas = object{}
		components["schemas"] = schemas
	}
	schemas[name] = schema
	t.schemaAt[name] = pointer
}

// ownType reports whether a schema is worth a type with a name.
func ownType(schema object) bool {
	for _, key := range []string{"properties", "enum", "allOf", "oneOf", "anyOf", "additionalProperties"} {
		if schema[key] != nil {
			return true
		}
	}
	items, ok := schema["items"].(object)
	return ok && ownType(items)
}

// eachSchema calls do for every schema, what is around one before it. pointer is
// its place here, which of a component is that in the description too.
func (t *tree) eachSchema(do func(schema object, pointer string)) {
	for _, name := range sorted(t.schemas()) {
		if schema, ok := t.schemas()[name].(object); ok {
			below(schema, t.schemaAt[name], do)
		} else {
			t.schemas()[name] = object{}
		}
	}
	t.eachOperation(func(operation object, pointer string) {
		list, _ := operation["parameters"].([]any)
		for _, one := range list {
			p, _ := one.(object)
			at, _ := p[atKey].(string)
			inHolder(p, at, do)
		}
		inHolder(child(operation, "requestBody"), pointer+"/requestBody", do)
		responses := child(operation, "responses")
		for _, status := range sorted(responses) {
			response := child(responses, status)
			at := pointer + "/responses/" + status
			inHolder(response, at, do)
			headers := child(response, "headers")
			for _, name := range sorted(headers) {
				inHolder(child(headers, name), at+"/headers/"+escaped(name), do)
			}
		}
	})
}

func (t *tree) eachOperation(do func(operation object, pointer string)) {
	paths := child(t.root, "paths")
	for _, path := range sorted(paths) {
		item := child(paths, path)
		for _, method := range methods {
			if operation, ok := item[method].(object); ok {
				do(operation, "/paths/"+escaped(path)+"/"+method)
			}
		}
	}
}

// inHolder visits the schemas of a parameter, body, answer or header.
func inHolder(holder object, pointer string, do func(object, string)) {
	visit := func(holder object, pointer string) {
		switch schema := holder["schema"].(type) {
		case object:
			below(schema, pointer+"/schema", do)
		case bool:
			holder["schema"] = object{}
		}
	}
	visit(holder, pointer)
	content := child(holder, "content")
	for _, media := range sorted(content) {
		visit(child(content, media), pointer+"/content/"+escaped(media))
	}
}

// below visits a schema and those in it.
func below(schema object, pointer string, do func(object, string)) {
	do(schema, pointer)
	for _, key := range []string{"items", "additionalProperties"} {
		if inner, ok := schema[key].(object); ok {
			below(inner, pointer+"/"+key, do)
		}
	}
	properties := child(schema, "properties")
	for _, name := range sorted(properties) {
		if inner, ok := properties[name].(object); ok {
			below(inner, pointer+"/properties/"+escaped(name), do)
		} else {
			properties[name] = object{}
		}
	}
	for _, key := range []string{"allOf", "oneOf", "anyOf"} {
		list, _ := schema[key].([]any)
		for i, one := range list {
			if inner, ok := one.(object); ok {
				below(inner, fmt.Sprintf("%s/%s/%d", pointer, key, i), do)
			} else {
				list[i] = object{}
			}
		}
	}
}

// child gives a mapping within another, or an empty one.
func child(parent object, name string) object {
	if value, ok := parent[name].(object); ok {
		return value
	}
	return object{}
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func keepOnly(m object, names ...string) {
	maps.DeleteFunc(m, func(name string, _ any) bool { return !slices.Contains(names, name) })
}

func clone(value any) any {
	switch v := value.(type) {
	case object:
		copied := make(object, len(v))
		for name, one := range v {
			copied[name] = clone(one)
		}
		return copied
	case []any:
		copied := make([]any, len(v))
		for i, one := range v {
			copied[i] = clone(one)
		}
		return copied
	default:
		return value
	}
}

var (
	pointerEscapes   = strings.NewReplacer("~", "~0", "/", "~1")
	pointerUnescapes = strings.NewReplacer("~1", "/", "~0", "~")
)

func escaped(name string) string { return pointerEscapes.Replace(name) }

// refName gives the name of the component that a reference leads to.
func refName(ref string) string {
	return pointerUnescapes.Replace(ref[strings.LastIndex(ref, "/")+1:])
}

package generate

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// simplifySchema leaves out of a schema what makes no difference to its type in Go,
// or makes code of it that does not compile.
func (t *tree) simplifySchema(schema object, pointer string) {
	if _, ok := schema["$ref"].(string); ok {
		keepOnly(schema, "$ref", "description", "deprecated", "readOnly", "writeOnly", "nullable")
		return
	}
	own, _ := schema["x-go-name"].(string)
	keepOnly(schema, "type", "format", "enum", "const", "title", "description", "deprecated", "nullable", "readOnly", "writeOnly", "properties",
		"required", "items", "additionalProperties", "allOf", "oneOf", "anyOf", "discriminator", "example", "contentMediaType", "contentEncoding")
	if own != "" && goName(own) == own {
		schema["x-go-name"] = own
	}
	switch schema["example"].(type) {
	case string, json.Number, bool:
	default:
		delete(schema, "example")
	}
	for _, key := range []string{"allOf", "oneOf", "anyOf"} {
		if list, ok := schema[key].([]any); ok && len(list) == 0 {
			delete(schema, key)
		}
	}
	onceEach(schema)
	if schema["oneOf"] != nil {
		delete(schema, "anyOf") // what it can be has methods of the same names
	}
	oneType(schema)
	t.enum(schema, pointer)
	t.properties(schema, pointer)
}

// onceEach leaves out what a schema refers to a second time as one of its alternatives.
func onceEach(schema object) {
	for _, key := range []string{"oneOf", "anyOf"} {
		list, ok := schema[key].([]any)
		if !ok {
			continue
		}
		seen := map[string]bool{}
		schema[key] = slices.DeleteFunc(slices.Clone(list), func(one any) bool {
			part, _ := one.(object)
			ref, _ := part["$ref"].(string)
			again := ref != "" && seen[ref]
			seen[ref] = true
			return again
		})
	}
}

// oneType leaves the type out where a value can have several.
func oneType(schema object) {
	types, ok := schema["type"].([]any)
	if !ok {
		return
	}
	null := slices.Contains(types, any("null"))
	types = slices.DeleteFunc(types, func(one any) bool { return one == "null" })
	switch {
	case len(types) == 1 && null:
		schema["type"] = []any{types[0], "null"}
	case len(types) == 1:
		schema["type"] = types[0]
	default:
		keepOnly(schema, "title", "description", "deprecated", "readOnly", "writeOnly", "x-go-name")
	}
}

// simplifyParts leaves out those parts of a schema (allOf) that say nothing of its
// type, and writes one of scalars as one: the generator refuses to merge a part with
// a format and one without.
func (t *tree) simplifyParts(schema object, _ string) {
	parts, ok := schema["allOf"].([]any)
	if !ok {
		return
	}
	kind, format := t.scalar(schema, map[string]bool{})
	var kept []any
	for _, one := range parts {
		part, _ := one.(object)
		if text, _ := part["description"].(string); text != "" && schema["description"] == nil {
			schema["description"] = text
		}
		if saysType(part, kind) {
			kept = append(kept, part)
		}
	}
	switch {
	case kind != "" && (len(kept) != 1 || !refers(kept[0])):
		delete(schema, "allOf")
		schema["type"] = kind
		if format != "" && schema["enum"] == nil {
			schema["format"] = format
		}
	case len(kept) == 0:
		delete(schema, "allOf")
	default:
		schema["allOf"] = kept
		t.sameDirection(schema)
	}
}

// sameDirection has a schema and its parts be readOnly and writeOnly alike, of which the
// generator merges no others: what is left out is no part of a type.
func (t *tree) sameDirection(schema object) {
	parts, _ := schema["allOf"].([]any)
	if len(parts) == 1 && schema["properties"] == nil && schema["required"] == nil && schema["type"] == nil {
		return // they are not merged
	}
	for _, one := range append(slices.Clone(parts), schema) {
		part, _ := one.(object)
		if ref, ok := part["$ref"].(string); ok {
			part = child(t.schemas(), refName(ref))
		}
		delete(part, "readOnly")
		delete(part, "writeOnly")
	}
}

// saysType reports whether a part says more of the type than what is known already.
func saysType(part object, kind string) bool {
	for key := range part {
		switch key {
		case "title", "description", "deprecated", "readOnly", "writeOnly", "nullable", "example":
		case "type":
			if kind == "" {
				return true
			}
		default:
			return true
		}
	}
	return false
}

func refers(value any) bool {
	part, _ := value.(object)
	return part["$ref"] != nil
}

// scalar gives the type and the format of a schema, through what it refers to and is
// made of, if it is no object and no list; "" is no or several formats.
func (t *tree) scalar(schema object, seen map[string]bool) (kind, format string) {
	if ref, ok := schema["$ref"].(string); ok {
		name := refName(ref)
		if seen[name] {
			return "", ""
		}
		seen[name] = true
		return t.scalar(child(t.schemas(), name), seen)
	}
	kind = typeOf(schema)
	format, _ = schema["format"].(string)
	parts, _ := schema["allOf"].([]any)
	for _, one := range parts {
		part, _ := one.(object)
		more, its := t.scalar(part, seen)
		kind = cmp.Or(kind, more)
		format = cmp.Or(format, its)
	}
	if !slices.Contains([]string{"string", "integer", "number", "boolean"}, kind) {
		return "", ""
	}
	return kind, format
}

// typeOf gives the type of a schema but null.
func typeOf(schema object) string {
	switch types := schema["type"].(type) {
	case string:
		return types
	case []any:
		for _, one := range types {
			if name, _ := one.(string); name != "null" {
				return name
			}
		}
	}
	return ""
}

// enum leaves out what cannot be a constant in Go, and names the others.
func (t *tree) enum(schema object, pointer string) {
	if value, ok := schema["const"]; ok {
		delete(schema, "const")
		if schema["enum"] == nil {
			schema["enum"] = []any{value}
		}
	}
	values, ok := schema["enum"].([]any)
	if !ok {
		delete(schema, "enum")
		return
	}
	values = slices.DeleteFunc(slices.Clone(values), func(v any) bool { return v == nil })
	kind := typeOf(schema)
	var wishes []wish
	for _, value := range values {
		text, fits := constant(value, kind)
		if !fits {
			delete(schema, "enum")
			if kind == "string" {
				t.note(pointer, "the values of this enum are no constants in Go, for %s is none", quoted(fmt.Sprint(value)))
			}
			return
		}
		if w := (wish{name: text}); !slices.Contains(wishes, w) {
			wishes = append(wishes, w)
		}
	}
	if len(wishes) == 0 {
		delete(schema, "enum")
		return
	}
	if kind == "string" {
		delete(schema, "format")
	}
	unique := make([]any, len(wishes))
	names := make([]any, len(wishes))
	made := assign(wishes, func(string) bool { return false })
	plain := true
	for i, w := range wishes {
		unique[i], names[i] = w.name, made[w]
		if kind != "string" {
			unique[i] = json.Number(w.name)
		}
		if kind == "boolean" {
			unique[i] = w.name == "true"
		}
		plain = plain && made[w] == goName(w.name)
	}
	schema["enum"], schema["x-enum-varnames"] = unique, names
	if !plain {
		t.enumNotes(wishes, made, pointer)
	}
}

func (t *tree) enumNotes(wishes []wish, made map[wish]string, pointer string) {
	for _, w := range wishes {
		if made[w] != goName(w.name) && w.name != "" {
			t.note(pointer, "the value %s is called %s in Go", quoted(w.name), made[w])
		}
	}
}

// constant gives the text of a value of an enum, and whether there is a constant in
// Go for it.
func constant(value any, kind string) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, kind == "string" && printableText(v)
	case json.Number:
		text := v.String()
		switch kind {
		case "string", "number":
			return text, true
		case "integer":
			_, err := v.Int64()
			return text, err == nil && len(strings.TrimPrefix(text, "-")) <= 15 // the generator reads numbers as float64
		}
		return text, false
	case bool:
		return strconv.FormatBool(v), kind == "boolean" || kind == "string"
	}
	return "", false
}

// printableText reports whether the generator takes a text: it stands between
// quotation marks of several kinds.
func printableText(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r == '"' || r == '`' || r == '\\' || unicode.IsControl(r) })
}

// tagged reports whether a name can be that of a member in a struct tag of
// encoding/json.
func tagged(name string) bool {
	return name != "" && printableText(name) && !strings.ContainsFunc(name, func(r rune) bool {
		return !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", r) && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// properties leaves out the members that no struct can have.
func (t *tree) properties(schema object, pointer string) {
	properties := child(schema, "properties")
	for _, name := range sorted(properties) {
		if !tagged(name) {
			delete(properties, name)
			t.note(pointer+"/properties/"+escaped(name), "the member %s has no field in Go: encoding/json knows no tag for such a name", quoted(name))
		}
	}
	if len(properties) == 0 {
		delete(schema, "properties")
	}
	required, ok := schema["required"].([]any)
	if !ok {
		delete(schema, "required")
		return
	}
	schema["required"] = slices.DeleteFunc(slices.Clone(required), func(name any) bool {
		text, _ := name.(string)
		return text == "-" // json:"-" leaves a field out
	})
}

// quoted writes a name of the description on one line.
func quoted(text string) string { return fmt.Sprintf("%q", text) }

// nameMembers gives the fields of every struct names of their own.
func (t *tree) nameMembers() {
	t.eachSchema(t.nameFields)
	t.eachOperation(func(operation object, pointer string) {
		t.nameParameters(operation)
		responses := child(operation, "responses")
		for _, status := range sorted(responses) {
			t.nameHeaders(child(child(responses, status), "headers"), pointer+"/responses/"+status)
		}
	})
}

func (t *tree) nameFields(schema object, pointer string) {
	if all := t.together(schema, map[string]bool{}); len(all) > 0 {
		t.nameProperties(schema, all, pointer)
	}
}

// hoist makes a schema of its own of one that stands within another and would
// become a type, where its name would fall together with that of another.
func (t *tree) hoist(schema object, pointer, made string) {
	if !ownType(schema) {
		return
	}
	moved := object{}
	for key, value := range schema {
		if key != "x-go-name" {
			moved[key] = value
			delete(schema, key)
		}
	}
	name := t.ownerOf(pointer) + made
	for t.hasSchema(goName(name)) {
		name += digest(pointer)
	}
	name = goName(name)
	schema["$ref"] = schemaPrefix + name
	t.addSchema(name, moved, pointer)
	below(moved, pointer, t.nameFields)
}

// ownerOf gives the name in Go of the schema or operation that a place is in.
func (t *tree) ownerOf(pointer string) string {
	for _, places := range []map[string]string{t.operationAt, t.schemaAt} {
		for _, name := range sorted(places) {
			if strings.HasPrefix(pointer, places[name]+"/") && goName(name) != "" {
				return goName(name)
			}
		}
	}
	return ""
}

// together gives the members of a schema and of those that it is made of by allOf.
func (t *tree) together(schema object, seen map[string]bool) map[string][]object {
	all := map[string][]object{}
	add := func(more map[string][]object) {
		for name, list := range more {
			all[name] = append(all[name], list...)
		}
	}
	if ref, ok := schema["$ref"].(string); ok {
		if name := refName(ref); !seen[name] {
			seen[name] = true
			add(t.together(child(t.schemas(), name), seen))
		}
		return all
	}
	for name, property := range child(schema, "properties") {
		if property, ok := property.(object); ok {
			all[name] = append(all[name], property)
		}
	}
	list, _ := schema["allOf"].([]any)
	for _, one := range list {
		if part, ok := one.(object); ok {
			add(t.together(part, seen))
		}
	}
	return all
}

// nameProperties names the members of a schema. Where it is made of several, a
// name that falls together with another one's is changed in its own schema too, for
// all that are made of that.
func (t *tree) nameProperties(schema object, all map[string][]object, pointer string) {
	var wishes []wish
	for name, list := range all {
		w := wish{name: name}
		for _, property := range list {
			if own, _ := property["x-go-name"].(string); own != "" {
				w.own = own
			}
		}
		wishes = append(wishes, w)
	}
	names := assign(wishes, func(name string) bool { return methodOf(schema, name) })
	slices.SortFunc(wishes, plainer)
	for _, w := range wishes {
		made := names[w]
		if made == goName(w.name) || made == w.own {
			continue
		}
		for _, property := range all[w.name] {
			property["x-go-name"] = made
			t.hoist(property, pointer+"/properties/"+escaped(w.name), made)
		}
		if child(schema, "properties")[w.name] != nil {
			t.note(pointer+"/properties/"+escaped(w.name), "the member %s is called %s in Go", quoted(w.name), made)
		}
	}
}

// methodOf reports whether a struct may get a method or a field of such a name from
// the generator.
func methodOf(schema object, name string) bool {
	switch name {
	case "MarshalJSON", "UnmarshalJSON", "AdditionalProperties":
		return true
	case "Get", "Set":
		return schema["additionalProperties"] != nil || schema["allOf"] != nil
	case "Discriminator", "ValueByDiscriminator":
		return schema["oneOf"] != nil || schema["anyOf"] != nil || schema["allOf"] != nil
	}
	if schema["oneOf"] == nil && schema["anyOf"] == nil {
		return false
	}
	for _, prefix := range []string{"As", "From", "Merge"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok && rest != "" && (unicode.IsUpper(rune(rest[0])) || unicode.IsDigit(rune(rest[0]))) {
			return true
		}
	}
	return false
}

package generate

import (
	"maps"
	"strings"
)

// nameOperations gives every operation an operationId of which the generator makes
// a name of its own.
func (t *tree) nameOperations(taken func(string) bool) {
	var wishes []wish
	by := map[wish]object{}
	t.eachOperation(func(operation object, _ string) {
		id, _ := operation["operationId"].(string)
		w := wish{name: id}
		wishes = append(wishes, w)
		by[w] = operation
	})
	names := assign(wishes, taken)
	for _, w := range wishes {
		if made := names[w]; made != goName(w.name) {
			t.renameOperation(by[w], w.name, made)
		}
	}
}

func (t *tree) renameOperation(operation object, id, made string) {
	operation["operationId"] = made
	t.operationAt[made] = t.operationAt[id]
	t.note(t.operationAt[id], "the operation %s is called %s in Go", quoted(id), made)
}

// nameSchemas gives every schema a name of which the generator makes a type of its
// own.
func (t *tree) nameSchemas(taken func(string) bool) {
	var wishes []wish
	for _, name := range sorted(t.schemas()) {
		w := wish{name: name}
		w.own, _ = child(t.schemas(), name)["x-go-name"].(string)
		delete(child(t.schemas(), name), "x-go-name") // else fields that refer to it get it, too
		wishes = append(wishes, w)
	}
	renamed := map[string]string{}
	for w, made := range assign(wishes, taken) {
		if made != goName(w.name) {
			renamed[w.name] = made
			if made != w.own {
				t.note(t.schemaAt[w.name], "the schema %s is called %s in Go", quoted(w.name), made)
			}
		}
	}
	t.renameSchemas(renamed)
}

// renameSchemas calls schemas otherwise, wherever they are referred to.
func (t *tree) renameSchemas(renamed map[string]string) {
	if len(renamed) == 0 {
		return
	}
	t.eachSchema(func(schema object, _ string) {
		keepValues(schema, renamed)
		if ref, ok := schema["$ref"].(string); ok {
			if made := renamed[refName(ref)]; made != "" {
				schema["$ref"] = schemaPrefix + made
			}
		}
	})
	schemas := t.schemas()
	moved := object{}
	for _, name := range sorted(renamed) {
		moved[renamed[name]] = schemas[name]
		t.schemaAt[renamed[name]] = t.schemaAt[name]
		delete(schemas, name)
	}
	maps.Copy(schemas, moved)
}

// keepValues keeps what a discriminator means: where it has no mapping a value is
// the name of a schema.
func keepValues(schema object, renamed map[string]string) {
	discriminator, ok := schema["discriminator"].(object)
	if !ok {
		return
	}
	mapping, ok := discriminator["mapping"].(object)
	if !ok {
		mapping = object{}
	}
	mapped := map[string]bool{}
	for value, to := range mapping {
		name, _ := to.(string)
		name = refName(name)
		mapped[name] = true
		if made := renamed[name]; made != "" {
			mapping[value] = schemaPrefix + made
		}
	}
	for _, key := range []string{"oneOf", "anyOf"} {
		list, _ := schema[key].([]any)
		for _, one := range list {
			part, _ := one.(object)
			ref, _ := part["$ref"].(string)
			if name := refName(ref); renamed[name] != "" && !mapped[name] {
				mapping[name] = schemaPrefix + renamed[name]
			}
		}
	}
	if len(mapping) > 0 {
		discriminator["mapping"] = mapping
	}
}

// hasSchema reports whether a schema has a name in Go.
func (t *tree) hasSchema(name string) bool {
	for own := range t.schemas() {
		if goName(own) == name {
			return true
		}
	}
	return false
}

// settle renames what is declared more than once in the generated code.
func (t *tree) settle(again []string, declared func(string) bool) bool {
	t.read = nil
	schemas := map[string]string{}
	for name := range t.schemas() {
		schemas[goName(name)] = name
	}
	renamed := map[string]string{}
	for _, twice := range again {
		name, ok := schemas[twice]
		if !ok {
			continue
		}
		made := twice + "Schema"
		for declared(made) || schemas[made] != "" {
			made += "Type"
		}
		renamed[name] = made
		t.note(t.schemaAt[name], "the schema %s is called %s in Go, where %s is something else", quoted(name), made, twice)
	}
	t.renameSchemas(renamed)
	if len(renamed) > 0 {
		return true
	}
	return t.settleOperations(again, declared)
}

// settleOperations renames the operations with the longest names of which something
// is declared that is there already.
func (t *tree) settleOperations(again []string, declared func(string) bool) bool {
	operations := map[string]object{}
	t.eachOperation(func(operation object, _ string) {
		id, _ := operation["operationId"].(string)
		operations[goName(id)] = operation
	})
	changed := map[string]bool{}
	for _, twice := range again {
		longest := ""
		for _, name := range sorted(operations) {
			if strings.Contains(twice, name) && len(name) > len(longest) {
				longest = name
			}
		}
		if longest == "" || changed[longest] {
			continue
		}
		changed[longest] = true
		made := longest + "Operation"
		for declared(made) || operations[made] != nil {
			made += "Call"
		}
		id, _ := operations[longest]["operationId"].(string)
		t.renameOperation(operations[longest], id, made)
	}
	return len(changed) > 0
}

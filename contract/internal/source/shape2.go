package source

// newGrammar2 returns the shapes of Swagger 2.0, as far as references can stand in
// them: they are followed before the conversion, and the rest is looked at after it.
func newGrammar2() *grammar {
	schema := &shape{name: "a schema", form: schemaForm, section: "definitions", lost: lost["definitions"]}
	either := &shape{name: "true, false or a schema", form: eitherForm, each: schema}
	schema.fields = fields{"properties": mapOf(schema), "additionalProperties": either}.
		also(schema, "items", "not").
		also(listOf(schema), "allOf", "oneOf", "anyOf").
		also(opaque, "default", "example", "enum", "examples")
	parameter := object(nameParameter, fields{"schema": schema, "items": schema})
	parameter.section, parameter.lost = "parameters", lost["parameters"]
	header := object("a response header", fields{"items": schema})
	header.lost = lost["headers"]
	response := object(nameResponse, fields{"schema": schema, "headers": mapOf(header), "examples": opaque})
	response.section, response.lost = "responses", lost["responses"]
	operation := object(nameOperation, fields{"parameters": listOf(parameter), "responses": extendedMap(response)})
	item := object(namePath, fields{"parameters": listOf(parameter)}.also(operation, methods...))
	item.lost = "the path is left out: none of its operations is tested"
	return &grammar{
		version: V20, schema: schema,
		root: object("the description", fields{
			"paths": extendedMap(item), "definitions": mapOf(schema), "parameters": mapOf(parameter), "responses": mapOf(response),
		}),
		sections: map[string]*shape{"definitions": schema, "parameters": parameter, "responses": response},
	}
}

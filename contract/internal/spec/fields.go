package spec

import (
	"slices"
	"strings"
)

// objectFields are the keys that OpenAPI 3.0 and 3.1 know on the objects that are
// read. The OpenAPI library looks for others, too, but takes required for
// Required, and stops at the first that it finds.
var objectFields = map[string][]string{
	"the contract": {
		"openapi", "info", "jsonSchemaDialect", "servers", "paths", "webhooks", "components", "security", "tags", "externalDocs",
	},
	"a path": {
		"$ref", "summary", "description", "get", "put", "post", "delete", "options", "head", "patch", "trace", "servers", "parameters",
	},
	"an operation": {
		"tags", "summary", "description", "externalDocs", "operationId", "parameters", "requestBody", "responses", "callbacks",
		"deprecated", "security", "servers",
	},
	"a parameter": {
		"name", "in", "description", "required", "deprecated", "allowEmptyValue", "style", "explode", "allowReserved", "schema",
		"example", "examples", "content",
	},
	"a response header": {
		"description", "required", "deprecated", "allowEmptyValue", "style", "explode", "allowReserved", "schema", "example",
		"examples", "content",
	},
	"a request body":    {"description", "content", "required"},
	"a media type":      {"schema", "example", "examples", "encoding"},
	"a response":        {"description", "headers", "content", "links"},
	"a security scheme": {"type", "description", "name", "in", "scheme", "bearerFormat", "flows", "openIdConnectUrl"},
	"a discriminator":   {"propertyName", "mapping"},
}

// known refuses keys that OpenAPI does not have on an object.
func (l *loader) known(c cursor, object string) {
	for _, key := range c.keys() {
		if !slices.Contains(objectFields[object], key.Value) && !strings.HasPrefix(key.Value, "x-") {
			l.partial = true
			l.unknownKey(c, key, object, objectFields[object])
		}
	}
}

package source

import (
	"regexp"
	"strings"
	"testing"
)

func TestIdentify(t *testing.T) {
	for data, want := range map[string]string{
		"":                          "an empty file",
		" \n":                       "an empty file",
		"PK\x03\x04abc":             "a ZIP archive",
		"\x1f\x8b\x08":              "a gzip file",
		"a\x00b":                    "binary data",
		"<!DOCTYPE html>\n<html>":   "a web page (HTML)",
		"\ufeff <html lang='en'>":   "a web page (HTML)",
		"<?xml version='1.0'?><a/>": "XML",
		`<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/">`:                                         "a WSDL description",
		`{"info": {"schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}, "item": []}`: "a Postman collection",
		"asyncapi: 2.6.0\n":                                                        "an AsyncAPI description",
		"type Query {\n  a: String\n}\n":                                           "a GraphQL schema",
		"type Thing @key(fields: \"id\") {\n a: [Int!]!\n}\n":                      "a GraphQL schema",
		`{"data": {"__schema": {}}}`:                                               "the introspection of a GraphQL schema",
		`{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}`: "a JSON Schema",
		"type: object\nproperties: {}\n":                                           "a JSON Schema",
		"#%RAML 1.0\ntitle: x\n":                                                   "a RAML description",
		`{"log": {"entries": []}}`:                                                 "a HAR recording",
		"apiVersion: v1\nkind: Pod\n":                                              "a Kubernetes manifest",
		"syntax = \"proto3\";\nmessage A { int32 a = 1; }":                         "a protobuf file",
		"- a\n- b\n":            "a list",
		"just words":            "plain text",
		"swaggerVersion: '1.2'": "a Swagger 1 description",
	} {
		_, err := Read(t.Context(), "f", []byte(data), Options{})
		if err == nil {
			t.Errorf("%q: read as a description", data)
			continue
		}
		if got := err.Error(); !regexp.MustCompile(`^f(:\d+)*: this is ` + regexp.QuoteMeta(want)).MatchString(got) {
			t.Errorf("%q: got %q, want %q", data, got, want)
		}
	}
	for _, data := range []string{"openapi: 3.0.0", `{"swagger": "2.0"}`, "\xff\xfeo\x00p\x00e\x00n\x00a\x00p\x00i\x00:\x00 \x003\x00"} {
		if _, err := Read(t.Context(), "f", []byte(data), Options{}); err != nil && strings.Contains(err.Error(), "this is ") {
			t.Errorf("%q: got %v", data, err)
		}
	}
}

func TestVersion(t *testing.T) {
	for text, want := range map[string]string{
		"openapi: 3.0.3":     "3.0",
		"openapi: 3.0":       "3.0",
		"openapi: 3":         "3.0",
		"openapi: 3.1.0-rc1": "3.1",
		"openapi: '3.2.0'":   "3.2",
		"openapi: 3.3.0":     "3.2",
		"swagger: 2":         "2.0",
		"swagger: 2.0":       "2.0",
		"swagger: '2.0'":     "2.0",
		"swagger: '3.0.0'":   "3.0",
		"openapi: 4.0.0":     "f:1:1: openapi is 4.0.0: convert it to OpenAPI 3.0, 3.1 or 3.2, or Swagger 2.0 first",
		"swagger: 1.2":       "f:1:1: swagger is 1.2: convert it to OpenAPI 3.0, 3.1 or 3.2, or Swagger 2.0 first",
		"openapi: three":     `f:1:1: openapi is "three": write it as in openapi: 3.0.3`,
		"openapi: []":        `f:1:1: openapi is a list: write it as in openapi: 3.0.3`,
		"paths: {}":          `f:1:1: this does not say which OpenAPI it is written in: begin it with openapi: 3.0.3`,
		"opanapi: 3.0.0":     `f:1:1: this does not say which OpenAPI it is written in: begin it with openapi: 3.0.3 (did you mean openapi by "opanapi"?)`,
	} {
		root, _, err := Parse("f", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		v, failure := versionOf(root, &problems{})
		got := string(v)
		if failure != nil {
			got = failure.Error()
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

package source

import (
	"bytes"
	"regexp"
	"strings"
)

// instead says what a text is that is no OpenAPI description, and what to give.
type instead struct {
	what, give string
}

func (i instead) String() string {
	if i.what == "" {
		return ""
	}
	if i.give == "" {
		return "this is " + i.what + ", not an OpenAPI description"
	}
	return "this is " + i.what + ", not an OpenAPI description: " + i.give
}

// openapiVersions is what a description may be written in.
const openapiVersions = "OpenAPI 3.0, 3.1 or 3.2, or Swagger 2.0"

var magic = []struct{ prefix, what, give string }{
	{"PK\x03\x04", "a ZIP archive", "unpack it, and give the description in it"},
	{"\x1f\x8b", "a gzip file", "unpack it (gunzip)"},
	{"BZh", "a bzip2 file", "unpack it (bunzip2)"},
	{"\xfd7zXZ", "an xz file", "unpack it (unxz)"},
	{"%PDF", "a PDF document", "give the YAML or JSON file of the description"},
	{"\x7fELF", "a program", "give the YAML or JSON file of the description"},
	{"\x89PNG", "a picture", "give the YAML or JSON file of the description"},
	{"\xff\xd8\xff", "a picture", "give the YAML or JSON file of the description"},
}

// identifyBytes tells what is no text at all.
func identifyBytes(data []byte) instead {
	for _, m := range magic {
		if bytes.HasPrefix(data, []byte(m.prefix)) {
			return instead{m.what, m.give}
		}
	}
	if bytes.HasPrefix(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), []byte("#%RAML")) {
		return instead{"a RAML description", "convert it to OpenAPI first, for instance with webapi-parser"}
	}
	text := bytes.Trim(data, " \t\r\n\ufeff")
	if len(text) == 0 {
		return instead{"an empty file", "give a description in " + openapiVersions}
	}
	wide := bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff"))
	if !wide && bytes.IndexByte(data[:min(len(data), 8192)], 0) >= 0 {
		return instead{"binary data", "give the YAML or JSON file of the description"}
	}
	if head := strings.TrimLeft(string(text[:min(len(text), 4096)]), " \t\r\n"); head[0] == '<' {
		return identifyMarkup(head)
	}
	return instead{}
}

var (
	htmlStart = regexp.MustCompile(`(?i)<(!doctype html|html|head|body|script|div)\b`)
	wsdlStart = regexp.MustCompile(`<([a-zA-Z0-9]+:)?(definitions|description)\b[^>]*wsdl`)
	wadlStart = regexp.MustCompile(`<([a-zA-Z0-9]+:)?application\b[^>]*wadl`)
	odataXML  = regexp.MustCompile(`<([a-zA-Z0-9]+:)?Edmx\b`)
)

func identifyMarkup(head string) instead {
	switch {
	case wsdlStart.MatchString(head):
		return instead{"a WSDL description of a SOAP service", "SOAP is not tested here"}
	case wadlStart.MatchString(head):
		return instead{"a WADL description", "convert it to OpenAPI first"}
	case odataXML.MatchString(head):
		return instead{"OData metadata (EDMX)", "convert it to OpenAPI first, for instance with odata-openapi"}
	case htmlStart.MatchString(head):
		return instead{
			"a web page (HTML)",
			"give the address of the description that the page shows; it often ends in openapi.json, swagger.json or v3/api-docs",
		}
	default:
		return instead{"XML", "give a description in YAML or JSON"}
	}
}

var graphqlStart = regexp.MustCompile(`(?m)^\s*(extend\s+)?((type|input|interface|enum|union)\s+\w+[^:\n]*[{@=]|` +
	`scalar\s+\w+\s*$|directive\s+@|schema\s*[{@])`)

// identifyText tells what is neither JSON nor YAML.
func identifyText(text string) instead {
	head := text[:min(len(text), 64<<10)]
	switch {
	case strings.HasPrefix(strings.TrimSpace(head), "FORMAT: 1A"):
		return instead{"an API Blueprint", "convert it to OpenAPI first"}
	case regexp.MustCompile(`(?m)^\s*syntax\s*=\s*"proto[23]"`).MatchString(head):
		return instead{"a protobuf file", "generate a description from it, for instance with protoc-gen-openapi"}
	case regexp.MustCompile(`(?m)^\s*(type\s+(Query|Mutation)\b|schema\s*\{)`).MatchString(head),
		graphqlStart.MatchString(head) && strings.Contains(head, "{") && strings.Contains(head, "}"):
		return instead{"a GraphQL schema", "GraphQL is not tested here"}
	case regexp.MustCompile(`(?m)^(GET|POST|PUT|PATCH|DELETE) \S+`).MatchString(head):
		return instead{"a list of HTTP requests", "give a description in " + openapiVersions}
	default:
		return instead{}
	}
}

// identifyTree tells by the keys of the root what is no OpenAPI.
func identifyTree(root *Node) instead {
	if root.Kind() == String { // which YAML makes of many texts in other languages
		if i := identifyText(root.Text()); i.what != "" {
			return i
		}
	}
	if root.Kind() != Mapping {
		return instead{article(root), "give a description, which begins with openapi: 3.0.3, info and paths"}
	}
	if root.Has("openapi") || root.Has("swagger") {
		return instead{}
	}
	for _, t := range treeKinds {
		if t.is(root) {
			return instead{t.what, t.give}
		}
	}
	return instead{}
}

func article(n *Node) string {
	switch n.Kind() {
	case Sequence:
		return "a list"
	case String:
		return "plain text"
	default:
		return n.Kind().String()
	}
}

// has returns a test for a root that has all of some members; "a/b" is the
// member b of the member a.
func has(pointers ...string) func(*Node) bool {
	return func(root *Node) bool {
		for _, p := range pointers {
			if root.Find("/"+p) == nil {
				return false
			}
		}
		return true
	}
}

// either returns a test for a root that passes one of some tests.
func either(tests ...func(*Node) bool) func(*Node) bool {
	return func(root *Node) bool {
		for _, test := range tests {
			if test(root) {
				return true
			}
		}
		return false
	}
}

func isRequestCollection(root *Node) bool {
	schema := root.Find("/info/schema").Text()
	return strings.Contains(schema, "getpostman.com") || root.Has("item") && root.Has("info") || root.Find("/info/_postman_id") != nil
}

var treeKinds = []struct {
	is         func(*Node) bool
	what, give string
}{
	{has("asyncapi"), "an AsyncAPI description", "only HTTP APIs that OpenAPI describes are tested here"},
	{has("arazzo"), "an Arazzo description of workflows", "give one of its sourceDescriptions"},
	{has("overlay", "actions"), "an OpenAPI overlay", "give the description that it extends, and this beside it, with --overlay"},
	{
		isRequestCollection, "a Postman collection",
		"export or generate the API's OpenAPI description, for instance with postman-to-openapi",
	},
	{has("_type", "resources"), "an Insomnia export", "export the API's OpenAPI description instead"},
	{has("log/entries"), "a HAR recording", "give the API's description, and the recording where recordings are judged"},
	{either(has("data/__schema"), has("__schema")), "the introspection of a GraphQL schema", "GraphQL is not tested here"},
	{has("discoveryVersion"), "a Google API discovery document", "convert it to OpenAPI first"},
	{has("swaggerVersion"), "a Swagger 1 description", "convert it to Swagger 2.0 or OpenAPI 3 first"},
	{has("apiVersion", "kind"), "a Kubernetes manifest", "give the API's own description"},
	{has("overlays"), "a list of overlays", "give the description that they extend"},
	{has("baseURL"), "a target file", "give the contract first, and this with --target"},
	{
		either(has("$schema"), has("$defs"), has("definitions"), has("properties"), has("allOf"), has("oneOf")),
		"a JSON Schema", "give a description that refers to it, with openapi, info and paths",
	},
	{has("dependencies", "name"), "a package manifest", "give the API's own description"},
}

package target_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/apiclause/clause/contract/target"
)

// format prints a target in the ways that a program is likely to.
func format(parsed *target.Target, err error) string {
	asJSON, _ := json.Marshal(parsed)
	asYAML, _ := yaml.Marshal(parsed)

	if parsed == nil {
		parsed = &target.Target{}
	}

	return fmt.Sprintf("%v %+v %#v %s %s %v", *parsed, parsed, parsed, asJSON, asYAML, err)
}

// sample is a target file and what Parse says about it.
type sample struct {
	text     string
	problems []string // without the file's name; none: it is accepted
	// beyond says that the schema accepts what Parse refuses: it cannot state
	// this.
	beyond bool
}

func good(text string) sample { return sample{text: text} }

func bad(text string, problems ...string) sample { return sample{text: text, problems: problems} }

func beyond(text string, problems ...string) sample {
	return sample{text: text, problems: problems, beyond: true}
}

const base = "baseURL: http://h\n"

// iam is a section that gets a token, with something more in it.
func iam(more string) string {
	return "auth: {iam: {endpoint: https://h, domain: d, user: u, password: p" + more + "}}"
}

// samples has a file for every message that a user can cause, and for what is
// close to one but right.
func samples() []sample {
	const (
		reserved   = "is set by the client itself; remove it"
		noStatus   = `is no status; write three digits, such as "500"`
		saysNone   = "says nothing; give values under path, query, header or body"
		notOne     = "must be a single value, such as a text or a number"
		noValue    = "has no value; give it one or remove the line"
		empty      = "is empty; give it a value or remove the line"
		control    = "holds a line break or another control character; remove it"
		blanks     = "has blanks around it"
		notMapping = "must be a mapping (key: value)"
	)

	return []sample{
		good(base), good(whole), good("baseURL: https://h:65535/a/b/"), good("baseURL: http://[::1]:1"),
		bad("name: a", "1: baseURL is missing; give the URL that the contract's paths are appended to, such as http://127.0.0.1:9000"),
		bad("a", "1: a target file "+notMapping), bad("~", "1: a target file "+notMapping), bad("[a]", "1: a target file "+notMapping),
		bad(base+"Values: {}", `2: unknown key "Values": did you mean "values"?`),
		bad(base+"xyzxyz: {}", `2: unknown key "xyzxyz": known here: auth, baseURL, gentle, headers, implementation, name, provoke, tls, values`),
		beyond(base+"name: a\nname: b", `3: name: the key "name" is given twice, first in line 2; remove one`),

		bad("baseURL: ftp://h", "1: baseURL must begin with http:// or https://, such as http://127.0.0.1:9000"),
		bad("baseURL: localhost:9000", "1: baseURL must begin with http:// or https://"),
		bad("baseURL: /a", "1: baseURL must begin with http:// or https://"),
		bad("baseURL: http://u:p@h", "1: baseURL holds a user name or a password; put credentials under auth or headers"),
		bad("baseURL: http:///a", "1: baseURL has no host; write it as http://host:port/path"),
		bad("baseURL: http://h/?", "1: baseURL has a query; remove what follows the ?"),
		bad("baseURL: http://h/a?b=c", "1: baseURL has a query"),
		bad("baseURL: 'http://h/#a'", "1: baseURL has a fragment; remove what follows the #"),
		beyond("baseURL: http://h:0", "1: baseURL has no valid port; it is a number from 1 to 65535"),
		beyond("baseURL: http://h:65536", "1: baseURL has no valid port"), beyond("baseURL: 'http://h:'", "1: baseURL has no valid port"),
		beyond("baseURL: http://a b", "1: baseURL is no URL; write it as http://host:port/path"),
		bad("baseURL: ''", "1: baseURL "+empty), bad("baseURL:", "1: baseURL "+noValue), bad("baseURL: {a: b}", "1: baseURL "+notOne),
		bad("baseURL: \"http://h/\\n\"", "1: baseURL "+control),

		good("baseURL: ${BASE_URL}"), good(base + "name: a$${b}"), good(base + "name: $5"),
		beyond("baseURL: ${NONE}", "1: baseURL: the environment variable NONE is not set, or empty; set it"),
		beyond(base+"auth: {token: 'a${EMPTY}'}", "2: auth.token: the environment variable EMPTY is not set, or empty; set it"),
		beyond(base+"name: ${TOKEN", "2: name: ${ must begin a variable, ${NAME}; write $${ for ${ itself"),
		beyond(base+"name: ${A-B}", "2: name: ${ must begin a variable"),
		beyond("baseURL: ${USER_URL}", "1: baseURL holds a user name or a password"),

		good(base + "name: 5"), good(base + "name: 2024-01-01"), good(base + "implementation: {version: 1.10}"),
		bad(base+"name: ''", "2: name "+empty), bad(base+"name: \"a\\eb\"", "2: name "+control), bad(base+"name: [a]", "2: name "+notOne),
		bad(base+"implementation: {organisation: a}", `2: unknown key "organisation" in implementation: did you mean "organization"?`),
		bad(base+"implementation: a", "2: implementation "+notMapping), bad(base+"implementation: {version: }", "2: implementation.version "+noValue),

		good(base + "values: {a: 1, b: true, c: x, op: {a: 1.5}}"), good(base + "values:"), good(base + "values: {op: {}}"),
		good(base + "values: {a: 'x-{{unique}}', b: '{{now-2h}}'}"),
		beyond(base+"values: {a: '{{uniqe}}'}", "2: values.a: {{uniqe}} is no placeholder; use {{unique}}, {{now}} or a time from now, such as {{now-2h}} or {{now+1d}}"),
		bad(base+"values: {a: ''}", "2: values.a "+empty), bad(base+"values: {a: }", "2: values.a "+noValue), bad(base+"values: {a: [b]}", "2: values.a "+notOne),
		bad(base+"values: {op: {a: {b: c}}}", "2: values.op.a "+notOne), bad(base+"values: {'': a}", "2: values.\"\" is no name; give the key one"),
		bad(base+"values: [a]", "2: values "+notMapping), bad(base+"values: {? [a] : b}", "2: values: a key must be a text, and this is a list"),
		beyond(base+"values: {op: {a: b, a: c}}", `2: values.op.a: the key "a" is given twice, first in line 2; remove one`),
		beyond(base+"values: {a: &x b, c: *x}", "2: values.a: anchors and aliases are not supported", "2: values.c: anchors and aliases are not supported; write the value out, in quotes if it begins with & or *"),
		beyond(base+"values: {a: !x b}", "2: values.a: tags are not supported; put the value in quotes if it begins with !"),
		beyond(base+"values: {<<: {a: b}}", "2: values: anchors, aliases and merged mappings are not supported; write the values out"),

		good(base + "auth: {token: a}"), good(base + "auth: {token: '${TOKEN}'}"), good(base + "auth: {}"), good(base + "auth:"),
		bad(base+"auth: {tokn: a}", `2: unknown key "tokn" in auth: did you mean "token"?`), bad(base+"auth: a", "2: auth "+notMapping),
		bad(base+"auth: {token: ''}", "2: auth.token "+empty), bad(base+"auth: {token: \"a\\n\"}", "2: auth.token "+control),
		bad(base+"auth: {token: ' a'}", "2: auth.token "+blanks), beyond(base+"auth: {token: '${LINES}'}", "2: auth.token "+control),

		good(base + "auth: {basic: {user: a, password: b}}"), good(base + "auth: {token: c, basic: {user: a, password: 'b:c'}}"),
		bad(base+"auth: {basic: {user: a}}", "2: auth.basic.password is missing; give it"), bad(base+"auth: {basic: {password: a}}", "2: auth.basic.user is missing; give it"),
		bad(base+"auth: {basic: {user: 'a:b', password: c}}", "2: auth.basic.user holds a colon, and basic authentication ends the user there; remove it"),
		good(base + "auth: {accessKey: {id: a, secret: b}}"), good(base + "auth: {token: c, accessKey: {id: '${TOKEN}', secret: b, securityToken: d, project: e}}"),
		bad(base+"auth: {accessKey: {id: a}}", "2: auth.accessKey.secret is missing; give it"), bad(base+"auth: {accessKey: {secret: a}}", "2: auth.accessKey.id is missing; give it"),
		bad(base+"auth: {accessKey: {id: a, secret: ''}}", "2: auth.accessKey.secret "+empty), bad(base+"auth: {accessKey: {id: a, secret: ' b'}}", "2: auth.accessKey.secret "+blanks),
		bad(base+"auth: {accessKey: {id: a, secret: b, sk: c}}", `2: unknown key "sk" in auth.accessKey: known here: id, project, secret, securityToken`), bad(base+"auth: {accessKey: a}", "2: auth.accessKey "+notMapping),
		good(base + iam("")), good(base + iam(", project: p")), good(base + iam(", projectId: p")),
		bad(base+"auth: {iam: {user: u, domain: d, password: p}}", "2: auth.iam.endpoint is missing; give it"),
		bad(base+"auth: {iam: {endpoint: https://h}}", "2: auth.iam.domain is missing; give it", "2: auth.iam.password is missing; give it", "2: auth.iam.user is missing; give it"),
		bad(base+iam(", project: p, projectId: q"), "2: auth.iam has both project, a name, and projectId; remove either"),
		bad(base+"auth: {token: t, "+iam("")[len("auth: {"):], "2: auth has both token and iam, which gets one; remove either"),
		beyond(base+strings.Replace(iam(""), "https:", "http:", 1), "2: auth.iam.endpoint must begin with https://: a password is sent to it"),
		good(base + strings.Replace(iam(""), "https://h", "http://127.0.0.1:5000", 1)),
		bad(base+strings.Replace(iam(""), "https://h", "https://u:p@h", 1), "2: auth.iam.endpoint holds a user name or a password"),

		good(base + "provoke: {409: {body: {a: [1, 1.5, true, null, 'x-{{unique}}', '${TOKEN}'], b: ''}}, 422: {body: 7}, op: {404: {body: []}}}"),
		bad(base+"provoke: {409: {body: }}", "2: provoke.409 "+saysNone), beyond(base+"provoke: {409: {body: {a: .inf}}}", "2: provoke.409.body.a is a number that JSON does not have; put it in quotes if it is a text"),
		beyond(base+"provoke: {409: {body: [a, '{{uniqe}}']}}", "2: provoke.409.body[1]: {{uniqe}} is no placeholder; use {{unique}}, {{now}} or a time from now, such as {{now-2h}} or {{now+1d}}"),
		beyond(base+"provoke: {409: {body: {a: {b: !x c}}}}", "2: provoke.409.body.a.b: tags are not supported; put the value in quotes if it begins with !"),
		good(base + "provoke: {500: {path: {a: b}}, '503': {query: {a: ''}}, op: {500: {header: {A: b}}}}"),
		good(base + "provoke: {500: {path: {}, query: {a: b}}}"), good(base + "provoke: {op: {}}"), good(base + "provoke:"),
		bad(base+"provoke: {50: {path: {a: b}}}", "2: provoke.50 "+noStatus), bad(base+"provoke: {600: {}}", "2: provoke.600 "+noStatus),
		bad(base+"provoke: {op: {5xx: {path: {a: b}}}}", "2: provoke.op.5xx "+noStatus), bad(base+"provoke: {5xx: {}}", "2: provoke.5xx "+noStatus),
		bad(base+"provoke: {500: {}}", "2: provoke.500 "+saysNone), bad(base+"provoke: {500: }", "2: provoke.500 "+saysNone),
		bad(base+"provoke: {op: {500: {path: {}}}}", "2: provoke.op.500 "+saysNone), bad(base+"provoke: {500: a}", "2: provoke.500 "+notMapping),
		bad(base+"provoke: {500: {paths: {a: b}}}", `2: unknown key "paths" in provoke.500: did you mean "path"?`), bad(base+"provoke: {op: a}", "2: provoke.op "+notMapping),
		bad(base+"provoke: {500: {path: {a: ''}}}", "2: provoke.500.path.a "+empty), bad(base+"provoke: {500: {query: {a: }}}", "2: provoke.500.query.a "+noValue),
		bad(base+"provoke: {500: {header: {a b: c}}}", `2: provoke.500.header."a b" is no header name`), bad(base+"provoke: {500: {header: {host: c}}}", "2: provoke.500.header.host "+reserved),

		good(base + "gentle: false"), good(base + "gentle: true"), bad(base+"gentle: 1", "2: gentle must be true or false"),
		bad(base+"gentle:", "2: gentle must be true or false"),

		good(base + "headers: {X-A: '', x-b: 1, X_c: \"a\\tb\"}"), good(base + "headers: {Authorization: Bearer x}"), good(base + "headers: {A: 'ü'}"),
		bad(base+"headers: {'X:A': b}", `2: headers."X:A" is no header name; it takes letters, digits and !#$%&'*+-.^_`+"`"+`|~ (RFC 9110)`),
		bad(base+"headers: {X-Ä: b}", "2: headers.X-Ä is no header name"), bad(base+"headers: {content-length: 1}", "2: headers.content-length "+reserved),
		bad(base+"headers: {TE: a}", "2: headers.TE "+reserved), bad(base+"headers: {A: \"a\\r\\nB: c\"}", "2: headers.A "+control),
		bad(base+"headers: {A: 'a '}", "2: headers.A has blanks around it; remove them"), bad(base+"headers: {A: }", "2: headers.A "+noValue),
		beyond(base+"headers: {X-A: a, x-a: b}", "2: headers has X-A twice, in different cases; remove one"),
		beyond(base+"headers: {A: '${LINES}'}", "2: headers.A "+control), beyond(base+"headers: {A: '${BLANKS}'}", "2: headers.A "+blanks),

		good(base + "tls: {insecure: false}"), good(base + "tls:"), bad(base+"tls: {insecure: 'true'}", "2: tls.insecure must be true or false"),
		bad(base+"tls: {insecure: yes}", "2: tls.insecure must be true or false"), bad(base+"tls: {caFiles: a}", `2: unknown key "caFiles" in tls: did you mean "caFile"?`),
		beyond(base+"tls: {caFile: none.pem}", "2: tls.caFile: none.pem: no such file or directory; relative paths start at the target file's directory"),
		beyond(base+"tls: {caFile: ..}", "2: tls.caFile: .. is not a file"),
		beyond(base+"tls: {caFile: target.go}", "2: tls.caFile: target.go holds no certificate; it must be PEM, with BEGIN CERTIFICATE lines"),
		bad(base+"tls: {certFile: target.go}", "2: tls.keyFile is missing, and belongs to certFile; give both or neither"),
		bad(base+"tls: {keyFile: target.go}", "2: tls.certFile is missing, and belongs to keyFile; give both or neither"),
		beyond(base+"tls: {certFile: target.go, keyFile: tls.go}", "2: tls.certFile: target.go and tls.go are no certificate and its key, in PEM: "),

		beyond("a: [", "1: not valid YAML: did not find expected node content; values that hold one of : # { } [ ] & * ! | > % @ need quotes"),
		beyond("{\"baseURL\": \"http://h\",\n\"auth\" {}}", "2: not valid JSON: '{' where the colon after \"auth\" should be"),
		beyond(base+"name: a\x01b", "2: here and in 0 other places the file is no UTF-8 text, or has control characters"),
		beyond(base+"values: {op: {a: !x b, c: ''}, op: {}}", "2: values.op.a: tags are not supported", `2: values.op: the key "op" is given twice`),
		bad(base+"values: {op: [{a: 1}, {a: !x b}], op: []}", "2: values.op.1.a: tags are not supported", `2: values.op: the key "op" is given twice`),
		bad(base+"namee: a\nauth: {iam: {endpoint: https://h, domain: d, user: u, password: &p x}}", `2: unknown key "namee": did you mean "name"?`, "3: auth.iam.password: anchors and aliases are not supported"),
		beyond(strings.Repeat("[", 600), "1: the file nests deeper than 500 levels"),
		good("{\n\t\"baseURL\": \"http://h\",\n\t\"values\": {\"a\": 1}\n}"), good(base + "values: {a: 0x10, b: 0123, c: .5, d: 1_000}"),
		bad("{\n\t\"baseURL\": \"http://h\",\n\t\"valeus\": {}\n}", `3: unknown key "valeus": did you mean "values"?`),
		beyond("", "1: the file is empty; give baseURL at least"), beyond("# a", "1: the file is empty"),
		beyond(base+"---\n"+base, "2: a second YAML document begins here: a file is one document, so put each into a file of its own"),
		bad("name: [a]\nauth: {b: c}\n"+base+"tls: a", "1: name "+notOne, `2: unknown key "b" in auth: known here: accessKey, basic, iam, schemes, token`, "4: tls "+notMapping),
	}
}

// TestSamples holds Parse and the schema to the samples.
func TestSamples(t *testing.T) {
	t.Parallel()

	compiler := jsonschema.NewCompiler()

	document, err := jsonschema.UnmarshalJSON(strings.NewReader(target.Schema))
	if err != nil {
		t.Fatal(err)
	}

	if err := compiler.AddResource("target.schema.json", document); err != nil {
		t.Fatal(err)
	}

	schema, err := compiler.Compile("target.schema.json")
	if err != nil {
		t.Fatal(err)
	}

	for _, s := range append(samples(), schemes()...) {
		_, err := target.Parse("target.yaml", []byte(s.text), lookupEnv)

		var got []string
		if err != nil {
			got = strings.Split(err.Error(), "\n")
		}

		if len(got) != len(s.problems) {
			t.Errorf("%s\ngot:\n%s\nwant:\n%s", s.text, strings.Join(got, "\n"), strings.Join(s.problems, "\n"))

			continue
		}

		for i, want := range s.problems {
			if !strings.HasPrefix(got[i], "target.yaml:"+want) {
				t.Errorf("%s\ngot  %s\nwant %s", s.text, got[i], want)
			}
		}

		var root yaml.Node
		if yaml.Unmarshal([]byte(s.text), &root) != nil || root.Kind == 0 {
			continue // no YAML, which a schema is not asked about
		}

		refused := schema.Validate(toJSON(&root))
		if accept := s.problems == nil || s.beyond; accept != (refused == nil) {
			t.Errorf("%s\nthe schema says %v, Parse %q", s.text, refused, got)
		}
	}
}

// toJSON makes of a YAML node what a JSON Schema is about.
func toJSON(n *yaml.Node) any {
	switch n.Kind {
	case yaml.DocumentNode:
		return toJSON(n.Content[0])
	case yaml.AliasNode:
		return toJSON(n.Alias)
	case yaml.SequenceNode:
		list := []any{}
		for _, member := range n.Content {
			list = append(list, toJSON(member))
		}

		return list
	case yaml.MappingNode:
		object := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			object[n.Content[i].Value] = toJSON(n.Content[i+1])
		}

		return object
	case yaml.ScalarNode:
	}

	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		return n.Value == "true" || n.Value == "True"
	case "!!int", "!!float":
		return json.Number("1")
	default:
		return n.Value
	}
}

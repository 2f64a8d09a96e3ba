package world

import (
	"fmt"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
)

// told gives what was found, a line each.
func told(t *testing.T, paths string) string {
	t.Helper()
	model, err := spec.Load("openapi.yaml", []byte("openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n"+paths))
	if err != nil {
		t.Fatal(err)
	}
	w := Find(model)
	var out strings.Builder
	for _, r := range w.Resources {
		var names []string
		for _, n := range r.Maker.Names {
			switch {
			case n.Location:
				names = append(names, "Location")
			case n.Sent:
				names = append(names, "sent "+strings.Join(n.Path, "."))
			default:
				names = append(names, strings.Join(n.Path, "."))
			}
		}
		fmt.Fprintf(&out, "%s is made by %s, named by %s", r.Name, r.Maker.Operation.ID, strings.Join(names, ", "))
		for _, other := range []struct {
			does string
			op   *spec.Operation
		}{{"read", r.Reads}, {"listed", r.Lists}, {"ended", r.Ends}} {
			if other.op != nil {
				fmt.Fprintf(&out, ", %s by %s", other.does, other.op.ID)
			}
		}
		for _, op := range r.Changes {
			fmt.Fprintf(&out, ", changed by %s", op.ID)
		}
		out.WriteByte('\n')
	}
	for _, op := range model.Operations {
		for _, n := range w.Needs(op.ID) {
			fmt.Fprintf(&out, "needed by %s: %s in %s", op.ID, n.Resource.Name, strings.Join(n.Path, "."))
			if n.Ends {
				out.WriteString(", and ends it")
			} else if n.Changes {
				out.WriteString(", and changes it")
			}
			out.WriteByte('\n')
		}
	}
	return strings.TrimSuffix(out.String(), "\n")
}

const answers201 = `responses: {"201": {description: made, content: {application/json: {schema: `

func TestFind(t *testing.T) {
	id := `parameters: [{name: petId, in: path, required: true, schema: {type: integer}}], responses: {"200": {description: ok}}`
	for _, test := range []struct{ name, paths, want string }{
		{
			"by the paths",
			`  /pets:
    get: {operationId: list, responses: {"200": {description: ok}}}
    post: {operationId: make, ` + answers201 + `{type: object, properties: {name: {type: string}, id: {type: integer}}}}}}}}
  /pets/{petId}:
    get: {operationId: read, ` + id + `}
    put: {operationId: change, ` + id + `}
    delete: {operationId: end, ` + id + `}
`,
			`/pets/{petId} is made by make, named by id, read by read, listed by list, ended by end, changed by change
needed by read: /pets/{petId} in path.petId
needed by change: /pets/{petId} in path.petId, and changes it
needed by end: /pets/{petId} in path.petId, and ends it`,
		},
		{
			"parents, and a body that refers to another",
			`  /owners: {post: {operationId: makeOwner, ` + answers201 + `{properties: {data: {properties: {ownerId: {type: string}}}}}}}}}}}
  /owners/{owner}/pets:
    post: {operationId: makePet, parameters: [{name: owner, in: path, required: true, schema: {type: string}}], responses: {"201": {description: made, headers: {Location: {schema: {type: string}}}}}}
  /owners/{o}/pets/{petId}: {get: {operationId: read, parameters: [{name: o, in: path, required: true, schema: {type: string}}, {name: petId, in: path, required: true, schema: {type: integer}}], responses: {"200": {description: ok}}}}
  /visits:
    post:
      operationId: visit
      requestBody: {content: {application/json: {schema: {properties: {pet_id: {type: integer}, owner_name: {type: string}, petIds: {type: array, items: {type: integer}}, owners: {type: array, items: {properties: {owner-id: {type: string}}}}}}}}}
      responses: {"201": {description: ok}}
`,
			`/owners/{owner} is made by makeOwner, named by data.ownerId
/owners/{o}/pets/{petId} is made by makePet, named by Location, read by read
needed by makePet: /owners/{owner} in path.owner, and changes it
needed by read: /owners/{owner} in path.o
needed by read: /owners/{o}/pets/{petId} in path.petId
needed by visit: /owners/{o}/pets/{petId} in body.pet_id
needed by visit: /owners/{o}/pets/{petId} in body.petIds.0
needed by visit: /owners/{owner} in body.owners.0.owner-id`,
		},
		{
			"named by whoever makes it",
			`  /user:
    post:
      operationId: make
      requestBody: {content: {application/json: {schema: {properties: {username: {type: string}, email: {type: string}}}}}}
      responses: {default: {description: ok}}
  /user/{username}: {get: {operationId: show, parameters: [{name: username, in: path, required: true, schema: {type: string}}], responses: {"200": {description: ok}}}}
`,
			`/user/{username} is made by make, named by sent username, read by show
needed by show: /user/{username} in path.username`,
		},
		{
			"named by what a service gives out, behind what names it better",
			`  /carts: {post: {operationId: make, ` + answers201 + `{properties: {token: {type: string}, note: {type: string}}}}}}}}}
  /carts/{cart}: {get: {operationId: read, parameters: [{name: cart, in: path, required: true, schema: {type: string}}], responses: {"200": {description: ok}}}}
  /jobs: {post: {operationId: begin, ` + answers201 + `{properties: {code: {type: string}, data: {properties: {id: {type: string}}}}}}}}}}}
  /jobs/{job}: {get: {operationId: see, parameters: [{name: job, in: path, required: true, schema: {type: string}}], responses: {"200": {description: ok}}}}
`,
			`/carts/{cart} is made by make, named by token, read by read
/jobs/{job} is made by begin, named by data.id, read by see
needed by read: /carts/{cart} in path.cart
needed by see: /jobs/{job} in path.job`,
		},
		{
			"made below another, and standing by itself",
			`  /v1/posts: {post: {operationId: post, ` + answers201 + `{properties: {id: {type: integer}}}}}}}}}
  /v1/posts/{id}: {get: {operationId: see, parameters: [{name: id, in: path, required: true, schema: {type: integer}}], responses: {"200": {description: ok}}}}
  /v1/posts/{id}/comments:
    post: {operationId: comment, parameters: [{name: id, in: path, required: true, schema: {type: integer}}], ` + answers201 + `{properties: {id: {type: integer}}}}}}}}
  /v1/comments/{commentId}: {get: {operationId: read, parameters: [{name: commentId, in: path, required: true, schema: {type: integer}}], responses: {"200": {description: ok}}}}
`,
			`/v1/posts/{id} is made by post, named by id, read by see
/v1/comments/{commentId} is made by comment, named by id, read by read
needed by see: /v1/posts/{id} in path.id
needed by comment: /v1/posts/{id} in path.id, and changes it
needed by read: /v1/comments/{commentId} in path.commentId`,
		},
		{
			"nothing names it",
			`  /jobs: {post: {operationId: make, ` + answers201 + `{properties: {state: {type: string}}}}}}}}}
  /jobs/{petId}: {get: {operationId: read, ` + id + `}}
`,
			``,
		},
		{
			"what the answer has is not documented",
			`  /jobs: {post: {operationId: make, responses: {"201": {description: made}}}}
  /jobs/{petId}: {get: {operationId: show, ` + id + `}}
`,
			`/jobs/{petId} is made by make, named by Location, petId, id, uuid, guid, key, name, slug, read by show
needed by show: /jobs/{petId} in path.petId`,
		},
	} {
		if got := told(t, test.paths); got != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", test.name, got, test.want)
		}
	}
}

// TestABodyNamesWhatItsPathDoes holds that a change has one name for what it changes.
func TestABodyNamesWhatItsPathDoes(t *testing.T) {
	body := `requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string}, id: {type: integer}}}}}}, `
	change := `parameters: [{name: petId, in: path, required: true, schema: {type: integer}}], ` + body + `responses: {"200": {description: ok}}`
	got := told(t, `  /pets:
    post: {operationId: make, `+body+answers201+`{type: object, properties: {id: {type: integer}}}}}}}}
  /pets/{petId}:
    put: {operationId: replace, `+change+`}
`)
	if want := "needed by replace: /pets/{petId} in body.id"; !strings.Contains(got, want) || strings.Contains(got, "needed by make") {
		t.Errorf("found\n%s\nwant %s, and nothing that making needs", got, want)
	}
}

// A PUT makes what nothing else does, by a name that its client chooses and that can be new
// each time.
func TestAPutMakesWhatItsPathNames(t *testing.T) {
	at := func(schema, status string) string {
		return `  /rooms/{name}:
    parameters: [{name: name, in: path, required: true, schema: ` + schema + `}]
    get: {operationId: read, responses: {"200": {description: ok}}}
    put: {operationId: put, responses: {"` + status + `": {description: ok}}}
    delete: {operationId: end, responses: {"204": {description: ok}}}
`
	}
	const makes = "/rooms/{name} is made by put, named by sent , read by read, ended by end"
	for _, test := range []struct {
		paths string
		makes bool
	}{
		{at("{type: string}", "201"), true},
		{at("{type: string, format: uuid}", "201"), true},
		{at("{type: string}", "200"), false},
		{at("{type: string, enum: [red, blue]}", "201"), false},
		{at("{type: string, maxLength: 4}", "201"), false},
		{at("{type: integer}", "201"), false},
		{at("{type: string}", "201") + `  /rooms:
    post: {operationId: ask, ` + answers201 + `{type: object, properties: {ok: {type: boolean}}}}}}}}
`, false},
	} {
		got := told(t, test.paths)
		if first, _, _ := strings.Cut(got, "\n"); (first == makes) != test.makes || strings.Contains(got, "needed by put") {
			t.Errorf("%s\nfound: %s", test.paths, got)
		}
	}
}

func TestWords(t *testing.T) {
	for name, want := range map[string]string{
		"petId": "pet id", "PetID": "pet id", "pet_id": "pet id", "HTTPServerKey": "http server key", "x-pet.id": "x pet id", "id": "id",
		"minURLLength": "min url length", "OAuth2Key": "oauth2 key", "myOAuthKey": "my oauth key", "ETag": "etag", "aB": "a b",
	} {
		if got := strings.Join(spec.Words(name), " "); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{"pets": "pet", "categories": "category", "addresses": "address", "boxes": "box", "status": "statu", "news": "new", "glass": "glass"} {
		if got := strings.Join(singular(spec.Words(name)), " "); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestWhatIsStatedBeatsWhatIsInferred(t *testing.T) {
	const paths = `  /register:
    post:
      operationId: register
      x-contract: {makes: {thing: "/users/{name}", name: request.login}}
      requestBody: {content: {application/json: {schema: {properties: {login: {type: string}}}}}}
      responses: {"201": {description: made}}
  /users/{name}:
    get: {operationId: read, parameters: [{name: name, in: path, required: true, schema: {type: string}}], responses: {"200": {description: ok}}}
  /users/{name}/closure:
    post:
      operationId: close
      x-contract: {ends: "/users/{name}"}
      parameters: [{name: name, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: ok}}
  /letters:
    post:
      operationId: write
      x-contract: {needs: {body.to: "/users/{name}"}}
      requestBody: {content: {application/json: {schema: {properties: {to: {type: string}}}}}}
      responses: {"201": {description: made, links: {it: {operationId: letter, parameters: {number: "$response.body#/no"}}}}}
  /post/{number}:
    get: {operationId: letter, parameters: [{name: number, in: path, required: true, schema: {type: string}}], responses: {"200": {description: ok}}}
`
	const want = `/users/{name} is made by register, named by sent login, read by read, ended by close
/post/{number} is made by write, named by no, read by letter
needed by read: /users/{name} in path.name
needed by close: /users/{name} in path.name, and ends it
needed by write: /users/{name} in body.to
needed by letter: /post/{number} in path.number`
	if got := told(t, paths); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestWhatIsStatedWrongly(t *testing.T) {
	for x, want := range map[string]string{
		`{makes: {thing: /things, name: answer.id}}`:              `thing must be the path that stands for one thing, such as /pets/{petId}, not "/things"`,
		`{makes: {thing: "/thing/{id}", name: answer.id}}`:        `thing names /thing/{id}, and the contract has no such path: did you mean "/things/{id}"?`,
		`{makes: {thing: "/things/{id}", name: id}}`:              `makes must say what names the thing, as name: answer.id, header.Location or request.username, not "id"`,
		`{makes: {thing: "/things/{id}", name: answer.id, x: 1}}`: `unknown key "x" in makes`,
		`{ends: 7}`:                        `ends must be the path that stands for one thing, such as /pets/{petId}, not "7"`,
		`{needs: {pet: "/things/{id}"}}`:   `needs names "pet": write where the value stands, such as path.pet_id, query.pet or body.pet.id`,
		`{needs: {body.pet: "/pet/{id}"}}`: `body.pet names /pet/{id}, and the contract has no such path`,
	} {
		_, err := spec.Load("openapi.yaml", []byte(`openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /things: {post: {operationId: make, x-contract: `+x+`, responses: {"201": {description: made}}}}
  /things/{id}: {get: {operationId: read, parameters: [{name: id, in: path, required: true, schema: {type: string}}], responses: {"200": {description: ok}}}}
`))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", x, err, want)
		}
	}
}

// What is made without a body, and changed in part, is a contract like any other.
func TestStateOfWhatIsMadeWithoutABody(t *testing.T) {
	const cart = `{type: object, required: [id], properties: {id: {type: integer}, note: {type: string}, size: {type: integer}}}`
	model, err := spec.Load("openapi.yaml", []byte(`openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /carts:
    post: {operationId: make, `+answers201+cart+`}}}}}
  /carts/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {operationId: read, responses: {"200": {description: it, content: {application/json: {schema: `+cart+`}}}}}
    patch:
      operationId: change
      requestBody: {content: {application/json: {schema: {type: object, properties: {note: {type: string}, size: {type: integer}}}}}}
      responses: {"200": {description: changed}}
`))
	if err != nil {
		t.Fatal(err)
	}
	state := State(model)
	if state.Clause("read.state.visible") == nil || state.Clause("read.state.untouched") != nil {
		t.Errorf("want that changes are visible, and not that the rest is untouched: %v", state.Clauses)
	}
}

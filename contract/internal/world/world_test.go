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
			fmt.Fprintf(&out, "%s needs %s in %s", op.ID, n.Resource.Name, strings.Join(n.Path, "."))
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
read needs /pets/{petId} in path.petId
change needs /pets/{petId} in path.petId, and changes it
end needs /pets/{petId} in path.petId, and ends it`,
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
      requestBody: {content: {application/json: {schema: {properties: {pet_id: {type: integer}, owner_name: {type: string}, owners: {type: array, items: {properties: {owner-id: {type: string}}}}}}}}}
      responses: {"201": {description: ok}}
`,
			`/owners/{owner} is made by makeOwner, named by data.ownerId
/owners/{o}/pets/{petId} is made by makePet, named by Location, read by read
makePet needs /owners/{owner} in path.owner, and changes it
read needs /owners/{owner} in path.o
read needs /owners/{o}/pets/{petId} in path.petId
visit needs /owners/{o}/pets/{petId} in body.pet_id
visit needs /owners/{owner} in body.owners.0.owner-id`,
		},
		{
			"named by whoever makes it",
			`  /user:
    post:
      operationId: make
      requestBody: {content: {application/json: {schema: {properties: {username: {type: string}, email: {type: string}}}}}}
      responses: {default: {description: ok}}
  /user/{username}: {get: {operationId: read, parameters: [{name: username, in: path, required: true, schema: {type: string}}], responses: {"200": {description: ok}}}}
`,
			`/user/{username} is made by make, named by sent username, read by read
read needs /user/{username} in path.username`,
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
  /jobs/{petId}: {get: {operationId: read, ` + id + `}}
`,
			`/jobs/{petId} is made by make, named by Location, petId, id, uuid, guid, key, name, slug, read by read
read needs /jobs/{petId} in path.petId`,
		},
	} {
		if got := told(t, test.paths); got != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", test.name, got, test.want)
		}
	}
}

func TestWords(t *testing.T) {
	for name, want := range map[string]string{
		"petId": "pet id", "PetID": "pet id", "pet_id": "pet id", "HTTPServerKey": "http server key", "x-pet.id": "x pet id", "id": "id",
	} {
		if got := strings.Join(words(name), " "); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{"pets": "pet", "categories": "category", "addresses": "address", "boxes": "box", "status": "statu", "news": "new", "glass": "glass"} {
		if got := strings.Join(singular(words(name)), " "); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

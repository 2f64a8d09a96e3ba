package world

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
)

// TestConventions holds what is inferred of the parameters of a list. What may be meant in
// two ways is left out.
func TestConventions(t *testing.T) {
	t.Parallel()
	const (
		items  = "answer.items"
		first  = `has(query.sort) && query.sort == "name"`
		minus  = `has(query.sort) && query.sort == "-name"`
		names  = items + ".map(x, x.name)"
		up     = names + ".isSorted()"
		down   = names + ".isSortedDescending()"
		either = up + " || " + down
		sort   = "{name: sort, in: query, schema: {type: string, enum: [name]}}"
		both   = "{name: sort, in: query, schema: {type: string, enum: [name, -name]}}"
		order  = "{name: order, in: query, schema: {type: string, enum: [asc, desc]}}"
		turned = "{name: order, in: query, schema: {type: string, enum: [asc, desc], default: desc}}"
		asc    = ` && has(query.order) && query.order == "asc"`
		desc   = ` && has(query.order) && query.order == "desc"`
		alone  = " && !has(query.order)"
	)
	for parameters, want := range map[string][]string{
		"{name: limit, in: query, schema: {type: integer, default: 7}}": {
			"limit: !has(query.limit) || query.limit < 1 || size(answer.items) <= query.limit",
			"limit-default: when !has(query.limit): size(answer.items) <= 7",
		},
		"{name: min_price, in: query, schema: {type: integer}}":            {"min_price: !has(query.min_price) || answer.items.all(x, x.price >= query.min_price)"},
		"{name: sold, in: query, required: true, schema: {type: boolean}}": {"sold: answer.items.all(x, !has(x.sold) || x.sold == query.sold)"},
		"{name: name, in: query, schema: {type: string}}":                  nil, // it may be compared in any way
		sort: {"sort-name: when " + first + ": " + either},
		both: {"sort-name: when " + first + ": " + up, "sort--name: when " + minus + ": " + down},
		sort + ", " + order: {
			"sort-name-asc: when " + first + asc + ": " + up, "sort-name-desc: when " + first + desc + ": " + down,
			"sort-name: when " + first + alone + ": " + either,
		},
		sort + ", " + turned: {
			"sort-name-asc: when " + first + asc + ": " + up, "sort-name-desc: when " + first + desc + ": " + down,
			"sort-name: when " + first + alone + ": " + down,
		},
		both + ", " + order: {
			"sort-name-asc: when " + first + asc + ": " + up, "sort-name-desc: when " + first + desc + ": " + down,
			"sort-name: when " + first + alone + ": " + up, "sort--name: when " + minus + alone + ": " + down,
		},
		both + ", " + turned: { // what order says of -name nobody knows
			"sort-name-asc: when " + first + asc + ": " + up, "sort-name-desc: when " + first + desc + ": " + down,
			"sort-name: when " + first + alone + ": " + down,
		},
	} {
		model, err := spec.Load("a.yaml", fmt.Appendf(nil, `openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /things:
    get:
      operationId: list
      parameters: [%s]
      responses:
        "200":
          description: all
          content: {application/json: {schema: {type: object, required: [items], properties: {items: {type: array, items: {
            type: object, required: [id, name, price],
            properties: {id: {type: string}, name: {type: string}, price: {type: integer}, sold: {type: boolean}}}}}}}}
`, parameters))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range Conventions(model).Operations[0].Answers {
			text := r.Name + ": "
			if r.When != nil {
				text += "when " + r.When.String() + ": "
			}
			got = append(got, text+r.Holds.String())
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n%q\nwant\n%q", parameters, got, want)
		}
	}
}

// suggested lists the conventions of a list at /pets, whose query is given as name and
// schema.
func suggested(t *testing.T, query string) string {
	t.Helper()
	var out []string
	for _, r := range Conventions(petsWith(t, query)).Operations[0].Answers {
		out = append(out, strings.TrimPrefix(r.ID, "list.convention.")+": "+r.Holds.String())
	}
	return strings.Join(out, "\n")
}

// petsWith has a list at /pets with a parameter in its query.
func petsWith(t *testing.T, query string) *spec.Contract {
	t.Helper()
	name, schema, _ := strings.Cut(query, ": ")
	model, err := spec.Load("openapi.yaml", []byte(`openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /pets:
    get:
      operationId: list
      parameters:
        - {name: `+name+`, in: query, schema: `+schema+`}
      responses: {"200": {description: all, content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Pet"}}}}}}
components:
  schemas:
    Pet:
      type: object
      required: [id, kind, name, archived, tame, breed]
      properties:
        id: {type: integer}
        kind: {type: string, enum: [cat, dog]}
        name: {type: string}
        breed: {type: string}
        archived: {type: boolean}
        tame: {type: boolean}
        language: {type: string, enum: [de, en]}
        locale: {type: string}
`))
	if err != nil {
		t.Fatal(err)
	}
	return model
}

// TestConventionsOfSortSayTheirOwn has each value say from what it was found.
func TestConventionsOfSortSayTheirOwn(t *testing.T) {
	t.Parallel()
	model, err := spec.Load("openapi.yaml", []byte(`openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /pets:
    get:
      operationId: list
      parameters: [{name: sort, in: query, schema: {type: string, enum: [name, weight], default: weight}}]
      responses: {"200": {description: all, content: {application/json: {schema: {type: array, items: {
        type: object, required: [id, name, weight], properties: {id: {type: integer}, name: {type: string}, weight: {type: number}}}}}}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	model = Conventions(model)
	for name, want := range map[string]string{
		"sort-name":    "sort takes name, which names a member of what is listed",
		"sort-weight":  "sort takes weight, which names a member of what is listed",
		"sort-default": "sort takes weight, which names a member of what is listed, and its default is weight",
	} {
		if c := model.Clause(ConventionID("list", name)); c == nil || c.Inferred != want {
			t.Errorf("%s: %+v, want it inferred as %s", name, c, want)
		}
	}
}

// TestHeeded has texts that may be looked for, and none that may say how things are shown.
func TestHeeded(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]int{"q: {type: string}": 1, "name: {type: string}": 1, "locale: {type: string}": 0} {
		if got := len(ListOf(petsWith(t, query).Operations[0]).Heeded()); got != want {
			t.Errorf("%s: %d parameters are heeded, not %d", query, got, want)
		}
	}
}

// TestConventionsLeaveOpen has what may be meant otherwise.
func TestConventionsLeaveOpen(t *testing.T) {
	for query, want := range map[string]string{
		"limit: {type: integer}": "limit: !has(query.limit) || query.limit < 1 || size(answer) <= query.limit", // 0 may mean all
		"kind: {type: string}":   `kind: !has(query.kind) || !(query.kind in ["cat", "dog"]) || answer.all(x, x.kind == query.kind)`,
		"kind: {type: string, enum: [dog, all], default: all}": `kind: !has(query.kind) || !(query.kind in ["dog"]) || ` +
			`answer.all(x, x.kind == query.kind)`, // all is of any kind
		"kind: {type: string, enum: [DOG, ALL]}":                       "",
		"breed: {type: string, enum: [terrier, all], default: all}":    "",
		"kind: {type: array, items: {type: string, enum: [cat, all]}}": `kind: !has(query.kind) || !query.kind.all(v, v in ["cat"]) || answer.all(x, x.kind in query.kind)`,
		"archived: {type: boolean}":                                    "", // those, too, or only those
		"tame: {type: boolean, default: false}":                        "", // all, or those that are not
		"tame: {type: boolean}":                                        "tame: !has(query.tame) || answer.all(x, x.tame == query.tame)",
		"name: {type: string}":                                         "", // a part of it
		"language: {type: string, enum: [de, en]}":                     "", // or what it is shown in, where there is that
		"id: {type: integer}":                                          "id: !has(query.id) || answer.all(x, x.id == query.id)",
	} {
		if got := suggested(t, query); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", query, got, want)
		}
	}
}

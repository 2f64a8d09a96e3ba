package world

import (
	"fmt"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
)

// listTold gives what is known of the list at /pets, a line each. query and answer are
// what the contract says of it: parameters as name and schema, and a schema.
func listTold(t *testing.T, query, answer string) string {
	t.Helper()
	var parameters strings.Builder
	for line := range strings.Lines(query) {
		name, schema, _ := strings.Cut(strings.TrimSpace(line), ": ")
		fmt.Fprintf(&parameters, "        - {name: '%s', in: query, schema: %s}\n", name, schema)
	}
	model, err := spec.Load("openapi.yaml", []byte(`openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /pets:
    get:
      operationId: list
      parameters:
`+parameters.String()+`      responses: {"200": {description: all`+answer+`}}
components:
  schemas:
    Pets: {type: array, items: {$ref: "#/components/schemas/Pet"}}
    Pet:
      type: object
      properties:
        id: {type: integer}
        name: {type: string}
        kind: {type: string, enum: [cat, dog]}
        ownerId: {type: string, format: uuid}
        weight: {type: number}
        vaccinated: {type: boolean}
        createdAt: {type: string, format: date-time}
        secret: {type: string, writeOnly: true}
        tags: {type: array, items: {type: string}}
`))
	if err != nil {
		t.Fatal(err)
	}
	l := ListOf(model.Operations[0])
	if l == nil {
		return "no list"
	}
	var out strings.Builder
	fmt.Fprintf(&out, "items at /%s, named by %s\n", strings.Join(l.Items, "/"), l.ID)
	for _, c := range l.Controls {
		fmt.Fprintf(&out, "%s: %s", c.Parameter.Name, c.Role)
		if c.Member != "" {
			fmt.Fprintf(&out, " of %s", c.Member)
		}
		if c.Exclusive {
			out.WriteString(", exclusive")
		}
		if c.Exact {
			out.WriteString(", exact")
		}
		for _, k := range c.Keys {
			fmt.Fprintf(&out, ", %s is %s", k.Value, strings.TrimSpace(k.Member+" "+string(k.Direction)))
		}
		if c.First != nil {
			fmt.Fprintf(&out, ", from %d", *c.First)
		}
		out.WriteByte('\n')
		if c.From == "" {
			t.Errorf("%s: nothing says from what it was found", c.Parameter.Name)
		}
	}
	for _, told := range []struct {
		what string
		at   *Told
	}{{"total", l.Total}, {"next", l.Next}, {"more", l.More}} {
		if told.at != nil {
			fmt.Fprintf(&out, "%s at %s%s", told.what, told.at.Header, strings.Join(told.at.Path, "."))
			if told.at.Link {
				out.WriteString(", a link")
			}
			out.WriteByte('\n')
		}
	}
	return strings.TrimSuffix(out.String(), "\n")
}

const allPets = `, content: {application/json: {schema: {$ref: "#/components/schemas/Pets"}}}`

// wrapped is an answer with the pets in a member, and others.
func wrapped(members string) string {
	return `, content: {application/json: {schema: {type: object, properties: {pets: {$ref: "#/components/schemas/Pets"}, ` + members + `}}}}`
}

func TestListsOfThings(t *testing.T) {
	for _, test := range []struct{ name, answer, want string }{
		{"the body", allPets, `items at /, named by id`},
		{"one member", wrapped("took: {type: integer}"), `items at /pets, named by id`},
		{"two lists", wrapped(`more: {$ref: "#/components/schemas/Pets"}`), `no list`},
		{"a list of texts", `, content: {application/json: {schema: {type: array, items: {type: string}}}}`, `no list`},
		{"one thing", `, content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}`, `no list`},
		{"no JSON", `, content: {text/csv: {schema: {type: string}}}`, `no list`},
		{"nothing documented", ``, `no list`},
		{"a total, and a cursor for the next", wrapped("totalCount: {type: integer}, next_cursor: {type: string}, has_more: {type: boolean}"), `items at /pets, named by id
total at totalCount
next at next_cursor
more at has_more`},
		{"beside the list, one down", wrapped("meta: {type: object, properties: {total: {type: integer}}}, links: {type: object, properties: {next: {type: string}, prev: {type: string}}}"), `items at /pets, named by id
total at meta.total
next at links.next, a link`},
		{"count is that of all where there are links", wrapped("count: {type: integer}, next: {type: string, format: uri, nullable: true}, previous: {type: string, nullable: true}"), `items at /pets, named by id
total at count
next at next, a link`},
		{"count may be that of the page", wrapped("count: {type: integer}"), `items at /pets, named by id`},
		{"a total of what tells how long a page is", wrapped("page: {type: object, properties: {size: {type: integer}, total: {type: integer}}}"), `items at /pets, named by id
total at page.total`},
		{"a total of pages, perhaps", wrapped("page: {type: object, properties: {total: {type: integer}}}"), `items at /pets, named by id`},
		{"a total beside the page", wrapped("meta: {type: object, properties: {currentPage: {type: integer}, total: {type: integer}}}"), `items at /pets, named by id`},
		{"another total", wrapped("total: {type: string}, sum: {type: object, properties: {total: {type: integer}}}"), `items at /pets, named by id`},
		{"headers", `, headers: {Link: {schema: {type: string}}, X-Total-Count: {schema: {type: integer}}}` + allPets, `items at /, named by id
total at X-Total-Count
next at Link, a link`},
	} {
		if got := listTold(t, "", test.answer); got != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", test.name, got, test.want)
		}
	}
}

func TestRolesOfTheQuery(t *testing.T) {
	for query, want := range map[string]string{
		"limit: {type: integer}":                                           "limit: limit",
		"per_page: {type: integer}":                                        "per_page: limit",
		"pageSize: {type: integer}\npage: {type: integer, minimum: 1}":     "pageSize: limit\npage: page, from 1",
		"page: {type: integer, default: 0}\nsize: {type: integer}":         "page: page, from 0\nsize: limit",
		"page: {type: integer, default: 2, minimum: 1}":                    "page: page",
		"size: {type: integer}":                                            "",
		"skip: {type: integer}":                                            "skip: offset",
		"limit: {type: string}":                                            "",
		"limit: {type: integer}\nper_page: {type: integer}":                "", // for two things
		"cursor: {type: string}":                                           "cursor: cursor",
		"page_token: {type: string}":                                       "page_token: cursor",
		"after: {type: string}":                                            "", // of what?
		"sort: {type: string, enum: [name, -name, weight]}":                "sort: sort, name is name ascending, -name is name descending, weight is weight ascending",
		"sort: {type: string, enum: [name, created_at, relevance]}":        "sort: sort, name is name, created_at is createdAt",
		"sort: {type: string, enum: [relevance]}":                          "",
		"sort: {type: string}":                                             "",
		"sort: {type: string, default: 'name:desc'}":                       "sort: sort, name:desc is name descending",
		"order_by: {type: string, enum: [name_asc, name_desc]}":            "order_by: sort, name_asc is name ascending, name_desc is name descending",
		"ordering: {type: array, items: {type: string, enum: [name, id]}}": "ordering: sort, name is name, id is id",
		"sort: {type: string, enum: [asc, desc]}":                          "sort: order, asc is ascending, desc is descending",
		"sort_by: {type: string, enum: [id]}\norder: {type: string, enum: [ASC, DESC]}": "sort_by: sort, id is id\n" +
			"order: order, ASC is ascending, DESC is descending",
		"order: {type: string, enum: [weight, tags]}":        "order: sort, weight is weight",
		"min_weight: {type: integer}":                        "min_weight: lower of weight",
		"weightMax: {type: number}":                          "weightMax: upper of weight",
		"weight_from: {type: number}":                        "weight_from: lower of weight",
		"to_weight: {type: number}":                          "to_weight: upper of weight",
		"weight__gte: {type: number}":                        "weight__gte: lower of weight",
		"weight[lt]: {type: number}":                         "weight[lt]: upper of weight, exclusive",
		"created_after: {type: string, format: date-time}":   "created_after: lower of createdAt, exclusive",
		"created_at_to: {type: string, format: date-time}":   "created_at_to: upper of createdAt",
		"created_after: {type: string, format: date}":        "", // whose day?
		"min_weight: {type: string}":                         "",
		"min_name: {type: string}":                           "",
		"min_height: {type: number}":                         "",
		"min: {type: number}":                                "",
		"kind: {type: string}":                               "kind: filter of kind, exact",
		"kinds: {type: array, items: {type: string}}":        "kinds: filter of kind, exact",
		"vaccinated: {type: boolean}":                        "vaccinated: filter of vaccinated, exact",
		"owner_id: {type: string, format: uuid}":             "owner_id: filter of ownerId, exact",
		"name: {type: string}":                               "name: filter of name",
		"weight: {type: number}":                             "weight: filter of weight",
		"weight: {type: string}":                             "",
		"secret: {type: string}":                             "", // is not answered
		"tags: {type: array, items: {type: string}}":         "", // all or one of them?
		"q: {type: string}":                                  "q: search",
		"searchTerm: {type: string}":                         "searchTerm: search",
		"q: {type: string, format: uuid}":                    "",
		"q: {type: string, enum: [a, b]}":                    "",
		"id: {type: integer}\nids: {type: array, items: {}}": "id: filter of id, exact",
	} {
		want = strings.TrimSpace("items at /, named by id\n" + want)
		if got := listTold(t, query, allPets); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", query, got, want)
		}
	}
}

func TestNextIsForTheCursor(t *testing.T) {
	for query, want := range map[string]string{
		"cursor: {type: string}": "cursor: cursor", // whether next is a URL or a value for it is open
		"after: {type: string}":  "next at next, a link",
	} {
		want = "items at /pets, named by id\n" + want
		if got := listTold(t, query, wrapped("next: {type: string}")); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", query, got, want)
		}
	}
	const want = "items at /pets, named by id\nafter: cursor\nnext at cursors.next"
	if got := listTold(t, "after: {type: string}", wrapped("cursors: {type: object, properties: {next: {type: string}}}")); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// What is called as a member of the things is about that member.
func TestAMemberBeatsARole(t *testing.T) {
	answer := `, content: {application/json: {schema: {type: array, items: {type: object, properties: {page: {type: integer}, limit: {type: string}}}}}}`
	const want = "items at /, named by \npage: filter of page"
	if got := listTold(t, "page: {type: integer}\nlimit: {type: integer}", answer); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

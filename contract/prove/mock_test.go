package prove

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/report"
)

// boats is a contract with a list that takes all that a mock honours.
const boats = `openapi: 3.0.3
info: {title: Boats, version: "1"}
security: [{token: []}]
paths:
  /boats:
    get:
      operationId: listBoats
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 50, default: 20}}
        - {name: offset, in: query, schema: {type: integer, minimum: 0}}
        - {name: sort, in: query, schema: {type: string, enum: [name, -name, length]}}
        - {name: order, in: query, schema: {type: string, enum: [asc, desc]}}
        - {name: kind, in: query, schema: {type: string, enum: [sail, motor]}}
        - {name: min_length, in: query, schema: {type: number}}
        - {name: length_max, in: query, schema: {type: number}}
        - {name: built_after, in: query, schema: {type: string, format: date}}
      responses:
        "200":
          description: all
          headers: {Link: {schema: {type: string}}}
          content: {application/json: {schema: {type: object, required: [items, total], properties: {items: {type: array, items: {$ref: "#/components/schemas/Boat"}}, total: {type: integer}, limit: {type: integer}}}}}
        "400": {description: wrong}
        "401": {description: who are you}
    post:
      operationId: makeBoat
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/NewBoat"}}}}
      responses:
        "201": {description: made, content: {application/json: {schema: {$ref: "#/components/schemas/Boat"}}}}
        "400": {description: wrong}
        "401": {description: who are you}
  /boats/{boat}:
    parameters: [{name: boat, in: path, required: true, schema: {type: integer}}]
    get: {operationId: readBoat, responses: {"200": {description: it, content: {application/json: {schema: {$ref: "#/components/schemas/Boat"}}}}, "400": {description: wrong}, "401": {description: who}, "404": {description: none}}}
    put:
      operationId: changeBoat
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/NewBoat"}}}}
      responses: {"200": {description: it, content: {application/json: {schema: {$ref: "#/components/schemas/Boat"}}}}, "400": {description: wrong}, "401": {description: who}, "404": {description: none}}
    delete: {operationId: endBoat, responses: {"204": {description: gone}, "400": {description: wrong}, "401": {description: who}, "404": {description: none}}}
  /boats/{boat}/log:
    parameters: [{name: boat, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: listLog
      parameters: [{name: page_token, in: query, schema: {type: string}}, {name: page_size, in: query, schema: {type: integer, minimum: 1}}]
      responses:
        "200": {description: all, content: {application/json: {schema: {type: object, properties: {entries: {type: array, items: {$ref: "#/components/schemas/Entry"}}, next_page_token: {type: string}, has_more: {type: boolean}}}}}}
        "400": {description: wrong}
        "401": {description: who}
        "404": {description: none}
    post:
      operationId: writeLog
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [text], properties: {text: {type: string, maxLength: 80}}}}}}
      responses: {"201": {description: made, content: {application/json: {schema: {$ref: "#/components/schemas/Entry"}}}}, "400": {description: wrong}, "401": {description: who}, "404": {description: none}}
  /harbours:
    get: {operationId: listHarbours, responses: {"200": {description: all, content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Harbour"}}}}}, "401": {description: who}}}
  /harbours/{code}:
    get: {operationId: readHarbour, parameters: [{name: code, in: path, required: true, schema: {type: string, maxLength: 5}}], responses: {"200": {description: it, content: {application/json: {schema: {$ref: "#/components/schemas/Harbour"}}}}, "400": {description: wrong}, "401": {description: who}, "404": {description: none}}}
components:
  securitySchemes: {token: {type: http, scheme: bearer}}
  schemas:
    NewBoat:
      type: object
      required: [name]
      properties: {name: {type: string, minLength: 1, maxLength: 60}, kind: {type: string, enum: [sail, motor]}, length: {type: number, minimum: 0}, built: {type: string, format: date}, papers: {type: string, default: none, maxLength: 60}}
    Boat:
      type: object
      required: [id, name]
      properties: {id: {type: integer}, name: {type: string}, kind: {type: string, enum: [sail, motor]}, length: {type: number}, built: {type: string, format: date}, papers: {type: string}}
    Entry: {type: object, required: [id, text], properties: {id: {type: integer}, boat: {type: integer}, text: {type: string}}}
    Harbour: {type: object, required: [code], properties: {code: {type: string}, name: {type: string}}}
`

const fleet = `
/boats:
  - {id: 1, name: Brig, kind: sail, length: 30, built: "1950-05-01"}
  - {id: 2, name: Ark, kind: motor, length: 140.5, built: "1999-01-01"}
  - {id: 3, name: Cog, kind: sail, length: 8}
/boats/1/log: [{text: one}, {text: two}, {text: three}]
/harbours: [{code: HH, name: Hamburg}]
`

func mocked(t *testing.T, o MockOptions) *Implementation {
	t.Helper()
	c, err := contract.Load("boats.yaml", []byte(boats))
	if err != nil {
		t.Fatal(err)
	}
	i, err := Mock(c, o)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// asked sends a request, "GET /path body", and gives status and body of the answer.
func asked(t *testing.T, i *Implementation, request string) (*httptest.ResponseRecorder, string) {
	t.Helper()
	method, rest, _ := strings.Cut(request, " ")
	target, body, _ := strings.Cut(rest, " ")
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Authorization", "Bearer "+i.Target.Auth.Token.Reveal())
	w := httptest.NewRecorder()
	i.Handler.ServeHTTP(w, r)
	return w, strings.TrimSpace(fmt.Sprintf("%d %s", w.Code, w.Body))
}

func TestMockKeepsWhatIsMade(t *testing.T) {
	t.Parallel()
	i := mocked(t, MockOptions{})
	for _, step := range []struct{ request, want string }{
		{"GET /boats", `200 {"items":[],"limit":20,"total":0}`},
		{"GET /boats/1", "404"},
		{`POST /boats {"name":"Brig"}`, `201 {"id":1,"name":"Brig","papers":"none"}`},
		{`POST /boats {"length":3}`, "400"},
		{`POST /boats {"name":"Ark","kind":"motor","length":2}`, `201 {"id":3,"kind":"motor","length":2,"name":"Ark","papers":"none"}`},
		{"GET /boats/3", `200 {"id":3,"kind":"motor","length":2,"name":"Ark","papers":"none"}`},
		{`PUT /boats/3 {"name":"Cog"}`, `200 {"id":3,"name":"Cog","papers":"none"}`},
		{"GET /boats", `200 {"items":[{"id":1,"name":"Brig","papers":"none"},{"id":3,"name":"Cog","papers":"none"}],"limit":20,"total":2}`},
		{`POST /boats/3/log {"text":"out"}`, `201 {"boat":3,"id":5,"text":"out"}`},
		{`POST /boats/4/log {"text":"out"}`, "404"},
		{"DELETE /boats/1", "204"},
		{"DELETE /boats/1", "404"},
		{"GET /boats/1", "404"},
		{"GET /boats", `200 {"items":[{"id":3,"name":"Cog","papers":"none"}],"limit":20,"total":1}`},
		{"GET /harbours", `200 [{"code":"a","name":"a"}]`}, // which nothing makes
	} {
		if _, got := asked(t, i, step.request); got != step.want {
			t.Errorf("%s: %s\nwant %s", step.request, got, step.want)
		}
	}
}

// TestMockOfWhatNothingMakes has a description be served in which things are listed and
// changed, and no operation makes one.
func TestMockOfWhatNothingMakes(t *testing.T) {
	t.Parallel()
	c, err := contract.Load("lamps.yaml", []byte(`openapi: 3.0.3
info: {title: Lamps, version: "1"}
paths:
  /lamps:
    get: {operationId: listLamps, responses: {"200": {description: all, content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Lamp"}}}}}}}
  /lamps/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {operationId: readLamp, responses: {"200": {description: it, content: {application/json: {schema: {$ref: "#/components/schemas/Lamp"}}}}, "404": {description: none}}}
    patch:
      operationId: changeLamp
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {lit: {type: boolean}}}}}}
      responses: {"200": {description: changed, content: {application/json: {schema: {$ref: "#/components/schemas/Lamp"}}}}, "404": {description: none}}
components:
  schemas:
    Lamp: {type: object, required: [id], properties: {id: {type: integer}, lit: {type: boolean}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	i, err := Mock(c, MockOptions{SeedName: "seed.yaml", Seed: []byte("/lamps: [{id: 7, lit: false}]\n")})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ request, want string }{
		{`PATCH /lamps/7 {"lit":true}`, `200 {"id":7,"lit":true}`}, {"GET /lamps/7", `200 {"id":7,"lit":true}`},
	} {
		if _, got := asked(t, i, step.request); got != step.want {
			t.Errorf("%s: %s\nwant %s", step.request, got, step.want)
		}
	}
}

func TestMockListsAsAsked(t *testing.T) {
	t.Parallel()
	i := mocked(t, MockOptions{Seed: []byte(fleet), SeedName: "fleet.yaml"})
	for query, want := range map[string]string{
		"":                              "1 2 3 of 3",
		"limit=2":                       "1 2 of 3, then limit=2&offset=2",
		"limit=2&offset=2":              "3 of 3",
		"offset=9":                      " of 3",
		"sort=name":                     "2 1 3 of 3",
		"sort=-name":                    "3 1 2 of 3",
		"sort=length&order=desc":        "2 1 3 of 3",
		"sort=length&order=asc&limit=1": "3 of 3, then limit=1&offset=1&order=asc&sort=length",
		"kind=sail":                     "1 3 of 2",
		"kind=sail&limit=1":             "1 of 2, then kind=sail&limit=1&offset=1",
		"min_length=30":                 "1 2 of 2",
		"length_max=30":                 "1 3 of 2",
		"min_length=9&length_max=100":   "1 of 1",
		"built_after=1950-05-01":        "2 of 1",
	} {
		w, _ := asked(t, i, "GET /boats?"+query)
		v, err := spec.ParseJSON(w.Body.Bytes())
		body, ok := v.(map[string]any)
		if err != nil || !ok {
			t.Fatalf("%s: %d %s", query, w.Code, w.Body)
		}
		var ids []string
		for _, id := range within(body, []string{"items", element, "id"}) {
			ids = append(ids, spec.Text(id))
		}
		got := strings.Join(ids, " ") + " of " + spec.Text(body["total"])
		if _, next, more := strings.Cut(w.Header().Get("Link"), "?"); more {
			got += ", then " + strings.TrimSuffix(next, `>; rel="next"`)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	for request, want := range map[string]string{
		"GET /boats/1/log?page_size=2":                       `200 {"entries":[{"boat":1,"id":1,"text":"one"},{"boat":1,"id":2,"text":"two"}],"has_more":true,"next_page_token":"6x2"}`,
		"GET /boats/1/log?page_size=2&page_token=6x2":        `200 {"entries":[{"boat":1,"id":3,"text":"three"}],"has_more":false}`,
		"GET /boats/1/log?page_size=2&page_token=no%20token": `200 {"entries":[{"boat":1,"id":1,"text":"one"},{"boat":1,"id":2,"text":"two"}],"has_more":true,"next_page_token":"6x2"}`,
		"GET /boats/4/log":                                   "404",
		"GET /harbours":                                      `200 [{"code":"HH","name":"Hamburg"}]`,
		"GET /harbours/HH":                                   `200 {"code":"HH","name":"Hamburg"}`,
		"GET /harbours/HB":                                   "404",
	} {
		if _, got := asked(t, i, request); got != want {
			t.Errorf("%s: %s\nwant %s", request, got, want)
		}
	}
}

// What a mock answers is what the contract says, with things in it and without, whatever
// the order of sending.
func TestMockKeepsToTheContract(t *testing.T) {
	t.Parallel()
	for _, seed := range []string{"", fleet} {
		o := MockOptions{SeedName: "fleet.yaml"}
		if seed != "" {
			o.Seed = []byte(seed)
		}
		i := mocked(t, o)
		c, err := contract.Load("boats.yaml", []byte(boats))
		if err != nil {
			t.Fatal(err)
		}
		config := i.Config(c)
		config.Seed = int64(len(seed))
		r, err := contract.Verify(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range r.Verdicts {
			if v.Outcome != report.Pass && (v.Outcome != report.Undecided || seed == "") { // which harbours there are nobody told
				t.Errorf("%s: %s %s %v", v.Case.ID, v.Outcome, v.Reason, v.Findings)
			}
		}
	}
}

func TestMockHasALimit(t *testing.T) {
	t.Parallel()
	i := mocked(t, MockOptions{MostThings: 1})
	asked(t, i, `POST /boats {"name":"Brig"}`)
	const want = "507 the mock keeps at most 1 things at /boats: end some, or let it keep more"
	if _, got := asked(t, i, `POST /boats {"name":"Ark"}`); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	asked(t, i, "DELETE /boats/1")
	if _, got := asked(t, i, `POST /boats {"name":"Ark"}`); !strings.HasPrefix(got, "201 ") {
		t.Errorf("after one was ended: %s", got)
	}
}

func TestMockHasALimitOfSize(t *testing.T) {
	t.Parallel()
	m := (&maker{}).memory(design{mock: &mocking{}})
	m.size = maxKept - 10
	x := &exchange{answer: newAnswer()}
	if m.crowded(x, 10) {
		t.Error("what there is room for is refused")
	}
	if !m.crowded(x, 11) || x.answer.status != http.StatusInsufficientStorage {
		t.Errorf("it is answered with %d", x.answer.status)
	}
	const want = "the mock keeps at most 64 MiB of what is sent: end some things, or start it anew\n"
	if got := x.answer.body.String(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestMockTakesCredentials(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		options MockOptions
		sent    string
		want    int
	}{
		{MockOptions{Token: auth.NewSecret("mine")}, "Bearer mine", 200},
		{MockOptions{Token: auth.NewSecret("mine")}, "Bearer yours", 401},
		{MockOptions{AnyCredentials: true}, "Bearer yours", 200},
		{MockOptions{AnyCredentials: true}, "Bearer ", 401},
		{MockOptions{AnyCredentials: true}, "", 401},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/boats", http.NoBody)
		r.Header.Set("Authorization", test.sent)
		w := httptest.NewRecorder()
		if mocked(t, test.options).Handler.ServeHTTP(w, r); w.Code != test.want {
			t.Errorf("%q: %d, want %d", test.sent, w.Code, test.want)
		}
	}
}

// Whoever goes away does not wait.
func TestMockLatencyEndsWithTheRequest(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/boats", http.NoBody)
	w := httptest.NewRecorder()
	mocked(t, MockOptions{Latency: time.Hour}).Handler.ServeHTTP(w, r)
	if w.Body.Len() > 0 {
		t.Errorf("it was answered: %s", w.Body)
	}
}

func TestSeedDataThatIsWrong(t *testing.T) {
	t.Parallel()
	c, err := contract.Load("boats.yaml", []byte(boats))
	if err != nil {
		t.Fatal(err)
	}
	for seed, want := range map[string]string{
		"[]":                               `seed.yaml:1: write a mapping of the paths of collections to lists of things, such as {"/pets": [{"name": "Rex"}]}`,
		"/boat: []":                        `seed.yaml:1: /boat: the contract has no such collection: did you mean "/boats"?`,
		"/boats: {}":                       `seed.yaml:1: /boats: write a list of things`,
		"/boats: [7]":                      `seed.yaml:1: /boats[0]: write an object, as its schema has it`,
		"/boats: [{id: 1}]":                `seed.yaml:1: /boats[0].name is missing`,
		"/boats/7/log: []":                 `seed.yaml:1: /boats/7/log: there is no /boats/7: give it under the path of its collection`,
		"/boats:\n- {name: a, nam: b}":     `seed.yaml:2: /boats[0]: nothing is documented as "nam": did you mean "name"?`,
		"/boats:\n- {name: a, kind: row}":  `seed.yaml:2: /boats[0].kind must be one of sail, motor`,
		"/boats:\n- {name: a, length: -1}": `seed.yaml:2: /boats[0].length must be`,
		"/boats:\n- {name: a, id: 1}\n- {name: b, id: 1}": `seed.yaml:3: /boats[1]: there is another /boats/1 already: give each its own id`,
		"/harbours:\n- {code: too-long}":                  `seed.yaml:2: /harbours[0]: too-long cannot stand in the path /harbours/{code}`,
		"/boats: [{name: a}, {name: b}, {name: c}]":       `seed.yaml:1: /boats: there are 3 things, and a mock keeps 2 of a collection: leave some out, or let it keep more`,
		"a: [": "seed.yaml:1",
		"":     "seed.yaml:1:1: the file is empty",
	} {
		_, err := Mock(c, MockOptions{Seed: []byte(seed), SeedName: "seed.yaml", MostThings: 2})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v\nwant %s", seed, err, want)
		}
	}
}

// What a PUT makes anew takes the place of what was there.
func TestAFullMockTakesWhatIsPutAgain(t *testing.T) {
	t.Parallel()
	c, err := contract.Load("flags.yaml", []byte(`openapi: 3.0.3
info: {title: Flags, version: "1"}
paths:
  /flags/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string}}]
    put:
      operationId: putFlag
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {on: {type: boolean}}}}}}
      responses: {"200": {description: changed}, "201": {description: made}}
    get:
      operationId: readFlag
      responses: {"200": {description: it, content: {application/json: {schema: {type: object, properties: {on: {type: boolean}}}}}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	m, err := Mock(c, MockOptions{MostThings: 1})
	if err != nil {
		t.Fatal(err)
	}
	put := func(name string) int {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPut, "/flags/"+name, strings.NewReader(`{"on": true}`))
		r.Header.Set("Content-Type", "application/json")
		m.Handler.ServeHTTP(w, r)
		return w.Code
	}
	if first, again, other := put("a"), put("a"), put("b"); first/100 != 2 || again != first || other != http.StatusInsufficientStorage {
		t.Errorf("the first is answered with %d, the same again with %d, another with %d", first, again, other)
	}
}

// Seed data needs no more of a thing than what makes one: the rest is made up.
func TestSeedDataLacksWhatTheServerGives(t *testing.T) {
	t.Parallel()
	c, err := contract.Load("masts.yaml", []byte(`openapi: 3.0.3
info: {title: Masts, version: "1"}
paths:
  /masts:
    post:
      operationId: makeMast
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [height], properties: {height: {type: integer}}}}}}
      responses: {"201": {description: it, content: {application/json: {schema: {$ref: "#/components/schemas/Mast"}}}}}
  /masts/{id}:
    get:
      operationId: readMast
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {"200": {description: it, content: {application/json: {schema: {$ref: "#/components/schemas/Mast"}}}}}
components:
  schemas:
    Mast:
      type: object
      required: [id, height, raised]
      properties: {id: {type: integer}, height: {type: integer}, raised: {type: boolean}}
`))
	if err != nil {
		t.Fatal(err)
	}
	m, err := Mock(c, MockOptions{Seed: []byte("/masts: [{height: 9}]"), SeedName: "seed.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	m.Handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/masts/1", http.NoBody))
	if body := w.Body.String(); w.Code != 200 || !strings.Contains(body, `"height":9`) || !strings.Contains(body, `"raised":`) {
		t.Errorf("%d %s", w.Code, body)
	}
	_, err = Mock(c, MockOptions{Seed: []byte("/masts: [{id: 1}]"), SeedName: "seed.yaml"})
	if want := "seed.yaml:1: /masts[0].height is missing"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v\nwant %s", err, want)
	}
}

// A fault of lists changes a page before it is written.
func TestListsCanBeWrong(t *testing.T) {
	t.Parallel()
	c, err := contract.Load("boats.yaml", []byte(boats))
	if err != nil {
		t.Fatal(err)
	}
	m, err := newMaker(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range []struct {
		listed func(l *listing)
		want   string
	}{
		{func(*listing) {}, "2 of 3"},
		{func(l *listing) { l.size = unlimited }, "3 of 3"},
		{func(l *listing) { l.total = l.size }, "2 of 2"},
		{func(l *listing) { l.things = l.things[1:] }, "2 of 3"},
	} {
		handler, err := m.make(design{listed: fault.listed})
		if err != nil {
			t.Fatal(err)
		}
		i := &Implementation{Handler: handler, Target: m.target}
		for range 3 {
			asked(t, i, `POST /boats {"name":"Brig"}`)
		}
		w, _ := asked(t, i, "GET /boats?limit=2")
		v, _ := spec.ParseJSON(w.Body.Bytes())
		got := fmt.Sprintf("%d of %s", len(within(v, []string{"items", element})), spec.Text(within(v, []string{"total"})[0]))
		if got != fault.want {
			t.Errorf("%s, want %s", got, fault.want)
		}
	}
}

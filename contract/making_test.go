package contract_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/enforce"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

// roomsFile describes what is made in ways that no description states: what is booked has
// to end after it begins, and to lie ahead, and the client names the rooms.
const roomsFile = `
openapi: 3.0.3
info: {title: Rooms, version: "1"}
paths:
  /bookings:
    post:
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Booking'}}}
      responses:
        "201": {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Booking'}}}}
        "422": {description: refused}
    get:
      parameters:
        - {name: from, in: query, schema: {type: string, format: date}}
        - {name: to, in: query, schema: {type: string, format: date}}
      responses:
        "200":
          description: all
          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Booking'}}}}
        "422": {description: refused}
  /bookings/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      responses:
        "200": {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Booking'}}}}
        "404": {description: not there}
        "422": {description: refused}
    delete:
      responses:
        "204": {description: ended}
        "404": {description: not there}
        "422": {description: refused}
  /rooms:
    get:
      responses:
        "200":
          description: all
          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Room'}}}}
  /rooms/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string, minLength: 3, maxLength: 40}}]
    put:
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Room'}}}
      responses:
        "200": {description: changed, content: {application/json: {schema: {$ref: '#/components/schemas/Room'}}}}
        "201": {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Room'}}}}
        "422": {description: refused}
    get:
      responses:
        "200": {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Room'}}}}
        "404": {description: not there}
        "422": {description: refused}
    delete:
      responses:
        "204": {description: ended}
        "404": {description: not there}
        "422": {description: refused}
components:
  schemas:
    Booking:
      type: object
      required: [starts_at, ends_at, min_guests, max_guests]
      properties:
        id: {type: integer, readOnly: true}
        starts_at: {type: string, format: date-time}
        ends_at: {type: string, format: date-time}
        min_guests: {type: integer, minimum: 1, maximum: 50}
        max_guests: {type: integer, minimum: 1, maximum: 50}
        stay:
          type: object
          required: [check_in, check_out]
          properties:
            check_in: {type: string, format: date}
            check_out: {type: string, format: date}
    Room:
      type: object
      required: [title]
      properties:
        name: {type: string}
        title: {type: string, maxLength: 200}
        floor: {type: integer, minimum: 0, maximum: 90}
`

// rooms is a server for it. Each field is a mistake.
type rooms struct {
	mu       sync.Mutex
	made     int
	bookings map[string]map[string]any
	rooms    map[string]map[string]any

	forgets, keepsEnded bool
}

// inOrder reports whether two members of an object are in order.
func inOrder(of map[string]any, first, last string) bool {
	switch a := of[first].(type) {
	case float64:
		return a < of[last].(float64)
	case string:
		return a < of[last].(string)
	}
	return true
}

// bookable reports whether something may be booked so.
func bookable(body map[string]any) bool {
	starts, err := time.Parse(time.RFC3339, body["starts_at"].(string))
	stay, _ := body["stay"].(map[string]any)
	if in, stays := stay["check_in"].(string); stays && in < time.Now().UTC().Format(time.DateOnly) {
		return false
	}
	return err == nil && starts.After(time.Now()) && inOrder(body, "starts_at", "ends_at") && inOrder(body, "min_guests", "max_guests") &&
		inOrder(stay, "check_in", "check_out")
}

func (s *rooms) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	things, methods := s.rooms, [...]string{"GET", "GET PUT DELETE"}
	if path[0] == "bookings" {
		things, methods = s.bookings, [...]string{"GET POST", "GET DELETE"}
	}
	if !slices.Contains(strings.Fields(methods[len(path)-1]), r.Method) {
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	var body map[string]any
	_ = json.NewDecoder(r.Body).Decode(&body)
	query := r.URL.Query()
	switch {
	case len(path) == 1 && r.Method == http.MethodPost:
		if !bookable(body) {
			w.WriteHeader(http.StatusUnprocessableEntity)
			return
		}
		s.made++
		body["id"] = s.made
		things[strconv.Itoa(s.made)] = body
		answerJSON(w, http.StatusCreated, body)
	case len(path) == 1 && query.Has("from") && query.Has("to") && query.Get("from") >= query.Get("to"):
		w.WriteHeader(http.StatusUnprocessableEntity)
	case len(path) == 1:
		answerJSON(w, http.StatusOK, slices.AppendSeq([]map[string]any{}, maps.Values(things)))
	case r.Method == http.MethodPut:
		s.put(w, path[1], body)
	case things[path[1]] == nil:
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodDelete:
		if !s.keepsEnded || path[0] != "rooms" {
			delete(things, path[1])
		}
		w.WriteHeader(http.StatusNoContent)
	default:
		answerJSON(w, http.StatusOK, things[path[1]])
	}
}

func (s *rooms) put(w http.ResponseWriter, name string, body map[string]any) {
	if called, sent := body["name"]; sent && called != name {
		w.WriteHeader(http.StatusUnprocessableEntity)
		return
	}
	status := http.StatusCreated
	if s.rooms[name] != nil {
		status = http.StatusOK
	}
	body["name"] = name
	if s.forgets {
		body["title"] = "some room"
	}
	s.rooms[name] = body
	answerJSON(w, status, body)
}

func (s *rooms) config(t *testing.T) contract.Config {
	t.Helper()
	c, err := contract.Load("rooms.yaml", []byte(roomsFile))
	if err != nil {
		t.Fatal(err)
	}
	enforcer, err := enforce.New(c, enforce.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.bookings, s.rooms = map[string]map[string]any{}, map[string]map[string]any{}
	config := contract.Default()
	config.Contract, config.Handler, config.Target = c, enforcer.Middleware(s), &target.Target{Name: "rooms"}
	return config
}

// What ends after it begins, and what its client names, is made, and a server that has it so
// is charged with nothing.
func TestWhatHasEndsAndNames(t *testing.T) {
	var want map[string]report.Outcome
	for _, jobs := range []int{1, 16} {
		server := &rooms{}
		config := server.config(t)
		config.Jobs = jobs
		r := ran(t, config)
		if report.ExitCode(r) != report.ExitOK || r.Summary.Warn > 0 || len(r.Unaccepted) > 0 || len(r.Left) > 0 {
			t.Fatalf("%d jobs:\n%s\nleft: %v", jobs, brief(r), r.Left)
		}
		got := becameOf(r)
		for id, outcome := range got {
			if strings.Contains(id, ".state.") && outcome != report.Pass {
				t.Errorf("%d jobs: %s is %s", jobs, id, outcome)
			}
		}
		if want == nil {
			want = got
		} else if !maps.Equal(got, want) {
			t.Errorf("with %d jobs other cases pass", jobs)
		}
	}
	for _, id := range []string{
		"getBookings.state.listed", "getBookingsById.state.holds", "getBookingsById.state.gone",
		"getRooms.state.listed", "getRoomsByName.state.holds", "getRoomsByName.state.gone",
	} {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(want)), func(of string) bool { return strings.HasPrefix(of, id) }) {
			t.Errorf("%s was not tried", id)
		}
	}
}

// Mistakes with what its client names are noticed.
func TestMistakesWithWhatIsPut(t *testing.T) {
	for clause, server := range map[string]*rooms{
		"state.holds": {forgets: true}, "state.gone": {keepsEnded: true},
	} {
		config := server.config(t)
		config.Only = []string{"*.state.*"}
		r := ran(t, config)
		if !strings.Contains(brief(r), clause) || r.Summary.Warn == 0 {
			t.Errorf("%s:\n%s", clause, brief(r))
		}
	}
}

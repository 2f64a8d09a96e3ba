package contract_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

// reading documents what reads a thing, by an id that the target gives or not.
func reading(annotation string) string {
	return `openapi: 3.0.3
info: {title: Things, version: "1"}
paths:
  /things/{id}:
    get:
      operationId: read
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer, minimum: 1}` + annotation + `}
        - {name: deep, in: query, schema: {type: boolean}}
      responses: {"200": {description: a thing}, "400": {description: bad}, "404": {description: none}}
  /things:
    get:
      operationId: list
      responses: {"200": {description: things}}
`
}

// answering answers requests for one thing with a status where they are valid.
func answering(status int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, one := strings.CutPrefix(r.URL.Path, "/things/")
		switch deep := r.URL.Query()["deep"]; {
		case r.Method != http.MethodGet:
			w.WriteHeader(http.StatusMethodNotAllowed)
		case one && (strings.Trim(id, "0123456789") != "" || id == "0" || len(deep) > 0 && deep[0] != "true" && deep[0] != "false"):
			w.WriteHeader(http.StatusBadRequest)
		case one:
			w.WriteHeader(status)
		}
	})
}

func standingOf(t *testing.T, r *report.Report, id string) report.Standing {
	t.Helper()
	i := slices.IndexFunc(r.Clauses, func(s report.Standing) bool { return s.ID == id })
	if i < 0 {
		t.Fatalf("there is no clause %s", id)
	}
	return r.Clauses[i]
}

// TestMissingThings holds that an id which only the target knows is not held
// against it, and one that the target gave is.
func TestMissingThings(t *testing.T) {
	r := held(t, answering(http.StatusNotFound), reading(""), "")
	s := standingOf(t, r, "read.answer.200")
	want := "the answer is 404 Not Found, and only the target knows whether id (path) is there: give a value that it has under values in the target file"
	if s.Stand != report.Untested || s.Reason != want {
		t.Errorf("%s: %s", s.Stand, s.Reason)
	}
	if r.Summary.Violated != 0 || report.ExitCode(r) != report.ExitOK {
		t.Errorf("%+v, exit %d", r.Summary, report.ExitCode(r))
	}
	if len(r.Unaccepted) != 1 || r.Unaccepted[0].Operation != "read" || r.Unaccepted[0].Answers["404"] != r.Unaccepted[0].Cases || r.Unaccepted[0].Reason != want {
		t.Errorf("never accepted: %+v", r.Unaccepted)
	}
	given := held(t, answering(http.StatusNotFound), reading(", x-contract: {value: target}"), "7")
	if s := standingOf(t, given, "read.answer.200"); s.Stand != report.Violated {
		t.Errorf("with an id of the target: %s: %s", s.Stand, s.Reason)
	}
}

// creating documents what takes a body.
const creating = `openapi: 3.0.3
info: {title: Things, version: "1"}
paths:
  /things:
    post:
      operationId: create
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name]
              properties: {name: {type: string, minLength: 2}, color: {type: string, enum: [red, blue]}}
      responses: {"201": {description: made}, "400": {description: bad}}
`

// creator takes bodies as documented, but for what refuse says.
func creator(refuse func(body map[string]any) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		var body map[string]any
		err := json.Unmarshal(data, &body)
		name, isText := body["name"].(string)
		color, colored := body["color"]
		switch {
		case r.Method != http.MethodPost:
			w.WriteHeader(http.StatusMethodNotAllowed)
		case r.Header.Get("Content-Type") != "application/json":
			w.WriteHeader(http.StatusUnsupportedMediaType)
		case err != nil, !isText, len(name) < 2, colored && color != "red" && color != "blue", refuse(body):
			w.WriteHeader(http.StatusBadRequest)
		default:
			w.WriteHeader(http.StatusCreated)
		}
	})
}

// TestBodiesThatAreNotTaken holds that an operation which takes a body may refuse
// it for reasons that the contract does not state, until it has taken one.
func TestBodiesThatAreNotTaken(t *testing.T) {
	all := held(t, creator(func(map[string]any) bool { return true }), creating, "")
	if all.Summary.Violated != 0 || all.Summary.Undecided == 0 || report.ExitCode(all) != report.ExitError || !all.NothingAccepted() {
		t.Errorf("nothing is taken: %+v, exit %d", all.Summary, report.ExitCode(all))
	}
	red := creator(func(body map[string]any) bool { return body["color"] == "red" })
	some := held(t, red, creating, "")
	if s := standingOf(t, some, "create.body.color.enum"); s.Stand != report.Violated || report.ExitCode(some) != report.ExitFailed {
		t.Errorf("what is red is not taken: %s: %s", s.Stand, s.Reason)
	}
	none := held(t, creator(func(map[string]any) bool { return false }), creating, "")
	if none.Summary.Violated+none.Summary.Undecided != 0 || report.ExitCode(none) != report.ExitOK {
		t.Errorf("all is taken: %+v", none.Summary)
	}
}

// TestNamesThatAreTaken holds that what takes each name once, and says 400 to the
// next with it, is not charged, alone or in shards, and that the reason says what to
// give. The description shows the name: any other would be a new one each time.
func TestNamesThatAreTaken(t *testing.T) {
	shown := strings.Replace(creating, "minLength: 2}", "minLength: 2, example: thing}", 1)
	c, err := contract.Load("creating.yaml", []byte(shown))
	if err != nil {
		t.Fatal(err)
	}
	taken := map[any]bool{}
	var lock sync.Mutex
	once := creator(func(body map[string]any) bool {
		lock.Lock()
		defer lock.Unlock()
		before := taken[body["name"]]
		taken[body["name"]] = true
		return before
	})
	run := func(shard plan.Shard) *report.Report {
		config := contract.Default()
		config.Contract, config.Handler, config.Shard, config.WithoutPreflight = c, once, shard, true
		return ran(t, config)
	}
	whole := run(plan.Shard{})
	if whole.Summary.Violated != 0 || whole.Summary.Undecided == 0 || report.ExitCode(whole) != report.ExitOK {
		t.Errorf("%+v, exit %d", whole.Summary, report.ExitCode(whole))
	}
	want := "the answer is 400, and a request with the same body.name was accepted before: if that must be new each time, " +
		"give it under values in the target file, such as test-{{unique}}"
	if !slices.ContainsFunc(whole.Verdicts, func(v report.Verdict) bool { return v.Reason == want }) {
		t.Errorf("no verdict has the reason %q", want)
	}
	clear(taken)
	merged, err := contract.Merge(reread(t, "1.json", run(plan.Shard{Index: 1, Of: 2})), reread(t, "2.json", run(plan.Shard{Index: 2, Of: 2})))
	if err != nil {
		t.Fatal(err)
	}
	if merged.Summary != whole.Summary {
		t.Errorf("merged %+v\nwhole  %+v", merged.Summary, whole.Summary)
	}
}

// TestThingsThatAreGone holds that a thing which the target gave may be ended once.
func TestThingsThatAreGone(t *testing.T) {
	const ending = `openapi: 3.0.3
info: {title: Things, version: "1"}
paths:
  /things/{id}:
    delete:
      operationId: end
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}, x-contract: {value: target}}
        - {name: force, in: query, schema: {type: boolean}}
      responses: {"204": {description: gone}, "400": {description: bad}, "404": {description: none}}
`
	var gone atomic.Bool
	r := held(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		force := r.URL.Query().Get("force")
		switch {
		case r.Method != http.MethodDelete:
			w.WriteHeader(http.StatusMethodNotAllowed)
		case r.URL.Query().Has("force") && force != "true" && force != "false":
			w.WriteHeader(http.StatusBadRequest)
		case r.URL.Path != "/things/7" || gone.Swap(true):
			w.WriteHeader(http.StatusNotFound)
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	}), ending, "7")
	if r.Summary.Violated != 0 || r.Summary.Undecided == 0 || report.ExitCode(r) != report.ExitOK {
		t.Errorf("%+v, exit %d", r.Summary, report.ExitCode(r))
	}
}

// TestShardsSettleTogether holds that a shard which sees nothing accepted says the
// same, once it is merged, as a run of the whole plan.
func TestShardsSettleTogether(t *testing.T) {
	c, err := contract.Load("creating.yaml", []byte(creating))
	if err != nil {
		t.Fatal(err)
	}
	// It takes nothing that is red, which is all that some of the shards send.
	picky := creator(func(body map[string]any) bool { return body["color"] == "red" })
	run := func(shard plan.Shard) *report.Report {
		config := contract.Default()
		config.Contract, config.Handler, config.Shard, config.WithoutPreflight = c, picky, shard, true
		config.Only = []string{"create.answer.201/*", "create.body.color.*"}
		return ran(t, config)
	}
	whole := run(plan.Shard{})
	const of = 8
	var parts []*report.Report
	for i := range of {
		parts = append(parts, reread(t, "shard.json", run(plan.Shard{Index: i + 1, Of: of})))
	}
	merged, err := contract.Merge(parts...)
	if err != nil {
		t.Fatal(err)
	}
	if whole.Summary.Fail == 0 || merged.Summary != whole.Summary || report.ExitCode(merged) != report.ExitCode(whole) {
		t.Errorf("merged %+v\nwhole  %+v", merged.Summary, whole.Summary)
	}
}

// TestInternalErrorsUpholdNothing holds that a refusal which came as a 5xx does
// not show that its clause is upheld, whatever other requests show.
func TestInternalErrorsUpholdNothing(t *testing.T) {
	c, err := contract.Load("creating.yaml", []byte(creating))
	if err != nil {
		t.Fatal(err)
	}
	right := creator(func(map[string]any) bool { return false })
	config := contract.Default()
	config.Contract, config.WithoutPreflight = c, true
	config.Target = &target.Target{Name: "things", Auth: target.Auth{Token: auth.NewSecret(lawfulToken)}}
	config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		if strings.Contains(string(data), `"color":"bluex"`) {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		r.Body = io.NopCloser(strings.NewReader(string(data)))
		right.ServeHTTP(w, r)
	})
	r := ran(t, config)
	s := standingOf(t, r, "create.body.color.enum")
	if s.Stand != report.Untested || !strings.Contains(s.Reason, "was answered with 500, which decides nothing about it") {
		t.Errorf("%s: %s", s.Stand, s.Reason)
	}
	if s := standingOf(t, r, "create.answer.unprovoked-5xx"); s.Stand != report.Violated {
		t.Errorf("unprovoked-5xx: %s", s.Stand)
	}
}

// TestOperationsThatAreNotServed holds that an operation whose every answer is that
// to a path which cannot exist is told from one of which a thing is missing.
func TestOperationsThatAreNotServed(t *testing.T) {
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/things" {
			http.NotFound(w, r)
		}
	})
	r := held(t, bare, reading(""), "")
	if len(r.Unaccepted) != 1 || !r.Unaccepted[0].NotServed || r.Unaccepted[0].Operation != "read" {
		t.Errorf("not served: %+v", r.Unaccepted)
	}
	var text strings.Builder
	if err := report.Text(&text, r, report.TextOptions{}); err != nil {
		t.Fatal(err)
	}
	if want := "never accepted: read: 404 to 10 cases: it looks as if the target does not serve it; if it does: " +
		"the answer is 404 Not Found, and only the target knows whether id (path) is there: "; !strings.Contains(text.String(), want) {
		t.Errorf("the text lacks %q:\n%s", want, text.String())
	}
	if there := held(t, answering(http.StatusNotFound), reading(""), ""); there.Unaccepted[0].NotServed {
		t.Error("one that refuses what is wrong is said not to be served")
	}
}

// TestOneAnswerDoesNotShowThatNothingIsServed holds that a single 404 is taken for
// what it says, though it is like that to a path which cannot exist.
func TestOneAnswerDoesNotShowThatNothingIsServed(t *testing.T) {
	c, err := contract.Load("things.yaml", []byte(reading("")))
	if err != nil {
		t.Fatal(err)
	}
	config := contract.Default()
	config.Contract, config.Handler, config.Only = c, http.NotFoundHandler(), []string{"read.answer.200/smallest"}
	config.Target = &target.Target{Name: "server"}
	r := ran(t, config)
	if len(r.Unaccepted) != 1 || r.Unaccepted[0].NotServed || !strings.Contains(r.Unaccepted[0].Reason, "give a value that it has under values") {
		t.Errorf("%+v", r.Unaccepted)
	}
}

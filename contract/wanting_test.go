package contract_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

const wantingFile = `openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /pets:
    get:
      parameters:
        - {name: page_token, in: query, schema: {type: string}}
        - {name: fields, in: query, schema: {type: array, items: {type: string}}}
      responses: {default: {description: the pets, content: {application/json: {schema: {type: array, items: {type: object, required: [name]}}}}}}
    post:
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string}, kind: {type: string}}}}}
      responses:
        "201": {description: made, content: {application/json: {schema: {type: object, properties: {id: {type: string}}}}}}
        "400": {description: refused}
  /pets/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        "200": {description: a pet, content: {application/json: {schema: {type: object, properties: {name: {type: string}, kind: {type: string}}}}}}
        "404": {description: none}
`

// wanting wants more of what makes a pet than its description says, or less, and of the
// query that it knows the values.
type wanting struct {
	less bool
	made []map[string]any
}

func (s *wanting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	refuse := func() { answerJSON(w, http.StatusBadRequest, map[string]any{"error": "no"}) }
	switch q := r.URL.Query(); {
	case r.Method == http.MethodPost && r.URL.Path == "/pets":
		var body map[string]any
		kind := ""
		if json.NewDecoder(r.Body).Decode(&body) == nil {
			kind, _ = body["kind"].(string)
		}
		if name, _ := body["name"].(string); name == "" || (kind == "") != s.less {
			refuse()
			return
		}
		s.made = append(s.made, body)
		answerJSON(w, http.StatusCreated, map[string]any{"id": strconv.Itoa(len(s.made))})
	case r.Method != http.MethodGet:
		w.WriteHeader(http.StatusMethodNotAllowed)
	case r.URL.Path == "/pets" && q.Get("page_token") != "":
		refuse()
	case r.URL.Path == "/pets" && q.Has("fields"):
		answerJSON(w, http.StatusOK, []any{map[string]any{}})
	case r.URL.Path == "/pets":
		answerJSON(w, http.StatusOK, []any{})
	default:
		n, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/pets/"))
		if err != nil || n < 1 || n > len(s.made) {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		answerJSON(w, http.StatusOK, s.made[n-1])
	}
}

// TestAServerThatWantsMoreThanItSays holds that things are made by the fullest request
// where the smallest is refused, and the other way round, and that nobody is charged for
// values that only the target knows, nor for what it answers to them.
func TestAServerThatWantsMoreThanItSays(t *testing.T) {
	c, err := contract.Load("wanting.yaml", []byte(wantingFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, less := range []bool{false, true} {
		config := contract.Default()
		config.Jobs = 1
		config.Contract, config.Handler, config.Target = c, &wanting{less: less}, &target.Target{Name: "wanting"}
		r, err := contract.Verify(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		held := false
		for _, v := range r.Verdicts {
			held = held || strings.Contains(v.Case.ID, ".state.holds") && v.Outcome == report.Pass
			if v.Case.Request.Method == http.MethodGet && (v.Outcome == report.Fail || v.Outcome == report.Warn) {
				t.Errorf("wants less: %t: %s: %+v", less, v.Case.ID, v.Findings)
			}
		}
		if !held {
			t.Errorf("wants less: %t: nothing was found to hold: %s", less, brief(r))
		}
	}
}

package contract_test

import (
	"encoding/json"
	"net/http"
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
      responses: {default: {description: the pets, content: {application/json: {schema: {type: array, items: {type: object}}}}}}
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
      responses: {"200": {description: a pet}, "404": {description: none}}
`

// wanting wants more of what makes a pet than its description says, and of the query that
// it knows the values.
func wanting(w http.ResponseWriter, r *http.Request) {
	refuse := func() { answerJSON(w, http.StatusBadRequest, map[string]any{"error": "no"}) }
	switch q := r.URL.Query(); {
	case r.Method == http.MethodPost && r.URL.Path == "/pets":
		var body map[string]any
		kind := ""
		if json.NewDecoder(r.Body).Decode(&body) == nil {
			kind, _ = body["kind"].(string)
		}
		if name, _ := body["name"].(string); name == "" || kind == "" {
			refuse()
			return
		}
		answerJSON(w, http.StatusCreated, map[string]any{"id": "p1"})
	case r.Method != http.MethodGet:
		w.WriteHeader(http.StatusMethodNotAllowed)
	case r.URL.Path == "/pets" && q.Get("page_token")+q.Get("fields") != "":
		refuse()
	case r.URL.Path == "/pets":
		answerJSON(w, http.StatusOK, []any{})
	case r.URL.Path == "/pets/p1":
		answerJSON(w, http.StatusOK, map[string]any{"id": "p1"})
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// TestAServerThatWantsMoreThanItSays holds that things are made by the fullest request
// where the smallest is refused, and that nobody is charged for values that only the
// target knows, nor for what it answers to them.
func TestAServerThatWantsMoreThanItSays(t *testing.T) {
	c, err := contract.Load("wanting.yaml", []byte(wantingFile))
	if err != nil {
		t.Fatal(err)
	}
	config := contract.Default()
	config.Contract, config.Handler, config.Target = c, http.HandlerFunc(wanting), &target.Target{Name: "wanting"}
	r, err := contract.Verify(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	read := false
	for _, v := range r.Verdicts {
		read = read || strings.HasPrefix(v.Case.Operation, "getPetsBy") && v.Case.Expect.Outcome == "accepted" && v.Outcome == report.Pass
		if v.Case.Request.Method == http.MethodGet && (v.Outcome == report.Fail || v.Outcome == report.Warn) {
			t.Errorf("%s: %+v", v.Case.ID, v.Findings)
		}
	}
	if !read {
		t.Errorf("no pet was read: %s", brief(r))
	}
}

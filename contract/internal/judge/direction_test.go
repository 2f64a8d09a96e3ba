package judge

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/report"
)

func accountsJudge(t *testing.T) *Judge {
	t.Helper()
	data, err := os.ReadFile("../../testdata/accounts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	model, err := spec.Load("accounts.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	return New(model, Options{})
}

// TestAnswersThatHoldWhatIsOnlySent holds that such an answer is warned of, as is
// one whose forms are others, and that neither is charged.
func TestAnswersThatHoldWhatIsOnlySent(t *testing.T) {
	const account, profile = "getAccount.answer.200", "makeProfile.answer.200"
	for _, test := range []struct {
		operation, body string
		want            []string
	}{
		{"getAccount", `{"id": 1, "name": "n"}`, nil},
		{"getAccount", `{"id": 1, "name": "n", "pin": "1234"}`, []string{account + ".pin.writeOnly (should): the body's pin must not be answered: it is writeOnly"}},
		{"getAccount", `{"id": 1, "name": "n", "pin": null}`, []string{account + ".pin.writeOnly (should): the body's pin must not be answered: it is writeOnly"}},
		{"getAccount", `{"name": "n"}`, []string{account + ".id.required (must): the body's id is missing"}},
		{"getAccount", `{"id": 1, "name": "n", "made": "2026-01-31T00:00:00"}`, []string{account + ".made.format (should): the body's made must be an RFC 3339 time such as 2026-01-31T00:00:00Z"}},
		{"getAccount", `{"id": 1, "name": "n", "made": 5}`, []string{account + ".made.type (must): the body's made must be a string"}},
		{"makeProfile", `{"number": 1, "login": "ab"}`, nil},
		{"makeProfile", `{"number": 1, "login": "ab", "mood": null, "friend": null}`, nil},
		{"makeProfile", `["of no type"]`, nil},
		{"makeProfile", `{"number": 1, "login": "ab", "secret": 5, "since": "2026-01-31T00:00:00"}`, []string{
			profile + ".secret.writeOnly (should): the body's secret must not be answered: it is writeOnly",
			profile + ".since.format (should): the body's since must be an RFC 3339 time such as 2026-01-31T00:00:00Z",
		}},
		{"makeProfile", `{"login": "ab"}`, []string{profile + ".number.required (must): the body's number is missing"}},
	} {
		v := accountsJudge(t).Judge(accepted(test.operation), got(200, test.body))
		if found := broken(v); !slices.Equal(found, test.want) && len(found)+len(test.want) > 0 {
			t.Errorf("%s: found\n  %s\nwant\n  %s", test.body, strings.Join(found, "\n  "), strings.Join(test.want, "\n  "))
		}
		want := report.Pass
		switch text := strings.Join(test.want, ""); {
		case strings.Contains(text, "(must)"):
			want = report.Fail
		case text != "":
			want = report.Warn
		}
		if v.Outcome != want {
			t.Errorf("%s: %s, want %s", test.body, v.Outcome, want)
		}
	}
}

// TestAValueIsHeldToWhatSpeaksOfIt holds that a clause is not upheld by what it
// says nothing of.
func TestAValueIsHeldToWhatSpeaksOfIt(t *testing.T) {
	model, err := spec.Load("c.yaml", []byte(`openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /x:
    get:
      operationId: x
      responses: {"200": {description: ok, content: {application/json: {schema: {
        minLength: 1, pattern: a, format: uuid, minimum: 1, multipleOf: 1, minItems: 1, uniqueItems: true, minProperties: 1,
        required: [a], properties: {a: {}, pw: {type: string, writeOnly: true}}}}}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	j := New(model, Options{})
	for body, want := range map[string]string{
		`"6f1c2a54-0d3e-4b9a-9a57-3f0f4c6d7e81"`: "format minLength pattern",
		`5`:                                      "format minimum multipleOf",
		`[5]`:                                    "minItems uniqueItems",
		`{"a": 5}`:                               "a.required minProperties pw.writeOnly",
		`true`:                                   "",
		`null`:                                   "",
	} {
		v := j.Judge(accepted("x"), got(200, body))
		var held []string
		for _, id := range v.Exercised {
			if name, ok := strings.CutPrefix(id, "x.answer.200."); ok && name != "json" && name != "mediaType" {
				held = append(held, name)
			}
		}
		if strings.Join(held, " ") != want || len(v.Findings) > 0 {
			t.Errorf("%s is held to %v, want %s: %v", body, held, want, broken(v))
		}
	}
}

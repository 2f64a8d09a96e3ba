package contract_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/enforce"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

// troubled holds the pets server to its contract while something stands before it.
func troubled(t *testing.T, before func(p *pets, w http.ResponseWriter, r *http.Request, next http.Handler)) *report.Report {
	t.Helper()
	server := &pets{}
	config := server.config(t)
	config.Jobs = 1
	next := config.Handler
	config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { before(server, w, r, next) })
	return ran(t, config)
}

// TestTroubleWithWhatIsMade has each trouble said in one line, and nothing charged that
// was not seen to be wrong.
func TestTroubleWithWhatIsMade(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before func(p *pets, w http.ResponseWriter, r *http.Request, next http.Handler)
		want   string
	}{
		"a create that is refused": {
			func(_ *pets, w http.ResponseWriter, r *http.Request, next http.Handler) {
				if r.Method == http.MethodPost && r.URL.Path == "/owners" && r.Header.Get("Authorization") == "Bearer the-token-of-the-pets-server" {
					w.WriteHeader(http.StatusConflict)
					return
				}
				next.ServeHTTP(w, r)
			},
			"could not be made: POST /owners, which makes /owners/{owner_id}, was answered with 409 Conflict",
		},
		"a target that forgets": {forgettingOnce, "it may have forgotten what was made, or another client changed it"},
		"another client":        {changingOnce, "it may have forgotten what was made, or another client changed it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := troubled(t, test.before)
			text := strings.Join(strings.Fields(brief(r)), " ")
			if r.Summary.Fail+r.Summary.Warn > 0 || !strings.Contains(text, test.want) {
				t.Errorf("something is charged, or it does not say %q:\n%s", test.want, brief(r))
			}
		})
	}
}

// forgettingOnce has the server forget everything, once, before what was made is read.
func forgettingOnce(p *pets, w http.ResponseWriter, r *http.Request, next http.Handler) {
	if p.fullOwner(r) != nil && !p.restarted {
		p.restarted = true
		clear(p.owners)
		clear(p.pets)
	}
	next.ServeHTTP(w, r)
}

// changingOnce has another client change what is read, once.
func changingOnce(p *pets, w http.ResponseWriter, r *http.Request, next http.Handler) {
	if owner := p.fullOwner(r); owner != nil && !p.restarted {
		p.restarted = true
		owner["name"] = "somebody else"
	}
	next.ServeHTTP(w, r)
}

// fullOwner gives the owner that is read, if it has all that one can have.
func (p *pets) fullOwner(r *http.Request) map[string]any {
	id, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/owners/"))
	if r.Method != http.MethodGet || p.owners[id]["tags"] == nil {
		return nil
	}
	return p.owners[id]
}

// TestWhatIsLeftBehind has what could not be ended in the report, each with the reason.
func TestWhatIsLeftBehind(t *testing.T) {
	t.Parallel()
	server := &notes{answer: bareNotes, page: everything(asTheyAre)}
	server.stays = true
	r := heldNotes(t, server)
	if len(r.Left) == 0 || r.Left[0] != "/notes/1: the request that ends it was answered with 409 Conflict" || r.Summary.Fail+r.Summary.Warn > 0 {
		t.Errorf("left behind: %q\n%s", r.Left, brief(r))
	}
}

const needy = `openapi: 3.0.3
info: {title: Needy, version: "1"}
paths:
  /hens:
    post:
      operationId: makeHen
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [egg_id], properties: {egg_id: {type: string}}}}}}
      responses: {"201": {description: made, content: {application/json: {schema: {type: object, properties: {id: {type: string}}}}}}, "400": {description: wrong}, "404": {description: none}}
  /hens/{hen_id}:
    get:
      operationId: readHen
      parameters: [{name: hen_id, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: it}, "404": {description: none}}
  /eggs:
    post:
      operationId: makeEgg
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [%s], properties: {hen_id: {type: string}}}}}}
      responses: {"201": {description: made, content: {application/json: {schema: {type: object, properties: {id: {type: string}}}}}}, "400": {description: wrong}, "404": {description: none}}
  /eggs/{egg_id}:
    get:
      operationId: readEgg
      parameters: [{name: egg_id, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: it}, "404": {description: none}}
`

// TestWhatCannotBeMade has a cycle of needs, and an answer without a name, said.
func TestWhatCannotBeMade(t *testing.T) {
	t.Parallel()
	for required, want := range map[string]string{
		"hen_id": "what has to be there before /hens/{hen_id} can be made needs one itself",
		"":       "POST /eggs, which makes /eggs/{egg_id}, was answered without a name of what was made",
	} {
		c, err := contract.Load("needy.yaml", []byte(strings.Replace(needy, "%s", required, 1)))
		if err != nil {
			t.Fatal(err)
		}
		config := contract.Default()
		config.Contract, config.Target = c, &target.Target{Name: "needy"}
		config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var body map[string]any
			switch data, _ := io.ReadAll(r.Body); {
			case r.Method == http.MethodGet:
				w.WriteHeader(http.StatusNotFound)
			case r.Method != http.MethodPost:
				w.WriteHeader(http.StatusMethodNotAllowed)
			case json.NewDecoder(bytes.NewReader(data)).Decode(&body) != nil:
				w.WriteHeader(http.StatusBadRequest)
			case r.URL.Path == "/eggs" && body["hen_id"] == nil:
				answerJSON(w, http.StatusCreated, map[string]any{})
			default:
				w.WriteHeader(http.StatusNotFound)
			}
		})
		config.Only = []string{"readHen.*"}
		r := ran(t, config)
		if text := strings.Join(strings.Fields(brief(r)), " "); r.Summary.Fail+r.Summary.Warn > 0 || !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, brief(r))
		}
	}
}

const accountFile = `openapi: 3.0.3
info: {title: Account, version: "1"}
security: [{login: []}]
paths:
  /me:
    get:
      operationId: readMe
      responses: {"200": {description: me, content: {application/json: {schema: {$ref: "#/components/schemas/Me"}}}}, "401": {description: who are you}}
    put:
      operationId: changeMe
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Me"}}}}
      responses: {"200": {description: me, content: {application/json: {schema: {$ref: "#/components/schemas/Me"}}}}, "400": {description: wrong}, "401": {description: who are you}}
    delete: {operationId: endMe, responses: {"204": {description: gone}, "401": {description: who are you}}}
components:
  securitySchemes: {login: {type: http, scheme: basic}}
  schemas: {Me: {type: object, required: [email], properties: {email: {type: string, format: email, maxLength: 80}}}}
`

// account is a server whose only account one signs in to with its address.
type account struct {
	email  string
	ended  int // what it answers when the account is ended
	byID   bool
	closed bool
}

func (a *account) serve(w http.ResponseWriter, r *http.Request) {
	user, _, ok := r.BasicAuth()
	switch {
	case a.closed && a.ended != http.StatusUnauthorized:
		w.WriteHeader(a.ended)
		return
	case a.closed || !ok || user != a.email && !a.byID:
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	var me map[string]string
	switch r.Method {
	case http.MethodGet:
	case http.MethodDelete:
		a.closed = true
		w.WriteHeader(http.StatusNoContent)
		return
	case http.MethodPut:
		_ = json.NewDecoder(r.Body).Decode(&me)
		a.email = me["email"]
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	answerJSON(w, http.StatusOK, map[string]any{"email": a.email})
}

// TestTheAccountThatTheRunIsSignedInWith has what ends or changes it go last, and the
// report say which request that was, and what became of the account.
func TestTheAccountThatTheRunIsSignedInWith(t *testing.T) {
	t.Parallel()
	const gone = "the account, or what it had, is not there any more since endMe.answer.204/smallest was sent: " +
		"GET /me, which was accepted before, is answered with "
	for name, test := range map[string]struct {
		account account
		says    string
		charged string
	}{
		"its address is changed": {account{ended: 401}, "the credentials are not good any more since changeMe.answer.200/smallest was sent: " +
			"GET /me, which was accepted before, is answered with 401 Unauthorized", ""},
		"it is ended":                         {account{ended: 401, byID: true}, "the credentials are not good any more since endMe.answer.204/smallest was sent", ""},
		"it is ended, and not there any more": {account{ended: 404, byID: true}, gone + "404 Not Found", ""},
		"requests fail behind it":             {account{ended: 500, byID: true}, gone + "500 Internal Server Error", "readMe.answer.unprovoked-5xx"},
	} {
		c, err := contract.Load("account.yaml", []byte(accountFile))
		if err != nil {
			t.Fatal(err)
		}
		server := &test.account
		server.email = "me@example.com"
		enforcer, err := enforce.New(c, enforce.Options{Verifiers: map[string]auth.Verifier{"login": signedIn{}}})
		if err != nil {
			t.Fatal(err)
		}
		config := contract.Default()
		config.Contract, config.Jobs, config.Handler = c, 1, enforcer.Middleware(http.HandlerFunc(server.serve))
		config.Target = &target.Target{Name: "account", Auth: target.Auth{Basic: &auth.Basic{User: server.email, Password: auth.NewSecret("the password of it")}}}
		r := ran(t, config)
		var charged []string
		for _, s := range r.Clauses {
			if s.Stand == report.Violated || s.Stand == report.Warned {
				charged = append(charged, s.ID)
			}
		}
		if !strings.Contains(r.Severed, test.says) || strings.Join(charged, " ") != test.charged {
			t.Errorf("%s: charged is %v, and it says %q, not %q\n%s", name, charged, r.Severed, test.says, brief(r))
		}
	}
}

// signedIn takes every user with the password.
type signedIn struct{}

func (signedIn) Verify(r *http.Request) error {
	if _, password, ok := r.BasicAuth(); !ok || password != "the password of it" {
		return auth.ErrMissing
	}
	return nil
}

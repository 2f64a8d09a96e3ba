package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// serveNotes starts a small API that describes itself, and sets URL. A word makes it
// want credentials: bearer, key or basic.
func serveNotes(ts *testscript.TestScript, neg bool, args []string) {
	wants(ts, neg, args, 0, "serve-notes [bearer|key|basic|making]")
	kind := ""
	if len(args) > 0 {
		kind = args[0]
	}
	server := httptest.NewServer(notesAPI(kind))
	ts.Defer(server.Close)
	ts.Setenv("URL", server.URL)
	ts.Setenv("HOST", server.Listener.Addr().String())
	ts.Check(os.WriteFile(ts.MkAbs("notes.json"), []byte(notesDescription(kind)), 0o600))
}

// schemes are the ways in which the notes are guarded, in words of OpenAPI.
var schemes = map[string]string{
	"bearer": `{"type": "http", "scheme": "bearer"}`,
	"key":    `{"type": "apiKey", "in": "header", "name": "X-Api-Key"}`,
	"basic":  `{"type": "http", "scheme": "basic"}`,
}

func notesDescription(kind string) string {
	guard := ""
	if schemes[kind] != "" {
		guard = fmt.Sprintf(`"security": [{"guard": []}], "components": {"securitySchemes": {"guard": %s}},`, schemes[kind])
	}
	making := ""
	if kind == "making" {
		making = makingNotes
	}
	return `{"openapi": "3.0.3", "info": {"title": "Notes", "version": "1"}, ` + guard + ` "paths": {` + making + `"/notes/{id}": {"get": {
  "operationId": "readNote", "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer", "minimum": 1}}],
  "responses": {"200": {"description": "it", "content": {"application/json": {"schema": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}}}},
    "401": {"description": "who?"}, "404": {"description": "none"}, "422": {"description": "no"}}}}}}`
}

// makingNotes describes how notes are made: each with a title of its own, and after
// now.
const makingNotes = `"/notes": {"post": {
  "operationId": "makeNote", "requestBody": {"required": true, "content": {"application/json": {"schema": {
    "type": "object", "required": ["title", "due"], "properties": {"title": {"type": "string", "minLength": 1, "maxLength": 40}, "due": {"type": "string", "format": "date-time"}, "rank": {"type": "integer"}}}}}},
  "responses": {"201": {"description": "made"}, "409": {"description": "the title is taken"}, "422": {"description": "no"}}}},`

// noteMaker makes notes.
type noteMaker struct {
	mu     sync.Mutex
	titles map[string]bool
}

func (m *noteMaker) make(r *http.Request) int {
	var note struct {
		Title *string
		Due   *time.Time
		Rank  *int
	}
	if err := json.NewDecoder(r.Body).Decode(&note); err != nil || note.Title == nil || *note.Title == "" || len([]rune(*note.Title)) > 40 ||
		note.Due == nil || note.Due.Before(time.Now()) {
		return http.StatusUnprocessableEntity
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.titles[*note.Title] {
		return http.StatusConflict
	}
	m.titles[*note.Title] = true
	return http.StatusCreated
}

// notesAPI has the note 7 alone.
func notesAPI(kind string) http.Handler {
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, status int, body any) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	}
	mux.HandleFunc("GET /openapi.json", func(w http.ResponseWriter, r *http.Request) {
		for _, name := range []string{"Authorization", "X-Api-Key"} {
			if r.Header.Get(name) != "" {
				answer(w, http.StatusBadRequest, "the description was asked for with credentials")
				return
			}
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(notesDescription(kind)))
	})
	maker := &noteMaker{titles: map[string]bool{"taken": true}}
	if kind == "making" {
		mux.HandleFunc("POST /notes", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(maker.make(r)) })
	}
	mux.HandleFunc("GET /notes/{id}", func(w http.ResponseWriter, r *http.Request) {
		var number int
		_, err := fmt.Sscanf(r.PathValue("id")+"\n", "%d\n", &number)
		switch {
		case !letsIn(kind, r):
			answer(w, http.StatusUnauthorized, map[string]string{"error": "who are you?"})
		case err != nil || number < 1:
			answer(w, http.StatusUnprocessableEntity, map[string]string{"error": "no number"})
		case number != 7:
			answer(w, http.StatusNotFound, map[string]string{"error": "no such note"})
		default:
			answer(w, http.StatusOK, map[string]string{"text": "hello"})
		}
	})
	return mux
}

func letsIn(kind string, r *http.Request) bool {
	switch kind {
	case "bearer":
		return r.Header.Get("Authorization") == "Bearer "+secretToken
	case "key":
		return r.Header.Get("X-Api-Key") == secretToken
	case "basic":
		user, password, _ := r.BasicAuth()
		return user == "ann" && password == secretToken
	default:
		return true
	}
}

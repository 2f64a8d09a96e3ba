package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/rogpeppe/go-internal/testscript"
)

// serveNotes starts a small API that describes itself, and sets URL. A word makes it
// want credentials: bearer, key or basic.
func serveNotes(ts *testscript.TestScript, neg bool, args []string) {
	wants(ts, neg, args, 0, "serve-notes [bearer|key|basic]")
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
	if kind != "" {
		guard = fmt.Sprintf(`"security": [{"guard": []}], "components": {"securitySchemes": {"guard": %s}},`, schemes[kind])
	}
	return `{"openapi": "3.0.3", "info": {"title": "Notes", "version": "1"}, ` + guard + ` "paths": {"/notes/{id}": {"get": {
  "operationId": "readNote", "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer", "minimum": 1}}],
  "responses": {"200": {"description": "it", "content": {"application/json": {"schema": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}}}},
    "401": {"description": "who?"}, "404": {"description": "none"}, "422": {"description": "no"}}}}}}`
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
	mux.HandleFunc("GET /notes/{id}", func(w http.ResponseWriter, r *http.Request) {
		var number int
		_, err := fmt.Sscanf(r.PathValue("id")+"\n", "%d\n", &number)
		switch {
		case !guarded(kind, r):
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

func guarded(kind string, r *http.Request) bool {
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

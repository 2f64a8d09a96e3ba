package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
)

// serveFiles starts a server of the files of a directory and sets FILES. It sends
// /loop to itself, answers /page with a web page, /secret to a name and password
// alone, and has more to say at /endless than anybody reads.
func serveFiles(ts *testscript.TestScript, neg bool, args []string) {
	wants(ts, neg, args, 1, "serve-files DIR")
	dir := ts.MkAbs(args[0])
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(dir)))
	mux.Handle("/loop", http.RedirectHandler("/loop", http.StatusFound))
	mux.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><html><title>API</title></html>"))
	})
	mux.HandleFunc("/secret", func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "me" || password != secretToken {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		http.ServeFile(w, r, filepath.Join(dir, "plain.yaml"))
	})
	mux.HandleFunc("/endless", func(w http.ResponseWriter, r *http.Request) {
		chunk := make([]byte, 1<<16)
		for i := range chunk {
			chunk[i] = ' '
		}
		for r.Context().Err() == nil {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	server := httptest.NewServer(mux)
	ts.Defer(server.Close)
	ts.Setenv("FILES", server.URL)
	ts.Setenv("FILES_AT", server.Listener.Addr().String())
}

package suite_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/enforce"
)

// shelf is a service with a memory that conforms to testdata/books.yaml.
type shelf struct {
	http.Handler

	anyMethod bool // is taken, which breaks but a should
	wrongID   bool // is answered: a text

	mu    sync.Mutex
	books map[int]map[string]any
	next  int
	asked map[string]int // how often each path was asked for, without the ids
}

// newShelf makes a shelf. What is changed in the contract that it keeps to is its
// mistake.
func newShelf(t *testing.T, old, changed string) *shelf {
	t.Helper()
	text, err := os.ReadFile("testdata/books.yaml")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "books.yaml")
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(text), old, changed)), 0o600); err != nil {
		t.Fatal(err)
	}
	kept, err := contract.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	enforcer, err := enforce.New(kept, enforce.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := &shelf{books: map[int]map[string]any{}, asked: map[string]int{}}
	s.Handler = enforcer.Middleware(http.HandlerFunc(s.serve))
	return s
}

func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path := r.URL.Path
	if strings.HasPrefix(path, "/books/") {
		path = "/books/ID"
	}
	s.asked[r.Method+" "+path]++
	s.Handler.ServeHTTP(w, r)
}

// allowed are the methods of the list, and of a book.
var allowed = map[bool][]string{true: {http.MethodPost}, false: {http.MethodGet, http.MethodDelete}}

func (s *shelf) serve(w http.ResponseWriter, r *http.Request) {
	id, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/books/"))
	book := s.books[id]
	status := http.StatusOK
	switch {
	case !s.anyMethod && !slices.Contains(allowed[r.URL.Path == "/books"], r.Method):
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	case r.Method == http.MethodPost:
		book, status = map[string]any{}, http.StatusCreated
		_ = json.NewDecoder(r.Body).Decode(&book)
		s.next++
		book["id"] = s.next
		s.books[s.next] = book
	case book == nil:
		w.WriteHeader(http.StatusNotFound)
		return
	case r.Method == http.MethodDelete:
		delete(s.books, id)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if s.wrongID {
		book = maps.Clone(book)
		book["id"] = strconv.Itoa(s.next)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(book)
}

// told says what was asked for, and what is left.
func (s *shelf) told() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var parts []string
	for _, path := range slices.Sorted(maps.Keys(s.asked)) {
		parts = append(parts, fmt.Sprintf("%d %s", s.asked[path], path))
	}
	return fmt.Sprintf("asked: %s; %d left", strings.Join(parts, ", "), len(s.books))
}

func books(t *testing.T, handler http.Handler) contract.Config {
	t.Helper()
	c := config(t, handler)
	loaded, err := contract.LoadFile("testdata/books.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c.Contract = loaded
	return c
}

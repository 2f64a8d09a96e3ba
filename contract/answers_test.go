package contract_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/enforce"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

const shelfFile = "testdata/shelf.yaml"

// shelf is a server with a memory: testdata/shelf.yaml as a person would write it. wrong
// is its mistake, or a way to do it that is as good.
type shelf struct {
	mu    sync.Mutex
	next  int
	books []map[string]any
	wrong string
}

func (s *shelf) config(t *testing.T) contract.Config {
	t.Helper()
	config := contract.Default()
	config.Contract = load(t, shelfFile)
	enforcer, err := enforce.New(config.Contract, enforce.Options{})
	if err != nil {
		t.Fatal(err)
	}
	config.Handler = enforcer.Middleware(s)
	config.Target = &target.Target{Name: "shelf"}
	config.WithoutPreflight = true
	return config
}

func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name, one := strings.CutPrefix(r.URL.Path, "/books/")
	id, _ := strconv.Atoi(name)
	at := slices.IndexFunc(s.books, func(b map[string]any) bool { return b["id"] == id })
	switch {
	case !one && r.Method == http.MethodGet:
		s.list(w, r)
	case !one && r.Method == http.MethodPost:
		s.add(w, r)
	case r.Method != http.MethodGet && r.Method != http.MethodDelete:
		w.WriteHeader(http.StatusMethodNotAllowed)
	case at < 0:
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodDelete:
		s.books = slices.Delete(s.books, at, at+1)
		w.WriteHeader(http.StatusNoContent)
	default:
		book := maps.Clone(s.books[at])
		if s.wrong == "is-the-one" {
			book["id"] = id + 1
		}
		answerJSON(w, http.StatusOK, book)
	}
}

func (s *shelf) add(w http.ResponseWriter, r *http.Request) {
	var book map[string]any
	if json.NewDecoder(r.Body).Decode(&book) != nil || s.wrong == "refuses" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.next++
	full := map[string]any{"genre": "crime", "lent": false}
	maps.Copy(full, book)
	full["id"] = s.next
	s.books = append(s.books, full)
	if s.wrong == "newest first" {
		s.books = slices.Insert(s.books[:len(s.books)-1], 0, full)
	}
	told := maps.Clone(full)
	if s.wrong == "keeps-the-title" {
		told["title"] = "untitled"
	}
	answerJSON(w, http.StatusCreated, told)
}

func (s *shelf) list(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	found := []map[string]any{}
	for _, b := range s.books {
		if s.passes(b, query.Get) {
			found = append(found, b)
		}
	}
	s.sort(found, query.Get)
	total := len(found)
	limit, offset := 20, 0
	if text := query.Get("limit"); text != "" && s.wrong != "at-most-limit" {
		limit, _ = strconv.Atoi(text)
	}
	if text := query.Get("offset"); text != "" {
		offset, _ = strconv.Atoi(text)
	}
	page := found[min(offset, total):min(offset+limit, total)]
	counted := total
	if s.wrong == "total-counts-all" && total > 0 {
		total, counted = total-1, total-1
	}
	if s.wrong == "total-in-header" {
		counted++
	}
	w.Header().Set("X-Total-Count", strconv.Itoa(counted))
	answerJSON(w, http.StatusOK, map[string]any{"items": page, "total": total})
}

func (s *shelf) passes(book map[string]any, given func(string) string) bool {
	genre, lent, title := given("genre"), given("lent"), given("title")
	least, _ := strconv.Atoi(given("min_pages"))
	pages, _ := strconv.Atoi(fmt.Sprint(book["pages"]))
	return (genre == "" || s.wrong == "of-the-genre" || book["genre"] == genre) &&
		(lent == "" || s.wrong == "lent-or-not" || fmt.Sprint(book["lent"]) == lent) &&
		(title == "" || s.wrong == "of-the-title" || book["title"] == title) &&
		(pages >= least || s.wrong == "long-enough")
}

func (s *shelf) sort(books []map[string]any, given func(string) string) {
	by, order := given("sort"), given("order")
	if by == "" || s.wrong == "sorted-by-"+by {
		return
	}
	slices.SortStableFunc(books, func(a, b map[string]any) int {
		is := strings.Compare(fmt.Sprint(a["title"]), fmt.Sprint(b["title"]))
		if by == "pages" {
			is = cmp.Compare(a["pages"].(float64), b["pages"].(float64))
		}
		if order == "desc" {
			return -is
		}
		return is
	})
}

// TestAnswerRules holds a server to rules about its answers: as it is, or newest first,
// nothing is violated, and each mistake is noticed by the rule that it breaks and by no
// other clause, whatever the seed and the number of jobs.
func TestAnswerRules(t *testing.T) {
	rules := map[string]string{
		"": "", "newest first": "",
		"keeps-the-title": "addBook", "is-the-one": "getBook", "at-most-limit": "listBooks", "total-counts-all": "listBooks",
		"total-in-header": "listBooks", "sorted-by-title": "listBooks", "sorted-by-pages": "listBooks", "of-the-genre": "listBooks",
		"lent-or-not": "listBooks", "long-enough": "listBooks", "of-the-title": "listBooks",
	}
	c := load(t, shelfFile).WithoutConventions() // which notice the same
	for _, wrong := range slices.Sorted(maps.Keys(rules)) {
		want := []string{}
		if rules[wrong] != "" {
			want = append(want, rules[wrong]+".answers."+wrong)
		}
		holdShelf(t, wrong, want, c, ".answers.")
	}
}

// TestConventions does the same where the contract states no rules about answers: what is
// inferred from names notices the mistakes that it is about.
func TestConventions(t *testing.T) {
	mistakes := map[string][]string{
		"": nil, "newest first": nil,
		"at-most-limit": {"limit"}, "total-counts-all": {"total"}, "of-the-genre": {"genre"}, "lent-or-not": {"lent"}, "long-enough": {"min_pages"},
		"sorted-by-title": {"sort-title-asc", "sort-title-desc", "sort-title"}, "sorted-by-pages": {"sort-pages-asc", "sort-pages-desc", "sort-pages"},
	}
	text, err := os.ReadFile(shelfFile)
	if err != nil {
		t.Fatal(err)
	}
	c, err := contract.Load(shelfFile, regexp.MustCompile(`(?m)^      x-contract:\n(?:        .*\n)+`).ReplaceAll(text, nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range slices.Sorted(maps.Keys(mistakes)) {
		want := []string{}
		for _, name := range mistakes[wrong] {
			want = append(want, "listBooks.convention."+name)
		}
		holdShelf(t, wrong, want, c, ".convention.")
	}
}

// holdShelf holds a server with a mistake to a contract: it has to be charged with what
// is wanted, and nothing of a kind of clauses may be untested.
func holdShelf(t *testing.T, wrong string, want []string, c *contract.Contract, tested string) {
	t.Helper()
	var became map[string]report.Outcome
	for _, jobs := range []int{1, 8} {
		config := (&shelf{wrong: wrong}).config(t)
		config.Contract, config.Jobs, config.Seed = c, jobs, int64(jobs)
		r := ran(t, config)
		got := []string{}
		for _, c := range r.Clauses {
			if c.Stand == report.Violated || c.Stand == report.Warned {
				got = append(got, c.ID)
			}
			few := c.ID == "listBooks.convention.limit-default" // 21 books are not made
			if strings.Contains(c.ID, tested) && c.Stand == report.Untested && !few {
				t.Errorf("%q with %d jobs: %s is untested: %s", wrong, jobs, c.ID, c.Reason)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q with %d jobs: it is charged with %v, not with %v:\n%s", wrong, jobs, got, want, brief(r))
		}
		if became == nil {
			became = becameOf(r)
		} else if !maps.Equal(became, becameOf(r)) {
			t.Errorf("%q: other verdicts with %d jobs", wrong, jobs)
		}
		if len(r.Left) > 0 {
			t.Errorf("%q with %d jobs: left behind: %v", wrong, jobs, r.Left)
		}
	}
}

package suite_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/apiclause/clause/contract"
)

// What is run by a test and may fail, and Ginkgo's suites, of which there is one in a
// process, run in a process of their own: this binary again, with modeVariable saying
// which part to play.
const modeVariable = "CLAUSE_TEST_MODE"

// pets answers GET /pets?limit=N as testdata/pets.yaml wants, up to a highest
// limit: 100 conforms.
func pets(highest int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		var limit int
		text := r.URL.Query().Get("limit")
		_, err := fmt.Sscanf(text, "%d", &limit)
		switch {
		case r.Method != http.MethodGet:
			w.WriteHeader(http.StatusMethodNotAllowed)
		case r.URL.Query().Has("limit") && (err != nil || strconv.Itoa(limit) != text || limit < 1 || limit > highest):
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"message":"limit must be from 1 to 100"}`))
		default:
			_, _ = w.Write([]byte(`{"count":1}`))
		}
	})
}

func config(t *testing.T, handler http.Handler) contract.Config {
	t.Helper()
	c := contract.Default()
	loaded, err := contract.LoadFile("testdata/pets.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c.Contract, c.Handler = loaded, handler
	return c
}

var folder string // what the tests build is in it

func TestMain(m *testing.M) {
	var err error
	if folder, err = os.MkdirTemp("", "suite"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(folder)
	os.Exit(code)
}

// registeredBinary builds the program of the suite in testdata/registered.
var registeredBinary = sync.OnceValues(func() (string, error) {
	binary := filepath.Join(folder, "registered.test")
	out, err := exec.Command("go", "test", "-c", "-o", binary, "./testdata/registered").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w:\n%s", err, out)
	}
	return binary, err
})

func TestRunGivesAReportAndPrintsNothing(t *testing.T) {
	out, failed := played(t, "run")
	if failed || !strings.Contains(out, "exit code 0, ") {
		t.Fatalf("the run failed:\n%s", out)
	}
	if strings.Contains(out, "Ran ") || strings.Contains(out, "•") {
		t.Errorf("ginkgo's own output came through:\n%s", out)
	}
	if !strings.Contains(out, "again: true ginkgo runs one suite in a process: use contract.Verify") {
		t.Errorf("a second run was not refused:\n%s", out)
	}
}

// registered runs the suite in testdata/registered, which has to pass, against a
// counting server. args are the arguments of its program, or of ginkgo, which starts
// several of them.
func registered(t *testing.T, ginkgo bool, args ...string) (requests map[string]int, output string) {
	t.Helper()
	var mu sync.Mutex
	requests = map[string]int{}
	output, failed := registeredFor(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		requests[r.Method+" "+r.URL.RawQuery]++
		mu.Unlock()
		pets(100).ServeHTTP(w, r)
	}), ginkgo, args...)
	if failed {
		t.Fatal(output)
	}
	return requests, output
}

// registeredFor is registered for any server.
func registeredFor(t *testing.T, handler http.Handler, ginkgo bool, args ...string) (output string, failed bool) {
	t.Helper()
	return registeredOf(t, "testdata/pets.yaml", handler, ginkgo, args...)
}

// registeredOf is registeredFor of any contract.
func registeredOf(t *testing.T, description string, handler http.Handler, ginkgo bool, args ...string) (output string, failed bool) {
	t.Helper()
	binary, err := registeredBinary()
	if err != nil {
		t.Fatal(err)
	}
	command := append([]string{binary}, args...)
	if ginkgo {
		command = slices.Concat([]string{"go", "run", "github.com/onsi/ginkgo/v2/ginkgo"}, args, []string{binary})
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	path, err := filepath.Abs(description)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
	cmd.Env = append(os.Environ(), "CLAUSE_TEST_URL="+server.URL, "CLAUSE_TEST_CONTRACT="+path)
	out, err := cmd.CombinedOutput()
	return string(out), err != nil
}

// planned gives how often each request is planned.
func planned(t *testing.T, include func(id string) bool) map[string]int {
	t.Helper()
	server := map[string]int{}
	var mu sync.Mutex
	c := config(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		server[r.Method+" "+r.URL.RawQuery]++
		mu.Unlock()
		pets(100).ServeHTTP(w, r)
	}))
	s, err := contract.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context(), func(i int) bool { return include(s.Plan().Cases[i].ID) }); err != nil {
		t.Fatal(err)
	}
	s.Report()
	return server
}

func same(t *testing.T, got, want map[string]int, output string) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("requests sent:\n%v\nwanted:\n%v\n%s", got, want, output)
	}
}

func TestRegisteredSpecsSendEachCaseOnce(t *testing.T) {
	got, out := registered(t, false)
	same(t, got, planned(t, func(string) bool { return true }), out)
}

func TestRegisteredSpecsSendOnlyWhatIsFocused(t *testing.T) {
	got, out := registered(t, false, "-ginkgo.focus=limit.maximum", "-ginkgo.label-filter=level:must")
	same(t, got, planned(t, func(id string) bool { return strings.Contains(id, "limit.maximum") }), out)
	got, out = registered(t, false, "-ginkgo.label-filter=technique:boundary && !clause:listPets.query.limit.minimum")
	same(t, got, planned(t, func(id string) bool { return strings.HasPrefix(id, "listPets.query.limit.maximum") }), out)
}

func TestRegisteredSpecsHeedAFocusOnTheSuitesDescription(t *testing.T) {
	got, out := registered(t, false, "-ginkgo.focus=^registered contract Pets .*limit.minimum")
	same(t, got, planned(t, func(id string) bool { return strings.Contains(id, "limit.minimum") }), out)
}

// Of what fails alike, or is warned of alike, the first shows why, and the others name it.
func TestRegisteredSpecsShowOnceWhatIsAlike(t *testing.T) {
	out, failed := registeredFor(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut || r.Method == http.MethodPatch {
			_, _ = w.Write([]byte("as you like"))
			return
		}
		answer := httptest.NewRecorder()
		pets(100).ServeHTTP(answer, r)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(answer.Code)
		_, _ = w.Write(bytes.ReplaceAll(answer.Body.Bytes(), []byte(`:1}`), []byte(`:"one"}`)))
	}), false, "-ginkgo.no-color", "-ginkgo.seed=1")
	for text, want := range map[string]int{"WARN listPets.method/": 1, "the body's count must be an integer": 1, " as listPets.": 5} {
		if got := strings.Count(out, text); !failed || got != want {
			t.Errorf("%q is there %d times, not %d:\n%s", text, got, want, out)
		}
	}
}

// What was made for a case has ended, so that those that fail as another one, too, are sent
// again by a test, and not by their request alone.
func TestRegisteredSpecsSendAgainWhatIsMade(t *testing.T) {
	s := newShelf(t, "", "")
	s.wrongID = true
	out, failed := registeredOf(t, "testdata/books.yaml", s, false, "-ginkgo.no-color", "-ginkgo.seed=1")
	alike := regexp.MustCompile(`FAIL readBook\.\S+ as \S+\n +replay +(\w+)`).FindAllStringSubmatch(out, -1)
	if !failed || len(alike) == 0 {
		t.Fatal(out)
	}
	for _, one := range alike {
		if one[1] != "go" {
			t.Errorf("%s\n%s", one[0], out)
		}
	}
}

func TestOneProcessSendsTheRequestsOfAParallelSuite(t *testing.T) {
	got, out := registered(t, true, "--procs=3")
	same(t, got, planned(t, func(string) bool { return true }), out)
}

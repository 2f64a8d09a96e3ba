package suite_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/suite"
)

// TestPlayed is what the processes run that the other tests start with played.
func TestPlayed(t *testing.T) { //nolint:tparallel // one of the modes is what runs in parallel
	mode := os.Getenv(modeVariable)
	old, changed := "", ""
	if mode == "mistake" || mode == "known" {
		old, changed = "maxLength: 40", "maxLength: 60"
	}
	s := newShelf(t, old, changed)
	s.anyMethod, s.wrongID = mode == "anyMethod", mode == "wrongID"
	c := books(t, s)
	switch mode {
	case "conforms", "mistake", "anyMethod", "wrongID":
		suite.Test(t, c)
	case "known":
		var err error
		if c.Known, err = report.ParseKnown("known.txt", []byte("makeBook.body.title.maxLength # a long one is taken\n")); err != nil {
			t.Fatal(err)
		}
		suite.Test(t, c)
	case "absent":
		c.Handler = http.NotFoundHandler()
		suite.Test(t, c)
	case "several":
		suite.Test(t, c, config(t, pets(99)))
	case "parallel":
		for name, one := range map[string]contract.Config{"books": c, "pets": config(t, pets(100))} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				suite.Test(t, one)
			})
		}
	case "run":
		runTwice(t)
	case "none":
		suite.Test(t)
	case "only":
		c.Only = []string{"no.such.*"}
		suite.Test(t, c)
	default:
		t.Skip("other tests play parts of it")
	}
	fmt.Println(s.told())
}

// runTwice runs Ginkgo's suite twice, of which the second is refused.
func runTwice(t *testing.T) {
	t.Helper()
	r, err := suite.Run(t.Context(), config(t, pets(100)))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("exit code %d, %d cases\n", report.ExitCode(r), r.Summary.Cases)
	_, err = suite.Run(t.Context(), config(t, pets(100)))
	fmt.Println("again:", errors.Is(err, suite.ErrSecondRun), err)
}

// played runs TestPlayed in a process of its own.
func played(t *testing.T, mode string, flags ...string) (output string, failed bool) {
	t.Helper()
	if !slices.Contains(flags, "-test.run") {
		flags = append(flags, "-test.run", "^TestPlayed$")
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], flags...)
	cmd.Env = append(os.Environ(), modeVariable+"="+mode)
	out, err := cmd.CombinedOutput()
	return string(out), err != nil
}

// holds wants texts in an output, and others not.
func holds(t *testing.T, output string, wanted, unwanted []string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(output, want) {
			t.Errorf("the output lacks %q:\n%s", want, output)
		}
	}
	for _, no := range unwanted {
		if strings.Contains(output, no) {
			t.Errorf("the output holds %q:\n%s", no, output)
		}
	}
}

// failures gives the names of the tests that failed, without those that others are below.
func failures(output string) []string {
	var out []string
	for _, found := range regexp.MustCompile(`(?m)^ *--- FAIL: (\S+)`).FindAllStringSubmatch(output, -1) {
		if n := len(out); n > 0 && strings.HasPrefix(found[1], out[n-1]+"/") {
			out = out[:n-1]
		}
		out = append(out, found[1])
	}
	return out
}

func TestAConformingHandlerPassesInSilence(t *testing.T) {
	out, failed := played(t, "conforms")
	if lines := strings.Split(strings.TrimSpace(out), "\n"); failed || len(lines) != 2 || lines[1] != "PASS" {
		t.Errorf("failed: %v, output:\n%s", failed, out)
	}
}

// It is the whole in the log of -v: each case and each clause without one by its name, the
// reason of what is untested, and what the run came to.
func TestCasesAndClausesAreSubtests(t *testing.T) {
	out, failed := played(t, "conforms", "-test.v")
	if failed {
		t.Fatal(out)
	}
	holds(t, out, []string{
		"--- PASS: TestPlayed/makeBook/body.title.maxLength/above-in-smallest ",
		"--- PASS: TestPlayed/readBook/answer.200.id.type ",
		"--- PASS: TestPlayed/endBook/answer.404 ",
		"--- SKIP: TestPlayed/endBook/answer.credentials ",
		": untested: the operation takes no credentials that an answer could give away",
		"PASS: 56 of 59 clauses upheld, 3 untested; ",
	}, []string{"--- FAIL", "#0"})
}

// Names of subtests in -run select what is sent: beside it is sent only what makes
// and ends what the cases are about.
func TestRunSelectsWhatIsSent(t *testing.T) {
	for pattern, want := range map[string]string{
		"^TestPlayed$/makeBook/body.title.maxLength":        "asked: 1 DELETE /books/ID, 3 POST /books; 0 left", // the one at the limit is taken
		"^TestPlayed$/readBook/query":                       "asked: 1 DELETE /books/ID, 20 GET /books/ID, 1 POST /books; 0 left",
		"^TestPlayed$/^readBook$/^answer.200.id.type$":      "asked: 2 DELETE /books/ID, 4 GET /books/ID, 2 POST /books; 0 left",
		"^TestPlayed$/^makeBook$/(maxLength|minLength)$|xy": "",
		"^TestPlayed$/endBook/path/|no/way":                 "asked: ",
		"^TestPlayed$/nothing":                              "asked: ; 0 left",
	} {
		out, failed := played(t, "conforms", "-test.run", pattern)
		if failed || !strings.Contains(out, want) {
			t.Errorf("%s: failed: %v, want %s, output:\n%s", pattern, failed, want, out)
		}
	}
	out, _ := played(t, "conforms", "-test.skip", "TestPlayed/makeBook|TestPlayed/endBook", "-test.v")
	holds(t, out, []string{"PASS: TestPlayed/readBook/answer.200/smallest "}, []string{"PASS: TestPlayed/makeBook", "7 POST /books"})
}

// A subtest that fails shows its own block, whose last line runs it alone; the rest
// is silent.
func TestAFailureShowsItsBlock(t *testing.T) {
	out, failed := played(t, "mistake")
	if !failed {
		t.Fatal(out)
	}
	holds(t, out, []string{
		"    gotest_test.go:", ": FAIL makeBook.body.title.maxLength/above-in-smallest",
		"contract: testdata/books.yaml:15", "body.title has at most 40 characters", `{"title":"aaaa`, "wanted   status 400", "got      201 Created",
		"FAIL: 1 of 59 clauses violated, 55 upheld, 3 untested; ",
	}, []string{"readBook", "curl"})
	line := regexp.MustCompile(`replay   go test -run '(.*smallest\$)' (\S+)\n`).FindStringSubmatch(out)
	if line == nil || line[2] != "github.com/apiclause/clause/contract/suite" {
		t.Fatalf("no line sends it again:\n%s", out)
	}
	out, failed = played(t, "mistake", "-test.run", line[1])
	got := failures(out)
	if !failed || len(got) != 1 || !strings.HasSuffix(got[0], "above-in-smallest") || !strings.Contains(out, "asked: 1 DELETE /books/ID, 1 POST /books;") {
		t.Errorf("%s runs %v:\n%s", line[1], got, out)
	}
}

// A clause about answers names the subtests that show that it is broken. Alone, it
// shows the block of one.
func TestAClauseAboutAnswersSaysWhatBreaksIt(t *testing.T) {
	out, _ := played(t, "wrongID")
	holds(t, out, []string{
		"--- FAIL: TestPlayed/readBook/answer.200.id.type ",
		"readBook.answer.200.id.type (must) is violated: ", " see TestPlayed/readBook/answer.200/smallest\n",
	}, nil)
	out, _ = played(t, "wrongID", "-test.run", "^TestPlayed$/^readBook$/^answer.200.id.type$")
	holds(t, out, []string{"FAIL readBook.answer.200/smallest", "replay   go test -run '^TestPlayed$/^readBook$/^answer\\.200$/^smallest$'"}, nil)
	if got := failures(out); len(got) != 1 {
		t.Errorf("%v failed", got)
	}
}

func TestWhatIsNoFailureIsInTheLog(t *testing.T) {
	out, failed := played(t, "anyMethod", "-test.v")
	if failed {
		t.Error(out)
	}
	holds(t, out, []string{"--- PASS: TestPlayed/readBook/method/PUT ", "WARN readBook.method/PUT", "1 of 59 clauses warned"}, nil)
	out, failed = played(t, "known", "-test.v")
	if failed {
		t.Error(out)
	}
	holds(t, out, []string{
		"--- PASS: TestPlayed/makeBook/body.title.maxLength/above-in-smallest ", "reason   listed at known.txt:1: a long one is taken",
	}, nil)
}

func TestFlagsOfGoTest(t *testing.T) {
	out, failed := played(t, "conforms", "-test.count=2")
	if failed || strings.Count(out, "asked: ") != 2 {
		t.Errorf("twice:\n%s", out)
	}
	out, failed = played(t, "mistake", "-test.failfast")
	if got := failures(out); !failed || len(got) != 1 || !strings.Contains(out, "asked: ") {
		t.Errorf("%v failed, and one was to:\n%s", got, out)
	}
	out, failed = played(t, "parallel", "-test.v")
	if failed {
		t.Error(out)
	}
	holds(t, out, []string{
		"--- PASS: TestPlayed/books/makeBook/answer.201/smallest", "--- PASS: TestPlayed/pets/listPets/answer.200/smallest",
	}, nil)
}

func TestSeveralContractsHaveASubtestEach(t *testing.T) {
	out, failed := played(t, "several", "-test.v")
	if !failed {
		t.Error(out)
	}
	holds(t, out, []string{
		"--- PASS: TestPlayed/Books_a_shelf/makeBook/answer.201/smallest", "--- FAIL: TestPlayed/Pets/listPets/query.limit.maximum/at",
		`go test -run '^TestPlayed$/^Pets$/^listPets$/^query\.limit\.maximum$/^at$'`,
	}, nil)
	out, _ = played(t, "several", "-test.run", "TestPlayed/Pets")
	holds(t, out, []string{"--- FAIL: TestPlayed/Pets", "asked: ;"}, nil)
}

// What fails no subtest fails the test, which says why and what to give.
func TestWhereNothingIsAcceptedTheTestFails(t *testing.T) {
	out, failed := played(t, "absent")
	if got := failures(out); !failed || len(got) != 1 || got[0] != "TestPlayed" {
		t.Errorf("%v failed", got)
	}
	holds(t, out, []string{"never accepted:", "ERROR: "}, nil)
}

func TestMistakesInTheCallOfTest(t *testing.T) {
	for mode, want := range map[string]string{
		"none": "suite.Test got no configuration, and nothing would be tested: give it one",
		"only": `only "no.such.*" matches no case and no clause: see clause list`,
	} {
		if out, failed := played(t, mode); !failed || !strings.Contains(out, want) {
			t.Errorf("%s: failed: %v, want %s, output:\n%s", mode, failed, want, out)
		}
	}
}

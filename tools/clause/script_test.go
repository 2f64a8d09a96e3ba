package main

import (
	"errors"
	"flag"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/apiclause/clause/openapi"
)

func TestMain(m *testing.M) {
	testscript.Main(crowd{m}, map[string]func(){"clause": main, "measure": measure})
}

// crowd runs more tests at once than there are processors: many wait for a deadline.
type crowd struct{ *testing.M }

// Run runs the tests.
func (c crowd) Run() int {
	flag.Parse()
	if err := flag.Set("test.parallel", strconv.Itoa(3*runtime.GOMAXPROCS(0))); err != nil {
		panic(err)
	}
	return c.M.Run()
}

// secretToken is the token of every target in the scripts; no output may hold
// it.
const secretToken = "squirrel-4711-walnut"

// sends is in scripts that send something, or judge what was sent: where time is short,
// as it is with the race detector, they are run alone. The others run on one goroutine.
var sends = regexp.MustCompile(`(?m)^(serve|.*\bclause (verify|replay|judge|merge|serve|prove)\b)`)

func scripts(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if !testing.Short() {
		return all
	}
	return slices.DeleteFunc(all, func(name string) bool {
		text, err := os.ReadFile(name)
		return err == nil && !sends.Match(text)
	})
}

// TestScripts uses the command as its users do. What the scripts have beyond
// testscript's own commands is below. The files of testdata/files, and the
// embedded contract as userusage.yaml, are in the directory of each script.
func TestScripts(t *testing.T) {
	t.Cleanup(func() {
		if flag.Lookup("test.run").Value.String() == "" && reports.Load() == 0 {
			t.Error("no script left a report that could be held to its schema")
		}
	})
	testscript.Run(t, testscript.Params{
		Files:               scripts(t),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setUp,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"save-action":    saveAction,
			"exits":          exits,
			"exited":         exited,
			"edit":           edit,
			"same":           same,
			"take-port":      takePort,
			"free-port":      freePort,
			"serve-echo":     serveEcho,
			"serve-notes":    serveNotes,
			"hides":          hides,
			"serve-identity": serveIdentity,
			"serve-guarded":  serveGuarded,
			"issued":         issuedTokens,
			"serve-faulty":   serveFaulty,
			"serve-files":    serveFiles,
			"await-requests": awaitRequests,
			"unasked":        unasked,
			"signal":         signalLast,
			"serve":          serveReference,
			"stop-serving":   stop,
			"curl":           curl,
			"as-printed":     asPrinted,
			"save-printed":   savePrinted,
			"replays":        replays,
		},
	})
}

func setUp(env *testscript.Env) error {
	env.Setenv("TOKEN", secretToken)
	env.Setenv("PROJECT", referenceProject)
	// The race detector has every process wait for a second before it ends.
	env.Setenv("GORACE", "atexit_sleep_ms=1")
	env.Setenv("GOGC", "400") // a process that ends soon need not tidy up
	env.Values[stateKey{}] = &state{}
	env.Defer(func() { reportsAreValid(env) })
	contract, err := openapi.Files.ReadFile(openapi.Default)
	if err != nil {
		return err
	}
	files := map[string][]byte{"userusage.yaml": contract, "image.png": []byte("\x89PNG\r\n\x1a\n\x00\xff")}
	paths, err := filepath.Glob("testdata/files/*")
	if err != nil {
		return err
	}
	for _, path := range paths {
		if files[filepath.Base(path)], err = os.ReadFile(path); err != nil {
			return err
		}
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(env.WorkDir, name), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// state is what the commands of one script share.
type state struct {
	identityState

	faulty  *faultyServer
	serving *serving
	last    *exec.Cmd // the background command that was signalled
}

type stateKey struct{}

func stateOf(ts *testscript.TestScript) *state { return ts.Value(stateKey{}).(*state) }

// wants ends the script unless there are so many arguments.
func wants(ts *testscript.TestScript, neg bool, args []string, least int, usage string) {
	if neg || len(args) < least {
		ts.Fatalf("usage: %s", usage)
	}
}

// exits runs a command that must end with an exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	wants(ts, neg, args, 2, "exits CODE COMMAND...")
	err := ts.Exec(args[1], args[2:]...)
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		ts.Fatalf("%v", err)
	}
	got := 0
	if ended != nil {
		got = ended.ExitCode()
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, not %s", got, args[0])
	}
}

// exited compares the exit code of the background command that signal ended;
// wait must have been used.
func exited(ts *testscript.TestScript, neg bool, args []string) {
	wants(ts, neg, args, 1, "exited CODE")
	if got := stateOf(ts).last.ProcessState.ExitCode(); strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, not %s", got, args[0])
	}
}

// edit replaces a text that a file must hold exactly once; \n stands for a line
// feed.
func edit(ts *testscript.TestScript, neg bool, args []string) {
	wants(ts, neg, args, 3, "edit FILE OLD NEW")
	before := ts.ReadFile(args[0])
	was, is := strings.ReplaceAll(args[1], `\n`, "\n"), strings.ReplaceAll(args[2], `\n`, "\n")
	if n := strings.Count(before, was); n != 1 {
		ts.Fatalf("%s holds %q %d times", args[0], was, n)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(before, was, is, 1)), 0o600))
}

// same wants a command to have printed exactly these lines.
func same(ts *testscript.TestScript, neg bool, args []string) {
	wants(ts, neg, args, 2, "same stdout|stderr LINE...")
	want := strings.Join(args[1:], "\n") + "\n"
	if got := ts.ReadFile(args[0]); got != want {
		ts.Fatalf("%s is\n%snot\n%s", args[0], got, want)
	}
}

// freePort sets PORT to one that nobody listens at.
func freePort(ts *testscript.TestScript, neg bool, _ []string) {
	wants(ts, neg, nil, 0, "free-port")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv("PORT", strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
	ts.Check(l.Close())
}

// takePort listens, so that nobody else can, and sets BUSY to the address.
func takePort(ts *testscript.TestScript, neg bool, _ []string) {
	wants(ts, neg, nil, 0, "take-port")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	ts.Setenv("BUSY", l.Addr().String())
}

// signalLast sends INT or TERM to the last background command.
func signalLast(ts *testscript.TestScript, neg bool, args []string) {
	wants(ts, neg, args, 1, "signal INT|TERM")
	commands := ts.BackgroundCmds()
	s := stateOf(ts)
	s.last = commands[len(commands)-1]
	ts.Check(s.last.Process.Signal(signals[args[0]]))
}

// eventually waits for what happens in another process.
func eventually(ts *testscript.TestScript, what string, happened func() bool) {
	for deadline := time.Now().Add(time.Minute); !happened(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			ts.Fatalf("gave up waiting for %s", what)
		}
	}
}

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/apiclause/clause/contract/target"
)

// serving is a clause serve in the background.
type serving struct {
	cmd            *exec.Cmd
	stdout, stderr bytes.Buffer
	line           string        // the curl or clause verify that it printed
	drained        chan struct{} // closed when all of stdout was read
}

// serveReference runs clause serve until stop-serving, or until the script ends, and
// waits for the first command line that it prints.
func serveReference(ts *testscript.TestScript, neg bool, args []string) {
	wants(ts, neg, nil, 0, "serve FLAG...")
	s := &serving{cmd: exec.Command("clause", append([]string{"serve"}, args...)...), drained: make(chan struct{})}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "GOCOVERDIR", "GORACE", tokenVariable} {
		if value := ts.Getenv(name); value != "" {
			s.cmd.Env = append(s.cmd.Env, name+"="+value)
		}
	}
	s.cmd.Dir, s.cmd.Stderr = ts.MkAbs("."), &s.stderr
	pipe, err := s.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(s.cmd.Start())
	ts.Defer(func() { s.cmd.Process.Kill() })
	printed := make(chan string, 1)
	go s.read(pipe, printed)
	select {
	case s.line = <-printed:
	case <-time.After(time.Minute):
		ts.Fatalf("clause serve printed no command line")
	}
	stateOf(ts).serving = s
}

func (s *serving) read(pipe io.Reader, printed chan<- string) {
	defer close(s.drained)
	for lines := bufio.NewScanner(pipe); lines.Scan(); {
		fmt.Fprintln(&s.stdout, lines.Text())
		if line := strings.TrimSpace(lines.Text()); strings.HasPrefix(line, "curl ") || strings.HasPrefix(line, "clause verify ") {
			select {
			case printed <- line:
			default: // a mock prints how to call it, too
			}
		}
	}
}

// stop ends the clause serve of the script by a signal, and has its outputs
// stand as those of a command.
func stop(ts *testscript.TestScript, neg bool, args []string) {
	wants(ts, neg, args, 2, "stop-serving INT|TERM CODE")
	s := stateOf(ts).serving
	ts.Check(s.cmd.Process.Signal(signals[args[0]]))
	kill := time.AfterFunc(10*time.Second, func() { s.cmd.Process.Kill() })
	defer kill.Stop()
	<-s.drained
	_ = s.cmd.Wait() // the exit code says it
	fmt.Fprint(ts.Stdout(), s.stdout.String())
	fmt.Fprint(ts.Stderr(), s.stderr.String())
	if got := s.cmd.ProcessState.ExitCode(); strconv.Itoa(got) != args[1] {
		ts.Fatalf("exit code %d, not %s", got, args[1])
	}
}

var signals = map[string]os.Signal{"INT": os.Interrupt, "TERM": syscall.SIGTERM}

// curl makes the request that the line of clause serve describes, for another
// project if one is given, and prints the status and the body.
func curl(ts *testscript.TestScript, neg bool, args []string) {
	wants(ts, neg, nil, 0, "curl [PROJECT]")
	words := shellWords(os.Expand(stateOf(ts).serving.line, ts.Getenv))
	if len(words) != 4 || words[1] != "-H" {
		ts.Fatalf("not what this test can read: %q", words)
	}
	name, value, _ := strings.Cut(words[2], ": ")
	url := words[3]
	if len(args) == 1 {
		url = strings.Replace(url, referenceProject, args[0], 1)
	}
	request, err := http.NewRequest(http.MethodGet, url, nil)
	ts.Check(err)
	request.Header.Set(name, value)
	answer, err := http.DefaultClient.Do(request)
	ts.Check(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%d\n%s\n", answer.StatusCode, body)
}

// asPrinted has a shell run the line that clause serve printed, as it stands. It
// must end with an exit code.
func asPrinted(ts *testscript.TestScript, neg bool, args []string) {
	wants(ts, neg, args, 1, "as-printed CODE")
	exits(ts, false, []string{args[0], "sh", "-c", stateOf(ts).serving.line})
}

// savePrinted saves the target file that clause serve printed.
func savePrinted(ts *testscript.TestScript, neg bool, args []string) {
	wants(ts, neg, args, 1, "save-printed FILE")
	parts := strings.Split(stateOf(ts).serving.stdout.String(), "\n\n") // nothing is printed after the line
	if len(parts) != 3 {
		ts.Fatalf("not what this test can read: %q", parts)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(parts[1]+"\n"), 0o600))
}

// replays has a shell run the first command line that the report on stdout has for
// sending a case again, as it stands. It must end with an exit code.
func replays(ts *testscript.TestScript, neg bool, args []string) {
	wants(ts, neg, args, 1, "replays CODE")
	for line := range strings.SplitSeq(ts.ReadFile("stdout"), "\n") {
		if command, ok := strings.CutPrefix(line, "  again    "); ok && strings.HasPrefix(command, "clause ") {
			exits(ts, false, []string{args[0], "sh", "-c", command})
			return
		}
	}
	ts.Fatalf("the report replays nothing by clause verify")
}

// shellWords splits a line as a shell does that knows double quotes alone.
func shellWords(line string) []string {
	var words []string
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			words = append(words, part)
		} else {
			words = append(words, strings.Fields(part)...)
		}
	}
	return words
}

func TestReachable(t *testing.T) {
	for listens, want := range map[string]string{
		"127.0.0.1:9000": "127.0.0.1:9000",
		"0.0.0.0:9000":   "127.0.0.1:9000",
		"[::]:9000":      "127.0.0.1:9000",
		"[::1]:9000":     "[::1]:9000",
	} {
		address, err := net.ResolveTCPAddr("tcp", listens)
		if err != nil {
			t.Fatal(err)
		}
		if got := reachable(address); got != want {
			t.Errorf("a server at %s is reached at %s, not %s", listens, got, want)
		}
	}
}

// What is written down has every credential that the implementation takes, or
// what is wrong with one of them would go unnoticed.
func TestTheTargetFileOfWhatIsServedIsWhole(t *testing.T) {
	c, err := embeddedContract()
	if err != nil {
		t.Fatal(err)
	}
	made, err := proveHandler(c, "exportUserUsage.security.accessKey.verified/any-key", kindFault)
	if err != nil {
		t.Fatal(err)
	}
	text, err := targetFile("a fault", "http://127.0.0.1:9000", made.Target, openly)
	if err != nil {
		t.Fatal(err)
	}
	read, err := target.Parse("target.yaml", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	if a, want := read.Auth, made.Target.Auth; a.Token != want.Token || a.AccessKey == nil || *a.AccessKey != *want.AccessKey {
		t.Errorf("the file has the credentials %+v:\n%s", a, text)
	}
}

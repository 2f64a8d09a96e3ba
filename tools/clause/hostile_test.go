package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/apiclause/clause/contract/report"
)

// maxPeak is the most memory that a run may take, in bytes, whatever the target
// does.
const maxPeak = 300_000_000

// shadowed tells that memory is not what the program alone takes.
var shadowed = false

// hostileToken is the token of hostile targets. Each way of writing it down
// writes it in another way.
const hostileToken = `sq+uirrel/4711="<walnut>&~more-of-it`

// The first case of a run shows whether the others make sense: a hostile server
// answers it well, and then the other.
const (
	first  = "exportUserUsage.answer.200/smallest"
	second = "exportUserUsage.answer.200/fullest"
)

// reply answers a request with anything; the connection closes afterwards.
type reply func(conn net.Conn, r *http.Request)

// hostileServer answers as it likes, and counts what it was asked.
type hostileServer struct {
	url      string
	requests atomic.Int64
}

// serveHostile starts a server. The first request gets a right answer unless the
// server is to be hostile at once.
func serveHostile(t *testing.T, answer reply, atOnce bool) *hostileServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &hostileServer{url: "http://" + listener.Addr().String()}
	var open sync.Map
	t.Cleanup(func() {
		listener.Close()
		open.Range(func(conn, _ any) bool { conn.(net.Conn).Close(); return true })
	})
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			open.Store(conn, true)
			go func() {
				defer open.Delete(conn)
				defer conn.Close()
				r, err := http.ReadRequest(bufio.NewReader(conn))
				if err != nil {
					return
				}
				if s.requests.Add(1) == 1 && !atOnce {
					answerRight(conn, r)
				} else {
					answer(conn, r)
				}
			}()
		}
	}()
	return s
}

// measure runs the program with the rest of the arguments, and writes into the
// file that the first one names how much memory it took. A process counts what
// its parent had when it started, so that the tests cannot start it themselves:
// they answer with a lot.
func measure() {
	cmd := exec.Command("clause", os.Args[2:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	var ended *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &ended) {
		panic(err)
	}
	if err := os.WriteFile(os.Args[1], []byte(strconv.FormatInt(peak(cmd.ProcessState), 10)), 0o600); err != nil {
		panic(err)
	}
	os.Exit(cmd.ProcessState.ExitCode())
}

// hostileRun is the outputs of one run of the program, and what is in its report.
type hostileRun struct {
	code           int
	stdout, stderr string
	json, junit    []byte
	har            []byte
	page, summary  []byte
	report         report.Report
}

// runHostile holds a server to the contract in a process of its own, and checks
// what holds whatever the server did. The run has to end by itself: only a test
// that hangs is killed.
func runHostile(t *testing.T, url string, args ...string) hostileRun {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	dir := t.TempDir()
	target := filepath.Join(dir, "target.yaml")
	text := "name: hostile\nbaseURL: " + url + "\nvalues: {project_id: p1, enterprise_project_id: \"0\"}\nauth: {token: \"${TOKEN}\"}\n" +
		"provoke: {\"500\": {path: {project_id: trigger-500}}}\n"
	if err := os.WriteFile(target, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	recorded := !slices.Contains(args, "--har")
	if recorded {
		args = append(args, "--har", filepath.Join(dir, "run.har"))
	}
	args = append([]string{
		filepath.Join(dir, "peak"), "verify", "--target", target, "--json", filepath.Join(dir, "report.json"), "--junit", filepath.Join(dir, "junit.xml"), "-v",
		"--html", filepath.Join(dir, "report.html"), "--markdown", filepath.Join(dir, "summary.md"), "--github",
	}, args...)
	cmd := exec.CommandContext(ctx, "measure", args...)
	cmd.Env = append(os.Environ(), "TOKEN="+hostileToken, "GORACE=atexit_sleep_ms=1")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = time.Second // for what the killed process has started
	err := cmd.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	if ctx.Err() != nil {
		t.Fatalf("the run did not end: %s", stderr.String())
	}
	r := hostileRun{code: cmd.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String()}
	r.json, _ = os.ReadFile(filepath.Join(dir, "report.json"))
	r.junit, _ = os.ReadFile(filepath.Join(dir, "junit.xml"))
	r.har, _ = os.ReadFile(filepath.Join(dir, "run.har"))
	r.page, _ = os.ReadFile(filepath.Join(dir, "report.html"))
	r.summary, _ = os.ReadFile(filepath.Join(dir, "summary.md"))
	taken, err := os.ReadFile(filepath.Join(dir, "peak"))
	if err != nil {
		t.Fatalf("%v: %s", err, r.stderr)
	}
	if n, err := strconv.ParseInt(string(taken), 10, 64); err != nil || n > maxPeak && !shadowed {
		t.Errorf("the run took %d bytes of memory (%v)", n, err)
	}
	if recorded && !json.Valid(r.har) {
		t.Errorf("the archive is no JSON: %.200q", r.har)
	}
	r.check(t)
	return r
}

var progressLine = regexp.MustCompile(`(?m)^\d+ of \d+ cases\n`)

func (r *hostileRun) check(t *testing.T) {
	t.Helper()
	for name, text := range map[string]string{"stdout": r.stdout, "stderr": r.stderr} {
		if i := strings.IndexFunc(text, func(c rune) bool { return c != '\n' && !unicode.IsPrint(c) }); i >= 0 {
			t.Errorf("%s has what a terminal may obey: %q", name, text[max(0, i-50):min(len(text), i+20)])
		}
	}
	for name, text := range map[string]string{
		"stdout": r.stdout, "stderr": r.stderr, "the report": string(r.json), "JUnit": string(r.junit), "the archive": string(r.har),
		"the page": string(r.page), "the page, decoded": decodedHTML(t, r.page), "the summary": string(r.summary),
		"the report, decoded": r.checkReports(t), "JUnit, decoded": decodedXML(r.junit), "the archive, decoded": decodedJSON(r.har),
	} {
		for _, needle := range beginnings() {
			if i := strings.Index(text, needle); i >= 0 {
				t.Errorf("%s holds the beginning of the token: %q", name, text[max(0, i-50):min(len(text), i+50)])
			}
		}
	}
	if strings.Contains(r.stderr, "goroutine ") || strings.Contains(r.stderr, "panic:") {
		t.Errorf("the program panicked: %s", r.stderr)
	}
	if said := progressLine.ReplaceAllString(r.stderr, ""); said != "" && (r.code != exitError || !strings.HasPrefix(said, "clause: ") || strings.Count(said, "\n") != 1 || len(said) > 1000) {
		t.Errorf("exit code %d, stderr %q", r.code, r.stderr)
	}
}

// checkReports checks that both reports are in their form, and say the same. It
// gives the texts of the first.
func (r *hostileRun) checkReports(t *testing.T) string {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(r.json))
	if err != nil {
		t.Fatalf("the report is no JSON: %v: %s", err, r.stderr)
	}
	schema, err := reportSchema()
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("the report is not in its form: %v", err)
	}
	if err := json.Unmarshal(r.json, &r.report); err != nil {
		t.Fatal(err)
	}
	if code := report.ExitCode(&r.report); code != r.code {
		t.Errorf("exit code %d, and the report gives %d", r.code, code)
	}
	cases := 0
	for d := xml.NewDecoder(bytes.NewReader(r.junit)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the JUnit report is no XML: %v", err)
		}
		if start, ok := token.(xml.StartElement); ok {
			if !slices.Contains([]string{"testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out"}, start.Name.Local) {
				t.Errorf("the JUnit report has the element %s", start.Name.Local)
			}
			if start.Name.Local == "testcase" {
				cases++
			}
		}
	}
	if cases != len(r.report.Verdicts) {
		t.Errorf("JUnit has %d cases, the report %d", cases, len(r.report.Verdicts))
	}
	return texts(value)
}

// decodedHTML gives the texts of a page, those of its data included. It has to have its
// own scripts alone.
func decodedHTML(t *testing.T, page []byte) string {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	scripts := 0
	for n := range root.Descendants() {
		switch {
		case n.DataAtom == atom.Script:
			scripts++
		case n.Type == html.TextNode && n.Parent.DataAtom == atom.Script && scripts == 1:
			b.WriteString(decodedJSON([]byte(n.Data)))
		case n.Type == html.TextNode:
			b.WriteString(n.Data + "\n")
		}
	}
	if scripts != 2 {
		t.Errorf("the page has %d scripts, want 2", scripts)
	}
	return b.String()
}

// verdict gives the verdict on a case.
func (r *hostileRun) verdict(t *testing.T, id string) report.Verdict {
	t.Helper()
	for _, v := range r.report.Verdicts {
		if v.Case.ID == id {
			return v
		}
	}
	t.Fatalf("the report has no case %s: %s", id, r.stderr)
	return report.Verdict{}
}

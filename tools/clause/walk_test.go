package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// block is a fenced block of a page.
type block struct {
	kind, file string // of "```yaml a.yaml": yaml and a.yaml
	text       string
	line       int
}

var fenced = regexp.MustCompile("(?ms)^```([a-z]+)(?: (\\S+))?\n(.*?)^```$")

func blocksOf(page string) []block {
	var all []block
	for _, at := range fenced.FindAllStringSubmatchIndex(page, -1) {
		b := block{kind: page[at[2]:at[3]], text: page[at[6]:at[7]], line: strings.Count(page[:at[0]], "\n") + 1}
		if at[4] >= 0 {
			b.file = page[at[4]:at[5]]
		}
		all = append(all, b)
	}
	return all
}

// walk does what a page tells its reader to do: it writes the files that blocks have the
// names of, makes the changes of those called diff, and runs the commands of those called
// console in one shell. An output has to be the one that is shown; … stands for anything
// within a line, and alone in a line for any lines. The port 8080 is another one, and
// "go mod tidy" takes this module from this repository.
func walk(ts *testscript.TestScript, neg bool, args []string) {
	wants(ts, neg, args, 1, "walk PAGE")
	freePort(ts, false, nil)
	s := startShell(ts)
	page := strings.ReplaceAll(ts.ReadFile(args[0]), "8080", ts.Getenv("PORT"))
	for _, b := range blocksOf(page) {
		fail := func(format string, a ...any) {
			ts.Fatalf("%s:%d: %s", args[0], b.line, fmt.Sprintf(format, a...))
		}
		switch {
		case b.kind == "console":
			s.follow(b, fail)
		case b.file == "":
			fail("a block that is neither a file nor commands cannot be tried")
		case b.kind == "diff":
			change(ts, b, fail)
		default:
			ts.Check(os.MkdirAll(filepath.Dir(ts.MkAbs(b.file)), 0o700))
			ts.Check(os.WriteFile(ts.MkAbs(b.file), []byte(b.text), 0o600))
		}
	}
}

// change puts the lines after + in the place of those after -, which the file has once.
func change(ts *testscript.TestScript, b block, fail func(string, ...any)) {
	var was, is []string
	for line := range strings.Lines(b.text) {
		line = strings.TrimSuffix(line, "\n")
		if old, ok := strings.CutPrefix(line, "-"); ok {
			was = append(was, old)
		} else {
			is = append(is, strings.TrimPrefix(line, "+"))
		}
	}
	text, old := ts.ReadFile(b.file), strings.Join(was, "\n")
	if n := strings.Count(text, old); n != 1 {
		fail("%s has %q %d times", b.file, old, n)
	}
	ts.Check(os.WriteFile(ts.MkAbs(b.file), []byte(strings.Replace(text, old, strings.Join(is, "\n"), 1)), 0o600))
}

// walker is a shell that runs one command after the other.
type walker struct {
	in  io.Writer
	out *bufio.Reader
}

// prepared is what is done before the commands of a page: what was started ends with
// the shell, and without a word.
const prepared = `exec 2>&1
set -m
trap 'for job in $(jobs -p); do builtin kill -- "-$job"; done' EXIT
kill() { builtin kill "$@" && wait "$@" 2>/dev/null; true; }
go() {
	if [ "$1 $2" = "mod tidy" ]; then
		command go mod edit -require=github.com/apiclause/clause@v0.0.0 -replace=github.com/apiclause/clause="$REPOSITORY" &&
			cp "$REPOSITORY/go.sum" go.sum
	else
		command go "$@"
	fi
}
`

func startShell(ts *testscript.TestScript) *walker {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	cmd := exec.CommandContext(ctx, "bash", "--norc", "--noprofile")
	cmd.Dir, cmd.WaitDelay = ts.MkAbs("."), 10*time.Second
	for _, name := range []string{
		"PATH", "HOME", "TMPDIR", "GOCOVERDIR", "GORACE", "REPOSITORY", "GOMODCACHE", "GOCACHE", "GOFLAGS", "GOPROXY", "GOWORK",
	} {
		if value := ts.Getenv(name); value != "" {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	cmd.Env = append(cmd.Env, "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
	in, err := cmd.StdinPipe()
	ts.Check(err)
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ts.Defer(func() {
		in.Close()
		_ = cmd.Wait() // whatever the last command ended with
		cancel()
	})
	_, err = io.WriteString(in, prepared)
	ts.Check(err)
	return &walker{in, bufio.NewReader(out)}
}

// follow runs the commands of a block.
func (s *walker) follow(b block, fail func(string, ...any)) {
	for _, one := range strings.Split("\n"+strings.TrimSuffix(b.text, "\n"), "\n$ ")[1:] {
		command, want, _ := strings.Cut(one, "\n")
		got, code, err := s.run(command)
		if err != nil {
			fail("%s: %v\n%s", command, err, got)
		}
		if !shown(want).MatchString(got) {
			fail("%s: the output is\n%s\nnot\n%s", command, got, want)
		}
		if code != 0 && !regexp.MustCompile(`(?m)^FAIL: `).MatchString(want) {
			fail("%s: exit code %d\n%s", command, code, got)
		}
	}
}

// run gives the output and the exit code of a command, without what a slow one says of
// how far it is.
func (s *walker) run(command string) (output string, code int, err error) {
	const end = "-- it ended with "
	if _, err := fmt.Fprintf(s.in, "{ %s\n} </dev/null; printf '\\n%s%%d\\n' $?\n", command, end); err != nil {
		return "", 0, err
	}
	var lines strings.Builder
	for {
		line, err := s.out.ReadString('\n')
		if err != nil {
			return lines.String(), 0, err
		}
		if text, ok := strings.CutPrefix(line, end); ok {
			code, err = strconv.Atoi(strings.TrimSpace(text))
			return strings.TrimSpace(progressLine.ReplaceAllString(lines.String(), "")), code, err
		}
		lines.WriteString(strings.TrimRight(line, " \t\n") + "\n")
	}
}

// shown is what an output has to be like.
func shown(want string) *regexp.Regexp {
	lines := strings.Split(strings.TrimSpace(want), "\n")
	for i, line := range lines {
		if line == "…" {
			lines[i] = `(?:.*\n)*.*`
			continue
		}
		lines[i] = strings.ReplaceAll(regexp.QuoteMeta(strings.TrimRight(line, " ")), "…", ".*")
	}
	return regexp.MustCompile("^" + strings.Join(lines, `\n`) + "$")
}

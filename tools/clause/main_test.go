package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apiclause/clause/contract"
)

func TestExitCodes(t *testing.T) {
	for _, test := range []struct {
		err  error
		want int
	}{
		{exit{exitViolated, nil}, 1},
		{fmt.Errorf("verify: %w", usagef("--jobs is 0")), 2},
		{fmt.Errorf("open: %w", contract.ErrUsage), 2},
		{&contract.Diagnosis{Message: "nothing listens"}, 3},
		{errors.Join(&contract.Diagnosis{Message: "nothing listens"}, errors.New("no report removed")), 3},
		{errors.New("the disk is full"), 3},
	} {
		if got := codeOf(test.err); got != test.want {
			t.Errorf("%q exits with %d, not %d", test.err, got, test.want)
		}
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestAnOutputThatIsCutShortIsNoSuccess(t *testing.T) {
	for _, args := range []string{
		"version", "list", "list --json", "lint", "explain exportUserUsage.answer.200", "--help",
	} {
		var stderr bytes.Buffer
		if code := run(strings.Fields(args), nil, full{}, &stderr); code != exitError {
			t.Errorf("%s exits with %d, not %d", args, code, exitError)
		}
		if got := stderr.String(); !strings.HasPrefix(got, "clause: ") || !strings.HasSuffix(got, "no space left\n") {
			t.Errorf("%s says %q", args, got)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"only", "skip", "seed", "op.query.limit.minimum", "op.query.limit.maximum", "op.rule.end-after-start"}
	for name, want := range map[string]string{
		"":                       "",
		"snip":                   "skip",
		"x":                      "op.query.limit.maximum", // the first that holds it
		"q":                      "op.query.limit.minimum",
		"op.query.limit.maximun": "op.query.limit.maximum",
		"end-after-start":        "op.rule.end-after-start",
		"elephant":               "",
		"OP.QUERY.LIMIT.MINIMUM": "op.query.limit.minimum",
		strings.Repeat("a", 500): "",
	} {
		if got := nearest(name, known); got != want {
			t.Errorf("nearest to %q is %q, not %q", name, got, want)
		}
	}
}

func TestProgress(t *testing.T) {
	long := func(p *progress) { p.last = time.Now().Add(-time.Minute) }
	for _, test := range []struct {
		name     string
		terminal bool
		want     string
	}{
		{"file", false, "5 of 10 cases\n"},
		{"terminal", true, "\r5 of 10 cases\r\x1b[K"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			p := newProgress(&out)
			p.terminal = test.terminal
			p.update(1, 10) // too early
			long(p)
			p.update(5, 10)
			p.update(6, 10) // too early again
			p.end()
			if got := out.String(); got != test.want {
				t.Errorf("progress is %q, not %q", got, test.want)
			}
		})
	}
}

func TestNoColourWhereItWasNotAskedFor(t *testing.T) {
	if colored(&watched{Writer: new(bytes.Buffer)}) {
		t.Error("what is no terminal is in colour")
	}
}

func TestMessagesAreHarmlessForATerminal(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := run([]string{"lint", "\x1b[31m.yaml"}, nil, &stdout, &stderr); code != exitUsage {
		t.Errorf("exit code %d, not %d", code, exitUsage)
	}
	const want = `clause: load contract \x1b[31m.yaml: no such file or directory: name an OpenAPI file that can be read` + "\n"
	if got := stderr.String(); got != want {
		t.Errorf("stderr is %q, not %q", got, want)
	}
}

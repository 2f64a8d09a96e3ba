package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// progress shows how far a run is: one line that updates on a terminal, nothing
// for a short run elsewhere, and a line every few seconds for a long one.
type progress struct {
	out      io.Writer
	terminal bool

	mu   sync.Mutex
	last time.Time
	wide bool // a line is on the terminal
}

const (
	terminalPace = 100 * time.Millisecond
	linePace     = 5 * time.Second
)

func newProgress(out io.Writer) *progress {
	return &progress{out: out, terminal: isTerminal(out), last: time.Now()}
}

func (p *progress) update(done, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	pace := linePace
	if p.terminal {
		pace = terminalPace
	}
	if time.Since(p.last) < pace {
		return
	}
	p.last = time.Now()
	if p.terminal {
		p.wide = true
		_, _ = fmt.Fprintf(p.out, "\r%d of %d cases", done, total)
		return
	}
	_, _ = fmt.Fprintf(p.out, "%d of %d cases\n", done, total)
}

// end clears the line.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.wide {
		_, _ = fmt.Fprint(p.out, "\r\x1b[K")
	}
}

func isTerminal(w io.Writer) bool {
	file, ok := fileOf(w)
	return ok && term.IsTerminal(int(file.Fd()))
}

func fileOf(w io.Writer) (file *os.File, ok bool) {
	if through, watching := w.(*watched); watching {
		w = through.Writer
	}
	file, ok = w.(*os.File)
	return file, ok
}

const (
	// plainWidth is how many characters a line has where there is no terminal.
	plainWidth = 100
	// leastWidth is what a line of a report needs.
	leastWidth = 40
)

// width is how many characters a line can have.
func width(w io.Writer) int {
	if file, ok := fileOf(w); ok {
		if columns, _, err := term.GetSize(int(file.Fd())); err == nil && columns > 0 {
			return max(columns, leastWidth)
		}
	}
	return plainWidth
}

// height is how many lines a report has, without that for the prompt below it.
func height(w io.Writer) int {
	if file, ok := fileOf(w); ok {
		if _, lines, err := term.GetSize(int(file.Fd())); err == nil && lines > 0 {
			return min(max(lines-1, leastScreen), screen)
		}
	}
	return screen
}

// colored tells whether to write in colours: on a terminal, unless NO_COLOR is
// set.
func colored(w io.Writer) bool { return isTerminal(w) && os.Getenv("NO_COLOR") == "" }

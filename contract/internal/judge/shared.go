package judge

import (
	"slices"
	"strings"
	"sync"

	"github.com/apiclause/clause/contract/report"
)

// shared keeps one copy of what many verdicts have in common: there is a verdict for
// each case until the run ends, and most answers are like another. The zero value is
// ready for use, by several goroutines.
type shared struct {
	mu      sync.Mutex
	texts   map[string]string
	lists   map[string][]string
	headers map[string][]report.Header
}

const (
	// maxShared is how many of a kind are kept, and maxSharedText how long a text
	// is: an endpoint can make each of its answers another one.
	maxShared     = 1 << 13
	maxSharedText = 1 << 8
)

// text gives a text that is equal.
func (s *shared) text(text string) string {
	if len(text) > maxSharedText {
		return text
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return share(&s.texts, text, text)
}

// list gives a list of ids that is equal. Nobody may change it; to append to it
// makes another.
func (s *shared) list(ids []string) []string {
	if len(ids) == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return share(&s.lists, strings.Join(ids, "\x00"), slices.Clip(ids))
}

// lines gives header lines that are equal.
func (s *shared) lines(lines []report.Header) []report.Header {
	if len(lines) == 0 {
		return nil
	}
	var key strings.Builder
	for _, l := range lines {
		key.WriteString(l.Name + "\x00" + l.Value + "\x00")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return share(&s.headers, key.String(), slices.Clip(lines))
}

func share[T any](of *map[string]T, key string, value T) T {
	if *of == nil {
		*of = map[string]T{}
	}
	if earlier, ok := (*of)[key]; ok {
		return earlier
	}
	if len(*of) < maxShared {
		(*of)[key] = value
	}
	return value
}

package spec

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dlclark/regexp2/v2"
)

// Pattern is a regular expression as ECMA-262 has it, which is what OpenAPI and
// JSON Schema mean by one. It is read with Unicode, or, where that makes it
// invalid, as the standard has it without (Annex B).
//
// Most patterns say the same in the syntax of RE2, perhaps in other words. Those
// are matched by package regexp, which takes linear time. The others, with
// look-around or back references, are matched by backtracking within a limit.
type Pattern struct {
	text   string
	linear *regexp.Regexp // nil if there is none that means the same
	back   *regexp2.Regexp
	// options are those that back was read with.
	options regexp2.RegexOptions
	// foreign tells that the text is no ECMA-262, and was read as RE2.
	foreign bool
	// slow counts the matches that ran into the limit.
	slow atomic.Int32

	whole func() *Pattern
}

// The bounds of one match by backtracking, and of how many matches of a pattern
// may run into them: after that it is not tried again, since a list may hold a
// thousand such texts.
const (
	maxMatching = 250 * time.Millisecond
	maxSlow     = 8
)

// ofRE2 are patterns of RE2 that ECMA-262 has no form for. They are read as
// they are meant.
var ofRE2 = regexp.MustCompile(`(^|[^\\])\(\?[imsU]+\)|\(\?P<`)

// unicodePattern is how a pattern is read first.
const unicodePattern = regexp2.ECMAScript | regexp2.Unicode

// CompilePattern reads a pattern.
func CompilePattern(text string) (*Pattern, error) {
	p := &Pattern{text: text}
	p.whole = sync.OnceValue(func() *Pattern {
		whole, err := CompilePattern(`^(?:` + p.text + `)$`)
		if err != nil {
			return nil
		}
		return whole
	})
	if p.linear = linear(text); p.linear != nil {
		return p, nil
	}
	var err error
	if ofRE2.MatchString(text) {
		if p.linear, err = regexp.Compile(text); err == nil {
			p.foreign = true
			return p, nil
		}
	}
	for _, way := range []struct {
		text    string
		options regexp2.RegexOptions
	}{{unescaped(text), unicodePattern}, {text, regexp2.ECMAScript}} {
		if p.back, err = backtracking(way.text, way.options); err == nil {
			p.options = way.options
			return p, nil
		}
	}
	return nil, err
}

func linear(text string) *regexp.Regexp {
	var t translator
	translated, ok := t.translate(text)
	if !ok {
		return nil
	}
	re, err := regexp.Compile(translated)
	if err != nil {
		return nil
	}
	return re
}

func backtracking(text string, options regexp2.RegexOptions) (re *regexp2.Regexp, err error) {
	err = guard(func() (err error) {
		re, err = regexp2.Compile(text, options)
		return err //nolint:wrapcheck // it is below
	})
	if err != nil {
		message := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
		return nil, fmt.Errorf("%s", strings.TrimSuffix(message, " in `"+text+"`"))
	}
	re.MatchTimeout = maxMatching
	return re, nil
}

// String returns the pattern as the contract has it.
func (p *Pattern) String() string { return p.text }

// Match reports whether a text matches, and whether that could be decided.
func (p *Pattern) Match(text string) (matches, decided bool) {
	if p.linear != nil {
		return p.linear.MatchString(text), true
	}
	if p.slow.Load() >= maxSlow {
		return false, false
	}
	err := guard(func() (err error) {
		matches, err = p.back.MatchString(text)
		return err //nolint:wrapcheck // it is not shown
	})
	if err != nil {
		p.slow.Add(1)
		return false, false
	}
	return matches, true
}

// MatchString reports whether a text matches, or may: nobody is charged with what
// could not be decided.
func (p *Pattern) MatchString(text string) bool {
	matches, decided := p.Match(text)
	return matches || !decided
}

// MatchWhole reports whether the pattern takes all of a text, and that without
// doubt.
func (p *Pattern) MatchWhole(text string) bool {
	whole := p.whole()
	if whole == nil {
		return false
	}
	matches, _ := whole.Match(text)
	return matches
}

// AnyCase returns the pattern without regard to case.
func (p *Pattern) AnyCase() (*Pattern, error) {
	out := &Pattern{text: p.text, foreign: p.foreign, whole: func() *Pattern { return nil }}
	var err error
	if p.linear != nil {
		out.linear, err = regexp.Compile("(?i)" + p.linear.String())
	} else {
		out.back, err = backtracking(p.back.String(), p.options|regexp2.IgnoreCase)
	}
	if err != nil {
		return nil, fmt.Errorf("pattern without regard to case: %w", err)
	}
	return out, nil
}

// Tree returns the syntax of the pattern, as far as RE2 has it: what looks around is
// left out, and given as ahead.
func (p *Pattern) Tree() (tree *syntax.Regexp, ahead []*syntax.Regexp, ok bool) {
	t := translator{sampling: true}
	text := p.text
	if !p.foreign {
		if text, ok = t.translate(p.text); !ok {
			return nil, nil, false
		}
	}
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil && !p.foreign {
		t.short = true
		text, _ = t.translate(p.text)
		tree, err = syntax.Parse(text, syntax.Perl)
	}
	if err != nil {
		return nil, nil, false
	}
	for _, part := range t.ahead {
		if sub, err := syntax.Parse(part, syntax.Perl); err == nil {
			ahead = append(ahead, sub.Simplify())
		}
	}
	return tree, ahead, true
}

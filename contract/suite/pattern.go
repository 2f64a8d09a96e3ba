package suite

import (
	"flag"
	"regexp"
	"strings"
)

// pattern is the value of -run or -skip of go test: alternatives, of expressions
// for the parts of a test's name each (go help testflag).
type pattern [][]*regexp.Regexp

// flagged gives what the flags of go test say of the test with a name. Go does not
// tell beforehand which subtests it enters, and what they need is sent together.
func flagged() func(name string) bool {
	run, skip := patternOf("test.run"), patternOf("test.skip")
	return func(name string) bool {
		parts := strings.Split(name, "/")
		if skipped, whole := skip.match(parts); skipped && whole {
			return false
		}
		entered, _ := run.match(parts)
		return entered || len(run) == 0
	}
}

// patternOf reads a flag; there is no pattern where it is not given, or this is no
// test's program. Go has refused those that cannot be read.
func patternOf(name string) pattern {
	f := flag.Lookup(name)
	if f == nil || f.Value.String() == "" {
		return nil
	}
	return parsePattern(f.Value.String())
}

// parsePattern splits a text at the slashes and bars that are in no brackets.
func parsePattern(text string) pattern {
	out := pattern{nil}
	add := func(part string) {
		if one, err := regexp.Compile(strings.ReplaceAll(part, " ", "_")); err == nil {
			out[len(out)-1] = append(out[len(out)-1], one)
		}
	}
	begin, square, round := 0, 0, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case c == '[':
			square++
		case c == ']':
			square = max(square-1, 0)
		case square > 0:
		case c == '(':
			round++
		case c == ')':
			round--
		case round == 0 && (c == '/' || c == '|'):
			add(text[begin:i])
			begin = i + 1
			if c == '|' {
				out = append(out, nil)
			}
		}
	}
	add(text[begin:])
	return out
}

// match reports whether the parts of a name match one of the alternatives, as far
// as both go, and whether all of that one was used.
func (p pattern) match(parts []string) (ok, whole bool) {
	for _, alternative := range p {
		matched := true
		for i := range min(len(parts), len(alternative)) {
			matched = matched && alternative[i].MatchString(parts[i])
		}
		if matched {
			return true, len(alternative) <= len(parts)
		}
	}
	return false, false
}

package spec

import (
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// maxStretched is how long a text may be that is stretched to a length: each way to
// do so is held to the pattern.
const maxStretched = 1500

// maxCuts bounds the places where a text is stretched or cut.
const maxCuts = 64

// OfLength gives a text of n characters that breaks nothing of the schema but a
// limit of its length. It looks for one in a bounded number of ways.
func (s *Schema) OfLength(n uint64) (string, bool) {
	bare := *s
	bare.MinLength, bare.MaxLength = 0, nil
	if s.Pattern == nil {
		text := strings.Repeat("a", int(n))
		return text, len(bare.Check(text)) == 0
	}
	var seeds []string
	for _, length := range []uint64{n, 0} {
		if text, ok := bare.Matching(length); ok {
			seeds = append(seeds, text)
		}
	}
	if text, ok := s.Sample().(string); ok && text != "" {
		_, last := utf8.DecodeLastRuneInString(text)
		seeds = append(seeds, strings.Repeat(text[len(text)-last:], int(n)), text)
	}
	for _, seed := range seeds {
		for _, text := range stretched([]rune(seed), int(n)) {
			if bare.allows(text) {
				return text, true
			}
		}
	}
	return "", false
}

// stretched gives the ways to bring a text to a length: one of its characters is
// repeated, or a part of it left out.
func stretched(text []rune, n int) []string {
	if len(text) == n {
		return []string{string(text)}
	}
	if len(text) == 0 || n > maxStretched {
		return nil
	}
	var out []string
	more, less := max(0, n-len(text)), max(0, len(text)-n)
	ends := len(text) - less
	for i := range min(ends, maxCuts) {
		at := i * ends / min(ends, maxCuts)
		out = append(out, string(text[:at])+strings.Repeat(string(text[at:at+1]), more)+string(text[at+less:]))
	}
	return out
}

// Counted gives a text for each number of repetitions at the ends of what the
// pattern counts, and just beyond: the rest of each is as short as can be. The texts
// need not match.
func (p *Pattern) Counted() []string {
	tree, _, ok := p.Tree()
	if !ok {
		return nil
	}
	var out []string
	for _, re := range counts(tree, nil) {
		for _, n := range []int{re.Min - 1, re.Min, re.Max, re.Max + 1} {
			w := writer{aim: re, count: n}
			if n < 0 || re.Max < 0 && n > re.Min {
				continue
			}
			if w.write(tree); w.steps <= maxWritten {
				out = append(out, w.String())
			}
		}
	}
	return out
}

// maxCounted bounds the repetitions of a pattern that texts are made for.
const maxCounted = 64

func counts(re *syntax.Regexp, have []*syntax.Regexp) []*syntax.Regexp {
	if re.Op == syntax.OpRepeat && len(have) < maxCounted {
		have = append(have, re)
	}
	for _, sub := range re.Sub {
		have = counts(sub, have)
	}
	return have
}

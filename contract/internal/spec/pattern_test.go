package spec

import (
	"strings"
	"testing"

	"github.com/dlclark/regexp2/v2"
)

// What a pattern of ECMA-262 matches. Where RE2 has other words for it, it is
// matched in linear time.
var patternCases = []struct {
	pattern string
	linear  bool
	yes, no []string
}{
	{`^[a-z]{2,3}$`, true, []string{"ab", "abc"}, []string{"a", "abcd", "AB", "ab\n"}},
	{`^\s$`, true, []string{" ", "\t", "\v", "\u00a0", "\ufeff", "\u2028", "\u3000"}, []string{"\u0085", "\u180e", "a", "\u200b"}},
	{`^\S+$`, true, []string{"a", "\u0085", "\u180e"}, []string{"a\u00a0b", "\v", "\u2029"}},
	{`^[\s]$`, true, []string{"\u00a0"}, []string{"a"}},
	{`^[^\s]$`, true, []string{"a", "\u0085"}, []string{"\u00a0", "\ufeff"}},
	{`^[\S]$`, true, []string{"a", "\u0085"}, []string{"\u00a0"}},
	{`^.$`, true, []string{"a", "\u0085", "😀"}, []string{"\r", "\n", "\u2028", "\u2029", ""}},
	{`^\d$`, true, []string{"7"}, []string{"\u0667", "a"}},
	{`^\D$`, true, []string{"\u0667"}, []string{"7"}},
	{`^\w+$`, true, []string{"a_1"}, []string{"é"}},
	{`^[\u0020-\u007e]+$`, true, []string{"a~ "}, []string{"\t", "é"}},
	{`^\uD83D\uDE00$`, true, []string{"😀"}, []string{"\xf0"}},
	{`^\u{1F600}$`, true, []string{"😀"}, []string{"u"}},
	{`^\u{000041}$`, true, []string{"A"}, nil},
	{`^\x41$`, true, []string{"A"}, nil},
	{`^\cA$`, true, []string{"\x01"}, []string{"cA"}},
	{`^\0$`, true, []string{"\x00"}, nil},
	{`^[\b]$`, true, []string{"\b"}, nil},
	{`\bfoo\b`, true, []string{"a foo b"}, []string{"afoob"}},
	{`^\p{L}+$`, true, []string{"éA"}, []string{"1"}},
	{`^\p{Letter}+$`, true, []string{"éA"}, []string{"1"}},
	{`^\p{Script=Greek}+$`, true, []string{"αβγ"}, []string{"abc"}},
	{`^\p{Alphabetic}+$`, false, []string{"é"}, []string{"1"}},
	{`^a{2000}$`, false, []string{strings.Repeat("a", 2000)}, []string{strings.Repeat("a", 1999)}},
	{`^a{0,2147483648}$`, true, []string{"", "aaa"}, []string{"b"}},
	{`^[^.]+\.(?i)(pdf|tiff)$`, true, []string{"a.PDF"}, []string{"a.doc"}},
	{`^(?=.*[0-9]).{8,}$`, false, []string{"abcdefg1"}, []string{"abcdefgh", "a1"}},
	{`^(?!0)\d+$`, false, []string{"10"}, []string{"01"}},
	{`(?<=a)b`, false, []string{"ab"}, []string{"cb"}},
	{`^(a|b)\1$`, false, []string{"aa"}, []string{"ab"}},
	{`^(?<year>\d{4})$`, true, []string{"2026"}, []string{"26"}},
	// What is valid without Unicode alone.
	{`^\A$`, true, []string{"A"}, []string{""}},
	{`^\-\_\@\"$`, true, []string{`-_@"`}, nil},
	{`^[\w-.]+$`, true, []string{"a-.b"}, []string{"a b"}},
	{`^[+-\d]+$`, true, []string{"+-7"}, []string{","}},
	{`^{a}$`, true, []string{"{a}"}, nil},
	{`^a{,3}$`, true, []string{"a{,3}"}, []string{"aa"}},
	{`^[[a]$`, true, []string{"[", "a"}, nil},
	{`^[]$`, true, nil, []string{"", "a"}},
	{`^[^]$`, true, []string{"\n", "a"}, []string{""}},
	{`^[^^a]$`, true, []string{"b"}, []string{"^", "a"}},
	{`^a\/b$`, true, []string{"a/b"}, nil},
	{`^[a\-z]$`, true, []string{"-", "a", "z"}, []string{"b"}},
	{`^[^a-c-e]$`, true, []string{"d"}, []string{"-", "b", "e"}},
	// What is no ECMA-262, and plain enough all the same.
	{`(?i)^abc$`, true, []string{"ABC"}, []string{"abd"}},
	{`(?P<x>a)`, true, []string{"a"}, []string{"b"}},
}

func TestPatterns(t *testing.T) {
	for _, c := range patternCases {
		p, err := CompilePattern(c.pattern)
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
			continue
		}
		if (p.linear != nil) != c.linear {
			t.Errorf("%s: linear is %t", c.pattern, p.linear != nil)
		}
		for _, text := range c.yes {
			if ok, decided := p.Match(text); !ok || !decided {
				t.Errorf("%s does not match %q", c.pattern, text)
			}
		}
		for _, text := range c.no {
			if p.MatchString(text) {
				t.Errorf("%s matches %q", c.pattern, text)
			}
		}
	}
}

func TestPatternsThatAreNone(t *testing.T) {
	for _, pattern := range []string{`(`, `a)`, `[a`, `\`, `a**`, `*`, `[z-a]`, `(?<=a`} {
		if _, err := CompilePattern(pattern); err == nil {
			t.Errorf("%s is taken", pattern)
		}
	}
}

// The translation says what the library says that reads ECMA-262 itself.
func TestTranslationAgreesWithBacktracking(t *testing.T) {
	texts := []string{"", "a", "A", "7", "-", "_", " ", "\t", "\v", "\n", "\r", "\u0085", "\u00a0", "\u2028", "\ufeff", "é", "α", "😀", "[", "]", "^", "{a}", "abc", "a-b", "ab1"}
	for _, c := range patternCases {
		p, err := CompilePattern(c.pattern)
		if err != nil || p.linear == nil || p.foreign {
			continue
		}
		back, err := backtracking(unescaped(c.pattern), unicodePattern)
		if err != nil {
			back, err = backtracking(c.pattern, regexp2.ECMAScript)
		}
		if err != nil {
			continue // it is read more kindly
		}
		for _, text := range append(append(texts, c.yes...), c.no...) {
			want, err := back.MatchString(text)
			if err != nil || p.linear.MatchString(text) != want {
				t.Errorf("%s on %q: the translation says %t, the other %t", c.pattern, text, !want, want)
			}
		}
	}
}

func TestMatchingIsBounded(t *testing.T) {
	p, err := CompilePattern(`^(?=a)(a+)+\1$`)
	if err != nil {
		t.Fatal(err)
	}
	p.back.MatchTimeout /= 50 // the same with less patience
	for range 100 {
		if !p.MatchString(strings.Repeat("a", 40) + "!") {
			return // decided after all
		}
	}
	if n := p.slow.Load(); n != maxSlow {
		t.Errorf("it was tried %d times, want %d", n, maxSlow)
	}
}

func TestSamplesOfPatterns(t *testing.T) {
	for _, pattern := range []string{
		`^(?=.*[0-9])(?=.*[A-Z])(?=.*[a-z]).{8,}$`, `^(?=.*\d)(?=.*[!@#$%])[\w!@#$%]{8,20}$`, `^(?!0)[0-9]+$`,
		`^(?!000)\d{3}-(?!00)\d{2}$`, `^\u0041+$`, `^\p{Script=Greek}{3}$`, `^.{1,2000}$`, `^([a-z]{1,90}\.){1,90}$`, `^[\w-.]+$`, `^\S+@\S+$`,
	} {
		p, err := CompilePattern(pattern)
		if err != nil {
			t.Fatal(err)
		}
		s := &Schema{Type: "string", Pattern: p}
		if text, ok := s.Matching(0); !ok || !p.MatchString(text) {
			t.Errorf("%s: no sample", pattern)
		}
	}
}

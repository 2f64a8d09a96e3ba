package spec

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestOfLength(t *testing.T) {
	for _, x := range []struct {
		pattern string
		n       uint64
		want    bool
	}{
		{"", 0, true},
		{"", 300, true},
		{`^[a-z]{2,8}$`, 8, true},
		{`^[a-z]{2,8}$`, 9, false},
		{`^\+[1-9][0-9]{4,14}$`, 11, true},
		{`^https://[a-z]+\.example/$`, 40, true},
		{`^https://[a-z]+\.example/$`, 10, false},
		{`([^\s]+(\.(pdf|jpeg))$)`, 17, true},
		{`^(ab)+$`, 7, false},
		{`^(a+)+$`, 1 << 20, true},
		{`^é+$`, 5, true},
	} {
		s := &Schema{ID: "x", Type: "string", MinLength: 3, MaxLength: new(uint64(5))}
		if x.pattern != "" {
			p, err := CompilePattern(x.pattern)
			if err != nil {
				t.Fatal(err)
			}
			s.Pattern = p
		}
		text, ok := s.OfLength(x.n)
		if ok != x.want {
			t.Errorf("%q of %d characters: %v, want %v", x.pattern, x.n, ok, x.want)
		}
		if ok && (uint64(utf8.RuneCountInString(text)) != x.n || s.Pattern != nil && !s.Pattern.MatchString(text)) {
			t.Errorf("%q of %d characters: got %.40q", x.pattern, x.n, text)
		}
	}
}

func TestCounted(t *testing.T) {
	for pattern, want := range map[string]string{
		`^[a-z]{2,4}$`:              "a aa aaaa aaaaa",
		`^x{3,}$`:                   "xx xxx",
		`^(y|[0-9]{2}-)?z{0,1}s$`:   "0-s 00-s 000-s s zs zzs",
		`^[1-9][0-9]{0,2}(\.b{1})?`: "1 1.b 1.bb 1. 1000 100",
		`^abc$`:                     "",
	} {
		p, err := CompilePattern(pattern)
		if err != nil {
			t.Fatal(err)
		}
		got := p.Counted()
		for text := range strings.FieldsSeq(want) {
			if !slices.Contains(got, text) {
				t.Errorf("%s: %q lacks %q", pattern, got, text)
			}
		}
		if want == "" && len(got) > 0 {
			t.Errorf("%s: got %q", pattern, got)
		}
	}
}

package plan

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// enumFaults gives values that are not listed, and others that a lax comparison
// takes for listed ones.
func enumFaults(s *slot) []fault {
	var out []fault
	add := func(name string, value any, what string) {
		for _, v := range s.Schema.Enum {
			if spec.Equal(v, value) {
				return
			}
		}
		out = append(out, fault{keyword: s.Schema.EnumKeyword(), name: name, value: value, why: s.name() + " is sent as " + what})
	}
	if s.Schema.Type == "integer" || s.Schema.Type == "number" {
		return numericEnumFaults(s, add, &out)
	}
	add("unlisted", "unlisted", "a value that is not listed")
	for _, v := range s.Schema.Enum {
		text, ok := v.(string)
		if !ok || text == "" {
			continue
		}
		add(word("other-case", text), swapCase(text), "a listed value in another case")
		if n := len(out); n > 0 && out[n-1].name == word("other-case", text) {
			out[n-1].inferred = true // many services compare without regard to case
		}
		// Without its only letter a value is empty, which may be an absence.
		if _, last := utf8.DecodeLastRuneInString(text); last < len(text) {
			add(word("prefix", text), text[:len(text)-last], "the beginning of a listed value")
		}
		add(word("extension", text), text+"x", "a listed value with text after it")
		add(word("within", text), "x"+text, "a listed value with text before it")
	}
	return out
}

func numericEnumFaults(s *slot, add func(string, any, string), out *[]fault) []fault {
	highest := 0.0
	for _, v := range normalized(s.Schema) {
		switch n := v.(type) {
		case int64:
			highest = max(highest, float64(n))
		case float64:
			highest = max(highest, n)
		}
	}
	if s.Schema.Type == "integer" {
		add("unlisted", int64(highest)+1, "a number that is not listed")
	} else {
		add("unlisted", highest+1, "a number that is not listed")
	}
	return *out
}

// swapCase turns letters into their other case.
func swapCase(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, text)
}

// brokenForms are texts that no reading of a format takes.
var brokenForms = map[string][]struct{ name, text, what string }{
	"date-time": {
		{"text", "yesterday", "a word"},
		{"month-13", "2026-13-01T00:00:00Z", "a time in the thirteenth month"},
		{"february-30", "2026-02-30T00:00:00Z", "a time on 30 February"},
	},
	"date":  {{"text", "yesterday", "a word"}, {"month-13", "2026-13-01", "a date in the thirteenth month"}},
	"uuid":  {{"text", "not-a-uuid", "a word"}, {"short", "6f1c2a54-0d3e-4b9a-9a57-3f0f4c6d7e8", "a UUID that lacks a digit"}},
	"email": {{"text", "nobody", "a word without @"}},
	"ipv4":  {{"text", "nowhere", "a word"}, {"256", "256.1.1.1", "an address with a number above 255"}},
	"ipv6":  {{"text", "nowhere", "a word"}},
	"uri":   {{"text", "no uri", "words"}},
}

func formatFaults(s *slot) []fault {
	var out []fault
	for _, f := range brokenForms[s.Schema.Format] {
		out = append(out, fault{
			keyword: "format", name: f.name, value: f.text,
			why: s.name() + " must have the form " + s.Schema.Format + ", and is " + f.what,
		})
	}
	if s.Schema.Format == "date-time" {
		out = append(out, rolledOver(s))
	}
	if s.Schema.Type == "integer" {
		out = append(out, widthFaults(s)...)
	}
	return out
}

// widthFaults gives numbers beyond the range of a format, on a side where no limit
// forbids them.
func widthFaults(s *slot) []fault {
	low, high := any(int64(math.MinInt32)-1), any(int64(math.MaxInt32)+1)
	switch s.Schema.Format {
	case "int32":
	case "int64":
		low, high = beneath64Bits, wrapping(s.Schema)
	default:
		return nil
	}
	switch {
	case s.Schema.Maximum == nil:
		return []fault{{keyword: "format", name: "too-large", value: high, why: s.name() + " is larger than " + s.Schema.Format + " holds"}}
	case s.Schema.Minimum == nil:
		return []fault{{keyword: "format", name: "too-small", value: low, why: s.name() + " is smaller than " + s.Schema.Format + " holds"}}
	}
	return nil
}

// rolledOver writes a valid moment with an hour past the last of the day, so that
// nothing but the form is wrong.
func rolledOver(s *slot) fault {
	return fault{
		keyword: "format", name: string(RolledOver), value: Time{Form: RolledOver},
		from: func(valid any) any {
			if t, ok := valid.(Time); ok {
				return Time{Offset: t.Offset, Form: RolledOver}
			}
			return nil
		},
		why: s.name() + " must have the form date-time, and is a time with an hour past the last of the day",
	}
}

// patternFaults spoils a text that matches at its end, its beginning, and
// altogether.
func patternFaults(s *slot) []fault {
	sample, ok := s.Schema.Sample().(string)
	if !ok {
		return nil
	}
	if sample == "" { // there is nothing to spoil in it
		sample, _ = s.Schema.Matching(1)
	}
	longest, ok := s.Schema.Matching(1 << 10)
	if !ok {
		longest = sample
	}
	tried := []struct{ name, text, what string }{
		{"text-after", sample + "!", "text after one that matches"},
		{"text-before", "!" + sample, "text before one that matches"},
		{"unmatched", strings.Repeat("!", max(1, len(sample))), "nothing that matches"},
		{"other-case", otherCase(s.Schema, sample), "one that matches in another case"},
	}
	// A character less of the shortest and more of the longest text, at each
	// place where the kind of character changes.
	for i, end := range runs(sample) {
		tried = append(tried, struct{ name, text, what string }{
			"shorter-" + strconv.Itoa(i+1), sample[:end-1] + sample[end:], "one that matches but for a character too few",
		})
	}
	for i, end := range runs(longest) {
		tried = append(tried, struct{ name, text, what string }{
			"longer-" + strconv.Itoa(i+1), longest[:end] + longest[end-1:], "one that matches but for a character too many",
		})
	}
	for i, text := range s.Schema.Pattern.Counted() {
		tried = append(tried, struct{ name, text, what string }{
			"counted-" + strconv.Itoa(i+1), text, "one that matches but for how often a part is repeated",
		})
	}
	var out []fault
	for _, f := range tried {
		if slices.ContainsFunc(out, func(have fault) bool { return have.value == any(f.text) }) {
			continue
		}
		broken := s.Schema.Check(f.text)
		if f.text != "" && len(broken) == 1 && strings.HasSuffix(broken[0].Clause, ".pattern") {
			out = append(out, fault{keyword: "pattern", name: f.name, value: f.text, why: s.name() + " is sent with " + f.what})
		}
	}
	return out
}

// otherCase gives a text that matches but for the case of its letters. A sample
// that has none gets one.
func otherCase(s *spec.Schema, sample string) string {
	if swapped := swapCase(sample); len(s.Check(swapped)) > 0 {
		return swapped
	}
	for i := range len(sample) {
		for _, letter := range []string{"a", "A", "f", "F", "z", "Z"} {
			text := sample[:i] + letter + sample[i+1:]
			if swapped := swapCase(text); len(s.Check(text)) == 0 && len(s.Check(swapped)) > 0 {
				return swapped
			}
		}
	}
	return ""
}

// runs gives where each run of letters of one case, of digits, or of one other
// character ends.
func runs(text string) []int {
	kind := func(c byte) byte {
		switch {
		case c >= '0' && c <= '9':
			return '0'
		case c >= 'a' && c <= 'z':
			return 'a'
		case c >= 'A' && c <= 'Z':
			return 'A'
		default:
			return c
		}
	}
	var ends []int
	for i := range len(text) {
		if text[i] < utf8.RuneSelf && (i+1 == len(text) || kind(text[i]) != kind(text[i+1])) {
			ends = append(ends, i+1)
		}
	}
	return ends
}

func (p *planner) duplicateFault(s *slot) []fault {
	if s.Schema.Items == nil {
		return nil
	}
	elements := candidates(s.choice.Items)
	if len(elements) == 0 {
		return nil
	}
	length := max(2, int(s.Schema.MinItems))
	values := list(elements, 0, length, true)
	values[length-1] = values[0]
	return []fault{{keyword: "uniqueItems", name: "duplicate", value: values, why: s.name() + " holds an element twice"}}
}

func additionalFault(s *slot) fault {
	return fault{
		keyword: "additionalProperties", name: "unlisted", within: unlistedMember(s.Schema), value: "x",
		why: s.name() + " has a member that is not listed", inferred: true,
	}
}

// otherMemberFaults gives a member that is not listed values that such a member must
// not have.
func (p *planner) otherMemberFaults(s *slot) []fault {
	name, of := unlistedMember(s.Schema), s.Schema.Additional
	member := &slot{Place: &ruling.Place{Schema: of, Path: append(slices.Clone(s.Path), name), Required: true}, choice: of}
	member.path = append(slices.Clone(s.path), name)
	faults := p.faultsOf(member)
	for _, e := range p.edges(member) {
		if e.outcome == Refused {
			faults = append(faults, fault{keyword: e.keyword, name: e.name, value: e.value, why: e.why})
		}
	}
	faults = slices.DeleteFunc(faults, func(f fault) bool { return f.within != "" })
	for i := range faults {
		f := &faults[i]
		f.keyword, f.name, f.within, f.from = "additionalProperties."+f.keyword, word("unlisted", f.name), name, nil
	}
	return faults
}

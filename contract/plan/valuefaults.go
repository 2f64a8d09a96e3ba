package plan

import (
	"encoding/json"
	"strings"
	"unicode"

	"github.com/apiclause/clause/contract/internal/spec"
)

// enumFaults gives values that are not listed, and others that a lax comparison
// takes for listed ones.
func enumFaults(s *slot) []fault {
	var out []fault
	add := func(name string, value any, what string) {
		for _, v := range s.schema.Enum {
			if spec.Equal(v, value) {
				return
			}
		}
		out = append(out, fault{keyword: "enum", name: name, value: value, why: s.name() + " is sent as " + what})
	}
	if s.schema.Type == "integer" || s.schema.Type == "number" {
		return numericEnumFaults(s, add, &out)
	}
	add("unlisted", "unlisted", "a value that is not listed")
	for _, v := range s.schema.Enum {
		text, ok := v.(string)
		if !ok || text == "" {
			continue
		}
		add(word("other-case", text), swapCase(text), "a listed value in another case")
		add(word("prefix", text), text[:len(text)-1], "the beginning of a listed value")
		add(word("extension", text), text+"x", "a listed value with text after it")
		add(word("within", text), "x"+text, "a listed value with text before it")
	}
	if s.query() && !s.element {
		out = append(out, fault{
			keyword: "enum", name: "repeated", value: []any{"unlisted", "unlisted-too"},
			why: s.name() + " is sent twice, and neither value is listed",
		})
	}
	return out
}

func numericEnumFaults(s *slot, add func(string, any, string), out *[]fault) []fault {
	highest := 0.0
	for _, v := range normalized(s.schema) {
		switch n := v.(type) {
		case int64:
			highest = max(highest, float64(n))
		case float64:
			highest = max(highest, n)
		}
	}
	if s.schema.Type == "integer" {
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
	for _, f := range brokenForms[s.schema.Format] {
		out = append(out, fault{
			keyword: "format", name: f.name, value: f.text,
			why: s.name() + " must have the form " + s.schema.Format + ", and is " + f.what,
		})
	}
	if (s.schema.Format == "int32" || s.schema.Format == "int64") && s.schema.Type == "integer" && s.schema.Maximum == nil {
		out = append(out, fault{
			keyword: "format", name: "too-large", value: pastFormat(s.schema.Format),
			why: s.name() + " is larger than " + s.schema.Format + " holds",
		})
	}
	return out
}

// patternFaults spoils a text that matches at its end, its beginning, and
// altogether.
func patternFaults(s *slot) []fault {
	sample, ok := s.schema.Sample().(string)
	if !ok {
		return nil
	}
	var out []fault
	for _, f := range []struct{ name, text, what string }{
		{"text-after", sample + "!", "text after one that matches"},
		{"text-before", "!" + sample, "text before one that matches"},
		{"unmatched", strings.Repeat("!", max(1, len(sample))), "nothing that matches"},
	} {
		broken := s.schema.Check(f.text)
		if len(broken) == 1 && strings.HasSuffix(broken[0].Clause, ".pattern") {
			out = append(out, fault{keyword: "pattern", name: f.name, value: f.text, why: s.name() + " is sent with " + f.what})
		}
	}
	return out
}

func (p *planner) duplicateFault(s *slot) []fault {
	if s.schema.Items == nil {
		return nil
	}
	elements := candidates(s.schema.Items)
	if len(elements) == 0 {
		return nil
	}
	length := max(2, int(s.schema.MinItems))
	values := list(elements, 0, length, true)
	values[length-1] = deepCopy(values[0])
	return []fault{{keyword: "uniqueItems", name: "duplicate", value: values, why: s.name() + " holds an element twice"}}
}

func additionalFault(s *slot) fault {
	return fault{
		keyword: "additionalProperties", name: "unlisted", within: "unlistedMember", value: "x",
		why: s.name() + " has a member that is not listed",
	}
}

// lenient sends forms that an implementation may take or refuse, but must not
// fail on.
func (p *planner) lenient(s *slot) {
	if s.path[0] == "path" || s.element || s.target {
		return
	}
	d, ok := p.alone(s)
	if !ok {
		return
	}
	valid, _ := d.get(s.path)
	for _, f := range p.lenientForms(s, valid) {
		p.propose(proposal{
			clause: p.op.ID + ".answer.unprovoked-5xx", detail: word(s.name(), f.name), technique: SingleFault,
			draft: d.set(s.path, f.value), outcome: Either,
			why: s.name() + " is sent in a form that may be taken or refused, but must not make the service fail",
		})
	}
}

// form is a way to write a value.
type form struct {
	name  string
	value any
}

func (p *planner) lenientForms(s *slot, valid any) []form {
	var forms []form
	if !s.wire() {
		if s.optional() && s.schema.Type != "" && !s.schema.Nullable {
			forms = append(forms, form{"null", nil})
		}
		return forms
	}
	if s.query() && !s.required {
		forms = append(forms, form{"empty", ""})
	}
	if s.query() && s.schema.Type != "array" {
		forms = append(forms, form{"repeated", []any{valid, valid}})
	}
	if s.schema.Type != "integer" && s.schema.Type != "number" {
		return forms
	}
	forms = append(forms,
		form{"plus-sign", "+5"}, form{"leading-zero", "05"}, form{"fraction-of-zero", "5.0"}, form{"exponent", "1e3"},
		form{"blank-before", " 5"}, form{"blank-after", "5 "}, form{"minus-zero", "-0"})
	if s.schema.Maximum == nil {
		forms = append(forms, form{"past-64-bits", past64Bits})
	}
	return forms
}

// past64Bits is 2 to the power of 64: no 64-bit integer holds it.
const past64Bits = json.Number("18446744073709551616")

func pastFormat(format string) any {
	if format == "int32" {
		return int64(1) << 31
	}
	return past64Bits
}

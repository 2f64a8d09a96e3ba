package prove

import (
	"cmp"
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
)

// lax is a reader that takes more than it should: it gives the value that it
// takes another for, or that value unchanged.
type lax struct {
	name, how string
	read      func(v any) any
	excluded  string
}

// types loosens the reading of a value in the ways that readers commonly do.
func (b *builder) types(at *place) {
	id := at.clause("type")
	readers := wireReaders[at.Schema.Type]
	if !at.AsText() {
		readers = b.jsonReaders(at)
	}
	for _, l := range readers {
		b.reader(Type, at, id, l)
	}
	switch {
	case at.AsText():
		b.unreadable(at, id)
		b.repeated(at)
		b.overflow(at)
	case at.Schema.Composed == nil && at.Schema.Type != "":
		excluded := ""
		if at.Schema.Type == "object" {
			excluded = b.oracle.lacking(at) // for what is no object lacks every member
		}
		if len(at.Schema.Enum) > 0 {
			excluded = "what is of another type is none of the listed values, and is refused for that"
		}
		b.add(Fault{
			Name: "dropped", Clause: id, Class: Type, Description: "a value of any type is taken for " + at.label(), Excluded: excluded,
			design: design{model: withSchema(b.model, at, func(s *spec.Schema) { s.Type = "" })},
		})
		if !at.Schema.Nullable {
			excluded := b.oracle.lacking(at)
			if at.optional() || !at.Required && !at.IsElement() {
				excluded = "many readers take null for an optional member as its absence: a contract does not demand either way"
			}
			b.add(Fault{
				Name: "null-taken", Clause: id, Class: Type, Description: "null is taken for " + at.label(), Excluded: excluded,
				design: design{model: withSchema(b.model, at, func(s *spec.Schema) { s.Nullable = true })},
			})
		}
	}
}

func (b *builder) reader(class Class, at *place, id string, l lax) {
	b.add(Fault{
		Name: l.name, Clause: id, Class: class, Description: at.label() + ": " + l.how, Excluded: l.excluded, Level: b.inferredFor(l, at, id),
		design: design{before: func(r *request) bool {
			r.mapValues(at, l.read)
			return false
		}},
	})
}

// inferredFor lowers a fault that a contract without a source for the clause does
// not state: a fraction in JSON is cut off by readers that many use.
func (b *builder) inferredFor(l lax, at *place, id string) clause.Level {
	if l.name == "fraction-truncated" && !at.AsText() {
		return b.unlessSourced(id)
	}
	return ""
}

// unlessSourced gives should for a clause of which the contract does not say where
// the document states it, else "".
func (b *builder) unlessSourced(id string) clause.Level {
	if c := b.model.Clause(id); c != nil && !c.Sourced() {
		return clause.Should
	}
	return ""
}

// unreadable passes over what cannot be read, as if it had not been sent.
func (b *builder) unreadable(at *place, id string) {
	if at.Schema.Type == "string" || at.IsElement() || at.Schema.Type == "array" ||
		at.Schema.Object() || at.In() == "path" || at.parent == nil && at.In() == "body" {
		return
	}
	b.add(Fault{
		Name: "unreadable-ignored", Clause: id, Class: Type, Description: "what is no " + at.Schema.Type + " is ignored in " + at.label(),
		design: design{model: withOptional(b.model, at), when: func(v *view) bool {
			for _, value := range v.values(at) {
				text, isText := value.(string)
				if _, ok := at.Schema.FromText(text); ok && isText {
					return false
				}
			}
			return v.has(at)
		}, before: func(r *request) bool {
			r.drop(at)
			return false
		}},
	})
}

// repeated passes over what is sent more than once.
func (b *builder) repeated(at *place) {
	if at.In() != "query" || at.Schema.Type == "array" || at.IsElement() {
		return
	}
	for _, keyword := range []string{"type", "enum", "format", "pattern"} {
		b.add(Fault{
			Name: "repeated-ignored", Clause: at.clause(keyword), Class: Type, Description: at.label() + " is not checked when it is sent twice",
			Excluded: b.free(at, keyword),
			design: design{
				model: withOptional(b.model, at), when: func(v *view) bool { return len(v.texts(at.Parameter)) > 1 },
				before: func(r *request) bool {
					r.drop(at)
					return false
				},
			},
		})
	}
}

// free says that every text is valid at a place, or gives "".
func (b *builder) free(at *place, keyword string) string {
	if keyword == "type" && at.Schema.Type == "string" {
		return "any two texts are valid on their own, and a repeated parameter may lawfully be taken"
	}
	return ""
}

func onText(read func(text string) string) func(v any) any {
	return func(v any) any {
		if text, ok := v.(string); ok {
			return read(text)
		}
		return v
	}
}

var (
	leadingInteger = regexp.MustCompile(`^-?[0-9]+`)
	leadingNumber  = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?`)
	exponent       = regexp.MustCompile(`^[0-9]+e[0-9]$`)
)

const lawful = "implementations lawfully differ in it: a contract does not demand either way"

// wireReaders are how texts are laxly read as values of a type.
var wireReaders = map[string][]lax{
	"integer": {
		{"leading-digits", "digits are read as far as they go", onText(leading(leadingInteger)), ""},
		{"fraction-truncated", "a fraction is cut off", onText(truncated), ""},
		{"exponent-taken", "an exponent is taken", onText(func(text string) string {
			if exponent.MatchString(text) {
				f, _ := strconv.ParseFloat(text, 64)
				return spec.Number(f)
			}
			return text
		}), lawful},
		{"blanks-taken", "outer blanks are passed over", onText(strings.TrimSpace), lawful},
		{"plus-sign-taken", "a plus sign is taken", onText(func(text string) string { return strings.TrimPrefix(text, "+") }), lawful},
	},
	"number": {
		{"leading-digits", "digits are read as far as they go", onText(leading(leadingNumber)), ""},
	},
	"boolean": {
		{"false-unless-true", "what is not true is false", onText(func(text string) string { return strconv.FormatBool(text == "true") }), ""},
		{"true-unless-false", "what is not false is true", onText(func(text string) string { return strconv.FormatBool(text != "false") }), ""},
	},
}

func leading(form *regexp.Regexp) func(text string) string {
	return func(text string) string {
		if found := form.FindString(text); found != "" {
			return found
		}
		return text
	}
}

func truncated(text string) string {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || !strings.Contains(text, ".") || math.Abs(f) > 1<<53 {
		return text
	}
	return strconv.FormatInt(int64(f), 10)
}

// jsonReaders are how JSON values of another type are laxly read.
func (b *builder) jsonReaders(at *place) []lax {
	s := at.Schema
	switch s.Type {
	case "integer":
		return []lax{
			{"text-taken", "a number in quotes is taken", asNumeral, lawful},
			{"fraction-truncated", "a fraction is cut off", func(v any) any {
				if n, ok := v.(json.Number); ok {
					return json.Number(truncated(n.String()))
				}
				return v
			}, ""},
			{"boolean-taken", "true is taken for 1", func(v any) any {
				if v == any(true) {
					return json.Number("1")
				}
				return v
			}, lawful},
		}
	case "number":
		return []lax{{"text-taken", "a number in quotes is taken", asNumeral, lawful}}
	case "boolean":
		return []lax{
			{"text-taken", "true and false in quotes are taken", func(v any) any {
				if v == any("true") || v == any("false") {
					return v == any("true")
				}
				return v
			}, lawful},
			{"number-taken", "0 and 1 are taken", func(v any) any {
				if n, ok := v.(json.Number); ok {
					return n != "0"
				}
				return v
			}, ""},
		}
	case "string":
		return []lax{{"number-taken", "a number is taken for its text", func(v any) any {
			if n, ok := v.(json.Number); ok {
				return n.String()
			}
			return v
		}, cmp.Or(noNumeral(s), lawful)}}
	}
	return nil
}

func asNumeral(v any) any {
	if text, ok := v.(string); ok {
		if _, err := strconv.ParseFloat(text, 64); err == nil {
			return json.Number(text)
		}
	}
	return v
}

// noNumeral says that the text of no number is valid, or gives "".
func noNumeral(s *spec.Schema) string {
	for _, text := range []string{"0", "1", "12", "123456", "1234567890", "-1", "1.5"} {
		if len(s.Check(text)) == 0 {
			return ""
		}
	}
	return "the text of a number breaks the other keywords of the schema, so it is refused all the same"
}

var rollable = regexp.MustCompile(`^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$`)

// times reads times in forms that are none of RFC 3339's.
func (b *builder) times(at *place, id string) {
	b.modelled(Form, id, "the form of "+at.label()+" is not checked", withSchema(b.model, at, func(s *spec.Schema) { s.Format = "" }))
	for _, l := range []lax{
		{"date-alone", "a date alone is taken for its midnight", onText(layout(time.DateOnly)), lawful},
		{"zone-missing", "a time without a zone is taken for UTC", onText(layout("2006-01-02T15:04:05")), lawful},
		{"blank-for-t", "a blank is taken in the place of the T", onText(func(text string) string {
			return strings.Replace(text, " ", "T", 1)
		}), "RFC 3339, section 5.6, lets applications choose a blank"},
		{"seconds", "a number is taken for seconds since 1970", onText(func(text string) string {
			if n, err := strconv.ParseInt(text, 10, 64); err == nil {
				return time.Unix(n, 0).UTC().Format(time.RFC3339)
			}
			return text
		}), lawful},
		{"rolled-over", "a day, hour or minute past the last is taken for one of the next", onText(rolledOver), ""},
	} {
		b.reader(Form, at, id, l)
	}
}

func layout(layout string) func(text string) string {
	return func(text string) string {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Format(time.RFC3339)
		}
		return text
	}
}

func rolledOver(text string) string {
	parts := rollable.FindStringSubmatch(text)
	if parts == nil {
		return text
	}
	n := make([]int, len(parts))
	for i, part := range parts[1:] {
		n[i] = number(strings.TrimLeft(part[:len(part)-1], "0") + part[len(part)-1:])
	}
	return time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, time.UTC).Format(time.RFC3339)
}

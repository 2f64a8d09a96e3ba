package judge

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// among gives the value of an answer with a list in it that has nothing but what the
// run made for the case. Of things that are to be in the order of texts none is left
// where collations may order them differently.
func (j *Judgment) among(a *spec.Among) any {
	names := j.x.Found(j.c)
	return reduced(j.value, a.Items, func(list []any) []any {
		var ours []any
		for _, one := range list {
			thing, ok := one.(map[string]any)
			if ok && slices.Contains(names, spec.Text(thing[a.ID])) && (a.Ordered == "" || thing[a.Ordered] != nil) {
				ours = append(ours, one)
			}
		}
		if a.Ordered != "" && !sortable(ours, a.Ordered) {
			ours = nil
		}
		return ours
	})
}

// reduced gives a copy of a value in which a list has become another.
func reduced(value any, path []string, as func([]any) []any) any {
	if len(path) == 0 {
		list, ok := value.([]any)
		if !ok {
			return value
		}
		if list = as(list); list == nil {
			list = []any{}
		}
		return list
	}
	object, ok := value.(map[string]any)
	if !ok || object[path[0]] == nil {
		return value
	}
	object = maps.Clone(object)
	object[path[0]] = reduced(object[path[0]], path[1:], as)
	return object
}

// sortable reports whether the values of a member have the same order everywhere:
// numbers, and texts of which what differs is letters of one case, or as many letters
// and digits. Collations differ in how they treat all else.
func sortable(things []any, member string) bool {
	var texts []string
	for _, one := range things {
		thing, _ := one.(map[string]any)
		if text, ok := thing[member].(string); ok {
			texts = append(texts, text)
		}
	}
	if len(texts) == 0 {
		return true
	}
	if len(texts) < len(things) {
		return false
	}
	for i, a := range texts {
		for _, b := range texts[:i] {
			if !alike(a, b) {
				return false
			}
		}
	}
	return true
}

// alike reports whether two texts differ in a letter, of lower case in both, or in the
// digits of numbers that are as long. What they begin with in common says nothing.
func alike(a, b string) bool {
	if isTime(a) && isTime(b) {
		return true
	}
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	if i == len(a) || i == len(b) {
		return a == b
	}
	lower := func(c byte) bool { return 'a' <= c && c <= 'z' }
	n := digits(a[i:])
	return lower(a[i]) && lower(b[i]) || n > 0 && n == digits(b[i:])
}

// digits counts the digits that a text begins with.
func digits(text string) int { return len(text) - len(strings.TrimLeft(text, "0123456789")) }

// grouped gives the member that a list may be ordered by first, as one that has what is
// pinned before what is not, or folders before files: within each of two groups it is as
// an inferred rule about order says. "" where there is none.
func (j *Judgment) grouped(r *ruling.AnswerRule, answered *ruling.AnsweredRequest, clocks []time.Time) string {
	if r.Convention == nil || r.Convention.Among == nil || r.Convention.Among.Ordered == "" {
		return ""
	}
	var list []any
	path := r.Convention.Among.Items
	reduced(answered.Input().Answer, path, func(all []any) []any { list = all; return all })
	for _, flag := range flags(list) {
		parts := groups(list, flag)
		kept := len(parts) == 2
		for _, part := range parts {
			in := answered.Input().With("answer", reduced(answered.Input().Answer, path, func([]any) []any { return part }))
			is, _ := r.DecideAnswer(in, clocks)
			kept = kept && is == ruling.Kept
		}
		if kept {
			return flag
		}
	}
	return ""
}

// flags are the members of things that may part them: booleans, and texts.
func flags(list []any) []string {
	var out []string
	for _, one := range list {
		thing, _ := one.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(thing)) {
			switch thing[name].(type) {
			case bool, string:
				if !slices.Contains(out, name) {
					out = append(out, name)
				}
			}
		}
	}
	return out
}

// groups parts a list where the value of a member changes.
func groups(list []any, member string) [][]any {
	var out [][]any
	var last any
	for i, one := range list {
		thing, _ := one.(map[string]any)
		if i == 0 || !reflect.DeepEqual(thing[member], last) { // it may be a list or an object in some
			out = append(out, nil)
		}
		last = thing[member]
		out[len(out)-1] = append(out[len(out)-1], one)
	}
	return out
}

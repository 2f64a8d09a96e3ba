package rule

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
)

// The bounds of the values that are tried for one member that has no domain.
const (
	maxValues  = 16
	maxSamples = 4
	maxSized   = 1000 // length of a string made for a size() in the rule
	maxItems   = 100  // likewise, of a list
	maxInvent  = 3    // levels of objects and lists within a value
)

// baseTime is the time that examinations take place at. It is a constant, for they
// have the same outcome each time.
var baseTime = time.Date(2024, 5, 17, 10, 30, 0, 0, time.UTC)

// An inventor makes up values, with an eye on the constants of a rule.
type inventor struct {
	literals []any
	sizes    bool
	sorts    bool
}

func newInventor(found *survey) *inventor {
	return &inventor{literals: found.literals, sizes: found.sizes, sorts: found.sorts}
}

// values gives values of a field, an ordinary one first, never none.
func (v *inventor) values(field *Field) []any {
	if domain := present(field.Domain); len(domain) > 0 {
		return domain[:min(len(domain), maxEvaluations)]
	}
	samples := present(field.Samples)
	values := append([]any(nil), samples[:min(len(samples), maxSamples)]...)
	invented := v.ofType(field.Type, 0)
	for _, value := range invented {
		if field.Accepts == nil || field.Accepts(value) {
			values = append(values, value)
		}
	}
	if len(values) == 0 {
		values = invented[:1] // the best there is
	}
	return distinct(values, maxSamples+maxValues)
}

// present leaves out null, which is as good as absent.
func present(values []any) []any {
	return slices.DeleteFunc(slices.Clone(values), func(value any) bool { return value == nil })
}

func distinct(values []any, limit int) []any {
	var kept []any
	for _, value := range values {
		same := func(other any) bool { return reflect.DeepEqual(value, other) }
		if len(kept) < limit && !slices.ContainsFunc(kept, same) {
			kept = append(kept, value)
		}
	}
	return kept
}

// ofType invents values of a type, an ordinary one first, then those around the
// constants, then extremes.
func (v *inventor) ofType(typ *Type, depth int) []any {
	switch typ.kind() {
	case Bool:
		return []any{true, false}
	case Int:
		return v.ints()
	case Double:
		return v.doubles()
	case String:
		return v.strings()
	case Timestamp:
		return v.times()
	case List:
		return v.lists(typ.elem(), depth)
	case Object:
		return v.objects(typ, depth)
	}
	return append([]any{int64(1), "a", 1.5, true, int64(0), "", []any{}, map[string]any{}}, v.scalars()...)
}

func (v *inventor) scalars() []any {
	return slices.DeleteFunc(slices.Clone(v.literals), func(literal any) bool {
		_, isDuration := literal.(time.Duration)
		return isDuration
	})
}

func (v *inventor) ints() []any {
	values := []any{int64(1)}
	for _, literal := range v.literals {
		switch c := literal.(type) {
		case int64:
			values = append(values, c, c+1, c-1) // at the ends of the range they wrap, harmlessly
		case float64:
			whole, _ := convertInt(math.Floor(c))
			if floor, ok := whole.(int64); ok {
				values = append(values, floor, floor+1)
			}
		}
	}
	values = distinct(values, maxValues-5) // leave room for the extremes
	return append(values, int64(0), int64(-1), int64(math.MinInt64), int64(math.MaxInt64), int64(2))
}

func (v *inventor) doubles() []any {
	values := []any{1.5}
	for _, literal := range v.literals {
		c, _ := convertDouble(literal)
		if f, ok := c.(float64); ok {
			values = append(values, f, math.Nextafter(f, math.Inf(1)), math.Nextafter(f, math.Inf(-1)))
		}
	}
	values = distinct(values, maxValues-5)
	return append(values, 0.0, -1.5, 1e300, -1e300, 2.5)
}

func (v *inventor) strings() []any {
	values := []any{"a"}
	for _, literal := range v.literals {
		switch c := literal.(type) {
		case string:
			values = append(values, c)
		case int64:
			if v.sizes && c >= 0 && c <= maxSized {
				values = append(values, strings.Repeat("a", int(c)), strings.Repeat("a", int(c)+1))
			}
		}
	}
	values = distinct(values, maxValues-3)
	return append(values, "", "b", "é 1")
}

func (v *inventor) times() []any {
	values := []any{baseTime}
	for _, literal := range v.literals {
		switch c := literal.(type) {
		case time.Time:
			values = append(values, c, c.Add(time.Second), c.Add(-time.Second))
		case time.Duration:
			values = append(values, baseTime.Add(c), baseTime.Add(c+time.Second), baseTime.Add(-c-time.Second))
		}
	}
	values = distinct(values, maxValues-5)
	return append(values, baseTime.Add(time.Second), baseTime.AddDate(-10, 0, 0), baseTime.AddDate(10, 0, 0),
		firstTime, lastTime)
}

func (v *inventor) lists(elem *Type, depth int) []any {
	if depth >= maxInvent {
		return []any{[]any{}}
	}
	items := distinct(v.ofType(elem, depth+1), maxValues-6)
	values := []any{items[:1], []any{}}
	for _, literal := range v.literals {
		if n, ok := literal.(int64); ok && v.sizes && n >= 0 && n <= maxItems {
			values = append(values, slices.Repeat(items[:1], int(n)), slices.Repeat(items[:1], int(n)+1))
		}
	}
	values = distinct(values, 6)
	for _, item := range items[1:] {
		values = append(values, []any{item})
	}
	if v.sorts && len(items) > 1 {
		values = append(values, []any{items[1], items[0]})
	}
	return append(values, items[:min(len(items), 2)])
}

// objects invents one with all members, one without each optional member, and some
// with other values.
func (v *inventor) objects(typ *Type, depth int) []any {
	whole := map[string]any{}
	choices := make([][]any, len(typ.Fields))
	for i := range typ.Fields {
		if field := &typ.Fields[i]; depth < maxInvent || field.Required && depth < 2*maxInvent {
			choices[i] = v.member(field, depth+1)
			whole[field.Name] = choices[i][0]
		}
	}
	values := []any{whole}
	for i := range typ.Fields {
		if field := &typ.Fields[i]; !field.Required && choices[i] != nil {
			values = append(values, without(whole, field.Name))
		}
	}
	for i := range typ.Fields {
		for _, choice := range choices[i][min(1, len(choices[i])):] {
			other := without(whole, typ.Fields[i].Name)
			other[typ.Fields[i].Name] = choice
			values = append(values, other)
		}
	}
	return values
}

// member gives a few values of an object's member.
func (v *inventor) member(field *Field, depth int) []any {
	if domain := present(field.Domain); len(domain) > 0 {
		return domain
	}
	values := present(field.Samples)
	for _, value := range v.ofType(field.Type, depth) {
		if field.Accepts == nil || field.Accepts(value) {
			values = append(values, value)
		}
	}
	if len(values) == 0 {
		values = v.ofType(field.Type, depth)
	}
	return values
}

func without(members map[string]any, name string) map[string]any {
	rest := make(map[string]any, len(members))
	for other, value := range members {
		if other != name {
			rest[other] = value
		}
	}
	return rest
}

package prove

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// presence makes what is required optional, for requests that lack it and for
// those that send it empty.
func (b *builder) presence(at *place) {
	if !at.Required || at.In() == "path" && !at.IsMember() || at.IsElement() {
		return
	}
	b.add(Fault{
		Name: "optional", Clause: at.clause("required"), Class: Presence, Description: at.label() + " may be left out",
		Excluded: cmp.Or(at.maybeNone(), at.sole(), b.oracle.lacking(at)),
		design:   design{model: withOptional(b.model, at), touches: wider(at.clause("required"))},
	})
	if at.In() != "query" || at.parent != nil || !at.single() {
		return
	}
	b.add(Fault{
		Name: "empty-taken", Clause: at.clause("required"), Class: Presence, Description: at.label() + " may be sent empty",
		Level: map[bool]clause.Level{true: b.unlessSourced(at.clause("required"))}[at.Parameter.TakesEmpty()],
		design: design{
			model: withOptional(b.model, at),
			when:  func(v *view) bool { return slices.Equal(v.texts(at.Parameter), []string{""}) },
			before: func(r *request) bool {
				r.setTexts(at, nil)
				return false
			},
		},
	})
}

// enums widens and narrows a list of values.
func (b *builder) enums(at *place) {
	s := at.Schema
	if len(s.Enum) == 0 {
		return
	}
	id := at.clause("enum")
	if b.model.Clause(id) == nil {
		id = at.clause("const")
	}
	dropped := design{model: withSchema(b.model, at, func(s *spec.Schema) { s.Enum = nil })}
	if s.Type != "" { // else the values say how a text is read
		dropped.touches = wider(id)
	}
	b.add(Fault{Name: "dropped", Clause: id, Class: Enum, Description: "any value of " + at.label() + " is taken", design: dropped})
	for i, v := range s.Enum {
		rest := slices.Delete(slices.Clone(s.Enum), i, i+1)
		if len(rest) == 0 {
			rest = []any{otherValue(v)}
		}
		b.add(Fault{
			Name: "without-" + word(spec.Text(v)), Clause: id, Class: Enum, Description: fmt.Sprintf("%s %s is refused", at.label(), spec.Text(v)),
			Excluded: at.doubt(v), design: design{model: withSchema(b.model, at, func(s *spec.Schema) { s.Enum = rest })},
		})
	}
	if s.Type != "string" {
		return
	}
	for _, lax := range laxComparisons {
		b.add(Fault{
			Name: lax.name, Clause: id, Class: Enum, Description: at.label() + " is compared " + lax.how,
			Excluded: cmp.Or(lax.excluded, at.unlisted(lax.spoil)), Level: map[bool]clause.Level{true: b.unlessSourced(id)}[lax.name == "any-case"],
			design: design{before: func(r *request) bool {
				r.mapTexts(at, func(text string) string {
					for _, v := range s.Enum {
						if listed := spec.Text(v); lax.same(text, listed) {
							return listed
						}
					}
					return text
				})
				return false
			}},
		})
	}
}

func otherValue(v any) any {
	if f, ok := spec.Float(v); ok {
		return f + 1
	}
	return spec.Text(v) + "-other"
}

// laxComparisons are the ways in which values are compared that should be equal.
var laxComparisons = []struct {
	name, how string
	same      func(sent, listed string) bool
	// spoil makes a value that it takes for a listed one.
	spoil    func(listed string) string
	excluded string
}{
	{"begins-with-listed", "by its beginning: text may follow a listed value", strings.HasPrefix, followed, ""},
	{"ends-with-listed", "by its end: text may stand before a listed value", strings.HasSuffix, func(listed string) string {
		return "x" + listed
	}, ""},
	{"within", "by what it holds", strings.Contains, followed, ""},
	{"beginning-of-listed", "by as much as is sent: a beginning of a listed value is taken", func(sent, listed string) bool {
		return sent != "" && strings.HasPrefix(listed, sent)
	}, func(listed string) string {
		_, last := utf8.DecodeLastRuneInString(listed)
		return listed[:len(listed)-last]
	}, ""},
	{"any-case", "without regard to case", strings.EqualFold, swapped, ""},
	{"trimmed", "without outer blanks", func(sent, listed string) bool {
		return strings.TrimSpace(sent) == listed
	}, func(listed string) string { return listed + " " }, "servers lawfully trim blanks around a value: a contract does not demand either way"},
}

func followed(listed string) string { return listed + "x" }

// swapped turns letters into their other case.
func swapped(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, text)
}

// forms drops formats and patterns, and reads them laxly.
func (b *builder) forms(at *place) {
	s := at.Schema
	if s.Pattern != nil {
		id := at.clause("pattern")
		b.add(Fault{
			Name: "dropped", Clause: id, Class: Form, Description: "the pattern of " + at.label() + " is not checked", Excluded: at.formless(),
			design: design{model: withSchema(b.model, at, func(s *spec.Schema) { s.Pattern = nil }), touches: wider(id)},
		})
		for _, lax := range laxPatterns(s.Pattern) {
			b.add(Fault{
				Name: lax.name, Clause: id, Class: Form, Description: at.label() + " is matched " + lax.how,
				Excluded: cmp.Or(lax.excluded, at.formless(), at.uncounted(lax)),
				design:   design{model: withSchema(b.model, at, func(s *spec.Schema) { s.Pattern = lax.pattern }), touches: lax.touches(id)},
			})
		}
	}
	if s.Format == "" || b.model.Clause(at.clause("format")) == nil {
		return
	}
	id := at.clause("format")
	switch s.Format {
	case "date-time":
		b.times(at, id)
		return
	case "int32", "int64":
		b.widths(at, id)
		return
	}
	b.add(Fault{
		Name: "dropped", Clause: id, Class: Form, Description: "the form of " + at.label() + " is not checked", Excluded: at.formless(),
		design: design{model: withSchema(b.model, at, func(s *spec.Schema) { s.Format = "" })},
	})
}

type laxPattern struct {
	name, how string
	pattern   *spec.Pattern
	excluded  string
}

// touches is that of a design with the pattern: it takes all that the other takes,
// unless a part of it is about what must not stand there.
func (l laxPattern) touches(id string) func(*plan.Case, int) bool {
	if strings.Contains(l.pattern.String(), "(?") {
		return nil
	}
	return wider(id)
}

var counted = regexp.MustCompile(`\{(\d+)(,?)(\d*)\}`)

// laxPatterns gives patterns that are nearly the one given.
func laxPatterns(p *spec.Pattern) []laxPattern {
	text := p.String()
	variants := []struct{ name, how, text string }{
		{"end-open", "at its beginning only", strings.TrimSuffix(text, "$")},
		{"beginning-open", "at its end only", strings.TrimPrefix(text, "^")},
	}
	for i, found := range counted.FindAllStringSubmatchIndex(text, -1) {
		low, high := number(text[found[2]:found[3]]), number(text[found[6]:found[7]])
		if text[found[4]:found[5]] == "" {
			high = low
		}
		replace := func(low, high string) string { return text[:found[0]] + "{" + low + "," + high + "}" + text[found[1]:] }
		variants = append(variants, struct{ name, how, text string }{
			fmt.Sprintf("repetition-%d-fewer", i+1), "with one repetition fewer", replace(itoa(max(0, low-1)), openEnd(high)),
		}, struct{ name, how, text string }{
			fmt.Sprintf("repetition-%d-more", i+1), "with one repetition more", replace(itoa(low), openEnd(high+min(high, 1))),
		})
	}
	var out []laxPattern
	for _, v := range variants {
		compiled, err := spec.CompilePattern(v.text)
		if v.text != text && err == nil {
			out = append(out, laxPattern{v.name, v.how, compiled, ""})
		}
	}
	if anyCase, err := p.AnyCase(); err == nil {
		i := slices.IndexFunc(out, func(lax laxPattern) bool { return strings.HasPrefix(lax.name, "repetition") })
		if i < 0 {
			i = len(out)
		}
		out = slices.Insert(out, i, laxPattern{"any-case", "without regard to case", anyCase, caseless(p)})
	}
	return out
}

// caseless says that case makes no difference to a pattern, or gives "".
func caseless(p *spec.Pattern) string {
	if tree, _, ok := p.Tree(); ok && !cased(tree) {
		return "the pattern has letters of both cases, or none"
	}
	return ""
}

// cased tells that an expression takes some letter in one case alone.
func cased(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral:
		return re.Flags&syntax.FoldCase == 0 && slices.ContainsFunc(re.Rune, unicode.IsLetter)
	case syntax.OpCharClass:
		takes := func(r rune) bool {
			for i := 0; i+1 < len(re.Rune); i += 2 {
				if re.Rune[i] <= r && r <= re.Rune[i+1] {
					return true
				}
			}
			return false
		}
		for r := 'a'; r <= 'z'; r++ {
			if takes(r) != takes(unicode.ToUpper(r)) {
				return true
			}
		}
	}
	return slices.ContainsFunc(re.Sub, cased)
}

func number(text string) int {
	n := 0
	_, _ = fmt.Sscan(text, &n)
	return n
}

func openEnd(n int) string {
	if n == 0 {
		return ""
	}
	return itoa(n)
}

// limits moves and drops every limit of a place.
func (b *builder) limits(at *place) {
	for _, l := range limitsOf(at.Schema) {
		id := at.clause(l.keyword)
		b.limit(at, id, l, "dropped", "has no limit "+l.keyword, l.drop)
		b.limit(at, id, l, "lowered", "has a "+l.keyword+" one lower", func(s *spec.Schema) { l.move(s, -1) })
		b.limit(at, id, l, "raised", "has a "+l.keyword+" one higher", func(s *spec.Schema) { l.move(s, 1) })
	}
	if at.Schema.MultipleOf != nil {
		b.add(Fault{
			Name: "dropped", Clause: at.clause("multipleOf"), Class: Limit, Description: at.label() + " may be no multiple", Excluded: b.unmultiplied(at),
			design: design{model: withSchema(b.model, at, func(s *spec.Schema) { s.MultipleOf = nil }), touches: wider(at.clause("multipleOf"))},
		})
	}
	if at.Schema.UniqueItems {
		b.add(Fault{
			Name: "dropped", Clause: at.clause("uniqueItems"), Class: Limit, Description: at.label() + " may hold an element twice",
			Excluded: at.doubt("a", "a"), design: design{model: withSchema(b.model, at, func(s *spec.Schema) { s.UniqueItems = false })},
		})
	}
	if at.Schema.Closed && !at.amongOthers() {
		id := at.clause("additionalProperties")
		b.add(Fault{
			Name: "dropped", Clause: id, Class: Limit, Description: at.label() + " may have members that are not listed",
			Level: b.unlessSourced(id), design: design{model: withSchema(b.model, at, func(s *spec.Schema) { s.Closed = false })},
		})
	}
}

func (b *builder) limit(at *place, id string, l limit, name, what string, change func(s *spec.Schema)) {
	changed := design{model: withSchema(b.model, at, change)}
	if l.widened(name) {
		changed.touches = wider(id)
	}
	b.add(Fault{
		Name: name, Clause: id, Class: Limit, Description: at.label() + " " + what, Excluded: b.unlimited(at, l, name), design: changed,
	})
}

// limit is one limit of a schema.
type limit struct {
	keyword string
	upper   bool
	value   float64
	drop    func(s *spec.Schema)
	move    func(s *spec.Schema, by float64)
}

// widened tells that more is allowed by a limit that is changed in the way of that name.
func (l limit) widened(name string) bool { return name == "dropped" || (name == "raised") == l.upper }

// number tells that the limit is one of a number's size.
func (l limit) number() bool {
	return strings.HasSuffix(strings.ToLower(l.keyword), "imum")
}

func (l limit) exclusive(s *spec.Schema) bool {
	return l.upper && s.ExclusiveMaximum || !l.upper && s.ExclusiveMinimum
}

// maybeNone tells that what is below the limit is an empty text or list; an object
// without members is there all the same.
func (l limit) maybeNone(at *place) bool {
	if l.keyword == "minProperties" && !at.AsText() {
		return false
	}
	return !l.upper && l.value <= 1 && (at.AsText() || at.IsElement() || !at.Required) && !l.number()
}

// outwards is the step from the limit to what it forbids.
func (l limit) outwards(s *spec.Schema) float64 {
	if l.upper {
		return step(s)
	}
	return -step(s)
}

// last is the last number that the limit allows.
func (l limit) last(s *spec.Schema) float64 {
	if l.exclusive(s) {
		return l.value - l.outwards(s)
	}
	return l.value
}

func limitsOf(s *spec.Schema) []limit {
	var out []limit
	if s.Minimum != nil {
		out = append(out, limit{
			s.MinimumKeyword(), false, *s.Minimum,
			func(s *spec.Schema) { s.Minimum, s.ExclusiveMinimum = nil, false },
			func(s *spec.Schema, by float64) { s.Minimum = new(*s.Minimum + by*step(s)) },
		})
	}
	if s.Maximum != nil {
		out = append(out, limit{
			s.MaximumKeyword(), true, *s.Maximum,
			func(s *spec.Schema) { s.Maximum, s.ExclusiveMaximum = nil, false },
			func(s *spec.Schema, by float64) { s.Maximum = new(*s.Maximum + by*step(s)) },
		})
	}
	if s.MinLength > 0 {
		out = append(out, counts("minLength", false, s.MinLength, func(s *spec.Schema, n uint64) { s.MinLength = n }))
	}
	if s.MaxLength != nil {
		out = append(out, counts("maxLength", true, *s.MaxLength, func(s *spec.Schema, n uint64) { s.MaxLength = &n }))
	}
	if s.MinItems > 0 {
		out = append(out, counts("minItems", false, s.MinItems, func(s *spec.Schema, n uint64) { s.MinItems = n }))
	}
	if s.MaxItems != nil {
		out = append(out, counts("maxItems", true, *s.MaxItems, func(s *spec.Schema, n uint64) { s.MaxItems = &n }))
	}
	if s.MinProps > 0 {
		out = append(out, counts("minProperties", false, s.MinProps, func(s *spec.Schema, n uint64) { s.MinProps = n }))
	}
	if s.MaxProps != nil {
		out = append(out, counts("maxProperties", true, *s.MaxProps, func(s *spec.Schema, n uint64) { s.MaxProps = &n }))
	}
	return out
}

// step is what one value lies from the next: that of a number that need not be
// whole is a choice, and a hundredth is what amounts of money have.
func step(s *spec.Schema) float64 {
	switch {
	case s.MultipleOf != nil:
		return *s.MultipleOf
	case s.Type == "number":
		return 0.01
	default:
		return 1
	}
}

func counts(keyword string, upper bool, value uint64, set func(s *spec.Schema, n uint64)) limit {
	none := uint64(0)
	if upper {
		none = math.MaxInt32
	}
	return limit{
		keyword, upper, float64(value),
		func(s *spec.Schema) { set(s, none) },
		func(s *spec.Schema, by float64) { set(s, uint64(float64(value)+by)) },
	}
}

// madeReason is why no chosen value is sent.
const madeReason = "what it names is made first: which values are valid the answer to that says"

// unlimited says why a changed limit cannot be told from outside, or "".
func (b *builder) unlimited(at *place, l limit, name string) string {
	if reason := unsendable(at, l); reason != "" {
		return reason
	}
	wider := l.widened(name)
	switch {
	case at.made && !wider:
		return madeReason
	case at.FromTarget && !wider:
		return "only the target knows valid values, and the longest or greatest is not given"
	case at.textless(l, wider) != "":
		return at.textless(l, wider)
	case at.memberless(l, wider) != "":
		return at.memberless(l, wider)
	case wider && l.maybeNone(at):
		return "an empty value may lawfully be taken for none"
	case wider && !b.oracle.reaches(at, l):
		return "what is beyond the limit always breaks another clause as well"
	case !wider:
		return b.oracle.untouched(at, l)
	}
	return ""
}

// unsendable says why no value near a limit can be sent that is sure to arrive,
// or "".
func unsendable(at *place, l limit) string {
	length := strings.HasSuffix(l.keyword, "Length")
	switch {
	case at.crowded(l) != "":
		return at.crowded(l)
	case length && at.Schema.Content != "":
		return "nothing of that length is known that is valid " + at.Schema.Content
	case length && len(at.Schema.Enum) > 0:
		return "the listed values decide which lengths occur"
	case length && at.Wire() && l.value >= float64(plan.TextLimit(true)):
		return "a request with so long a value may be refused for its length alone (414)"
	case !l.number() && l.upper && l.value >= float64(plan.TextLimit(false)):
		return "a request of that size may be refused for its size alone (413)"
	case math.Abs(l.value) >= 1<<53:
		return "a JSON reader need not tell the neighbours of so great a number apart (RFC 8259, section 6)"
	}
	return ""
}

package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/apiclause/clause/contract/internal/source"
)

// Keyword is a keyword of schemas that makes a clause, with all that is known of
// it: how it is read, checked and put in words, and which values try it. Each is
// written in a file that begins with keyword_, and has a row in the table below.
type Keyword struct {
	Name string
	// Types are those of the values that it says something of; nil for all.
	Types []string
	// Like names the keyword that states the same in another way. It is read into the
	// same fields, and checked and tried there, under the name that the schema has.
	Like string
	// Sample shows what it means.
	Sample Sample

	// read takes it from a description.
	read func(l *loader, s *Schema, at cursor, v *openapi3.Schema)
	// consistent warns of what no value can keep, once the schema is read. Some
	// keywords have none: what they state can always be kept.
	consistent func(l *loader, s *Schema, at cursor)
	// named returns the name that a schema has for it, where there is another Like it.
	named func(s *Schema) string
	// check returns what is wrong with a value of its types, and what would be right,
	// without the value: for each part that breaks it.
	check func(s *Schema, v any) []string
	// compare says how what it takes differs between two schemas.
	compare func(old, now *Schema, asText bool) Change
	// statement says what it demands, after the name of a place; it returns "" where
	// the schema does not have it.
	statement func(s *Schema) string
	// boundaries returns values at its limit and just beyond it, and breaking returns
	// others that break it. Each keyword has at least one of the two.
	boundaries, breaking func(Site) []Try
}

// Sample is a schema, a value that keeps to it, and one that does not: all three
// in YAML or JSON.
type Sample struct{ Schema, Keeps, Breaks string }

// keywords is the table, in the order in which the clauses of a place are listed.
var keywords []*Keyword

// The keywords with a check, by the type of the values that they say something of.
// Those that speak of several come last. ofAny has those that speak of all, but for
// the type itself, which ofType has alone: what is of another type breaks just that.
var ofType, ofAny, ofTexts, ofNumbers, ofLists, ofObjects []*Keyword

// init fills the table: the keywords check the values that they make, so that the
// table refers to itself.
//
//nolint:gochecknoinits // Go does not initialize a variable that refers to itself.
func init() {
	keywords = []*Keyword{
		&typeKeyword, &formatKeyword, &enumKeyword, &constKeyword,
		&minimumKeyword, &maximumKeyword, &exclusiveMinimumKeyword, &exclusiveMaximumKeyword, &multipleOfKeyword,
		&minLengthKeyword, &maxLengthKeyword, &patternKeyword,
		&minItemsKeyword, &maxItemsKeyword, &uniqueItemsKeyword,
		&additionalPropertiesKeyword, &minPropertiesKeyword, &maxPropertiesKeyword,
	}
	ofType = checked(func(k *Keyword) bool { return k == &typeKeyword })
	ofAny = checked(func(k *Keyword) bool { return k.Types == nil && k != &typeKeyword })
	of := func(kind string) []*Keyword {
		return checked(func(k *Keyword) bool { return slices.Contains(k.Types, kind) })
	}
	ofTexts, ofNumbers, ofLists, ofObjects = of("string"), of("number"), of("array"), of("object")
}

func checked(which func(*Keyword) bool) []*Keyword {
	out := slices.DeleteFunc(Keywords(), func(k *Keyword) bool { return k.check == nil || !which(k) })
	slices.SortStableFunc(out, func(a, b *Keyword) int { return cmp.Compare(len(a.Types), len(b.Types)) })
	return out
}

// Keywords returns the keywords that make clauses, in the order in which the
// clauses of a place are listed.
func Keywords() []*Keyword { return slices.Clone(keywords) }

// KeywordNamed returns the keyword that makes clauses of a name, or nil.
func KeywordNamed(name string) *Keyword {
	i := slices.IndexFunc(keywords, func(k *Keyword) bool { return k.Name == name })
	if i < 0 {
		return nil
	}
	return keywords[i]
}

// SpeaksOf reports whether the keyword says anything of a value. Where a schema has
// no type, a keyword is silent of values of other types than its own (JSON Schema
// Validation, section 6).
func (k *Keyword) SpeaksOf(v any) bool { return k.concerns(typeOf(v)) }

// concerns reports whether the keyword says anything of values of a type, "" being
// any.
func (k *Keyword) concerns(kind string) bool {
	return kind == "" || k.Types == nil || slices.Contains(k.Types, kind)
}

// states returns what the keyword demands of a schema's values, or "" where it says
// nothing of them.
func (s *Schema) states(k *Keyword) string {
	if !k.concerns(s.Type) {
		return ""
	}
	base := k
	if k.Like != "" {
		base = KeywordNamed(k.Like)
	}
	if statement := base.statement(s); statement != "" && base.nameIn(s) == k.Name {
		return s.label() + " " + statement
	}
	return ""
}

// nameIn returns the name that a schema has for the keyword.
func (k *Keyword) nameIn(s *Schema) string {
	if k.named == nil {
		return k.Name
	}
	return k.named(s)
}

// fill reads a schema's own keywords.
func (l *loader) fill(out *Schema, at cursor, v *openapi3.Schema) {
	out.Chosen = at.scalar(source.Chosen)
	for _, k := range keywords {
		if k.read != nil {
			k.read(l, out, at, v)
		}
	}
	for _, k := range keywords {
		if k.consistent != nil {
			k.consistent(l, out, at)
		}
	}
}

// holds checks a value against keywords that say something of its type.
func (s *Schema) holds(to []*Keyword, v any, c *checking) {
	for _, k := range to {
		if k == &additionalPropertiesKeyword && c.by&hinted != 0 {
			continue
		}
		for _, wrong := range k.check(s, v) {
			if c.loose && k == &formatKeyword {
				c.unformed = true
			} else {
				c.add(s.ID+"."+k.nameIn(s), wrong)
			}
		}
	}
}

// Site is what a keyword has to know of a place to choose values for it.
type Site struct {
	*Schema

	// AsText tells that values are sent as text, as in a URL, and not in JSON.
	AsText bool
	// Required tells that a request must have the place, and Element that it is an
	// element of a list.
	Required, Element bool
	// A text of MaxText characters and a list of MaxElements elements may be refused
	// for their size alone.
	MaxText, MaxElements uint64
	// Ordinary returns valid values well inside the limits.
	Ordinary func() []any
	// ListOf returns a list of n valid elements, and ObjectOf an object of n valid
	// members, whether so many are allowed or not; nil where none is known.
	ListOf   func(n int) []any
	ObjectOf func(n int) any
}

// optional reports whether a request may lack the place on its own account.
func (s Site) optional() bool { return !s.Required && !s.Element }

// Try is a value to try a keyword with.
type Try struct {
	Keyword string
	// Name tells it from the other values of the keyword.
	Name  string
	Value any
	// Valid tells that the value keeps to the keyword.
	Valid bool
	// Why says what is sent, after the name of the place.
	Why string
	// Within names a member of the place that gets the value instead of it.
	Within string
	// From makes the value of a valid one, so that a reader who takes it for that one
	// takes the request for valid; nil leaves Value as it is.
	From func(valid any) any
	// Inferred tells that refusing the value is a should, unless the contract gives a
	// source for the clause.
	Inferred bool
}

// Boundaries returns the values at the limits of a place, and just beyond them.
func (s Site) Boundaries() []Try {
	return s.tries(func(k *Keyword) func(Site) []Try { return k.boundaries })
}

// Breaking returns the values that break the keywords of a place, but for those
// beyond limits.
func (s Site) Breaking() []Try {
	return s.tries(func(k *Keyword) func(Site) []Try { return k.breaking })
}

// Alternatives returns valid values for the alternatives of a composed schema, and
// those at the limits within them.
func (s Site) Alternatives() []Try {
	fit, _ := s.compositions()
	return fit
}

func (s Site) tries(of func(k *Keyword) func(Site) []Try) []Try {
	var out []Try
	for _, k := range keywords {
		if of(k) == nil {
			continue
		}
		for _, t := range of(k)(s) {
			t.Keyword = cmp.Or(t.Keyword, k.nameIn(s.Schema))
			out = append(out, t)
		}
	}
	return out
}

// most returns a limit of a size that is tried: one that a value beyond need not be
// too large for.
func most(limit *uint64, below uint64) (uint64, bool) {
	if limit == nil || *limit >= below {
		return 0, false
	}
	return *limit, true
}

// contradicts warns of an upper limit of a size that lies below the lower one.
func (l *loader) contradicts(at cursor, high string, most *uint64, low string, least uint64) {
	if most != nil && least > *most {
		l.warn(at.in(high).at(), "%s %d is below %s %d: no value is valid", high, *most, low, least)
	}
}

// untested warns of a lower limit of a size that no value is made for.
func (l *loader) untested(at cursor, low string, least, bound uint64) {
	if least > bound {
		l.warn(at.in(low).at(), "%s %d is more than %d, the most that is tested: no valid value is made", low, least, bound)
	}
}

func tooFew(n, least uint64, what string) []string {
	if n >= least {
		return nil
	}
	return []string{"must have at least " + count(least, what)}
}

func tooMany(n uint64, most *uint64, what string) []string {
	if most == nil || n <= *most {
		return nil
	}
	return []string{"must have at most " + count(*most, what)}
}

func atLeast(n uint64, what string) string {
	if n == 0 {
		return ""
	}
	return "has at least " + counted(n, what)
}

func atMost(n *uint64, what string) string {
	if n == nil {
		return ""
	}
	return "has at most " + counted(*n, what)
}

func count(n uint64, what string) string { return strconv.FormatUint(n, 10) + " " + what }

// counted returns "1 member" or "2 members".
func counted(n uint64, what string) string {
	if n == 1 {
		what = strings.TrimSuffix(what, "s")
	}
	return count(n, what)
}

func orEqual(strict, loose string, exclusive bool) string {
	if exclusive {
		return strict
	}
	return loose
}

// show writes a value in a message, not at length.
func show(v any) string {
	text := []rune(Text(v))
	if s, ok := v.(string); ok {
		text = []rune(fmt.Sprintf("%q", s))
	}
	if len(text) > 40 {
		return string(text[:37]) + "..."
	}
	return string(text)
}

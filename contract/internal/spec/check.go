package spec

import (
	"strconv"
	"strings"
)

// Violation is one clause that a value breaks.
type Violation struct {
	// Clause is the id of the clause.
	Clause string
	// Where is the place within the value, such as items[2].name; "" for the
	// value itself.
	Where string
	// Message says what is wrong and what would be right, without the value.
	Message string
}

// Check returns every clause of the schema that a value breaks, always in the
// same order, and each clause at most maxListed times.
func (s *Schema) Check(v any) []Violation {
	found, _ := s.Survey(v)
	return found
}

// Survey is Check, and counts of each clause what is not listed.
func (s *Schema) Survey(v any) (found []Violation, more map[string]int) {
	var c checking
	s.check(v, &c)
	for id, n := range c.counts {
		if n > maxListed {
			if more == nil {
				more = map[string]int{}
			}
			more[id] = n - maxListed
		}
	}
	return c.found, more
}

// maxListed is how often a clause is listed for one value, which may break it a
// million times.
const maxListed = 10

// checking is a check under way.
type checking struct {
	at     Place // of what is checked
	found  []Violation
	counts map[string]int // clause -> how often it is broken
	broken int            // how often any clause is broken
	judged int            // how many values the library was asked of
	// one tells that the first thing found is enough.
	one bool
	// loose has forms that are not kept count for nothing, but for unformed.
	loose, unformed bool
	// by is who reads the value: a lax reader takes more.
	by reader
	// excused names the members of what is checked that are not sent.
	excused []map[string]bool
	// steps counts what the parts of a composed schema were tried on, up to limit.
	steps, limit int
}

func (c *checking) add(clause, message string) { c.addBelow("", clause, message) }

// addBelow says what is wrong at a place below.
func (c *checking) addBelow(where, clause, message string) {
	if c.counts == nil {
		c.counts = map[string]int{}
	}
	c.broken++
	if c.counts[clause]++; c.counts[clause] <= maxListed {
		c.found = append(c.found, Violation{Clause: clause, Where: join(c.at.String(), where), Message: message})
	}
}

// join returns the place of a part of what stands at a place.
func join(where, part string) string {
	if where == "" || part == "" || part[0] == '[' {
		return where + part
	}
	return where + "." + part
}

// within checks a part of a value, one step further.
func (c *checking) within(step Step, s *Schema, v any) {
	excused := c.excused
	c.at, c.excused = append(c.at, step), nil
	s.check(v, c)
	c.at, c.excused = c.at[:len(c.at)-1], excused
}

// addMember says what is wrong with a member.
func (c *checking) addMember(name, clause, message string) {
	c.at = append(c.at, MemberStep(name))
	c.add(clause, message)
	c.at = c.at[:len(c.at)-1]
}

func (s *Schema) check(v any, c *checking) {
	if s == nil || s.foreign == nil || s.Composed != nil {
		s.checkOwn(v, c)
		return
	}
	before := c.broken
	if s.checkOwn(v, c); c.broken == before && !c.unformed {
		s.checkForeign(v, c)
	}
}

// checkOwn checks the keywords that the model knows.
func (s *Schema) checkOwn(v any, c *checking) {
	switch {
	case s == nil, c.one && c.found != nil:
	case s.Composed != nil:
		s.checkComposed(v, c)
	case v == nil && s.Nullable:
	case !s.typed(v):
		if s.coerced(v, c) {
			return
		}
		s.holds(ofType, v, c) // and the others say nothing
	default:
		outer := c.excused
		if s.parts != nil && s.parts.excused != nil {
			c.excused = append(c.excused, s.parts.excused)
		}
		s.holds(ofAny, v, c)
		s.checkValue(v, c)
		s.parts.check(v, c)
		c.excused = outer
	}
}

// checkValue checks what the schema says of values of one type, and what is in them.
func (s *Schema) checkValue(v any, c *checking) {
	switch value := v.(type) {
	case string:
		s.holds(ofTexts, v, c)
	case []any:
		s.holds(ofLists, v, c)
		if s.Items == nil {
			return
		}
		for i, item := range value {
			c.within(ElementStep(i), s.Items, item)
		}
	case map[string]any:
		s.checkMembers(value, c)
		s.holds(ofObjects, v, c)
		if s.Additional == nil || s.Closed {
			return
		}
		for _, name := range s.others(value) {
			c.within(MemberStep(name), s.Additional, value[name])
		}
	case bool, nil:
	default:
		if _, ok := Float(v); ok {
			s.holds(ofNumbers, v, c)
		}
	}
}

func (s *Schema) checkMembers(v map[string]any, c *checking) {
	for _, m := range s.Members {
		value, ok := v[m.Name]
		switch {
		case m.unsent(), c.excuses(m.Name):
			// What it is says nothing. In a part it is found otherwise: no alternative
			// is the wrong one for it.
			if ok && m.dir == answer && s.ID != "" {
				c.addMember(m.Name, m.Schema.ID+".writeOnly", notAnswered)
			}
		case ok && value == nil && !m.Required && c.by&coercing != 0:
		case ok:
			c.within(MemberStep(m.Name), m.Schema, value)
		case m.Required:
			c.addMember(m.Name, m.Schema.ID+".required", "is missing")
		}
	}
}

// Place is where a value stands within another: the steps that lead to it. It
// is put in words only where something is said of it: whoever made the value may
// have made its names long, and the steps many.
type Place []Step

// Step leads to a member of an object, or to an element of an array.
type Step struct {
	Member  string
	Index   int
	Element bool
}

// MemberStep leads to a member.
func MemberStep(name string) Step { return Step{Member: name} }

// ElementStep leads to an element.
func ElementStep(index int) Step { return Step{Index: index, Element: true} }

// maxPlace is how much is said of a place, in bytes.
const maxPlace = 200

// String puts the place in words, such as items[2].name; "" is the value itself.
func (p Place) String() string {
	var b strings.Builder
	for _, step := range p {
		if b.Len() > maxPlace {
			break
		}
		switch {
		case step.Element:
			b.WriteString("[" + strconv.Itoa(step.Index) + "]")
		case step.Member == "":
		case b.Len() > 0:
			b.WriteString("." + brief(step.Member))
		default:
			b.WriteString(brief(step.Member))
		}
	}
	return brief(b.String())
}

// brief cuts a text that a stranger may have made.
func brief(text string) string {
	if len(text) <= maxPlace {
		return text
	}
	return strings.ToValidUTF8(text[:maxPlace], "") + "…"
}

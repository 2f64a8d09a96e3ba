package spec

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A composed or recursive schema is one clause: its parts are no places of
// their own. They are Schemas all the same, so that a part is held to exactly
// what it would be held to elsewhere; the ids in them mean nothing.

// parts is what a schema is composed of, beside its own keywords.
type parts struct {
	all, any, one []*Schema
	// excused names the members that one of all says are not sent.
	excused map[string]bool
	not     *Schema
	chosen  *chosen
}

// chosen is a discriminator: the value of one member says which alternative
// holds, and the others are not tried.
type chosen struct {
	member string
	names  []string // in the order of the file
	among  map[string]*Schema
	// open tells that other values may mean an alternative, which could not be read.
	open bool
}

// composed is a Checker of a schema and its parts.
type composed struct {
	schema *Schema
	// loose tells that forms have a clause of their own.
	loose bool
	// unanswered tells that some member in it should not be answered.
	unanswered bool
}

// checkComposed holds a value to the clauses of a composed schema.
func (s *Schema) checkComposed(v any, c *checking) {
	if err := s.Composed.Check(v); err != nil {
		inner, message, unformed := located(err)
		c.addBelow(inner, s.ID+orEqual(".format", ".schema", unformed), message)
	}
	if p, ok := s.Composed.(composed); !ok || !p.unanswered {
		return
	}
	if place, found := s.Unsent(v); found {
		c.addBelow(place.String(), s.ID+".writeOnly", notAnswered)
	}
}

// The bounds of how many parts a value is tried on, all together and for each
// value in it: alternatives within alternatives multiply, and the value may be a
// stranger's.
const (
	maxSteps     = 20_000
	maxStepsEach = 50
)

// Check implements Checker.
func (p composed) Check(value any) error {
	c := checking{one: true, limit: maxSteps + maxStepsEach*size(value)}
	p.schema.check(value, &c)
	switch {
	case c.steps > c.limit:
		return errors.New("has too many readings under its composed schema to be checked")
	case len(c.found) == 0:
		return nil
	}
	unformed := false
	if p.loose {
		// What is wrong whatever the forms are taken for is no matter of forms.
		again := checking{one: true, loose: true, limit: c.limit}
		p.schema.check(value, &again)
		unformed = len(again.found) == 0
	}
	return &mismatch{c.found[0].Where, c.found[0].Message, unformed}
}

// size counts the values in a value.
func size(v any) int {
	n := 1
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			n += size(item)
		}
	case map[string]any:
		for _, member := range v {
			n += size(member)
		}
	}
	return n
}

// mismatch is why a value does not keep to a composed schema, and where in it.
type mismatch struct {
	where, message string
	// unformed tells that nothing but forms is wrong.
	unformed bool
}

// Error implements error.
func (m *mismatch) Error() string { return strings.TrimSpace(m.where + " " + m.message) }

func located(err error) (where, message string, unformed bool) {
	if m, ok := errors.AsType[*mismatch](err); ok {
		return m.where, m.message, m.unformed
	}
	return "", err.Error(), false
}

// check holds a value to the parts. Without any it does nothing.
func (p *parts) check(v any, c *checking) {
	if p == nil {
		return
	}
	if c.limit == 0 {
		c.limit = maxSteps // of a part alone, as samples are
	}
	if c.steps++; c.steps > c.limit {
		return
	}
	for _, part := range p.all {
		part.check(v, c)
	}
	p.checkNot(v, c)
	if p.chosen != nil && c.by&hinted == 0 && p.chosen.check(v, c) {
		return
	}
	p.checkAny(v, c)
	p.checkOne(v, c)
}

// attempt tries a part on a value. Steps are counted on. Where forms count for
// nothing, unformed tells that the value keeps to the part but for them.
func (s *Schema) attempt(v any, c *checking) (found []Violation, unformed bool) {
	inner := checking{one: true, loose: c.loose, by: c.by, excused: c.excused, steps: c.steps, limit: c.limit, judged: c.judged}
	s.check(v, &inner)
	c.steps, c.judged = inner.steps, inner.judged
	return inner.found, inner.unformed && len(inner.found) == 0
}

func (p *parts) checkNot(v any, c *checking) {
	if p.not == nil {
		return
	}
	excused := c.excused
	c.excused = nil // what is described here is not what is demanded
	found, unformed := p.not.attempt(v, c)
	c.excused = excused
	switch {
	case unformed:
		c.unformed = true
	case len(found) == 0:
		c.add("", "must not be what the schema under not describes")
	}
}

func (p *parts) checkAny(v any, c *checking) {
	var why []string
	maybe := false
	for _, part := range p.any {
		found, unformed := part.attempt(v, c)
		switch {
		case unformed:
			maybe = true
		case len(found) == 0:
			return
		default:
			why = append(why, found[0].brief())
		}
	}
	switch {
	case maybe:
		c.unformed = true
	case why != nil:
		c.add("", "keeps to none of its alternatives: "+alternatives(why))
	}
}

func (p *parts) checkOne(v any, c *checking) {
	var why, kept []string
	maybe := false
	for i, part := range p.one {
		switch found, unformed := part.attempt(v, c); {
		case unformed:
			maybe = true
		case len(found) > 0:
			why = append(why, found[0].brief())
		default:
			kept = append(kept, strconv.Itoa(i+1))
		}
	}
	switch {
	case maybe && len(kept) < 2:
		c.unformed = true
	case len(p.one) == 0 || len(kept) == 1, len(kept) > 1 && c.by&hinted != 0:
	case len(kept) == 0:
		c.add("", "keeps to none of its alternatives: "+alternatives(why))
	default:
		c.add("", "must keep to one of its alternatives, and keeps to "+strings.Join(kept, " and "))
	}
}

func (v Violation) brief() string { return strings.TrimSpace(v.Where + " " + v.Message) }

// maxWhy is how many alternatives a message explains, and maxReason how many
// bytes it takes for each: there are alternatives within alternatives.
const (
	maxWhy    = 4
	maxReason = 120
)

func alternatives(why []string) string {
	for i := range why {
		if len(why[i]) > maxReason {
			why[i] = strings.ToValidUTF8(why[i][:maxReason-3], "") + "..."
		}
		why[i] = fmt.Sprintf("(%d) %s", i+1, why[i])
	}
	if len(why) > maxWhy {
		why = append(why[:maxWhy], fmt.Sprintf("and %d more", len(why)-maxWhy))
	}
	return strings.Join(why, "; ")
}

// check holds an object to the alternative that it names. It reports whether
// that settles the matter: what is no object names none.
func (d *chosen) check(v any, c *checking) bool {
	object, ok := v.(map[string]any)
	if !ok {
		return false
	}
	name, given := object[d.member]
	text, ok := name.(string)
	switch part := d.among[text]; {
	case !given && d.anyKeeps(v, c):
	case !given:
		c.addMember(d.member, "", "is missing: it says which alternative this is")
	case ok && part == nil && d.open:
		return false
	case !ok || part == nil:
		c.addMember(d.member, "", "must be one of "+strings.Join(d.names, ", "))
	default:
		part.check(v, c)
	}
	return true
}

// anyKeeps reports whether some alternative has all that it wants of a value, though
// nothing names one: what a discriminator means that may be missing is undefined
// (OpenAPI 3.0.4, section 4.7.25).
func (d *chosen) anyKeeps(v any, c *checking) bool {
	return slices.ContainsFunc(d.names, func(name string) bool {
		found, unformed := d.among[name].attempt(v, c)
		return len(found) == 0 || unformed
	})
}

// within lists the parts that are tried on the value itself, not on what is in
// it.
func (p *parts) within() []*Schema {
	if p == nil {
		return nil
	}
	all := slices.Concat(p.all, p.any, p.one)
	if p.not != nil {
		all = append(all, p.not)
	}
	return all
}

// unknot cuts a schema that is a part of itself, and warns of it: no value could
// be held to it in finite time. walked tells which are done, and which are being
// walked through.
func (l *loader) unknot(s *Schema, walked map[*Schema]bool) {
	walked[s] = false
	for _, part := range s.parts.within() {
		done, seen := walked[part]
		switch {
		case !seen:
			l.unknot(part, walked)
		case !done:
			l.warn(part.At, "the schema is a part of itself: nothing is held to it")
			s.parts = nil
			walked[s] = true
			return
		}
	}
	walked[s] = true
}

package rule

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// explain finds out which absences and values a failure is due to: one by one, they
// are put back to the ordinary, and what cannot be put back without curing the failure is
// named.
func (t *trial) explain(state []int, err error) *Failure {
	state = slices.Clone(state)
	for i := range state {
		if state[i] == 0 || t.hidden(state, i) {
			continue
		}
		if ordinary := t.restore(state, i); sameReason(t.error(ordinary), err) {
			state = ordinary
		}
	}
	failure := &Failure{Err: err, Absence: isAbsence(err)}
	var absences, values []string
	for i, s := range t.slots {
		switch {
		case state[i] == 0 || t.hidden(state, i):
		case state[i] == absent:
			failure.Absence = true
			absences = append(absences, Spell(s.path)+" is absent")
		default:
			values = append(values, s.describe(state[i]))
		}
	}
	failure.Message = t.message(state, append(absences, values...), err)
	return failure
}

func (s *slot) describe(value int) string {
	return Spell(s.path) + " is " + describe(s.values[value])
}

// ordinary describes the values with which a rule fails that fails with the most
// ordinary ones.
func (t *trial) ordinary() []string {
	var values []string
	for _, s := range t.slots {
		if s.members == nil && t.expression.survey.used.has(s.path) {
			values = append(values, s.describe(0))
		}
	}
	return values
}

// hidden tells that a slot is absent only because what it is within is.
func (t *trial) hidden(state []int, i int) bool {
	parent := t.slots[i].parent
	return parent != nil && state[parent.index] == absent
}

// restore is the state with the ordinary value in a slot; if it was absent, also in
// all slots below.
func (t *trial) restore(state []int, i int) []int {
	restored := slices.Clone(state)
	if state[i] == absent {
		for j, s := range t.slots {
			if s.within(t.slots[i]) {
				restored[j] = 0
			}
		}
	}
	restored[i] = 0
	return restored
}

func (s *slot) within(outer *slot) bool {
	for p := s.parent; p != nil; p = p.parent {
		if p == outer {
			return true
		}
	}
	return false
}

func (t *trial) error(state []int) error {
	_, err := t.evaluate(state)
	return err
}

func sameReason(a, b error) bool {
	return a != nil && b != nil && a.Error() == b.Error()
}

// isAbsence tells that an evaluation failed for want of a member. In values of
// unknown kind, CEL itself looks members up.
func isAbsence(err error) bool {
	var missing *AbsentError
	return errors.As(err, &missing) || strings.HasPrefix(err.Error(), "no such key")
}

func (t *trial) message(state []int, causes []string, err error) string {
	var missing *AbsentError
	ofItem := errors.As(err, &missing) && slices.Contains(missing.Path, item)
	switch {
	case ofItem:
		last := len(missing.Path) - 1
		return fmt.Sprintf("fails when %s has no %s: guard it with has()", ordinal(missing.Path[:last]), spell(missing.Path[last]))
	case len(causes) == 0:
		causes = t.ordinary()
	}
	if len(causes) == 0 {
		return "fails whatever the request: " + err.Error()
	}
	when := "fails when " + strings.Join(causes, " and ") + ": "
	if guard := t.guard(state, err); guard != "" {
		return when + "guard it with " + guard
	}
	return when + err.Error()
}

// ordinal names the object that a path of list items ends at.
func ordinal(path []string) string {
	if path[len(path)-1] == item {
		return "an item of " + Spell(path[:len(path)-1])
	}
	return Spell(path)
}

// guard gives the condition under which what was missing may be read.
func (t *trial) guard(state []int, err error) string {
	if missing, ok := errors.AsType[*AbsentError](err); ok {
		return "has(" + Spell(missing.Path) + ")"
	}
	for i, s := range slices.Backward(t.slots) {
		switch {
		case state[i] != absent || t.hidden(state, i):
		case s.parent == nil: // has() does not take variables
			return "dyn(" + Spell(s.path) + ") != null"
		case isAbsence(err):
			return "has(" + Spell(s.path) + ")"
		}
	}
	return ""
}

const maxDescribed = 60 // characters

// describe writes a value for a person to read.
func describe(value any) string {
	switch v := value.(type) {
	case string:
		if n := utf8.RuneCountInString(v); n > maxDescribed {
			return fmt.Sprintf("a string of %d characters", n)
		}
		return strconv.Quote(v)
	case time.Time:
		return v.Format(time.RFC3339Nano)
	case []any:
		return describeJSON(v, fmt.Sprintf("a list of %d items", len(v)))
	case map[string]any:
		return describeJSON(v, "an object")
	}
	return fmt.Sprint(value)
}

func describeJSON(value any, otherwise string) string {
	text, err := json.Marshal(value)
	if err != nil || len(text) > maxDescribed {
		return otherwise
	}
	return string(text)
}

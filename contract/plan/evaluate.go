package plan

import (
	"slices"
	"strconv"
	"time"

	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// standing is what a draft does to a rule.
type standing = ruling.Decision

const (
	// unclear: the readings disagree, or the margin is not kept.
	unclear = ruling.Undecided
	// kept: every reading holds.
	kept = ruling.Kept
	// broken: every reading is broken.
	broken = ruling.Broken
	// notApplied: what the rule reads is missing or unreadable.
	notApplied = ruling.NotApplied
)

// evaluator tells what a draft of an operation's request breaks.
type evaluator struct {
	op    *spec.Operation
	made  *ruling.Operation
	slots []*slot
	rules map[*spec.Rule]*evaluated
}

// evaluated remembers what is known of a rule: planning asks the same again and
// again.
type evaluated struct {
	*ruling.Rule

	reads  []*slot
	within []*slot     // reads, and what they stand in
	opaque []*slot     // of within, what an object holds of which the rule reads nothing but that it is there
	clocks []time.Time // that have to agree
	stands map[string]standing
	robust map[string]bool
}

func newEvaluator(op *spec.Operation) evaluator {
	made, _ := ruling.NewOperation(op) // an error is about the path, of which rules are not
	e := evaluator{op: op, made: made, slots: slots(op), rules: map[*spec.Rule]*evaluated{}}
	for _, r := range made.Rules {
		known := &evaluated{Rule: r, clocks: r.Clocks(epoch), reads: e.findReads(r), stands: map[string]standing{}, robust: map[string]bool{}}
		for _, s := range e.slots {
			if slices.ContainsFunc(known.reads, func(read *slot) bool { return startsWith(read.path, s.path) }) {
				known.within = append(known.within, s)
				if e.unseen(r, s) {
					known.opaque = append(known.opaque, s)
				}
			}
		}
		e.rules[r.Rule] = known
	}
	return e
}

// input gives a draft in the form that rules are evaluated on, as it would be sent
// at epoch.
func (e *evaluator) input(d draft) *rule.Input {
	var q ruling.Request
	q.Reset(e.made)
	q.Input.Now = epoch
	for i, p := range e.op.Parameters {
		if v, ok := d.get([]string{p.In, p.Name}); ok {
			q.Set(i, p.Schema.Typed(plainTimes(v)))
		}
	}
	if v, ok := d["body"]; ok && e.op.Body != nil {
		q.Input.Body = plainTimes(v)
		if s := e.op.Body.Schema(); s != nil {
			q.Input.Body = s.Typed(q.Input.Body)
		}
	}
	return &q.Input
}

// key tells drafts apart as far as a rule can.
func (k *evaluated) key(d draft) string {
	var b []byte
	for _, s := range k.within {
		v, ok := d.get(s.path)
		if !ok {
			b = append(b, '-', 0)
			continue
		}
		switch v := v.(type) {
		case Time:
			b = append(strconv.AppendInt(append(b, '@'), int64(v.Offset), 10), v.Form...)
		case int64:
			b = strconv.AppendInt(append(b, '#'), v, 10)
		case string:
			b = append(append(b, '"'), v...)
		case map[string]any:
			b = append(b, '{')
		default:
			b = append(append(b, '='), spec.Text(plainTimes(v))...)
		}
		b = append(b, 0)
	}
	return string(b)
}

// stands evaluates a rule and its readings on a draft.
func (e *evaluator) stands(r *spec.Rule, d draft) standing {
	known := e.rules[r]
	key := known.key(d)
	s, ok := known.stands[key]
	if !ok {
		s = e.evaluate(r, d)
		known.stands[key] = s
	}
	return s
}

// unseen tells that a rule reads of a slot only that the object is there in
// which it stands.
func (e *evaluator) unseen(r *ruling.Rule, s *slot) bool {
	return !slices.ContainsFunc(r.Reads(), func(path []string) bool {
		above := e.at(path)
		return startsWith(path, s.path) || startsWith(s.path, path) && (above == nil || !above.Schema.Object())
	})
}

// at gives the slot at a path, or nil.
func (e *evaluator) at(path []string) *slot {
	for _, s := range e.slots {
		if slices.Equal(s.path, path) {
			return s
		}
	}
	return nil
}

// unreadable tells that something a rule reads is mandatory and missing, or not
// of its type: then the request is refused for that, not for the rule.
func (e *evaluator) unreadable(r *spec.Rule, d draft) bool {
	for _, s := range e.rules[r].within {
		if slices.Contains(e.rules[r].opaque, s) {
			continue
		}
		v, present := d.get(s.path)
		if present && !s.Schema.Is(plainTimes(v)) {
			return true
		}
		if present || !s.Required {
			continue
		}
		if s.parent == nil {
			return true
		}
		if _, parent := d.get(s.parent.path); parent {
			return true
		}
	}
	return false
}

func (e *evaluator) evaluate(r *spec.Rule, d draft) standing {
	if e.unreadable(r, d) {
		return notApplied
	}
	known := e.rules[r]
	in := e.input(d)
	is := known.Decide(in, known.clocks)
	if is == kept && known.Ambiguous() && !known.Steady(in, known.clocks[:1], kept, ruling.Margin) {
		return unclear
	}
	return is
}

// says gives what a rule and its readings say of a draft, without any margin.
func (e *evaluator) says(r *spec.Rule, d draft) standing {
	if e.unreadable(r, d) {
		return notApplied
	}
	return e.rules[r].Decide(e.input(d), []time.Time{epoch})
}

// robust tells that a draft keeps a rule, and would with any value it reads a
// little different: a request that merely carries the values cannot break it.
func (e *evaluator) robust(r *spec.Rule, d draft) bool {
	if e.stands(r, d) != kept {
		return false
	}
	known := e.rules[r]
	key := known.key(d)
	robust, ok := known.robust[key]
	if !ok {
		robust = known.Steady(e.input(d), known.clocks[:1], kept, ruling.Margin)
		known.robust[key] = robust
	}
	return robust
}

// readBy gives the slots that a rule and its readings read, in order.
func (e *evaluator) readBy(r *spec.Rule) []*slot { return e.rules[r].reads }

func (e *evaluator) findReads(r *ruling.Rule) []*slot {
	var out []*slot
	for _, s := range e.slots {
		if slices.ContainsFunc(r.Reads(), func(path []string) bool { return startsWith(s.path, path) }) {
			out = append(out, s)
		}
	}
	return out
}

// breaks gives the ids of every clause that a draft breaks. agreed is false
// where a rule's readings disagree about it.
func (e *evaluator) breaks(d draft) (ids map[string]bool, agreed bool) {
	ids = map[string]bool{}
	e.schemaBreaks(d, ids)
	for _, r := range e.op.Rules {
		switch e.stands(r, d) {
		case broken:
			ids[r.ID] = true
		case unclear:
			return ids, false
		case kept, notApplied:
		}
	}
	return ids, true
}

func (e *evaluator) schemaBreaks(d draft, ids map[string]bool) {
	for _, p := range e.op.Parameters {
		v, ok := d.get([]string{p.In, p.Name})
		if !ok {
			if p.Required {
				ids[p.ID+".required"] = true
			}
			continue
		}
		list, isList := v.([]any)
		if !isList || p.Schema.Type == "array" || p.JSON {
			list = []any{v}
		}
		// What is sent several times is refused for what is wrong with each: that
		// it repeats may be taken.
		for _, v := range list {
			for _, violation := range p.Schema.Check(plainTimes(v)) {
				ids[violation.Clause] = true
			}
		}
	}
	if e.op.Body == nil {
		return
	}
	v, ok := d["body"]
	if !ok {
		if e.op.Body.Required {
			ids[e.op.Body.ID+".required"] = true
		}
		return
	}
	if s := e.op.Body.Schema(); s != nil {
		for _, violation := range s.Check(plainTimes(v)) {
			ids[violation.Clause] = true
		}
	}
}

// allowed tells that a draft breaks nothing under any reading.
func (e *evaluator) allowed(d draft) bool {
	ids, agreed := e.breaks(d)
	return agreed && len(ids) == 0
}

// breaksOnly tells that a draft breaks one clause and no other.
func (e *evaluator) breaksOnly(d draft, id string) bool {
	ids, agreed := e.breaks(d)
	return agreed && len(ids) == 1 && ids[id]
}

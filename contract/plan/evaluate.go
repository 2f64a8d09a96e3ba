package plan

import (
	"slices"
	"strconv"
	"time"

	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/spec"
)

// margin is how far from every reading's boundary a positive case keeps where
// the document is ambiguous.
const margin = time.Hour

// standing is what a draft does to a rule.
type standing int

const (
	// unclear: the readings disagree, or the margin is not kept.
	unclear standing = iota
	// kept: every reading holds.
	kept
	// broken: every reading is broken.
	broken
	// notApplied: what the rule reads is missing or unreadable.
	notApplied
)

// evaluator tells what a draft of an operation's request breaks.
type evaluator struct {
	op    *spec.Operation
	slots []*slot
	rules map[*spec.Rule]*evaluated
}

// evaluated remembers what is known of a rule: planning asks the same again and
// again.
type evaluated struct {
	reads  []*slot
	within []*slot // reads, and what they stand in
	opaque []*slot // of within, what an object holds of which the rule reads nothing but that it is there
	stands map[string]standing
	robust map[string]bool
}

func newEvaluator(op *spec.Operation) evaluator {
	e := evaluator{op: op, slots: slots(op), rules: map[*spec.Rule]*evaluated{}}
	for _, r := range op.Rules {
		known := &evaluated{reads: e.findReads(r), stands: map[string]standing{}, robust: map[string]bool{}}
		for _, s := range e.slots {
			if slices.ContainsFunc(known.reads, func(read *slot) bool { return startsWith(read.path, s.path) }) {
				known.within = append(known.within, s)
				if e.unseen(r, s) {
					known.opaque = append(known.opaque, s)
				}
			}
		}
		e.rules[r] = known
	}
	return e
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
func (e *evaluator) unseen(r *spec.Rule, s *slot) bool {
	for _, reading := range append([]*rule.Expression{r.Holds}, r.Readings...) {
		for _, path := range reading.Reads() {
			above := e.at(path)
			if startsWith(path, s.path) || startsWith(s.path, path) && (above == nil || !above.schema.Object()) {
				return false
			}
		}
	}
	return true
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
		if present && !s.schema.Is(plainTimes(v)) {
			return true
		}
		if present || !s.required {
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
	in := d.input(e.op, epoch)
	first, err := r.Holds.Holds(in)
	if err != nil {
		return notApplied
	}
	if len(r.Readings) > 0 {
		return e.standsAmbiguously(r, d, in, first)
	}
	if r.Holds.UsesNow() {
		for _, by := range []time.Duration{clockDistance, -clockDistance} {
			in.Now = epoch.Add(by)
			if !e.agree(r, in, first) {
				return unclear
			}
		}
	}
	if first {
		return kept
	}
	return broken
}

// standsAmbiguously wants every reading to agree: for kept at an hour's
// distance of every time and of now, for broken at an hour's distance of now.
func (e *evaluator) standsAmbiguously(r *spec.Rule, d draft, in *rule.Input, first bool) standing {
	for _, now := range []time.Time{epoch, epoch.Add(margin), epoch.Add(-margin)} {
		in.Now = now
		if !e.agree(r, in, first) {
			return unclear
		}
	}
	if !first {
		return broken
	}
	for _, near := range e.near(r, d, margin) {
		if !e.agree(r, near.input(e.op, epoch), true) {
			return unclear
		}
	}
	return kept
}

func (e *evaluator) agree(r *spec.Rule, in *rule.Input, want bool) bool {
	if got, err := r.Holds.Holds(in); err != nil || got != want {
		return false
	}
	for _, reading := range r.Readings {
		if got, err := reading.Holds(in); err != nil || got != want {
			return false
		}
	}
	return true
}

// near gives the drafts that differ in one value that the rule reads, a time by
// a step, a number by one.
func (e *evaluator) near(r *spec.Rule, d draft, step time.Duration) []draft {
	var out []draft
	for _, s := range e.readBy(r) {
		v, ok := d.get(s.path)
		if !ok {
			continue
		}
		switch v := v.(type) {
		case Time:
			out = append(out, d.set(s.path, Time{Offset: v.Offset + step}), d.set(s.path, Time{Offset: v.Offset - step}))
		case int64:
			out = append(out, d.set(s.path, v+1), d.set(s.path, v-1))
		case float64:
			out = append(out, d.set(s.path, v+1), d.set(s.path, v-1))
		}
	}
	return out
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
		robust = e.isRobust(r, d)
		known.robust[key] = robust
	}
	return robust
}

func (e *evaluator) isRobust(r *spec.Rule, d draft) bool {
	for _, near := range e.near(r, d, margin) {
		if ok, err := r.Holds.Holds(near.input(e.op, epoch)); err != nil || !ok {
			return false
		}
	}
	return true
}

// readBy gives the slots that a rule and its readings read, in order.
func (e *evaluator) readBy(r *spec.Rule) []*slot { return e.rules[r].reads }

func (e *evaluator) findReads(r *spec.Rule) []*slot {
	reads := r.Holds.Reads()
	for _, reading := range r.Readings {
		reads = append(slices.Clip(reads), reading.Reads()...)
	}
	var out []*slot
	for _, s := range e.slots {
		for _, path := range reads {
			if startsWith(s.path, path) {
				out = append(out, s)
				break
			}
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
		if !isList || p.Schema.Type == "array" {
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
	if m := spec.JSON(e.op.Body.Content); m != nil {
		for _, violation := range m.Schema.Check(plainTimes(v)) {
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

package rule

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
)

// The bounds of an examination.
const (
	maxEvaluations = 2000
	maxOptional    = 10               // members whose presences are all combined
	maxExamineCost = 2 * maxCost      // of all evaluations together
	maxPresences   = 1 << maxOptional // combinations of presences
)

// An Examination is what evaluating a rule over many inputs showed.
type Examination struct {
	// Failure is the first input for which the rule could not be evaluated, put
	// in words; nil if there was none. Absence is looked for before values.
	Failure *Failure
	// Triviality tells whether the rule says anything at all.
	Triviality Triviality
	// Proven tells that the triviality, if any, is certain: every member that
	// matters has a finite domain, and all combinations were tried. Else it is what
	// the sample suggests.
	Proven bool
	// Evaluations is how often the rule was evaluated.
	Evaluations int
}

// A Failure is an input for which a rule cannot be evaluated.
type Failure struct {
	// Message tells when the rule fails and what to do, such as "fails when query.b
	// is absent: guard it with has(query.b)".
	Message string
	// Absence tells that the rule fails because a member is absent. Else it fails
	// for some values, such as a zero to divide by.
	Absence bool
	// Err is the error of the evaluation.
	Err error
}

// Triviality tells whether a rule can be both satisfied and broken.
type Triviality int

// A rule is contingent unless one of its two outcomes does not occur.
const (
	Contingent  Triviality = iota
	NeverHolds             // nothing satisfies the rule
	AlwaysHolds            // nothing breaks the rule
)

// String gives the triviality in words.
func (t Triviality) String() string {
	switch t {
	case NeverHolds:
		return "never holds"
	case AlwaysHolds:
		return "always holds"
	}
	return "contingent"
}

// Examine evaluates an expression of this environment over combinations of the
// optional members that it reads, present and absent, and of values: those of the
// domains and samples, those around the constants of the expression, and extremes. It
// tells whether the rule can fail and whether it is trivial. It is deterministic and
// stops after some 2,000 evaluations; with more combinations than that, or more than
// ten optional members, it takes a sample.
//
// Values that were invented may be ones that no valid request has: set Samples and
// Accepts of the fields, or take a failure for reasons other than absence as a
// warning.
func (e *Env) Examine(x *Expression) Examination {
	t := newTrial(e, x)
	presences := t.presences()
	complete := t.total(presences) <= maxEvaluations
	for _, p := range presences {
		t.observe(p)
	}
	random := rand.New(rand.NewPCG(1, 2)) // the same numbers every time
	for _, p := range presences {
		if complete {
			t.everyValue(p)
		} else {
			t.someValues(p, (maxEvaluations-len(presences))/len(presences), random)
		}
	}
	return t.conclude(complete)
}

// A trial is an examination under way. Its states choose, for each slot, one of the
// values, or absent.
type trial struct {
	expression *Expression
	slots      []*slot
	in         *Input
	evaluated  int
	cost       uint64
	holds      int
	breaks     int
	absence    *Failure
	failure    *Failure // for other reasons
}

// absent, in a state, is the choice of no value.
const absent = -1

// done tells that going on would add nothing, or cost too much.
func (t *trial) done() bool { return t.absence != nil || t.cost > maxExamineCost }

// observe evaluates the rule in a state and counts the outcome.
func (t *trial) observe(state []int) {
	if t.done() {
		return
	}
	t.evaluated++
	holds, err := t.evaluate(state)
	switch {
	case err != nil:
		t.fail(state, err)
	case holds:
		t.holds++
	default:
		t.breaks++
	}
}

func (t *trial) evaluate(state []int) (bool, error) {
	t.apply(state)
	holds, cost, err := t.expression.eval(t.in)
	t.cost += cost
	return holds, err
}

func (t *trial) fail(state []int, err error) {
	// Values of unknown kind are guesses: that one did not fit means nothing.
	if errors.Is(err, errUnfit) && t.guesses() {
		return
	}
	if t.failure != nil && !isAbsence(err) {
		return
	}
	failure := t.explain(state, err)
	if failure.Absence {
		t.absence = failure
	} else if t.failure == nil {
		t.failure = failure
	}
}

func (t *trial) conclude(complete bool) Examination {
	result := Examination{Failure: t.absence, Evaluations: t.evaluated}
	if result.Failure == nil {
		result.Failure = t.failure
	}
	if result.Failure != nil {
		return result
	}
	switch {
	case t.holds == 0 && t.breaks > 0:
		result.Triviality = NeverHolds
	case t.breaks == 0 && t.holds > 0:
		result.Triviality = AlwaysHolds
	}
	result.Proven = result.Triviality != Contingent && complete && !t.done() && t.finite()
	return result
}

// presences gives states with every combination of the optional members, with the
// first of their values, those with the fewest absent first. Above ten members it is
// a sample: each alone absent, each alone present, and random ones.
func (t *trial) presences() [][]int {
	var optional []int
	for i, s := range t.slots {
		if !s.required {
			optional = append(optional, i)
		}
	}
	set := presenceSet{trial: t, seen: map[string]bool{}}
	if len(optional) > maxOptional {
		set.sample(optional)
		return set.states
	}
	for missing := 0; missing <= len(optional); missing++ {
		set.choose(optional, nil, missing)
	}
	return set.states
}

type presenceSet struct {
	trial  *trial
	seen   map[string]bool
	states [][]int
}

// choose adds every way to leave out n more of the slots.
func (p *presenceSet) choose(slots, missing []int, n int) {
	if n == 0 {
		p.add(missing)
		return
	}
	for i := 0; i+n <= len(slots); i++ {
		p.choose(slots[i+1:], append(slices.Clip(missing), slots[i]), n-1)
	}
}

func (p *presenceSet) sample(optional []int) {
	p.add(nil)
	for i := range optional {
		p.add(optional[i : i+1])
	}
	p.add(optional)
	for i := range optional {
		p.add(slices.Concat(optional[:i], optional[i+1:]))
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range maxPresences {
		if len(p.states) >= maxPresences {
			return
		}
		var missing []int
		for _, slot := range optional {
			if random.IntN(2) == 0 {
				missing = append(missing, slot)
			}
		}
		p.add(missing)
	}
}

// add makes a state in which some slots are absent, and with each all below it. Two
// choices may come to the same state.
func (p *presenceSet) add(missing []int) {
	state := make([]int, len(p.trial.slots))
	for _, slot := range missing {
		state[slot] = absent
	}
	var id strings.Builder
	for i, s := range p.trial.slots {
		if s.parent != nil && state[s.parent.index] == absent {
			state[i] = absent
		}
		id.WriteByte(byte('1' + state[i]))
	}
	if !p.seen[id.String()] {
		p.seen[id.String()] = true
		p.states = append(p.states, state)
	}
}

// total counts the states that differ in values too, up to what can be tried.
func (t *trial) total(presences [][]int) int {
	total := 0
	for _, state := range presences {
		product := 1
		for i, s := range t.slots {
			if state[i] != absent && product <= maxEvaluations {
				product *= len(s.values)
			}
		}
		total += product
		if total > maxEvaluations {
			break
		}
	}
	return total
}

// everyValue observes all combinations of the values of what is present, except the
// first, which was observed before.
func (t *trial) everyValue(presence []int) {
	state := append([]int(nil), presence...)
	for t.next(state) && !t.done() {
		t.observe(state)
	}
}

// next counts a state up, as an odometer does; false after the last.
func (t *trial) next(state []int) bool {
	for i, s := range t.slots {
		if state[i] == absent {
			continue
		}
		if state[i]++; state[i] < len(s.values) {
			return true
		}
		state[i] = 0
	}
	return false
}

// someValues observes n states of a presence: each slot's values alone first, then
// random combinations.
func (t *trial) someValues(presence []int, n int, random *rand.Rand) {
	n = max(n, 1)
	for i, s := range t.slots {
		for v := 1; v < len(s.values) && presence[i] != absent && n > 1; v++ {
			state := append([]int(nil), presence...)
			state[i] = v
			t.observe(state)
			n--
		}
	}
	for ; n > 0 && !t.done(); n-- {
		state := append([]int(nil), presence...)
		for i, s := range t.slots {
			if state[i] != absent {
				state[i] = random.IntN(len(s.values))
			}
		}
		t.observe(state)
	}
}

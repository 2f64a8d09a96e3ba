package prove

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/spec"
)

// oracle tells which faults cannot be told from outside. It knows nothing of
// the plan: it draws requests of its own, near the boundaries that the contract
// names, and asks of each what the contract says. A fault for which it finds no
// request that has to be answered otherwise is excluded, with that reason; what
// the suite sends never comes into it.
type oracle struct {
	op     *spec.Operation
	places []*place
	values map[*spec.Schema][]any
	none   map[*spec.Schema]bool // whether no valid value was found
	offset []time.Duration
	// times are those that a rule reads, and between what may lie between two.
	times   []*place
	between []time.Duration
	// lengths are those of lists that a rule may be about.
	lengths []int
	pool    []*drawn
	// doubt says why no request can be sent at all, "" when some can.
	doubt string
}

// drawn is a request, and what the contract says of it.
type drawn struct {
	in *rule.Input
	// broken is the one rule that it breaks under every reading; nil when it
	// keeps all rules.
	broken *spec.Rule
}

const (
	// poolSize is how many fair requests are drawn for an operation, maxDraws
	// how many are tried for that.
	poolSize = 4000
	maxDraws = 60_000
	// clearance is how far a request keeps from every boundary where the
	// document can be read in two ways.
	clearance = time.Hour
)

// moment stands for now.
var moment = time.Date(2026, 6, 15, 10, 30, 0, 0, time.UTC)

func newOracle(op *spec.Operation) *oracle {
	o := &oracle{op: op, places: places(op), values: map[*spec.Schema][]any{}, none: map[*spec.Schema]bool{}}
	numbers := []float64{0, 1, 2, 3, 9, 10, 11, 99, 100, 101}
	durations := []time.Duration{0, time.Second, time.Hour, 3 * time.Hour, 24 * time.Hour}
	for _, r := range op.Rules {
		if t, err := parse(r.Holds.String()); err == nil {
			n, d := t.constants()
			durations = append(durations, r.Unit)
			numbers, durations = append(numbers, n...), append(durations, d...)
		}
	}
	for _, at := range o.places {
		o.values[at.Schema] = at.plain(scalars(at.Schema, numbers))
	}
	for _, n := range numbers {
		if n >= 0 && n <= 1000 {
			o.lengths = append(o.lengths, int(n), int(n)+1, int(n)+10)
		}
	}
	o.times, o.between = o.timed(), stepsBetween(durations)
	for _, d := range slices.Clone(durations) {
		for _, by := range []time.Duration{time.Second, time.Hour, 24 * time.Hour} {
			durations = append(durations, d+by, d-by)
		}
	}
	for _, d := range durations {
		o.offset = append(o.offset, d, -d)
	}
	o.draw()
	o.mend()
	return o
}

// scalars gives valid values of a schema, those at its limits among them.
func scalars(s *spec.Schema, numbers []float64) []any {
	var tried []any
	switch {
	case len(s.Enum) > 0:
		tried = s.Enum
	case s.Type == "integer" || s.Type == "number":
		for _, limit := range []*float64{s.Minimum, s.Maximum} {
			if limit != nil {
				numbers = append(slices.Clip(numbers), *limit, *limit-step(s), *limit+step(s))
			}
		}
		for _, n := range numbers {
			tried = append(tried, s.Numeric(n), s.Numeric(n+1), s.Numeric(n-1))
		}
	case s.Type == "boolean":
		tried = []any{true, false}
	case s.Type == "string":
		tried = []any{s.Sample(), "", "a", "example"}
	}
	var out []any
	for _, v := range tried {
		if len(s.Check(v)) == 0 {
			out = append(out, s.Typed(v))
		}
	}
	return out
}

func (o *oracle) draw() {
	random := rand.New(rand.NewPCG(1, 2))
	for range maxDraws {
		if len(o.pool) == poolSize {
			break
		}
		in := o.request(random, nil, nil)
		if d := o.judged(in); d != nil {
			o.pool = append(o.pool, d)
		} else if o.doubt == "" {
			o.doubt = doubtIn(o.op, in)
		}
	}
	if len(o.pool) > 0 {
		o.doubt = ""
	}
}

// request draws a request that every schema allows. A forced place has a value
// that is given.
func (o *oracle) request(random *rand.Rand, forced *place, value any) *rule.Input {
	in := &rule.Input{
		Path: map[string]any{}, Query: map[string]any{}, Header: map[string]any{}, Cookie: map[string]any{}, Now: moment,
	}
	groups := map[string]map[string]any{"path": in.Path, "query": in.Query, "header": in.Header, "cookie": in.Cookie}
	d := &drawing{oracle: o, random: random, forced: forced, value: value, last: moment.Add(-24 * time.Hour)}
	for _, p := range o.op.Parameters {
		path := []string{p.In, p.Name}
		if p.Required || d.leadsTo(path) || !o.valueless(p.Schema) && random.IntN(2) == 0 {
			groups[p.In][p.Name] = d.any(p.Schema, path)
		}
	}
	if s := o.op.Body.Schema(); s != nil {
		in.Body = d.any(s, []string{"body"})
	}
	return in
}

// valueless tells that no valid value of a schema was found: what contradicts itself
// has none.
func (o *oracle) valueless(s *spec.Schema) bool {
	known, ok := o.none[s]
	if !ok {
		sample := s.Sample()
		known = len(s.Check(sample)) > 0
		o.none[s] = known
	}
	return known
}

// drawing is one request while it is drawn.
type drawing struct {
	*oracle

	random *rand.Rand
	forced *place
	value  any
	last   time.Time // the time drawn before, which the next may be near to
}

// leadsTo tells that the forced place lies at or below a path.
func (d *drawing) leadsTo(path []string) bool {
	return d.forced != nil && len(d.forced.Path) >= len(path) && slices.Equal(d.forced.Path[:len(path)], path)
}

func (d *drawing) any(s *spec.Schema, path []string) any {
	if d.forced != nil && slices.Equal(d.forced.Path, path) {
		return d.forced.Schema.Typed(d.value)
	}
	switch {
	case s.Object() && s.Composed == nil:
		return d.object(s, path)
	case s.Type == "array" && s.Items != nil:
		return d.list(s, path)
	case s.Format == "date-time":
		if d.random.IntN(3) == 0 {
			d.last = moment.Add(-24 * time.Hour)
		}
		d.last = d.last.Add(d.offset[d.random.IntN(len(d.offset))])
		return d.last
	}
	if values := d.values[s]; len(values) > 0 {
		return values[d.random.IntN(len(values))]
	}
	return s.Typed(s.Sample())
}

// object draws an object with the members that it must have, and some others.
func (d *drawing) object(s *spec.Schema, path []string) any {
	object := map[string]any{}
	for _, m := range s.Members {
		inner := append(slices.Clone(path), m.Name)
		if !m.ReadOnly && (m.Required || d.leadsTo(inner) || !d.valueless(m.Schema) && d.random.IntN(2) == 0) {
			object[m.Name] = d.any(m.Schema, inner)
		}
	}
	return object
}

func (d *drawing) list(s *spec.Schema, path []string) any {
	low := int(s.MinItems)
	n := low + d.random.IntN(6)
	if d.random.IntN(3) == 0 {
		n = max(low, d.lengths[d.random.IntN(len(d.lengths))])
	}
	if s.MaxItems != nil {
		n = min(n, int(*s.MaxItems))
	}
	if d.leadsTo(append(slices.Clone(path), element)) {
		n = max(1, n)
	}
	items := make([]any, 0, n)
	for range n {
		item := d.any(s.Items, append(slices.Clone(path), element))
		if s.UniqueItems && slices.ContainsFunc(items, func(have any) bool { return spec.Equal(have, item) }) {
			continue
		}
		items = append(items, item)
	}
	return items
}

// judged says what the contract demands of a request; nil where its readings
// disagree, it breaks more than one rule, or nothing is demanded of it.
func (o *oracle) judged(in *rule.Input) *drawn {
	if doubtIn(o.op, in) != "" {
		return nil
	}
	d := &drawn{in: in}
	for _, r := range o.op.Rules {
		kept, certain := o.stands(r, in)
		switch {
		case !certain || !kept && d.broken != nil:
			return nil
		case !kept:
			d.broken = r
		}
	}
	return d
}

// stands tells whether a request keeps a rule, and whether that is clear: every
// reading says so, an hour earlier and later too.
func (o *oracle) stands(r *spec.Rule, in *rule.Input) (kept, certain bool) {
	kept, err := r.Holds.Holds(in)
	if err != nil {
		return true, false
	}
	if len(r.Readings) == 0 {
		return kept, o.clear(r, in, kept)
	}
	for _, near := range o.near(in, kept) {
		for _, reading := range r.EveryReading() {
			if holds, err := reading.Holds(near); err != nil || holds != kept {
				return kept, false
			}
		}
	}
	return kept, true
}

// clear tells that a rule says the same of a request by another clock.
func (o *oracle) clear(r *spec.Rule, in *rule.Input, kept bool) bool {
	if !r.Holds.UsesNow() {
		return true
	}
	for _, by := range []time.Duration{clockClearance, -clockClearance} {
		other := *in
		other.Now = in.Now.Add(by)
		if holds, err := r.Holds.Holds(&other); err != nil || holds != kept {
			return false
		}
	}
	return true
}

// near gives a request an hour earlier and later; one that keeps a rule also
// with each of its times moved alone.
func (o *oracle) near(in *rule.Input, kept bool) []*rule.Input {
	out := []*rule.Input{in}
	for _, by := range []time.Duration{clearance, -clearance} {
		other := *in
		other.Now = in.Now.Add(by)
		out = append(out, &other)
		for _, at := range o.times {
			if t, present := timeAt(in, at); present && kept {
				out = append(out, withTime(in, at, t.Add(by)))
			}
		}
	}
	return out
}

// tells looks for a request that has to be answered otherwise than with a
// changed rule. It gives the reason for which there is none, or "".
func (o *oracle) tells(r *spec.Rule, changed *rule.Expression) string {
	differs, fails := false, false
	for _, d := range o.pool {
		kept, _ := r.Holds.Holds(d.in)
		holds, err := changed.Holds(d.in)
		holds, fails = holds || err != nil, fails || err != nil // what cannot be evaluated refuses nothing
		if kept == holds {
			continue
		}
		differs = true
		if d.broken == nil || d.broken == r {
			return ""
		}
	}
	if o.tellsNearby(r, changed) {
		return ""
	}
	if differs {
		return "it shows only in requests that break another rule as well"
	}
	if len(r.Readings) > 0 && o.differsUnclearly(r, changed) {
		return "it shows only where the document's readings disagree, or within an hour of that"
	}
	if r.Holds.UsesNow() && o.differsSoon(r, changed) {
		return "it shows only within a minute of now, and clocks differ by as much"
	}
	if fails {
		return "it reads what may be absent, and a rule that cannot be evaluated refuses nothing: else it says the same"
	}
	return "the changed rule says the same of every request that was drawn"
}

// refuses tells that a changed rule forbids what the contract allows.
func (o *oracle) refuses(changed *rule.Expression) bool {
	return slices.ContainsFunc(o.pool, func(d *drawn) bool {
		holds, err := changed.Holds(d.in)
		return d.broken == nil && err == nil && !holds
	})
}

// differsUnclearly looks for a difference where nothing is demanded.
func (o *oracle) differsUnclearly(r *spec.Rule, changed *rule.Expression) bool {
	random := rand.New(rand.NewPCG(3, 4))
	for range maxDraws / 4 {
		in := o.request(random, nil, nil)
		kept, err := r.Holds.Holds(in)
		holds, errToo := changed.Holds(in)
		if err == nil && errToo == nil && kept != holds {
			return true
		}
	}
	return false
}

// allowed tells whether some request that keeps every rule has a value at a
// place.
func (o *oracle) allowed(at *place, value any) bool {
	random := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		if d := o.judged(o.request(random, at, value)); d != nil && d.broken == nil {
			return true
		}
	}
	return len(o.times) > 0 && o.allowedMended(at, value, random)
}

// together tells whether some allowed request has all of some places and none
// of others.
func (o *oracle) together(present, absent []*place) bool {
	return slices.ContainsFunc(o.pool, func(d *drawn) bool {
		return d.broken == nil &&
			!slices.ContainsFunc(present, func(at *place) bool { return !carries(d.in, at) }) &&
			!slices.ContainsFunc(absent, func(at *place) bool { return carries(d.in, at) })
	})
}

func carries(in *rule.Input, at *place) bool {
	part, _ := in.Part(at.In())
	return len(within(part, at.Path[1:])) > 0
}

// lacking says why no request can lack a place and break no rule by that, or "".
func (o *oracle) lacking(at *place) string {
	for _, d := range o.pool {
		if d.broken == nil && o.keeps(lacking(d.in, at)) {
			return ""
		}
	}
	return "a request without it always breaks a rule as well"
}

// keeps tells that no rule is broken. One that cannot be evaluated is not.
func (o *oracle) keeps(in *rule.Input) bool {
	return !slices.ContainsFunc(o.op.Rules, func(r *spec.Rule) bool {
		holds, err := r.Holds.Holds(in)
		return err == nil && !holds
	})
}

// lacking gives a request without what it has at a place.
func lacking(in *rule.Input, at *place) *rule.Input {
	out := *in
	strip := func(group map[string]any) map[string]any {
		stripped, _ := less(group, at.Path[1:]).(map[string]any)
		return stripped
	}
	switch at.In() {
	case "path":
		out.Path = strip(in.Path)
	case "query":
		out.Query = strip(in.Query)
	case "header":
		out.Header = strip(in.Header)
	case "cookie":
		out.Cookie = strip(in.Cookie)
	default:
		out.Body = less(in.Body, at.Path[1:])
	}
	return &out
}

// less copies a value without what is at a path; a list loses its elements.
func less(v any, path []string) any {
	if len(path) == 0 {
		return nil
	}
	switch node := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, inner := range node {
			if name != path[0] {
				out[name] = inner
			} else if len(path) > 1 {
				out[name] = less(inner, path[1:])
			}
		}
		return out
	case []any:
		out := []any{}
		for _, item := range node {
			if len(path) > 1 {
				out = append(out, less(item, path[1:]))
			}
		}
		return out
	}
	return v
}

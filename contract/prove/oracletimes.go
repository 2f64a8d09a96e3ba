package prove

import (
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/spec"
)

// Requests that are drawn blindly seldom keep rules that want times in the
// future, or within an hour of each other. They are mended: as long as a request
// breaks more than it may, one of the times that a broken rule reads is drawn
// anew, near to now or to another of its times.

const (
	// mendedSize is how many requests are added to the pool by mending, mendedDraws
	// how many are tried for that.
	mendedSize  = 2000
	mendedDraws = 6000
	// maxMends bounds how often one request is changed.
	maxMends = 24
	// clockClearance is how far a request keeps from where a rule compares it with
	// now: nobody's clock is quite right.
	clockClearance = time.Minute
)

// timed are the times that some rule reads. Those in a list have one for all its
// elements.
func (o *oracle) timed() []*place {
	var out []*place
	for _, at := range o.places {
		if at.Schema.Format == "date-time" && slices.ContainsFunc(o.op.Rules, func(r *spec.Rule) bool { return readsAt(r, at) }) {
			out = append(out, at)
		}
	}
	return out
}

func readsAt(r *spec.Rule, at *place) bool {
	for _, reading := range r.EveryReading() {
		if slices.ContainsFunc(reading.Reads(), func(path []string) bool { return covers(path, at.Path) }) {
			return true
		}
	}
	return false
}

// covers tells that what is read at a path has a place: of a list, all of it.
func covers(read, path []string) bool {
	return slices.Equal(read, path) || len(read) < len(path) && path[len(read)] == element && slices.Equal(read, path[:len(read)])
}

func (at *place) same(other *place) bool { return slices.Equal(at.Path, other.Path) }

// stepsBetween gives the distances between times that mending tries: those that the rules
// name, what lies halfway between two of them, and a little more and less.
func stepsBetween(durations []time.Duration) []time.Duration {
	var out []time.Duration
	for i, a := range durations {
		for _, by := range []time.Duration{0, time.Second, time.Minute, 30 * time.Minute, time.Hour, 24 * time.Hour} {
			out = append(out, a+by, a-by)
		}
		for _, b := range durations[:i] {
			out = append(out, ((a + b) / 2).Truncate(time.Second))
		}
	}
	for _, d := range slices.Clone(out) {
		out = append(out, -d)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// mend adds mended requests to the pool.
func (o *oracle) mend() {
	if len(o.times) == 0 {
		return
	}
	random := rand.New(rand.NewPCG(7, 8))
	for range mendedDraws {
		if len(o.pool) >= poolSize+mendedSize {
			return
		}
		if d := o.mended(o.request(random, nil, nil), random, nil, random.IntN(2)); d != nil {
			o.pool = append(o.pool, d)
		}
	}
}

// mended changes the times of a request until it breaks at most so many rules; a
// forced place is left as it is. It gives nil where that does not succeed.
func (o *oracle) mended(in *rule.Input, random *rand.Rand, forced []*place, most int) *drawn {
	for range maxMends {
		var wrong []*spec.Rule
		for _, r := range o.op.Rules {
			if kept, certain := o.stands(r, in); !kept || !certain {
				wrong = append(wrong, r)
			}
		}
		if len(wrong) <= most {
			if d := o.judged(in); d != nil {
				return d
			}
		}
		if len(wrong) == 0 {
			return nil
		}
		in = o.moved(in, random, forced, wrong[random.IntN(len(wrong))])
	}
	return nil
}

// moved draws one of the times anew that a rule reads.
func (o *oracle) moved(in *rule.Input, random *rand.Rand, forced []*place, r *spec.Rule) *rule.Input {
	var read []*place
	for _, at := range o.times {
		_, present := timeAt(in, at)
		if present && readsAt(r, at) && !slices.ContainsFunc(forced, at.same) {
			read = append(read, at)
		}
	}
	if len(read) == 0 {
		return in
	}
	near := o.nearTimes(in)
	base, by := near[random.IntN(len(near))], o.between[random.IntN(len(o.between))]
	return withTime(in, read[random.IntN(len(read))], base.Add(by))
}

// allowedMended is allowed for requests that have to be mended for that.
func (o *oracle) allowedMended(at *place, value any, random *rand.Rand) bool {
	for range 200 {
		if o.mended(o.request(random, at, value), random, []*place{at}, 0) != nil {
			return true
		}
	}
	return false
}

// sharpened is how many requests of the pool have each of their times set to
// where a changed rule may say something else.
const sharpened = 60

// tellsNearby looks for a request that has to be answered otherwise than with a
// changed rule near those of the pool. What else such a request breaks is mended.
func (o *oracle) tellsNearby(r *spec.Rule, changed *rule.Expression) bool {
	random := rand.New(rand.NewPCG(9, 10))
	mends := 0
	return o.nearby(r, func(in *rule.Input, read []*place) bool {
		if mends == sharpened || !o.differ(r, changed, in) {
			return false
		}
		mends++
		d := o.mended(in, random, read, 1)
		return d != nil && (d.broken == nil || d.broken == r)
	})
}

// nearby goes over requests that differ from those of the pool in one time that a
// rule reads, at each distance from another one or from now, until one will do.
func (o *oracle) nearby(r *spec.Rule, do func(in *rule.Input, read []*place) bool) bool {
	var read []*place
	for _, at := range o.times {
		if readsAt(r, at) {
			read = append(read, at)
		}
	}
	if len(read) == 0 {
		return false
	}
	fit := slices.DeleteFunc(slices.Clone(o.pool), func(d *drawn) bool { return d.broken != nil && d.broken != r })
	for n := range min(sharpened, len(fit)) {
		in := fit[n*len(fit)/min(sharpened, len(fit))].in
		for _, at := range read {
			if _, present := timeAt(in, at); !present {
				continue
			}
			for _, near := range o.nearTimes(in) {
				for _, by := range o.between {
					if do(withTime(in, at, near.Add(by)), read) {
						return true
					}
				}
			}
		}
	}
	return false
}

// differsSoon looks for a difference within a minute of now, where nothing is
// demanded of a rule that can be read in one way only.
func (o *oracle) differsSoon(r *spec.Rule, changed *rule.Expression) bool {
	return len(r.Readings) == 0 && o.nearby(r, func(in *rule.Input, _ []*place) bool {
		kept, err := r.Holds.Holds(in)
		return err == nil && !o.clear(r, in, kept) && o.differ(r, changed, in)
	})
}

// differ tells that a changed rule says something else of a request.
func (o *oracle) differ(r *spec.Rule, changed *rule.Expression, in *rule.Input) bool {
	kept, err := r.Holds.Holds(in)
	holds, failed := changed.Holds(in)
	return err == nil && kept != (holds || failed != nil)
}

// nearTimes are now and the times of a request.
func (o *oracle) nearTimes(in *rule.Input) []time.Time {
	out := []time.Time{moment}
	for _, at := range o.times {
		if t, present := timeAt(in, at); present {
			out = append(out, t)
		}
	}
	return out
}

// timeAt gives the time that a request has at a place.
func timeAt(in *rule.Input, at *place) (time.Time, bool) {
	part, _ := in.Part(at.In())
	values := within(part, at.Path[1:])
	if len(values) == 0 {
		return time.Time{}, false
	}
	t, ok := values[0].(time.Time)
	return t, ok
}

// withTime gives a request with another time at a place where it has one.
func withTime(in *rule.Input, at *place, t time.Time) *rule.Input {
	part, _ := in.Part(at.In())
	return in.With(at.In(), replacedIn(part, at.Path[1:], t))
}

func replacedIn(v any, path []string, t time.Time) any {
	if len(path) == 0 {
		return t
	}
	switch node := v.(type) {
	case map[string]any:
		if _, present := node[path[0]]; !present {
			return v
		}
		out := maps.Clone(node)
		out[path[0]] = replacedIn(node[path[0]], path[1:], t)
		return out
	case []any:
		out := make([]any, len(node))
		for i := range node {
			out[i] = replacedIn(node[i], path[1:], t)
		}
		return out
	}
	return v
}

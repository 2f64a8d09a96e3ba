package spec

import (
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The bounds of making one sample: schemas may lead back to themselves, and
// alternatives within alternatives multiply, as lists within lists do.
const (
	maxSampled  = 100    // levels
	maxAttempts = 5_000  // schemas
	maxElements = 20_000 // of the lists within each other, multiplied
)

// sampling is the making of one sample.
type sampling struct {
	depth, attempts, elements int
	// wanted names the members that a part requires of the object which is made:
	// another may describe them.
	wanted map[string]bool
	// ordinary wants numbers that have no meaning of their own, as 0 often has.
	ordinary bool
}

func newSampling() *sampling { return &sampling{elements: 1} }

func (at *sampling) enter() bool {
	at.depth++
	at.attempts++
	return at.depth <= maxSampled && at.attempts <= maxAttempts
}

func (at *sampling) leave() { at.depth-- }

// many makes something for n places, unless there are too many of them.
func (at *sampling) many(n uint64, do func()) bool {
	outer := at.elements
	defer func() { at.elements = outer }()
	if n > maxElements || outer*int(n) > maxElements {
		return false
	}
	at.elements = outer * max(1, int(n))
	do()
	return true
}

// Sample returns a valid value of the schema: its example, else its default, else the
// first value of its enum, else the smallest that its limits allow. Objects hold their
// required members alone. nil tells that none was found.
func (s *Schema) Sample() any { return s.recalled(newSampling()) }

// OrdinarySample is Sample with numbers as services mostly get them: 1 where that is
// valid, not 0.
func (s *Schema) OrdinarySample() any { return s.recalled(ordinarily()) }

func ordinarily() *sampling {
	at := newSampling()
	at.ordinary = true
	return at
}

// sample returns the first valid candidate, or nil.
func (s *Schema) sample(at *sampling) any {
	if s == nil {
		return nil
	}
	outer := at.wanted
	at.wanted = nil
	defer func() { at.wanted = outer }()
	for _, v := range s.candidates(at) {
		if v = s.Sendable(v); len(s.Check(v)) == 0 {
			return v
		}
	}
	return nil
}

// candidates returns a few values that may be valid, the most wanted first.
func (s *Schema) candidates(at *sampling) []any {
	defer at.leave()
	if !at.enter() {
		return nil
	}
	if s.Chosen != "" {
		return []any{s.Chosen}
	}
	var out []any
	for _, v := range []any{s.Example, s.Default} {
		if v != nil {
			out = append(out, v)
		}
	}
	if p, ok := s.Composed.(composed); ok {
		s = p.schema
	}
	if len(s.Enum) > 0 {
		return append(out, s.Enum...)
	}
	if s.unread != nil {
		return out // nobody knows whether another is valid
	}
	if s.parts == nil && s.foreign == nil {
		return append(out, s.simplest(at))
	}
	if s.parts == nil {
		return append(out, s.larger(s.simplest(at), at)...)
	}
	outer := at.wanted
	at.wanted = s.demanded()
	maps.Copy(at.wanted, outer)
	out = append(out, s.parts.candidates(s.larger(s.simplest(at), at), at)...)
	at.wanted = outer
	return out
}

// demanded names the members that the schema and its parts require together.
func (s *Schema) demanded() map[string]bool {
	names, visited := map[string]bool{}, map[*Schema]bool{}
	var walk func(part *Schema)
	walk = func(part *Schema) {
		if visited[part] {
			return
		}
		visited[part] = true
		for _, m := range part.Members {
			if m.Required && !s.parts.excused[m.Name] {
				names[m.Name] = true
			}
		}
		if part.parts != nil {
			for _, inner := range part.parts.all {
				walk(inner)
			}
		}
	}
	walk(s)
	return names
}

// larger returns an object without its optional members, with each of them, and
// with all: a part may require some. Other values it gives as they are.
func (s *Schema) larger(own any, at *sampling) []any {
	out := []any{own}
	object, ok := own.(map[string]any)
	if !ok {
		return out
	}
	all := maps.Clone(object)
	for _, m := range s.Members {
		if _, given := object[m.Name]; !given && !m.elsewhere && !m.unsent() && len(out) < maxCandidates/4 {
			all[m.Name] = m.Schema.sample(at)
			out = append(out, overlay(object, map[string]any{m.Name: all[m.Name]}))
		}
	}
	return append(out, all)
}

// maxCandidates bounds how many ways of meeting several parts are tried.
const maxCandidates = 64

// candidates joins what the parts want to values that the schema itself wants.
func (p *parts) candidates(values []any, at *sampling) []any {
	for _, part := range p.all {
		values = combine(values, part.candidates(at))
	}
	for _, alternatives := range [][]*Schema{p.any, p.one} {
		var each []any
		for _, part := range alternatives {
			each = append(each, p.chosen.name(part.candidates(at), part)...)
		}
		if each != nil {
			values = combine(values, each)
		}
	}
	if p.not != nil { // something else, whatever is meant
		values = append(values, "a", int64(1), true, []any{}, map[string]any{})
	}
	return values
}

// name puts the name of an alternative into its values.
func (d *chosen) name(values []any, part *Schema) []any {
	if d == nil {
		return values
	}
	for _, name := range d.names {
		if d.among[name] == part {
			return combine(values, []any{map[string]any{d.member: name}})
		}
	}
	return values
}

func combine(values, others []any) []any {
	var out []any
	for _, v := range values {
		for _, other := range others {
			if len(out) >= maxCandidates {
				return out
			}
			joined := overlay(v, other)
			if out = append(out, joined); v != nil && !isObject(joined) {
				out = append(out, v) // of two numbers either may do
			}
		}
	}
	return out
}

func isObject(v any) bool { _, ok := v.(map[string]any); return ok }

// overlay returns what both say of an object, and else the other.
func overlay(v, other any) any {
	a, first := v.(map[string]any)
	b, second := other.(map[string]any)
	switch {
	case first && second:
		joined := maps.Clone(a)
		maps.Copy(joined, b)
		return joined
	case other == nil:
		return v
	}
	return other
}

// simplest returns the simplest value that the schema's own keywords allow, or nil.
func (s *Schema) simplest(at *sampling) any {
	switch s.meant() {
	case "integer", "number":
		return s.sampleNumber(at)
	case "boolean":
		return true
	case "array":
		return s.sampleArray(at)
	case "object":
		return s.sampleObject(at)
	case "string":
		return s.sampleString()
	}
	return nil
}

// meant returns the type of the values that the schema says most of: its own, else
// the one that its keywords are about, or "".
func (s *Schema) meant() string {
	switch {
	case s.Type != "":
		return s.Type
	case len(s.Members) > 0 || s.MinProps > 0:
		return "object"
	case s.Items != nil || s.MinItems > 0:
		return "array"
	case s.Pattern != nil || s.MinLength > 0 || s.MaxLength != nil || textFormats[s.Format].valid != nil:
		return "string"
	case s.Minimum != nil || s.Maximum != nil || s.MultipleOf != nil:
		return "number"
	}
	return ""
}

// sampleArray returns the shortest array, its elements different where they must be.
func (s *Schema) sampleArray(at *sampling) any {
	items := []any{}
	possible := at.many(s.MinItems, func() {
		switch {
		case s.MinItems == 0:
		case s.UniqueItems:
			items = append(items, s.Items.different(int(s.MinItems), at)...)
		default:
			items = slices.Repeat([]any{s.Items.sample(at)}, int(s.MinItems))
		}
	})
	if !possible {
		return nil
	}
	return items
}

// different returns up to n valid values that differ from each other.
func (s *Schema) different(n int, at *sampling) []any {
	var out []any
	seen := map[string]bool{}
	outer := at.wanted
	at.wanted = nil
	defer func() { at.wanted = outer }()
	add := func(v any) {
		key := string(appendKey(nil, v))
		if len(out) < n && !seen[key] && len(s.Check(v)) == 0 {
			out, seen[key] = append(out, v), true
		}
	}
	if s == nil {
		s = &Schema{Type: "integer"} // as good as any
	}
	for _, v := range s.candidates(at) {
		add(v)
	}
	if len(out) == 0 {
		return nil
	}
	for i := 1; i <= 2*n && len(out) < n; i++ {
		for _, v := range s.vary(out[0], i, at) {
			add(v)
		}
	}
	return out
}

// vary returns values that differ from a valid one by a number.
func (s *Schema) vary(v any, i int, at *sampling) []any {
	switch v := v.(type) {
	case bool:
		return []any{!v}
	case int64:
		step := int64(1)
		if s.MultipleOf != nil {
			step = max(1, int64(*s.MultipleOf))
		}
		return []any{v + int64(i)*step, v - int64(i)*step}
	case float64:
		step := 1.0
		if s.MultipleOf != nil {
			step = *s.MultipleOf
		}
		return []any{v + float64(i)*step, v - float64(i)*step, v + float64(i)*step/1000}
	case string:
		return varyText(v, i)
	case []any:
		return []any{slices.Concat(v, slices.Repeat([]any{s.Items.sample(at)}, min(i, maxElements)))}
	case map[string]any:
		return s.varyObject(v, i, at)
	}
	return nil
}

// varyText counts with the last characters of a text, and with more of them.
func varyText(v string, i int) []any {
	number := strconv.Itoa(i)
	out := []any{v + number, v + strings.Repeat(v[max(0, len(v)-1):], i)}
	if len(v) >= len(number) {
		out = append(out, v[:len(v)-len(number)]+number)
	}
	if len(v) > 0 {
		out = append(out, v[:len(v)-1]+string(rune('a'+i%26)), v[:len(v)-1]+string(rune('A'+i%26)))
	}
	return out
}

// varyObject varies each member that is there, and adds one where any may be.
func (s *Schema) varyObject(v map[string]any, i int, at *sampling) []any {
	var out []any
	for _, m := range s.Members {
		if value, ok := v[m.Name]; ok {
			for _, other := range m.Schema.vary(value, i, at) {
				out = append(out, overlay(v, map[string]any{m.Name: other}))
			}
		}
	}
	return append(out, overlay(v, map[string]any{"extra" + strconv.Itoa(i): "a"}))
}

// sampleObject returns an object with its required members, and with as many of
// the others as it must have.
func (s *Schema) sampleObject(at *sampling) any {
	object := map[string]any{}
	for _, m := range s.Members {
		if (m.Required || at.wanted[m.Name]) && !m.elsewhere {
			object[m.Name] = m.Schema.sample(at)
		}
	}
	for _, m := range s.Members {
		if _, given := object[m.Name]; !given && uint64(len(object)) < s.MinProps && !m.unsent() && !m.elsewhere {
			object[m.Name] = m.Schema.sample(at)
		}
	}
	if s.Closed || uint64(len(object)) >= s.MinProps {
		return object
	}
	possible := at.many(s.MinProps, func() {
		for i := 1; uint64(len(object)) < s.MinProps; i++ {
			name, v := s.extra(i, at)
			object[name] = v
		}
	})
	if !possible {
		return nil
	}
	return object
}

// Extra returns the name and the value of the nth member beside those listed; the
// value is nil where none is known.
func (s *Schema) Extra(n int) (string, any) { return s.extra(n, ordinarily()) }

func (s *Schema) extra(n int, at *sampling) (name string, v any) {
	if v = any("a"); s.Additional != nil {
		v = s.Additional.sample(at)
	}
	return "extra" + strconv.Itoa(n), v
}

// sampleNumber returns the valid number that is nearest to 0, or nil: an ordinary one
// is 1, or what it must be a multiple of, where that is valid.
func (s *Schema) sampleNumber(at *sampling) any {
	r, ok := s.nearZero()
	if !ok {
		return nil
	}
	if at.ordinary {
		one := s.unit()
		if one == nil {
			one = big.NewRat(1, 1)
		}
		if s.span().holds(one) {
			r = one
		}
	}
	if s.Type != "integer" {
		f, _ := r.Float64()
		return f
	}
	if r.Num().IsInt64() {
		return r.Num().Int64()
	}
	return json.Number(r.Num().String())
}

// span is the limits of a number; nil is none.
type span struct {
	low, high         *big.Rat
	openLow, openHigh bool // the limit itself is left out
}

// span returns the limits of a number, those of its format included.
func (s *Schema) span() span {
	out := span{low: s.low, high: s.high, openLow: s.ExclusiveMinimum, openHigh: s.ExclusiveMaximum}
	if out.low == nil && s.Minimum != nil {
		out.low = decimal(*s.Minimum)
	}
	if out.high == nil && s.Maximum != nil {
		out.high = decimal(*s.Maximum)
	}
	var bits uint
	switch s.Format {
	case "int32":
		bits = 31
	case "int64":
		bits = 63
	default:
		return out
	}
	end := new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), bits))
	if start := new(big.Rat).Neg(end); out.low == nil || out.low.Cmp(start) < 0 {
		out.low, out.openLow = start, false
	}
	if last := end.Sub(end, big.NewRat(1, 1)); out.high == nil || out.high.Cmp(last) > 0 {
		out.high, out.openHigh = last, false
	}
	return out
}

func (p span) holds(r *big.Rat) bool {
	if p.low != nil {
		if d := r.Cmp(p.low); d < 0 || d == 0 && p.openLow {
			return false
		}
	}
	if p.high != nil {
		if d := r.Cmp(p.high); d > 0 || d == 0 && p.openHigh {
			return false
		}
	}
	return true
}

// nearZero returns the number within the limits that is nearest to 0; beside a
// limit that is left out, one near it.
func (s *Schema) nearZero() (*big.Rat, bool) {
	p := s.span()
	r := new(big.Rat)
	if !p.holds(r) {
		if unit := s.unit(); unit != nil {
			r = p.nearestMultiple(unit)
		} else {
			r = p.nearest()
		}
	}
	return r, p.holds(r)
}

// unit is what a number must be a multiple of, nil if it may be any.
func (s *Schema) unit() *big.Rat {
	var unit *big.Rat
	if s.MultipleOf != nil && *s.MultipleOf > 0 {
		unit = decimal(*s.MultipleOf)
	}
	switch {
	case s.Type != "integer":
		return unit
	case unit == nil:
		return big.NewRat(1, 1)
	default:
		// The least integer that is a multiple of p/q, in lowest terms, is p.
		return new(big.Rat).SetInt(unit.Num())
	}
}

// above reports whether the numbers lie above 0; else they lie below.
func (p span) above() bool { return p.low != nil && p.low.Sign() >= 0 }

// nearest returns the limit that is nearer to 0, or a number inside of it.
func (p span) nearest() *big.Rat {
	limit, other, open, half := p.high, p.low, p.openHigh, big.NewRat(-1, 2)
	if p.above() {
		limit, other, open, half = p.low, p.high, p.openLow, big.NewRat(1, 2)
	}
	switch {
	case !open:
		return limit
	case other == nil:
		return new(big.Rat).Add(limit, half)
	default:
		middle := new(big.Rat).Add(limit, other)
		return middle.Quo(middle, big.NewRat(2, 1))
	}
}

// nearestMultiple returns the multiple of a unit that is nearest to 0 and beyond
// the nearer limit.
func (p span) nearestMultiple(unit *big.Rat) *big.Rat {
	var k *big.Int
	if p.above() {
		quotient := new(big.Rat).Quo(p.low, unit)
		if k = ceil(quotient); p.openLow && quotient.IsInt() {
			k.Add(k, big.NewInt(1))
		}
	} else {
		quotient := new(big.Rat).Quo(p.high, unit)
		if k = floor(quotient); p.openHigh && quotient.IsInt() {
			k.Sub(k, big.NewInt(1))
		}
	}
	return new(big.Rat).Mul(new(big.Rat).SetInt(k), unit)
}

// sampleEpoch is where sample times start: any fixed time does.
var sampleEpoch = time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)

// ruleSamples returns a few valid values, in the form that rules are evaluated on,
// for a rule to be examined with when the contract is loaded.
func (s *Schema) ruleSamples() []any {
	var values []any
	switch {
	case s.Composed != nil || s.Type == "boolean":
	case s.Type == "integer" || s.Type == "number":
		values = s.numberSamples()
	case s.Format == "date-time" && s.Type == "string":
		values = []any{sampleEpoch, sampleEpoch.Add(time.Second), sampleEpoch.AddDate(0, 0, 1), sampleEpoch.AddDate(20, 0, 0)}
	case s.Type == "string" && s.Pattern == nil && s.Format == "" && s.MinLength == 0:
		// What is invented is valid.
	case s.Type == "array":
		values = s.listSamples()
	case s.Type != "":
		values = []any{s.Typed(s.Sample())}
	}
	return slices.DeleteFunc(values, func(v any) bool { return v == nil || len(s.Check(plainTimes(v))) > 0 })
}

// numberSamples returns the ends and the middle of the limits, 1000 apart where
// one of them is missing.
func (s *Schema) numberSamples() []any {
	low, high := 0.0, 1000.0
	switch {
	case s.Minimum != nil && s.Maximum != nil:
		low, high = *s.Minimum, *s.Maximum
	case s.Minimum != nil:
		low, high = *s.Minimum, *s.Minimum+1000
	case s.Maximum != nil:
		low, high = *s.Maximum-1000, *s.Maximum
	}
	return []any{s.Typed(s.Sample()), s.typedNumber(low), s.typedNumber(low + (high-low)/2), s.typedNumber(high)}
}

// listSamples returns lists of several lengths, so that a rule about the length of
// a list has something to tell apart.
func (s *Schema) listSamples() []any {
	most := s.MinItems + 20
	if s.MaxItems != nil {
		most = min(most, *s.MaxItems)
	}
	elements := s.Items.different(int(min(most, 100)), newSampling())
	if len(elements) == 0 {
		return nil
	}
	for i := 0; !s.UniqueItems && uint64(len(elements)) < min(most, 100); i++ {
		elements = append(elements, elements[i])
	}
	var values []any
	for _, n := range []uint64{max(1, s.MinItems), s.MinItems + 1, most, s.MinItems} {
		if n <= uint64(len(elements)) {
			values = append(values, s.Typed(slices.Clone(elements[:n])))
		}
	}
	return values
}

// plainTimes returns the text of times, which is what schemas describe.
func plainTimes(v any) any {
	switch v := v.(type) {
	case time.Time:
		return v.Format(time.RFC3339Nano)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plainTimes(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name := range v {
			out[name] = plainTimes(v[name])
		}
		return out
	default:
		return v
	}
}

package spec

import (
	"maps"
	"slices"
	"strings"
)

// A composed schema is one clause, and what tries it are whole values: one for each
// of its alternatives, and those again with one thing wrong in them that no other
// alternative takes.

// The bounds of what is made for one composed schema: alternatives within
// alternatives multiply.
const (
	maxBranches = 24
	maxNested   = 4 // levels of alternatives within alternatives, and of members
	maxFitting  = 32
	maxUnfit    = 60
	maxSpots    = 40 // places of one value that faults are put into
)

// spot is a place in a value, and what one part says of it.
type spot struct {
	at                Place
	schema            *Schema
	required, element bool
}

// spots lists the places of a value, and what the parts that it keeps to say of them.
func (s *Schema) spots(v any, required bool) []spot {
	var out []spot
	var walk func(s spot, v any)
	walk = func(x spot, v any) {
		if x.schema == nil || len(out) >= maxSpots || len(x.at) > maxNested {
			return
		}
		out = append(out, x)
		switch v := v.(type) {
		case map[string]any:
			for _, m := range x.schema.Members {
				if value, ok := v[m.Name]; ok && !m.unsent() {
					walk(spot{at: append(slices.Clone(x.at), MemberStep(m.Name)), schema: m.Schema, required: m.Required}, value)
				}
			}
		case []any:
			if len(v) > 0 {
				walk(spot{at: append(slices.Clone(x.at), ElementStep(0)), schema: x.schema.Items, element: true}, v[0])
			}
		}
		var c checking
		for _, part := range x.schema.parts.keptBy(v, &c) {
			walk(spot{at: x.at, schema: part, required: x.required, element: x.element}, v)
		}
	}
	walk(spot{schema: s, required: required}, v)
	return out
}

// site is the spot as a place that keywords choose values for.
func (x spot) site(outer Site) Site {
	s := x.schema
	if kind := s.kind(map[*Schema]string{}); s.Type == "" && kind != "" { // limits may stand beside what has the type
		typed := *s
		typed.Type = kind
		s = &typed
	}
	return Site{
		Schema: s, AsText: outer.AsText, Required: x.required, Element: x.element, MaxText: outer.MaxText, MaxElements: outer.MaxElements,
		Ordinary: func() []any { return []any{s.OrdinarySample()} },
		ListOf:   func(n int) []any { return s.elementsOf(n) },
		ObjectOf: func(n int) any { return s.membersOf(n) },
	}
}

// elementsOf returns a list of n elements, or nil.
func (s *Schema) elementsOf(n int) []any {
	var out []any
	if s.UniqueItems {
		out = s.Items.different(n, ordinarily())
	} else if v := s.Items.OrdinarySample(); v != nil && n <= maxElements {
		out = slices.Repeat([]any{v}, n)
	}
	if len(out) != n {
		return nil
	}
	return out
}

// membersOf returns an object with n members, or nil.
func (s *Schema) membersOf(n int) any {
	object, ok := s.sampleObject(ordinarily()).(map[string]any)
	if !ok {
		return nil
	}
	for _, m := range s.Members {
		if _, given := object[m.Name]; !given && len(object) < n && !m.unsent() && !m.elsewhere {
			object[m.Name] = m.Schema.OrdinarySample()
		}
	}
	for i := 1; len(object) < n && !s.Closed; i++ {
		name, v := s.Extra(i)
		object[name] = v
	}
	if len(object) != n {
		return nil
	}
	return object
}

// word is the spot in the name of a try.
func (x spot) word() string {
	out := ""
	for _, step := range x.at {
		name := step.Member
		if step.Element {
			name = "element"
		}
		out = joinNames(out, name)
	}
	return out
}

// trying collects the values that try a composed schema.
type trying struct {
	Site

	fit, unfit []Try
	seen       map[string]bool
}

// compositions returns what tries a composed schema: valid values, and others.
func (s Site) compositions() (fit, unfit []Try) {
	if s.Composed == nil {
		return nil, nil
	}
	t := trying{Site: s, seen: map[string]bool{}}
	for _, other := range s.otherTypes() {
		t.seen[string(appendKey(nil, other.Value))] = true // they are tried already
	}
	all := s.fittings()
	for _, f := range all {
		t.add(Try{Name: f.name, Value: f.value, Valid: true, Why: "has a value of one of its alternatives"})
	}
	each := make([][]Try, len(all))
	for i, f := range all {
		each[i] = t.spoilt(f)
	}
	for n := 0; len(t.unfit) < maxUnfit; n++ { // of each alternative as many
		more := false
		for _, tries := range each {
			if n < len(tries) {
				more = true
				t.add(tries[n])
			}
		}
		if !more {
			break
		}
	}
	return t.fit, t.unfit
}

// spoilt returns the values of a branch with one thing in them at, or beyond, a limit,
// or wrong.
func (t *trying) spoilt(f fitting) []Try {
	out := t.misnamed(f)
	for _, x := range f.part.spots(f.value, t.Required) {
		site := x.site(t.Site)
		name := joinNames(f.name, x.word())
		if x.required && len(x.at) > 0 {
			out = append(out, Try{Name: joinNames(name, "missing"), Value: lacking(f.value, x.at), Why: "lacks what its alternative demands"})
		}
		for _, try := range slices.Concat(site.Breaking(), site.Boundaries()) {
			made := try
			if made.Name = joinNames(name, try.Name); try.Keyword != "type" {
				made.Name = joinNames(name, try.Keyword, try.Name)
			}
			made.Value = replaced(f.value, x.at, try.in)
			made.Within, made.From = "", nil
			if made.Why = "has a value of one of its alternatives"; !made.Valid {
				made.Why += " with one thing wrong in it"
			}
			out = append(out, made)
		}
	}
	return out
}

// misnamed returns the value of a branch with the name of another alternative, and of
// none, where a discriminator names it.
func (t *trying) misnamed(f fitting) []Try {
	object, ok := f.value.(map[string]any)
	whole, composes := t.Composed.(composed)
	if !ok || !composes {
		return nil
	}
	var out []Try
	for _, d := range whole.schema.discriminators() {
		name, named := object[d.member].(string)
		if !named || d.among[name] == nil {
			continue
		}
		out = append(out, Try{
			Name: joinNames(f.name, "unknown-name"), Value: overlay(object, map[string]any{d.member: "unlisted"}),
			Why: "has a value of one of its alternatives that says it is of none",
		})
		for _, other := range d.names {
			if d.among[other] != d.among[name] {
				out = append(out, Try{
					Name: joinNames(f.name, "named", other), Value: overlay(object, map[string]any{d.member: other}),
					Why: "has a value of one of its alternatives that says it is of another",
				})
				break
			}
		}
	}
	return out
}

// TakesNull reports whether the schema says that null is valid, without doubt, beside
// other values.
func (s *Schema) TakesNull() bool {
	if s.Type == "null" || s.NullInDoubt || len(s.Check(nil)) > 0 {
		return false
	}
	whole, ok := s.Composed.(composed)
	return s.Nullable || ok && whole.schema.listsNull()
}

// listsNull reports whether one of the alternatives of a part is null, or may be.
func (s *Schema) listsNull() bool {
	if s.parts == nil {
		return false
	}
	return slices.ContainsFunc(slices.Concat(s.parts.any, s.parts.one), func(part *Schema) bool {
		return part.Type == "null" || part.Nullable && !part.NullInDoubt
	})
}

// discriminators lists those of a part and of what it is composed of.
func (s *Schema) discriminators() []*chosen {
	var out []*chosen
	visited := map[*Schema]bool{}
	var walk func(s *Schema)
	walk = func(s *Schema) {
		if visited[s] || s.parts == nil {
			return
		}
		visited[s] = true
		if s.parts.chosen != nil {
			out = append(out, s.parts.chosen)
		}
		for _, part := range s.parts.within() {
			walk(part)
		}
	}
	walk(s)
	return out
}

// in returns the value that a try puts in the place of a valid one.
func (t Try) in(valid any) any {
	if object, ok := valid.(map[string]any); ok && t.Within != "" {
		return overlay(object, map[string]any{t.Within: t.Value})
	}
	if t.From != nil {
		if v := t.From(valid); v != nil {
			return v
		}
	}
	return t.Value
}

// add keeps a try that does what it is meant for, once.
func (t *trying) add(try Try) {
	key := string(appendKey(nil, try.Value))
	if t.seen[key] || t.AsText && !scalar(typeOf(try.Value)) {
		return
	}
	try.Keyword = "schema"
	switch keeps := t.keeps(try.Value, strictly); {
	case try.Valid && keeps && len(t.fit) < maxFitting:
		t.fit = append(t.fit, try)
	case !try.Valid && !keeps && len(t.unfit) < maxUnfit && !t.keeps(try.Value, coercing):
		try.Inferred = try.Inferred || t.keeps(try.Value, coercing|hinted)
		t.unfit = append(t.unfit, try)
	default:
		return
	}
	t.seen[key] = true
}

// keeps reports whether a value, or the text of it, keeps to the schema for a reader.
func (t *trying) keeps(v any, by reader) bool {
	whole, ok := t.Composed.(composed)
	if !ok || !t.AsText {
		return ok && whole.keeps(v, by)
	}
	text := Text(v)
	if by&coercing != 0 && slices.Contains(truthWords, strings.ToLower(text)) && (whole.keeps(true, by) || whole.keeps(false, by)) {
		return true
	}
	read, ok := t.FromText(text) // which tries each type
	return ok && whole.keeps(read, by&hinted)
}

// truthWords are texts that some readers take for truth values.
var truthWords = []string{"0", "1", "y", "n", "yes", "no", "on", "off", "t", "f", "true", "false"}

// keeps reports whether a reader takes a value.
func (p composed) keeps(v any, by reader) bool {
	c := checking{one: true, by: by, limit: maxSteps + maxStepsEach*size(v)}
	p.schema.check(v, &c)
	return len(c.found) == 0 || c.steps > c.limit
}

// reader is how laxly values are read. Which of them a request is lawful for is not
// stated, so that what one of them takes need not be refused.
type reader int

const (
	strictly reader = 0
	// coercing takes numbers, truth values and texts for each other, a scalar for a list
	// of one, and null for absence.
	coercing reader = 1
	// hinted takes a discriminator for no more than a hint, one of several alternatives
	// for any, and members that are not listed.
	hinted reader = 2
)

// coerced reports whether a lax reader takes a value for one of the type of the schema
// that keeps to it.
func (s *Schema) coerced(v any, c *checking) bool {
	if c.by&coercing == 0 {
		return false
	}
	for _, other := range s.readAs(v) {
		if s.typed(other) {
			if found, _ := s.attempt(other, c); len(found) == 0 {
				return true
			}
		}
	}
	return false
}

// readAs returns what lax readers take a value for.
func (s *Schema) readAs(v any) []any {
	var out []any
	switch v := v.(type) {
	case string:
		for _, kind := range []string{"integer", "number", "boolean"} {
			if read, ok := fromText(kind, v); ok {
				out = append(out, read)
			}
		}
		if v == "" {
			out = append(out, nil)
		}
	case bool:
		n := int64(0)
		if v {
			n = 1
		}
		out = append(out, n, Text(v))
	case nil, []any, map[string]any:
	default:
		out = append(out, Text(v))
		if f, _ := Float(v); f == 0 || f == 1 {
			out = append(out, f == 1)
		}
	}
	switch v := v.(type) {
	case nil, map[string]any:
	case []any:
		if len(v) == 1 {
			out = append(out, v[0])
		}
	default:
		out = append(out, []any{v})
	}
	return out
}

// replaced copies a value with another at a place.
func replaced(v any, at Place, by func(valid any) any) any {
	if len(at) == 0 {
		return by(v)
	}
	switch node := v.(type) {
	case []any:
		out := slices.Clone(node)
		out[at[0].Index] = replaced(out[at[0].Index], at[1:], by)
		return out
	case map[string]any:
		out := maps.Clone(node)
		out[at[0].Member] = replaced(out[at[0].Member], at[1:], by)
		return out
	}
	return v
}

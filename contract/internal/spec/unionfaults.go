package spec

import "errors"

// Misreading is a wrong way to read a composed schema: what it is composed of, only
// this package knows.
type Misreading struct {
	Name, What string
	// Checker holds values to it. Refuses tells that it refuses what is valid; else it
	// takes what is not.
	Checker Checker
	Refuses bool
	// Shows is a value that it takes wrongly; Shown is false where none is known.
	Shows any
	Shown bool
	// Hint tells that some readers lawfully read it so.
	Hint bool
}

// Misreadings returns wrong ways to read a composed schema: with one of its
// alternatives left out, with one that is not looked into, and with a discriminator
// that is passed over.
func (s *Schema) Misreadings() []Misreading {
	whole, ok := s.Composed.(composed)
	if !ok || s.unread != nil {
		return nil
	}
	var out []Misreading
	t := trying{Site: Site{Schema: s, MaxText: maxStretched, MaxElements: 100}}
	all := s.fittings()
	for i, f := range all {
		without := apart{whole, f.part, otherParts(all, i)}
		out = append(out, Misreading{
			Name: "without-" + f.name, What: "what keeps to " + f.name + " alone is refused", Checker: without, Refuses: true,
			Shows: f.value, Shown: without.Check(f.value) != nil,
		})
		made := Misreading{Name: "unchecked-" + f.name, What: "whatever looks like " + f.name + " is taken", Checker: unchecked{whole, f.part, f.value}}
		for _, try := range t.spoilt(f) {
			if !try.Inferred && made.Checker.Check(try.Value) == nil && !whole.keeps(try.Value, coercing|hinted) {
				made.Shows, made.Shown = try.Value, true
				break
			}
		}
		out = append(out, made)
	}
	if len(whole.schema.discriminators()) == 0 {
		return out
	}
	ignored := Misreading{Name: "discriminator-ignored", What: "the discriminator is not looked at", Checker: lenient{whole}, Hint: true}
	for _, f := range all {
		for _, try := range t.misnamed(f) {
			if !ignored.Shown && whole.Check(try.Value) != nil && ignored.Checker.Check(try.Value) == nil && !whole.keeps(try.Value, coercing) {
				ignored.Shows, ignored.Shown = try.Value, true
			}
		}
	}
	return append(out, ignored)
}

func otherParts(all []fitting, but int) []*Schema {
	var out []*Schema
	for i, f := range all {
		if i != but {
			out = append(out, f.part)
		}
	}
	return out
}

// apart refuses what keeps to one part and to none of some others.
type apart struct {
	composed

	part   *Schema
	others []*Schema
}

// Check implements Checker.
func (p apart) Check(v any) error {
	if err := p.composed.Check(v); err != nil {
		return err
	}
	if !p.part.kept(v) {
		return nil
	}
	for _, other := range p.others {
		if other.kept(v) {
			return nil
		}
	}
	return errors.New("keeps to an alternative that is left out")
}

func (s *Schema) kept(v any) bool {
	return composed{schema: s}.keeps(v, strictly)
}

// unchecked takes what looks like the values of one part.
type unchecked struct {
	composed

	part *Schema
	like any
}

// Check implements Checker.
func (p unchecked) Check(v any) error {
	err := p.composed.Check(v)
	if err == nil || !p.resembles(v) {
		return err
	}
	return nil
}

// resembles reports whether a value is of the type of a part, and has its name where a
// discriminator gives it one.
func (p unchecked) resembles(v any) bool {
	if typeOf(v) != typeOf(p.like) {
		return false
	}
	object, ok := v.(map[string]any)
	like, alike := p.like.(map[string]any)
	if !ok || !alike {
		return true
	}
	for _, d := range p.part.discriminators() {
		if !Equal(object[d.member], like[d.member]) {
			return false
		}
	}
	return true
}

// lenient takes a discriminator for a hint.
type lenient struct{ composed }

// Check implements Checker.
func (p lenient) Check(v any) error {
	if p.keeps(v, hinted) {
		return nil
	}
	return p.composed.Check(v)
}

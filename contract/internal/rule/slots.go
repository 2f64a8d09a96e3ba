package rule

// A slot is one member of the input that an examination makes absent or gives
// values.
type slot struct {
	path     []string
	typ      *Type
	index    int   // in the trial's slots; parents come before their children
	parent   *slot // nil for a variable
	required bool

	// members is what an object is made of, if the rule reads its members one by
	// one. Its only value is then this map.
	members map[string]any
	values  []any
	finite  bool // values is all there is
}

// newTrial makes slots for the members that the expression reads and for all that
// they are within.
func newTrial(e *Env, x *Expression) *trial {
	t := &trial{expression: x, in: &Input{Now: baseTime}}
	known := map[string]*slot{}
	for _, path := range x.survey.reads.sorted() {
		t.addPath(e, known, path)
	}
	invent := newInventor(x.survey)
	if x.survey.now {
		now := &slot{path: []string{requestTime.name}, typ: &Type{Kind: requestTime.kind}, required: true}
		now.values = invent.values(&Field{Type: now.typ})
		t.add(now)
	}
	for _, s := range t.slots {
		s.fill(e, invent, x.survey)
	}
	return t
}

func (t *trial) add(s *slot) {
	s.index = len(t.slots)
	t.slots = append(t.slots, s)
}

// addPath makes the slots of a path, from its variable down.
func (t *trial) addPath(e *Env, known map[string]*slot, path []string) {
	here := place{path[:1], e.roots[path[0]].Type}
	required := variableOf(path[0]).parameters || e.roots[path[0]].Required
	var parent *slot
	for i := range path {
		if i > 0 {
			required = here.requires(path[i])
			here = here.below(path[i])
		}
		id := Spell(path[:i+1])
		if known[id] == nil {
			known[id] = &slot{path: path[:i+1], typ: here.typ, parent: parent, required: required}
			t.add(known[id])
		}
		if parent != nil && parent.members == nil {
			parent.members = map[string]any{}
		}
		parent = known[id]
	}
}

// below is the member of a place with this real name.
func (p place) below(name string) place {
	if field := p.field(name); field != nil {
		return place{join(p.path, name), field.Type}
	}
	return place{join(p.path, name), nil}
}

func (p place) requires(name string) bool {
	field := p.field(name)
	return field != nil && field.Required
}

func (p place) field(name string) *Field {
	if p.typ.kind() == Object {
		for i := range p.typ.Fields {
			if p.typ.Fields[i].Name == name {
				return &p.typ.Fields[i]
			}
		}
	}
	return nil
}

// fill gives a slot its values.
func (s *slot) fill(e *Env, invent *inventor, found *survey) {
	switch {
	case s.values != nil: // now
	case s.members != nil:
		s.values = []any{s.members}
		s.finite = !found.used.has(s.path) && (s.typ.kind() == Object || s.parent == nil)
	case !found.used.has(s.path): // only tested by has(): any value will do
		s.values = invent.values(s.field(e))[:1]
		s.finite = true
	default:
		field := s.field(e)
		s.values = invent.values(field)
		s.finite = field.Type.kind() == Bool || len(field.Domain) > 0 && len(s.values) == len(present(field.Domain))
	}
}

// field gives the field that a slot stands for, or one of unknown kind.
func (s *slot) field(e *Env) *Field {
	if s.parent == nil {
		return e.roots[s.path[0]]
	}
	outer := place{s.parent.path, s.parent.typ}
	if field := outer.field(s.path[len(s.path)-1]); field != nil {
		return field
	}
	return &Field{}
}

// guesses tells that some values are of a kind that nothing states.
func (t *trial) guesses() bool {
	for _, s := range t.slots {
		if s.typ.kind() == Any {
			return true
		}
	}
	return false
}

// finite tells that the values of the slots are all there is.
func (t *trial) finite() bool {
	for _, s := range t.slots {
		if !s.finite {
			return false
		}
	}
	return true
}

// apply makes the input that a state describes. The maps are used again each time.
func (t *trial) apply(state []int) {
	for i, s := range t.slots {
		var value any
		if state[i] != absent {
			value = s.values[state[i]]
		}
		switch {
		case s.parent == nil:
			t.in.set(s.path[0], value)
		case value == nil:
			delete(s.parent.members, s.path[len(s.path)-1])
		default:
			s.parent.members[s.path[len(s.path)-1]] = value
		}
	}
}

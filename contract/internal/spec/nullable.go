package spec

// In three places OpenAPI 3.0 says that null is not allowed, and who wrote it
// may have meant that it is: nullable beside a $ref, where everything is ignored
// (3.0.3, section 4.7.23); nullable beside allOf and its like, which still
// forbid null (the clarification of 3.0.3); and nullable beside an enum without
// null. There null is lawful in an answer; in a request it is neither demanded
// nor refused.

// orNull models a part that null is as good as.
func orNull(part *Schema) *Schema {
	return &Schema{At: part.At, Nullable: true, NullInDoubt: true, parts: &parts{all: []*Schema{part}}}
}

// doubtNull takes null for allowed where a reference says so.
func (s *Schema) doubtNull(at cursor) {
	if at.nullable && !s.Nullable {
		s.Nullable, s.NullInDoubt = true, true
	}
}

// nullOutside deals with an enum that lacks the null that is allowed beside it.
func (l *loader) nullOutside(s *Schema, at cursor, keyword string) {
	if !s.Nullable || s.Type == "null" || s.listed(nil) {
		return
	}
	if l.draft2020 {
		l.problem(at.in(keyword).at(), "%s does not list null, which is allowed beside it: list null too, or forbid it", keyword)
		return
	}
	s.NullInDoubt = true
	l.warn(at.in(keyword).at(), "%s does not list null, which nullable allows: null is taken in answers, and not tried in requests; "+
		"list null too, or forbid it", keyword)
}

// besideRef deals with nullable beside a $ref of OpenAPI 3.0.
func (l *loader) besideRef(holder cursor) {
	at := holder.step("nullable").at()
	if holder.scalar("nullable") != "true" {
		l.warn(at, "nullable beside $ref is ignored by OpenAPI 3.0: leave it out")
		return
	}
	l.warn(at, "nullable beside $ref is ignored by OpenAPI 3.0: null is taken in answers, and not tried in requests; "+
		"put the $ref into allOf, and nullable beside that")
}

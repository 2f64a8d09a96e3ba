package spec

import (
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/source"
)

func composes(v *openapi3.Schema) bool {
	return len(v.AllOf) > 0 || len(v.OneOf) > 0 || len(v.AnyOf) > 0 || v.Not != nil || len(severalTypes(v)) > 0
}

// severalTypes returns the types of a schema that has more than one, beside null.
func severalTypes(v *openapi3.Schema) []string {
	if len(v.Type.Slice()) < 2 {
		return nil
	}
	types := slices.DeleteFunc(slices.Clone(v.Type.Slice()), func(t string) bool { return t == "null" })
	if len(types) < 2 {
		return nil
	}
	return types
}

// opaque models a composed or recursive schema as one clause. Where any of it is
// inferred, all of it is: what breaks the clause may break just that.
func (l *loader) opaque(s scope, out *Schema, at cursor, v *openapi3.Schema, null null) *Schema {
	root := l.part(s.dir, at, v)
	l.unknot(root, l.unknotted)
	whole := composed{schema: root}
	has := l.within(root)
	out.unread = has.unread
	if s.dir == answer {
		whole.loose, whole.unanswered = has.forms && s.source == (clause.Source{}), has.unsent
	}
	root = orNull(root, null)
	whole.schema = root
	out.Composed, out.Type, out.Nullable = whole, root.kind(l.kinds), root.Nullable
	out.NullInDoubt = null == nullDoubt || v.Nullable && composes(v)
	var reasons []string
	for _, keyword := range stated(at, false) {
		if reason, ok := s.inferred[keyword]; ok {
			reasons = appendNew(reasons, reason)
		}
	}
	for _, reason := range l.hidden(at) {
		reasons = appendNew(reasons, reason)
	}
	if reasons != nil {
		s.inferred = map[string]string{"schema": strings.Join(reasons, "; ")}
	}
	l.clause(s, out.ID+".schema", at.at(), out.label()+" keeps to its composed schema")
	l.answerClauses(s, out, at, whole)
	if c := at.step(annotationKey).step("distinct"); c.exists() && composes(v) {
		l.problem(c.at(), "distinct is not read on a composed schema: put it on a member that is not")
	}
	l.examples(out, at, at)
	root.Example, root.Default = out.Example, out.Default
	return out
}

// answerClauses makes the clauses of a composed schema that only answers have.
func (l *loader) answerClauses(s scope, out *Schema, at cursor, whole composed) {
	if whole.loose {
		l.clause(s, out.ID+".format", at.at(), out.label()+" has the forms that its composed schema states")
	}
	// A member that is writeOnly itself has the clause already.
	if whole.unanswered && l.contract.byID[out.ID+".writeOnly"] == nil {
		l.writeOnly(s, out.ID, at, "no writeOnly member of "+out.label()+" is answered")
	}
}

// facts are what a composed schema has somewhere in it.
type facts struct {
	unsent bool     // a member that should not be sent
	forms  bool     // a form that values are held to
	unread []string // keywords that no value can be held to
}

func (f *facts) add(more facts) {
	f.unsent, f.forms = f.unsent || more.unsent, f.forms || more.forms
	for _, keyword := range more.unread {
		f.unread = appendNew(f.unread, keyword)
	}
}

// none reports whether nothing was found.
func (f *facts) none() bool { return !f.unsent && !f.forms && f.unread == nil }

// complete reports whether there is nothing more to be found.
func (l *loader) complete(f facts) bool {
	return f.unsent && f.forms && (!l.unreadable || f.unread != nil)
}

// within returns the facts of a part, and keeps them. What is known of a part within
// it is not looked for again, and where nothing is found there is nothing in any.
func (l *loader) within(root *Schema) facts {
	if known, ok := l.facts[root]; ok {
		return known
	}
	var out facts
	visited := map[*Schema]bool{}
	var walk func(s *Schema)
	walk = func(s *Schema) {
		if s == nil || visited[s] || l.complete(out) {
			return
		}
		visited[s] = true
		if known, ok := l.facts[s]; ok {
			out.add(known)
			return
		}
		out.add(facts{forms: s.checkedFormat(), unread: s.unread})
		for _, m := range s.Members {
			out.unsent = out.unsent || m.unsent()
			walk(m.Schema)
		}
		walk(s.Items)
		walk(s.Additional)
		for _, part := range s.parts.within() {
			walk(part)
		}
	}
	walk(root)
	if out.none() {
		for s := range visited {
			l.facts[s] = out
		}
	}
	l.facts[root] = out
	return out
}

// partKey tells parts apart: which members are required depends on who sends.
type partKey struct {
	schema *openapi3.Schema
	dir    direction
}

// part models a schema without clauses, once: a recursive one leads back to
// itself.
func (l *loader) part(dir direction, at cursor, v *openapi3.Schema) *Schema {
	key := partKey{v, dir}
	if known := l.parts[key]; known != nil {
		return known
	}
	out := &Schema{At: at.at()}
	l.parts[key] = out
	if !l.readable(out, at, v) {
		out.Composed = nil // its parts say it
		return out
	}
	l.fill(out, at, v)
	l.below(out, at, v, func(_ string, at cursor, ref *openapi3.SchemaRef) *Schema { return l.subpart(dir, at, ref) })
	l.partMembers(dir, out, at, v)
	l.borrow(dir, out, at)
	if composes(v) {
		out.parts = &parts{
			all: l.partList(dir, at.in("allOf"), v.AllOf), any: l.partList(dir, at.in("anyOf"), v.AnyOf),
			one: l.partList(dir, at.in("oneOf"), v.OneOf),
		}
		out.parts.excused = excused(v, dir)
		if types := severalTypes(v); types != nil {
			one := &parts{}
			for _, t := range types {
				one.any = append(one.any, &Schema{At: at.at(), Type: t})
			}
			out.parts.all = append(out.parts.all, &Schema{At: at.at(), parts: one})
		}
		if v.Not != nil {
			out.parts.not = l.subpart(dir, at.in("not"), v.Not)
		}
		l.discriminator(out.parts, at, v)
	}
	return out
}

func (l *loader) subpart(dir direction, at cursor, ref *openapi3.SchemaRef) *Schema {
	at, ref, null := l.unwrap(at, ref)
	if ref == nil || ref.Value == nil {
		return &Schema{At: at.at()}
	}
	return orNull(l.part(dir, at, ref.Value), null)
}

func (l *loader) partList(dir direction, at cursor, refs openapi3.SchemaRefs) []*Schema {
	var all []*Schema
	for i, ref := range refs {
		all = append(all, l.subpart(dir, at.index(i), ref))
	}
	return all
}

// partMembers models members. A part may require one that another describes.
func (l *loader) partMembers(dir direction, out *Schema, at cursor, v *openapi3.Schema) {
	required := set(v.Required)
	for _, key := range at.in("properties").keys() {
		if ref := v.Properties[key.Name]; ref != nil && ref.Value != nil {
			m := newMember(key.Name, ref.Value, required[key.Name], dir)
			m.Schema = l.subpart(dir, at.in("properties", key.Name), ref)
			out.Members = append(out.Members, m)
		}
	}
	for _, name := range v.Required {
		if v.Properties[name] == nil {
			out.Members = append(out.Members, &Member{Name: name, Required: true, Schema: &Schema{}, elsewhere: true})
		}
	}
	out.indexMembers()
}

// discriminator reads which alternative each value of the discriminator means:
// by its mapping, or by the name of the component (OpenAPI 3.0.3, 4.7.25).
func (l *loader) discriminator(p *parts, at cursor, v *openapi3.Schema) {
	if v.Discriminator == nil || len(v.OneOf)+len(v.AnyOf) == 0 {
		return
	}
	p.chosen = &chosen{member: v.Discriminator.PropertyName, among: map[string]*Schema{}}
	add := func(name string, part *Schema) {
		if p.chosen.among[name] == nil {
			p.chosen.names = append(p.chosen.names, name)
			p.chosen.among[name] = part
		}
	}
	refs, choices := slices.Concat(v.AnyOf, v.OneOf), slices.Concat(p.any, p.one)
	mapping := at.in("discriminator", "mapping")
	for _, key := range mapping.keys() {
		target := mapping.scalar(key.Name)
		i := slices.IndexFunc(refs, func(ref *openapi3.SchemaRef) bool {
			return ref.Ref != "" && (ref.Ref == target || component(ref.Ref) == target)
		})
		if i < 0 {
			l.warn(key.At(), "discriminator maps %q to %q, which is none of the alternatives: with that value all of them are tried", key.Name, target)
			p.chosen.open = true
			continue
		}
		add(key.Name, choices[i])
	}
	for i, ref := range refs {
		if ref.Ref == "" {
			l.warn(at.in("discriminator").at(), "discriminator cannot choose a schema without a name: all alternatives are tried; refer to each with $ref")
			p.chosen = nil
			return
		}
		add(component(ref.Ref), choices[i])
	}
}

// component is the name that a reference ends in.
func component(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

// kind returns the type of a part, its own or the one that its parts agree on.
// known keeps what is found: parts may share parts, again and again.
func (s *Schema) kind(known map[*Schema]string) string {
	if s.Type != "" || s.parts == nil {
		return s.Type
	}
	if kind, ok := known[s]; ok {
		return kind
	}
	kind := ""
	for _, part := range s.parts.all {
		if kind == "" {
			kind = part.kind(known)
		}
	}
	if kind == "" {
		kind = common(slices.Concat(s.parts.any, s.parts.one), known)
	}
	known[s] = kind
	return kind
}

// common returns the type that all alternatives have, or "".
func common(alternatives []*Schema, known map[*Schema]string) string {
	kind := ""
	for i, part := range alternatives {
		switch k := part.kind(known); {
		case i == 0:
			kind = k
		case k != kind:
			return ""
		}
	}
	return kind
}

// hidden reads the annotations below a composed schema, and gives the reasons of
// what they say is inferred.
func (l *loader) hidden(c cursor) []string {
	if !l.annotated {
		return nil // there is nothing to look for
	}
	var reasons []string
	visited := map[*source.Node]bool{}
	var walk func(c cursor, depth int)
	walk = func(c cursor, depth int) {
		if c.node == nil || depth > maxDepth || visited[c.node] {
			return
		}
		visited[c.node] = true
		if depth > 0 && c.step(annotationKey).exists() {
			for _, reason := range l.hiddenAnnotation(c) {
				reasons = appendNew(reasons, reason)
			}
		}
		for _, child := range c.children() {
			walk(child.follow(), depth+1)
		}
	}
	walk(c, 0)
	return reasons
}

// hiddenAnnotation reads what one annotation says is inferred. If it says what
// only a place can have, it is left to be reported, unless another use of the
// schema reads it.
func (l *loader) hiddenAnnotation(c cursor) []string {
	at := c.step(annotationKey)
	var reasons []string
	for _, reason := range at.in("inferred").children() {
		reasons = append(reasons, reason.node.Text())
	}
	for _, key := range at.keys() {
		if key.Name != "source" && key.Name != "inferred" {
			l.marks[at.node] = key.Name
			return reasons
		}
	}
	l.annotate(c, onSchema)
	return reasons
}

func appendNew(texts []string, text string) []string {
	if slices.Contains(texts, text) {
		return texts
	}
	return append(texts, text)
}

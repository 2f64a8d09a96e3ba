package prove

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/internal/source"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
)

// maxSeedProblems is how many problems of seed data are listed.
const maxSeedProblems = 20

// seeds reads the things that are there when a mock starts.
type seeds struct {
	*maker

	resources []*world.Resource
	most      int
	things    []*remembered
	places    map[string]bool
	size      int
	made      int64
	seeded    map[*world.Resource]bool
	problems  []error
}

// seed reads seed data: JSON or YAML, in which a collection's path has a list of things.
func (m *maker) seed(o MockOptions, resources []*world.Resource, most int) (*seeds, error) {
	s := &seeds{maker: m, resources: resources, most: most, places: map[string]bool{}, seeded: map[*world.Resource]bool{}}
	if o.Seed == nil {
		return s, nil
	}
	root, found, err := source.Parse(o.SeedName, o.Seed)
	for _, p := range found {
		if p.Severity != source.Note {
			s.problems = append(s.problems, errors.New(p.String()))
		}
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", err, contract.ErrUsage)
	case root.Kind() != source.Mapping:
		s.say(root, `write a mapping of the paths of collections to lists of things, such as {"/pets": [{"name": "Rex"}]}`)
	}
	collections := root.Members()
	slices.SortStableFunc(collections, func(a, b source.Member) int { // what stands above comes first
		return len(world.Segments(a.Name)) - len(world.Segments(b.Name))
	})
	for _, c := range collections {
		s.collection(c.Name, c.Value)
	}
	if more := len(s.problems) - maxSeedProblems; more > 0 {
		s.problems = append(s.problems[:maxSeedProblems], fmt.Errorf("and %d more problems", more))
	}
	if len(s.problems) > 0 {
		return nil, fmt.Errorf("%w: %w", errors.Join(s.problems...), contract.ErrUsage)
	}
	return s, nil
}

func (s *seeds) say(at *source.Node, format string, args ...any) {
	s.problems = append(s.problems, fmt.Errorf("%s: %s", at.At(), fmt.Sprintf(format, args...)))
}

// collection reads the things of a collection.
func (s *seeds) collection(name string, list *source.Node) {
	path := world.Segments(name)
	r := s.resource(path)
	switch {
	case r == nil:
		s.say(list, "%s: the contract has no such collection: %s", name, source.DidYouMean(name, s.known()))
		return
	case list.Kind() != source.Sequence:
		s.say(list, "%s: write a list of things", name)
		return
	case len(list.Items()) > s.most:
		s.say(list, "%s: there are %d things, and a mock keeps %d of a collection: leave some out, or let it keep more", name, len(list.Items()), s.most)
		return
	}
	if above := s.missingAbove(path); above != "" {
		s.say(list, "%s: there is no %s: give it under the path of its collection", name, above)
		return
	}
	for i, item := range list.Items() {
		s.thing(r, path, fmt.Sprintf("%s[%d]", name, i), item)
	}
	s.seeded[r] = true
}

// resource finds the resource whose things a collection has; nil where there is none.
func (s *seeds) resource(path []string) *world.Resource {
	var found *world.Resource
	for _, r := range s.resources {
		if !s.memorable(r) || !r.Collects(path) {
			continue
		}
		if found == nil || strings.Count(r.Name, "{") < strings.Count(found.Name, "{") {
			found = r
		}
	}
	return found
}

// known lists the collections that the contract has.
func (s *seeds) known() []string {
	var out []string
	for _, r := range s.resources {
		if s.memorable(r) {
			out = append(out, r.Name[:strings.LastIndexByte(r.Name, '/')])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// missingAbove gives the path of what a collection is below and is not there; "" if all is.
func (s *seeds) missingAbove(path []string) string {
	for n := 2; n < len(path); n++ {
		if r := s.resource(path[:n-1]); r != nil && r.Maker != nil && !s.places[placed(path[:n])] {
			return placed(path[:n])
		}
	}
	return ""
}

// thing reads one thing.
func (s *seeds) thing(r *world.Resource, path []string, where string, item *source.Node) {
	data, err := item.JSON()
	if err != nil {
		s.say(item, "%s: %s", where, err)
		return
	}
	value, _ := spec.ParseJSON(data)
	sent, ok := value.(map[string]any)
	if !ok {
		s.say(item, "%s: write an object, as its schema has it", where)
		return
	}
	schema, naming := s.schemaOf(r, sent)
	thing := &remembered{resource: r, sent: sent, seeded: true, size: len(data) + thingSize}
	if named := within(sent, naming); len(naming) > 0 && len(named) == 1 {
		thing.name = named[0]
	} else if thing.name = s.free(r, path); thing.name == nil {
		s.say(item, "%s: it has no id: give it one", where)
		return
	}
	thing.at = append(slices.Clone(path), spec.Text(thing.name))
	if s.check(r, schema, where, item, thing, naming); s.places[placed(thing.at)] {
		s.say(item, "%s: there is another %s already: give each its own id", where, placed(thing.at))
	}
	if s.size += thing.size; s.size > maxKept {
		s.say(item, "%s: seed data takes more than %d MiB, which a mock does not keep: leave some out", where, maxKept>>20)
	}
	s.places[placed(thing.at)] = true
	s.things = append(s.things, thing)
}

// schemaOf gives the schema of a thing as it is read, or else as it is listed, and
// where it has its name.
func (s *seeds) schemaOf(r *world.Resource, sent map[string]any) (schema *spec.Schema, naming []string) {
	switch list := r.List(); {
	case r.Reads != nil && s.successes[r.Reads.ID] != nil && s.successes[r.Reads.ID].schema != nil:
		schema = s.successes[r.Reads.ID].schema
	case list != nil:
		schema = list.Item
	default:
		return &spec.Schema{}, nil
	}
	naming = r.Naming(schema)
	if len(naming) == 2 && sent[naming[0]] == nil { // in a wrapper
		schema, naming = schema.Member(naming[0]).Schema, naming[1:]
	}
	return schema, naming
}

// check holds a thing to its schema. Its name may be missing: it is made up then.
func (s *seeds) check(r *world.Resource, schema *spec.Schema, where string, item *source.Node, thing *remembered, naming []string) {
	whole := maps.Clone(thing.sent)
	if len(naming) == 1 {
		whole[naming[0]] = thing.name
	}
	sendable := &spec.Schema{}
	if r.Maker != nil {
		sendable = cmp.Or(r.Maker.Operation.Body.JSON(), sendable)
	}
	found := slices.DeleteFunc(schema.Check(whole), func(v spec.Violation) bool {
		_, given := whole[v.Where]
		return !given && onlyServed(v.Where, sendable, schema)
	})
	for _, v := range found {
		s.violated(item, where, v)
	}
	for _, name := range slices.Sorted(maps.Keys(thing.sent)) {
		member := sendable.Member(name)
		switch {
		case member == nil && schema.Member(name) == nil && !openEnded(schema):
			s.say(item.Get(name), "%s: nothing is documented as %q: %s", where, name, source.DidYouMean(name, memberNames(schema)))
		case member != nil && len(found) == 0: // what may be sent is often said better
			for _, v := range member.Schema.Check(thing.sent[name]) {
				s.violated(item.Get(name), where+"."+name, v)
			}
		}
	}
	if own := r.Schema(); own != nil && len(own.Check(thing.name)) > 0 {
		s.say(item, "%s: %s cannot stand in the path %s: it %s", where, spec.Text(thing.name), r.Name, own.Check(thing.name)[0].Message)
	}
}

// onlyServed reports whether a member of things is none of what they are made with: a
// server gives it, such as the time of the making, and so does a mock.
func onlyServed(name string, sendable, schema *spec.Schema) bool {
	return len(sendable.Members) > 0 && sendable.Member(name) == nil && schema.Member(name) != nil
}

// openEnded reports whether things may have members that are not listed, or are refused for
// them anyhow.
func openEnded(s *spec.Schema) bool {
	return s.Composed != nil || s.Additional != nil || s.Closed || len(s.Members) == 0
}

func (s *seeds) violated(at *source.Node, where string, v spec.Violation) {
	s.say(at, "%s %s", strings.TrimSuffix(where+"."+v.Where, "."), v.Message)
}

func memberNames(s *spec.Schema) []string {
	var names []string
	for _, m := range s.Members {
		names = append(names, m.Name)
	}
	return names
}

// free makes up a name that is free; nil if none can be.
func (s *seeds) free(r *world.Resource, path []string) any {
	for range maxThingsNamed {
		s.made++
		name, ok := s.newName(r, s.made)
		if !ok {
			return nil
		}
		if !s.places[placed(append(slices.Clone(path), spec.Text(name)))] {
			return name
		}
	}
	return nil
}

package rule

import (
	"fmt"
	"slices"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
)

// An AbsentError says that a rule read a member that the input does not have.
type AbsentError struct {
	Path []string // such as query, limit; "[]" stands for an item of a list
}

// Error names the member as a rule writes it.
func (e *AbsentError) Error() string { return Spell(e.Path) + " is absent" }

// objects is CEL's source of types: it adds the object types of an environment
// to the standard ones. Objects are declared when their parent's members are
// first looked at, so an environment costs nothing for the schemas that no rule
// reads, and one that refers to itself has no end but is no trouble.
type objects struct {
	types.Provider // the standard types

	// missed, if set, is told each name that is looked for in vain.
	missed func(o *object, name string)

	mu     sync.Mutex
	byName map[string]*object
}

// An object is the type of one place in the input. Places that share a [Type] do
// not share an object: an absent member is to be reported by its own path.
type object struct {
	path    []string
	typ     *Type
	members map[string]*types.FieldType // by key
}

// declare makes the object type of a place known and gives its name. A blank in
// it keeps rules from writing object literals.
func (s *objects) declare(path []string, typ *Type) string {
	name := "object " + Spell(path)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byName[name] == nil {
		s.byName[name] = &object{path: path, typ: typ}
	}
	return name
}

func (s *objects) celType(path []string, typ *Type) *cel.Type {
	switch typ.kind() {
	case Bool:
		return cel.BoolType
	case Int:
		return cel.IntType
	case Double:
		return cel.DoubleType
	case String:
		return cel.StringType
	case Timestamp:
		return cel.TimestampType
	case List:
		return cel.ListType(s.celType(join(path, item), typ.Elem))
	case Object:
		return cel.ObjectType(s.declare(path, typ))
	}
	return cel.DynType
}

// FindStructType implements [types.Provider].
func (s *objects) FindStructType(name string) (*types.Type, bool) {
	if s.find(name) != nil {
		return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
	}
	return s.Provider.FindStructType(name)
}

// FindStructFieldType implements [types.Provider].
func (s *objects) FindStructFieldType(name, member string) (*types.FieldType, bool) {
	o := s.find(name)
	if o == nil {
		return s.Provider.FindStructFieldType(name, member)
	}
	field := o.typ.find(member)
	if field == nil {
		if s.missed != nil {
			s.missed(o, member)
		}
		return nil, false
	}
	return s.member(o, field), true
}

func (s *objects) find(name string) *object {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byName[name]
}

// member gives the accessors of a member, which read the Go map itself.
func (s *objects) member(o *object, field *Field) *types.FieldType {
	s.mu.Lock()
	known := o.members[field.Name]
	s.mu.Unlock()
	if known != nil {
		return known
	}
	path := join(o.path, field.Name)
	member := &types.FieldType{
		Type:    s.celType(path, field.Type),
		IsSet:   isSet(field.Name),
		GetFrom: getter(path, field.Type.kind()),
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if o.members == nil {
		o.members = map[string]*types.FieldType{}
	}
	o.members[field.Name] = member
	return member
}

func isSet(name string) func(any) bool {
	return func(target any) bool {
		members, _ := target.(map[string]any)
		return members[name] != nil
	}
}

func getter(path []string, kind Kind) func(any) (any, error) {
	name := path[len(path)-1]
	absent := error(&AbsentError{Path: path})
	return func(target any) (any, error) {
		members, _ := target.(map[string]any)
		value := members[name]
		if value == nil {
			return nil, absent
		}
		converted, ok := convert(kind, value)
		if !ok {
			return nil, fmt.Errorf("%s is a Go %T, which is no %s", Spell(path), value, kind)
		}
		return converted, nil
	}
}

// find gives the field that a rule calls by this key, or nil.
func (t *Type) find(name string) *Field {
	for i := range t.Fields {
		if key(t.Fields[i].Name) == name {
			return &t.Fields[i]
		}
	}
	return nil
}

func (o *object) keys() []string {
	keys := make([]string, len(o.typ.Fields))
	for i, field := range o.typ.Fields {
		keys[i] = key(field.Name)
	}
	return keys
}

// join appends to a path without sharing its array.
func join(path []string, name string) []string {
	return append(slices.Clip(path), name)
}

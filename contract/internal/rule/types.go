package rule

import "time"

// A Kind is the sort of value that a member has.
type Kind int

// The kinds, each with its Go form: the type that its values have in an
// [Input], a domain and a sample.
const (
	Any       Kind = iota // unknown before it is read; any of the forms below
	Bool                  // bool
	Int                   // int64
	Double                // float64
	String                // string
	Timestamp             // time.Time
	List                  // []any
	Object                // map[string]any; members that are not declared cannot be read
)

var kindNames = [...]string{"any", "bool", "int", "double", "string", "timestamp", "list", "object"}

// String gives the kind's name in CEL.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return "unknown"
	}
	return kindNames[k]
}

// A Type describes a value. A nil *Type is one of kind [Any]. Types may refer to
// themselves.
type Type struct {
	Kind   Kind
	Elem   *Type   // of a List's items
	Fields []Field // of an Object
}

// A Field is a member of an object, or a variable.
type Field struct {
	Name     string // as on the wire
	Type     *Type
	Required bool // always present, and not null, in a valid request

	// Domain is the finite set of values, an enum; empty if there is none. A Bool
	// is finite without one.
	Domain []any
	// Samples are a few valid values, the most ordinary first and the bounds among
	// them. [Env.Examine] tries the first four before those it invents.
	Samples []any
	// Accepts tells whether a value that Examine invented may occur; nil accepts
	// all. It keeps a rule that divides by a member from being reported for a zero
	// that the member's schema forbids.
	Accepts func(value any) bool
}

// An Input is what one request, and the answer to it, give a rule to read, in the
// Go forms of the kinds. An absent member is an absent key; a nil value counts as
// absent.
type Input struct {
	Path, Query, Header, Cookie map[string]any
	Body                        any // nil if there is none
	Now                         time.Time

	Status       int64
	Answer       any // nil if there is none
	AnswerHeader map[string]any
}

func (t *Type) kind() Kind {
	if t == nil {
		return Any
	}
	return t.Kind
}

func (t *Type) elem() *Type {
	if t == nil {
		return nil
	}
	return t.Elem
}

// convert gives value in the Go form of a kind and reports whether it can.
// Decoders of JSON do not tell 5 from 5.0, so whole numbers pass as either.
func convert(kind Kind, value any) (any, bool) {
	ok := true
	switch kind {
	case Bool:
		_, ok = value.(bool)
	case Int:
		return convertInt(value)
	case Double:
		return convertDouble(value)
	case String:
		_, ok = value.(string)
	case Timestamp:
		_, ok = value.(time.Time)
	case List:
		_, ok = value.([]any)
	case Object:
		_, ok = value.(map[string]any)
	}
	return value, ok
}

func convertInt(value any) (any, bool) {
	switch v := value.(type) {
	case int64:
		return value, true
	case int:
		return int64(v), true
	case float64:
		// -2⁶³ is a float64, 2⁶³-1 is not: hence < on the right.
		if v >= -1<<63 && v < 1<<63 && v == float64(int64(v)) {
			return int64(v), true
		}
	}
	return value, false
}

func convertDouble(value any) (any, bool) {
	switch v := value.(type) {
	case float64:
		return value, true
	case int64:
		return float64(v), true
	case int:
		return float64(v), true
	}
	return value, false
}

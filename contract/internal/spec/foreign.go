package spec

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/apiclause/clause/contract/internal/source"
)

// judgedKeywords are those of JSON Schema 2020-12 that the model has no words for.
// A library says of each value whether a schema that has one is kept, yes or no,
// and nothing more: it comes to one clause. What else the schema states is checked
// as ever.
var judgedKeywords = source.Keywords2020

// foreign is a schema as the library has it.
type foreign struct {
	keywords []string // those that it is here for
	at       cursor   // where it stands
	// schema is nil if the library cannot read it: nothing is held to it.
	schema *jsonschema.Schema
}

// The bounds of what is given to the library: of a value that has a million faults
// it lists a million.
const (
	maxForeign     = 100_000 // values, all together in one check
	maxForeignText = 400     // digits of a number, and its exponent
)

// checkForeign asks the library where nothing else is wrong: what else is wrong
// has a clause of its own.
func (s *Schema) checkForeign(v any, c *checking) {
	if v == nil && s.Nullable {
		return
	}
	c.judged += size(v)
	if c.judged > maxForeign || s.foreign.keeps(v) {
		return
	}
	c.add(s.ID+".schema", "does not keep to what the schema states as "+s.foreign.String())
}

// String names the keywords.
func (f *foreign) String() string { return strings.Join(f.keywords, ", ") }

// Judged names the keywords of the schema that are judged, and not planned for.
func (s *Schema) Judged() string {
	if s.foreign == nil {
		return ""
	}
	return s.foreign.String()
}

// Unread names the keywords of the schema that no value can be held to: whether a
// value that was made up is valid nobody knows.
func (s *Schema) Unread() string { return strings.Join(s.unread, ", ") }

// Planned returns a copy of the schema without the keywords that are judged alone.
func (s *Schema) Planned() *Schema {
	out := *s
	out.foreign = nil
	return &out
}

// keeps reports whether a value keeps to the schema. Where that cannot be decided,
// it does.
func (f *foreign) keeps(v any) bool {
	if f.schema == nil {
		return true
	}
	kept := true
	failed := guard(func() error {
		err := f.schema.Validate(bounded(v))
		invalid, is := errors.AsType[*jsonschema.ValidationError](err)
		kept = !is || undecided(invalid)
		return nil
	})
	return kept || failed != nil
}

// undecided reports whether the library went round in a circle.
func undecided(err *jsonschema.ValidationError) bool {
	_, circle := err.ErrorKind.(*kind.RefCycle)
	return circle || slices.ContainsFunc(err.Causes, undecided)
}

// bounded returns a value with numbers that can be computed with: of others only
// their sign matters, and whether they are large or small.
func bounded(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = bounded(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, member := range v {
			out[name] = bounded(member)
		}
		return out
	case json.Number:
		return boundedNumber(v)
	}
	return v
}

func boundedNumber(n json.Number) json.Number {
	digits, exponent, _ := strings.Cut(strings.ToLower(n.String()), "e")
	e, err := strconv.Atoi(exponent)
	if exponent != "" && (err != nil || e > maxForeignText || e < -maxForeignText) || len(digits) > maxForeignText {
		sign := ""
		if strings.HasPrefix(digits, "-") {
			sign = "-"
		}
		f, _ := strconv.ParseFloat(n.String(), 64)
		switch {
		case strings.Trim(digits, "-0.") == "":
			return "0"
		case math.IsInf(f, 0):
			return json.Number(sign + "1e" + strconv.Itoa(maxForeignText))
		case f == 0:
			return json.Number(sign + "1e-" + strconv.Itoa(maxForeignText))
		}
		return json.Number(strconv.FormatFloat(f, 'g', -1, 64))
	}
	return n
}

package prove

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strconv"

	"github.com/apiclause/clause/contract/internal/spec"
)

// wrapped takes a number past 64 bits for another, as fixed-width arithmetic does.
var wrapped = lax{
	name: "wrapped", how: "a number past 64 bits is taken modulo 2 to the power of 64", read: onText(func(text string) string {
		n, ok := new(big.Int).SetString(text, 10)
		if !ok || n.IsInt64() {
			return text
		}
		return strconv.FormatInt(int64(new(big.Int).And(n, new(big.Int).SetUint64(math.MaxUint64)).Uint64()), 10)
	}),
}

// overflow wraps a number around that has too many digits for its limit.
func (b *builder) overflow(at *place) {
	if at.Schema.Type != "integer" || at.Schema.Maximum == nil {
		return
	}
	l := wrapped
	if format := at.Schema.Format; at.ranged() {
		l.excluded = "a number past 64 bits breaks the format " + format + " as well"
	}
	b.reader(Type, at, at.clause(at.Schema.MaximumKeyword()), l)
}

// widths does not check that a number is in the range of its format, and wraps a
// number around that is not.
func (b *builder) widths(at *place, id string) {
	b.add(Fault{
		Name: "dropped", Clause: id, Class: Form, Description: "the form of " + at.label() + " is not checked", Excluded: at.unwide(),
		design: design{model: withSchema(b.model, at, func(s *spec.Schema) { s.Format = "" })},
	})
	if at.AsText() && at.Schema.Format == "int64" && at.Schema.Maximum == nil {
		b.reader(Form, at, id, wrapped)
	}
}

// ranged tells that the format of a place limits a number.
func (at *place) ranged() bool {
	return at.Schema.Type == "integer" && (at.Schema.Format == "int32" || at.Schema.Format == "int64")
}

// unwide says why no number shows whether the range of a format is checked, or
// gives "".
func (at *place) unwide() string {
	if !at.ranged() {
		return ""
	}
	if at.AsText() && at.Schema.Format == "int64" {
		return "what is past 64 bits is refused as no integer, whatever its format"
	}
	bits := uint(31)
	if at.Schema.Format == "int64" {
		bits = 63
	}
	end := new(big.Int).Lsh(big.NewInt(1), bits)
	for _, n := range []*big.Int{end, new(big.Int).Sub(new(big.Int).Neg(end), big.NewInt(1))} {
		if breaksOnly(at.Schema, json.Number(n.String()), at.clause("format")) {
			return ""
		}
	}
	return fmt.Sprintf("what is no %s always breaks another limit as well", at.Schema.Format)
}

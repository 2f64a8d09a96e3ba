package rule

import (
	"math"
	"time"

	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"cel.dev/cel-go/interpreter"
)

// The first and last moments of a CEL timestamp.
var (
	firstTime = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	lastTime  = time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
)

// bounded replaces the operations on times and lists whose result can leave
// their range. CEL's own report an error there, and a rule that fails refuses
// nothing: start=0001-01-01 would lift the limit of a window. Which of two values
// is the greater comes out the same at the end of the range as beyond it.
func bounded(step interpreter.InterpretableV2) (interpreter.InterpretableV2, error) {
	call, ok := step.(interpreter.InterpretableCall)
	if !ok {
		return step, nil
	}
	var operation func(a, b ref.Val) ref.Val
	switch call.OverloadID() {
	case overloads.SubtractTimestampTimestamp:
		operation = between
	case overloads.AddTimestampDuration:
		operation = func(a, b ref.Val) ref.Val { return shift(a, b, false) }
	case overloads.AddDurationTimestamp:
		operation = func(a, b ref.Val) ref.Val { return shift(b, a, false) }
	case overloads.SubtractTimestampDuration:
		operation = func(a, b ref.Val) ref.Val { return shift(a, b, true) }
	case overloads.AddList, "": // "" is only known at run time
		if call.Function() != operators.Add {
			return step, nil
		}
		operation = add
	default:
		return step, nil
	}
	return interpreter.NewCall(call.ID(), call.Function(), call.OverloadID(), call.Args(),
		func(args ...ref.Val) ref.Val { return operation(args[0], args[1]) }), nil
}

// between is a - b of two timestamps. [time.Time.Sub] stops at the ends of its range.
func between(a, b ref.Val) ref.Val {
	end, ok := a.(types.Timestamp)
	start, okToo := b.(types.Timestamp)
	if !ok || !okToo {
		return types.MaybeNoSuchOverloadErr(a)
	}
	return types.Duration{Duration: end.Sub(start.Time)}
}

// shift is a timestamp plus or minus a duration.
func shift(timestamp, duration ref.Val, back bool) ref.Val {
	t, ok := timestamp.(types.Timestamp)
	d, okToo := duration.(types.Duration)
	if !ok || !okToo {
		return types.MaybeNoSuchOverloadErr(timestamp)
	}
	by := max(d.Duration, -math.MaxInt64) // whose negative is a duration too
	if back {
		by = -by
	}
	moved := t.Time.Add(by)
	if moved.Before(firstTime) {
		moved = firstTime
	}
	if moved.After(lastTime) {
		moved = lastTime
	}
	return types.Timestamp{Time: moved}
}

// add is CEL's own, with an end to lists: loops could double one at each step, and
// what compares two such lists is charged for it only afterwards.
func add(a, b ref.Val) ref.Val {
	adder, ok := a.(traits.Adder)
	if !ok {
		return types.MaybeNoSuchOverloadErr(a)
	}
	// A loop collects its results in a mutable list, one at a time.
	_, collecting := a.(traits.MutableLister)
	left, isList := a.(traits.Sizer)
	right, areLists := b.(traits.Lister)
	if isList && areLists && !collecting && length(left)+length(right) > maxJoined {
		return types.NewErr("a list would have more than %d items", maxJoined)
	}
	return adder.Add(b)
}

func length(list traits.Sizer) int64 {
	size, _ := list.Size().(types.Int)
	return int64(size)
}

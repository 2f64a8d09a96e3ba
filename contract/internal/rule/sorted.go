package rule

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// sorting are the functions that tell whether a list is in order, and which of its
// neighbours' comparisons they do not allow. The first is called as in the list
// library of Kubernetes.
var sorting = map[string]types.Int{"isSorted": types.IntOne, "isSortedDescending": types.IntNegOne}

// sortable are the kinds of items that have an order, by the ends of the ids of
// their overloads.
var sortable = map[string]*cel.Type{
	"bool": cel.BoolType, "int": cel.IntType, "double": cel.DoubleType, "string": cel.StringType,
	"timestamp": cel.TimestampType, "duration": cel.DurationType,
}

// sortFunctions declares them.
func sortFunctions() []cel.EnvOption {
	var out []cel.EnvOption
	for name, wrong := range sorting {
		var overloads []cel.FunctionOpt
		for kind, item := range sortable {
			overloads = append(overloads, cel.MemberOverload("list_"+kind+"_"+name, []*cel.Type{cel.ListType(item)}, cel.BoolType,
				cel.UnaryBinding(func(list ref.Val) ref.Val { return inOrder(list, wrong) })))
		}
		out = append(out, cel.Function(name, overloads...))
	}
	return out
}

// inOrder tells that no item of a list compares with the next one as it must not.
// Equal items may follow each other.
func inOrder(list ref.Val, wrong types.Int) ref.Val {
	items, ok := list.(traits.Lister)
	if !ok {
		return types.MaybeNoSuchOverloadErr(list)
	}
	n := types.Int(length(items))
	for i := types.Int(1); i < n; i++ {
		before, ok := items.Get(i - 1).(traits.Comparer)
		if !ok {
			return types.MaybeNoSuchOverloadErr(items.Get(i - 1))
		}
		switch is := before.Compare(items.Get(i)); {
		case types.IsUnknownOrError(is):
			return is
		case is == wrong:
			return types.False
		}
	}
	return types.True
}

// costs are those of the functions that CEL does not know.
type costs struct{}

func (costs) CallCost(function, _ string, args []ref.Val, _ ref.Val) *uint64 {
	if _, ok := sorting[function]; !ok || len(args) == 0 {
		return nil
	}
	cost := uint64(1)
	if list, ok := args[0].(traits.Lister); ok {
		cost += uint64(max(0, length(list)))
	}
	return &cost
}

var _ cost.ActualCostEstimator = costs{}

package session

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/target"
)

// authenticable refuses credentials for a security scheme that the contract does
// not have, or that are not for it: they would not be sent, in silence.
func authenticable(model *spec.Contract, t *target.Target) error {
	schemes := make([]target.Scheme, 0, len(model.Schemes))
	for _, s := range model.Schemes {
		schemes = append(schemes, run.Described(s))
	}
	if err := t.CheckSchemes(schemes); err != nil {
		return AsUsage(err)
	}
	return nil
}

// provocation gives what provokes a status, its parameters in a fixed order.
func provocation(p target.Provoke) plan.Provocation {
	out := plan.Provocation{Body: plan.FilledAll(p.Body)}
	for _, group := range groups(p) {
		for _, name := range slices.Sorted(maps.Keys(group.values)) {
			out.Parameters = append(out.Parameters, plan.Parameter{In: group.in, Name: name, Value: plan.Filled(group.values[name])})
		}
	}
	return out
}

// provoked lists the statuses that a target says how to get from an operation: all
// that are given for it alone, and of the others those that it documents by
// themselves.
func provoked(model *spec.Contract, t *target.Target) func(operation string) []string {
	return func(operation string) []string {
		out := slices.Collect(maps.Keys(t.OperationProvoke[operation]))
		op := model.Operation(operation)
		for status := range t.Provoke {
			if op != nil && !slices.Contains(out, status) && slices.ContainsFunc(op.Responses, func(r *spec.Response) bool { return r.Status == status }) {
				out = append(out, status)
			}
		}
		slices.Sort(out)
		return out
	}
}

type group struct {
	in     string
	values map[string]string
}

func groups(p target.Provoke) []group {
	return []group{{"path", p.Path}, {"query", p.Query}, {"header", p.Header}}
}

// provokable refuses what a target says of a status that nothing documents, or
// of a path parameter that no path has: it would change nothing, and the target
// would be blamed for that.
func provokable(model *spec.Contract, t *target.Target) error {
	check := func(operations []*spec.Operation, provoke map[string]target.Provoke) error {
		for _, status := range slices.Sorted(maps.Keys(provoke)) {
			if err := provokes(operations, status, provoke[status]); err != nil {
				return usage("target %s: provoke: %w", t.Name, err)
			}
		}
		return nil
	}
	if err := check(model.Operations, t.Provoke); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(t.OperationProvoke)) {
		op := model.Operation(id)
		if op == nil {
			return usage("target %s: provoke: the contract has no operation %q", t.Name, id)
		}
		if err := check([]*spec.Operation{op}, t.OperationProvoke[id]); err != nil {
			return err
		}
	}
	return nil
}

func provokes(operations []*spec.Operation, status string, p target.Provoke) error {
	var documented, paths []string
	fits, body := false, false
	for _, op := range operations {
		for _, r := range op.Responses {
			documented = append(documented, r.Status)
		}
		if op.Response(status) == nil {
			continue
		}
		fits, body = true, body || op.Body != nil && op.Body.Main() != nil
		for _, one := range op.Parameters {
			if one.In == "path" {
				paths = append(paths, one.Name)
			}
		}
	}
	switch {
	case !fits:
		return fmt.Errorf("no operation documents %s: use %s", status, OneOf(documented))
	case p.Body != nil && !body:
		return fmt.Errorf("%s: no operation that documents it has a body that can be written: leave body out", status)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Path)) {
		if !slices.Contains(paths, name) {
			return fmt.Errorf("%s: no path has the parameter %q: use %s", status, name, OneOf(paths))
		}
	}
	return nil
}

// OneOf lists the names that can be used instead of a wrong one.
func OneOf(names []string) string {
	slices.Sort(names)
	if names = slices.Compact(names); len(names) == 0 {
		return "none, for there is none"
	}
	return strings.Join(names, " or ")
}

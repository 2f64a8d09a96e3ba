package prove

import (
	"slices"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/internal/loaded"
	"github.com/apiclause/clause/contract/internal/spec"
)

// held is a model as package enforce takes it.
func held(model *spec.Contract) *contract.Contract { return (*contract.Contract)(loaded.New(model)) }

// changed gives a copy of a model in which one operation is another. What the
// change may touch is copied deeply: models are shared.
func changed(model *spec.Contract, id string, change func(op *spec.Operation)) *spec.Contract {
	out := *model
	out.Operations = slices.Clone(model.Operations)
	for i, op := range out.Operations {
		if op.ID == id {
			out.Operations[i] = cloneOperation(op)
			change(out.Operations[i])
		}
	}
	return &out
}

func cloneOperation(op *spec.Operation) *spec.Operation {
	out := *op
	out.Parameters = slices.Clone(op.Parameters)
	for i, p := range out.Parameters {
		copied := *p
		copied.Schema = cloneSchema(p.Schema)
		out.Parameters[i] = &copied
	}
	if op.Body != nil {
		body := *op.Body
		body.Content = slices.Clone(body.Content)
		for i, m := range body.Content {
			copied := *m
			copied.Schema = cloneSchema(m.Schema)
			body.Content[i] = &copied
		}
		out.Body = &body
	}
	out.Rules = slices.Clone(op.Rules)
	for i, r := range out.Rules {
		copied := *r
		out.Rules[i] = &copied
	}
	return &out
}

// cloneSchema copies a schema without the keywords that are judged as a whole: they
// hold a value to all that the schema states, whatever is changed.
func cloneSchema(s *spec.Schema) *spec.Schema {
	if s == nil {
		return nil
	}
	out := *s.Planned()
	out.Items, out.Additional = cloneSchema(s.Items), cloneSchema(s.Additional)
	out.Members = slices.Clone(s.Members)
	for i, m := range out.Members {
		copied := *m
		copied.Schema = cloneSchema(m.Schema)
		out.Members[i] = &copied
	}
	return &out
}

// find gives the place of a copied operation that corresponds to another's.
func find(op *spec.Operation, like *place) *place {
	if op.Body != nil && like.op.Body != nil && len(like.op.Body.Content) == 1 {
		for _, m := range op.Body.Content {
			if m.Type == like.op.Body.Content[0].Type {
				op = op.In(m)
				break
			}
		}
	}
	for _, at := range places(op) {
		if slices.Equal(at.Path, like.Path) {
			return at
		}
	}
	return nil
}

// withSchema gives a model in which the schema at a place is changed.
func withSchema(model *spec.Contract, at *place, change func(s *spec.Schema)) *spec.Contract {
	return changed(model, at.op.ID, func(op *spec.Operation) { change(find(op, at).Schema) })
}

// withOptional gives a model in which a place is not required.
func withOptional(model *spec.Contract, at *place) *spec.Contract {
	return changed(model, at.op.ID, func(op *spec.Operation) {
		there := find(op, at)
		switch {
		case there.Parameter != nil && there.parent == nil:
			there.Parameter.Required = false
		case there.parent == nil:
			op.Body.Required = false
		default:
			there.parent.Schema.Member(there.Path[len(there.Path)-1]).Required = false
		}
	})
}

// withRules gives a model in which an operation's rules are others.
func withRules(model *spec.Contract, op *spec.Operation, change func(rules []*spec.Rule) []*spec.Rule) *spec.Contract {
	return changed(model, op.ID, func(op *spec.Operation) { op.Rules = change(op.Rules) })
}

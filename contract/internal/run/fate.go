package run

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/apiclause/clause/contract/plan"
)

// afterMaking does with a thing what a case wants done before it is sent.
func (t *things) afterMaking(ctx context.Context, one *thing, made *plan.Case, deep int, like plan.Made) {
	if one.problem == "" && like.Changed != "" {
		one.problem = t.change(ctx, one, made, deep, like)
	}
	if one.problem == "" && like.Ended {
		one.problem = t.endNow(ctx, one, one)
	}
	if one.problem == "" && like.With != "" {
		below := &thing{resource: like.With, own: true, above: one.names}
		t.make(ctx, below, made, deep, plan.Made{})
		one.steps, one.problem = append(one.steps, below.steps...), below.problem
	}
	if one.problem == "" && like.Behind != "" {
		one.problem = "the run did not make what it stands below"
		if above := t.one(like.Behind, made, true); above.names != nil {
			one.problem = t.endNow(ctx, above, one)
		}
	}
}

// endNow ends a thing for a case that is about one: what is answered with 202 may be
// ended later.
func (t *things) endNow(ctx context.Context, ended, one *thing) string {
	before := len(ended.steps)
	problem := t.end(ctx, ended)
	if ended != one {
		one.steps = append(one.steps, ended.steps[before:]...)
	}
	if problem != "" || len(ended.steps) == before {
		return problem
	}
	if last := &ended.steps[len(ended.steps)-1].Exchange; last.Got.Status == http.StatusAccepted {
		return "the request that ends it was answered with " + answered(last) + ": it may be ended later"
	}
	return ""
}

// change changes a thing by an operation. It says why it could not, or "".
func (t *things) change(ctx context.Context, one *thing, made *plan.Case, deep int, like plan.Made) string {
	operation, setup := like.Changed, t.setups[one.resource]
	c, ok := setup.Change(like)
	if !ok {
		return "no request was found that changes it by " + operation
	}
	if like.Part > 0 {
		if problem := t.look(ctx, one, made); problem != "" {
			return problem
		}
	}
	c.ID += " by " + operation + " after " + made.ID
	names, before, problem := t.need(ctx, &c, deep+1, one.names)
	one.steps = append(one.steps, before...)
	if problem != "" {
		return problem
	}
	e := t.runner.exchangeWith(ctx, &c, -1, names)
	why := ""
	switch {
	case e.Problem != nil:
		why = "had no answer: " + e.Problem.Error()
	case e.Got == nil || e.Got.Status/100 != 2:
		why = "was answered with " + answered(&e)
	case e.Got.Status == http.StatusAccepted:
		why = "was answered with " + answered(&e) + ": it may be changed later"
	}
	did := "changed " + t.called(one)
	if why != "" {
		did = "to change " + t.called(one) + ": it " + why
		why = fmt.Sprintf("%s %s, which changes it, %s", c.Request.Method, c.Request.Path, why)
	}
	t.step(one, Step{Case: &c, Exchange: e, Did: did, Of: one.resource})
	return why
}

// look reads a thing, for what it is before a part of it is changed. It says why it could
// not, or "".
func (t *things) look(ctx context.Context, one *thing, made *plan.Case) string {
	read := t.setups[one.resource].Read
	if read == nil {
		return "no request was found that reads it"
	}
	c := *read
	c.ID += " after " + made.ID
	e := t.runner.exchangeWith(ctx, &c, -1, one.names)
	t.step(one, Step{Case: &c, Exchange: e, Did: "read " + t.called(one), Of: one.resource})
	if e.Problem != nil || e.Got == nil || e.Got.Status/100 != 2 {
		return "what reads it before it is changed was answered with " + answered(&e)
	}
	return ""
}

// apart gives a request with a thing of its own of a resource.
func apart(r plan.Request, resource string) plan.Request {
	if resource == "" {
		return r
	}
	return remade(r, func(m plan.Made) plan.Made {
		m.Own = m.Own || m.Resource == resource
		return m
	})
}

// remade gives a request that names things otherwise.
func remade(r plan.Request, change func(plan.Made) plan.Made) plan.Request {
	r.Parameters = slices.Clone(r.Parameters)
	for i := range r.Parameters {
		r.Parameters[i].Value = renamed(r.Parameters[i].Value, change)
	}
	if r.Body != nil {
		body := *r.Body
		body.Value = renamed(body.Value, change)
		r.Body = &body
	}
	return r
}

// renamed gives a value in which each name of a thing is changed.
func renamed(v any, change func(plan.Made) plan.Made) any {
	switch v := v.(type) {
	case plan.Made:
		return change(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = renamed(v[i], change)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name := range v {
			out[name] = renamed(v[name], change)
		}
		return out
	}
	return v
}

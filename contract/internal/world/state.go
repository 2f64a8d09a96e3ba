package world

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// Promise is a row of the table of what is said of servers that remember. Its clauses
// are OPERATION.state.NAME, of the operation whose answers show whether it is kept.
type Promise struct {
	Name, Statement string
	// from says from what it is inferred that an operation makes the promise; "" where
	// it makes none.
	from func(w *World, op *spec.Operation) string
}

// The promises.
const (
	Holds      = "holds"
	Visible    = "visible"
	Gone       = "gone"
	Listed     = "listed"
	Afterwards = "afterwards"
)

// Promises is the table.
var Promises = []Promise{
	{
		Name: Holds, Statement: "what was made can be read, with what was sent to make it",
		from: ofRead(func(r *Resource) string {
			if len(r.Kept()) == 0 {
				return ""
			}
			return r.Maker.From
		}),
	},
	{
		Name: Visible, Statement: "a change that was accepted can be read",
		from: ofRead(func(r *Resource) string {
			changes := r.Visible()
			if len(changes) == 0 {
				return ""
			}
			return fmt.Sprintf("%s %s changes what %s %s reads", changes[0].Method, changes[0].Path, r.Reads.Method, r.Reads.Path)
		}),
	},
	{
		Name: Gone, Statement: "what was ended cannot be read any more",
		from: ofRead(func(r *Resource) string {
			if !r.gone() {
				return ""
			}
			return fmt.Sprintf("%s %s ends what %s %s reads, which documents an answer for what is not there",
				r.Ends.Method, r.Ends.Path, r.Reads.Method, r.Reads.Path)
		}),
	},
	{
		Name: Listed, Statement: "what was made is in the list of its kind, on one of its pages",
		from: func(w *World, op *spec.Operation) string {
			r := w.Listed(op)
			if r == nil {
				return ""
			}
			return fmt.Sprintf("%s %s lists what %s %s makes: %s", op.Method, op.Path, r.Maker.Operation.Method, r.Maker.Operation.Path, r.List().ItemsFrom)
		},
	},
	{
		Name: Afterwards, Statement: "what names a thing that was ended, or that was below one, is not answered with an internal error",
		from: func(w *World, op *spec.Operation) string {
			behind := w.Behind(op)
			if len(behind) == 0 {
				return ""
			}
			ends := behind[0].Ended.Ends
			return fmt.Sprintf("%s %s ends a thing that its requests name, or that stands above it", ends.Method, ends.Path)
		},
	},
}

// ofRead makes a promise of the operation that reads things of a resource.
func ofRead(from func(r *Resource) string) func(*World, *spec.Operation) string {
	return func(w *World, op *spec.Operation) string {
		for _, r := range w.Resources {
			if r.Reads == op && !r.clientNames() {
				return from(r)
			}
		}
		return ""
	}
}

// gone reports whether it is said what reading answers once a thing was ended.
func (r *Resource) gone() bool {
	return r.Ends != nil && r.Reads != nil && (r.EndsStated || ruling.DocumentsMissing(r.Reads))
}

// ClauseID gives the id of the clause of a promise of an operation.
func ClauseID(operation, promise string) string { return clause.ID(operation, "state", promise) }

// State gives the contract with the clauses of its promises.
func State(model *spec.Contract) *spec.Contract {
	w := Find(model)
	made := map[*spec.Operation][]*clause.Clause{}
	for _, op := range model.Operations {
		for _, p := range Promises {
			from := p.from(w, op)
			if from == "" {
				continue
			}
			c := &clause.Clause{
				ID: ClauseID(op.ID, p.Name), Operation: op.ID, Level: clause.Should, Statement: p.Statement, Inferred: from, At: op.At,
			}
			if ends := w.endsStated(op); p.Name == Gone && ends != nil {
				c.Level, c.Inferred, c.At = clause.Must, "", ends.At
			}
			made[op] = append(made[op], c)
		}
	}
	if len(made) == 0 {
		return model
	}
	return model.With(func(op *spec.Operation) []*clause.Clause { return made[op] })
}

// endsStated gives the operation of which the contract says that it ends what another
// reads, or nil.
func (w *World) endsStated(reads *spec.Operation) *spec.Operation {
	for _, r := range w.Resources {
		if r.Reads == reads && r.EndsStated {
			return r.Ends
		}
	}
	return nil
}

// clientNames reports whether a request that makes a thing may itself say what it is
// called by, so that two requests may make the same one.
func (r *Resource) clientNames() bool {
	sent := r.Maker.Operation.Body.JSON()
	if sent == nil {
		return false
	}
	return slices.ContainsFunc(r.Maker.Names, func(n Name) bool {
		if n.Sent || len(n.Path) != 1 {
			return false
		}
		m := sent.Member(n.Path[0])
		return m != nil && !m.ReadOnly
	})
}

// Kept lists the members of what is sent to make a thing that the answer with it has,
// too, by their documentation.
func (r *Resource) Kept() []string { return r.shown(r.Maker.Operation) }

// Visible lists the operations that change a thing, of which reading shows what they
// were sent.
func (r *Resource) Visible() []*spec.Operation {
	var out []*spec.Operation
	for _, op := range r.Changes {
		if op != r.Ends && slices.Contains([]string{http.MethodPut, http.MethodPatch}, op.Method) && len(r.shown(op)) > 0 {
			out = append(out, op)
		}
	}
	return out
}

// shown lists the members of what is sent to an operation that reading a thing shows,
// too, by their documentation.
func (r *Resource) shown(by *spec.Operation) []string {
	if r.Reads == nil {
		return nil
	}
	sent, read := by.Body.JSON(), answerOf(r.Reads)
	if sent == nil || read == nil {
		return nil
	}
	var out []string
	for _, m := range sent.Members {
		if other := read.Member(m.Name); !m.ReadOnly && !m.WriteOnly && other != nil && other.Schema.Type == m.Schema.Type {
			out = append(out, m.Name)
		}
	}
	return out
}

// Listed gives the resource of which an operation lists the things, each with its
// name; nil where none is known.
func (w *World) Listed(op *spec.Operation) *Resource {
	r := w.ListedBy(op)
	if r == nil || r.clientNames() {
		return nil
	}
	if l := r.List(); l == nil || l.ID == "" {
		return nil
	}
	return r
}

// Behind is a value of an operation's requests that names what is no more: a thing
// that was ended, or one below such a thing.
type Behind struct {
	Need *Need
	// Ended is of the thing that was ended: the one that is named, or one above it.
	Ended *Resource
}

// Behind lists the values of an operation's requests that may name what is no more,
// but for those of which it is said what they are answered with.
func (w *World) Behind(op *spec.Operation) []Behind {
	var out []Behind
	for _, need := range w.needs[op.ID] {
		r := need.Resource
		if r.Ends != nil && (r.Reads != op || !r.gone()) {
			out = append(out, Behind{need, r})
		}
		if above := w.above(r); above != nil && above.Ends != nil && need.Path[0] == "path" {
			out = append(out, Behind{need, above})
		}
	}
	return out
}

// above gives the resource of what things of another stand below, or are made below; nil
// where there is none.
func (w *World) above(r *Resource) *Resource {
	for _, at := range []string{r.Name, r.Maker.Operation.Path} {
		path := Segments(at)
		for i := len(path); i > 0; i-- {
			for _, other := range w.Resources {
				if other != r && strings.HasSuffix(path[i-1], "}") && shape(Segments(other.Name)) == shape(path[:i]) {
					return other
				}
			}
		}
	}
	return nil
}

// answerOf gives the schema of an operation's success; nil where it is no JSON.
func answerOf(op *spec.Operation) *spec.Schema {
	res := ruling.Success(op)
	if res == nil {
		return nil
	}
	if m := spec.JSON(res.Content); m != nil {
		return m.Schema
	}
	return nil
}

package world

import (
	"fmt"
	"slices"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// Promise is a row of the table of what is said of servers that remember. Its clauses
// are OPERATION.state.NAME, of the operation that reads a thing.
type Promise struct {
	Name, Statement string
	// made reports whether the contract makes the promise of a resource.
	made func(r *Resource) bool
	// why says from what it is inferred.
	why func(r *Resource) string
}

// The promises.
const (
	Holds = "holds"
	Gone  = "gone"
)

// Promises is the table.
var Promises = []Promise{
	{
		Name: Holds, Statement: "what was made can be read, with what was sent to make it",
		made: func(r *Resource) bool { return len(r.Kept()) > 0 },
		why:  func(r *Resource) string { return r.Maker.From },
	},
	{
		Name: Gone, Statement: "what was ended cannot be read any more",
		made: func(r *Resource) bool { return r.Ends != nil && (r.EndsStated || ruling.DocumentsMissing(r.Reads)) },
		why: func(r *Resource) string {
			return fmt.Sprintf("%s %s ends what %s %s reads, which documents an answer for what is not there",
				r.Ends.Method, r.Ends.Path, r.Reads.Method, r.Reads.Path)
		},
	},
}

// ClauseID gives the id of the clause of a promise of the operation that reads.
func ClauseID(operation, promise string) string { return clause.ID(operation, "state", promise) }

// State gives the contract with the clauses of its promises.
func State(model *spec.Contract) *spec.Contract {
	w := Find(model)
	made := map[*spec.Operation][]*clause.Clause{}
	for _, r := range w.Resources {
		if r.Reads == nil || r.clientNames() {
			continue
		}
		for _, p := range Promises {
			if p.made(r) {
				c := &clause.Clause{
					ID: ClauseID(r.Reads.ID, p.Name), Operation: r.Reads.ID, Level: clause.Should, Statement: p.Statement,
					Inferred: p.why(r), At: r.Reads.At,
				}
				if p.Name == Gone && r.EndsStated {
					c.Level, c.Inferred, c.At = clause.Must, "", r.Ends.At
				}
				made[r.Reads] = append(made[r.Reads], c)
			}
		}
	}
	if len(made) == 0 {
		return model
	}
	return model.With(func(op *spec.Operation) []*clause.Clause { return made[op] })
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
func (r *Resource) Kept() []string {
	if r.Reads == nil {
		return nil
	}
	sent, read := r.Maker.Operation.Body.JSON(), answerOf(r.Reads)
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

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
		made: func(r *Resource) bool { return r.Ends != nil && (r.EndsStated || documentsMissing(r.Reads)) },
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
	body := r.Maker.Operation.Body
	if body == nil {
		return false
	}
	media := spec.JSON(body.Content)
	if media == nil || media.Schema == nil {
		return false
	}
	return slices.ContainsFunc(r.Maker.Names, func(n Name) bool {
		if n.Sent || len(n.Path) != 1 {
			return false
		}
		m := media.Schema.Member(n.Path[0])
		return m != nil && !m.ReadOnly
	})
}

// documentsMissing reports whether an operation lists an answer for what is not there.
func documentsMissing(op *spec.Operation) bool {
	return slices.ContainsFunc(op.Responses, func(res *spec.Response) bool { return res.Status == "404" || res.Status == "410" })
}

// Kept lists the members of what is sent to make a thing that the answer with it has,
// too, by their documentation.
func (r *Resource) Kept() []string {
	if r.Reads == nil || r.Maker.Operation.Body == nil {
		return nil
	}
	sent, read := spec.JSON(r.Maker.Operation.Body.Content), answerOf(r.Reads)
	if sent == nil || sent.Schema == nil || read == nil {
		return nil
	}
	var out []string
	for _, m := range sent.Schema.Members {
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

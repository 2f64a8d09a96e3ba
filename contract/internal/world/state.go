package world

import (
	"fmt"
	"maps"
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
	Untouched  = "untouched"
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
		Name: Untouched, Statement: "what a PATCH does not name is as it was before",
		from: ofRead(func(r *Resource) string {
			changes := r.Partial()
			if len(changes) == 0 {
				return ""
			}
			return fmt.Sprintf("PATCH %s changes a part of what %s %s reads (RFC 5789, section 2)", changes[0].Path, r.Reads.Method, r.Reads.Path)
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
func (r *Resource) Kept() []string { return shown(r.Maker.Operation, r.Reads) }

// Visible lists the operations that change a thing, of which reading shows what they
// were sent.
func (r *Resource) Visible() []*spec.Operation {
	var out []*spec.Operation
	for _, op := range r.Changes {
		if op != r.Ends && slices.Contains([]string{http.MethodPut, http.MethodPatch}, op.Method) && len(shown(op, r.Reads)) > 0 {
			out = append(out, op)
		}
	}
	return out
}

// jsonPatch is the media type of a list of operations, which name no members.
const jsonPatch = "application/json-patch+json"

// Partial lists the operations that change a part of a thing, of which reading shows
// whether the rest was left alone.
func (r *Resource) Partial() []*spec.Operation {
	var out []*spec.Operation
	for _, op := range r.Visible() {
		if op.Method == http.MethodPatch && !r.replaces(op) && len(r.Parts(op)) > 1 {
			out = append(out, op)
		}
	}
	return out
}

// replaces reports whether an operation is likely to replace a thing: it must be sent all
// that the thing must be made with.
func (r *Resource) replaces(op *spec.Operation) bool {
	made, sent := r.Maker.Operation.Body.JSON(), op.Body.JSON()
	if made == nil {
		return false
	}
	some := false
	for _, m := range made.Members {
		if !m.Required || m.ReadOnly {
			continue
		}
		other := sent.Member(m.Name)
		if some = true; other == nil || !other.Required {
			return false
		}
	}
	return some
}

// Parts lists the members that a change may name alone, so that it shows what becomes of
// others.
func (r *Resource) Parts(op *spec.Operation) []string {
	left := LeftAlone(r.Maker.Operation, r.Reads, op)
	var out []string
	for named := range left {
		m := op.Body.JSON().Member(named)
		others := func(other string) bool {
			return other != named && left[other] && Firm(op.Body.JSON().Member(other).Schema)
		}
		if !m.Required && slices.ContainsFunc(slices.Collect(maps.Keys(left)), others) {
			out = append(out, named)
		}
	}
	return out
}

// LeftAlone tells of the members that a thing is made with, reading shows and a change
// may leave as they are, whether the thing may lack them. Of one with a default it is
// said what leaving it out means.
func LeftAlone(made, reads, change *spec.Operation) map[string]bool {
	if main := change.Body.Main(); main == nil || spec.MediaName(main.Type) == jsonPatch {
		return nil
	}
	kept, out := shown(made, reads), map[string]bool{}
	for _, name := range shown(change, reads) {
		if m := change.Body.JSON().Member(name); m.Schema.Default == nil && slices.Contains(kept, name) {
			out[name] = !made.Body.JSON().Member(name).Required
		}
	}
	return out
}

// Firm reports whether values of a schema are unlikely to be what they were before by
// chance: those of booleans and listed ones are few.
func Firm(s *spec.Schema) bool { return s.Type != "boolean" && len(s.Enum) == 0 }

// shown lists the members of what is sent to an operation that reading a thing shows,
// too, by their documentation.
func shown(by, reads *spec.Operation) []string {
	if reads == nil {
		return nil
	}
	sent, read := by.Body.JSON(), answerOf(reads)
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

// Below lists the resources whose things stand below one of another.
func (w *World) Below(r *Resource) []*Resource {
	var out []*Resource
	for _, other := range w.Resources {
		if w.above(other) == r {
			out = append(out, other)
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
			if !strings.HasSuffix(path[i-1], "}") {
				continue
			}
			if other := w.items[shape(path[:i])]; other != nil && other != r {
				return other
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

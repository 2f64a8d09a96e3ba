package compare

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// comparer compares two contracts.
type comparer struct {
	oldModel, nowModel *spec.Contract
	plans              *plans
	prints             *spec.Fingerprints
	out                *Diff
}

// Contracts compares two contracts. When the context ends it ends early, and gives
// the cause.
func Contracts(ctx context.Context, old, now *spec.Contract) (*Diff, error) {
	c := &comparer{
		oldModel: old, nowModel: now, prints: spec.NewFingerprints(), plans: newPlans(ctx, old, now),
		out: &Diff{Old: side(old), New: side(now), Changes: []Change{}, Cases: Cases{Come: []string{}, Go: []string{}}},
	}
	for _, p := range match(old, now) {
		if ctx.Err() != nil {
			break
		}
		c.pair(p)
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("compare %s and %s: %w", old.File, now.File, context.Cause(ctx))
	}
	c.out.Settle()
	return c.out, nil
}

// Settle gives the next version anew, after changes were added.
func (d *Diff) Settle() { d.Semver = d.next() }

func side(c *spec.Contract) Side { return Side{c.File, c.Title, c.Version} }

// operation compares one operation.
type operation struct {
	*comparer
	*pair

	cases [][]plan.Case // of the new contract, and of the old one

	oldPlaces, nowPlaces *places
	oldClauses           map[string]*clause.Clause // by the ids of the new contract
	nowClauses           map[string]*clause.Clause
	order                []string // of all clauses
	told                 map[string]bool
	// apart are the parts that only one side has, by id: each has the id of the change
	// that tells it.
	apart     map[string]string
	witnesses *witnesses
	// before and after are the operation as requests are tried on it, and taken is one
	// that both take, by the media type of its body, and of any under "".
	before, after *ruling.Operation
	taken         map[string]*plan.Case
}

func (c *comparer) pair(p *pair) {
	old, now := casesOf(c.plans.old, p.old), casesOf(c.plans.now, p.now)
	c.out.Cases.add(p, old, now)
	switch {
	case p.old == nil:
		c.add(Change{
			Clause: p.now.ID, Operation: p.now.ID, Change: Added, Level: clause.Must, New: stated(served(p.now), p.now.At),
		}, breaking("implementations do not have the operation", Implementations))
		return
	case p.now == nil:
		c.add(Change{
			Clause: p.old.ID, Operation: p.old.ID, Change: Removed, Level: clause.Must, Old: stated(served(p.old), p.old.At),
		}, breaking("clients that use the operation have it no longer", Clients))
		return
	}
	o := &operation{
		comparer: c, pair: p, cases: [][]plan.Case{now, old}, told: map[string]bool{}, apart: map[string]string{},
		oldPlaces:  placesOf(p.old, p.named, cmp.Or(mainType(p.now.Body), mainType(p.old.Body))),
		nowPlaces:  placesOf(p.now, func(id string) string { return id }, mainType(p.now.Body)),
		oldClauses: map[string]*clause.Clause{}, nowClauses: map[string]*clause.Clause{},
	}
	for _, one := range c.plans.clauses(c.nowModel, p.now) {
		o.nowClauses[one.ID] = one
		o.order = append(o.order, one.ID)
	}
	for _, one := range c.plans.clauses(c.oldModel, p.old) {
		id := p.named(one.ID)
		if o.nowClauses[id] == nil {
			o.order = append(o.order, id)
		}
		o.oldClauses[id] = one
	}
	o.compare()
}

// served states what an operation is.
func served(op *spec.Operation) string { return op.Method + " " + op.Path + " is served" }

func stated(statement string, at clause.Location) *Statement {
	return &Statement{Statement: statement, Level: clause.Must, At: at}
}

// add notes a change.
func (c *comparer) add(change Change, e effect) {
	change.Breaks, change.Why = e.breaks, e.why
	if change.Breaks == nil {
		change.Breaks = []Broken{}
	}
	change.Level = cmp.Or(change.Level, clause.Must)
	c.out.Changes = append(c.out.Changes, change)
}

func (o *operation) compare() {
	o.itself()
	o.security()
	o.spelled()
	for _, id := range o.nowPlaces.order {
		if before := o.oldPlaces.all[id]; before != nil {
			o.place(before, o.nowPlaces.all[id])
		} else {
			o.came(o.nowPlaces.all[id])
		}
	}
	for _, id := range o.oldPlaces.order {
		if o.nowPlaces.all[id] == nil {
			o.went(o.oldPlaces.all[id])
		}
	}
	o.rules()
	o.rest()
}

// itself compares what an operation is called and where it is.
func (o *operation) itself() {
	change := Change{
		Clause: o.now.ID, Operation: o.now.ID, Change: Changed, Old: stated(served(o.old), o.old.At), New: stated(served(o.now), o.now.At),
	}
	o.deprecated()
	switch {
	case !o.sameURLs():
		o.add(change, breaking("requests to where it was are for nothing, and implementations do not serve where it is", Clients, Implementations))
	case o.old.ID != o.now.ID:
		change.Old.Statement, change.New.Statement = "the operation is called "+o.old.ID, "the operation is called "+o.now.ID
		o.add(change, nobody("it is no part of what is sent; what is generated for it has another name"))
	}
}

// deprecated notes that clients are told to use the operation no longer, or again.
func (o *operation) deprecated() {
	if o.old.Deprecated == o.now.Deprecated {
		return
	}
	state := func(op *spec.Operation) *Statement {
		if op.Deprecated {
			return stated("the operation is deprecated", op.At)
		}
		return stated("the operation is not deprecated", op.At)
	}
	o.add(Change{
		Clause: o.now.ID, Operation: o.now.ID, Change: Changed, Old: state(o.old), New: state(o.now), deprecates: o.now.Deprecated,
	}, nobody("it works as before"))
}

// clauseChange makes a change of a clause that both, or one of the contracts have.
func (o *operation) clauseChange(id string, kind Kind) Change {
	was, is := o.oldClauses[id], o.nowClauses[id]
	change := Change{Clause: id, Operation: o.now.ID, Change: kind}
	if was != nil {
		change.Old, change.Level = &Statement{was.Statement, was.Level, was.At}, was.Level
	}
	if is != nil {
		change.New, change.Level = &Statement{is.Statement, is.Level, is.At}, is.Level
	}
	return change
}

func (o *operation) levels(id string) (was, is clause.Level) {
	if c := o.oldClauses[id]; c != nil {
		was = c.Level
	}
	if c := o.nowClauses[id]; c != nil {
		is = c.Level
	}
	return was, is
}

// clause notes what a clause became that is stated by id, or by the ids that the two
// sides have for it. change says what is taken now.
func (o *operation) clause(wasID, isID string, change spec.Change, at *place) {
	id := cmp.Or(isID, wasID)
	o.told[wasID], o.told[isID] = true, true
	out := o.clauseChange(id, kindOf(change))
	if was := o.oldClauses[wasID]; wasID != id && was != nil {
		out.Old = &Statement{was.Statement, was.Level, was.At}
	}
	if wasID == isID && at != nil { // one of them may be a clause for each keyword
		out.Old, out.New = cmp.Or(out.Old, o.keywordsOf(o.oldClauses, at)), cmp.Or(out.New, o.keywordsOf(o.nowClauses, at))
	}
	switch {
	case wasID == "":
		out.Change = Added
	case isID == "":
		out.Change = Removed
	}
	was, _ := o.levels(cmp.Or(wasID, id))
	_, is := o.levels(id)
	o.judged(out, change, at != nil && at.answer() || at == nil && o.ofAnswers(id), was, is, wasID, id, at)
}

// keywordsOf states what the keywords of a place say, or gives nil.
func (o *operation) keywordsOf(clauses map[string]*clause.Clause, at *place) *Statement {
	var out *Statement
	for _, k := range spec.Keywords() {
		one := clauses[at.id+"."+k.Name]
		switch {
		case one == nil:
		case out == nil:
			out = &Statement{one.Statement, one.Level, one.At}
		default:
			_, label, _ := strings.Cut(at.own, ".")
			out.Statement += ", " + strings.TrimPrefix(one.Statement, label+" ")
		}
	}
	return out
}

// judged looks for a witness, and notes the change.
func (o *operation) judged(out Change, change spec.Change, answers bool, was, is clause.Level, wasID, isID string, at *place) {
	tight, loose := o.witness(wasID, isID, answers, at, change)
	if change == spec.Unknown {
		switch {
		case tight != nil && loose != nil:
			change = spec.Crossed
		case tight != nil:
			change = spec.Tightened
		case loose != nil:
			change = spec.Loosened
		default:
			out.Undecided = true
		}
		out.Change = kindOf(change)
	}
	if out.Witness = tight; tight == nil || change == spec.Loosened {
		out.Witness = loose
	}
	e := effectOf(answers, change, was, is)
	if !answers && strings.HasSuffix(isID, ".additionalProperties") {
		e = effectOfUnlisted(change)
	}
	o.add(out, e)
	o.moved(isID)
}

// moved notes that a clause binds more or less than it did.
func (o *operation) moved(id string) {
	was, is := o.levels(id)
	if was != "" && is != "" && was != is {
		o.add(o.clauseChange(id, MovedLevel), effectOfLevel(o.ofAnswers(id), is))
	}
}

// ofAnswers reports whether a clause is about answers.
func (o *operation) ofAnswers(id string) bool { return strings.HasPrefix(id, o.now.ID+".answer") }

// rest notes what became of the clauses that nothing was said of yet.
func (o *operation) rest() {
	for _, id := range o.order {
		was, is := o.oldClauses[id], o.nowClauses[id]
		switch {
		case o.told[id]:
		case id == o.now.ID+".method": // it is about the path, and stands at one of its operations
		case was != nil && is != nil:
			o.moved(id)
			o.pin(id)
			o.words(id)
		case o.withinApart(id):
		case was == nil && o.standing(id):
			o.clause("", id, spec.Tightened, o.nowPlaces.around(id))
		case is == nil && o.standing(id):
			o.clause(id, "", spec.Loosened, o.oldPlaces.around(id))
		}
	}
}

// standing reports whether a clause says something of itself that came or went: the
// types of texts are stated or not, and take the same.
func (o *operation) standing(id string) bool {
	i := strings.LastIndexByte(id, '.')
	if i < 0 {
		return false
	}
	before, after := o.oldPlaces.all[id[:i]], o.nowPlaces.all[id[:i]]
	return before == nil || after == nil || spec.KeywordNamed(id[i+1:]) == nil
}

// pin notes that what breaks a clause is refused with another status: that is a clause
// about answers.
func (o *operation) pin(id string) {
	was, is := o.oldModel.Pin(o.oldClauses[id].ID), o.nowModel.Pin(o.nowClauses[id].ID)
	if was == is {
		return
	}
	change := spec.Crossed
	switch "" {
	case was:
		change = spec.Tightened
	case is:
		change = spec.Loosened
	}
	before, after := o.levels(id)
	out := o.clauseChange(id, kindOf(change))
	out.Old.Statement, out.New.Statement = pinned(out.Old.Statement, was), pinned(out.New.Statement, is)
	o.add(out, effectOf(true, change, before, after))
}

func pinned(statement, status string) string {
	if status == "" {
		return statement + "; what breaks it may be refused with any status that refuses"
	}
	return statement + "; what breaks it is refused with " + status
}

// words notes a rule that says otherwise what it said.
func (o *operation) words(id string) {
	was, is := o.oldClauses[id], o.nowClauses[id]
	if strings.HasPrefix(id, o.now.ID+".rule.") && was.Statement != is.Statement {
		o.add(o.clauseChange(id, Changed), nobody("its words differ alone"))
	}
}

// around gives the nearest place that a clause is at, or nil.
func (l *places) around(id string) *place {
	for {
		if p := l.all[id]; p != nil {
			return p
		}
		i := strings.LastIndexByte(id, '.')
		if i < 0 {
			return nil
		}
		id = id[:i]
	}
}

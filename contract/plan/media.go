package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// Of the media types beside the main one the smallest and the fullest request are sent,
// and where the schema differs what breaks its members alone, and their limits.

// otherPlanners gives a planner for each media type beside the main one.
func (p *planner) otherPlanners() []*planner {
	if p.others != nil || p.op.Body == nil {
		return p.others
	}
	p.others = []*planner{}
	for _, m := range p.op.Body.Others() {
		q := newPlanner(p.model, p.op.In(m), p.options, p.world)
		q.credential, q.unused = p.credential, nil
		q.find()
		q.suffix = "-as-" + word(strings.NewReplacer("/", "-", "+", "-", "*", "any").Replace(spec.MediaName(m.Type)))
		for slices.ContainsFunc(p.others, func(have *planner) bool { return have.suffix == q.suffix }) {
			q.suffix += "-2"
		}
		p.others = append(p.others, q)
	}
	return p.others
}

// other has a planner of another media type propose cases in the place of this one.
func (p *planner) other(propose func(q *planner)) {
	for _, q := range p.otherPlanners() {
		q.technique, q.cases, q.ids, q.sent, q.labels = p.technique, p.cases, p.ids, p.sent, p.labels
		propose(q)
		p.cases, p.sent, p.labels = q.cases, q.sent, q.labels
		maps.Copy(p.reasons, q.reasons)
	}
}

func (p *planner) otherExamples() {
	p.other(func(q *planner) {
		if _, body := q.smallest["body"]; !body { // then it is the main one's
			s := q.at([]string{ruling.Body})
			if s == nil {
				return
			}
			with, ok := q.alone(s)
			if !ok {
				return
			}
			q.smallest = with
		}
		q.examples()
	})
}

func (p *planner) otherFaults() {
	main := p.op.Body.Schema()
	p.other(func(q *planner) {
		q.cutShort()
		if q.op.Body.Schema() == main {
			return
		}
		for _, s := range q.members() {
			q.missing(s)
			for _, f := range q.faultsOf(s) {
				q.putFault(s, f)
			}
		}
	})
}

func (p *planner) otherBoundaries() {
	main := p.op.Body.Schema()
	p.other(func(q *planner) {
		if q.op.Body.Schema() == main {
			return
		}
		for _, s := range q.members() {
			for _, e := range q.edges(s) {
				q.putEdge(s, e)
			}
		}
	})
}

// members lists the slots of the body.
func (p *planner) members() []*slot {
	return slices.DeleteFunc(slices.Clone(p.slots), func(s *slot) bool { return s.path[0] != ruling.Body })
}

package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

// rules compares the rules, those about answers among them.
func (o *operation) rules() {
	partners, gone := o.matchRules()
	for _, is := range every(o.now) {
		was := partners[is.Rule]
		switch {
		case was == nil:
			o.clause("", is.ID, spec.Tightened, nil)
		case was.Convention != nil && is.Convention != nil: // it follows from what is stated, which is compared
		case !sameRule(was, is):
			o.clause(o.named(was.ID), is.ID, spec.Unknown, nil)
		case o.named(was.ID) != is.ID:
			o.renamed(o.named(was.ID), is.ID)
		}
	}
	for _, was := range gone {
		o.clause(o.named(was.ID), "", spec.Loosened, nil)
	}
}

// matchRules gives for rules of the new contract those of the old one, and the others of
// that. Rules of one id are the same, else those that are written the same; what is left
// is held against what reads the same values.
func (o *operation) matchRules() (partners map[*spec.Rule]*spec.AnswerRule, gone []*spec.AnswerRule) {
	partners, gone = map[*spec.Rule]*spec.AnswerRule{}, every(o.old)
	alike := func(was, is *spec.AnswerRule) bool { return o.ofAnswers(o.named(was.ID)) == o.ofAnswers(is.ID) }
	for _, same := range []func(was, is *spec.AnswerRule) bool{
		func(was, is *spec.AnswerRule) bool { return o.named(was.ID) == is.ID },
		func(was, is *spec.AnswerRule) bool { return alike(was, is) && sameRule(was, is) },
		func(was, is *spec.AnswerRule) bool { return alike(was, is) && reads(was) == reads(is) },
	} {
		for _, is := range every(o.now) {
			if partners[is.Rule] != nil {
				continue
			}
			if i := slices.IndexFunc(gone, func(was *spec.AnswerRule) bool { return same(was, is) }); i >= 0 {
				partners[is.Rule] = gone[i]
				gone = slices.Delete(gone, i, i+1)
			}
		}
	}
	return partners, gone
}

// reads gives what a rule reads, as a text.
func reads(r *spec.AnswerRule) string { return fmt.Sprint(r.Holds.Reads(), r.Holds.Presences()) }

// renamed notes that a rule has another id.
func (o *operation) renamed(wasID, isID string) {
	o.told[wasID] = true
	out := o.clauseChange(isID, Changed)
	was := o.oldClauses[wasID]
	out.Old = &Statement{was.Statement, was.Level, was.At}
	o.add(out, nobody("it is called otherwise, and says the same"))
	o.oldClauses[isID] = was // what else differs of it is told of its new id
}

// every lists the rules of an operation. Those of requests are limited by nothing.
func every(op *spec.Operation) []*spec.AnswerRule {
	out := make([]*spec.AnswerRule, 0, len(op.Rules)+len(op.Answers))
	for _, r := range op.Rules {
		out = append(out, &spec.AnswerRule{Rule: r})
	}
	return append(out, op.Answers...)
}

// sameRule reports whether two rules are written the same.
func sameRule(a, b *spec.AnswerRule) bool { return ruleText(a) == ruleText(b) }

func ruleText(r *spec.AnswerRule) string {
	out := []string{r.Unit.String()}
	if r.When != nil {
		out = append(out, "when "+strings.Join(strings.Fields(r.When.String()), " "))
	}
	for _, x := range r.EveryReading() {
		out = append(out, strings.Join(strings.Fields(x.String()), " "))
	}
	return strings.Join(out, "\n")
}

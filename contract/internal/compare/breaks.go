package compare

import (
	"slices"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
)

// effect is whom a change breaks, and why.
type effect struct {
	breaks []Broken
	why    string
}

func nobody(why string) effect { return effect{why: why} }

func breaking(why string, who ...Broken) effect { return effect{who, why} }

// kindOf gives the word for a change of what is taken.
func kindOf(c spec.Change) Kind {
	switch c {
	case spec.Tightened:
		return Tightened
	case spec.Loosened:
		return Loosened
	case spec.Same, spec.Crossed, spec.Unknown:
	}
	return Changed
}

// effectOf says whom a change breaks of what requests, or answers, are taken. A should
// is no promise that anybody can count on, and breaking one fails no implementation:
// was and is are the levels before and after.
func effectOf(answers bool, change spec.Change, was, is clause.Level) effect {
	switch {
	case change == spec.Unknown:
		return nobody("it is stated otherwise, and nothing was found that one of them takes and the other does not: look at it")
	case change == spec.Same:
		return nobody("it takes the same")
	case change == spec.Crossed:
		return both(effectOf(answers, spec.Tightened, was, is), effectOf(answers, spec.Loosened, was, is))
	case answers:
		return ofAnswers(change, was, is)
	case change == spec.Loosened:
		return breaking("implementations refuse requests that are now to be taken", Implementations)
	case is == clause.Should:
		return breaking("requests that were taken may be refused; it is a should, which fails no implementation", Clients)
	}
	return breaking("requests that were taken are refused, and implementations still take them", Clients, Implementations)
}

func ofAnswers(change spec.Change, was, is clause.Level) effect {
	switch {
	case change == spec.Loosened && was == clause.Should:
		return nobody("answers may be what they should not have been: it was a should, which promised nothing")
	case change == spec.Loosened:
		return breaking("answers may be what they could not be", Clients)
	case is == clause.Should:
		return nobody("answers that were right should not be given: it is a should, which fails no implementation")
	}
	return breaking("implementations give answers that are no longer right", Implementations)
}

// both joins two effects.
func both(a, b effect) effect {
	out := effect{why: a.why}
	if b.why != a.why {
		out.why += "; " + b.why
	}
	for _, who := range []Broken{Clients, Implementations} {
		if slices.Contains(a.breaks, who) || slices.Contains(b.breaks, who) {
			out.breaks = append(out.breaks, who)
		}
	}
	return out
}

// effectOfLevel says whom it breaks that a clause binds more or less.
func effectOfLevel(answers bool, is clause.Level) effect {
	switch {
	case is == clause.Must:
		return breaking("it was a should, and implementations need not have kept it", Implementations)
	case answers:
		return breaking("it is no longer promised: implementations may leave it", Clients)
	}
	return nobody("implementations are no longer failed for it")
}

// effectOfUnlisted says whom it breaks that a request may no longer, or may now, have
// members that are not listed: what is not forbidden is left to implementations.
func effectOfUnlisted(change spec.Change) effect {
	if change == spec.Loosened {
		return nobody("whether a member that is not listed is taken is left to implementations now")
	}
	return breaking("members that are not listed were not forbidden, and are to be refused; implementations could refuse them before", Clients)
}

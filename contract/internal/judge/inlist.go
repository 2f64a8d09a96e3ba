package judge

import (
	"cmp"
	"slices"

	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/world"
)

// judgeListed judges whether what was made is in the list of its kind. A list may show
// only part of what there is, such as the last ones, or show it later: something is
// missing where what was made before it and after it, and in the same way, is there;
// or where the last one always is.
func (j *Judgment) judgeListed() {
	if j.c.Clause != world.ClauseID(j.op.ID, world.Listed) || j.status[0] != '2' {
		return
	}
	l := j.x.Listed
	switch {
	case j.x.Unmade != "":
		j.undecided = "what was to be listed was not made: " + j.x.Unmade
		return
	case l == nil:
		j.undecided = "the list was not read"
		return
	}
	j.judgeTotal(l)
	unseen := ""
	for i := range l.Readings {
		unseen = cmp.Or(unseen, j.missing(l.Made, &l.Readings[i]))
	}
	if unseen == "" || j.counts[j.c.Clause] > 0 {
		j.held(j.c.Clause)
	} else {
		j.undecided = unseen
	}
}

// missing finds what a list lacks. It says why it cannot be told whether the list lacks
// anything, or "".
func (j *Judgment) missing(made []string, r *run.Reading) string {
	first, last := slices.Index(r.Seen, true), lastSeen(r.Seen)
	missing := slices.Index(r.Seen, false)
	if between := slices.Index(r.Seen[max(first, 0):], false) + max(first, 0); missing >= 0 && between >= first && between < last {
		missing = between
	}
	switch {
	case r.Stuck:
		j.findf(j.c.Clause, "each page is as the first, and lacks %s, which the list has", made[max(missing, 0)])
	case missing < 0:
	case last < 0 && r.Unsure == "":
		return "the list has nothing of what was made for it: it may show only some things"
	case r.Unsure != "":
		return "the list lacks " + made[missing] + ", and may have more than was seen: " + r.Unsure
	case last < missing && r.Trails:
		j.findf(j.c.Clause, "the list lacks %s, which was made last: it has each thing once another is made, and not before", made[missing])
	case last < missing:
		return "the list lacks " + made[missing] + ", which was made last: it may show it later, or once another is made, if that ends it"
	case missing < first:
		return "the list lacks " + made[missing] + ", which was made first: it may show only the last ones"
	default:
		j.findf(j.c.Clause, "the list lacks %s, and has %s, which was made in the same way later", made[missing], made[last])
	}
	return ""
}

// latelyCounted is why a total that is too small may be lawful.
const latelyCounted = "the total is less than what the list has: it may be counted later"

// judgeTotal judges whether the list says on each page that there are as many things as the
// run made, and its pages have, but for one that counts them later.
func (j *Judgment) judgeTotal(l *run.Listed) {
	id := world.ConventionID(j.op.ID, "total")
	if j.model.Clause(id) == nil {
		return
	}
	if u := l.Undercount; u != nil {
		j.findf(id, "a page of it says that there are %d things, and it has %d that were made before", u.Told, u.Seen)
	} else if told, ok := l.Least(); ok && told < l.Known() {
		j.unheld(id, latelyCounted)
	}
}

// lastSeen gives the index of the last thing that the list has; -1 for none.
func lastSeen(seen []bool) int {
	for i, one := range slices.Backward(seen) {
		if one {
			return i
		}
	}
	return -1
}

package judge

import (
	"maps"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
	"github.com/apiclause/clause/contract/plan"
)

// endedSeen gives the member by which what was ended, and can still be read, shows that
// it was: a server may keep it, and mark it. "" where it is as it was, or the contract
// states that it must not be read.
func (j *Judgment) endedSeen() string {
	id := world.ClauseID(j.op.ID, world.Gone)
	c := j.model.Clause(id)
	steps := j.about()
	if j.c.Expect.Outcome != plan.Ended || j.c.Clause != id || c == nil || c.Level == clause.Must || j.status[0] != '2' || len(steps) == 0 {
		return ""
	}
	read, _ := objectIn(j.x.Got.Body)
	told, _ := objectIn(steps[0].Exchange.Got.Body)
	for _, name := range slices.Sorted(maps.Keys(read)) {
		was, known := told[name]
		switch {
		case known && spec.Text(was) != spec.Text(read[name]):
			return name
		case !known && marksEnd(name, read[name]):
			return name
		}
	}
	return ""
}

// endings are what words about the end of a thing begin with.
var endings = []string{"delet", "remov", "archiv", "inactiv", "disabl", "deactiv", "cancel", "revok", "terminat", "closed", "ended", "trash"}

// marksEnd reports whether a member of a thing tells that it was ended, as deletedAt and
// status do.
func marksEnd(name string, value any) bool {
	about := name
	switch value := value.(type) {
	case nil:
		return false
	case bool:
		if !value {
			return strings.EqualFold(name, "active") || strings.EqualFold(name, "isActive") || strings.EqualFold(name, "enabled")
		}
	case string:
		about += " " + value
	}
	about = strings.ToLower(about)
	return slices.ContainsFunc(endings, func(word string) bool { return strings.Contains(about, word) })
}

package judge

import (
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
	"github.com/apiclause/clause/contract/plan"
)

// excused says why an answer that tells of what was ended need not be wrong, or "".
func (j *Judgment) excused() string {
	steps := j.about()
	if j.c.Expect.Outcome != plan.Ended || len(steps) == 0 {
		return ""
	}
	read, _ := objectIn(j.x.Got.Body)
	if seen := j.endedSeen(steps[0], read); seen != "" {
		return "what is read of it shows that it was ended: " + seen
	}
	if j.another(steps[0], read) {
		return "what is read is another thing than the one that was ended: its name may have been given again"
	}
	return ""
}

// endedSeen gives the member by which what was ended, and can still be read, shows that
// it was: a server may keep it, and mark it. "" where it is as it was, or the contract
// states that it must not be read.
func (j *Judgment) endedSeen(made *run.Step, read map[string]any) string {
	id := world.ClauseID(j.op.ID, world.Gone)
	c := j.model.Clause(id)
	if j.c.Clause != id || c == nil || c.Level == clause.Must || j.status[0] != '2' {
		return ""
	}
	told, _ := objectIn(made.Exchange.Got.Body)
	for _, name := range namesIn(read) {
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

// another reports whether a thing is read in the place of one that was ended: with other
// texts than that was made with, which are new each time.
func (j *Judgment) another(made *run.Step, read map[string]any) bool {
	for name, value := range sentIn(made) {
		if j.concealed(made, name) {
			continue
		}
		if _, differs := lost(value, read[name], nil, name); differs {
			return true
		}
	}
	return false
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

package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
)

// judgeUntouched judges whether a change of a part of a thing left the rest alone. Servers
// may clear what depends on the member that is named, and work others out of it: nobody is
// charged unless all is lost that the thing may lack.
func (j *Judgment) judgeUntouched() {
	if !j.recalling(world.Untouched) {
		return
	}
	steps := j.about()
	steps = slices.DeleteFunc(steps, func(s *run.Step) bool { return s.Of != steps[len(steps)-1].Of })
	read := j.read()
	if len(steps) != 3 || read.schema == nil || read.object == nil { //nolint:mnd // made, read and changed
		j.undecided = "what was to be changed was not read before and afterwards"
		return
	}
	rest := j.rest(steps[0], steps[1], steps[2], read)
	lost, by := strings.Join(rest.lost, ", "), strings.Join(rest.by, ", ")
	switch {
	case rest.kept == "" && len(rest.lost) == 0:
		j.undecided = "nothing of what was made could be lost by the change: it has no member that it may lack, and that was read before"
	case len(rest.lost) == 0:
		j.held(j.c.Clause)
	case rest.kept != "" || rest.emptied == "" || len(rest.lost)+rest.named < 2: //nolint:mnd // one may depend on what was changed
		j.undecided = fmt.Sprintf("%s changed with %s: it may depend on that", lost, by)
	default:
		j.held(j.c.Clause)
		j.findf(j.c.Clause, "the thing was changed in %s alone, and has lost what the request did not name: %s", by, lost)
	}
}

// rest is what became of the members that a change does not name.
type rest struct {
	by    []string // what it names
	named int      // how many of those the thing may lack
	// lost are read otherwise than before; emptied is one of them that is not there any
	// more, kept one that could be lost and is not.
	lost          []string
	emptied, kept string
}

// rest compares what was read before and after a change.
func (j *Judgment) rest(made, before, changed *run.Step, now document) rest {
	maker, by := j.model.Operation(made.Case.Operation), j.model.Operation(changed.Case.Operation)
	sent, named := sentIn(made), sentIn(changed)
	was, _ := objectIn(before.Exchange.Got.Body)
	out := rest{by: namesIn(named)}
	left := world.LeftAlone(maker, j.op, by)
	for _, name := range namesIn(left) {
		lacks := left[name]
		if _, ok := named[name]; ok {
			if lacks {
				out.named++
			}
			continue
		}
		s := now.schema.Member(name).Schema
		if _, differs := lost(sent[name], was[name], s, name); differs || empty(was[name]) || empty(sent[name]) || j.concealed(made, name) {
			continue
		}
		gone := empty(now.object[name])
		if _, differs := lost(was[name], now.object[name], s, name); differs || gone {
			out.lost = append(out.lost, name)
			if gone && world.Firm(s) {
				out.emptied = name
			}
		} else if lacks && world.Firm(s) {
			out.kept = name
		}
	}
	return out
}

// empty reports whether a value is none, or the one that a program gives what has none.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return strings.TrimSpace(v) == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return !slices.ContainsFunc(namesIn(v), func(name string) bool { return !empty(v[name]) })
	}
	f, ok := spec.Float(v)
	return ok && f == 0
}

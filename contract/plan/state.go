package plan

import (
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
)

// nothingMade is why what is about things that are made is not tested.
const nothingMade = "nothing is made: allow that with --unsafe, or with gentle: false in the target file"

// state proposes the cases of what is said of servers that remember: to read what was
// made, what was changed, and what was ended; and to ask for what is no more.
func (p *planner) state() {
	if p.world == nil || p.impossible != "" {
		return
	}
	if !p.options.Unsafe {
		for _, promise := range world.Promises {
			p.reasons[world.ClauseID(p.op.ID, promise.Name)] = nothingMade
		}
		return
	}
	for _, r := range p.world.Resources {
		if r.Reads == p.op {
			p.read(r)
		}
		if r.Maker.Operation == p.op {
			p.twice(r)
		}
		if r.Ends == p.op {
			p.occupied(r)
		}
	}
	if r := p.world.Listed(p.op); r != nil {
		p.listed(r)
	}
	for _, behind := range p.world.Behind(p.op) {
		p.behind(behind)
	}
}

// read proposes the cases that read a thing.
func (p *planner) read(r *world.Resource) {
	p.recall(r, Made{Full: true}, proposal{
		clause: world.ClauseID(p.op.ID, world.Holds), detail: "read", outcome: Accepted,
		why: "what was made is there, with what was sent to make it",
	})
	for _, change := range r.Visible() {
		p.recall(r, Made{Full: true, Changed: change.ID}, proposal{
			clause: world.ClauseID(p.op.ID, world.Visible), detail: word("after", change.ID), outcome: Accepted,
			why: "what " + change.Method + " " + change.Path + " changed is there, with what was sent to change it",
		})
	}
	for _, change := range r.Partial() {
		p.recall(r, Made{Full: true, Changed: change.ID, Part: 1}, proposal{
			clause: world.ClauseID(p.op.ID, world.Untouched), detail: word("after", change.ID), outcome: Accepted,
			why: "what PATCH " + change.Path + " does not name is as it was before",
		})
	}
	p.recall(r, Made{Ended: true}, proposal{
		clause: world.ClauseID(p.op.ID, world.Gone), detail: "read", outcome: Ended,
		why: "what was made and ended again is not there any more",
	})
}

// twice proposes a request that makes a thing with the texts of another: they may be
// taken.
func (p *planner) twice(r *world.Resource) {
	siblings := p.siblingsOf(p.op)
	if len(siblings) == 0 {
		return
	}
	d, same := siblings[0], false
	for _, s := range p.slots {
		value, _ := d.get(s.path)
		if text, ok := value.(Template); ok && s.path[0] == "body" && len(s.path) == 2 {
			d, same = d.set(s.path, Made{Resource: r.Name, Sibling: 1, Member: s.path[1], Sample: plainTimes(text)}), true
		}
	}
	if same {
		p.propose(proposal{
			clause: p.unprovoked(), detail: "same-texts", draft: d, outcome: Either, among: r.Name,
			why: "a thing with the same texts is there: whether they may be taken twice is not said, and it must not make the service fail",
		})
	}
}

// occupied proposes requests that end a thing which something stands below.
func (p *planner) occupied(r *world.Resource) {
	for _, below := range p.world.Below(r) {
		if d := p.about(r, Made{With: below.Name}); d != nil {
			p.propose(proposal{
				clause: p.unprovoked(), detail: word("with", below.Name), draft: d, outcome: Either,
				why: "something stands below the thing: whether it may be ended then is not said, and it must not make the service fail",
			})
		}
	}
}

// recall proposes a case about a thing of its own.
func (p *planner) recall(r *world.Resource, like Made, x proposal) {
	if x.draft = p.about(r, like); x.draft == nil {
		p.reasons[x.clause] = "the run makes no " + r.Name + " for it: the target gives the value that names one"
		return
	}
	p.propose(x)
}

// behind proposes the case that names a thing which was ended, or one below such a
// thing.
func (p *planner) behind(what world.Behind) {
	like, why, detail := Made{Ended: true}, "names a thing that was ended", pathWord("after-the-end-of", what.Ended)
	if what.Ended != what.Need.Resource {
		like, why = Made{Behind: what.Ended.Name}, "names a thing below one that was ended"
		detail = joined(pathWord("", what.Need.Resource), detail)
	}
	p.recall(what.Need.Resource, like, proposal{
		clause: world.ClauseID(p.op.ID, world.Afterwards), detail: detail,
		outcome: Either, why: "the request " + why,
	})
}

// segments replaces what a path has between its names.
var segments = strings.NewReplacer("/", "-", "{", "", "}", "")

// pathWord makes a part of a case's id of the path of a resource, after a word:
// after-the-end-of-pets-petId.
func pathWord(before string, r *world.Resource) string {
	return word(strings.Trim(before+segments.Replace(r.Name), "-"))
}

// about gives the smallest request that is about a thing of a resource of its own, or
// the fullest where that alone names one; nil where none does.
func (p *planner) about(r *world.Resource, like Made) draft {
	for _, d := range []draft{p.smallest, p.fullest} {
		named := false
		for _, need := range p.world.Needs(p.op.ID) {
			if need.Resource != r {
				continue
			}
			if made, ok := d.made(need.Path); ok {
				made.Own, made.Full, made.Ended, made.Changed, made.Part, made.Behind = true, like.Full, like.Ended, like.Changed, like.Part, like.Behind
				made.With = like.With
				d, named = d.set(need.Path, made), true
			}
		}
		if named {
			return d
		}
	}
	return nil
}

// made gives what the run makes for a place of a request.
func (d draft) made(path []string) (Made, bool) {
	value, _ := d.get(path)
	made, ok := value.(Made)
	return made, ok
}

// altered gives a request that changes a thing, with other numbers, times and texts
// than the ordinary ones, which it was made with. What may switch a thing off, such as
// a boolean, stays; what is new each time anyway is left for that.
func (p *planner) altered(d draft) draft {
	for _, s := range p.slots {
		value, sent := d.get(s.path)
		if !sent || s.FromTarget || s.path[0] != "body" || len(s.Schema.Enum) > 0 || !alterable(s.Schema, value) {
			continue
		}
		for _, other := range p.candidates(s) {
			if with := d.set(s.path, other); !sameChoice(other, value) && p.allowed(with) && p.allRobust(with) {
				d = with
				break
			}
		}
	}
	return d
}

// alterable reports whether another value like one is as ordinary.
func alterable(s *spec.Schema, value any) bool {
	switch value := value.(type) {
	case string:
		_, isNew := distinguished(s, value)
		return !isNew
	case Time, int64, float64:
		return true
	}
	return false
}

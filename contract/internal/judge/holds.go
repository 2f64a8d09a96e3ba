package judge

import (
	"cmp"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
)

// recalled are the promises that are kept by what an answer recalls. Its status alone
// does not show that.
var recalled = []string{world.Holds, world.Visible, world.Untouched, world.Listed}

// recalls reports whether the case's clause is about what the answer recalls.
func (j *Judgment) recalls() bool {
	return slices.ContainsFunc(recalled, func(promise string) bool { return j.c.Clause == world.ClauseID(j.op.ID, promise) })
}

// recalling reports whether the answer is to be held to a promise: whether it is a
// success, and there is something that it could recall. If not, nothing is decided.
func (j *Judgment) recalling(promise string) bool {
	switch {
	case j.c.Clause != world.ClauseID(j.op.ID, promise) || j.status[0] != '2':
		return false
	case j.x.Unmade != "":
		j.undecided = "what was to be read was not made: " + j.x.Unmade
		return false
	case len(j.about()) == 0:
		j.undecided = "nothing was made that could be read"
		return false
	}
	return true
}

// about gives the requests that made and changed the thing that the case has for itself,
// but for what was refused before another one made it.
func (j *Judgment) about() []*run.Step {
	var out []*run.Step
	made := j.c.Request.Made()
	for i := range j.x.Before {
		if step := &j.x.Before[i]; made[step.Of].Own && step.Exchange.Got != nil && step.Exchange.Got.Status/100 < 4 {
			out = append(out, step)
		}
	}
	return out
}

// judgeHolds judges whether what was made can be read with what was sent to make it.
// Servers may leave members out, trim texts, write them in another case and order, and
// times in another zone. One that says at once that it kept another value of what it may
// govern itself, such as a role, may have its reasons for one member; not for all.
func (j *Judgment) judgeHolds() {
	if !j.recalling(world.Holds) {
		return
	}
	j.judgeRecall(&recall{by: j.about()[0], own: governed}, recallWords{
		lost: "made with", nothing: "what was sent to make the thing", undecided: "what was sent to make the thing",
	})
}

// recallWords are what findings say of the request whose values are to be read.
type recallWords struct{ lost, nothing, undecided string }

// judgeRecall judges whether what a request sent is read.
func (j *Judgment) judgeRecall(r *recall, words recallWords) {
	r.told, r.tells = objectIn(r.by.Exchange.Got.Body)
	sent, read := sentIn(r.by), j.read()
	for _, name := range namesIn(sent) {
		m := read.member(name)
		if m == nil || j.concealed(r.by, name) || r.wasSo(name, sent[name], m.Schema) {
			continue
		}
		if path, ok := r.member(name, sent[name], read.object[name], m.Schema); !ok {
			j.findf(j.c.Clause, "the thing was %s the %s %s, and is read with %s", words.lost, path.name, path.sent, path.read)
		}
	}
	if path, ok := r.nothing(); ok {
		j.findf(j.c.Clause, "nothing of %s is read: not the %s %s, but %s", words.nothing, path.name, path.sent, path.read)
	}
	if r.kept > 0 {
		j.held(j.c.Clause)
	} else {
		j.undecided = cmp.Or(j.undecided, "the answer has nothing of "+words.undecided)
	}
}

// recall counts what is read of what a request sent.
type recall struct {
	by *run.Step // the request
	// before is what was sent before it; nil for the first.
	before map[string]any
	// told is what its answer told of the thing, tells whether it told anything.
	told  map[string]any
	tells bool
	// own reports whether the server may have reasons to keep another value of a member.
	own func(name string, s *spec.Schema) bool

	kept, unseen int
	first        loss // what was first read as another, as the answer told
}

// wasSo reports whether a member was sent before as it is.
func (r *recall) wasSo(name string, sent any, s *spec.Schema) bool {
	_, differs := lost(sent, r.before[name], s, name)
	return r.before[name] != nil && !differs
}

// member notes how a member is read. It gives what was lost without a word, and false.
func (r *recall) member(name string, sent, read any, s *spec.Schema) (loss, bool) {
	path, differs := lost(sent, read, s, name)
	_, refused := lost(sent, r.told[name], s, name)
	switch {
	case !differs:
		r.kept++
	case r.tells && r.told[name] == nil && r.own(name, s):
	case r.tells && r.told[name] != nil && refused && r.own(name, s):
		r.unseen++
		r.first = cmp.Or(r.first, path)
	default:
		r.kept++
		return path, false
	}
	return loss{}, true
}

// governing are words in the names of texts that a server may set itself.
var governing = []string{"status", "state", "role", "slug", "stage", "phase", "plan", "level", "visibility", "owner", "author", "version"}

// governed reports whether a server may set a member itself when a thing is made: all but
// texts that may be any, as a name is.
func governed(name string, s *spec.Schema) bool {
	if s.Type != "string" || len(s.Enum) > 0 {
		return true
	}
	name = strings.ToLower(name)
	return slices.ContainsFunc(governing, func(word string) bool { return strings.Contains(name, word) })
}

// nothing reports whether nothing at all is read of what was sent, and gives an example.
func (r *recall) nothing() (loss, bool) {
	if r.kept > 0 || r.unseen < 2 {
		return loss{}, false
	}
	r.kept++
	return r.first, true
}

// judgeVisible judges whether what was changed can be read. A server that says at once
// that it kept another value may have its reasons for one member; not for all.
func (j *Judgment) judgeVisible() {
	if !j.recalling(world.Visible) {
		return
	}
	steps := j.about()
	j.judgeRecall(&recall{
		by: steps[len(steps)-1], before: sentIn(steps[0]), own: func(string, *spec.Schema) bool { return true },
	}, recallWords{lost: "changed to", nothing: "the change", undecided: "what was changed"})
}

// document is a JSON object with its schema.
type document struct {
	object map[string]any
	schema *spec.Schema
}

// member gives a member that the object has, and is documented; or nil.
func (d document) member(name string) *spec.Member {
	if d.schema == nil || d.object[name] == nil {
		return nil
	}
	return d.schema.Member(name)
}

// read gives the answer as an object, if it is one.
func (j *Judgment) read() document {
	out := document{}
	out.object, _ = j.value.(map[string]any)
	if j.media != nil {
		out.schema = j.media.Schema
	}
	return out
}

// sentIn gives the object that a request had for its body.
func sentIn(step *run.Step) map[string]any {
	object, _ := objectIn(step.Exchange.Sent.Body)
	return object
}

func objectIn(body []byte) (map[string]any, bool) {
	v, err := spec.ParseJSON(body)
	object, ok := v.(map[string]any)
	return object, ok && err == nil
}

// concealed reports whether what is sent to make or change a thing is not for others
// to read.
func (j *Judgment) concealed(step *run.Step, name string) bool {
	by := j.model.Operation(step.Case.Operation)
	if by == nil || by.Body.JSON() == nil {
		return true
	}
	m := by.Body.JSON().Member(name)
	return m == nil || m.WriteOnly || m.Schema.Format == "password" || strings.Contains(strings.ToLower(name), "password")
}

// loss is a value that is read as another than was sent.
type loss struct{ name, sent, read string }

// lost looks for what of a value is read as another. What is not there says nothing,
// nor what has another type: its schema does.
func lost(sent, read any, s *spec.Schema, name string) (loss, bool) {
	switch sent := sent.(type) {
	case map[string]any:
		return lostMember(sent, read, s, name)
	case []any:
		got, ok := read.([]any)
		if ok && !sameElements(sent, got) {
			return loss{name, spec.Text(sent), spec.Text(got)}, true
		}
	default:
		if read != nil && !same(sent, read, s) {
			return loss{name, spec.Text(sent), spec.Text(read)}, true
		}
	}
	return loss{}, false
}

func lostMember(sent map[string]any, read any, s *spec.Schema, name string) (loss, bool) {
	got, ok := read.(map[string]any)
	if !ok {
		return loss{}, false
	}
	for _, member := range namesIn(sent) {
		var of *spec.Schema
		if s != nil {
			m := s.Member(member)
			if m == nil || m.WriteOnly {
				continue
			}
			of = m.Schema
		}
		if found, ok := lost(sent[member], got[member], of, name+"."+member); ok {
			return found, true
		}
	}
	return loss{}, false
}

// sameElements compares lists whatever their order.
func sameElements(sent, read []any) bool {
	if len(sent) != len(read) {
		return false
	}
	rest := slices.Clone(read)
	for _, one := range sent {
		at := slices.IndexFunc(rest, func(other any) bool {
			_, differs := lost(one, other, nil, "")
			return !differs
		})
		if at < 0 {
			return false
		}
		rest = slices.Delete(rest, at, at+1)
	}
	return true
}

package judge

import (
	"encoding/json"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

// judgeNames judges that no object in a JSON document has two members of one
// name: readers differ in which they take (RFC 8259, section 4).
func (j *Judgment) judgeNames() {
	if j.document == nil {
		return
	}
	id := j.general("duplicate-names")
	j.held(id)
	found, n := duplicates(string(j.document))
	for _, where := range found {
		j.findf(id, "the body has the member %s more than once", where)
	}
	if n > len(found) {
		j.counts[id] += n - len(found)
	}
}

// nesting gives how deep the arrays and objects of a JSON text nest.
func nesting(text []byte) int {
	deepest, depth, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			deepest = max(deepest, depth)
		case c == '}' || c == ']':
			depth--
		}
	}
	return deepest
}

// names goes through a JSON document for the names of members. The document must
// be valid: of any other it says something, but nothing that is true.
type names struct {
	text   string
	levels []level
	seen   []string // the names of all objects that are open
	found  []string
	count  int
}

// level is an array or object that is open.
type level struct {
	step  spec.Step // to what is read in it
	named bool      // the member's name was read
	from  int       // where its names begin in seen
	// index finds the names of an object with many: how often each was seen.
	index map[string]int
}

// duplicates gives the places of the members whose name their object has
// already, in the order of a valid document: the first few, and how many there
// are. A place is named once.
func duplicates(document string) (found []string, count int) {
	n := names{text: document}
	for i := 0; i < len(document); i++ {
		switch document[i] {
		case '"':
			end := closing(document, i+1)
			n.string(document[i:end])
			i = end - 1
		case '{':
			n.open(spec.MemberStep(""))
		case '[':
			n.open(spec.ElementStep(0))
		case '}', ']':
			n.close()
		case ',':
			n.next()
		}
	}
	return n.found, n.count
}

// closing gives the end of the string whose inside begins at i.
func closing(text string, i int) int {
	for ; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

func (n *names) open(first spec.Step) {
	n.levels = append(n.levels, level{step: first, from: len(n.seen)})
}

func (n *names) close() {
	if last := len(n.levels) - 1; last >= 0 {
		n.seen = n.seen[:n.levels[last].from]
		n.levels = n.levels[:last]
	}
}

func (n *names) next() {
	if last := len(n.levels) - 1; last >= 0 {
		n.levels[last].named = false
		n.levels[last].step.Index++
	}
}

// string reads a string, which is a name where its object has none yet.
func (n *names) string(quoted string) {
	if len(n.levels) == 0 {
		return
	}
	l := &n.levels[len(n.levels)-1]
	if l.step.Element || l.named {
		return
	}
	l.named, l.step.Member = true, unquoted(quoted)
	if n.enter(l) != 2 {
		return
	}
	if n.count++; n.count > maxFindings {
		return
	}
	place := make(spec.Place, len(n.levels))
	for i := range n.levels {
		place[i] = n.levels[i].step
	}
	n.found = append(n.found, place.String())
}

// few is how many names are looked through one by one.
const few = 16

// enter notes a member's name, and tells for the how manieth time. An object with
// many names gets an index.
func (n *names) enter(l *level) int {
	name := l.step.Member
	if l.index == nil && len(n.seen)-l.from < few {
		times := 1
		for _, other := range n.seen[l.from:] {
			if other == name {
				times++
			}
		}
		n.seen = append(n.seen, name)
		return times
	}
	if l.index == nil {
		l.index = map[string]int{}
		for _, other := range n.seen[l.from:] {
			l.index[other]++
		}
	}
	l.index[name]++
	return l.index[name]
}

// unquoted gives the text of a JSON string.
func unquoted(quoted string) string {
	if strings.IndexByte(quoted, '\\') < 0 {
		return strings.Trim(quoted, `"`)
	}
	var text string
	if json.Unmarshal([]byte(quoted), &text) != nil {
		return quoted
	}
	return text
}

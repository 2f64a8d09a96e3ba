package spec

import (
	"encoding/json"
	"strings"
)

// naming goes through a JSON document for the names of members. The document must
// be valid: of any other it says something, but nothing that is true.
type naming struct {
	levels []level
	seen   []string // the names of all objects that are open
	most   int      // how many places are listed
	found  []Place
	count  int
}

// level is an array or object that is open.
type level struct {
	step  Step // to what is read in it
	named bool // the member's name was read
	from  int  // where its names begin in seen
	// index finds the names of an object with many: how often each was seen.
	index map[string]int
}

// RepeatedNames gives the places of the members whose name their object has
// already, in the order of a valid document: the first few, and how many there
// are. A place is named once. Readers differ in which of two members they take
// (RFC 8259, section 4).
func RepeatedNames(document string, most int) (found []Place, count int) {
	n := naming{most: most}
	for i := 0; i < len(document); i++ {
		switch document[i] {
		case '"':
			end := closing(document, i+1)
			n.string(document[i:end])
			i = end - 1
		case '{':
			n.open(MemberStep(""))
		case '[':
			n.open(ElementStep(0))
		case '}', ']':
			n.close()
		case ',':
			n.next()
		}
	}
	return n.found, n.count
}

// RepeatedName gives the first name that an object of a JSON document has twice.
func RepeatedName(document []byte) (string, bool) {
	found, _ := RepeatedNames(string(document), 1)
	if len(found) == 0 {
		return "", false
	}
	return found[0][len(found[0])-1].Member, true
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

func (n *naming) open(first Step) {
	n.levels = append(n.levels, level{step: first, from: len(n.seen)})
}

func (n *naming) close() {
	if last := len(n.levels) - 1; last >= 0 {
		n.seen = n.seen[:n.levels[last].from]
		n.levels = n.levels[:last]
	}
}

func (n *naming) next() {
	if last := len(n.levels) - 1; last >= 0 {
		n.levels[last].named = false
		n.levels[last].step.Index++
	}
}

// string reads a string, which is a name where its object has none yet.
func (n *naming) string(quoted string) {
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
	if n.count++; n.count > n.most {
		return
	}
	place := make(Place, len(n.levels))
	for i := range n.levels {
		place[i] = n.levels[i].step
	}
	n.found = append(n.found, place)
}

// few is how many names are looked through one by one.
const few = 16

// enter notes a member's name, and tells for the how manieth time. An object with
// many names gets an index.
func (n *naming) enter(l *level) int {
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

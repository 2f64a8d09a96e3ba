package judge

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// judgeNames judges that no object in a JSON document has two members of one
// name: readers differ in which they take (RFC 8259, section 4).
func (h *hearing) judgeNames(document []byte) {
	id := h.general("duplicate-names")
	h.held(id)
	for _, where := range duplicates(document) {
		h.findf(id, "the body has the member %s more than once", where)
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

// level is an array or object that a reader is in.
type level struct {
	names map[string]int // nil for an array
	name  string         // of the member that comes next, when it was read
	named bool
	index int
}

// duplicates gives the places of the members whose name their object has
// already, in the order of a valid document. A place is named once.
func duplicates(document []byte) []string {
	var found []string
	d := json.NewDecoder(bytes.NewReader(document))
	d.UseNumber()
	var levels []level
	for {
		token, err := d.Token()
		if err != nil {
			return found
		}
		if len(levels) > 0 && levels[len(levels)-1].wantsName() {
			if name, ok := token.(string); ok {
				if levels[len(levels)-1].enter(name) {
					found = append(found, path(levels))
				}
				continue
			}
		}
		switch token {
		case json.Delim('{'):
			levels = append(levels, level{names: map[string]int{}})
			continue
		case json.Delim('['):
			levels = append(levels, level{})
			continue
		case json.Delim('}'), json.Delim(']'):
			levels = levels[:len(levels)-1]
		}
		if len(levels) > 0 {
			levels[len(levels)-1].next()
		}
	}
}

func (l *level) wantsName() bool { return l.names != nil && !l.named }

// enter reads a member's name, and reports whether it is there for the second
// time.
func (l *level) enter(name string) bool {
	l.name, l.named = name, true
	l.names[name]++
	return l.names[name] == 2
}

// next leaves a value behind.
func (l *level) next() {
	l.named = false
	l.index++
}

// path names the place of the value that comes next: items[2].name.
func path(levels []level) string {
	var b bytes.Buffer
	for _, l := range levels {
		switch {
		case l.names == nil:
			b.WriteString("[" + strconv.Itoa(l.index) + "]")
		case b.Len() > 0:
			b.WriteString("." + l.name)
		default:
			b.WriteString(l.name)
		}
	}
	return b.String()
}

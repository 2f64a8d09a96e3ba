package source

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/clause"
)

// The names in a JSON pointer (RFC 6901, section 3) and in one that stands in a
// URI (section 6).
var (
	pointerEscapes   = strings.NewReplacer("~", "~0", "/", "~1")
	pointerUnescapes = strings.NewReplacer("~1", "/", "~0", "~")
)

// join adds a name to a JSON pointer.
func join(pointer, name string) string { return pointer + "/" + pointerEscapes.Replace(name) }

// Pointer writes names as a JSON pointer.
func Pointer(names ...string) string {
	pointer := ""
	for _, name := range names {
		pointer = join(pointer, name)
	}
	return pointer
}

// escapePointer writes a name for a pointer in a URI's fragment.
func escapePointer(name string) string {
	return strings.ReplaceAll(pointerEscapes.Replace(name), "%", "%25")
}

// Find returns the value that a JSON pointer leads to, or nil.
func (n *Node) Find(pointer string) *Node {
	found, rest := n.walk(pointer, false)
	if rest != "" {
		return nil
	}
	return found
}

// Locate returns the place that a JSON pointer leads to: of the key, where there
// is one. Where the pointer leads nowhere it is that of the last value on the way.
func (n *Node) Locate(pointer string) clause.Location {
	at := n.At()
	for name := range Names(pointer) {
		m, ok := n.Member(name)
		switch {
		case ok:
			n = m.Value
			at = m.At()
		default:
			if n = n.element(name); n == nil {
				return at
			}
			at = n.At()
		}
	}
	return at
}

// Names yields the names of a JSON pointer.
func Names(pointer string) func(func(string) bool) {
	return func(yield func(string) bool) {
		path, ok := strings.CutPrefix(pointer, "/")
		if !ok {
			return
		}
		for name := range strings.SplitSeq(path, "/") {
			if !yield(pointerUnescapes.Replace(name)) {
				return
			}
		}
	}
}

// element returns the element of a sequence that a name in a pointer means.
func (n *Node) element(name string) *Node {
	i, err := strconv.Atoi(name)
	if err != nil || i < 0 || i >= len(n.Items()) || strconv.Itoa(i) != name {
		return nil
	}
	return n.items[i]
}

// walk follows a pointer, in a URI or plain, as far as it leads. rest is the part
// that leads nowhere, "" if there is none.
func (n *Node) walk(pointer string, inURI bool) (found *Node, rest string) {
	for pointer != "" {
		path, ok := strings.CutPrefix(pointer, "/")
		if !ok {
			return n, pointer
		}
		raw, after, more := strings.Cut(path, "/")
		next := n.step(raw, inURI)
		if next == nil {
			return n, pointer
		}
		n, pointer = next, ""
		if more {
			pointer = "/" + after
		}
	}
	return n, ""
}

// step follows one name of a pointer as it is written there. Many who write a
// name with a % in it do not escape that, so it is looked for both ways.
func (n *Node) step(raw string, inURI bool) *Node {
	for _, name := range []string{unescape(raw, inURI), pointerUnescapes.Replace(raw)} {
		if m, ok := n.Member(name); ok {
			return m.Value
		}
		if item := n.element(name); item != nil {
			return item
		}
	}
	return nil
}

func unescape(raw string, inURI bool) string {
	if inURI {
		if plain, err := url.PathUnescape(raw); err == nil {
			raw = plain
		}
	}
	return pointerUnescapes.Replace(raw)
}

// trail is the way from the root to a value. Its pointer is made only where a
// problem is: to keep one for each value would take time that grows with depth.
type trail []step

type step struct {
	name  string
	index int // of an element; -1 for a member
}

func (t *trail) enter(name string) { *t = append(*t, step{name, -1}) }

func (t *trail) enterElement(i int) { *t = append(*t, step{"", i}) }

func (t *trail) leave() { *t = (*t)[:len(*t)-1] }

// eachMember rebuilds a mapping from what the value of each member becomes; nil
// leaves one out. Where nothing changes, it is the same node.
func (t *trail) eachMember(n *Node, become func(Member) *Node) *Node {
	changed := false
	members := make([]Member, 0, len(n.members))
	for _, m := range n.members {
		t.enter(m.Name)
		made := become(m)
		t.leave()
		changed = changed || made != m.Value
		if made != nil {
			m.Value = made
			members = append(members, m)
		}
	}
	if !changed {
		return n
	}
	return newMapping(n.place, members...)
}

// eachItem is eachMember for a sequence.
func (t *trail) eachItem(n *Node, become func(*Node) *Node) *Node {
	changed := false
	items := make([]*Node, 0, len(n.items))
	for i, item := range n.items {
		t.enterElement(i)
		made := become(item)
		t.leave()
		changed = changed || made != item
		if made != nil {
			items = append(items, made)
		}
	}
	if !changed {
		return n
	}
	return newSequence(n.place, items...)
}

// pointer returns the JSON pointer of the value.
func (t *trail) pointer() string {
	var b strings.Builder
	for _, s := range *t {
		b.WriteByte('/')
		if s.index >= 0 {
			b.WriteString(strconv.Itoa(s.index))
		} else {
			b.WriteString(pointerEscapes.Replace(s.name))
		}
	}
	return b.String()
}

package auth

import (
	"sync"
	"sync/atomic"
)

// minSecret is the length of the shortest secret that a Redactor looks for.
const minSecret = 4

// Redactor replaces secrets in what is to be written out. It finds a secret as
// it is, URL-encoded, in base64 (inside longer base64 too, as in the header of
// HTTP's basic authentication), in hexadecimal, and escaped for JSON, Go or HTML,
// only where that is needed or everywhere, with whatever case ASCII's letters
// have: the names of headers lose theirs. A secret that
// was cut short is found as well: by any beginning of at least 12 bytes, or of
// half its length (but 4 bytes) if it has fewer than 24.
//
// Secrets of fewer than 4 bytes are not looked for: they occur in ordinary
// text, and replacing them there would garble it and tell more than it hides.
//
// One pass over the text finds all of them, in a time that does not depend on
// their number. The nil Redactor replaces nothing. A Redactor is safe for use
// by several goroutines.
type Redactor struct {
	known atomic.Pointer[tree]

	learning sync.Mutex
	secrets  []Secret

	digests digests
}

// tree finds the forms of secrets. It is never changed once it is linked.
type tree struct {
	// The forms of the secrets are the branches of a tree, with links from each
	// node to the one for its longest proper suffix (Aho and Corasick, 1975).
	// Node 0 is the root.
	nodes []node
	first [256]int32 // the root's children
}

type node struct {
	char    byte
	child   int32 // the first of its children, or 0
	sibling int32 // its parent's next child, or 0
	suffix  int32
	// found is the length of what was found when a text leads here, or 0.
	found int32
}

// NewRedactor returns a Redactor for some secrets.
func NewRedactor(secrets ...Secret) *Redactor {
	r := &Redactor{}
	r.Learn(secrets...)

	return r
}

// Learn has the Redactor look for further secrets, such as a token that was
// issued after it was made. What comes back before that is redacted without
// them.
func (r *Redactor) Learn(secrets ...Secret) {
	r.learning.Lock()
	defer r.learning.Unlock()

	r.secrets = append(r.secrets, secrets...)
	made := &tree{nodes: make([]node, 1)}

	for _, secret := range r.secrets {
		for _, form := range formsOf(secret.Reveal()) {
			made.add(form)
		}
	}

	made.link()
	r.known.Store(made)
}

// Redact returns the text with "[redacted]" in the place of every secret. If
// there is none it returns the text itself, not a copy.
func (r *Redactor) Redact(text []byte) []byte {
	if found := find(r, text); len(found) > 0 {
		text = replace(text, found)
	}

	if r != nil {
		if found := findDigests(&r.digests, text); len(found) > 0 {
			text = replace(text, found)
		}
	}

	return text
}

// RedactString is Redact for a string.
func (r *Redactor) RedactString(text string) string {
	if found := find(r, text); len(found) > 0 {
		text = string(replace(text, found))
	}

	if r != nil {
		if found := findDigests(&r.digests, text); len(found) > 0 {
			text = string(replace(text, found))
		}
	}

	return text
}

// add puts a form into the tree.
func (t *tree) add(f form) {
	at := int32(0)

	for i := range len(f.text) {
		char := fold(f.text[i])

		next := t.next(at, char)
		if next == 0 {
			next = t.grow(at, char)
		}

		at = next
		if i+1 >= f.shortest {
			t.nodes[at].found = int32(i + 1)
		}
	}
}

// next returns the child of a node for a character, or 0.
func (t *tree) next(at int32, char byte) int32 {
	if at == 0 {
		return t.first[char]
	}

	next := t.nodes[at].child
	for next != 0 && t.nodes[next].char != char {
		next = t.nodes[next].sibling
	}

	return next
}

// grow gives a node a child.
func (t *tree) grow(at int32, char byte) int32 {
	made := int32(len(t.nodes)) // no secret has 2 GB
	t.nodes = append(t.nodes, node{char: char, sibling: t.nodes[at].child})
	t.nodes[at].child = made

	if at == 0 {
		t.first[char] = made
	}

	return made
}

// link sets the suffix links, by breadth, so that those of shorter beginnings
// are there when longer ones need them.
func (t *tree) link() {
	for queue := []int32{0}; len(queue) > 0; queue = queue[1:] {
		parent := queue[0]

		for at := t.nodes[parent].child; at != 0; at = t.nodes[at].sibling {
			if parent != 0 {
				t.nodes[at].suffix = t.step(t.nodes[parent].suffix, t.nodes[at].char)
			}

			if t.nodes[at].found == 0 {
				t.nodes[at].found = t.nodes[t.nodes[at].suffix].found
			}

			queue = append(queue, at)
		}
	}
}

// step returns the node that a character leads to: the longest beginning of
// any form that the text so far ends with.
func (t *tree) step(at int32, char byte) int32 {
	for {
		if next := t.next(at, char); next != 0 || at == 0 {
			return next
		}

		at = t.nodes[at].suffix
	}
}

// fold makes a capital letter small.
func fold(char byte) byte {
	if 'A' <= char && char <= 'Z' {
		return char + 'a' - 'A'
	}

	return char
}

// span is a part of a text, from the byte at start to that before end.
type span struct{ start, end int }

// find returns the parts of a text to replace, in order, with a gap between
// each and the next.
func find[T string | []byte](r *Redactor, text T) []span {
	if r == nil {
		return nil
	}

	known := r.known.Load()
	if known == nil || len(known.nodes) == 1 {
		return nil
	}

	var (
		spans []span
		at    int32
	)

	for i := range len(text) {
		at = known.step(at, fold(text[i]))

		found := int(known.nodes[at].found)
		if found == 0 {
			continue
		}

		here := span{start: i + 1 - found, end: i + 1}
		for len(spans) > 0 && spans[len(spans)-1].end >= here.start {
			here.start = min(here.start, spans[len(spans)-1].start)
			spans = spans[:len(spans)-1]
		}

		spans = append(spans, here)
	}

	return spans
}

// replace returns a copy of a text with "[redacted]" in the place of each span.
func replace[T string | []byte](text T, spans []span) []byte {
	copied := make([]byte, 0, len(text)+len(spans)*len(Redacted))
	rest := 0

	for _, s := range spans {
		copied = append(copied, text[rest:s.start]...)
		copied = append(copied, Redacted...)
		rest = s.end
	}

	return append(copied, text[rest:]...)
}

package source

import (
	"fmt"
	"strconv"
)

// builder makes the nodes of a file. It takes memory for many at a time.
type builder struct {
	made  int
	chunk []Node
}

const chunkSize = 256

func (b *builder) make(at place) *Node {
	if len(b.chunk) == 0 {
		b.chunk = make([]Node, chunkSize)
	}
	n := &b.chunk[0]
	b.chunk = b.chunk[1:]
	b.made++
	n.place = at
	return n
}

// counters make names that are not taken, without trying all of those that are.
type counters map[string]int

// free returns the name, or else the name with the next number that is free.
func (c counters) free(name string, taken func(string) bool) string {
	free := name
	for taken(free) {
		c[name]++
		free = name + "_" + strconv.Itoa(c[name]+1)
	}
	return free
}

// distinct keeps the last of the members that have the same name, as most readers
// of JSON and YAML do, in the place of the first.
func (p *problems) distinct(members []Member, way *trail) []Member {
	if len(members) < indexed {
		return p.distinctFew(members, way)
	}
	first := make(map[string]int, len(members))
	kept := members[:0]
	for _, m := range members {
		if i, ok := first[m.Name]; ok {
			p.twice(kept[i], m, way)
			kept[i] = m
			continue
		}
		first[m.Name] = len(kept)
		kept = append(kept, m)
	}
	return kept
}

func (p *problems) distinctFew(members []Member, way *trail) []Member {
	kept := members[:0]
next:
	for _, m := range members {
		for i := range kept {
			if kept[i].Name == m.Name {
				p.twice(kept[i], m, way)
				kept[i] = m
				continue next
			}
		}
		kept = append(kept, m)
	}
	return kept
}

func (p *problems) twice(first, again Member, way *trail) {
	remedy := ""
	if p.strict {
		remedy = "; remove one"
	}
	p.add(Problem{
		Severity: Warning, At: again.At(), Pointer: join(way.pointer(), again.Name),
		Message: fmt.Sprintf("the key %s is given twice, first in line %d%s", quote(again.Name), first.at.line, remedy),
		Cost:    "the last one counts",
	})
}

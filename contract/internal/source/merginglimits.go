package source

import (
	"cmp"
	"strconv"
)

// limits finds the limits that allow least.
func (m *merging) limits() bool {
	ok := true
	for _, name := range lowest {
		ok = ok && m.limit(name, true)
	}
	for _, name := range highest {
		ok = ok && m.limit(name, false)
	}
	if m.schema2020 {
		return ok && m.limit("minimum", true) && m.limit("maximum", false) && m.limit("exclusiveMinimum", true) && m.limit("exclusiveMaximum", false)
	}
	return ok && m.flagged("minimum", "exclusiveMinimum", true) && m.flagged("maximum", "exclusiveMaximum", false)
}

// limit reports whether it is known which of the limits allows least.
func (m *merging) limit(name string, low bool) bool {
	for i, one := range m.given(name) {
		less, sure := 1, true
		if i > 0 {
			less, sure = beyond(one.Value, m.out.Get(name), low)
		}
		if !sure {
			return false
		}
		if less > 0 {
			m.put(one)
		}
	}
	return true
}

// flagged is limit for one that a flag beside it makes exclusive.
func (m *merging) flagged(name, flag string, low bool) bool {
	for _, part := range m.parts {
		one, ok := part.Member(name)
		if !ok {
			continue
		}
		less, sure := 1, true
		if have := m.out.Get(name); have != nil {
			less, sure = beyond(one.Value, have, low)
		}
		exclusive, is := part.Member(flag)
		switch {
		case !sure:
			return false
		case less > 0:
			m.put(one)
			if m.out = m.out.without(flag); is {
				m.put(exclusive)
			}
		case less == 0 && is && exclusive.Value.True():
			m.put(exclusive)
		}
	}
	return true
}

// beyond tells whether a limit allows less than another, 1, as much, 0, or more, -1.
// sure is false for numbers that are not told apart.
func beyond(a, b *Node, low bool) (less int, sure bool) {
	x, _ := strconv.ParseFloat(a.Text(), 64)
	y, _ := strconv.ParseFloat(b.Text(), 64)
	if !low {
		x, y = y, x
	}
	return cmp.Compare(x, y), x != y || a.Text() == b.Text()
}

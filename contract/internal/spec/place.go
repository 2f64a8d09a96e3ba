package spec

import (
	"strconv"
	"strings"
)

// Place is where a value stands within another: the steps that lead to it. It
// is put in words only where something is said of it: whoever made the value may
// have made its names long, and the steps many.
type Place []Step

// Step leads to a member of an object, or to an element of an array.
type Step struct {
	Member  string
	Index   int
	Element bool
}

// MemberStep leads to a member.
func MemberStep(name string) Step { return Step{Member: name} }

// ElementStep leads to an element.
func ElementStep(index int) Step { return Step{Index: index, Element: true} }

// maxPlace is how much is said of a place, in bytes.
const maxPlace = 200

// String puts the place in words, such as items[2].name; "" is the value itself.
func (p Place) String() string {
	var b strings.Builder
	for _, step := range p {
		if b.Len() > maxPlace {
			break
		}
		switch {
		case step.Element:
			b.WriteString("[" + strconv.Itoa(step.Index) + "]")
		case step.Member == "":
		case b.Len() > 0:
			b.WriteString("." + brief(step.Member))
		default:
			b.WriteString(brief(step.Member))
		}
	}
	return brief(b.String())
}

// brief cuts a text that a stranger may have made.
func brief(text string) string {
	if len(text) <= maxPlace {
		return text
	}
	return strings.ToValidUTF8(text[:maxPlace], "") + "…"
}

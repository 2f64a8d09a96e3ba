package source

import (
	"fmt"
	"strings"

	"github.com/apiclause/clause/contract/clause"
)

// The bounds of offering a name: it has to be found soon, and to be read.
const (
	maxOffered = 12
	maxKnown   = 500
)

// DidYouMean offers the nearest known name, or lists them when none is near.
func DidYouMean(name string, known []string) string {
	if n := clause.Nearest(name, known); n != "" {
		return fmt.Sprintf("did you mean %s?", quote(n))
	}
	switch {
	case len(known) == 0:
		return "there are none here"
	case len(known) > maxOffered:
		return fmt.Sprintf("known here: %s and %d more", strings.Join(known[:maxOffered], ", "), len(known)-maxOffered)
	default:
		return "known here: " + strings.Join(known, ", ")
	}
}

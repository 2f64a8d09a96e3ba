package source

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
)

// The bounds of offering a name: it has to be found soon, and to be read.
const (
	maxOffered = 12
	maxKnown   = 500
	maxName    = 60 // bytes; no name is longer
)

// Nearest returns the known name that a misspelt one most likely means, or "".
func Nearest(name string, known []string) string {
	if len(name) > maxName {
		return ""
	}
	best, least := "", max(2, len(name)/2)+1
	for _, k := range known[:min(len(known), maxKnown)] {
		switch {
		case len(k) > maxName || k == name:
			continue
		case strings.EqualFold(name, k), len(name) >= 3 && strings.HasPrefix(k, name):
			return k
		}
		if d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(k)); d < least && d < max(len(name), len(k)) {
			best, least = k, d
		}
	}
	return best
}

// DidYouMean offers the nearest known name, or lists them when none is near.
func DidYouMean(name string, known []string) string {
	if n := Nearest(name, known); n != "" {
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

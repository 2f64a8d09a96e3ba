package main

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// nearest gives the known name that was probably meant: the one that differs
// least, if at most a third of it does or two letters do, or else the first that
// holds the given name; "" when there is none.
func nearest(name string, known []string) string {
	best, least := "", min(max(2, len(name)/3), len(name)-1)+1
	for _, k := range known {
		if d := distance(name, k); d < least {
			best, least = k, d
		}
	}
	if best != "" || name == "" {
		return best
	}
	for _, k := range known {
		if strings.Contains(strings.ToLower(k), strings.ToLower(name)) {
			return k
		}
	}
	return ""
}

// distance is the number of letters to insert, remove or replace to make one id
// of the other, whatever their case.
func distance(a, b string) int {
	const tooLong = 200 // no id is, and it keeps the time in bounds
	if len(a) > tooLong || len(b) > tooLong {
		return tooLong
	}
	return levenshtein.ComputeDistance(strings.ToLower(a), strings.ToLower(b))
}

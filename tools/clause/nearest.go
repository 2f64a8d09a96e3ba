package main

import (
	"strings"

	"github.com/apiclause/clause/contract/clause"
)

// nearest gives the known name that was probably meant: the nearest one, or else
// the first that holds the given name; "" when there is none.
func nearest(name string, known []string) string {
	if n := clause.Nearest(name, known); n != "" || name == "" {
		return n
	}
	for _, k := range known {
		if strings.Contains(strings.ToLower(k), strings.ToLower(name)) {
			return k
		}
	}
	return ""
}

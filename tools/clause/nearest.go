package main

import "strings"

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

// distance is Levenshtein's, over bytes and without regard to case.
func distance(a, b string) int {
	const tooLong = 200 // no id is, and it keeps the time in bounds
	if len(a) > tooLong || len(b) > tooLong {
		return tooLong
	}
	a, b = strings.ToLower(a), strings.ToLower(b)
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

package ruling

import "testing"

func TestWhatMayHaveBeenRedacted(t *testing.T) {
	for text, want := range map[string]bool{
		"[REDACTED]": true, "<hidden>": true, "***": true, "ab***": true, "•••": true, "xXx": true, "###": true, "Sanitized": true,
		"anonymized": true, "anonymised value": true, "": false, "xx": false, "**": false, "<a><b>": false, "<a": false, "a>": false,
		"red": false, "xyz": false, "<": false, "anonymous": false, "2026-01-30T00:00:00Z": false, "<>": true,
	} {
		if got := Redacted(text); got != want {
			t.Errorf("%q: %t, want %t", text, got, want)
		}
	}
}

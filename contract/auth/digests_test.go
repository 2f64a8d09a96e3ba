package auth_test

import (
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/auth"
)

func TestRedactorFindsDigests(t *testing.T) {
	const digest = "5f2c9a4100112233445566778899aabbccddeeff00112233445566778899aabb"
	r := auth.NewRedactor(auth.NewSecret("another-secret"))
	r.LearnDigest(auth.NewSecret(digest))
	r.LearnDigest(auth.NewSecret("5f2c9a41")) // too short
	r.LearnDigest(auth.NewSecret("no digest at all, but long enough to be one"))
	for text, want := range map[string]string{
		"Signature=" + digest + ", another-secret": "Signature=" + auth.Redacted + ", " + auth.Redacted,
		strings.ToUpper(digest):                    auth.Redacted,
		"cut: " + digest[:16] + "…":                "cut: " + auth.Redacted + "…",
		"cut: " + digest[:15] + "…":                "cut: " + digest[:15] + "…",
		"0123" + digest + "x" + digest:             "0123" + auth.Redacted + "x" + auth.Redacted,
		"5f2c9a41 and no digest at all, but long":  "5f2c9a41 and no digest at all, but long",
		strings.Repeat("0", 100):                   strings.Repeat("0", 100),
	} {
		if got := r.RedactString(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
		if got := string(r.Redact([]byte(text))); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

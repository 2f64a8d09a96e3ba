package auth

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
	"unique"
)

// Redacted is what stands in the place of a secret wherever it is written.
const Redacted = "[redacted]"

// Secret is text that is never written out: its String, JSON, YAML and log
// forms, and those of every verb of package fmt, are "[redacted]". The zero
// value is the empty secret. Secrets of the same text are equal with ==, but
// only Equal takes the same time whatever the difference.
type Secret struct {
	// A handle rather than the text: where a Secret is in an unexported field,
	// package fmt cannot call its methods, and then prints an address.
	handle unique.Handle[string]
}

// NewSecret makes a secret of a text.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}

	return Secret{handle: unique.Make(text)}
}

// Reveal returns the text. It is for the wire alone.
func (s Secret) Reveal() string {
	if s.Empty() {
		return ""
	}

	return s.handle.Value()
}

// Empty says whether there is no text.
func (s Secret) Empty() bool { return s == Secret{} }

// Equal compares two secrets in a time that depends on their lengths alone.
func (s Secret) Equal(other Secret) bool {
	// The hashes have one length: comparing the texts would tell theirs.
	a, b := sha256.Sum256([]byte(s.Reveal())), sha256.Sum256([]byte(other.Reveal()))

	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// String returns "[redacted]".
func (Secret) String() string { return Redacted }

// GoString returns "[redacted]".
func (Secret) GoString() string { return Redacted }

// GomegaString returns "[redacted]": a failed assertion prints values by
// reflection.
func (Secret) GomegaString() string { return Redacted }

// Format writes "[redacted]", whatever the verb and the flags.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, Redacted) }

// MarshalJSON returns "[redacted]" as a JSON string.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + Redacted + `"`), nil }

// MarshalText returns "[redacted]".
func (Secret) MarshalText() ([]byte, error) { return []byte(Redacted), nil }

// MarshalYAML returns "[redacted]".
func (Secret) MarshalYAML() (any, error) { return Redacted, nil }

// LogValue returns "[redacted]".
func (Secret) LogValue() slog.Value { return slog.StringValue(Redacted) }

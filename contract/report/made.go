package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/auth"
)

// Made is what a run was made with, beside the contract's file and the target's address.
// As long as the files are there, the cases can be planned again by it. Files are named
// as they were given. It holds no secret.
type Made struct {
	// SHA256 is the hash of the contract's file and of those that it refers to, one after
	// the other, in hex; Overlays are what was laid over it, in order.
	SHA256   string    `json:"sha256,omitempty"`
	Overlays []Overlay `json:"overlays,omitempty"`
	// RemoteRefs tells that references to any URL were followed, WithoutConventions that
	// nothing was inferred about answers.
	RemoteRefs         bool `json:"remoteRefs,omitempty"`
	WithoutConventions bool `json:"withoutConventions,omitempty"`
	// TargetFile describes the target; "" where none did. URL, Values ("name=value") and
	// Headers ("Name: value") were set beside it, or in its place.
	TargetFile string   `json:"targetFile,omitempty"`
	URL        string   `json:"url,omitempty"`
	Values     []string `json:"values,omitempty"`
	Headers    []string `json:"headers,omitempty"`
	// Withheld is what was set, too, and is secret: without it.
	Withheld []Withheld `json:"withheld,omitempty"`

	Strength         int     `json:"strength,omitempty"`
	Unsafe           bool    `json:"unsafe,omitempty"`
	NearMisses       bool    `json:"nearMisses,omitempty"`
	Strict           bool    `json:"strict,omitempty"`
	Known            string  `json:"known,omitempty"` // the file that lists known failures
	CaseTimeout      float64 `json:"caseTimeoutSeconds,omitempty"`
	WithoutPreflight bool    `json:"withoutPreflight,omitempty"`
}

// Overlay is an overlay that was laid over a contract, and the hash of its text, in hex.
type Overlay struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
}

// Withheld is a secret that a target was given beside a file: what kind it is, and whose.
type Withheld struct {
	// Kind is token, user, header or value.
	Kind string `json:"kind"`
	// Name is that of the user, the header or the value; "" for a token.
	Name string `json:"name,omitempty"`
}

// redacted gives what may be written: a setting with a secret in it is withheld.
func (m *Made) redacted(r *auth.Redactor) *Made {
	out := *m
	m = &out
	m.TargetFile, m.Known = r.RedactString(m.TargetFile), r.RedactString(m.Known)
	if m.URL != r.RedactString(m.URL) {
		m.URL = ""
	}
	m.Overlays, m.Withheld = slices.Clone(m.Overlays), slices.Clone(m.Withheld)
	for i := range m.Overlays {
		m.Overlays[i].File = r.RedactString(m.Overlays[i].File)
	}
	m.Values = m.open(r, "value", "=", m.Values)
	m.Headers = m.open(r, "header", ":", m.Headers)
	for i := range m.Withheld {
		m.Withheld[i].Name = r.RedactString(m.Withheld[i].Name)
	}
	return m
}

// open gives those settings that hold no secret, and withholds the others.
func (m *Made) open(r *auth.Redactor, kind, between string, all []string) []string {
	var out []string
	for _, text := range all {
		if r.RedactString(text) == text {
			out = append(out, text)
			continue
		}
		name, _, _ := strings.Cut(text, between)
		m.Withheld = append(m.Withheld, Withheld{kind, name})
	}
	return out
}

// options says in words what else than usual was asked for.
func (m *Made) options() []string {
	var out []string
	for _, one := range []struct {
		text string
		set  bool
	}{
		{"target file " + m.TargetFile, m.TargetFile != ""},
		{fmt.Sprintf("strength %d", m.Strength), m.Strength > 2},
		{"no conventions", m.WithoutConventions},
		{"strict", m.Strict},
		{"unsafe", m.Unsafe},
		{"near misses", m.NearMisses},
		{"known failures of " + m.Known, m.Known != ""},
		{"no preflight", m.WithoutPreflight},
	} {
		if one.set {
			out = append(out, one.text)
		}
	}
	return out
}

// since says what is another than it was when an earlier report was made, of what cases are
// planned by: the contract, overlays, conventions and the strength.
func (r *Report) since(earlier *Report) []string {
	was, now := earlier.Made, r.Made
	if was == nil || now == nil {
		return nil
	}
	var out []string
	differs := func(nameWas, sumWas, name, sum string) {
		switch {
		case sumWas == sum || sumWas == "" || sum == "":
		case nameWas == name:
			out = append(out, Printable(name)+" has changed")
		default:
			out = append(out, fmt.Sprintf("%s is another text than %s was", Printable(name), Printable(nameWas)))
		}
	}
	differs(earlier.Contract.File, was.SHA256, r.Contract.File, now.SHA256)
	for i := range max(len(was.Overlays), len(now.Overlays)) {
		switch {
		case i >= len(now.Overlays):
			out = append(out, fmt.Sprintf("the overlay %s is left out", Printable(was.Overlays[i].File)))
		case i >= len(was.Overlays):
			out = append(out, fmt.Sprintf("the overlay %s is new", Printable(now.Overlays[i].File)))
		default:
			differs(was.Overlays[i].File, was.Overlays[i].SHA256, now.Overlays[i].File, now.Overlays[i].SHA256)
		}
	}
	if was.WithoutConventions != now.WithoutConventions {
		out = append(out, "conventions are "+map[bool]string{true: "left out", false: "inferred"}[now.WithoutConventions])
	}
	if was.Strength != 0 && was.Strength != now.Strength {
		out = append(out, fmt.Sprintf("the strength is %d, and was %d", now.Strength, was.Strength))
	}
	return out
}

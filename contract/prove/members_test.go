package prove

import (
	"strings"
	"testing"
)

// TestMembers is about members that are seldom: without which an object is too
// small, which are not listed, and which can have no value at all.
func TestMembers(t *testing.T) {
	t.Parallel()
	derived(t)
	r := prove(t, "testdata/members.yaml", Options{})
	want := map[string]string{
		"register.body.device.phone.maxLength/raised":                              "",
		"register.answer.unprovoked-5xx/for-body_device_minProperties":             "",
		"register.answer.unprovoked-5xx/for-body_labels_additionalProperties_type": "",
		"register.answer.unprovoked-5xx/labels-without-state":                      "",
		"register.answer.unprovoked-5xx/state":                                     "no allowed request was drawn in which body.state is present",
		"register.answer.unprovoked-5xx/for-body_state_schema":                     "no value of body.state is known to be valid",
		"register.answer.200/success-as-404":                                       "only the target knows whether kind (query) is there",
	}
	for i := range r.Faults {
		if f := &r.Faults[i]; strings.Contains(f.Clause, "tags.items") {
			t.Errorf("%s: text has no elements", f.Name)
		}
	}
	tell(t, r, want)
}

// tell wants faults to be there: noticed by a case that names the clause, or excluded
// for a reason.
func tell(t *testing.T, r *Result, want map[string]string) {
	t.Helper()
	found := map[string]bool{}
	for i := range r.Faults {
		f := &r.Faults[i]
		reason, known := want[f.Name]
		found[f.Name] = true
		switch {
		case known && reason == "" && !f.Named:
			t.Errorf("%s is not noticed by its clause: excluded for %q", f.Name, f.Excluded)
		case known && !strings.Contains(f.Excluded, reason):
			t.Errorf("%s is excluded for %q, want %q", f.Name, f.Excluded, reason)
		}
	}
	for name := range want {
		if !found[name] {
			t.Errorf("%s is missing", name)
		}
	}
}

package prove

import (
	"strings"
	"testing"
)

// TestMembers is about members that are seldom: without which an object is too
// small, which are not listed, and which can have no value at all.
func TestMembers(t *testing.T) {
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
		f := &r.Faults[i]
		reason, known := want[f.Name]
		switch {
		case strings.Contains(f.Clause, "tags.items"):
			t.Errorf("%s: text has no elements", f.Name)
		case known && reason == "" && !f.Named:
			t.Errorf("%s is not noticed by its clause: excluded for %q", f.Name, f.Excluded)
		case known && !strings.Contains(f.Excluded, reason):
			t.Errorf("%s is excluded for %q, want %q", f.Name, f.Excluded, reason)
		}
		delete(want, f.Name)
	}
	for name := range want {
		t.Errorf("%s is missing", name)
	}
}

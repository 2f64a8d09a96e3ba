package placeholder

import (
	"regexp"
	"testing"
	"time"
)

func TestFill(t *testing.T) {
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"plain":                           "plain",
		"{{unique}}":                      "u1",
		"a-{{ unique }}@b.c {{unique}}":   "a-u1@b.c u1",
		"{{now}}":                         "2026-01-31T12:00:00Z",
		"from {{now-2h}} to {{now + 1d}}": "from 2026-01-31T10:00:00Z to 2026-02-01T12:00:00Z",
		"{now}":                           "{now}",
	} {
		if err := Check(text); err != nil {
			t.Error(err)
		}
		if got := Fill(text, now, "u1"); got != want {
			t.Errorf("%q is filled as %q, not %q", text, got, want)
		}
	}
}

// TestLikeAnotherText holds that letters and digits become others of their kind, and are
// the same for the same request.
func TestLikeAnotherText(t *testing.T) {
	const text = "{{unique as AB-12cd}}!"
	first, second := Fill(text, time.Time{}, "u1"), Fill(text, time.Time{}, "u2")
	if first == second || first != Fill(text, time.Time{}, "u1") || !regexp.MustCompile(`^[A-Z]{2}-[0-9]{2}[a-z]{2}!$`).MatchString(first) {
		t.Errorf("%s is filled as %s, and as %s", text, first, second)
	}
	if got := Fill("{{unique as 12345}}-{{unique as 12345}}", time.Time{}, "u1"); got[:5] == got[6:] {
		t.Errorf("both parts of %s are the same: they are as few as those of one", got)
	}
	if Many("AB-12") || !Many("ABC-123-DE") {
		t.Error("texts with few letters and digits are as good as new, or those with many are not")
	}
}

func TestWhatIsNoPlaceholder(t *testing.T) {
	for _, text := range []string{"{{uniqe}}", "{{now+1}}", "{{now+1y}}", "{{}}", "{{now+99999999999999999999h}}", "{{now+9999999d}}"} {
		if Check("a"+text) == nil || In(text) {
			t.Errorf("%q is taken for a placeholder", text)
		}
	}
	const want = "{{uniqe}} is no placeholder; use {{unique}}, {{now}} or a time from now, such as {{now-2h}} or {{now+1d}}"
	if got := Check("{{uniqe}}").Error(); got != want {
		t.Errorf("the message is %q, not %q", got, want)
	}
}

func TestMoment(t *testing.T) {
	if d, ok := Moment("{{now+90m}}"); !ok || d != 90*time.Minute {
		t.Errorf("{{now+90m}} is %v from now", d)
	}
	for _, text := range []string{"at {{now}}", "{{now}}{{now}}", "{{unique}}", "now"} {
		if _, ok := Moment(text); ok {
			t.Errorf("%q is a moment", text)
		}
	}
}

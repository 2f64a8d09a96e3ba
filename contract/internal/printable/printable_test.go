package printable

import "testing"

func TestTexts(t *testing.T) {
	for in, want := range map[string]struct{ escaped, legible, masked string }{
		"":                     {"", "", ""},
		"plain – ä λ 🙂":        {"plain – ä λ 🙂", "plain – ä λ 🙂", "plain – ä λ 🙂"},
		"a\x1b[31m\nb\r\t\x00": {`a\x1b[31m\nb\r\t\x00`, "a\x1b[31m\nb\r\t\x00", "a?[31m?b???"},
		"\u202eabc\u200b":      {`\u202eabc\u200b`, "\u202eabc\u200b", "?abc?"},
		"\xff and \xfe":        {`\xff and \xfe`, `\xff and \xfe`, "? and ?"},
		"\ufffd":               {`\ufffd`, "\ufffd", "?"},
		"\U000e0001":           {`\U000e0001`, "\U000e0001", "?"},
		"\x7f\u0085":           {`\x7f\u0085`, "\x7f\u0085", "??"},
	} {
		if have := Escape(in); have != want.escaped {
			t.Errorf("Escape(%q) is %q", in, have)
		}
		if have := Legible(in); have != want.legible {
			t.Errorf("Legible(%q) is %q", in, have)
		}
		if have := Mask(in); have != want.masked {
			t.Errorf("Mask(%q) is %q", in, have)
		}
	}
}

package world

import (
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
)

// Two names are those of the ends of a range where one word for them parts them.
func TestPaired(t *testing.T) {
	for _, test := range []struct {
		low, high     string
		times, paired bool
	}{
		{"start", "end", true, true},
		{"startsAt", "endsAt", true, true},
		{"starts_at", "ends_at", false, false},
		{"end", "start", true, false},
		{"valid_from", "valid_to", true, true},
		{"valid_from", "valid_until", true, true},
		{"check_in", "check_out", true, true},
		{"checkin_date", "checkout_date", true, true},
		{"departure", "arrival", true, true},
		{"not_before", "not_after", true, true},
		{"not_after", "not_before", true, false},
		{"after", "before", true, true},
		{"since", "until", true, true},
		{"since", "until", false, false},
		{"min_price", "max_price", false, true},
		{"min_price", "max_size", false, false},
		{"from", "begin", true, false},
	} {
		if _, got := Paired(spec.Words(test.low), spec.Words(test.high), test.times); got != test.paired {
			t.Errorf("%s and %s: %t", test.low, test.high, got)
		}
		if test.paired && !Begins(spec.Words(test.low)) {
			t.Errorf("%s is not seen to begin a range", test.low)
		}
	}
}

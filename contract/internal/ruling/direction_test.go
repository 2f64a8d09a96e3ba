package ruling

import (
	"os"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
)

// TestWhatIsOpenIsInDoubt holds that a recorded request is neither demanded to be
// taken nor to be refused for what it need not hold.
func TestWhatIsOpenIsInDoubt(t *testing.T) {
	data, err := os.ReadFile("../../testdata/accounts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := spec.Load("accounts.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ operation, body, broken, doubt string }{
		{"putAccount", `{"name": "n", "pin": "pins"}`, "", ""},
		{"putAccount", `{"name": "n", "pin": "pins", "id": 7}`, "", "the body's id is only answered, and not to be sent"},
		{"makeProfile", `{"login": "ab", "secret": "x"}`, "", ""},
		{"makeProfile", `{"login": "ab", "secret": "x", "number": 7}`, "", "the body's number is only answered, and not to be sent"},
		{"makeProfile", `{"login": "ab", "secret": "x", "mood": null}`, "", "the body's mood is null, which the contract may or may not be meant to allow"},
		{"makeProfile", `{"login": "ab", "secret": "x", "friend": null}`, "", "the body's friend is null, which the contract may or may not be meant to allow"},
		{"makeProfile", `{"login": "ab", "secret": "x", "mood": "sad"}`, "makeProfile.body.mood.enum", ""},
		{"makeProfile", `[]`, "", ""},
	} {
		op := c.Operation(test.operation)
		d := readJSON(op.Body.ID, op.Body.Content[0].Schema, []byte(test.body))
		var broken []string
		for _, v := range d.broken {
			broken = append(broken, v.Clause)
		}
		if strings.Join(broken, " ") != test.broken || strings.Join(d.doubts, "; ") != test.doubt {
			t.Errorf("%s: broken %v, doubts %v, want %s and %s", test.body, broken, d.doubts, test.broken, test.doubt)
		}
	}
}

package prove

import "testing"

// TestUnions is about schemas of several alternatives, null, and limits that are
// seldom: each fault is noticed, and no conforming implementation is charged.
func TestUnions(t *testing.T) {
	t.Parallel()
	r := prove(t, "testdata/unions.yaml", Options{})
	if r.Failed() {
		t.Error(r.Summary())
	}
	tell(t, r, map[string]string{
		"pay.body.by.schema/dropped":                    "",
		"pay.body.by.schema/without-card":               "",
		"pay.body.by.schema/without-account":            "",
		"pay.body.by.schema/unchecked-account":          "",
		"pay.body.by.schema/discriminator-ignored":      "",
		"pay.body.tag.schema/without-alternative-2":     "",
		"pay.body.note.schema/null-refused":             "",
		"pay.body.fee.type/null-refused":                "",
		"pay.body.fee.type/negative-refused":            "",
		"pay.body.pennies.multipleOf/dropped":           "",
		"pay.body.labels.minProperties/raised":          "",
		"pay.body.labels.maxProperties/dropped":         "",
		"pay.body.mail.maxLength/raised":                "",
		"pay.body.code.pattern/beginning-open":          "",
		"pay.query.within.schema/without-alternative-2": "",
		"pay.answer.200.log.minItems/spoilt":            "",
		"pay.answer.200.additionalProperties/spoilt":    "",
		"pay.answer.200.by.schema/spoilt":               "",
	})
}

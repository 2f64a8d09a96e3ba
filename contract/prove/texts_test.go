package prove

import "testing"

// TestTexts holds the plan and the oracle to the same: what can be told by a text
// that some pattern, form or size lets be made is noticed.
func TestTexts(t *testing.T) {
	t.Parallel()
	derived(t)
	r := prove(t, "testdata/texts.yaml", Options{Only: []string{"*.pattern/*", "*Length*", "gzip"}})
	const (
		no    = "characters was found that keeps to what else its schema says"
		taken = "no text was found that it takes, and that breaks the pattern and nothing else"
		size  = "a request of that size may be refused for its size alone (413)"
	)
	want := map[string]string{
		"note.query.span.pattern/repetition-1-more":           "",
		"note.query.span.pattern/repetition-2-fewer":          "",
		"note.query.span.pattern/repetition-2-more":           "",
		"note.query.tag.pattern/repetition-1-more":            taken,
		"note.query.tag.maxLength/raised":                     "no text of 21 " + no,
		"note.query.tag.maxLength/lowered":                    "",
		"note.body.file.pattern/any-case":                     "the pattern has letters of both cases, or none",
		"note.body.file.minLength/dropped":                    "no text of 3 " + no,
		"note.body.file.minLength/raised":                     "no text of 4 " + no,
		"note.body.file.maxLength/lowered":                    "",
		"note.body.file.maxLength/raised":                     "",
		"note.body.phone.pattern/repetition-1-fewer":          "",
		"note.body.phone.maxLength/lowered":                   "",
		"note.body.phone.maxLength/dropped":                   "no text of 17 " + no,
		"note.body.address.maxLength/raised":                  "no text of 46 " + no,
		"note.body.content.maxLength/raised":                  size,
		"note.body.content.maxLength/lowered":                 size,
		"note.answer.unprovoked-5xx/for-body_file_maxLength":  "",
		"note.answer.unprovoked-5xx/for-body_file_minLength":  "no text of 3 " + no,
		"note.answer.unprovoked-5xx/for-body_phone_maxLength": "no text of 17 " + no,
	}
	tell(t, r, want)
}

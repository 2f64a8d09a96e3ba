package prove

import "testing"

// TestForms is about bodies that are no JSON: nothing is charged, nothing missed, and
// what a text cannot say is excluded.
func TestForms(t *testing.T) {
	t.Parallel()
	r := prove(t, "testdata/forms.yaml", Options{})
	if r.Failed() {
		for i := range r.Faults {
			if r.Faults[i].Missed() {
				t.Errorf("%s is missed", r.Faults[i].Name)
			}
		}
		t.Errorf("%s: %+v", r.Summary(), r.Good)
	}
	tell(t, r, map[string]string{
		"signUp.body.age.type/leading-digits":                                     "",
		"signUp.body.age.type/plus-sign-taken":                                    lawful,
		"signUp.body.tags.maxItems/dropped":                                       "",
		"signUp.body.sizes.items.type/leading-digits":                             "",
		"signUp.body.address.city.required/optional":                              "",
		"signUp.body.plan.enum/begins-with-listed":                                "",
		"signUp.body.mediaType/another-taken":                                     "",
		"upload.body.file.required/optional":                                      "",
		"upload.body.file.maxLength/dropped":                                      "",
		"upload.body.about.year.minimum/dropped":                                  "",
		"note.body.minLength/dropped":                                             "",
		"store.body.maxLength/dropped":                                            "",
		"make.body.application_2fx-www-form-urlencoded.title.maxLength/dropped":   "",
		"make.body.application_2fx-www-form-urlencoded.count.type/leading-digits": "",
		"make.body.application_2fx-www-form-urlencoded.title.required/optional":   "",
	})
}

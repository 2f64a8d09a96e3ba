package prove

import "testing"

// TestAnswersOfManyForms proves what is noticed of answers beyond JSON bodies: media
// types alone, and headers that are lists, objects, documents and cookies.
func TestAnswersOfManyForms(t *testing.T) {
	t.Parallel()
	r := prove(t, "testdata/answers.yaml", Options{Only: []string{
		"*.answer.*.header.*", "*.answer.200.mediaType/*", "*.answer.400.*", "extra-headers", "charset", "refusals-in-turn", "explained", "conditional", "formats-of-its-own",
	}})
	noticed := map[string]bool{}
	for i := range r.Faults {
		noticed[r.Faults[i].Name] = len(r.Faults[i].By) > 0
	}
	for _, name := range []string{
		"logIn.answer.204.header.Set-Cookie.required/dropped", "logIn.answer.204.header.Set-Cookie.pattern/spoilt",
		"readReport.answer.200.header.X-Pages.type/spoilt", "readReport.answer.200.header.X-Pages.from.type/spoilt",
		"readReport.answer.200.header.X-Pages.from.minimum/spoilt", "readReport.answer.200.header.X-Window.low.type/spoilt",
		"readReport.answer.200.header.X-Window.kind.enum/spoilt", "readReport.answer.200.header.X-Columns.items.pattern/spoilt",
		"readReport.answer.200.header.X-Meta.json/spoilt", "readReport.answer.200.header.X-Meta.n.type/spoilt",
		"readReport.answer.200.header.X-Note.maxLength/spoilt", "readReport.answer.200.mediaType/html",
		"listThings.answer.200.mediaType/text", "listThings.answer.400.title.type/retyped",
	} {
		if !noticed[name] {
			t.Errorf("not noticed: %s", name)
		}
	}
}

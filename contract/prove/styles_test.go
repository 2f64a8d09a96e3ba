package prove

import "testing"

// TestStyles is about objects and lists outside the body, in every style: what is
// wrong with a member is noticed, and no lawful reader is charged.
func TestStyles(t *testing.T) {
	t.Parallel()
	derived(t)
	tell(t, prove(t, "testdata/styles.yaml", Options{}), map[string]string{
		"deep.query.filter.required/optional":                    "",
		"deep.query.filter.min.required/optional":                "",
		"deep.query.filter.max.maximum/raised":                   "",
		"deep.query.filter.sort.enum/begins-with-listed":         "",
		"deep.query.filter.additionalProperties/dropped":         "",
		"deep.rule.min-below-max/dropped":                        "",
		"form.query.page.limit.maximum/dropped":                  "",
		"form.query.sort.required/optional":                      "",
		"form.query.sort.by.required/optional":                   "without its only member nothing is sent",
		"joined.query.range.from.type/leading-digits":            "",
		"joined.query.bars.items.enum/dropped":                   "",
		"joined.query.size.h.type/false-unless-true":             "",
		"content.query.query.y.items.enum/dropped":               "",
		"content.query.query.x.required/optional":                "",
		"content.header.X-Query.n.minimum/dropped":               "",
		"simple.path.named.r.required/optional":                  "",
		"simple.path.plain.r.maximum/raised":                     "",
		"simple.header.X-Named.r.minimum/lowered":                "",
		"simple.cookie.crumbs.r.maximum/dropped":                 "an object in a cookie is read in different ways",
		"simple.answer.unprovoked-5xx/for-header_X-Plain_r_type": "",
		"simple.answer.unprovoked-5xx/without-X-Plain-g":         "",
	})
}

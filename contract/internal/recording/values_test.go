package recording

import (
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/har"
)

// TestValues has what requests carry in their texts.
func TestValues(t *testing.T) {
	const desk = "X-Desk: 5"
	long := strings.Repeat("a", 21)
	for query, want := range map[string]string{
		"q=a":                                okay,
		"q=a&key=s":                          okay, // a credential
		"q=":                                 free,
		"sort=ASC&field=date":                "refused must query.q.required",
		"q=a&q=b":                            free,
		"q=%20a":                             free,
		"q=a+b":                              free,
		"q=" + long:                          "refused must query.q.maxLength",
		"q=" + long[1:]:                      "accepted must query.q.maxLength",
		"q=" + strings.Repeat("%C3%A4", 20):  free, // 20 characters, 40 bytes
		"q=" + strings.Repeat("%C3%A4", 21):  "refused must query.q.maxLength",
		"q=" + strings.Repeat("a%CC%88", 20): free, // letters and the marks on them
		"q=" + strings.Repeat("a%CC%88", 21): "refused must query.q.maxLength",
		"q=%C3%A4":                           okay,
		"q=REDACTED":                         free,
		"q=%0A":                              free,
		"q=a&x=1":                            free,
		"Q=a":                                free,
		"q=a&&":                              okay,

		"q=a&sort=ASC":               "refused must rule.sort-needs-field",
		"q=a&sort=ASC&field=date":    okay,
		"q=a&sort=asc&field=date":    "refused should query.sort.enum",
		"q=a&sort=up&field=date":     "refused must query.sort.enum",
		"q=a&sort=ASC&field=":        free,
		"q=a&sort=&field=date":       free,
		"q=a&sort=ASC%20&field=date": free,
		"q=a&sort=up%20&field=date":  "refused must query.sort.enum",
		"q=a&sort=x&sort=ASC":        free,
		"q=a&sort=x&sort=y":          "refused must query.sort.enum",
		"q=a&sort=ASC&sort=ASC":      free,
		"q=a&sort=A%00":              "either must answer.unprovoked-5xx",

		"q=a&min=10":                   okay,
		"q=a&min=1":                    okay,
		"q=a&min=0":                    "accepted must query.min.minimum",
		"q=a&min=-1":                   "refused must query.min.minimum",
		"q=a&min=499":                  okay,
		"q=a&min=900":                  "accepted should query.min.maximum",
		"q=a&min=1001":                 "refused should query.min.maximum",
		"q=a&min=abc":                  "refused must query.min.type",
		"q=a&min=1.5":                  "refused must query.min.type",
		"q=a&min=12abc":                "refused must query.min.type",
		"q=a&min=1.2.3":                "refused must query.min.type",
		"q=a&min=5x":                   "refused must query.min.type",
		"q=a&min=%2B5":                 free,
		"q=a&min=05":                   free,
		"q=a&min=5.0":                  free,
		"q=a&min=1e3":                  free,
		"q=a&min=-0":                   free,
		"q=a&min=%205":                 free,
		"q=a&min=0x10":                 free,
		"q=a&min=1_000":                free,
		"q=a&min=1,000":                free,
		"q=a&min=1.000":                free,
		"q=a&min=null":                 free,
		"q=a&min=5L":                   free,
		"q=a&min=%D9%A3":               free, // a digit of another script
		"q=a&min=":                     free,
		"q=a&min=***":                  free,
		"q=a&min=18446744073709551616": "refused should query.min.maximum",
		"q=a&max=18446744073709551616": free,
		"q=a&max=9007199254740993":     free,
		"q=a&min=10&max=9":             "refused must rule.max-at-least-min",
		"q=a&min=10&max=10":            "accepted must rule.max-at-least-min",
		"q=a&min=10&max=20":            okay,
		"q=a&min=10&max=%2B9":          free,
		"q=a&min=10&max=x":             "refused must query.max.type",
		"q=a&min=900&max=900":          "accepted should query.min.maximum", // a rule of must beside it

		"q=a&ratio=0.5":                   okay,
		"q=a&ratio=1":                     "accepted must query.ratio.maximum",
		"q=a&ratio=1.01":                  "refused must query.ratio.maximum",
		"q=a&ratio=0.50":                  free,
		"q=a&ratio=5e-1":                  free,
		"q=a&ratio=0,5":                   free,
		"q=a&ratio=NaN":                   free,
		"q=a&ratio=half":                  "refused must query.ratio.type",
		"q=a&ratio=1.0000000000000000001": free,

		"q=a&open=true":  okay,
		"q=a&open=TRUE":  free,
		"q=a&open=1":     free,
		"q=a&open=2":     "refused must query.open.type",
		"q=a&open=maybe": "refused must query.open.type",

		"q=a&ids=10&ids=20":           okay,
		"q=a&ids=1&ids=20":            "accepted must query.ids.items.minimum",
		"q=a&ids=10&ids=20&ids=30":    "accepted must query.ids.maxItems",
		"q=a&ids=1&ids=20&ids=30":     okay, // at two limits, of which neither is inferred
		"q=a&ids=1&ids=2&ids=3&ids=4": "refused must query.ids.maxItems",
		"q=a&ids=10&ids=x":            "refused must query.ids.items.type",
		"q=a&ids=10,20":               free,
		"q=a&ids=10&ids=":             free,
		"q=a&ids[]=10":                free,
		"q=a&tags=red,blue":           okay,
		"q=a&tags=red,green":          "refused must query.tags.items.enum",
		"q=a&tags=red&tags=blue":      free,
		"q=a&tags=red%2Cblue":         free, // many clients escape the commas between values
		"q=a&tags=red%2cgreen":        "refused must query.tags.items.enum",

		"q=a&until=2026-01-31T00:00:00Z":                            okay,
		"q=a&until=2026-01-31T00:00:00.5Z":                          free,
		"q=a&until=2026-01-31T00:00:00%2B01:00":                     free,
		"q=a&until=2026-01-31T00:00:00+01:00":                       free,
		"q=a&until=2026-01-31t00:00:00z":                            free,
		"q=a&until=2026-01-31%2000:00:00Z":                          free,
		"q=a&until=2026-01-31T00:00Z":                               free,
		"q=a&until=20260131T000000Z":                                free,
		"q=a&until=2026-01-31T24:00:00Z":                            free,
		"q=a&until=2016-12-31T23:59:60Z":                            free,
		"q=a&until=yesterday":                                       "refused must query.until.format",
		"q=a&until=2026-01-31":                                      free,
		"q=a&until=2026-01-31T00:00:00":                             free,
		"q=a&until=1769817600":                                      free,
		"q=a&until=2026-02-30T00:00:00Z":                            "refused must query.until.format",
		"q=a&until=2026-13-01T00:00:00Z":                            "refused must query.until.format",
		"q=a&until=2026-01-30T36:00:00Z":                            "refused must query.until.format",
		"q=a&since=yesterday":                                       "refused should query.since.format",
		"q=a&since=yesterday&until=yesterday":                       "refused must query.until.format",
		"q=a&since=2026-01-30T00:00:00Z&until=2026-01-31T00:00:00Z": okay,
		"q=a&since=2026-01-31T00:00:00Z&until=2026-01-30T00:00:00Z": "refused should rule.in-order",
		"q=a&since=2026-01-31T00:00:00Z&until=2026-01-31T00:00:00Z": "accepted should rule.in-order",
		"q=a&since=2026-01-31T00:00:00Z&until=2026-01-31T00:30:00Z": "accepted should rule.in-order",
		// Within 30 days of now, and longer than 30 days: the readings differ.
		"q=a&since=2026-01-30T00:00:00Z&until=2026-03-30T00:00:00Z": free,
		// 30 days before now, within an hour.
		"q=a&since=2026-01-01T12:30:00Z&until=2026-01-02T00:00:00Z": free,
		// Both readings are broken, by a day and by an hour.
		"q=a&since=2025-12-01T00:00:00Z&until=2026-01-01T00:00:00Z": "refused must rule.window",
		"q=a&since=2025-12-01T00:00:00Z&until=2025-12-31T01:00:00Z": "refused should rule.window",
	} {
		e := entryOf("GET /desks/main/loans?"+query, desk)
		if got := about(recorded(t, whole, e).Cases[0]); got != want {
			t.Errorf("%s is %s, not %s: %s", query, got, want, recorded(t, whole, e).Cases[0].Why)
		}
	}
}

// TestHeadersAndCookies tells a recording by who sent the requests from another:
// headers may have been taken out of that.
func TestHeadersAndCookies(t *testing.T) {
	for _, test := range []struct {
		lines         []string
		whole, others string
	}{
		{[]string{"X-Desk: 5"}, okay, free}, // a rule asks for a cookie, which may have been there
		{[]string{}, "refused must header.X-Desk.required", free},
		{[]string{"x-desk: five"}, "refused must header.X-Desk.type", "refused must header.X-Desk.type"},
		{[]string{"x-desk: [redacted]"}, free, free},
		{[]string{"x-desk:  5 "}, okay, free},
		{[]string{"x-desk: 5", "x-desk: 6"}, free, free},
		{[]string{"x-desk: 5\n6"}, free, free},
		{[]string{"X-Desk: 5", "X-Trace: abc"}, "refused must header.X-Trace.minLength", "refused must header.X-Trace.minLength"},
		{[]string{"X-Desk: 5", "Cookie: lang=de"}, "refused must rule.lang-needs-trace", free},
		{[]string{"X-Desk: 5", "Cookie: a=b; lang=fr"}, "refused must cookie.lang.enum", "refused must cookie.lang.enum"},
		{[]string{"X-Desk: 5", "Cookie: lang=%66r"}, free, free},
		{[]string{"X-Desk: 5", "Cookie: lang=f+r"}, free, free},
		{[]string{"X-Desk: 5", "X-Trace: äbcd"}, free, free},
		{[]string{"X-Desk: 5", "X-HTTP-Method-Override: POST"}, "skip: its header X-Http-Method-Override asks for another method", ""},
		{[]string{"X-Desk: 5", "X-Long: " + strings.Repeat("a", 8000)}, free, free},
	} {
		e := entryOf(append([]string{"GET /desks/main/loans?q=a"}, test.lines...)...)
		if got := about(recorded(t, whole, e).Cases[0]); got != test.whole {
			t.Errorf("%q of who sent it is %s, not %s", test.lines, got, test.whole)
		}
		if got := about(recorded(t, Options{}, e).Cases[0]); got != test.others && test.others != "" {
			t.Errorf("%q of somebody else is %s, not %s", test.lines, got, test.others)
		}
	}
	e := entryOf("GET /desks/main/loans?q=a", "X-Desk: 5", "X-Trace: abcd")
	e.Request.Cookies = []har.Pair{{Name: "lang", Value: "fr"}}
	if got := about(recorded(t, Options{}, e).Cases[0]); got != "refused must cookie.lang.enum" {
		t.Errorf("a cookie that only the list has is %s", got)
	}
}

// TestTime has what depends on the server's clock.
func TestTime(t *testing.T) {
	// Longer than 30 days, and begun before the last 30 days by startedDateTime.
	e := entryOf("GET /desks/main/loans?q=a&since=2025-12-01T00:00:00Z&until=2026-01-31T00:00:00Z", "X-Desk: 5")
	if got := about(recorded(t, whole, e).Cases[0]); got != "refused must rule.window" {
		t.Errorf("in time it is %s", got)
	}
	for name, change := range map[string]func(e *har.Entry){
		"no time": func(e *har.Entry) { e.StartedDateTime = "" },
		"no zone": func(e *har.Entry) { e.StartedDateTime = "2026-01-31T12:00:00" },
		"another clock": func(e *har.Entry) {
			e.Response.Headers = append(e.Response.Headers, har.Pair{Name: "date", Value: "Mon, 01 Dec 2025 12:00:00 GMT"})
		},
		"near the limits": func(e *har.Entry) { e.StartedDateTime = "2025-12-31T00:30:00Z" },
	} {
		changed := e
		change(&changed)
		if got := about(recorded(t, whole, changed).Cases[0]); got != free {
			t.Errorf("%s is %s", name, got)
		}
	}
	late := e
	late.StartedDateTime = ""
	late.Response.Headers = append(late.Response.Headers, har.Pair{Name: "date", Value: "Sat, 31 Jan 2026 12:00:00 GMT"})
	if got := about(recorded(t, whole, late).Cases[0]); got != "refused must rule.window" {
		t.Errorf("by the answer's Date it is %s", got)
	}
}

// TestRequestsThatServersReadDifferently are judged by their success alone, or
// not at all.
func TestRequestsThatServersReadDifferently(t *testing.T) {
	for target, want := range map[string]string{
		"/desks/main/loans?q=%zz":                              "its query has characters that servers read in different ways",
		"/desks/main/loans?q=%FF":                              "its query has characters that servers read in different ways",
		"/desks/main/loans?q=%00":                              "its query has characters that servers read in different ways",
		"/desks/main/loans?q=a;b":                              "its query has characters that servers read in different ways",
		"/desks/main/loans?q=a|b":                              "its query has characters that servers read in different ways",
		"/desks/main/loans?q=ä":                                "its query has characters that servers read in different ways",
		"/desks/main/loans?q=a&a;b":                            "its query has a name that servers read in different ways",
		"/desks/main/loans?q=a&x=" + strings.Repeat("a", 2000): "its URL is so long that it may be refused for that",
	} {
		e := entryOf("GET "+target, "X-Desk: 5")
		if got := about(recorded(t, whole, e).Cases[0]); got != free {
			t.Errorf("%.60s with success is %s", target, got)
		}
		e.Response.Status = 400
		if got := about(recorded(t, whole, e).Cases[0]); got != "skip: "+want {
			t.Errorf("%.60s is %s, not skip: %s", target, got, want)
		}
	}
	for target, want := range map[string]string{
		"/desks/a%2Fb/loans?q=a":    "its path has characters that servers read in different ways",
		"/desks/%2e%2e/loans?q=a":   "its path has characters that servers read in different ways",
		"/desks/main;a=b/loans?q=a": "its path has characters that servers read in different ways",
		"/desks/m%C3%A4/loans?q=a":  "its path has characters that servers read in different ways",
		"/desks/a|b/loans?q=a":      "its path has characters that no URL holds",
	} {
		if got := about(recorded(t, whole, entryOf("GET "+target, "X-Desk: 5")).Cases[0]); got != "skip: "+want {
			t.Errorf("%s is %s, not skip: %s", target, got, want)
		}
	}
	// The credential of a recording of our own is not escaped.
	if got := about(recorded(t, whole, entryOf("GET /desks/main/loans?q=a&key=[redacted]", "X-Desk: 5")).Cases[0]); got != okay {
		t.Errorf("a redacted credential makes it %s", got)
	}
}

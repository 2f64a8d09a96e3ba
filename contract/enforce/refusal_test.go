package enforce_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/enforce"
)

const (
	exportPath = "/v3/p1/statistics/metrics/users/export"
	window     = "start_time=2026-01-01T00:00:00Z&end_time=2026-01-02T00:00:00Z"
	tokenText  = "a-token-of-some-length"
)

func token() auth.Token {
	return auth.Token{In: auth.InHeader, Name: "X-Auth-Token", Value: auth.NewSecret(tokenText)}
}

// userUsageHandler enforces the user usage contract before next.
func userUsageHandler(tb testing.TB, o enforce.Options, next http.HandlerFunc) http.Handler {
	tb.Helper()
	o.Verifiers = map[string]auth.Verifier{"token": token()}
	e, err := enforce.New(userUsage(tb), o)
	if err != nil {
		tb.Fatal(err)
	}
	return e.Middleware(next)
}

func ok(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }

// export sends a request with a valid token and the query as it is.
func export(h http.Handler, query string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, exportPath, http.NoBody)
	r.URL.RawQuery = query
	r.Header.Set("X-Auth-Token", tokenText)
	return serve(h, r)
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// wantError checks a whole answer in the shape of the user usage contract.
func wantError(t *testing.T, w *httptest.ResponseRecorder, status int, message string) {
	t.Helper()
	var body struct {
		Code    string `json:"error_code"`
		Message string `json:"error_msg"`
	}
	decoder := json.NewDecoder(w.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		t.Fatalf("status %d, body: %v", w.Code, err)
	}
	if w.Code != status || body.Code != strconv.Itoa(status) || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("got %d %s, code %q; want %d", w.Code, w.Header().Get("Content-Type"), body.Code, status)
	}
	if body.Message != message {
		t.Errorf("message\n got %s\nwant %s", body.Message, message)
	}
}

func TestEveryRefusalOfAParameter(t *testing.T) {
	const q = " [exportUserUsage.query."
	const date = "must be an RFC 3339 time such as 2026-01-31T00:00:00Z"
	h := userUsageHandler(t, enforce.Options{}, ok)
	for name, c := range map[string]struct{ query, want string }{
		"missing": {
			"end_time=2026-01-02T00:00:00Z",
			"start_time (query) is required: send an RFC 3339 time such as 2026-01-31T00:00:00Z" + q + "start_time.required]",
		},
		"required but empty": {
			"start_time=&end_time=2026-01-02T00:00:00Z",
			"start_time (query) is required: send an RFC 3339 time such as 2026-01-31T00:00:00Z" + q + "start_time.required]",
		},
		"both missing": {
			"",
			"start_time (query) is required: send an RFC 3339 time such as 2026-01-31T00:00:00Z" + q + "start_time.required]; " +
				"end_time (query) is required: send an RFC 3339 time such as 2026-01-31T00:00:00Z" + q + "end_time.required]",
		},
		"no time": {"start_time=yesterday&end_time=2026-01-02T00:00:00Z", "start_time (query) " + date + q + "start_time.format]"},
		"plus not escaped": {
			"start_time=2026-01-01T00:00:00+01:00&end_time=2026-01-02T00:00:00Z",
			"start_time (query) " + date + "; in a query, '+' is a blank: write it as %2B" + q + "start_time.format]",
		},
		"too long":       {window + "&username=" + strings.Repeat("x", 65), "username (query) must have at most 64 characters" + q + "username.maxLength]"},
		"no integer":     {window + "&usage_min_hours=1.5", "usage_min_hours (query) must be an integer" + q + "usage_min_hours.type]"},
		"empty integer":  {window + "&usage_min_hours=", "usage_min_hours (query) must be an integer" + q + "usage_min_hours.type]"},
		"beyond 64 bits": {window + "&usage_min_hours=99999999999999999999", "usage_min_hours (query) must be an integer" + q + "usage_min_hours.type]"},
		"negative":       {window + "&usage_min_hours=-1", "usage_min_hours (query) must be at least 0" + q + "usage_min_hours.minimum]"},
		"too large":      {window + "&usage_max_hours=2147483647", "usage_max_hours (query) must be at most 2147483646" + q + "usage_max_hours.maximum]"},
		"not in enum":    {window + "&sort_field=name", "sort_field (query) must be one of user_usage" + q + "sort_field.enum]"},
		"empty enum":     {window + "&sort_field=user_usage&sort_type=", "sort_type (query) must be one of DESC, ASC" + q + "sort_type.enum]"},
		"repeated":       {window + "&username=a&username=b", "username (query) must be given once, not 2 times" + q + "username.type]"},
		"not UTF-8":      {window + "&username=%FF", "username (query) must be UTF-8" + q + "username.type]"},
		"broken escape": {
			window + "&username=%ZZ",
			"username (query) is not percent-encoded (RFC 3986, section 2.1): write '%' itself as %25" + q + "username.type]",
		},
		"broken twice": {
			window + "&username=%&username=%",
			"username (query) is not percent-encoded (RFC 3986, section 2.1): write '%' itself as %25" + q + "username.type]",
		},
		"broken escape of an unknown one": {
			window + "&other=%ZZ",
			"the query is not percent-encoded (RFC 3986, section 2.1): write '%' itself as %25",
		},
		"broken name": {
			window + "&%ZZ=1",
			"the query holds a name that is not percent-encoded (RFC 3986, section 2.1): write '%' itself as %25",
		},
		"semicolon": {
			"start_time=2026-01-01T00:00:00Z;end_time=2026-01-02T00:00:00Z",
			"start_time (query) holds a ';': separate parameters with '&', and write ';' itself as %3B" + q + "start_time.type]; " +
				"end_time (query) is required: send an RFC 3339 time such as 2026-01-31T00:00:00Z" + q + "end_time.required]",
		},
		"semicolon in a name":            {window + "&a;b=1", "the query holds a ';': separate parameters with '&', and write ';' itself as %3B"},
		"semicolon in an unknown one":    {window + "&a=b;c", "the query holds a ';': separate parameters with '&', and write ';' itself as %3B"},
		"semicolons are complained once": {window + "&a=b;c&d=e;f&;", "the query holds a ';': separate parameters with '&', and write ';' itself as %3B"},
		"a query beyond bounds":          {window + "&a=" + strings.Repeat("x", 64<<10), "the query must have at most 65536 bytes"},
		"two parameters at once": {
			window + "&usage_min_hours=x&sort_type=UP&sort_field=user_usage",
			"usage_min_hours (query) must be an integer" + q + "usage_min_hours.type]; sort_type (query) must be one of DESC, ASC" + q + "sort_type.enum]",
		},
	} {
		t.Run(name, func(t *testing.T) { wantError(t, export(h, c.query), http.StatusBadRequest, c.want) })
	}
}

func TestEveryRefusalByARule(t *testing.T) {
	const r = " [exportUserUsage.rule."
	h := userUsageHandler(t, enforce.Options{}, ok)
	for name, c := range map[string]struct{ query, want string }{
		"sort_type alone": {window + "&sort_type=ASC", "sort_type is only allowed together with sort_field" + r + "sort-type-needs-sort-field]"},
		"max below min": {
			window + "&usage_min_hours=5&usage_max_hours=4",
			"usage_max_hours must not be less than usage_min_hours" + r + "usage-max-at-least-usage-min]",
		},
		"long window": {
			"start_time=2026-01-01T00:00:00Z&end_time=2026-01-31T00:00:01Z",
			"the time from start_time to end_time must not exceed 30 days" + r + "window-at-most-30-days]",
		},
		"backwards": {
			"start_time=2026-01-02T00:00:00Z&end_time=2026-01-01T00:00:00Z",
			"end_time must not be before start_time" + r + "end-not-before-start]",
		},
		"two rules": {
			window + "&usage_min_hours=5&usage_max_hours=4&sort_type=ASC",
			"sort_type is only allowed together with sort_field" + r + "sort-type-needs-sort-field]; " +
				"usage_max_hours must not be less than usage_min_hours" + r + "usage-max-at-least-usage-min]",
		},
		"not where a parameter is unreadable": {
			window + "&usage_min_hours=x&usage_max_hours=4&sort_type=ASC",
			"usage_min_hours (query) must be an integer [exportUserUsage.query.usage_min_hours.type]; " +
				"sort_type is only allowed together with sort_field" + r + "sort-type-needs-sort-field]",
		},
		"not where the query is unclear": {
			window + "&%ZZ=user_usage&sort_type=ASC",
			"the query holds a name that is not percent-encoded (RFC 3986, section 2.1): write '%' itself as %25",
		},
	} {
		t.Run(name, func(t *testing.T) { wantError(t, export(h, c.query), http.StatusBadRequest, c.want) })
	}
}

func TestAllowed(t *testing.T) {
	h := userUsageHandler(t, enforce.Options{}, ok)
	for name, query := range map[string]string{
		"the least":                         window,
		"30 days":                           "start_time=2026-01-01T00:00:00Z&end_time=2026-01-31T00:00:00Z",
		"everything":                        benchQuery + "&enterprise_project_id=0",
		"unknown parameters are ignored":    window + "&nobody=knows&me=&me=&",
		"an empty text is a text":           window + "&username=",
		"names may be escaped":              "%73tart_time=2026-01-01T00%3A00%3A00Z&end%5Ftime=2026-01-02T00:00:00Z",
		"an escaped plus":                   "start_time=2026-01-01T00:00:00%2B01:00&end_time=2026-01-02T00:00:00Z",
		"64 characters, more than 64 bytes": window + "&username=" + url.QueryEscape(strings.Repeat("ä", 64)),
	} {
		t.Run(name, func(t *testing.T) {
			if w := export(h, query); w.Code != http.StatusOK {
				t.Errorf("got %d: %s", w.Code, w.Body)
			}
		})
	}
}

func TestStrictQuery(t *testing.T) {
	h := userUsageHandler(t, enforce.Options{StrictQuery: true}, ok)
	const offer = ", which this operation does not have: send start_time, end_time, username, usage_min_hours, usage_max_hours, " +
		"enterprise_project_id, sort_field, sort_type"
	wantError(t, export(h, window+"&user=x"), http.StatusBadRequest, `the query holds "user"`+offer)
	wantError(t, export(h, window+"&%3Cb%3E%00%C3%A4=x"), http.StatusBadRequest, `the query holds "<b>\x00\u00e4"`+offer)
	wantError(t, export(h, window+"&"+strings.Repeat("y", 100)+"=x"), http.StatusBadRequest,
		`the query holds "`+strings.Repeat("y", 37)+`..."`+offer)
	if w := export(h, window); w.Code != http.StatusOK {
		t.Errorf("got %d: %s", w.Code, w.Body)
	}
}

// No answer repeats what was sent, and every answer keeps to its own limits.
func TestRefusalsAreBoundedAndRepeatNothing(t *testing.T) {
	const needle = "NEEDLE"
	h := userUsageHandler(t, enforce.Options{}, ok)
	var all strings.Builder
	for _, name := range []string{
		"start_time", "end_time", "username", "usage_min_hours", "usage_max_hours", "sort_field", "sort_type", "enterprise_project_id",
	} {
		for range 100 {
			all.WriteString("&" + name + "=" + strings.Repeat(needle, 20))
		}
	}
	w := export(h, all.String()[1:])
	if w.Code != http.StatusBadRequest || strings.Contains(w.Body.String(), needle) {
		t.Errorf("got %d: %s", w.Code, w.Body)
	}
	h = userUsageHandler(t, enforce.Options{StrictQuery: true}, ok)
	all.Reset()
	for i := range 1000 {
		fmt.Fprintf(&all, "&unknown%d=1", i)
	}
	w = export(h, window+all.String())
	var body struct {
		Message string `json:"error_msg"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatal(err)
	}
	if len(body.Message) > 1000 || !strings.HasSuffix(body.Message, "; and 995 more") {
		t.Errorf("%d characters: %s", len(body.Message), body.Message)
	}
}

func TestRulesUseTheClock(t *testing.T) {
	data := strings.Replace(string(userUsageFile(t)), `query.end_time >= query.start_time`, `query.end_time <= now`, 1)
	e, err := enforce.New(load(t, "clock.yaml", []byte(data)), enforce.Options{
		Verifiers: map[string]auth.Verifier{"token": token()},
		Now:       func() time.Time { return time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	h := e.Middleware(http.HandlerFunc(ok))
	if w := export(h, window); w.Code != http.StatusOK {
		t.Errorf("got %d: %s", w.Code, w.Body)
	}
	if w := export(h, "start_time=2026-01-01T00:00:00Z&end_time=2026-01-02T00:00:01Z"); w.Code != http.StatusBadRequest {
		t.Errorf("got %d: %s", w.Code, w.Body)
	}
}

package judge

import (
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// show gives an exchange as a verdict shows it.
func show(t *testing.T, variant plan.Variant, x *run.Exchange) *report.Exchange {
	t.Helper()
	c := accepted("listThings")
	c.Request.Credential.Variant = variant
	return thingsJudge(t).Judge(c, x).Exchange
}

func TestABriefVerdictHasTheFindingsAlone(t *testing.T) {
	whole, brief := thingsJudge(t), thingsJudge(t)
	brief.brevity = true
	c, x := accepted("listThings"), got(500, `{"code": "boom"}`)
	x.Sent.Method = http.MethodGet
	have, want := brief.Judge(c, x), whole.Judge(c, x)
	if !reflect.DeepEqual(have.Findings, want.Findings) || len(have.Findings) == 0 || have.Outcome != want.Outcome {
		t.Errorf("%+v\nwant the findings of\n%+v", have, want)
	}
	if e := have.Exchange; e == nil || e.Status != 500 || e.Method != http.MethodGet || e.Curl != "" || e.ResponseBody != "" || e.ResponseHeaders != nil {
		t.Errorf("the exchange is %+v", e)
	}
}

func TestShow(t *testing.T) {
	x := got(400, `{"code": "`+secret+`"}`, "Set-Cookie: session=abc", "X-B: 2", "X-A: 1")
	x.Sent = run.Sent{
		Method: http.MethodPost, URL: "https://example.org/things?a=1&api_key=k1&key=" + secret, Body: []byte(`{"key":"` + secret + `"}`),
		Header: http.Header{"X-Key": {secret}, "Cookie": {"a=1; session=xyz"}, "Authorization": {"Bearer t0ken"}, "X-Other": {"Basic " + secret}},
	}
	x.Problem = &run.Problem{Kind: run.Malformed, Err: errors.New("cut short at " + secret)}
	have := show(t, plan.Valid, x)
	want := &report.Exchange{
		Method: "POST", URL: "https://example.org/things?a=1&api_key=[redacted]&key=[redacted]",
		RequestHeaders: []report.Header{
			{Name: "Authorization", Value: "Bearer [redacted]"},
			{Name: "Cookie", Value: "a=1; session=[redacted]"},
			{Name: "X-Key", Value: "[redacted]"},
			{Name: "X-Other", Value: "Basic [redacted]"},
		},
		RequestBody: `{"key":"[redacted]"}`, Status: 400,
		ResponseHeaders: []report.Header{
			{Name: "Content-Type", Value: "application/json"},
			{Name: "Set-Cookie", Value: "[redacted]"},
			{Name: "X-A", Value: "1"},
			{Name: "X-B", Value: "2"},
			{Name: "X-Request-Id", Value: "r-1"},
		},
		ResponseBody: `{"code": "[redacted]"}`, Problem: "malformed: cut short at [redacted]",
		Started: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), Elapsed: 0.003,
		Curl: `curl -i -g -X 'POST' 'https://example.org/things?a=1&api_key='"$API_KEY"'&key=[redacted]'` +
			` -H 'Authorization: Bearer '"$BEARER_CREDENTIALS" -H 'Cookie: a=1; session='"$SESSION" -H 'X-Key: '"$X_KEY"` +
			` -H 'X-Other: Basic [redacted]' -H 'Content-Type:' --data-raw '{"key":"[redacted]"}'`,
	}
	if !reflect.DeepEqual(have, want) {
		t.Errorf("%+v\nwant\n%+v", have, want)
	}
}

func TestLongBodiesAreCut(t *testing.T) {
	for _, s := range []struct {
		name, body, end string
		length          int
	}{
		{"as long as may be", strings.Repeat("a", maxShown), "aaa", maxShown},
		{"longer", strings.Repeat("a", maxShown+1), "aaa… (the first 4096 of 4097 bytes)", maxShown + len("… (the first 4096 of 4097 bytes)")},
		{"within a character", strings.Repeat("a", maxShown-1) + "éé", "aaa… (the first 4095 of 4099 bytes)", maxShown - 1 + len("… (the first 4095 of 4099 bytes)")},
		{"at the end of one", strings.Repeat("a", maxShown-2) + "éé", "aé… (the first 4096 of 4098 bytes)", maxShown + len("… (the first 4096 of 4098 bytes)")},
		{"a secret at the cut", strings.Repeat("a", maxShown-3) + secret + "b", "aaa[re… (the first 4096 of 4110 bytes)", 0},
		{"much longer", strings.Repeat("a", 9*maxShown), "aaa… (the first 4096 of 36864 bytes)", 0},
	} {
		shown := show(t, plan.Valid, got(418, s.body)).ResponseBody
		if !strings.HasSuffix(shown, s.end) || s.length > 0 && len(shown) != s.length {
			t.Errorf("%s: %d bytes, end in %q; want %d and %q", s.name, len(shown), shown[max(0, len(shown)-50):], s.length, s.end)
		}
	}
}

// Of endless headers a verdict has as many as fit, and says how many it has not.
func TestManyHeadersAreCut(t *testing.T) {
	lines := []string{"A-Long: " + strings.Repeat("x", maxText-5) + secret + strings.Repeat("y", 60_000)}
	for i := range 900 {
		lines = append(lines, fmt.Sprintf("X-Line: %060d", i))
	}
	shown := show(t, plan.Valid, got(200, good, lines...)).ResponseHeaders
	size := 0
	for _, line := range shown {
		size += len(line.Name) + len(line.Value)
		if strings.Contains(line.Value, secret[:4]) {
			t.Errorf("%q", line)
		}
	}
	last, whole := shown[len(shown)-1], len(lines)+2 // Content-Type and X-Request-Id
	if want := (report.Header{Name: "…", Value: fmt.Sprintf("and %d more lines", whole-len(shown)+1)}); size > maxHeaders+2*maxText || last != want {
		t.Errorf("%d bytes, the last line is %q, want %q", size, last, want)
	}
	long := shown[slices.IndexFunc(shown, func(h report.Header) bool { return h.Name == "A-Long" })].Value
	if !strings.HasSuffix(long, "xx[reda… (the first 1024 of 61035 bytes)") {
		t.Errorf("the long line ends in %q", long[len(long)-60:])
	}
}

// What an endpoint makes of a finding is no longer than a person reads.
func TestLongFindingsAreCut(t *testing.T) {
	name := strings.Repeat("n", 100_000)
	for _, x := range []*run.Exchange{
		got(302, "", "Location: /"+name),
		got(200, good, "Content-Type: "+name),
		got(200, `{"`+name+`": 1, "`+name+`": 2}`),
		got(200, strings.Repeat(`{"`+name+`": `, 9)+"1"+strings.Repeat("}", 9)),
		got(200, `{"job": "a-1", "things": [{"name": "a", "`+name+`": 1}]}`),
		got(200, `{"job": "a-1", "things": [], "extra": {"`+name+`": "x"}}`),
		got(200, good, "X-"+name+": "+secret),
		troubled(run.Malformed, name, nil),
		troubled(run.Deadline, name, nil),
	} {
		v := thingsJudge(t).Judge(accepted("listThings"), x)
		if v.Outcome == report.Pass {
			t.Errorf("%.100q passes", x.Got.Body)
		}
		for _, text := range append(broken(v), v.Reason, v.Exchange.Problem) {
			if len(text) > 2*maxText {
				t.Errorf("%d bytes: %.100q", len(text), text)
			}
		}
	}
}

// A shell makes of a curl line the arguments that were meant.
func TestCurl(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash to try the line in")
	}
	for _, s := range []struct {
		name    string
		variant plan.Variant
		sent    run.Sent
		want    []string
	}{
		{"GET", plan.Valid, run.Sent{Method: "GET", URL: "http://h/things?a=[1]&b=it's", Header: http.Header{
			"Accept": {"application/json"}, "X-Key": {secret}, "User-Agent": {"x"}, "Accept-Encoding": {"identity"},
		}}, []string{"-i", "-g", "http://h/things?a=[1]&b=it's", "-H", "Accept: application/json", "-H", "X-Key: <key>"}},
		{"empty credential", plan.Empty, run.Sent{Method: "GET", URL: "http://h/", Header: http.Header{"X-Key": {""}}}, []string{
			"-i", "-g", "http://h/", "-H", "X-Key;",
		}},
		{"made of the valid one", plan.OtherCase, run.Sent{Method: "GET", URL: "http://h/", Header: http.Header{"X-Key": {"S3CR3T"}}}, []string{
			"-i", "-g", "http://h/", "-H", "X-Key: <other>",
		}},
		{"no credential", plan.None, run.Sent{Method: "GET", URL: "http://h/"}, []string{"-i", "-g", "http://h/"}},
		{"HEAD", plan.Valid, run.Sent{Method: "HEAD", URL: "http://h/a/../b"}, []string{"-i", "-g", "--path-as-is", "--head", "http://h/a/../b"}},
		{"a body", plan.Valid, run.Sent{
			Method: "PUT", URL: "http://h/", Header: http.Header{"Content-Type": {"text/plain"}}, Body: []byte("@it's\n\x1b[2J\\ \xff$X `x` é"),
		}, []string{
			"-i", "-g", "-X", "PUT", "http://h/", "-H", "Content-Type: text/plain", "--data-raw", "@it's\n\x1b[2J\\ \xff$X `x` é",
		}},
		{"GET with a body", plan.Valid, run.Sent{Method: "GET", URL: "http://h/", Body: []byte("{}")}, []string{
			"-i", "-g", "-X", "GET", "http://h/", "-H", "Content-Type:", "--data-raw", "{}",
		}},
		{"two lines of a header", plan.Valid, run.Sent{Method: "GET", URL: "http://h/", Header: http.Header{"X-A": {"1", "2"}}}, []string{
			"-i", "-g", "http://h/", "-H", "X-A: 1", "-H", "X-A: 2",
		}},
	} {
		x := got(200, good)
		x.Sent = s.sent
		line := show(t, s.variant, x).Curl
		cmd := exec.Command(bash, "-c", `curl() { printf '%s\0' "$@"; }; X_KEY="<key>" X_KEY_OTHER_CASE="<other>"; `+line)
		out, err := cmd.Output()
		if err != nil {
			t.Errorf("%s: %v: %s", s.name, err, line)
			continue
		}
		if args := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"); !slices.Equal(args, s.want) {
			t.Errorf("%s: %s\ngives %q\nwant  %q", s.name, line, args, s.want)
		}
		if strings.ContainsAny(line, "\n\x1b") {
			t.Errorf("%s: the line holds control characters: %q", s.name, line)
		}
	}
}

// What no word of a shell holds is handed to curl through a pipe.
func TestCurlOfBytes(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash to try the line in")
	}
	x := got(200, good)
	x.Sent = run.Sent{Method: "POST", URL: "http://h/", Body: []byte("--b\r\n100%d\\n\x00\x89PNG it's é\xff\r\n--b--")}
	line := show(t, plan.Valid, x).Curl
	out, err := exec.Command(bash, "-c", "curl() { cat; }; "+line).Output()
	if err != nil || string(out) != string(x.Sent.Body) || !strings.HasSuffix(line, " --data-binary @-") {
		t.Errorf("%v: %s\ngives %q", err, line, out)
	}
}

func TestNoCurl(t *testing.T) {
	for name, sent := range map[string]run.Sent{
		"no request was made": {},
		"a very long body":    {Method: "POST", URL: "http://h/", Body: make([]byte, maxReplay+1)},
	} {
		x := got(200, good)
		x.Sent = sent
		if line := show(t, plan.Valid, x).Curl; line != "" {
			t.Errorf("%s: %s", name, line)
		}
	}
}

func TestVariable(t *testing.T) {
	for _, s := range []struct {
		name    string
		variant plan.Variant
		want    string
	}{
		{"X-Auth-Token", plan.Valid, "X_AUTH_TOKEN"},
		{"X-Auth-Token", plan.Prefix, "X_AUTH_TOKEN_PREFIX"},
		{"api.key", plan.OtherCase, "API_KEY_OTHER_CASE"},
		{"2fa", "", "_2FA"},
		{"Authorization", plan.None, "AUTHORIZATION"}, // given with -H, where the contract wants none
	} {
		if have := variable(s.name, plan.Credential{Variant: s.variant}); have != s.want {
			t.Errorf("%s, %s: %s, want %s", s.name, s.variant, have, s.want)
		}
	}
}

// A Redactor of the caller's own is used.
func TestOwnRedactor(t *testing.T) {
	j := New(things(t), Options{Redactor: auth.NewRedactor(auth.NewSecret("telltale"))})
	v := j.Judge(accepted("listThings"), got(302, "", "Location: /telltale"))
	if have, want := v.Findings[0].Actual, "302 Found, a redirect to /[redacted]"; have != want {
		t.Errorf("%s, want %s", have, want)
	}
}

// Credentials, and other headers, that a variable holds are left to it in the curl
// line; what is made of one gets a name of its own.
func TestVariables(t *testing.T) {
	j := New(things(t), Options{Variables: map[auth.Secret]string{
		auth.NewSecret("t0ken-77"): "TOKEN", auth.NewSecret("tenant-77"): "TENANT",
	}})
	for _, s := range []struct {
		name, value, url string
		variant          plan.Variant
		want             string
	}{
		{"X-Key", "t0ken-77", "/things", plan.Valid, `-H 'X-Key: '"$TOKEN"`},
		{"Authorization", "Bearer t0ken-77", "/things", plan.Valid, `-H 'Authorization: Bearer '"$TOKEN"`},
		{"Authorization", "Token t0ken-77", "/things", plan.Valid, `-H 'Authorization: Token '"$TOKEN"`},
		{"Cookie", "a=1; session=t0ken-77", "/things", plan.Valid, `-H 'Cookie: a=1; session='"$TOKEN"`},
		{"X-Tenant", "tenant-77", "/things", plan.Valid, `-H 'X-Tenant: '"$TENANT"`},
		{"X-Key", "t0ken-7", "/things", plan.Prefix, `-H 'X-Key: '"$X_KEY_PREFIX"`},
		{"X-Key", "other", "/things", plan.Valid, `-H 'X-Key: '"$X_KEY"`},
		{"X-A", "1", "/things?api_key=t0ken-77&b=1", plan.Valid, `'http://h/things?api_key='"$TOKEN"'&b=1'`},
	} {
		c := accepted("listThings")
		c.Request.Credential.Variant = s.variant
		x := got(200, good)
		x.Sent = run.Sent{Method: http.MethodGet, URL: "http://h" + s.url, Header: http.Header{s.name: {s.value}}}
		shown := j.Judge(c, x).Exchange
		if !strings.Contains(shown.Curl, s.want) {
			t.Errorf("%s: %s: %s, want %s", s.name, s.value, shown.Curl, s.want)
		}
		if text := fmt.Sprintf("%+v", *shown); strings.Contains(text, "t0ken-7") || strings.Contains(text, "tenant-7") {
			t.Errorf("%s shows a secret: %s", s.name, text)
		}
	}
}

// What verdicts share cannot be changed through one of them.
func TestSharedListsAreNotAppendedTo(t *testing.T) {
	j := thingsJudge(t)
	a, b := j.Judge(accepted("listThings"), got(200, good)), j.Judge(accepted("listThings"), got(200, good))
	before := slices.Clone(b.Exercised)
	a.Exercised = with(a.Exercised, "a.first.one")
	if !slices.Equal(b.Exercised, before) || len(a.Exercised) != len(before)+1 {
		t.Errorf("got %q and %q", a.Exercised, b.Exercised)
	}
}

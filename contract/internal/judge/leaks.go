package judge

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/auth"
)

// minSecret is the length of the shortest secret that is looked for in answers.
const minSecret = 8

// judgeTrace judges that the answer does not give away how the service is built.
func (j *Judgment) judgeTrace() {
	id := j.general("stack-trace")
	if !j.unrecorded() {
		j.held(id)
	}
	if kind := stackTrace(j.content.body); kind != "" {
		j.findf(id, "the body holds a stack trace (%s)", kind)
	}
}

// judgeCredentials judges that the answer does not give away the credentials.
func (j *Judgment) judgeCredentials() {
	if len(j.needles) == 0 {
		return
	}
	id := j.general("credentials")
	j.held(id)
	if j.holdsSecret(string(j.content.body)) {
		j.findf(id, "the body holds the credentials of the request")
	}
	for _, name := range namesIn(j.x.Got.Header) {
		if slices.ContainsFunc(j.x.Got.Header[name], j.holdsSecret) {
			j.findf(id, "the header %s holds the credentials of the request", name)
		}
	}
}

func (j *Judgment) holdsSecret(text string) bool {
	return slices.ContainsFunc(j.needles, func(n string) bool { return strings.Contains(text, n) })
}

// needles gives the whole secrets in the forms that they take in an answer. A
// Redactor finds beginnings of secrets too; those would be false alarms here.
func needles(secrets []auth.Secret) []string {
	var all []string
	for _, s := range secrets {
		text := s.Reveal()
		if len(text) < minSecret {
			continue
		}
		quoted := jsonText(text)
		all = append(all, text, url.QueryEscape(text), url.PathEscape(text), quoted, strings.ReplaceAll(quoted, "/", `\/`))
		all = append(all, base64Texts(text)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func jsonText(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return s
	}
	quoted := strings.TrimSuffix(b.String(), "\n")
	return quoted[1 : len(quoted)-1]
}

// base64Texts gives what base64 makes of a text alone and within a longer one.
// That depends on how many bytes stand before it, modulo 3; characters that
// hold a part of a neighbour are left off.
func base64Texts(text string) []string {
	var all []string
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 {
			encoded := encoding.EncodeToString([]byte(strings.Repeat("\x00", before) + text))
			all = append(all, encoded[(before*8+5)/6:(before+len(text))*8/6])
		}
	}
	return all
}

// maxTrace bounds, in bytes, how far into a body a stack trace is looked for.
const maxTrace = 64 << 10

// traceKind is how a language writes its stack traces.
type traceKind struct {
	name string
	// hints are texts of which a trace has at least one. Looking for them first
	// spares nearly every body the expression.
	hints   []string
	frame   *regexp.Regexp
	atLeast int // how many frames make a trace, so that one mentioned line is none
}

//nolint:gochecknoglobals // A table that nothing changes.
var traceKinds = []traceKind{
	{"Go", []string{"goroutine "}, regexp.MustCompile(`\bgoroutine \d+ (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\[[a-z][^\]\n]*\]:`), 1},
	{"Go", []string{".go:"}, regexp.MustCompile(`\S\.go:\d+ \+0x[0-9a-f]+\b`), 1},
	{
		"Java",
		[]string{".java:", ".kt:", ".scala:", ".groovy:", "(Native Method)", "(Unknown Source)"},
		regexp.MustCompile(`\bat [\w.$/@<>-]+\((?:[\w$-]+\.(?:java|kt|scala|groovy):\d+|Native Method|Unknown Source)\)`), 2,
	},
	{"Java", []string{"lineNumber"}, regexp.MustCompile(`"fileName"\s*:\s*"[\w$-]+\.(?:java|kt|scala|groovy)"`), 2},
	{"Python", []string{"Traceback (most recent call last)"}, regexp.MustCompile(`Traceback \(most recent call last\)`), 1},
	{
		"JavaScript",
		[]string{"js:", "ts:", "jsx:", "tsx:", "node:"},
		regexp.MustCompile(`\bat (?:[^\s()][^()\n]{0,200} \()?(?:[^\s()]+\.[cm]?[jt]sx?|node:[\w/]+):\d+:\d+\b`), 2,
	},
	{".NET", []string{":line "}, regexp.MustCompile(`\bat [^\s()]+\([^()\n]*\) in [^\n]{1,400}:line \d+`), 1},
	{".NET", []string{"   at "}, regexp.MustCompile("(?m)^   at [\\w.`<>+\\[\\],|$]+\\.[\\w`<>\\[\\],|.$]+\\([^()\\n]*\\)[\"\\s,}\\]]*$"), 2},
	{"PHP", []string{".php("}, regexp.MustCompile(`#\d+ [^\s(]+\.php\(\d+\): `), 2},
	{"PHP", []string{"Stack trace:"}, regexp.MustCompile(`Stack trace:\s+#0 `), 1},
	{"Ruby", []string{".rb:", ".erb:", ".ru:"}, regexp.MustCompile("\\S\\.(?:rb|erb|ru):\\d+:in [`'‘]"), 2},
	{"Rust", []string{"stack backtrace:"}, regexp.MustCompile(`stack backtrace:\s+0: `), 1},
	{"Elixir", []string{".ex:", ".erl:", ".exs:"}, regexp.MustCompile(`\(\w+ [\d.]+[^)\s]*\) \S+\.(?:exs?|erl):\d+: `), 2},
}

// unescape undoes what JSON and HTML writers do to the lines of a trace.
//
//nolint:gochecknoglobals // It costs much to make, and is safe to share.
var unescape = strings.NewReplacer(
	`\r\n`, "\n", `\n`, "\n", `\t`, "\t", `\"`, `"`, `\/`, "/", `\\`, `\`, `\u003c`, "<", `\u003e`, ">", `\u0027`, "'", `\u0026`, "&",
	"<br>", "\n", "<br/>", "\n", "<br />", "\n", "&nbsp;", " ", "&lt;", "<", "&gt;", ">",
	"&quot;", `"`, "&#39;", "'", "&#x27;", "'", "&#x60;", "`", "&amp;", "&",
)

// stackTrace gives the language whose stack trace a text holds, or "". Two
// frames are wanted where one may stand in an ordinary message.
func stackTrace(text []byte) string {
	text = text[:min(len(text), maxTrace)]
	plain := ""
	for _, kind := range traceKinds {
		if !kind.hinted(text) {
			continue
		}
		if plain == "" {
			plain = unescape.Replace(string(text))
		}
		if len(kind.frame.FindAllStringIndex(plain, kind.atLeast)) >= kind.atLeast {
			return kind.name
		}
	}
	return ""
}

func (k *traceKind) hinted(text []byte) bool {
	for _, hint := range k.hints {
		if bytes.Contains(text, []byte(hint)) {
			return true
		}
	}
	return false
}

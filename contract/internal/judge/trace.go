package judge

import (
	"bytes"
	"regexp"
	"strings"
)

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

package run

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/plan"
)

// tokenVariable is the shell variable that stands for the target's token.
const tokenVariable = "CLAUSE_TOKEN"

// Curl writes a command for a POSIX shell that sends the request of a case
// again. Credentials are left to variables: $CLAUSE_TOKEN for the target's
// token, $CLAUSE_ and the name for a header of the target that holds a secret.
// A wrong token is made of the right one by the shell. In a query the variable
// has to hold the token percent-encoded. The result is empty where no such
// command exists: the credentials are computed for each request, or the target
// is in this process.
func (r *Runner) Curl(c *plan.Case, s Sent) string {
	op := r.builder.operations[c.Operation]
	if op == nil || r.network.handler != nil || s.Method == "" {
		return ""
	}
	l := &curlLine{runner: r, op: op, want: c.Request.Credential}
	if l.computed() {
		return ""
	}
	l.add("curl", "-i", "-g", "--path-as-is")
	l.tls()
	l.method(s)
	l.add(l.url(s.URL))
	l.headers(s)
	if s.Body == nil {
		return r.redactor.RedactString(strings.Join(l.words, " "))
	}
	return r.redactor.RedactString(l.withBody(s))
}

// curlLine collects the words of a command, each as the shell wants it.
type curlLine struct {
	runner *Runner
	op     *operation
	want   plan.Credential
	words  []string
}

func (l *curlLine) add(words ...string) { l.words = append(l.words, words...) }

// quoted makes a word that the shell leaves as it is.
func quoted(text string) string {
	if text != "" && strings.Trim(text, alphanumeric+"-_./:") == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// word is a word of a command, part text and part what the shell puts in.
type word struct {
	done string
	text string // not quoted yet
}

func (w *word) literal(text string) { w.text += text }

func (w *word) expression(e string) {
	w.done, w.text = w.String()+e, ""
}

func (w *word) String() string {
	if w.text == "" {
		return w.done
	}
	return w.done + quoted(w.text)
}

// tls repeats what the target file says of TLS.
func (l *curlLine) tls() {
	if l.runner.network.tls == nil {
		return
	}
	t := l.runner.target.TLS
	if t.Insecure {
		l.add("-k")
	}
	for _, option := range []struct{ name, file string }{{"--cacert", t.CAFile}, {"--cert", t.CertFile}, {"--key", t.KeyFile}} {
		if option.file != "" {
			l.add(option.name, quoted(option.file))
		}
	}
}

func (l *curlLine) method(s Sent) {
	implied := http.MethodGet
	if s.Body != nil {
		implied = http.MethodPost
	}
	switch s.Method {
	case implied:
	case http.MethodHead:
		l.add("--head")
	default:
		l.add("-X", quoted(s.Method))
	}
}

// url writes the URL, with an expression for a credential in its query.
func (l *curlLine) url(text string) string {
	var out word
	before, query, found := strings.Cut(text, "?")
	out.literal(before)
	if !found {
		return out.String()
	}
	separator := "?"
	for pair := range strings.SplitSeq(query, "&") {
		out.literal(separator)
		separator = "&"
		name, _, _ := strings.Cut(pair, "=")
		decoded, _ := url.QueryUnescape(name)
		if e := l.expression(auth.InQuery, decoded); e != "" {
			out.literal(name + "=")
			out.expression(e)
		} else {
			out.literal(pair)
		}
	}
	return out.String()
}

// headers writes what the case, the target and the contract put there, not what
// tells the tool.
func (l *curlLine) headers(s Sent) {
	for _, name := range slices.Sorted(maps.Keys(s.Header)) {
		for _, value := range s.Header[name] {
			if !l.ours(name, value) {
				l.add("-H", l.header(name, value))
			}
		}
	}
	l.unlikeCurl(s)
}

// unlikeCurl takes away what curl adds by itself, and adds what it leaves out.
func (l *curlLine) unlikeCurl(s Sent) {
	if _, given := s.Header["Accept"]; !given {
		l.add("-H", quoted("Accept:"))
	}
	if _, given := s.Header["Content-Type"]; !given && s.Body != nil {
		l.add("-H", quoted("Content-Type:"))
	}
	if s.Body == nil && (s.Method == http.MethodPost || s.Method == http.MethodPut || s.Method == http.MethodPatch) {
		l.add("-H", quoted("Content-Length: 0"))
	}
}

// ours reports whether a header says nothing about the case.
func (l *curlLine) ours(name, value string) bool {
	switch name {
	case "User-Agent":
		return value == l.runner.options.UserAgent
	case requestID:
		return strings.HasPrefix(value, "clause-")
	case "Accept":
		return value == "*/*" // It is what curl sends.
	}
	return false
}

func (l *curlLine) header(name, value string) string {
	var out word
	out.literal(name + ": ")
	e := l.expression(auth.InHeader, name)
	switch {
	case value == "":
		return quoted(name + ";") // With a colon, curl would leave it out.
	case e != "":
		if c := l.credential(auth.InHeader, name); c.place.Prefix != "" {
			out.literal(c.place.Prefix + " ")
		}
		out.expression(e)
	case name == "Cookie":
		l.cookies(&out, value)
	case l.secret(value):
		out.expression(variable(name))
	default:
		out.literal(value)
	}
	return out.String()
}

// cookies writes a Cookie header's value: the target's own as one variable,
// then those of the case.
func (l *curlLine) cookies(out *word, value string) {
	if own := l.runner.target.Headers["Cookie"].Reveal(); own != "" {
		if rest, found := strings.CutPrefix(value+"; ", own+"; "); found {
			out.expression(variable("Cookie"))
			if value = strings.TrimSuffix(rest, "; "); value == "" {
				return
			}
			out.literal("; ")
		}
	}
	for i, pair := range strings.Split(value, "; ") {
		if i > 0 {
			out.literal("; ")
		}
		name, text, _ := strings.Cut(pair, "=")
		out.literal(name + "=")
		if e := l.expression(auth.InCookie, name); e != "" {
			out.expression(e)
		} else {
			out.literal(text)
		}
	}
}

// secret reports whether a text has a secret in it.
func (l *curlLine) secret(text string) bool {
	return text != "" && (l.runner.redactor.RedactString(text) != text ||
		slices.Contains(l.runner.secrets, auth.NewSecret(text)))
}

// credential finds the scheme with a place, if the case uses it.
func (l *curlLine) credential(in auth.In, name string) *credential {
	for _, c := range l.used() {
		same := c.place.Name == name || in == auth.InHeader && strings.EqualFold(c.place.Name, name)
		if c.place.In == in && same {
			return c
		}
	}
	return nil
}

// used gives the schemes of the alternative that the case authenticates by.
func (l *curlLine) used() []*credential {
	if l.want.Variant == plan.None || l.want.Scheme == "" {
		return nil
	}
	for _, alternative := range l.op.alternatives {
		if slices.ContainsFunc(alternative, func(c *credential) bool { return c.scheme.Name == l.want.Scheme }) {
			return alternative
		}
	}
	return nil
}

// variant gives what the case makes of a credential.
func (l *curlLine) variant(c *credential) plan.Variant {
	if c.scheme.Name == l.want.Scheme {
		return l.want.Variant
	}
	return plan.Valid
}

// computed reports whether the request has what no variable can stand for.
func (l *curlLine) computed() bool {
	return slices.ContainsFunc(l.used(), func(c *credential) bool {
		return c.token == "" && l.variant(c) == plan.Valid
	})
}

// rotate maps every letter and digit to another of its kind, as two sets of tr.
const rotate = "0-9a-fg-zA-FG-Z 1-90b-fah-zgB-FAH-ZG"

// expression writes what the shell puts at a place, in double quotes; "" when
// there is no credential of the case, or one that may be shown.
func (l *curlLine) expression(in auth.In, name string) string {
	c := l.credential(in, name)
	if c == nil {
		return ""
	}
	v := l.variable(c)
	switch l.variant(c) {
	case plan.Valid:
		return `"$` + v + `"`
	case plan.Prefix:
		return `"${` + v + `%?}"`
	case plan.Extension:
		return `"${` + v + `}` + extension(c.token) + `"`
	case plan.Wrong:
		return fmt.Sprintf(`"$(printf %%s "$%s" | tr %s)"`, v, rotate)
	case plan.OtherCase:
		return fmt.Sprintf(`"$(printf %%s "$%s" | tr a-zA-Z A-Za-z)"`, v)
	default: // Nothing of the token is left in it.
		return ""
	}
}

func (l *curlLine) variable(c *credential) string {
	if c.token == l.runner.target.Auth.Token.Reveal() {
		return tokenVariable
	}
	return strings.Trim(variable(c.scheme.Name), `"$`)
}

// variable names the shell variable for something of the target's.
func variable(name string) string {
	return `"$CLAUSE_` + strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, name) + `"`
}

// withBody completes the command by a body. What a shell word cannot hold, or a
// terminal would obey, comes from printf.
func (l *curlLine) withBody(s Sent) string {
	plain := utf8.Valid(s.Body) && !strings.ContainsFunc(string(s.Body), func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\t'
	})
	if plain {
		l.add("--data-raw", quoted(string(s.Body)))
		return strings.Join(l.words, " ")
	}
	var octal strings.Builder
	for _, b := range s.Body {
		fmt.Fprintf(&octal, `\%03o`, b)
	}
	l.add("--data-binary", "@-")
	return "printf '" + octal.String() + "' | " + strings.Join(l.words, " ")
}

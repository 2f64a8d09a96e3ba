package target

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/placeholder"
	"github.com/apiclause/clause/contract/internal/source"
)

// reader walks the nodes of a target file. It goes on after a problem, so that
// all of them are found.
type reader struct {
	file      string
	lookupEnv func(string) (string, bool)
	target    *Target
	problems  []Problem
	seen      map[string]bool // the keys of the root
	expanded  []expansion     // what the environment gave, in the order of use
	after     []func()        // checks of what depends on other keys, such as baseURL
	madeUp    bool            // secrets that the environment lacks are made up
	inSecret  bool            // a secret is being read
	odd       map[[2]int]bool // where a number is not written as in JSON
	read      int             // how many of the problems the file itself has
	unread    map[int]bool    // the lines of those
}

// expansion is a variable of the environment that a text named.
type expansion struct{ name, value string }

// field reads the value of a known key.
type field func(key source.Member, value *source.Node)

func (r *reader) problemf(line int, format string, args ...any) {
	message := strings.Map(func(c rune) rune {
		if isControl(c) { // A name in the file can hold any.
			return ' '
		}

		return c
	}, fmt.Sprintf(format, args...))

	r.problems = append(r.problems, Problem{File: r.file, Line: line, Message: message})
}

// note remembers a name that only a contract can confirm.
func (r *reader) note(key, operation, parameter string, at source.Member) {
	r.target.places = append(r.target.places, place{
		file: r.file, key: key, line: at.At().Line, operation: operation, parameter: parameter,
	})
}

// fields reads a mapping of known keys. What is its name in messages, empty for
// the whole file.
func (r *reader) fields(n *source.Node, what string, known map[string]field) {
	seen := map[string]bool{}

	r.mapping(n, what, func(key string, k source.Member, v *source.Node) {
		seen[key] = true

		if read, ok := known[key]; ok {
			read(k, v)

			return
		}

		in := ""
		if what != "" {
			in = " in " + what
		}

		r.problemf(k.At().Line, "unknown key %q%s: %s", key, in, didYouMean(key, slices.Collect(maps.Keys(known))))
	})

	if what == "" {
		r.seen = seen
	}
}

// mapping visits the members of a mapping; one that is left empty has none.
func (r *reader) mapping(n *source.Node, what string, visit func(key string, k source.Member, v *source.Node)) {
	if what == "" {
		what = "a target file"
	}

	switch {
	case n.Kind() == source.Null && what != "a target file":
	case n.Kind() != source.Mapping:
		r.problemf(n.At().Line, "%s must be a mapping (key: value)", what)
	default:
		for _, m := range n.Members() {
			if m.Name == "" {
				r.problemf(m.At().Line, "%s: a key must be a name", what)
			} else {
				visit(m.Name, m, m.Value)
			}
		}
	}
}

// anyText returns a string, a number or a boolean as it is written, with its
// environment variables, or "" after a problem.
func (r *reader) anyText(n *source.Node, what string) string {
	text, _ := r.scalar(n, what)

	return text
}

// text is anyText for what must not be empty.
func (r *reader) text(n *source.Node, what string) string {
	text, ok := r.scalar(n, what)
	if ok && text == "" {
		r.problemf(n.At().Line, "%s is empty; give it a value or remove the line", what)
	}

	return text
}

// line is text for what stands in one line of a report or a request.
func (r *reader) line(n *source.Node, what string) string {
	text := r.text(n, what)
	if strings.ContainsFunc(text, isControl) {
		r.problemf(n.At().Line, "%s holds a line break or another control character; remove it", what)

		return ""
	}

	return text
}

// secretLine is line for a secret.
func (r *reader) secretLine(n *source.Node, what string) string {
	text := r.secret(n, what, r.line)
	if strings.Trim(text, " \t") != text {
		r.problemf(n.At().Line, "%s has blanks around it; remove them", what)
	}

	return text
}

// texts reads a mapping of names to texts.
func (r *reader) texts(n *source.Node, what string, read func(n *source.Node, what string) string) map[string]string {
	texts := map[string]string{}

	r.mapping(n, what, func(key string, _ source.Member, v *source.Node) { texts[key] = read(v, what+"."+key) })

	return texts
}

func (r *reader) boolean(n *source.Node, what string) bool {
	if n.Kind() != source.Bool {
		r.problemf(n.At().Line, "%s must be true or false", what)

		return false
	}

	return n.True()
}

// optional is boolean for what may be left open, which it is after a problem.
func (r *reader) optional(n *source.Node, what string) *bool {
	before := len(r.problems)

	value := r.boolean(n, what)
	if len(r.problems) > before {
		return nil
	}

	return &value
}

// scalar returns a text, and whether there is one.
func (r *reader) scalar(n *source.Node, what string) (string, bool) {
	switch n.Kind() {
	case source.Mapping, source.Sequence:
		r.problemf(n.At().Line, "%s must be a single value, such as a text or a number", what)
	case source.Null:
		r.problemf(n.At().Line, "%s has no value; give it one or remove the line", what)
	default:
		return r.expand(n, what)
	}

	return "", false
}

// variable matches ${NAME}, its escape $${, and what looks like one.
var variable = regexp.MustCompile(`\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{`)

// expand puts the environment's variables into a text. What they hold is not
// expanded again.
func (r *reader) expand(n *source.Node, what string) (string, bool) {
	ok := true
	text := variable.ReplaceAllStringFunc(n.Text(), func(match string) string {
		name := strings.TrimSuffix(strings.TrimPrefix(match, "${"), "}")

		switch match {
		case "$${":
			return "${"
		case "${":
			ok = false

			r.problemf(n.At().Line, "%s: ${ must begin a variable, ${NAME}; write $${ for ${ itself", what)

			return ""
		}

		value, set := r.env(name)
		if !set && r.madeUp && r.inSecret {
			return madeUpSecret
		}

		if !set {
			ok = false

			r.problemf(n.At().Line, "%s: the environment variable %s is not set, or empty; set it", what, name)

			return ""
		}

		r.expanded = append(r.expanded, expansion{name, value})

		return value
	})

	return text, ok
}

// madeUpSecret stands for a secret that is not there. All that is tried with one
// can be made of it.
const madeUpSecret = "Made-Up-1"

func (r *reader) env(name string) (string, bool) {
	if r.lookupEnv == nil {
		return "", false
	}

	value, set := r.lookupEnv(name)

	return value, set && value != ""
}

// secret reads a text, and adds what the environment put into it to the
// secrets: each variable alone, and the whole text.
func (r *reader) secret(n *source.Node, what string, read func(n *source.Node, what string) string) string {
	before := len(r.expanded)
	r.inSecret = true
	text := read(n, what)
	r.inSecret = false

	if variables := r.expanded[before:]; len(variables) > 0 {
		for _, v := range append(variables, expansion{value: text}) {
			if s := auth.NewSecret(v.value); v.value != "" && !slices.Contains(r.target.fromEnv, s) {
				r.target.fromEnv = append(r.target.fromEnv, s)
				r.target.named(s, v.name)
			}
		}
	}

	return text
}

var headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// reserved are the headers that the client itself sets, by the message and the
// connection.
var reserved = []string{
	"Connection", "Content-Length", "Host", "Keep-Alive", "Proxy-Connection",
	"Te", "Trailer", "Transfer-Encoding", "Upgrade",
}

// headerMap reads headers. The names of the result are in canonical form.
func (r *reader) headerMap(n *source.Node, what string) map[string]string {
	headers := map[string]string{}

	r.mapping(n, what, func(key string, k source.Member, v *source.Node) { r.header(headers, what, key, k.At().Line, v) })

	return headers
}

// header adds one to those that were read.
func (r *reader) header(headers map[string]string, what, key string, line int, v *source.Node) {
	name := http.CanonicalHeaderKey(key)
	_, twice := headers[name]

	switch {
	case !headerName.MatchString(key):
		r.problemf(line, "%s: %q is no header name; it takes letters, digits and !#$%%&'*+-.^_`|~ (RFC 9110)", what, key)
	case slices.Contains(reserved, name):
		r.problemf(line, "%s: %s is set by the client itself; remove it", what, name)
	case twice:
		r.problemf(line, "%s has %s twice, in different cases; remove one", what, name)
	default:
		headers[name] = r.headerValue(v, what+"."+key)
	}
}

func (r *reader) headerValue(n *source.Node, what string) string {
	text := r.secret(n, what, r.anyText)

	switch {
	case strings.ContainsFunc(text, func(c rune) bool { return c != '\t' && isControl(c) }):
		r.problemf(n.At().Line, "%s holds a line break or another control character; remove it", what)
	case strings.Trim(text, " \t") != text:
		r.problemf(n.At().Line, "%s has blanks around it, which do not arrive; remove them", what)
	}

	return text
}

// baseURL returns the URL, or nil after a problem.
func (r *reader) baseURL(n *source.Node) *url.URL {
	return r.url(n, "baseURL", "http://127.0.0.1:9000")
}

// url returns a URL without a slash at its end, or nil after a problem. No
// message quotes it: it may hold a password.
func (r *reader) url(n *source.Node, what, example string) *url.URL {
	before := len(r.problems)

	text := r.line(n, what)
	if len(r.problems) > before {
		return nil
	}

	lower := strings.ToLower(text)
	if !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "https://") {
		r.problemf(n.At().Line, "%s must begin with http:// or https://, such as %s", what, example)

		return nil
	}

	parsed, err := url.Parse(text)
	if err != nil {
		r.problemf(n.At().Line, "%s is no URL; write it as http://host:port/path", what)

		return nil
	}

	for _, check := range []struct {
		wrong  bool
		remedy string
	}{
		{parsed.User != nil, "holds a user name or a password; put credentials under auth or headers"},
		{parsed.Hostname() == "", "has no host; write it as http://host:port/path"},
		{!validPort(parsed), "has no valid port; it is a number from 1 to 65535"},
		{strings.Contains(text, "?"), "has a query; remove what follows the ?"},
		{strings.Contains(text, "#"), "has a fragment; remove what follows the #"},
	} {
		if check.wrong {
			r.problemf(n.At().Line, "%s %s", what, check.remedy)
		}
	}

	parsed.Path = strings.TrimRight(parsed.Path, "/")
	parsed.RawPath = strings.TrimRight(parsed.RawPath, "/")

	return parsed
}

func validPort(u *url.URL) bool {
	if !strings.HasSuffix(u.Host, ":") && u.Port() == "" {
		return true
	}

	port, err := strconv.ParseUint(u.Port(), 10, 16)

	return err == nil && port > 0
}

func isControl(c rune) bool { return c < ' ' || c >= 0x7f && c <= 0x9f }

// json reads any value that JSON has, with the environment variables of its texts.
func (r *reader) json(n *source.Node, what string) any {
	switch n.Kind() {
	case source.Mapping:
		object := map[string]any{}
		r.mapping(n, what, func(key string, _ source.Member, v *source.Node) { object[key] = r.json(v, what+"."+key) })

		return object
	case source.Sequence:
		list := make([]any, n.Len())
		for i, v := range n.Items() {
			list[i] = r.json(v, fmt.Sprintf("%s[%d]", what, i))
		}

		return list
	case source.Null:
		return nil
	case source.Bool:
		return n.True()
	case source.Number:
		return r.number(n, what)
	default:
		return r.jsonText(n, what)
	}
}

func (r *reader) number(n *source.Node, what string) any {
	if whole, err := strconv.ParseInt(n.Text(), 10, 64); err == nil {
		return whole
	}

	number, err := strconv.ParseFloat(n.Text(), 64)
	if err != nil {
		r.notJSON(n, what)
	}

	return number
}

func (r *reader) jsonText(n *source.Node, what string) string {
	if r.isOdd(n) {
		r.notJSON(n, what)
	}

	return r.templated(n, what, r.anyText)
}

func (r *reader) notJSON(n *source.Node, what string) {
	r.problemf(n.At().Line, "%s is a number that JSON does not have; put it in quotes if it is a text", what)
}

// isOdd reports whether a text is a number that is not written as in JSON.
func (r *reader) isOdd(n *source.Node) bool { return r.odd[[2]int{n.At().Line, n.At().Column}] }

// templated reads a text that may have placeholders.
func (r *reader) templated(n *source.Node, what string, read func(n *source.Node, what string) string) string {
	text := read(n, what)
	if err := placeholder.Check(text); err != nil {
		r.problemf(n.At().Line, "%s: %v", what, err)
	}

	return text
}

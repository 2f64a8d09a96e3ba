package target

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/placeholder"
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
}

// expansion is a variable of the environment that a text named.
type expansion struct{ name, value string }

// field reads the value of a known key.
type field func(key, value *yaml.Node)

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
func (r *reader) note(key, operation, parameter string, at *yaml.Node) {
	r.target.places = append(r.target.places, place{
		file: r.file, key: key, line: at.Line, operation: operation, parameter: parameter,
	})
}

// fields reads a mapping of known keys. What is its name in messages, empty for
// the whole file.
func (r *reader) fields(n *yaml.Node, what string, known map[string]field) {
	seen := map[string]bool{}

	r.mapping(n, what, func(key string, k, v *yaml.Node) {
		seen[key] = true

		if read, ok := known[key]; ok {
			read(k, v)

			return
		}

		in := ""
		if what != "" {
			in = " in " + what
		}

		r.problemf(k.Line, "unknown key %q%s%s", key, in, suggest(key, slices.Collect(maps.Keys(known))))
	})

	if what == "" {
		r.seen = seen
	}
}

// mapping visits the members of a mapping; one that is left empty has none.
func (r *reader) mapping(n *yaml.Node, what string, visit func(key string, k, v *yaml.Node)) {
	if what == "" {
		what = "a target file"
	}

	switch {
	case !r.plain(n, what):
		return
	case n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" && what != "a target file":
		return
	case n.Kind != yaml.MappingNode:
		r.problemf(n.Line, "%s must be a mapping (key: value)", what)

		return
	}

	seen := map[string]int{}

	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]

		switch {
		case k.Kind == yaml.AliasNode || k.Kind == yaml.ScalarNode && k.ShortTag() == "!!merge":
			r.problemf(k.Line, "%s: anchors, aliases and merged mappings are not supported; write the values out", what)
		case k.Kind != yaml.ScalarNode || k.Value == "":
			r.problemf(k.Line, "%s: a key must be a name", what)
		case seen[k.Value] > 0:
			r.problemf(k.Line, "%s has %q twice, first in line %d; remove one", what, k.Value, seen[k.Value])
		default:
			seen[k.Value] = k.Line
			visit(k.Value, k, v)
		}
	}
}

// plain refuses aliases and tags. Neither is followed, so no file is larger
// than it looks.
func (r *reader) plain(n *yaml.Node, what string) bool {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		r.problemf(n.Line, "%s: anchors and aliases are not supported; write the value out, "+
			"in quotes if it begins with & or *", what)
	case n.Style&yaml.TaggedStyle != 0:
		r.problemf(n.Line, "%s: tags are not supported; put the value in quotes if it begins with !", what)
	default:
		return true
	}

	return false
}

// anyText returns a string, a number or a boolean as it is written, with its
// environment variables, or "" after a problem.
func (r *reader) anyText(n *yaml.Node, what string) string {
	text, _ := r.scalar(n, what)

	return text
}

// text is anyText for what must not be empty.
func (r *reader) text(n *yaml.Node, what string) string {
	text, ok := r.scalar(n, what)
	if ok && text == "" {
		r.problemf(n.Line, "%s is empty; give it a value or remove the line", what)
	}

	return text
}

// line is text for what stands in one line of a report or a request.
func (r *reader) line(n *yaml.Node, what string) string {
	text := r.text(n, what)
	if strings.ContainsFunc(text, isControl) {
		r.problemf(n.Line, "%s holds a line break or another control character; remove it", what)

		return ""
	}

	return text
}

// secretLine is line for a secret.
func (r *reader) secretLine(n *yaml.Node, what string) string {
	text := r.secret(n, what, r.line)
	if strings.Trim(text, " \t") != text {
		r.problemf(n.Line, "%s has blanks around it; remove them", what)
	}

	return text
}

// texts reads a mapping of names to texts.
func (r *reader) texts(n *yaml.Node, what string, read func(n *yaml.Node, what string) string) map[string]string {
	texts := map[string]string{}

	r.mapping(n, what, func(key string, _, v *yaml.Node) { texts[key] = read(v, what+"."+key) })

	return texts
}

func (r *reader) boolean(n *yaml.Node, what string) bool {
	if !r.plain(n, what) {
		return false
	}

	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" {
		r.problemf(n.Line, "%s must be true or false", what)

		return false
	}

	return strings.EqualFold(n.Value, "true")
}

// optional is boolean for what may be left open, which it is after a problem.
func (r *reader) optional(n *yaml.Node, what string) *bool {
	before := len(r.problems)

	value := r.boolean(n, what)
	if len(r.problems) > before {
		return nil
	}

	return &value
}

// scalar returns a text, and whether there is one.
func (r *reader) scalar(n *yaml.Node, what string) (string, bool) {
	switch {
	case !r.plain(n, what):
	case n.Kind != yaml.ScalarNode:
		r.problemf(n.Line, "%s must be a single value, such as a text or a number", what)
	case n.ShortTag() == "!!null":
		r.problemf(n.Line, "%s has no value; give it one or remove the line", what)
	default:
		return r.expand(n, what)
	}

	return "", false
}

// variable matches ${NAME}, its escape $${, and what looks like one.
var variable = regexp.MustCompile(`\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{`)

// expand puts the environment's variables into a text. What they hold is not
// expanded again.
func (r *reader) expand(n *yaml.Node, what string) (string, bool) {
	ok := true
	text := variable.ReplaceAllStringFunc(n.Value, func(match string) string {
		name := strings.TrimSuffix(strings.TrimPrefix(match, "${"), "}")

		switch match {
		case "$${":
			return "${"
		case "${":
			ok = false

			r.problemf(n.Line, "%s: ${ must begin a variable, ${NAME}; write $${ for ${ itself", what)

			return ""
		}

		value, set := r.env(name)
		if !set && r.madeUp && r.inSecret {
			return madeUpSecret
		}

		if !set {
			ok = false

			r.problemf(n.Line, "%s: the environment variable %s is not set, or empty; set it", what, name)

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
func (r *reader) secret(n *yaml.Node, what string, read func(n *yaml.Node, what string) string) string {
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

// headerMap reads headers. The names of the result are in canonical form.
func (r *reader) headerMap(n *yaml.Node, what string) map[string]string {
	headers := map[string]string{}

	// What the client itself sets, by the message and the connection.
	reserved := []string{
		"Connection", "Content-Length", "Host", "Keep-Alive", "Proxy-Connection",
		"Te", "Trailer", "Transfer-Encoding", "Upgrade",
	}

	r.mapping(n, what, func(key string, k, v *yaml.Node) {
		name := http.CanonicalHeaderKey(key)
		_, twice := headers[name]

		switch {
		case !headerName.MatchString(key):
			r.problemf(k.Line, "%s: %q is no header name; it takes letters, digits and !#$%%&'*+-.^_`|~ (RFC 9110)", what, key)
		case slices.Contains(reserved, name):
			r.problemf(k.Line, "%s: %s is set by the client itself; remove it", what, name)
		case twice:
			r.problemf(k.Line, "%s has %s twice, in different cases; remove one", what, name)
		default:
			headers[name] = r.headerValue(v, what+"."+key)
		}
	})

	return headers
}

func (r *reader) headerValue(n *yaml.Node, what string) string {
	text := r.secret(n, what, r.anyText)

	switch {
	case strings.ContainsFunc(text, func(c rune) bool { return c != '\t' && isControl(c) }):
		r.problemf(n.Line, "%s holds a line break or another control character; remove it", what)
	case strings.Trim(text, " \t") != text:
		r.problemf(n.Line, "%s has blanks around it, which do not arrive; remove them", what)
	}

	return text
}

// baseURL returns the URL, or nil after a problem.
func (r *reader) baseURL(n *yaml.Node) *url.URL {
	return r.url(n, "baseURL", "http://127.0.0.1:9000")
}

// url returns a URL without a slash at its end, or nil after a problem. No
// message quotes it: it may hold a password.
func (r *reader) url(n *yaml.Node, what, example string) *url.URL {
	before := len(r.problems)

	text := r.line(n, what)
	if len(r.problems) > before {
		return nil
	}

	lower := strings.ToLower(text)
	if !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "https://") {
		r.problemf(n.Line, "%s must begin with http:// or https://, such as %s", what, example)

		return nil
	}

	parsed, err := url.Parse(text)
	if err != nil {
		r.problemf(n.Line, "%s is no URL; write it as http://host:port/path", what)

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
			r.problemf(n.Line, "%s %s", what, check.remedy)
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
func (r *reader) json(n *yaml.Node, what string) any {
	switch {
	case !r.plain(n, what):
		return nil
	case n.Kind == yaml.MappingNode:
		object := map[string]any{}
		r.mapping(n, what, func(key string, _, v *yaml.Node) { object[key] = r.json(v, what+"."+key) })

		return object
	case n.Kind == yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, v := range n.Content {
			list[i] = r.json(v, fmt.Sprintf("%s[%d]", what, i))
		}

		return list
	}

	return r.jsonScalar(n, what)
}

func (r *reader) jsonScalar(n *yaml.Node, what string) any {
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		return r.boolean(n, what)
	case "!!int", "!!float":
		var number float64

		var whole int64

		if n.Decode(&whole) == nil && n.ShortTag() == "!!int" {
			return whole
		}

		if n.Decode(&number) != nil || math.IsInf(number, 0) || math.IsNaN(number) {
			r.problemf(n.Line, "%s is a number that JSON does not have; put it in quotes if it is a text", what)

			return nil
		}

		return number
	}

	text := r.anyText(n, what)
	if err := placeholder.Check(text); err != nil {
		r.problemf(n.Line, "%s: %v", what, err)
	}

	return text
}

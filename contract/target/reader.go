package target

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/placeholder"
	"github.com/apiclause/clause/contract/internal/source"
)

// reader makes a target of the tree of a file. What the schema can say of it is
// said by check; the rest of the reader takes a value that is none of its kind for
// one that is absent. It goes on after a problem, so that all of them are found.
type reader struct {
	file      string
	lookupEnv func(string) (string, bool)
	madeUp    bool // secrets that the environment lacks are made up
	target    *Target
	problems  []Problem

	root  *source.Node
	steps map[*source.Node]step
	odd   map[[2]int]bool // where a number is not written as in JSON
	// unread are the lines of which something cannot be read at all, and refused the
	// JSON pointers of what the schema refuses: nothing else is said of them.
	unread  map[int]bool
	refused map[string]bool
}

// step is the last one on the way to a value.
type step struct {
	from *source.Node
	name string
}

// pointer returns the JSON pointer of a value.
func (r *reader) pointer(n *source.Node) string {
	var names []string
	for s, ok := r.steps[n]; ok; s, ok = r.steps[s.from] {
		names = append(names, s.name)
	}
	slices.Reverse(names)
	return source.Pointer(names...)
}

// add notes a problem.
func (r *reader) add(line int, message string) {
	if r.unread[line] {
		return
	}
	printable := strings.Map(func(c rune) rune {
		if c < ' ' || c >= 0x7f && c <= 0x9f { // a name in the file can hold any
			return ' '
		}
		return c
	}, message)
	r.problems = append(r.problems, Problem{File: r.file, Line: line, Message: printable})
}

// problem notes what is wrong with a value. The message goes on after its name.
func (r *reader) problem(n *source.Node, message string) {
	if at := r.pointer(n); !r.refused[at] {
		r.add(r.root.Locate(at).Line, nameOf(r.root, at)+message)
	}
}

// nameOf names a place in messages: "values.a", or "a target file" for all of it.
func nameOf(root *source.Node, pointer string) string {
	var what strings.Builder
	for name := range source.Names(pointer) {
		if i, err := strconv.Atoi(name); err == nil && root.Kind() == source.Sequence && i < root.Len() {
			what.WriteString("[" + name + "]")
			root = root.Items()[i]
			continue
		}
		root = root.Get(name)
		if name == "" || strings.ContainsAny(name, " :\"'") {
			name = strconv.Quote(name)
		}
		what.WriteString("." + name)
	}
	if what.Len() == 0 {
		return "a target file"
	}
	return strings.TrimPrefix(what.String(), ".")
}

// note remembers a name that only a contract can confirm.
func (r *reader) note(key, operation, parameter string, at source.Member) {
	r.target.places = append(r.target.places, place{
		file: r.file, key: key, line: at.At().Line, operation: operation, parameter: parameter,
	})
}

// filled is a text with what the environment gives for its variables.
type filled struct {
	text  string
	from  []expansion // in the order of use
	wrong []string    // why a variable has no value
}

type expansion struct{ name, value string }

// madeUpSecret stands for a secret that is not there. All that is tried with one
// can be made of it.
const madeUpSecret = "Made-Up-1"

// fill puts the environment's variables into a text. What they hold is not filled
// again.
func (r *reader) fill(text string, secret bool) filled {
	var f filled
	f.text, f.wrong = placeholder.Variables(text, func(name string) string {
		value := ""
		if r.lookupEnv != nil {
			value, _ = r.lookupEnv(name)
		}
		switch {
		case value != "":
			f.from = append(f.from, expansion{name, value})
		case r.madeUp && secret:
			return madeUpSecret
		}
		return value
	})
	return f
}

// filled returns the text of a scalar, or nothing after a problem.
func (r *reader) filled(n *source.Node, secret bool) filled {
	f := r.fill(n.Text(), secret)
	for _, wrong := range f.wrong {
		r.problem(n, ": "+wrong)
	}
	if len(f.wrong) > 0 {
		return filled{}
	}
	return f
}

// text returns a string, a number or a boolean as it is written, with its
// variables.
func (r *reader) text(n *source.Node) string { return r.filled(n, false).text }

// secret is text for a secret. What the environment put into it is secret, too:
// each variable alone, and the whole text.
func (r *reader) secret(n *source.Node) auth.Secret {
	f := r.filled(n, true)
	if len(f.from) > 0 {
		for _, v := range append(f.from, expansion{value: f.text}) {
			if s := auth.NewSecret(v.value); !slices.Contains(r.target.fromEnv, s) {
				r.target.fromEnv = append(r.target.fromEnv, s)
				r.target.named(s, v.name)
			}
		}
	}
	return auth.NewSecret(f.text)
}

// templated is text for what may have placeholders.
func (r *reader) templated(n *source.Node) string {
	text := r.text(n)
	if err := placeholder.Check(text); err != nil {
		r.problem(n, ": "+err.Error())
	}
	return text
}

// texts reads a mapping of names to texts.
func (r *reader) texts(n *source.Node) map[string]string {
	texts := map[string]string{}
	for _, m := range n.Members() {
		texts[m.Name] = r.text(m.Value)
	}
	return texts
}

// url returns a URL without a slash at its end, or nil after a problem. No message
// quotes it: it may hold a password.
func (r *reader) url(n *source.Node) *url.URL {
	text := r.text(n)
	if text == "" {
		return nil
	}
	u, wrong := parseURL(text)
	if wrong != "" {
		r.problem(n, " "+wrong)
	}
	return u
}

// parseURL reads a URL to which the schema has no objection, and says what is
// wrong with it else.
func parseURL(text string) (u *url.URL, wrong string) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "":
		return nil, "is no URL; write it as http://host:port/path"
	case !validPort(u):
		return nil, "has no valid port; it is a number from 1 to 65535"
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = strings.TrimRight(u.RawPath, "/")
	return u, ""
}

func validPort(u *url.URL) bool {
	if !strings.HasSuffix(u.Host, ":") && u.Port() == "" {
		return true
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	return err == nil && port > 0
}

// json makes a value of JSON. scalar makes it of a number or a text; name is that of
// the member that this is, or is an element of.
func (r *reader) json(n *source.Node, name string, scalar func(n *source.Node, name string) any) any {
	switch n.Kind() {
	case source.Mapping:
		object := map[string]any{}
		for _, m := range n.Members() {
			object[m.Name] = r.json(m.Value, m.Name, scalar)
		}
		return object
	case source.Sequence:
		list := make([]any, n.Len())
		for i, item := range n.Items() {
			list[i] = r.json(item, name, scalar)
		}
		return list
	case source.Bool:
		return n.True()
	case source.Number, source.String:
		if at := n.At(); r.odd[[2]int{at.Line, at.Column}] {
			r.notJSON(n)
		}
		return scalar(n, name)
	default:
		return nil
	}
}

func (r *reader) notJSON(n *source.Node) {
	r.problem(n, " is a number that JSON does not have; put it in quotes if it is a text")
}

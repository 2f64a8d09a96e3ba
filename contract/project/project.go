// Package project reads clause.yaml, which says once what the command line would have
// to say each time: which contracts there are, where their implementation is, and the
// flags of commands.
//
//	contracts:
//	  - description: openapi.json        # a file or a URL
//	    overlays: [rules.yaml]
//	    target: target.yaml              # or the URL of the implementation
//	    generate: {package: api, out: api, server: std-http}
//	verify: {fail-on: untested=10%, junit: clause.xml}
//	lint: {strict: true}
//
// A section is called as its command, and its options as the flags of that; one
// within a contract is for that contract, and comes before the one for all. Which
// sections and options there are is the Layout that a caller gives.
//
// Every text may hold ${NAME}, an environment variable, and $${ for ${ itself. An
// option that is a secret has to. Nothing is guessed: a key that is unknown or there
// twice, or a value of another kind, is an error with its file and line.
package project

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/placeholder"
	"github.com/apiclause/clause/contract/internal/source"
)

// FileName is what the file is called where nothing else is said.
const FileName = "clause.yaml"

// maxSize bounds the file, in bytes.
const maxSize = 1 << 20

// Kind is the kind of value that an option takes.
type Kind int

// The kinds of values.
const (
	Text Kind = iota
	Number
	Bool
	List // of texts
)

// Option is one that a section can have.
type Option struct {
	Kind Kind
	// Secret reports whether a text may stand in the file only as a variable of the
	// environment; nil is never.
	Secret func(text string) bool
	// Elsewhere says why the option can stand in no file, and what to do; "" where it
	// can.
	Elsewhere string
}

// Layout has the sections that a file can have, each with its options.
type Layout map[string]map[string]Option

// File is what a clause.yaml says.
type File struct {
	Name      string
	Contracts []Contract
	// Sections hold for every contract.
	Sections map[string][]Setting
}

// Contract is one of the contracts, and what is said of it alone.
type Contract struct {
	At          clause.Location
	Description Setting
	Overlays    Setting // without Texts if there are none
	Target      Setting // a file or a URL; without Texts if there is none
	RemoteRefs  Setting // without Texts if nothing is said
	Sections    map[string][]Setting
}

// Setting is an option and its value.
type Setting struct {
	// Name is the option's, and Place what messages call it.
	Name, Place string
	Texts       []string // of a list any number, else one
	At          clause.Location
}

// Given reports whether the file has the setting.
func (s Setting) Given() bool { return len(s.Texts) > 0 }

// Fill returns the texts with what the environment gives for variables.
func (s Setting) Fill(lookup func(string) (string, bool)) ([]string, error) {
	out := make([]string, len(s.Texts))
	for i, text := range s.Texts {
		filled, wrong := placeholder.Variables(text, func(name string) string {
			value, _ := lookup(name)
			return value
		})
		if len(wrong) > 0 {
			return nil, fmt.Errorf("%s: %s: %s", s.At, s.Place, strings.Join(wrong, "; "))
		}
		out[i] = filled
	}
	return out, nil
}

// Read reads a file.
func Read(name string, layout Layout) (*File, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, withoutPath(err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxSize+1))
	if err != nil {
		return nil, withoutPath(err)
	}
	return Parse(name, data, layout)
}

// withoutPath takes the path away from an error of package os: messages have it.
func withoutPath(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}

// Parse reads the content of a file. name is how messages call it. The error has a
// line for each thing that is wrong, which begins with file:line.
func Parse(name string, data []byte, layout Layout) (*File, error) {
	r := &reader{layout: layout}
	if len(data) > maxSize {
		r.problem(clause.Location{File: name, Line: 1}, "the file is larger than %d bytes; it takes a few hundred", maxSize)
		return nil, r.error()
	}
	root, problems := source.ReadTree(name, data)
	for _, p := range problems {
		if p.Severity == source.Fatal {
			message := p.Message
			if message == source.EmptyFile {
				message += "; give it contracts, or the flags of a command"
			}
			r.problem(p.At, "%s", message)
		}
	}
	if root == nil {
		return nil, r.error()
	}
	f := r.file(name, root)
	if err := r.error(); err != nil {
		return nil, err
	}
	return f, nil
}

// reader makes a File of a tree. It goes on after a problem, so that all are found.
type reader struct {
	layout   Layout
	problems []source.Problem
}

func (r *reader) problem(at clause.Location, format string, args ...any) {
	at.Column = 0
	r.problems = append(r.problems, source.Problem{At: at, Message: fmt.Sprintf(format, args...)})
}

func (r *reader) error() error {
	slices.SortStableFunc(r.problems, func(a, b source.Problem) int { return cmp.Compare(a.At.Line, b.At.Line) })
	var all []error
	for _, p := range r.problems {
		all = append(all, errors.New(p.String()))
	}
	return errors.Join(all...)
}

func (r *reader) file(name string, root *source.Node) *File {
	f := &File{Name: name, Sections: map[string][]Setting{}}
	if !r.is(root, "the file", source.Mapping) {
		return f
	}
	for _, m := range root.Members() {
		if m.Name == "contracts" {
			f.Contracts = r.contracts(m)
		} else {
			r.section(f.Sections, m, "", "the file", "contracts")
		}
	}
	return f
}

func (r *reader) contracts(all source.Member) []Contract {
	if all.Value.Kind() == source.Null || !r.is(all.Value, all.Name, source.Sequence) {
		return nil
	}
	out := make([]Contract, 0, all.Value.Len())
	for i, n := range all.Value.Items() {
		out = append(out, r.contract(n, fmt.Sprintf("contracts[%d]", i)))
	}
	return out
}

// own are the keys of a contract that are no sections.
var own = map[string]Option{"description": {}, "overlays": {Kind: List}, "target": {}, "remote-refs": {Kind: Bool}}

func (r *reader) contract(n *source.Node, place string) Contract {
	c := Contract{At: n.At(), Sections: map[string][]Setting{}}
	if !r.is(n, place, source.Mapping) {
		return c
	}
	for _, m := range n.Members() {
		option, is := own[m.Name]
		if !is {
			r.section(c.Sections, m, place, place, slices.Sorted(maps.Keys(own))...)
			continue
		}
		into := map[string]*Setting{
			"description": &c.Description, "overlays": &c.Overlays, "target": &c.Target, "remote-refs": &c.RemoteRefs,
		}[m.Name]
		*into = r.setting(m, place+"."+m.Name, option)
	}
	if !n.Has("description") {
		r.problem(n.At(), "%s has no description; name an OpenAPI file or its URL", place)
	}
	return c
}

// section reads what is said of a command. in is what messages call the mapping that
// it stands in, and others are the keys that this can have besides.
func (r *reader) section(into map[string][]Setting, m source.Member, prefix, in string, others ...string) {
	options, known := r.layout[m.Name]
	if !known {
		r.unknown(m, in, append(slices.Sorted(maps.Keys(r.layout)), others...))
		return
	}
	place := strings.TrimPrefix(prefix+"."+m.Name, ".")
	if m.Value.Kind() == source.Null || !r.is(m.Value, place, source.Mapping) {
		return
	}
	for _, one := range m.Value.Members() {
		option, known := options[one.Name]
		switch {
		case !known:
			r.unknown(one, place, takenBy(options))
		case option.Elsewhere != "":
			r.problem(one.At(), "%s.%s: %s", place, one.Name, option.Elsewhere)
		default:
			if s := r.setting(one, place+"."+one.Name, option); s.Given() {
				into[m.Name] = append(into[m.Name], s)
			}
		}
	}
}

// takenBy lists the options that can stand in a file.
func takenBy(options map[string]Option) []string {
	var out []string
	for name, option := range options {
		if option.Elsewhere == "" {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func (r *reader) unknown(m source.Member, in string, known []string) {
	slices.Sort(known)
	r.problem(m.At(), "unknown key %q in %s: %s", m.Name, in, source.DidYouMean(m.Name, known))
}

// wanted says what each kind of option takes.
var wanted = map[Kind]struct {
	words string
	kinds []source.Kind
}{
	Text:   {"a text", []source.Kind{source.String, source.Number}},
	Number: {"a number", []source.Kind{source.Number}},
	Bool:   {"true or false", []source.Kind{source.Bool}},
	List:   {"a list", []source.Kind{source.Sequence}},
}

func (r *reader) setting(m source.Member, place string, o Option) Setting {
	s := Setting{Name: m.Name, Place: place, At: m.At()}
	if want := wanted[o.Kind]; !slices.Contains(want.kinds, m.Value.Kind()) {
		r.problem(m.At(), "%s must be %s, not %s", place, want.words, m.Value.Kind())
		return s
	}
	values := []*source.Node{m.Value}
	if o.Kind == List {
		values = m.Value.Items()
	}
	for i, n := range values {
		at := place
		if o.Kind == List {
			at = fmt.Sprintf("%s[%d]", place, i)
			if !slices.Contains(wanted[Text].kinds, n.Kind()) {
				r.problem(n.At(), "%s must be a text, not %s", at, n.Kind())
				continue
			}
		}
		switch text := n.Text(); {
		case text == "":
			r.problem(m.At(), "%s is empty; give it a value or remove the line", at)
		case o.Secret != nil && o.Secret(text) && !placeholder.HasVariable(text):
			r.problem(m.At(), "%s is a secret and stands here as it is; write the environment variable that holds it, such as ${TOKEN}", at)
		default:
			s.Texts = append(s.Texts, text)
		}
	}
	return s
}

func (r *reader) is(n *source.Node, place string, kind source.Kind) bool {
	if n.Kind() == kind {
		return true
	}
	r.problem(n.At(), "%s must be %s, not %s", place, kind, n.Kind())
	return false
}

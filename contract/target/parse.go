package target

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/source"
)

// maxSize bounds a target file, in bytes.
const maxSize = 1 << 20

// Load reads a target file. Environment variables are the process's.
func Load(path string) (*Target, error) { return load(path, Parse) }

// LoadToPlan is Load where nothing will be sent: what is missing in the environment
// for auth and headers is made up.
func LoadToPlan(path string) (*Target, error) { return load(path, ParseToPlan) }

func load(path string, parse func(string, []byte, func(string) (string, bool)) (*Target, error)) (*Target, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("load target %s: %w", path, withoutPath(err))
	}
	defer file.Close()

	data, err := io.ReadAll(io.LimitReader(file, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("load target %s: %w", path, withoutPath(err))
	}

	return parse(path, data, os.LookupEnv)
}

// Parse reads a target from the content of a file. The name is the file's, for
// messages and because the files that it names are relative to its directory.
// The files under tls are read. lookupEnv gives environment variables, as
// os.LookupEnv does; if it is nil none is set. What is wrong with the content
// is returned as a *ListError.
func Parse(name string, data []byte, lookupEnv func(string) (string, bool)) (*Target, error) {
	return (&reader{file: name, lookupEnv: lookupEnv, target: &Target{}}).parse(data)
}

// ParseToPlan is Parse where nothing will be sent: what lookupEnv does not give for
// auth and headers is made up.
func ParseToPlan(name string, data []byte, lookupEnv func(string) (string, bool)) (*Target, error) {
	return (&reader{file: name, lookupEnv: lookupEnv, target: &Target{}, madeUp: true}).parse(data)
}

func (r *reader) parse(data []byte) (*Target, error) {
	if root := r.document(data); root != nil {
		r.root(root)
	}

	if err := asError(r.found()); err != nil {
		return nil, err
	}

	return r.target, nil
}

// withoutPath takes the path away from an error of package os: the message has
// it already.
func withoutPath(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}

	return err
}

// document reads the tree of the file and returns its root, or nil.
func (r *reader) document(data []byte) *source.Node {
	if len(data) > maxSize {
		r.problemf(1, "the file is larger than %d bytes; a target file takes a few hundred", maxSize)

		return nil
	}

	root, problems := source.ReadTree(r.file, data)
	r.odd, r.unread = map[[2]int]bool{}, map[int]bool{}

	for _, p := range problems {
		line, message := max(p.At.Line, 1), p.Message
		if message == source.EmptyFile {
			message += "; give baseURL at least"
		}

		switch {
		case p.NotJSON():
			r.odd[[2]int{p.At.Line, p.At.Column}] = true
		case p.Severity == source.Fatal:
			r.problemf(line, "%s%s", within(root, p.Pointer), message)
			r.unread[line] = true
		}
	}

	r.read = len(r.problems)

	return root
}

// within begins a message about a place of the tree in the words of the others:
// "values.a: ".
func within(root *source.Node, pointer string) string {
	var what strings.Builder

	for name := range source.Names(pointer) {
		if i, err := strconv.Atoi(name); err == nil && root.Kind() == source.Sequence && i < root.Len() {
			what.WriteString("[" + name + "]")
			root = root.Items()[i]
		} else {
			what.WriteString("." + name)
			root = root.Get(name)
		}
	}

	if what.Len() == 0 {
		return ""
	}

	return strings.TrimPrefix(what.String(), ".") + ": "
}

// found returns the problems. One in a line that could not be read as it stands
// there comes of that.
func (r *reader) found() []Problem {
	own := r.problems[:r.read:r.read]

	for _, p := range r.problems[r.read:] {
		if !r.unread[p.Line] {
			own = append(own, p)
		}
	}

	return own
}

// root reads the whole file.
func (r *reader) root(n *source.Node) {
	t := r.target

	r.fields(n, "", map[string]field{
		"name":           func(_ source.Member, n *source.Node) { t.Name = r.line(n, "name") },
		"implementation": func(_ source.Member, n *source.Node) { r.implementation(n) },
		"baseURL":        func(_ source.Member, n *source.Node) { t.BaseURL = r.baseURL(n) },
		"values":         func(_ source.Member, n *source.Node) { r.values(n) },
		"auth":           func(_ source.Member, n *source.Node) { r.auth(n) },
		"provoke":        func(_ source.Member, n *source.Node) { r.provoke(n) },
		"gentle":         func(_ source.Member, n *source.Node) { t.Gentle = r.optional(n, "gentle") },
		"headers":        func(_ source.Member, n *source.Node) { r.headers(n) },
		"tls":            func(_ source.Member, n *source.Node) { r.tls(n) },
	})

	if n.Kind() == source.Mapping && !r.seen["baseURL"] {
		r.problemf(n.At().Line, "baseURL is missing; give the URL that the contract's paths are appended to, "+
			"such as http://127.0.0.1:9000")
	}

	for _, check := range r.after {
		check()
	}

	if t.Name == "" && t.BaseURL != nil {
		t.Name = t.BaseURL.String()
	}
}

func (r *reader) implementation(n *source.Node) {
	i := &r.target.Implementation

	r.fields(n, "implementation", map[string]field{
		"organization": func(_ source.Member, n *source.Node) { i.Organization = r.line(n, "implementation.organization") },
		"project":      func(_ source.Member, n *source.Node) { i.Project = r.line(n, "implementation.project") },
		"version":      func(_ source.Member, n *source.Node) { i.Version = r.line(n, "implementation.version") },
	})
}

func (r *reader) headers(n *source.Node) {
	r.target.Headers = map[string]auth.Secret{}

	for name, value := range r.headerMap(n, "headers") {
		r.target.Headers[name] = auth.NewSecret(value)
	}
}

func (r *reader) values(n *source.Node) {
	t := r.target
	t.Values, t.OperationValues = map[string]string{}, map[string]map[string]string{}

	r.mapping(n, "values", func(key string, k source.Member, v *source.Node) {
		if v.Kind() != source.Mapping {
			r.note("values", "", key, k)
			t.Values[key] = r.value(v, "values."+key)

			return
		}

		r.note("values", key, "", k)

		of := map[string]string{}
		t.OperationValues[key] = of

		r.mapping(v, "values."+key, func(parameter string, k source.Member, v *source.Node) {
			r.note("values", key, parameter, k)
			of[parameter] = r.value(v, "values."+key+"."+parameter)
		})
	})
}

// value is text for what may have placeholders.
func (r *reader) value(n *source.Node, what string) string { return r.templated(n, what, r.text) }

var (
	status = regexp.MustCompile(`^[1-5][0-9][0-9]$`)
	digit  = regexp.MustCompile(`^[0-9]`)
)

func (r *reader) provoke(n *source.Node) {
	t := r.target
	t.Provoke, t.OperationProvoke = map[string]Provoke{}, map[string]map[string]Provoke{}

	const wanted = `%s: %q is no status; write three digits, such as "500"`

	r.mapping(n, "provoke", func(key string, k source.Member, v *source.Node) {
		switch {
		case status.MatchString(key):
			t.Provoke[key] = r.provocation(v, "provoke."+key)
		case digit.MatchString(key):
			r.problemf(k.At().Line, wanted, "provoke", key)
		default:
			r.note("provoke", key, "", k)

			of := map[string]Provoke{}
			t.OperationProvoke[key] = of

			r.mapping(v, "provoke."+key, func(code string, k source.Member, v *source.Node) {
				if !status.MatchString(code) {
					r.problemf(k.At().Line, wanted, "provoke."+key, code)

					return
				}

				of[code] = r.provocation(v, "provoke."+key+"."+code)
			})
		}
	})
}

func (r *reader) provocation(n *source.Node, what string) Provoke {
	var p Provoke

	before := len(r.problems)

	r.fields(n, what, map[string]field{
		"path":   func(_ source.Member, n *source.Node) { p.Path = r.texts(n, what+".path", r.text) },
		"query":  func(_ source.Member, n *source.Node) { p.Query = r.texts(n, what+".query", r.anyText) },
		"header": func(_ source.Member, n *source.Node) { p.Header = r.headerMap(n, what+".header") },
		"body":   func(_ source.Member, n *source.Node) { p.Body = r.json(n, what+".body") },
	})

	if len(p.Path)+len(p.Query)+len(p.Header) == 0 && p.Body == nil && len(r.problems) == before {
		r.problemf(n.At().Line, "%s says nothing; give values under path, query, header or body", what)
	}

	return p
}

// tls reads the section and the files that it names, so that what is wrong
// with them is known before anything is sent.
func (r *reader) tls(n *source.Node) {
	t := &r.target.TLS
	at := map[string]source.Member{}
	file := func(to *string) field {
		return func(k source.Member, n *source.Node) {
			at[k.Name] = k
			*to = r.path(n, "tls."+k.Name)
		}
	}

	r.fields(n, "tls", map[string]field{
		"caFile":   file(&t.CAFile),
		"certFile": file(&t.CertFile),
		"keyFile":  file(&t.KeyFile),
		"insecure": func(_ source.Member, n *source.Node) { t.Insecure = r.boolean(n, "tls.insecure") },
	})

	for _, pair := range [][2]string{{"certFile", "keyFile"}, {"keyFile", "certFile"}} {
		given, has := at[pair[0]]
		if _, both := at[pair[1]]; has && !both {
			r.problemf(given.At().Line, "tls.%s is given without tls.%s; give both or neither", pair[0], pair[1])
		}
	}

	if t.CAFile != "" {
		if _, err := t.authorities(); err != nil {
			r.problemf(at["caFile"].At().Line, "tls.caFile: %v", err)
		}
	}

	if t.CertFile != "" && t.KeyFile != "" {
		if _, err := t.certificate(); err != nil {
			r.problemf(at["certFile"].At().Line, "tls.certFile: %v", err)
		}
	}
}

// path returns the path of a file that exists, relative to the target file's
// directory, or "".
func (r *reader) path(n *source.Node, what string) string {
	path := r.line(n, what)
	if path == "" {
		return ""
	}

	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(r.file), path)
	}

	info, err := os.Stat(path)

	switch {
	case err != nil:
		r.problemf(n.At().Line, "%s: %s: %v; relative paths start at the target file's directory", what, path, withoutPath(err))
	case !info.Mode().IsRegular():
		r.problemf(n.At().Line, "%s: %s is not a file", what, path)
	case info.Size() > maxSize:
		r.problemf(n.At().Line, "%s: %s is larger than %d bytes", what, path, maxSize)
	default:
		return path
	}

	return ""
}

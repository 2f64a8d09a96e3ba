package target

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/placeholder"
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

	if err := asError(r.problems); err != nil {
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

// document parses the YAML and returns its root, or nil.
func (r *reader) document(data []byte) *yaml.Node {
	if len(data) > maxSize {
		r.problemf(1, "the file is larger than %d bytes; a target file takes a few hundred", maxSize)

		return nil
	}

	var first, second yaml.Node

	decoder := yaml.NewDecoder(bytes.NewReader(data))

	err := decoder.Decode(&first)

	switch {
	case errors.Is(err, io.EOF):
		r.problemf(1, "the file is empty; give baseURL at least")

		return nil
	case err != nil:
		r.syntax(err)

		return nil
	}

	if err := decoder.Decode(&second); err == nil {
		r.problemf(max(second.Line, 1), "a second YAML document; a file is one target")
	} else if !errors.Is(err, io.EOF) {
		r.syntax(err)
	}

	if len(first.Content) == 0 {
		return nil
	}

	return first.Content[0]
}

var (
	yamlError  = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)
	yamlAnchor = regexp.MustCompile(`anchor '[^']*'`)
)

// syntax notes what the YAML parser says, but for the name of an anchor: it can
// be a secret that begins with *, without the quotes it needs.
func (r *reader) syntax(err error) {
	line, message := 1, "cannot be read"

	if match := yamlError.FindStringSubmatch(err.Error()); match != nil {
		message = yamlAnchor.ReplaceAllString(match[2], "anchor")

		if n, err := strconv.Atoi(match[1]); err == nil {
			line = n
		}
	}

	r.problemf(line, "not YAML: %s; values that hold one of : # { } [ ] & * ! | > %% @ need quotes", message)
}

// root reads the whole file.
func (r *reader) root(n *yaml.Node) {
	t := r.target

	r.fields(n, "", map[string]field{
		"name":           func(_, n *yaml.Node) { t.Name = r.line(n, "name") },
		"implementation": func(_, n *yaml.Node) { r.implementation(n) },
		"baseURL":        func(_, n *yaml.Node) { t.BaseURL = r.baseURL(n) },
		"values":         func(_, n *yaml.Node) { r.values(n) },
		"auth":           func(_, n *yaml.Node) { r.auth(n) },
		"provoke":        func(_, n *yaml.Node) { r.provoke(n) },
		"gentle":         func(_, n *yaml.Node) { t.Gentle = r.optional(n, "gentle") },
		"headers":        func(_, n *yaml.Node) { r.headers(n) },
		"tls":            func(_, n *yaml.Node) { r.tls(n) },
	})

	if n.Kind == yaml.MappingNode && !r.seen["baseURL"] {
		r.problemf(n.Line, "baseURL is missing; give the URL that the contract's paths are appended to, "+
			"such as http://127.0.0.1:9000")
	}

	for _, check := range r.after {
		check()
	}

	if t.Name == "" && t.BaseURL != nil {
		t.Name = t.BaseURL.String()
	}
}

func (r *reader) implementation(n *yaml.Node) {
	i := &r.target.Implementation

	r.fields(n, "implementation", map[string]field{
		"organization": func(_, n *yaml.Node) { i.Organization = r.line(n, "implementation.organization") },
		"project":      func(_, n *yaml.Node) { i.Project = r.line(n, "implementation.project") },
		"version":      func(_, n *yaml.Node) { i.Version = r.line(n, "implementation.version") },
	})
}

func (r *reader) headers(n *yaml.Node) {
	r.target.Headers = map[string]auth.Secret{}

	for name, value := range r.headerMap(n, "headers") {
		r.target.Headers[name] = auth.NewSecret(value)
	}
}

func (r *reader) values(n *yaml.Node) {
	t := r.target
	t.Values, t.OperationValues = map[string]string{}, map[string]map[string]string{}

	r.mapping(n, "values", func(key string, k, v *yaml.Node) {
		if v.Kind != yaml.MappingNode {
			r.note("values", "", key, k)
			t.Values[key] = r.value(v, "values."+key)

			return
		}

		r.note("values", key, "", k)

		of := map[string]string{}
		t.OperationValues[key] = of

		r.mapping(v, "values."+key, func(parameter string, k, v *yaml.Node) {
			r.note("values", key, parameter, k)
			of[parameter] = r.value(v, "values."+key+"."+parameter)
		})
	})
}

// value is text for what may have placeholders.
func (r *reader) value(n *yaml.Node, what string) string {
	text := r.text(n, what)
	if err := placeholder.Check(text); err != nil {
		r.problemf(n.Line, "%s: %v", what, err)
	}

	return text
}

var (
	status = regexp.MustCompile(`^[1-5][0-9][0-9]$`)
	digit  = regexp.MustCompile(`^[0-9]`)
)

func (r *reader) provoke(n *yaml.Node) {
	t := r.target
	t.Provoke, t.OperationProvoke = map[string]Provoke{}, map[string]map[string]Provoke{}

	const wanted = `%s: %q is no status; write three digits, such as "500"`

	r.mapping(n, "provoke", func(key string, k, v *yaml.Node) {
		switch {
		case status.MatchString(key):
			t.Provoke[key] = r.provocation(v, "provoke."+key)
		case digit.MatchString(key):
			r.problemf(k.Line, wanted, "provoke", key)
		default:
			r.note("provoke", key, "", k)

			of := map[string]Provoke{}
			t.OperationProvoke[key] = of

			r.mapping(v, "provoke."+key, func(code string, k, v *yaml.Node) {
				if !status.MatchString(code) {
					r.problemf(k.Line, wanted, "provoke."+key, code)

					return
				}

				of[code] = r.provocation(v, "provoke."+key+"."+code)
			})
		}
	})
}

func (r *reader) provocation(n *yaml.Node, what string) Provoke {
	var p Provoke

	before := len(r.problems)

	r.fields(n, what, map[string]field{
		"path":   func(_, n *yaml.Node) { p.Path = r.texts(n, what+".path", r.text) },
		"query":  func(_, n *yaml.Node) { p.Query = r.texts(n, what+".query", r.anyText) },
		"header": func(_, n *yaml.Node) { p.Header = r.headerMap(n, what+".header") },
		"body":   func(_, n *yaml.Node) { p.Body = r.json(n, what+".body") },
	})

	if len(p.Path)+len(p.Query)+len(p.Header) == 0 && p.Body == nil && len(r.problems) == before {
		r.problemf(n.Line, "%s says nothing; give values under path, query, header or body", what)
	}

	return p
}

// tls reads the section and the files that it names, so that what is wrong
// with them is known before anything is sent.
func (r *reader) tls(n *yaml.Node) {
	t := &r.target.TLS
	at := map[string]*yaml.Node{}
	file := func(to *string) field {
		return func(k, n *yaml.Node) {
			at[k.Value] = k
			*to = r.path(n, "tls."+k.Value)
		}
	}

	r.fields(n, "tls", map[string]field{
		"caFile":   file(&t.CAFile),
		"certFile": file(&t.CertFile),
		"keyFile":  file(&t.KeyFile),
		"insecure": func(_, n *yaml.Node) { t.Insecure = r.boolean(n, "tls.insecure") },
	})

	for _, pair := range [][2]string{{"certFile", "keyFile"}, {"keyFile", "certFile"}} {
		if given, other := at[pair[0]], at[pair[1]]; given != nil && other == nil {
			r.problemf(given.Line, "tls.%s is given without tls.%s; give both or neither", pair[0], pair[1])
		}
	}

	if t.CAFile != "" {
		if _, err := t.authorities(); err != nil {
			r.problemf(at["caFile"].Line, "tls.caFile: %v", err)
		}
	}

	if t.CertFile != "" && t.KeyFile != "" {
		if _, err := t.certificate(); err != nil {
			r.problemf(at["certFile"].Line, "tls.certFile: %v", err)
		}
	}
}

// path returns the path of a file that exists, relative to the target file's
// directory, or "".
func (r *reader) path(n *yaml.Node, what string) string {
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
		r.problemf(n.Line, "%s: %s: %v; relative paths start at the target file's directory", what, path, withoutPath(err))
	case !info.Mode().IsRegular():
		r.problemf(n.Line, "%s: %s is not a file", what, path)
	case info.Size() > maxSize:
		r.problemf(n.Line, "%s: %s is larger than %d bytes", what, path, maxSize)
	default:
		return path
	}

	return ""
}

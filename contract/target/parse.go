package target

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

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

	t, err := parse(path, data, os.LookupEnv)
	if err != nil {
		return nil, err
	}
	t.given.File = path
	return t, nil
}

// Parse reads a target from the content of a file. The name is the file's, for
// messages and because the files that it names are relative to its directory.
// The files under tls are read. lookupEnv gives environment variables, as
// os.LookupEnv does; if it is nil none is set. What is wrong with the content
// is returned as a *ListError.
func Parse(name string, data []byte, lookupEnv func(string) (string, bool)) (*Target, error) {
	return parse(&reader{file: name, lookupEnv: lookupEnv}, data)
}

// ParseToPlan is Parse where nothing will be sent: what lookupEnv does not give for
// auth and headers is made up.
func ParseToPlan(name string, data []byte, lookupEnv func(string) (string, bool)) (*Target, error) {
	return parse(&reader{file: name, lookupEnv: lookupEnv, madeUp: true}, data)
}

func parse(r *reader, data []byte) (*Target, error) {
	r.target = &Target{}
	if r.document(data); r.root != nil {
		r.check()
		r.read()
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

// document reads the tree of the file, unless there is none.
func (r *reader) document(data []byte) {
	if len(data) > maxSize {
		r.add(1, fmt.Sprintf("the file is larger than %d bytes; a target file takes a few hundred", maxSize))
		return
	}
	root, problems := source.ReadTree(r.file, data)
	r.root, r.steps, r.refused = root, map[*source.Node]step{}, map[string]bool{}
	r.odd = map[[2]int]bool{}
	unread := map[int]bool{}
	for _, p := range problems {
		line, message := max(p.At.Line, 1), p.Message
		if message == source.EmptyFile {
			message += "; give baseURL at least"
		}
		if p.Pointer != "" {
			message = nameOf(root, p.Pointer) + ": " + message
		}
		switch {
		case p.NotJSON():
			r.odd[[2]int{p.At.Line, p.At.Column}] = true
		case p.Severity == source.Fatal:
			r.add(line, message)
			unread[line] = true
		}
	}
	r.unread = unread
}

// read makes the target of the tree.
func (r *reader) read() {
	n, t := r.root, r.target
	t.BaseURL = r.url(n.Get("baseURL"))
	t.Name = r.text(n.Get("name"))
	if t.Name == "" && t.BaseURL != nil {
		t.Name = t.BaseURL.String()
	}
	i := n.Get("implementation")
	t.Implementation = Implementation{
		Organization: r.text(i.Get("organization")), Project: r.text(i.Get("project")), Version: r.text(i.Get("version")),
	}
	r.values(n.Get("values"))
	r.auth(n.Get("auth"))
	r.provoke(n.Get("provoke"))
	if gentle := n.Get("gentle"); gentle.Kind() == source.Bool {
		value := gentle.True()
		t.Gentle = &value
	}
	t.Headers = r.headers(n.Get("headers"))
	r.tls(n.Get("tls"))
}

func (r *reader) values(n *source.Node) {
	t := r.target
	t.Values, t.OperationValues = map[string]string{}, map[string]map[string]string{}
	for _, m := range n.Members() {
		if m.Value.Kind() != source.Mapping {
			r.note("values", "", m.Name, m)
			t.Values[m.Name] = r.templated(m.Value)
			continue
		}
		r.note("values", m.Name, "", m)
		of := map[string]string{}
		t.OperationValues[m.Name] = of
		for _, own := range m.Value.Members() {
			r.note("values", m.Name, own.Name, own)
			of[own.Name] = r.templated(own.Value)
		}
	}
}

// headers reads headers. The names of the result are in canonical form.
func (r *reader) headers(n *source.Node) map[string]auth.Secret {
	headers := map[string]auth.Secret{}
	for _, m := range n.Members() {
		name := http.CanonicalHeaderKey(m.Name)
		if _, twice := headers[name]; twice {
			r.problem(n, " has "+name+" twice, in different cases; remove one")
		}
		headers[name] = r.secret(m.Value)
	}
	return headers
}

var status = regexp.MustCompile(`^[1-5][0-9][0-9]$`)

func (r *reader) provoke(n *source.Node) {
	t := r.target
	t.Provoke, t.OperationProvoke = map[string]Provoke{}, map[string]map[string]Provoke{}
	for _, m := range n.Members() {
		if status.MatchString(m.Name) {
			t.Provoke[m.Name] = r.provocation(m.Value)
			continue
		}
		r.note("provoke", m.Name, "", m)
		of := map[string]Provoke{}
		t.OperationProvoke[m.Name] = of
		for _, own := range m.Value.Members() {
			of[own.Name] = r.provocation(own.Value)
		}
	}
}

func (r *reader) provocation(n *source.Node) Provoke {
	p := Provoke{Body: r.json(n.Get("body"), "", r.bodyValue)}
	if path := n.Get("path"); path != nil {
		p.Path = r.texts(path)
	}
	if query := n.Get("query"); query != nil {
		p.Query = r.texts(query)
	}
	if header := n.Get("header"); header != nil {
		p.Header = map[string]string{}
		for name, value := range r.headers(header) {
			p.Header[name] = value.Reveal()
		}
	}
	return p
}

// bodyValue makes a number or a text of a body.
func (r *reader) bodyValue(n *source.Node, _ string) any {
	if n.Kind() != source.Number {
		return r.templated(n)
	}
	if whole, err := strconv.ParseInt(n.Text(), 10, 64); err == nil {
		return whole
	}
	number, err := strconv.ParseFloat(n.Text(), 64)
	if err != nil {
		r.notJSON(n)
	}
	return number
}

// tls reads the section and the files that it names, so that what is wrong
// with them is known before anything is sent.
func (r *reader) tls(n *source.Node) {
	t := &r.target.TLS
	*t = TLS{
		CAFile: r.path(n.Get("caFile")), CertFile: r.path(n.Get("certFile")), KeyFile: r.path(n.Get("keyFile")),
		Insecure: n.Get("insecure").True(),
	}
	if t.CAFile != "" {
		if _, err := t.authorities(); err != nil {
			r.problem(n.Get("caFile"), ": "+err.Error())
		}
	}
	if t.CertFile != "" && t.KeyFile != "" {
		if _, err := t.certificate(); err != nil {
			r.problem(n.Get("certFile"), ": "+err.Error())
		}
	}
}

// path returns the path of a file that exists, relative to the target file's
// directory, or "".
func (r *reader) path(n *source.Node) string {
	path := r.text(n)
	if path == "" {
		return ""
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(r.file), path)
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		r.problem(n, fmt.Sprintf(": %s: %v; relative paths start at the target file's directory", path, withoutPath(err)))
	case !info.Mode().IsRegular():
		r.problem(n, fmt.Sprintf(": %s is not a file", path))
	case info.Size() > maxSize:
		r.problem(n, fmt.Sprintf(": %s is larger than %d bytes", path, maxSize))
	default:
		return path
	}
	return ""
}

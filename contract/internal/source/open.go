package source

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/clause"
)

// Options say how descriptions are opened. The zero Options read files alone, and
// what was fetched from a URL that the user named.
type Options struct {
	// RemoteRefs allows references to any http or https URL. References from a
	// description that came from a URL to others of the same origin need it not.
	RemoteRefs bool
	// Header is sent with each request to the host that the user named, and to no
	// other.
	Header http.Header
	// Overlays are OpenAPI Overlays that are laid over the description, in their
	// order: files, http or https URLs, or "-" for standard input.
	Overlays []string
	// Stdin is what the name "-" means; nil is os.Stdin.
	Stdin io.Reader
	// Transport sends the requests; nil is http.DefaultTransport.
	Transport http.RoundTripper
}

// The bounds of one description and all that it refers to.
const (
	maxFiles = 2000
	maxURLs  = 100
	maxTotal = 64 << 20 // bytes
	// fetchTime bounds all requests of a description together.
	fetchTime = 30 * time.Second
)

// library opens files and URLs, each once.
type library struct {
	Options
	*problems

	ctx       context.Context //nolint:containedctx // a library serves one call of Load
	fetchTime time.Duration
	deadline  time.Time // of all requests; zero before the first
	host      string    // that the user named
	files     map[string]*File
	failed    map[string]string // why not, by the same keys
	order     []*File           // in which they were read
	total     int               // bytes
	urls      int
	overlays  overlayBounds
	described hash.Hash // of all texts but those of overlays
	overlaid  []Overlaid

	// dir bounds the files that can be referred to: the parent of the first file's
	// directory. within holds it open; nil if there is none.
	dir    string
	within *os.Root
}

func newLibrary(ctx context.Context, o Options, found *problems) *library {
	return &library{
		Options: o, problems: found, ctx: ctx, fetchTime: fetchTime, files: map[string]*File{}, failed: map[string]string{},
		overlays: overlayBounds{work: maxWork, values: maxNodes}, described: sha256.New(),
	}
}

func (l *library) close() {
	if l.within != nil {
		_ = l.within.Close()
	}
}

// open reads the first file: a path, an http or https URL, or "-".
func (l *library) open(name string) (*File, *Error) {
	switch {
	case name == "-":
		return l.stdin()
	case IsURL(name):
		return l.first(name)
	}
	data, err := readFile(func() (fs.File, error) { return os.Open(name) })
	if err != nil {
		return nil, fatal(clause.Location{File: name}, "%v", err)
	}
	return l.given(name, data)
}

// given takes the text of the first file.
func (l *library) given(name string, data []byte) (*File, *Error) {
	file := &File{Name: name, path: filepath.ToSlash(name)}
	l.dir = filepath.Dir(filepath.Dir(absolute(name)))
	within, err := os.OpenRoot(l.dir)
	if err == nil { // else no other file can be read, which is said where one is named
		l.within = within
	}
	return file, l.keep(file, absolute(name), data)
}

func (l *library) stdin() (*File, *Error) {
	data, err := l.readStdin()
	if err != nil {
		return nil, fatal(clause.Location{File: "-"}, "standard input cannot be read: %v", err)
	}
	file := &File{Name: "-"}
	return file, l.keep(file, "-", data)
}

func (l *library) readStdin() ([]byte, error) {
	in := l.Stdin
	if in == nil {
		in = os.Stdin
	}
	return io.ReadAll(io.LimitReader(in, MaxSize+1)) //nolint:wrapcheck // who reads says what it is
}

// keep reads the text of a file and remembers the file.
func (l *library) keep(file *File, key string, data []byte) *Error {
	l.total += len(data)
	_, _ = l.described.Write(data) // a hash takes all
	l.files[key] = file
	l.order = append(l.order, file)
	if i := identifyBytes(data); i.what != "" {
		return fatal(clause.Location{File: file.Name, Line: 1}, "%s", i)
	}
	_, err := parse(file, data, l.problems)
	if err != nil {
		if i := identifyText(decode(data)); i.what != "" {
			return fatal(clause.Location{File: file.Name, Line: 1}, "%s", i)
		}
	}
	return err
}

// IsURL reports whether a name is a URL that can be read, rather than a file.
func IsURL(name string) bool {
	scheme, _, ok := strings.Cut(name, "://")
	return ok && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"))
}

func absolute(name string) string {
	if abs, err := filepath.Abs(name); err == nil {
		return abs
	}
	return name
}

func tooLarge(name string) *Error {
	return fatal(clause.Location{File: name}, "larger than %d MiB: split it, or leave out what is not needed", MaxSize>>20)
}

var errTooLarge = fmt.Errorf("larger than %d MiB: split it, or leave out what is not needed", MaxSize>>20)

// readFile reads a file, but for one that is too large. Pipes can be read, too.
func readFile(open func() (fs.File, error)) ([]byte, error) {
	file, err := open()
	if err != nil {
		return nil, withoutPath(err)
	}
	defer file.Close()
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, withoutPath(err)
	case info.IsDir():
		return nil, errors.New("a directory: name the file in it")
	case info.Size() > MaxSize:
		return nil, errTooLarge
	}
	data, err := io.ReadAll(io.LimitReader(file, MaxSize+1))
	switch {
	case err != nil:
		return nil, withoutPath(err)
	case len(data) > MaxSize:
		return nil, errTooLarge
	}
	return data, nil
}

// withoutPath takes the path away from an error of package os: the message has it
// already.
func withoutPath(err error) error {
	if failure, ok := errors.AsType[*fs.PathError](err); ok {
		return failure.Err
	}
	return err
}

// refer returns the file that a reference names, without its fragment, or says
// why it cannot be had.
func (l *library) refer(from *File, ref string) (*File, string) {
	target, err := url.Parse(ref)
	if err != nil {
		target = &url.URL{Path: ref}
	}
	switch {
	case target.Scheme == "http" || target.Scheme == "https":
		return l.remote(from, target)
	case target.Scheme != "" && target.Scheme != "file" && len(target.Scheme) > 1: // one letter is a drive
		return nil, "it is neither a file nor an http URL"
	case from.url != nil:
		return l.remote(from, from.url.ResolveReference(target))
	case from.path == "":
		return nil, "standard input has no directory: name the file itself"
	}
	name := filepath.FromSlash(target.Path)
	if name == "" {
		name = filepath.FromSlash(ref)
	}
	shown := name
	if !filepath.IsAbs(name) {
		shown = path.Join(path.Dir(from.path), filepath.ToSlash(name))
		name = filepath.FromSlash(shown)
	}
	return l.once(absolute(name), func() (*File, string) { return l.beside(shown, absolute(name)) })
}

// once gives each file once, whether it can be read or not.
func (l *library) once(key string, load func() (*File, string)) (*File, string) {
	if file := l.files[key]; file != nil {
		if file.Root == nil {
			return nil, l.failed[key]
		}
		return file, ""
	}
	if why, ok := l.failed[key]; ok {
		return nil, why
	}
	switch {
	case l.ctx.Err() != nil:
		return nil, "the run was stopped"
	case len(l.files)+len(l.failed) >= maxFiles:
		return nil, fmt.Sprintf("more than %d files are referred to", maxFiles)
	case IsURL(key) && l.urls >= maxURLs:
		return nil, fmt.Sprintf("more than %d URLs are referred to", maxURLs)
	case l.total > maxTotal:
		return nil, fmt.Sprintf("the files that are referred to have more than %d MiB", maxTotal>>20)
	}
	if IsURL(key) {
		l.urls++
	}
	file, why := load()
	if why != "" {
		l.failed[key] = why
	}
	return file, why
}

// beside reads a file below the parent of the first file's directory.
func (l *library) beside(shown, name string) (*File, string) {
	relative, err := filepath.Rel(l.dir, name)
	if l.within == nil || err != nil || !filepath.IsLocal(relative) {
		return nil, "only files below " + l.dir + " are read"
	}
	info, err := l.within.Stat(relative)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, "there is no such file" + l.similar(relative)
	case err != nil:
		return nil, withoutPath(err).Error()
	case !info.Mode().IsRegular():
		return nil, "it is not a file"
	}
	data, err := readFile(func() (fs.File, error) { return l.within.Open(relative) })
	if err != nil {
		return nil, err.Error()
	}
	file := &File{Name: shown, path: filepath.ToSlash(shown)}
	if failure := l.keep(file, name, data); failure != nil {
		return nil, failure.String()
	}
	return file, ""
}

// similar offers a file of the same directory for one that does not exist.
func (l *library) similar(relative string) string {
	dir, err := l.within.Open(filepath.Dir(relative))
	if err != nil {
		return ""
	}
	defer dir.Close()
	known, _ := dir.Readdirnames(maxKnown)
	if n := clause.Nearest(filepath.Base(relative), known); n != "" {
		return ": did you mean " + quote(n) + "?"
	}
	return ""
}

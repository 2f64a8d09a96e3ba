package har

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
)

// The bounds of a file.
const (
	maxFile     = 64 << 20
	maxEntries  = 20_000
	maxDepth    = 100 // of what is not read
	maxProblems = 10
)

// Read reads a file. name is how errors call it. The error names every entry
// that cannot be read, up to a number of them, each on a line.
func Read(name string, from io.Reader) (*Log, error) {
	limited := &limited{from: from, left: maxFile}
	buffered := bufio.NewReader(limited)
	if mark, _ := buffered.Peek(3); string(mark) == "\ufeff" {
		_, _ = buffered.Discard(len(mark)) // it was peeked at
	}
	r := reader{decoder: json.NewDecoder(buffered)}
	err := r.file()
	if limited.err != nil { // whatever became of it
		err = limited.err
	}
	if err == nil && !r.found {
		err = errors.New("it has no log.entries")
	}
	if err != nil && len(r.problems) == 0 {
		return nil, fmt.Errorf("%s is no HAR file that can be read: %w", name, err)
	}
	if len(r.problems) > 0 {
		for i, p := range r.problems {
			r.problems[i] = fmt.Errorf("%s: %w", name, p)
		}
		return nil, errors.Join(r.problems...)
	}
	return &r.log, nil
}

// limited gives an error for a file that is too large: the end would be taken for
// that of the file.
type limited struct {
	from io.Reader
	left int
	err  error
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.from.Read(p[:min(len(p), l.left+1)])
	if n > l.left {
		l.err = errors.New("it is larger than 64 MiB: record less, or leave the bodies of other hosts out")
		return 0, l.err
	}
	l.left -= n
	if err != nil && !errors.Is(err, io.EOF) {
		l.err = err
	}
	return n, err //nolint:wrapcheck // Read says what was read
}

// reader reads a file by its tokens, and entries one by one.
type reader struct {
	decoder  *json.Decoder
	log      Log
	found    bool // there are entries, if none in number
	problems []error
}

func (r *reader) file() error {
	err := r.object(func(name string) error {
		if name == "log" {
			return r.object(r.member)
		}
		return r.skip()
	})
	if err != nil {
		return err
	}
	if _, err := r.decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("text follows the JSON document")
	}
	return nil
}

// member reads a member of log.
func (r *reader) member(name string) error {
	switch name {
	case "creator":
		_, err := r.decode("log.creator", &r.log.Creator)
		return err
	case "entries":
		return r.entries()
	default:
		return r.skip()
	}
}

func (r *reader) entries() error {
	if r.found {
		return errors.New("it has log.entries twice")
	}
	if err := r.delim('[', "log.entries must be an array"); err != nil {
		return err
	}
	r.found = true
	for i := 0; r.decoder.More(); i++ {
		if i >= maxEntries {
			return fmt.Errorf("it has more than %d entries: record less, or judge it in parts", maxEntries)
		}
		place := fmt.Sprintf("log.entries[%d]", i)
		e := Entry{
			Request:  Request{BodySize: -1, HeadersSize: -1},
			Response: Response{BodySize: -1, HeadersSize: -1, Content: Content{Size: -1}},
		}
		usable, err := r.decode(place, &e)
		if err != nil {
			return err
		}
		if usable {
			r.check(place, &e)
			r.log.Entries = append(r.log.Entries, e)
		}
	}
	return r.end()
}

// check notes what makes an entry unusable.
func (r *reader) check(place string, e *Entry) {
	switch {
	case e.Request.URL == "":
		r.problem("%s.request has no url", place)
	case e.Request.Method == "":
		r.problem("%s.request has no method", place)
	default:
		if _, _, err := e.Response.Content.Body(); err != nil {
			r.problem("%s.response.content.text %w", place, err)
		}
		if _, _, err := e.Request.PostData.Body(); err != nil {
			r.problem("%s.request.postData.text %w", place, err)
		}
	}
}

func (r *reader) problem(format string, args ...any) {
	if len(r.problems) < maxProblems {
		r.problems = append(r.problems, fmt.Errorf(format, args...))
	}
}

// decode reads a value. One of another type than it must be is a problem, after
// which the next can be read.
func (r *reader) decode(place string, v any) (usable bool, err error) {
	err = r.decoder.Decode(v)
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		if wrong.Field != "" {
			place += "." + wrong.Field
		}
		r.problem("%s must be %s, not %s", place, wanted(wrong.Type), article(wrong.Value))
		return false, nil
	case err != nil:
		return false, inWords(place, err)
	}
	return true, nil
}

// wanted says which JSON type a Go type is read from.
func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Slice:
		return "an array"
	case reflect.Struct:
		return "an object"
	case reflect.Bool:
		return "a bool"
	default:
		return "a number"
	}
}

func article(kind string) string {
	if kind == "object" || kind == "array" {
		return "an " + kind
	}
	return "a " + kind
}

// object reads an object, each member by read.
func (r *reader) object(read func(name string) error) error {
	if err := r.delim('{', "a HAR file is a JSON object with the object log in it"); err != nil {
		return err
	}
	for r.decoder.More() {
		token, err := r.decoder.Token()
		if err != nil {
			return inWords("", err)
		}
		name, _ := token.(string)
		if err := read(name); err != nil {
			return err
		}
	}
	return r.end()
}

func (r *reader) delim(want json.Delim, otherwise string) error {
	switch token, err := r.decoder.Token(); {
	case err != nil:
		return inWords("", err)
	case token != want:
		return errors.New(otherwise)
	}
	return nil
}

// end reads the end of an object or array.
func (r *reader) end() error {
	if _, err := r.decoder.Token(); err != nil {
		return inWords("", err)
	}
	return nil
}

// skip passes over a value. The decoder would keep all of it.
func (r *reader) skip() error {
	for depth := 0; ; {
		token, err := r.decoder.Token()
		if err != nil {
			return inWords("", err)
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			if depth++; depth > maxDepth {
				return fmt.Errorf("it nests deeper than %d levels", maxDepth)
			}
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

// inWords says what is wrong with a JSON text.
func inWords(place string, err error) error {
	var syntax *json.SyntaxError
	if place != "" {
		place += ": "
	}
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%sthe JSON text breaks off", place)
	case errors.As(err, &syntax):
		return fmt.Errorf("%sbyte %d is no JSON: %w", place, syntax.Offset, err)
	default:
		return fmt.Errorf("%s%w", place, err)
	}
}

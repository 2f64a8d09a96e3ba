package source

import (
	"strings"
)

// EmptyFile is the message about a file that holds nothing.
const EmptyFile = "the file is empty"

// MaxSize bounds a file, in bytes.
const MaxSize = 16 << 20

// Parse reads a text that is JSON or YAML. name is how problems call it. The
// problems are what was read otherwise than it stands there. The error says in
// one line why the text cannot be read; it is an *Error.
func Parse(name string, data []byte) (*Node, []Problem, error) {
	var found problems
	root, err := parse(&File{Name: name}, data, &found)
	if err != nil {
		return nil, found.sorted(name), err
	}
	return root, found.sorted(name), nil
}

// ReadTree reads a file of our own, JSON or YAML, as strictly as it can be: what
// Parse only warns of is an error, anchors, aliases, merge keys and tags are none of
// its words, and a number that is not written as in JSON is a text, with a Note that
// NotJSON tells. No problem quotes a value, which may be a secret. Without a root
// there is one problem, which says why; with one, those of severity Fatal are errors.
func ReadTree(name string, data []byte) (*Node, []Problem) {
	found := problems{strict: true}
	root, err := parse(&File{Name: name}, data, &found)
	if err != nil {
		return nil, []Problem{err.Problem}
	}
	return root, found.sorted(name)
}

// NotJSON reports whether a problem of ReadTree is that a number is not written as
// in JSON.
func (p Problem) NotJSON() bool { return p.Severity == Note && p.Message == notAsJSON }

// parse reads the text of a file, and keeps its tree there.
func parse(file *File, data []byte, found *problems) (*Node, *Error) {
	if len(data) > MaxSize {
		return nil, tooLarge(file.Name)
	}
	text := decode(data)
	trimmed := strings.TrimLeft(text, " \t\r\n")
	begin := place{file: file, line: 1, column: 1}
	var err *Error
	switch {
	case strings.Trim(trimmed, "\x00") == "":
		return nil, fatal(begin.location(), EmptyFile)
	case trimmed[0] == '{' || trimmed[0] == '[':
		file.Root, err = jsonOrYAML(file, text, found)
	default:
		file.Root, err = parseYAML(file, text, found)
	}
	return file.Root, err
}

// jsonOrYAML reads what begins like JSON. If it is none, it can still be YAML
// with braces, or JSON with comments and commas too many, which YAML allows.
func jsonOrYAML(file *File, text string, found *problems) (*Node, *Error) {
	inJSON, inYAML := problems{strict: found.strict}, problems{strict: found.strict}
	root, err := scanJSON(file, text, &inJSON)
	if err == nil {
		found.join(inJSON)
		return root, nil
	}
	if !strings.HasPrefix(err.Message, notJSON) {
		return nil, err
	}
	root, failure := parseYAML(file, text, &inYAML)
	if failure != nil {
		return nil, err
	}
	found.join(inYAML)
	found.add(Problem{Severity: Note, At: err.At, Message: err.Message, Cost: "it is read as YAML"})
	return root, nil
}

func (p *problems) join(other problems) {
	for _, problem := range other.all {
		p.add(problem)
	}
	p.dropped += other.dropped
}

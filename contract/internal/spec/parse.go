package spec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/apiclause/clause/contract/clause"
)

// The bounds of a contract, far above what one needs: a small file must not
// take much time or memory.
const (
	maxSize  = 8 << 20 // bytes
	maxDepth = 100     // levels
	// maxWeight bounds the sum of all texts, each times its depth: the OpenAPI
	// library reads a text anew at every level above it.
	maxWeight = 128 << 20
)

// parse reads the YAML. What could be read in more than one way is refused, so
// that the OpenAPI library and the cursor cannot disagree about the contract.
func (l *loader) parse(data []byte) (cursor, error) {
	if len(data) > maxSize {
		return cursor{}, l.fatal(clause.Location{File: l.file}, "the contract is larger than %d MiB: split it", maxSize>>20)
	}
	var document yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	switch err := guard(func() error { return decoder.Decode(&document) }); {
	case errors.Is(err, io.EOF):
		return cursor{}, l.fatal(clause.Location{File: l.file, Line: 1}, "the contract is empty")
	case err != nil:
		at, message := l.yamlError(data, err)
		return cursor{}, l.fatal(at, "the contract is no YAML: %s", message)
	}
	root := newCursor(l.file, &document)
	if root.node == nil || root.node.Kind != yaml.MappingNode {
		return cursor{}, l.fatal(root.at(), "the contract must be an OpenAPI object with openapi, info and paths")
	}
	s := sound{loader: l}
	s.node(root.node, 0)
	if len(l.problems) > 0 {
		return cursor{}, l.problems.sorted()
	}
	var second yaml.Node
	if err := guard(func() error { return decoder.Decode(&second) }); !errors.Is(err, io.EOF) {
		return cursor{}, l.fatal(l.secondDocument(data, &second, err), "a second YAML document begins here: a contract is one document")
	}
	return root, l.version(root)
}

func (l *loader) fatal(at clause.Location, format string, args ...any) Problems {
	l.problem(at, format, args...)
	return l.problems.sorted()
}

func (l *loader) version(root cursor) error {
	at := root.in("openapi").at()
	switch v := root.scalar("openapi"); {
	case strings.HasPrefix(v, "3.0."), strings.HasPrefix(v, "3.1."):
		l.draft2020 = strings.HasPrefix(v, "3.1.")
		return nil
	case v == "":
		return l.fatal(at, "the contract does not say which OpenAPI it is written in: add openapi: 3.0.3")
	default:
		return l.fatal(at, "openapi is %s: write the contract in 3.0 or 3.1, as in openapi: 3.0.3", v)
	}
}

var yamlErrorPattern = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)`)

// yamlError takes the line out of an error of the YAML library.
func (l *loader) yamlError(data []byte, err error) (at clause.Location, message string) {
	at = clause.Location{File: l.file, Line: 1}
	m := yamlErrorPattern.FindStringSubmatch(err.Error())
	if n, err := strconv.Atoi(m[1]); err == nil {
		if strings.HasPrefix(m[2], "did not find expected") {
			n++ // the library counts the lines of these from 0
		}
		at.Line = min(n, 1+bytes.Count(bytes.TrimSpace(data), []byte("\n")))
	}
	return at, m[2]
}

func (l *loader) secondDocument(data []byte, second *yaml.Node, err error) clause.Location {
	if err != nil {
		at, _ := l.yamlError(data, err)
		return at
	}
	return clause.Location{File: l.file, Line: second.Line, Column: second.Column}
}

// sound finds what JSON, and so OpenAPI, has no form for, and what one reader of
// YAML takes for something else than another.
type sound struct {
	*loader

	weight int
	tired  bool // a bound was passed, which is said once
}

func (s *sound) node(n *yaml.Node, depth int) {
	s.weight += (len(n.Value) + 1) * (depth + 1)
	switch {
	case s.tired || len(s.problems) >= maxProblems:
	case depth > maxDepth:
		s.tired = true
		s.problem(s.at(n), "the contract nests deeper than %d levels", maxDepth)
	case s.weight > maxWeight:
		s.tired = true
		s.problem(s.at(n), "the contract is too large for how deep it nests: move what is deep to components")
	case n.Kind == yaml.MappingNode:
		s.mapping(n, depth)
	case n.Kind == yaml.SequenceNode:
		for _, item := range n.Content {
			s.node(item, depth+1)
		}
	case n.Kind == yaml.AliasNode:
		s.problem(s.at(n), "YAML aliases are not read: use $ref to a component")
	default:
		s.scalar(n)
	}
}

func (s *sound) at(n *yaml.Node) clause.Location {
	return clause.Location{File: s.file, Line: n.Line, Column: n.Column}
}

func (s *sound) mapping(n *yaml.Node, depth int) {
	first := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if s.key(key) {
			if line, ok := first[key.Value]; ok {
				s.problem(s.at(key), "the key %q is given twice, first in line %d", key.Value, line)
			}
			first[key.Value] = key.Line
		}
		s.node(n.Content[i+1], depth+1)
	}
}

func (s *sound) key(key *yaml.Node) bool {
	if key.Kind != yaml.ScalarNode {
		s.problem(s.at(key), "a key must be a text")
		return false
	}
	switch tag := key.ShortTag(); tag {
	case "!!str", "!!timestamp":
		return true
	case "!!int":
		// 200 is read as it stands; 0200 and 0x10 become other numbers.
		if n, err := strconv.Atoi(key.Value); err == nil && strconv.Itoa(n) == key.Value {
			return true
		}
	case "!!merge":
		s.problem(s.at(key), "YAML merge keys are not read: use $ref to a component")
		return false
	}
	s.problem(s.at(key), "the key %s is no text for YAML: put it in quotes", key.Value)
	return false
}

var plainWord = regexp.MustCompile(`^(true|True|TRUE|false|False|FALSE|null|Null|NULL|~|)$`)

func (s *sound) scalar(n *yaml.Node) {
	switch tag := n.ShortTag(); tag {
	case "!!str", "!!timestamp", "!!merge":
	case "!!null", "!!bool":
		// A tag may be written beside a text that it does not fit.
		if !plainWord.MatchString(n.Value) || tag == "!!bool" && n.Value == "" {
			s.problem(s.at(n), "%q is not of the YAML type %s", n.Value, tag)
		}
	case "!!int", "!!float":
		if _, ok := numberText(n); !ok {
			s.problem(s.at(n), "%s is no number in JSON", n.Value)
		}
	default:
		s.problem(s.at(n), "the YAML tag %s is not read", tag)
	}
}

// guard turns a panic of a library into an error: a contract must not end the
// process of who loads it.
func guard(read func() error) (err error) {
	defer func() {
		if failure := recover(); failure != nil {
			err = fmt.Errorf("the library that reads it failed: %v", failure)
		}
	}()
	return read()
}

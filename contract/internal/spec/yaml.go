package spec

import (
	"encoding/json"
	"math"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)

// numberText gives a YAML number as JSON writes it, with all its digits.
func numberText(n *yaml.Node) (string, bool) {
	if jsonNumber.MatchString(n.Value) {
		return n.Value, true
	}
	var v any // such as 0x10, 1_000, +1 and .5
	if err := guard(func() error { return n.Decode(&v) }); err != nil {
		return "", false
	}
	switch v := v.(type) {
	case int:
		return strconv.Itoa(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case uint64:
		return strconv.FormatUint(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), !math.IsInf(v, 0) && !math.IsNaN(v)
	default:
		return "", false
	}
}

// plain gives the value of a node in the forms of this package: integers as
// int64 where they fit, other numbers as float64 unless that changes them.
func plain(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		object := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			object[n.Content[i].Value] = plain(n.Content[i+1])
		}
		return object
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			list[i] = plain(item)
		}
		return list
	}
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		return isTrue(n)
	case "!!int", "!!float":
		text, _ := numberText(n)
		return plainNumber(text)
	default:
		return n.Value
	}
}

func plainNumber(text string) any {
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return i
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && inexact(text, f) == nil {
		return f
	}
	return json.Number(text)
}

// isTrue reads a YAML boolean: true, True or TRUE.
func isTrue(n *yaml.Node) bool { return n.Value[0] == 't' || n.Value[0] == 'T' }

// encoder writes YAML nodes as JSON. Of a mapping or sequence in only, it
// writes that one child.
type encoder struct {
	data []byte
	only map[*yaml.Node]*yaml.Node
	// weight is what it takes to read the data: each text times its depth.
	weight, depth int
}

func (e *encoder) node(n *yaml.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		e.children(n, '{', '}', 2)
	case yaml.SequenceNode:
		e.children(n, '[', ']', 1)
	default:
		e.scalar(n)
	}
}

// children writes those of a mapping (step 2: key, value) or sequence (step 1).
func (e *encoder) children(n *yaml.Node, opening, closing byte, step int) {
	only := e.only[n]
	e.depth++
	defer func() { e.depth-- }()
	e.data = append(e.data, opening)
	first := true
	for i := 0; i+step <= len(n.Content); i += step {
		value := n.Content[i+step-1]
		if only != nil && only != value {
			continue
		}
		if !first {
			e.data = append(e.data, ',')
		}
		first = false
		if step == 2 {
			e.text(n.Content[i].Value)
			e.data = append(e.data, ':')
		}
		e.node(value)
	}
	e.data = append(e.data, closing)
}

func (e *encoder) scalar(n *yaml.Node) {
	switch n.ShortTag() {
	case "!!null":
		e.data = append(e.data, "null"...)
	case "!!bool":
		e.data = strconv.AppendBool(e.data, isTrue(n))
	case "!!int", "!!float":
		text, _ := numberText(n)
		e.data = append(e.data, text...)
	default:
		e.text(n.Value)
	}
}

func (e *encoder) text(s string) {
	quoted, err := json.Marshal(s)
	if err != nil { // a string has a JSON form
		quoted = []byte(`""`)
	}
	e.data = append(e.data, quoted...)
	e.weight += len(quoted) * e.depth
}

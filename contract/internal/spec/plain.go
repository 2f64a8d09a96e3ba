package spec

import (
	"encoding/json"
	"strconv"

	"github.com/apiclause/clause/contract/internal/source"
)

// plain returns the value of a node in the forms of this package: integers as
// int64 where they fit, other numbers as float64 unless that changes them.
func plain(n *source.Node) any {
	switch n.Kind() {
	case source.Mapping:
		object := make(map[string]any, n.Len())
		for _, m := range n.Members() {
			object[m.Name] = plain(m.Value)
		}
		return object
	case source.Sequence:
		list := make([]any, n.Len())
		for i, item := range n.Items() {
			list[i] = plain(item)
		}
		return list
	case source.Bool:
		return n.True()
	case source.Number:
		return plainNumber(n.Text())
	case source.String:
		return n.Text()
	default:
		return nil
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

package prove

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// success is what a derived implementation answers to an allowed request, or to one
// for what is not there.
type success struct {
	response  *spec.Response
	status    int
	mediaType string
	header    http.Header
	body      any
	schema    *spec.Schema
	varied    bool // members differ in every answer
	count     atomic.Int64
}

// newSuccess takes the first documented success, and samples it.
func newSuccess(op *spec.Operation) (*success, error) {
	res := ruling.Success(op)
	if res == nil {
		return nil, errors.New("it documents no success: add a response 200")
	}
	otherwise := http.StatusOK
	if res.Status == "3XX" {
		otherwise = http.StatusFound
	}
	s, err := documented(res, otherwise)
	if len(op.Answers) > 0 {
		s.body = spread(s.schema, s.body)
	}
	return s, err
}

// documented makes an answer as a response has it, with a status where that has none.
func documented(res *spec.Response, otherwise int) (*success, error) {
	s := &success{header: http.Header{}, response: res, status: status(res, otherwise)}
	for _, h := range s.response.Headers {
		if h.Required {
			s.header.Set(h.Name, h.HeaderText(h.Schema.Sample()))
		}
	}
	return s, s.fill()
}

func (s *success) fill() error {
	if len(s.response.Content) == 0 {
		return nil
	}
	m := spec.JSON(s.response.Content)
	if m == nil {
		s.mediaType = strings.ReplaceAll(s.response.Content[0].Type, "*", "plain")
		s.body = "sample"
		return nil
	}
	s.mediaType, s.schema, s.body = m.JSONType(), m.Schema, map[string]any{}
	if s.schema == nil {
		return nil
	}
	for _, sample := range []any{full(s.schema), s.schema.Sample()} {
		if len(s.schema.Check(sample)) == 0 {
			s.body = sample
			s.varied = distinct(s.schema)
			return s.tryVarying()
		}
	}
	return fmt.Errorf("no body for its answer %s (%s) can be made up: give the schema an example", s.response.Status, s.response.At)
}

// full gives a valid value with every member that one can be found for, so that
// there is something to break in each.
func full(s *spec.Schema) any {
	if s == nil || s.Composed != nil || s.Example != nil || len(s.Enum) > 0 {
		return s.Sample()
	}
	switch {
	case s.Object():
		object := map[string]any{}
		for _, m := range s.Members {
			if v := full(m.Schema); !m.WriteOnly && (m.Required || len(m.Schema.Check(v)) == 0) {
				object[m.Name] = v
			}
		}
		return object
	case s.Type == "array":
		list := []any{full(s.Items)}
		for uint64(len(list)) < s.MinItems {
			list = append(list, vary(s.Items, full(s.Items), int64(len(list))))
		}
		if len(s.Check(list)) == 0 {
			return list
		}
	}
	return s.Sample()
}

func distinct(s *spec.Schema) bool {
	if s == nil {
		return false
	}
	for _, m := range s.Members {
		if distinct(m.Schema) {
			return true
		}
	}
	return s.Distinct || distinct(s.Items) || distinct(s.Additional)
}

// tryVarying makes a few bodies, to learn now whether valid ones can be.
func (s *success) tryVarying() error {
	if !s.varied {
		return nil
	}
	seen := map[string]bool{}
	for range 300 {
		body := renew(s.schema, s.body, s.count.Add(1))
		text := spec.Text(body)
		if seen[text] || len(s.schema.Check(body)) > 0 {
			return fmt.Errorf("no values that differ can be made up for its answer %s (%s)", s.response.Status, s.response.At)
		}
		seen[text] = true
	}
	return nil
}

// renew gives a body with new values where they have to differ.
func renew(s *spec.Schema, v any, n int64) any {
	switch {
	case s == nil:
		return v
	case s.Distinct:
		return vary(s, v, n)
	}
	switch value := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(value))
		for name, inner := range value {
			out[name] = inner
			if m := s.Member(name); m != nil {
				out[name] = renew(m.Schema, inner, n)
			}
		}
		return out
	case []any:
		out := make([]any, len(value))
		for i := range value {
			out[i] = renew(s.Items, value[i], n*int64(len(value))+int64(i))
		}
		return out
	}
	return v
}

// vary gives the n-th of many valid values that differ: a number is counted up,
// and letters and digits of a text are made those of n.
func vary(s *spec.Schema, v any, n int64) any {
	text, ok := v.(string)
	if !ok {
		if f, isNumber := spec.Float(v); isNumber {
			if moved := s.Numeric(f + float64(n)); len(s.Check(moved)) == 0 {
				return moved
			}
			return s.Numeric(f - float64(n))
		}
		return v
	}
	for _, alphabet := range []string{"0123456789abcdef", "0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"} {
		if out, ok := written(text, n, alphabet); ok && len(s.Check(out)) == 0 {
			return out
		}
	}
	for length := range 64 { // a text that is too short to hold the number
		longer, _ := s.Sample().(string)
		if s.Pattern != nil {
			longer, _ = s.Matching(uint64(length))
		}
		longer = strings.Repeat("0", length) + longer
		if out, ok := written(longer, n, "0123456789"); ok && len(s.Check(out)) == 0 {
			return out
		}
	}
	return v
}

// written writes a number over the last letters and digits of a text.
func written(text string, n int64, alphabet string) (string, bool) {
	out := []byte(text)
	base := int64(len(alphabet))
	for i := len(out) - 1; i >= 0; i-- {
		if c := out[i]; c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' {
			out[i] = alphabet[n%base]
			n /= base
		}
	}
	return string(out), n == 0
}

func itoa(n int) string { return strconv.Itoa(n) }

// write answers a request.
func (s *success) write(w http.ResponseWriter, _ *http.Request) {
	maps.Copy(w.Header(), s.header)
	if s.mediaType == "" {
		w.WriteHeader(s.status)
		return
	}
	w.Header().Set("Content-Type", s.mediaType)
	w.WriteHeader(s.status)
	if s.schema == nil && !spec.IsJSON(s.mediaType) {
		_, _ = w.Write([]byte("sample"))
		return
	}
	body := s.body
	if s.varied {
		body = renew(s.schema, body, s.count.Add(1))
	}
	data, err := json.Marshal(body)
	if err != nil {
		return // it was made of what JSON holds
	}
	_, _ = w.Write(data)
}

// maxSpread is how many items the lists of samples have, if rules are about them.
const maxSpread = 4

// spread gives an answer whose lists have several items that differ, as far as its schema
// allows.
func spread(s *spec.Schema, v any) any {
	if s == nil {
		return v
	}
	switch v := v.(type) {
	case map[string]any:
		out := maps.Clone(v)
		for name, inner := range v {
			if m := s.Member(name); m != nil {
				out[name] = spread(m.Schema, inner)
			}
		}
		if len(s.Check(out)) == 0 {
			return out
		}
	case []any:
		if len(v) == 0 || s.Items == nil {
			return v
		}
		list := slices.Clone(v)
		for i := int64(len(v)); i < maxSpread; i++ {
			list = append(list, itemLike(s.Items, v[0], i))
		}
		if len(s.Check(list)) == 0 {
			return list
		}
	}
	return v
}

// itemLike gives the n-th of several values that differ in all that they can.
func itemLike(s *spec.Schema, v any, n int64) any {
	object, ok := v.(map[string]any)
	if !ok {
		return scalarLike(s, v, n)
	}
	out := maps.Clone(object)
	for name, inner := range object {
		if m := s.Member(name); m != nil {
			out[name] = itemLike(m.Schema, inner, n)
		}
	}
	return out
}

// scalarLike varies a value so that neither order is that of n.
func scalarLike(s *spec.Schema, v any, n int64) any {
	if len(s.Enum) > 0 {
		return s.Enum[int(n)%len(s.Enum)]
	}
	if truth, ok := v.(bool); ok {
		return truth != (n%2 == 1)
	}
	if other := vary(s, v, n^2); len(s.Check(other)) == 0 {
		return other
	}
	return v
}

package judge

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
)

// judgeHolds judges whether what was made can be read with what was sent to make it.
// Servers may leave members out, trim texts, write them in another case and order, and
// times in another zone.
func (j *Judgment) judgeHolds() {
	if len(j.x.Before) == 0 || j.x.Unmade != "" || j.status[0] != '2' {
		return
	}
	id := world.ClauseID(j.op.ID, world.Holds)
	if j.c.Clause != id {
		return
	}
	var sent map[string]any
	decoder := json.NewDecoder(bytes.NewReader(j.x.Before[len(j.x.Before)-1].Exchange.Sent.Body))
	decoder.UseNumber()
	read, ok := j.value.(map[string]any)
	if decoder.Decode(&sent) != nil || !ok || j.media == nil || j.media.Schema == nil {
		return
	}
	j.held(id)
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		m := j.media.Schema.Member(name)
		if m == nil || j.concealed(name) {
			continue
		}
		if path, ok := lost(sent[name], read[name], m.Schema, name); ok {
			j.findf(id, "the thing was made with the %s %s, and is read with %s", path.name, path.sent, path.read)
		}
	}
}

// concealed reports whether what is sent to make a thing is not for others to read.
func (j *Judgment) concealed(name string) bool {
	made := j.model.Operation(j.x.Before[len(j.x.Before)-1].Case.Operation)
	if made == nil || made.Body.JSON() == nil {
		return true
	}
	m := made.Body.JSON().Member(name)
	return m == nil || m.WriteOnly || m.Schema.Format == "password" || strings.Contains(strings.ToLower(name), "password")
}

// loss is a value that is read as another than was sent.
type loss struct{ name, sent, read string }

// lost looks for what of a value is read as another. What is not there says nothing,
// nor what has another type: its schema does.
func lost(sent, read any, s *spec.Schema, name string) (loss, bool) {
	switch sent := sent.(type) {
	case map[string]any:
		return lostMember(sent, read, s, name)
	case []any:
		got, ok := read.([]any)
		if ok && !sameElements(sent, got) {
			return loss{name, spec.Text(sent), spec.Text(got)}, true
		}
	default:
		if read != nil && !same(sent, read, s) {
			return loss{name, spec.Text(sent), spec.Text(read)}, true
		}
	}
	return loss{}, false
}

func lostMember(sent map[string]any, read any, s *spec.Schema, name string) (loss, bool) {
	got, ok := read.(map[string]any)
	if !ok {
		return loss{}, false
	}
	for _, member := range slices.Sorted(maps.Keys(sent)) {
		var of *spec.Schema
		if s != nil {
			m := s.Member(member)
			if m == nil || m.WriteOnly {
				continue
			}
			of = m.Schema
		}
		if found, ok := lost(sent[member], got[member], of, name+"."+member); ok {
			return found, true
		}
	}
	return loss{}, false
}

// sameElements compares lists whatever their order.
func sameElements(sent, read []any) bool {
	if len(sent) != len(read) {
		return false
	}
	rest := slices.Clone(read)
	for _, one := range sent {
		at := slices.IndexFunc(rest, func(other any) bool {
			_, differs := lost(one, other, nil, "")
			return !differs
		})
		if at < 0 {
			return false
		}
		rest = slices.Delete(rest, at, at+1)
	}
	return true
}

// same compares values that are no object and no list. Those of different types are
// not compared.
func same(sent, read any, s *spec.Schema) bool {
	a, aIsNumber := spec.Float(sent)
	b, bIsNumber := spec.Float(read)
	if aIsNumber && bIsNumber {
		return math.Abs(a-b) <= 1e-6*math.Max(math.Abs(a), math.Abs(b))
	}
	switch sent := sent.(type) {
	case string:
		got, ok := read.(string)
		return !ok || sameText(sent, got) || sameTime(sent, got) || s != nil && s.Format == "date-time" && !isTime(got)
	case bool:
		got, ok := read.(bool)
		return !ok || sent == got
	}
	return true
}

// sameText compares texts trimmed and without case.
func sameText(a, b string) bool {
	plain := func(s string) string { return strings.TrimSuffix(strings.Join(strings.Fields(s), " "), "/") }
	return strings.EqualFold(plain(a), plain(b))
}

// sameTime compares times to the second.
func sameTime(a, b string) bool {
	s, errs := time.Parse(time.RFC3339, a)
	t, errt := time.Parse(time.RFC3339, b)
	return errs == nil && errt == nil && s.Truncate(time.Second).Sub(t.Truncate(time.Second)).Abs() <= time.Second
}

func isTime(text string) bool {
	_, err := time.Parse(time.RFC3339, text)
	return err == nil
}

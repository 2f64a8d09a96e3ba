package judge

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/report"
)

// index remembers which clauses each schema of a response has.
func (j *Judge) index(res *spec.Response) {
	for _, m := range res.Content {
		j.indexSchema(m.Schema)
	}
	for _, p := range res.Headers {
		j.indexSchema(p.Schema)
	}
}

func (j *Judge) indexSchema(s *spec.Schema) {
	if s == nil || j.keywords[s] != nil {
		return
	}
	ids := []string{}
	names := []string{"schema", "writeOnly"} // required is its object's
	for _, k := range spec.Keywords() {
		names = append(names, k.Name)
	}
	for _, name := range names {
		if id := s.ID + "." + name; j.model.Clause(id) != nil {
			ids = append(ids, id)
		}
	}
	j.keywords[s] = ids
	j.indexSchema(s.Items)
	j.indexSchema(s.Additional)
	for _, m := range s.Members {
		j.indexSchema(m.Schema)
	}
}

// walk goes through a value to note which clauses it was held to, and the
// values that must differ between answers.
type walk struct {
	*hearing

	at spec.Place
}

// within visits a part of a value, one step further.
func (w *walk) within(step spec.Step, s *spec.Schema, value any) {
	w.at = append(w.at, step)
	w.visit(s, value)
	w.at = w.at[:len(w.at)-1]
}

func (w *walk) visit(s *spec.Schema, value any) {
	if s == nil || len(w.at) > maxNesting {
		return
	}
	if !fits(s, value) {
		w.held(s.ID + ".type")
		return
	}
	for _, id := range w.keywords[s] {
		if s.Type != "" || s.Composed != nil || speaks(id, value) {
			w.exercised[id] = true
		}
	}
	if s.Distinct && value != nil {
		w.sight(s, value)
	}
	switch v := value.(type) {
	case []any:
		for i, item := range v {
			w.within(spec.ElementStep(i), s.Items, item)
		}
	case map[string]any:
		w.visitMembers(s, v)
	}
}

func (w *walk) visitMembers(s *spec.Schema, object map[string]any) {
	for _, m := range s.Members {
		if m.Required {
			w.held(m.Schema.ID + ".required")
		}
		w.held(m.Schema.ID + ".writeOnly")
		if value, ok := object[m.Name]; ok {
			w.within(spec.MemberStep(m.Name), m.Schema, value)
		}
	}
	if s.Additional == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(object)) { // else chance says what is sighted
		if s.Member(name) == nil {
			w.within(spec.MemberStep(name), s.Additional, object[name])
		}
	}
}

// fits reports whether a value is of the schema's type, so that it was held to
// the other keywords too.
func fits(s *spec.Schema, value any) bool {
	if s.Type == "" || s.Composed != nil {
		return true
	}
	switch value.(type) {
	case nil:
		return false
	case string:
		return s.Type == "string"
	case bool:
		return s.Type == "boolean"
	case []any:
		return s.Type == typeArray
	case map[string]any:
		return s.Type == "object"
	default:
		return s.Type == "integer" || s.Type == "number"
	}
}

// speaks reports whether the keyword of a clause says something of a value, where
// the schema has no type.
func speaks(id string, value any) bool {
	k := spec.KeywordNamed(id[strings.LastIndexByte(id, '.')+1:])
	return k == nil || k.SpeaksOf(value)
}

// maxSightings is how many values of an answer are held against those of others:
// a verdict carries them until the run ends.
const maxSightings = 100

// sight notes a value that must differ.
func (w *walk) sight(s *spec.Schema, value any) {
	id := s.ID + ".distinct"
	if w.status[0] != '2' || w.repeated() || w.model.Clause(id) == nil || len(w.distinct) >= maxSightings {
		return
	}
	text, err := json.Marshal(value)
	if err != nil {
		return
	}
	hash := sha256.Sum256(text)
	w.distinct = append(w.distinct, report.Sighting{
		Clause: id, Value: hex.EncodeToString(hash[:16]), Where: w.brief(place(w.at.String())),
	})
}

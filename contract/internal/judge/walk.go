package judge

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/report"
)

// index remembers which clauses each schema of a response has. differing are the clauses
// of values that must differ, of all responses.
func (j *Judge) index(res *spec.Response, differing []*clause.Clause) {
	for _, m := range res.Content {
		j.indexSchema(m.Schema)
	}
	for _, p := range res.Headers {
		j.indexSchema(p.Schema)
	}
	j.differing[res.ID] = slices.ContainsFunc(differing, func(c *clause.Clause) bool { return strings.HasPrefix(c.ID, res.ID+".") })
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

// walk goes through a value and its schema.
type walk struct {
	// see looks at a value and its schema, and says whether to go on below it.
	see func(at spec.Place, s *spec.Schema, value any) bool
	at  spec.Place
}

// within visits a part of a value, one step further.
func (w *walk) within(step spec.Step, s *spec.Schema, value any) {
	w.at = append(w.at, step)
	w.visit(s, value)
	w.at = w.at[:len(w.at)-1]
}

func (w *walk) visit(s *spec.Schema, value any) {
	if s == nil || len(w.at) > maxNesting || !w.see(w.at, s, value) {
		return
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
		if value, ok := object[m.Name]; ok {
			w.within(spec.MemberStep(m.Name), m.Schema, value)
		}
	}
	if s.Additional == nil {
		return
	}
	for _, name := range namesIn(object) { // else chance says what is sighted
		if s.Member(name) == nil {
			w.within(spec.MemberStep(name), s.Additional, object[name])
		}
	}
}

// kept notes which clauses a value was held to.
func (j *Judgment) kept(_ spec.Place, s *spec.Schema, value any) bool {
	if !fits(s, value) {
		j.held(s.ID + ".type")
		return false
	}
	for _, id := range j.keywords[s] {
		if s.Type != "" || s.Composed != nil || speaks(id, value) {
			j.exercised[id] = true
		}
	}
	if _, object := value.(map[string]any); object {
		for _, m := range s.Members {
			if m.Required {
				j.held(m.Schema.ID + ".required")
			}
			j.held(m.Schema.ID + ".writeOnly")
		}
	}
	return true
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
		return s.Type == "array"
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

// judgeDistinct notes the values that must be in no other answer: see Distinct.
func (j *Judgment) judgeDistinct() {
	if schema := j.schema(); schema != nil && j.status[0] == '2' && !j.repeated() && j.differing[j.res.ID] {
		(&walk{see: j.sight}).visit(schema, j.value)
	}
}

func (j *Judgment) sight(at spec.Place, s *spec.Schema, value any) bool {
	id := s.ID + ".distinct"
	if s.Distinct && value != nil && fits(s, value) && j.model.Clause(id) != nil && len(j.distinct) < maxSightings {
		if text, err := json.Marshal(value); err == nil {
			hash := sha256.Sum256(text)
			j.distinct = append(j.distinct, report.Sighting{
				Clause: id, Value: hex.EncodeToString(hash[:16]), Where: j.brief(place(at.String())),
			})
		}
	}
	return fits(s, value)
}

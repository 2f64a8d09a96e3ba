package judge

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/apiclause/clause/contract/internal/spec"
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

// schemaKeywords are the keywords that make clauses of a schema; required is
// its object's.
//
//nolint:gochecknoglobals // A table that nothing changes.
var schemaKeywords = []string{
	"type", "format", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
	"minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems",
	"additionalProperties", "minProperties", "maxProperties", "schema",
}

func (j *Judge) indexSchema(s *spec.Schema) {
	if s == nil || j.keywords[s] != nil {
		return
	}
	ids := []string{}
	for _, keyword := range schemaKeywords {
		if id := s.ID + "." + keyword; j.model.Clause(id) != nil {
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

	distinct bool
	values   map[string][]sighting // schema id -> what this answer holds
}

// sighting is a value that must differ, and where it stands.
type sighting struct{ value, where string }

func (w *walk) visit(s *spec.Schema, value any, where string, depth int) {
	if s == nil || depth > maxNesting {
		return
	}
	if !fits(s, value) {
		w.held(s.ID + ".type")
		return
	}
	for _, id := range w.keywords[s] {
		w.exercised[id] = true
	}
	if s.Distinct && w.distinct && value != nil {
		w.note(s, value, where)
	}
	switch v := value.(type) {
	case []any:
		for i, item := range v {
			w.visit(s.Items, item, where+"["+strconv.Itoa(i)+"]", depth+1)
		}
	case map[string]any:
		w.visitMembers(s, v, where, depth)
	}
}

func (w *walk) visitMembers(s *spec.Schema, object map[string]any, where string, depth int) {
	if where != "" {
		where += "."
	}
	for _, m := range s.Members {
		if m.Required {
			w.held(m.Schema.ID + ".required")
		}
		if value, ok := object[m.Name]; ok {
			w.visit(m.Schema, value, where+m.Name, depth+1)
		}
	}
	if s.Additional == nil {
		return
	}
	for name, value := range object {
		if s.Member(name) == nil {
			w.visit(s.Additional, value, where+name, depth+1)
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

func (w *walk) note(s *spec.Schema, value any, where string) {
	text, err := json.Marshal(value)
	if err != nil {
		return
	}
	w.values[s.ID] = append(w.values[s.ID], sighting{value: string(text), where: where})
}

// judgeDistinct judges that values which must differ in every answer have not
// been in an earlier one, and remembers them. Within one answer they may repeat.
func (h *hearing) judgeDistinct(values map[string][]sighting) {
	for _, id := range slices.Sorted(maps.Keys(values)) {
		earlier := h.seen[id]
		if earlier == nil {
			earlier = map[string]string{}
			h.seen[id] = earlier
		} else {
			h.held(id + ".distinct")
		}
		slices.SortStableFunc(values[id], func(a, b sighting) int { return cmp.Compare(a.where, b.where) })
		for _, v := range values[id] {
			if first, ok := earlier[v.value]; ok && first != h.c.ID {
				h.findf(id+".distinct", "%s has the value that it had in the answer to %s", place(v.where), first)
			} else {
				earlier[v.value] = h.c.ID
			}
		}
	}
}

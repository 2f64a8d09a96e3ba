package contract_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

// notes is a server that lists what was made, in one of several ways.
type notes struct {
	query, answer string // what the contract says of the list
	// page answers with a part of all notes.
	page func(w http.ResponseWriter, r *http.Request, all []map[string]any)

	stays  bool // what was made cannot be ended
	reads  bool // one of it can be read
	rounds bool // what was made is over once another is made

	mu    sync.Mutex
	next  int
	notes []map[string]any
}

const notesFile = `openapi: 3.0.3
info: {title: Notes, version: "1"}
paths:
  /notes:
    get:
      operationId: listNotes
      parameters: [%s]
      responses: {"200": {description: some, content: {application/json: {schema: %s}}}}
    post:
      operationId: makeNote
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [text], properties: {text: {type: string, minLength: 1, maxLength: 60}}}}}
      responses: {"201": {description: made, content: {application/json: {schema: {$ref: "#/components/schemas/Note"}}}}, "400": {description: wrong}}
  /notes/{note_id}:
    parameters: [{name: note_id, in: path, required: true, schema: {type: integer, minimum: 1}}]
    delete: {operationId: endNote, responses: {"204": {description: gone}, "404": {description: none}}}
components:
  schemas:
    Note: {type: object, required: [id, text], properties: {id: {type: integer}, text: {type: string}}}
`

// noteIsRead is what the contract says of an operation that reads a note.
const noteIsRead = `
    get:
      operationId: readNote
      responses: {"200": {description: it, content: {application/json: {schema: {$ref: "#/components/schemas/Note"}}}}, "404": {description: none}}
`

const (
	bareNotes = `{type: array, items: {$ref: "#/components/schemas/Note"}}`
	noteLimit = `{name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}`
)

// inEnvelope documents an answer that has more than its list.
func inEnvelope(members string) string {
	return `{type: object, required: [notes], properties: {notes: ` + bareNotes + `, ` + members + `}}`
}

func (n *notes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var body map[string]any
	switch id, of := strings.CutPrefix(r.URL.Path, "/notes/"); {
	case of && r.Method == http.MethodDelete:
		n.end(w, id)
	case of && n.reads && r.Method == http.MethodGet:
		n.read(w, id)
	case of || r.Method != http.MethodGet && r.Method != http.MethodPost:
		w.WriteHeader(http.StatusMethodNotAllowed)
	case r.Method == http.MethodGet:
		n.page(w, r, n.notes)
	case json.NewDecoder(r.Body).Decode(&body) != nil || !isNoteText(body["text"]):
		w.WriteHeader(http.StatusBadRequest)
	default:
		n.next++
		note := map[string]any{"id": n.next, "text": body["text"]}
		n.notes = append(n.notes, note)
		answerJSON(w, http.StatusCreated, note)
	}
}

func isNoteText(v any) bool {
	text, ok := v.(string)
	return ok && text != "" && len([]rune(text)) <= 60
}

func (n *notes) end(w http.ResponseWriter, id string) {
	if n.stays {
		w.WriteHeader(http.StatusConflict)
		return
	}
	i := n.at(id)
	if i < 0 {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	n.notes = slices.Delete(n.notes, i, i+1)
	w.WriteHeader(http.StatusNoContent)
}

func (n *notes) at(id string) int {
	return slices.IndexFunc(n.notes, func(note map[string]any) bool { return fmt.Sprint(note["id"]) == id })
}

func (n *notes) read(w http.ResponseWriter, id string) {
	i := n.at(id)
	if i < 0 {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	note := maps.Clone(n.notes[i])
	if n.rounds {
		note["over"] = i < len(n.notes)-1
	}
	answerJSON(w, http.StatusOK, note)
}

// numberIn reads a number of the query.
func numberIn(r *http.Request, name string, otherwise int) int {
	if n, err := strconv.Atoi(r.URL.Query().Get(name)); err == nil {
		return n
	}
	return otherwise
}

// partOf gives a part of a list, as far as there is one.
func partOf(all []map[string]any, from, n int) []map[string]any {
	from = min(max(from, 0), len(all))
	return append([]map[string]any{}, all[from:min(from+n, len(all))]...)
}

func newestFirst(all []map[string]any) []map[string]any {
	all = slices.Clone(all)
	slices.Reverse(all)
	return all
}

// everything answers with all notes, as they are changed.
func everything(change func([]map[string]any) []map[string]any) func(http.ResponseWriter, *http.Request, []map[string]any) {
	return func(w http.ResponseWriter, _ *http.Request, all []map[string]any) {
		answerJSON(w, http.StatusOK, append([]map[string]any{}, change(all)...))
	}
}

func asTheyAre(all []map[string]any) []map[string]any { return all }

// byNumber has pages with numbers from first on, each of which begins further behind
// the end of the one before it.
func byNumber(first, further int) func(http.ResponseWriter, *http.Request, []map[string]any) {
	return func(w http.ResponseWriter, r *http.Request, all []map[string]any) {
		limit, page := numberIn(r, "limit", 3), numberIn(r, "page", first)-first
		answerJSON(w, http.StatusOK, partOf(all, page*limit+page*further, limit))
	}
}

const (
	notePages  = noteLimit + `, {name: page, in: query, schema: {type: integer}}`
	noteOffset = noteLimit + `, {name: offset, in: query, schema: {type: integer, minimum: 0}}`
)

func heldNotes(t *testing.T, server *notes) *report.Report {
	t.Helper()
	file := fmt.Sprintf(notesFile, server.query, server.answer)
	if server.reads {
		file = strings.Replace(file, "\n    delete:", noteIsRead+"    delete:", 1)
	}
	c, err := contract.Load("notes.yaml", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	config := contract.Default()
	config.Contract, config.Handler, config.Target = c, server, &target.Target{Name: "notes"}
	config.Only = []string{"*.state.*"}
	return ran(t, config)
}

// TestListed has the ways in which servers list, and what each is said of it.
func TestListed(t *testing.T) {
	asked := map[int]int{}
	t.Parallel()
	shown := 0
	for _, test := range []struct {
		name   string
		server *notes
		want   string // upheld, should, or why it is neither
	}{
		{"all", &notes{answer: bareNotes, page: everything(asTheyAre)}, "upheld"},
		{"newest first", &notes{answer: bareNotes, page: everything(newestFirst)}, "upheld"},
		{"pages from 1", &notes{query: notePages, answer: bareNotes, page: byNumber(1, 0)}, "upheld"},
		{"pages from 0", &notes{query: notePages, answer: bareNotes, page: byNumber(0, 0)}, "upheld"},
		{"pages from 1, as is said", &notes{query: noteLimit + `, {name: page, in: query, required: true, schema: {type: integer, minimum: 1}}`, answer: bareNotes, page: byNumber(1, 0)}, "upheld"},
		{"pages of any number", &notes{query: noteLimit + `, {name: page, in: query, required: true, schema: {type: integer}}`, answer: bareNotes, page: byNumber(1, 0)}, "the number of the first page is not known"},
		{"pages that lose what is between them", &notes{query: notePages, answer: bareNotes, page: byNumber(1, 1)}, "should"},
		{"an offset", &notes{query: noteOffset, answer: bareNotes, page: func(w http.ResponseWriter, r *http.Request, all []map[string]any) {
			answerJSON(w, http.StatusOK, partOf(newestFirst(all), numberIn(r, "offset", 0), numberIn(r, "limit", 2)))
		}}, "upheld"},
		{"an offset that is not looked at", &notes{query: noteOffset, answer: bareNotes, page: func(w http.ResponseWriter, r *http.Request, all []map[string]any) {
			answerJSON(w, http.StatusOK, partOf(all, 0, numberIn(r, "limit", 3)))
		}}, "its second page is as its first"},
		{"a cursor", &notes{query: noteLimit + `, {name: cursor, in: query, schema: {type: string}}`, answer: inEnvelope(`next_cursor: {type: string, nullable: true}`), page: func(w http.ResponseWriter, r *http.Request, all []map[string]any) {
			from, limit := numberIn(r, "cursor", 0), numberIn(r, "limit", 3)
			page := map[string]any{"notes": partOf(all, from, limit), "next_cursor": nil}
			if from+limit < len(all) {
				page["next_cursor"] = strconv.Itoa(from + limit)
			}
			answerJSON(w, http.StatusOK, page)
		}}, "upheld"},
		{"a link to the next page", &notes{query: noteLimit, answer: inEnvelope(`next: {type: string, format: uri-reference}`), page: func(w http.ResponseWriter, r *http.Request, all []map[string]any) {
			from, limit := numberIn(r, "from", 0), numberIn(r, "limit", 3)
			page := map[string]any{"notes": partOf(all, from, limit)}
			if from+limit < len(all) {
				page["next"] = fmt.Sprintf("?from=%d&limit=%d", from+limit, limit)
			}
			answerJSON(w, http.StatusOK, page)
		}}, "upheld"},
		{"a link to elsewhere", &notes{answer: inEnvelope(`next: {type: string, format: uri-reference}`), page: func(w http.ResponseWriter, _ *http.Request, all []map[string]any) {
			answerJSON(w, http.StatusOK, map[string]any{"notes": partOf(all, 0, 3), "next": "http://elsewhere.example/notes?from=3"})
		}}, "its next page is elsewhere"},
		{"one is left out", &notes{answer: bareNotes, page: everything(func(all []map[string]any) []map[string]any {
			return slices.DeleteFunc(slices.Clone(all), func(n map[string]any) bool { id, _ := n["id"].(int); return id%4 == 3 })
		})}, "should"},
		{"some are shown", &notes{answer: bareNotes, page: everything(func([]map[string]any) []map[string]any { return nil })}, "it may show only some things"},
		{"later ones are shown later", &notes{answer: bareNotes, page: everything(func(all []map[string]any) []map[string]any {
			return slices.DeleteFunc(slices.Clone(all), func(n map[string]any) bool {
				id, _ := n["id"].(int)
				asked[id]++
				return id > 4 && asked[id] < 3
			})
		})}, "which was made last: it may show it later"},
		{"the last is not shown, however often it is asked for", &notes{reads: true, answer: bareNotes, page: everything(func(all []map[string]any) []map[string]any { return partOf(all, 0, len(all)-1) })}, "should"},
		{"what is over is shown", &notes{reads: true, rounds: true, answer: bareNotes, page: everything(func(all []map[string]any) []map[string]any { return partOf(all, 0, len(all)-1) })}, "if that ends it"},
		{"cut, by an order of its own, and nowhere said", &notes{answer: bareNotes, page: everything(func(all []map[string]any) []map[string]any {
			for i := range 20 {
				all = append(slices.Clip(all), map[string]any{"id": 1000 + i, "text": "another's"})
			}
			return partOf(slices.Concat(all[:2], all[3:4], all[4:], all[2:3]), 0, 20)
		})}, "it has 20 things, and may be cut at that"},
		{"moved by another client while it is read", &notes{query: noteOffset, answer: bareNotes, page: func(w http.ResponseWriter, r *http.Request, all []map[string]any) {
			offset := numberIn(r, "offset", 0)
			if shown++; shown == 2 {
				offset++
			}
			answerJSON(w, http.StatusOK, partOf(all, offset, numberIn(r, "limit", 2)))
		}}, "upheld"},
		{"things without id", &notes{answer: bareNotes, page: everything(func(all []map[string]any) []map[string]any {
			return append(slices.Clip(all), map[string]any{"text": "none"})
		})}, ""},
	} {
		r := heldNotes(t, test.server)
		i := slices.IndexFunc(r.Clauses, func(c report.Standing) bool { return c.ID == "listNotes.state.listed" })
		if i < 0 {
			t.Errorf("%s: the clause is not there", test.name)
			continue
		}
		is := string(r.Clauses[i].Stand) + ": " + r.Clauses[i].Reason
		if !strings.Contains(is, strings.Replace(test.want, "should", string(report.Warned), 1)) || len(r.Left) > 0 {
			t.Errorf("%s: it is %q, not %q; left behind: %v\n%s", test.name, is, test.want, r.Left, brief(r))
		}
		if charged := r.Summary.Warn+r.Summary.Fail > 0; charged != (test.want == "should") && test.want != "" {
			t.Errorf("%s: charged is %v:\n%s", test.name, charged, brief(r))
		}
	}
}

package contract_test

import (
	"encoding/json"
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

const entriesFile = `openapi: 3.0.3
info: {title: Entries, version: "1"}
components:
  schemas:
    entry: {type: object, required: [text], properties: {id: {type: integer, readOnly: true}, text: {type: string, minLength: 1}, weight: {type: integer, minimum: 0, maximum: 9}}}
paths:
  /entries:
    post:
      operationId: addEntry
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/entry'}}}}
      responses: {"201": {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/entry'}}}}, "422": {description: wrong}}
  /entries/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: readEntry
      responses: {"200": {description: it, content: {application/json: {schema: {$ref: '#/components/schemas/entry'}}}}, "404": {description: none}}
    put:
      operationId: putEntry
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/entry'}}}}
      responses: {"200": {description: it, content: {application/json: {schema: {$ref: '#/components/schemas/entry'}}}}, "404": {description: none}, "422": {description: wrong}}
    delete:
      operationId: endEntry
      responses: {"204": {description: gone}, "404": {description: none}}
`

// entries keeps few things. The oldest goes where one more is made, or else that is refused.
type entries struct {
	refuses bool
	forgets bool // a change is answered, and not kept
	picky   bool // what weighs most is refused
	full    bool // somebody else has made as many as there may be, but for one

	mu   sync.Mutex
	next int
	kept []map[string]any
}

const mostEntries = 3

func (s *entries) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body := map[string]any{}
	if r.Body != nil && json.NewDecoder(r.Body).Decode(&body) != nil && r.ContentLength > 0 {
		body = nil
	}
	at := s.find(r.URL.Path)
	switch {
	case r.URL.Path != "/entries" && at < 0:
		w.WriteHeader(http.StatusNotFound)
	case (r.Method == http.MethodPost || r.Method == http.MethodPut) && (r.Header.Get("Content-Type") != "application/json" || !fits(body)):
		w.WriteHeader(http.StatusUnprocessableEntity)
	case r.URL.Path == "/entries" && r.Method == http.MethodPost:
		s.add(w, body)
	case r.URL.Path == "/entries":
		w.WriteHeader(http.StatusMethodNotAllowed)
	case r.Method == http.MethodPut:
		body["id"] = s.kept[at]["id"]
		if !s.forgets {
			s.kept[at] = body
		}
		answerJSON(w, http.StatusOK, body)
	case r.Method == http.MethodDelete:
		s.kept = append(s.kept[:at:at], s.kept[at+1:]...)
		w.WriteHeader(http.StatusNoContent)
	case r.Method == http.MethodGet:
		answerJSON(w, http.StatusOK, s.kept[at])
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

func (s *entries) find(path string) int {
	for i, e := range s.kept {
		if path == "/entries/"+strconv.Itoa(e["id"].(int)) {
			return i
		}
	}
	return -1
}

func (s *entries) add(w http.ResponseWriter, body map[string]any) {
	most := mostEntries
	if s.full && s.next > 0 {
		most = 0
	}
	if s.picky && body["weight"] == 9.0 {
		w.WriteHeader(http.StatusUnprocessableEntity)
		return
	}
	if len(s.kept) >= most {
		if s.refuses {
			w.WriteHeader(http.StatusUnprocessableEntity)
			return
		}
		s.kept = s.kept[1:]
	}
	s.next++
	body["id"] = s.next
	s.kept = append(s.kept, body)
	answerJSON(w, http.StatusCreated, body)
}

// fits holds an entry to its schema.
func fits(body map[string]any) bool {
	text, is := body["text"].(string)
	weight, heavy := body["weight"].(float64)
	_, sent := body["weight"]
	return is && text != "" && (!sent || heavy && weight >= 0 && weight <= 9 && weight == float64(int(weight)))
}

// TestServersThatKeepFewThings has nothing charged to a server that drops the oldest of
// what it keeps, or takes no more, however many requests are under way at once; and one
// that refuses what it may not is charged.
func TestServersThatKeepFewThings(t *testing.T) {
	t.Parallel()
	held := func(server http.Handler, jobs int) *report.Report {
		c, err := contract.Load("entries.yaml", []byte(entriesFile))
		if err != nil {
			t.Fatal(err)
		}
		config := contract.Default()
		config.Contract, config.Handler, config.Target, config.Jobs = c, server, &target.Target{Name: "entries"}, jobs
		return ran(t, config)
	}
	for name, server := range map[string]func() *entries{
		"drops the oldest": func() *entries { return &entries{} }, "takes no more": func() *entries { return &entries{refuses: true} },
	} {
		alone, among := held(server(), 1), held(server(), 16)
		for i, c := range alone.Clauses {
			if other := among.Clauses[i].Stand; c.Stand != other || c.Stand == report.Violated || c.Stand == report.Warned {
				t.Errorf("%s: %s is %s, and %s with many jobs", name, c.ID, c.Stand, other)
			}
		}
	}
	full := held(&entries{refuses: true, full: true}, 1)
	if full.Summary.Fail+full.Summary.Warn > 0 || !slices.ContainsFunc(full.Verdicts, func(v report.Verdict) bool {
		return strings.Contains(v.Reason, "a request that was accepted before gets it now, too: the target may keep no more things than it has")
	}) {
		t.Errorf("one that is full is charged, or it does not say so:\n%s", brief(full))
	}
	for name, server := range map[string]func() *entries{
		"refuses weights": func() *entries { return &entries{picky: true} }, "forgets changes": func() *entries { return &entries{forgets: true} },
	} {
		for _, jobs := range []int{1, 16} {
			if charged := held(server(), jobs); charged.Summary.Fail+charged.Summary.Warn == 0 {
				t.Errorf("one that %s is not charged with %d jobs:\n%s", name, jobs, brief(charged))
			}
		}
	}
}

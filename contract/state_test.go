package contract_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/enforce"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

const petsFile = "testdata/pets.yaml"

// pets is a server with a memory: testdata/pets.yaml as a person would write it. Each
// field is a mistake, or a way to do it that is as good.
type pets struct {
	mu     sync.Mutex
	next   int
	owners map[int]map[string]any
	pets   map[string]map[string]any // by owner and id
	out    bool                      // the account was ended

	restarted bool // something has happened to it meanwhile

	keepsEnded, forgets, swaps, neverThere, ownWay, unchanged, fails bool
}

func (p *pets) config(t *testing.T) contract.Config {
	t.Helper()
	config := contract.Default()
	config.Contract = load(t, petsFile)
	p.owners, p.pets = map[int]map[string]any{}, map[string]map[string]any{}
	token := auth.NewSecret("the-token-of-the-pets-server")
	enforcer, err := enforce.New(config.Contract, enforce.Options{Verifiers: map[string]auth.Verifier{
		"token": auth.Token{In: auth.InHeader, Name: "Authorization", Prefix: "Bearer", Value: token},
	}})
	if err != nil {
		t.Fatal(err)
	}
	inner := enforcer.Middleware(p)
	config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.out {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		inner.ServeHTTP(w, r)
	})
	config.Target = &target.Target{Name: "pets", Auth: target.Auth{Token: token}}
	return config
}

func (p *pets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	var body map[string]any
	if data, _ := io.ReadAll(r.Body); len(data) > 0 {
		_ = json.NewDecoder(bytes.NewReader(data)).Decode(&body)
	}
	methods := map[string]string{"account": "GET DELETE", "1": "GET POST", "2": "GET PUT DELETE", "3": "POST", "4": "GET DELETE"}
	allowed, ok := methods[path[0]]
	if !ok {
		allowed = methods[strconv.Itoa(len(path))]
	}
	if !slices.Contains(strings.Fields(allowed), r.Method) {
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	switch {
	case path[0] == "account" && r.Method == http.MethodDelete:
		p.out = true
		w.WriteHeader(http.StatusNoContent)
	case path[0] == "account":
		answerJSON(w, http.StatusOK, map[string]any{"name": "me"})
	case len(path) == 1 && r.Method == http.MethodGet:
		answerJSON(w, http.StatusOK, slices.AppendSeq([]map[string]any{}, maps.Values(p.owners)))
	case len(path) == 1:
		p.makeOwner(w, body)
	case len(path) == 2:
		p.owner(w, r, path[1], body)
	default:
		p.pet(w, r, path, body)
	}
}

func (p *pets) makeOwner(w http.ResponseWriter, body map[string]any) {
	if p.taken(body["email"], 0) {
		w.WriteHeader(http.StatusConflict)
		return
	}
	p.next++
	body["id"] = p.next
	p.keep(p.next, body)
	answerJSON(w, http.StatusCreated, p.owners[p.next])
	if p.neverThere {
		delete(p.owners, p.next)
	}
}

func (p *pets) keep(id int, body map[string]any) {
	kept := maps.Clone(body)
	delete(kept, "password")
	kept["id"] = id
	if p.forgets {
		kept["name"] = "somebody"
	}
	if tags, ok := kept["tags"].([]any); ok && p.ownWay {
		slices.Reverse(tags)
	}
	if name, ok := kept["name"].(string); ok && p.ownWay {
		kept["name"] = strings.ToUpper(strings.TrimSpace(name))
	}
	if since, err := time.Parse(time.RFC3339, fmt.Sprint(kept["since"])); err == nil && p.ownWay {
		kept["since"] = since.In(time.FixedZone("", 2*60*60)).Format("2006-01-02T15:04:05.000Z07:00")
	}
	p.owners[id] = kept
}

func (p *pets) taken(email any, but int) bool {
	for id, owner := range p.owners {
		if id != but && owner["email"] == email {
			return true
		}
	}
	return false
}

func (p *pets) owner(w http.ResponseWriter, r *http.Request, name string, body map[string]any) {
	id, _ := strconv.Atoi(name)
	if p.owners[id] == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	switch r.Method {
	case http.MethodDelete:
		if !p.keepsEnded {
			delete(p.owners, id)
			maps.DeleteFunc(p.pets, func(at string, _ map[string]any) bool { return !p.fails && strings.HasPrefix(at, name+"/") })
		}
		w.WriteHeader(http.StatusNoContent)
	case http.MethodPut:
		if p.taken(body["email"], id) {
			w.WriteHeader(http.StatusConflict)
			return
		}
		if p.unchanged {
			body["id"] = id
			answerJSON(w, http.StatusOK, body)
			return
		}
		p.keep(id, body)
		fallthrough
	default:
		answerJSON(w, http.StatusOK, p.owners[id])
	}
}

func (p *pets) pet(w http.ResponseWriter, r *http.Request, path []string, body map[string]any) {
	if id, _ := strconv.Atoi(path[1]); p.owners[id] == nil {
		status := http.StatusNotFound
		if p.fails && len(path) == 4 && r.Method == http.MethodGet && p.pets[path[1]+"/"+path[3]] != nil {
			status = http.StatusInternalServerError
		}
		w.WriteHeader(status)
		return
	}
	if len(path) == 3 {
		p.next++
		id := fmt.Sprintf("pet-%d", p.next)
		if p.swaps {
			body["kind"] = "cat"
			body["weight"] = 1
		}
		p.pets[path[1]+"/"+id] = body
		w.Header().Set("Location", "/owners/"+path[1]+"/pets/"+id)
		w.WriteHeader(http.StatusCreated)
		return
	}
	at := path[1] + "/" + path[3]
	switch {
	case p.pets[at] == nil:
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodDelete:
		delete(p.pets, at)
		w.WriteHeader(http.StatusNoContent)
	default:
		answerJSON(w, http.StatusOK, p.pets[at])
	}
}

func answerJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func brief(r *report.Report) string {
	var b strings.Builder
	_ = report.Text(&b, r, report.TextOptions{Width: 140})
	return b.String()
}

// becameOf gives what became of each case.
func becameOf(r *report.Report) map[string]report.Outcome {
	out := map[string]report.Outcome{}
	for _, v := range r.Verdicts {
		out[v.Case.ID] = v.Outcome
	}
	return out
}

// A server that remembers upholds its contract, whatever the order and however many
// requests are under way, when it is held to it again, too.
func TestAServerThatRemembers(t *testing.T) {
	var want map[string]report.Outcome
	config := (&pets{}).config(t)
	planned(t, &config)
	shared := config.Plan
	for _, way := range []bool{false, true} {
		for seed := range 10 {
			for _, jobs := range []int{1, 16} {
				server := &pets{ownWay: way}
				config := server.config(t)
				config.Seed, config.Jobs, config.Plan = int64(seed), jobs, shared
				for again := range 2 {
					server.out = false
					r := ran(t, config)
					if report.ExitCode(r) != report.ExitOK || r.Summary.Warn > 0 || len(r.Unaccepted) > 0 {
						t.Fatalf("seed %d, %d jobs, run %d:\n%s", seed, jobs, again, brief(r))
					}
					if len(r.Left) > 0 || len(server.owners) > 0 || len(server.pets) > 0 {
						t.Fatalf("left behind: %v; there are %v and %v", r.Left, server.owners, server.pets)
					}
					if !strings.Contains(r.Severed, "endAccount.") {
						t.Errorf("the account was ended, and the report says %q", r.Severed)
					}
					if want == nil {
						want = becameOf(r)
					} else if got := becameOf(r); !maps.Equal(got, want) {
						for id := range want {
							if got[id] != want[id] {
								t.Errorf("seed %d, %d jobs, run %d: %s is %s, not %s", seed, jobs, again, id, got[id], want[id])
							}
						}
					}
				}
			}
		}
	}
}

// Each mistake of a server that remembers is named by the clause that says so, and no
// other is charged.
func TestServersThatForget(t *testing.T) {
	for want, server := range map[string]*pets{
		"readOwner.state.visible":  {unchanged: true},
		"readPet.state.afterwards": {fails: true},
		"readOwner.state.gone":     {keepsEnded: true},
		"readOwner.state.holds":    {forgets: true},
		"readPet.state.holds":      {swaps: true},
	} {
		r := ran(t, server.config(t))
		for _, c := range r.Clauses {
			if broken := c.Stand == report.Warned || c.Stand == report.Violated; broken != (c.ID == want) {
				t.Errorf("%s is %s:\n%s", c.ID, c.Stand, brief(r))
			}
		}
	}
}

// Where nothing shows that a thing is made as is inferred, nobody is charged.
func TestWhatIsMadeInAnotherWay(t *testing.T) {
	r := ran(t, (&pets{neverThere: true}).config(t))
	if report.ExitCode(r) != report.ExitOK || r.Summary.Warn > 0 {
		t.Error(brief(r))
	}
	const want = "never accepted: readOwner: 404 to 4 cases: the answer is 404 Not Found to a request for what was made"
	if got := strings.Join(strings.Fields(brief(r)), " "); !strings.Contains(got, want) {
		t.Errorf("the report does not say %q:\n%s", want, got)
	}
}

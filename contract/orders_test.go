package contract_test

import (
	"crypto/rand"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/enforce"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

const ordersToken = "orders-token-5f2c9a"

// orders is a conforming implementation of testdata/orders.yaml: what the
// contract forbids is refused by enforce, the rest is answered with samples.
func orders(t *testing.T, c *contract.Contract) http.Handler {
	t.Helper()
	e, err := enforce.New(c, enforce.Options{Verifiers: map[string]auth.Verifier{"bearer": auth.Bearer(auth.NewSecret(ordersToken))}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /shops/{shop}/orders", func(w http.ResponseWriter, r *http.Request) {
		if r.PathValue("shop") == "failing" {
			panic("provoked")
		}
		id := newUUID()
		w.Header().Set("Location", r.URL.Path+"/"+id)
		answer(w, http.StatusCreated, map[string]any{"id": id, "state": "open"})
	})
	mux.HandleFunc("GET /shops/{shop}/orders/{order}", func(w http.ResponseWriter, r *http.Request) {
		if r.PathValue("shop") == "failing" {
			panic("provoked")
		}
		answer(w, http.StatusOK, map[string]any{"id": r.PathValue("order"), "parent": map[string]any{"id": "p"}, "amount": 3})
	})
	return e.Middleware(mux)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// TestMain has garbage looked for less often: most of what the tests make is garbage
// soon, and nearly half of their time would go into that.
func TestMain(m *testing.M) {
	flag.Parse()
	if flag.Lookup("test.bench").Value.String() == "" {
		debug.SetGCPercent(400)
	}
	os.Exit(m.Run())
}

// once remembers what a function gives, by the text that it was asked with.
func once[T any](of func(text string) (T, error)) func(tb testing.TB, text string) T {
	var known sync.Map
	return func(tb testing.TB, text string) T {
		tb.Helper()
		one, _ := known.LoadOrStore(text, sync.OnceValues(func() (T, error) { return of(text) }))
		got, err := one.(func() (T, error))()
		if err != nil {
			tb.Fatal(err)
		}
		return got
	}
}

// load gives a contract, which all tests share.
var load = once(contract.LoadFile)

// ordersConfig gives what verifies the orders API. Its contract and its plan are
// shared by all tests: one that changes what is known of the target plans anew.
func ordersConfig(t *testing.T) contract.Config {
	t.Helper()
	config := contract.Default()
	config.Target = ordersTarget()
	config.Contract, config.Plan = load(t, ordersFile), ordersPlan(t, ordersFile)
	config.Nonce = "orders"
	config.Handler = orders(t, config.Contract)
	return config
}

func ordersTarget() *target.Target {
	return &target.Target{
		Name: "orders", Values: map[string]string{"order": "o-17"},
		Auth:    target.Auth{Token: auth.NewSecret(ordersToken)},
		Provoke: map[string]target.Provoke{"500": {Path: map[string]string{"shop": "failing"}}},
	}
}

const ordersFile = "testdata/orders.yaml"

var ordersPlan = once(func(path string) (*plan.Plan, error) {
	c, err := contract.LoadFile(path)
	if err != nil {
		return nil, err
	}
	return c.Plan(ordersTarget(), contract.Default())
})

func TestAnotherContractIsUpheldWithoutCodeForIt(t *testing.T) {
	s, err := contract.Open(ordersConfig(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	result := s.Report()
	for _, v := range result.Verdicts {
		if v.Outcome != report.Pass && v.Outcome != report.Skip {
			t.Errorf("%s is %s:\n%s", v.Case.ID, v.Outcome, report.Describe(v, s.Clause))
		}
	}
	for _, s := range result.Clauses {
		if s.Stand != report.Upheld {
			t.Logf("%s is %s: %s", s.ID, s.Stand, s.Reason)
		}
	}
	t.Logf("%+v", result.Summary)
}

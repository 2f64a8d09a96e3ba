package prove

import (
	"context"
	"os"
	"runtime/debug"
	"sync"
	"testing"

	"github.com/apiclause/clause/contract"
)

// TestMain collects garbage less often, as clause prove does: little of it is alive.
func TestMain(m *testing.M) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	os.Exit(m.Run())
}

// shared is what tests share of a contract, each part made when the first asks for
// it: to plan, to derive and to prove takes most of their time.
type shared struct {
	contract func() (*contract.Contract, error)
	proof    func() (*proof, error)
	result   func() (*Result, error)
}

var (
	sharedMu sync.Mutex
	sharedOf = map[string]*shared{}
)

func share(path string) *shared {
	sharedMu.Lock()
	defer sharedMu.Unlock()
	if sharedOf[path] == nil {
		s := &shared{contract: sync.OnceValues(func() (*contract.Contract, error) { return contract.LoadFile(path) })}
		s.proof = sync.OnceValues(s.prove)
		s.result = sync.OnceValues(s.run)
		sharedOf[path] = s
	}
	return sharedOf[path]
}

func (s *shared) prove() (*proof, error) {
	c, err := s.contract()
	if err != nil {
		return nil, err
	}
	p, err := newProof(c)
	if err != nil {
		return nil, err
	}
	return p, p.good(context.Background())
}

func (s *shared) run() (*Result, error) {
	p, err := s.proof()
	if err != nil {
		return nil, err
	}
	all, err := p.choose(Options{})
	if err != nil {
		return nil, err
	}
	return all.run(context.Background())
}

func load(t *testing.T, path string) *contract.Contract {
	t.Helper()
	c, err := share(path).contract()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// derive gives what is derived of a contract, with the known-good implementation
// held to it.
func derive(t *testing.T, path string) *proof {
	t.Helper()
	p, err := share(path).proof()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// derived leaves a test out where time is short, as it is with the race detector. It
// looks at what one goroutine derives of a contract, or proves another contract in the
// way of the tests that stay: nothing more runs at once in it.
func derived(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("what it does at once, other tests do, too")
	}
}

// run proves a contract, or what of it is meant.
func run(t *testing.T, path string, o Options) *Result {
	t.Helper()
	if len(o.Only) == 0 {
		r, err := share(path).result()
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	s, err := derive(t, path).choose(o)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

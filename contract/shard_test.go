package contract_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/prove"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

const itemsFile = "prove/testdata/items.yaml"

// items is the known-good implementation of a small contract.
func items(tb testing.TB) contract.Config {
	tb.Helper()
	c := load(tb, itemsFile)
	good, err := prove.Good(c)
	if err != nil {
		tb.Fatal(err)
	}
	return good.Config(c)
}

func opened(t *testing.T, config contract.Config) *contract.Session {
	t.Helper()
	s, err := contract.Open(config)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func forecast(t *testing.T, s *contract.Session) contract.Forecast {
	t.Helper()
	f, err := s.Forecast()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Each case that is sent is in one shard, and each shard has as much of every
// technique as the others, but for one case.
func TestShardsAreEven(t *testing.T) {
	config := ordersConfig(t)
	config.Skip = []string{"*.rule.one-recipient"}
	planned(t, &config)
	whole := forecast(t, opened(t, config)).Requests
	for _, n := range []int{1, 2, 3, 7, whole} {
		senders := map[int]int{}
		techniques := map[plan.Technique]map[int]int{}
		for index := 1; index <= n; index++ {
			config.Shard = plan.Shard{Index: index, Of: n}
			s := opened(t, config)
			for i, c := range s.Plan().Cases {
				if !s.Selected(i) || c.Skip != "" || s.Elsewhere(i) {
					continue
				}
				if senders[i] != 0 {
					t.Errorf("shards %d and %d of %d send %s", senders[i], index, n, c.ID)
				}
				senders[i] = index
				if techniques[c.Technique] == nil {
					techniques[c.Technique] = map[int]int{}
				}
				techniques[c.Technique][index]++
			}
			if f := forecast(t, s); f.Requests+f.Elsewhere != whole {
				t.Errorf("shard %d of %d sends %d, and leaves %d of %d", index, n, f.Requests, f.Elsewhere, whole)
			}
		}
		if len(senders) != whole {
			t.Errorf("%d shards send %d cases, want %d", n, len(senders), whole)
		}
		for technique, counts := range techniques {
			least, most := whole, 0
			for index := 1; index <= n; index++ {
				least, most = min(least, counts[index]), max(most, counts[index])
			}
			if most-least > 1 {
				t.Errorf("%d shards have from %d to %d cases of %s", n, least, most, technique)
			}
		}
	}
}

// An index of 0 is the last shard's, so that systems may count from 0 or from 1.
func TestShardsAreCountedFrom0Or1(t *testing.T) {
	config := items(t)
	config.Shard = plan.Shard{Index: 0, Of: 3}
	r, err := contract.Verify(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	if r.Shard.Index != 3 || r.Shard.Of != 3 {
		t.Errorf("it is %s", r.Shard)
	}
}

func TestAShardThatThereIsNot(t *testing.T) {
	config := items(t)
	all := forecast(t, opened(t, config)).Requests
	for want, shard := range map[string]plan.Shard{
		"shard: 4/3 is no shard: use " + plan.ShardForm:                                                        {Index: 4, Of: 3},
		"shard: 1/0 is no shard: use " + plan.ShardForm:                                                        {Index: 1},
		"shard: -1/3 is no shard: use " + plan.ShardForm:                                                       {Index: -1, Of: 3},
		fmt.Sprintf("shard 1/%d: the number of cases to send is %d: use that many shards at most", all+1, all): {Index: 1, Of: all + 1},
	} {
		config.Shard = shard
		if _, err := contract.Open(config); !errors.Is(err, contract.ErrUsage) || err.Error() != want {
			t.Errorf("%v: %v, want %s", shard, err, want)
		}
	}
}

// Whether a run is hopeless shows in what all shards send: one may consist of
// refusals, and one of a hopeless run is hopeless, too.
func TestAShardMayBeOfRefusalsAlone(t *testing.T) {
	config := ordersConfig(t)
	config.Plan = nil                                                        // another target
	config.Target = &target.Target{Name: "orders", Auth: config.Target.Auth} // it gives no order
	config.Only = []string{"createOrder.answer.201/smallest", "createOrder.security.missing", "getOrder.answer.200/smallest"}
	config.Shard = plan.Shard{Index: 2, Of: 2}
	r, err := contract.Verify(t.Context(), config)
	if err != nil || report.ExitCode(r) != report.ExitOK || r.Summary.Pass == 0 {
		t.Errorf("a shard of refusals: %v", err)
	}
	config.Target = nil
	if _, err := contract.Verify(t.Context(), config); !errors.Is(err, contract.ErrUsage) || !strings.Contains(err.Error(), "nothing that the contract allows would be sent") {
		t.Errorf("a shard of a run that is hopeless: %v", err)
	}
}

func TestProgressOfAShard(t *testing.T) {
	config := items(t)
	s := opened(t, config)
	sent := forecast(t, s).Requests
	others := len(s.Plan().Cases) - sent // skipped in every shard
	config.Shard = plan.Shard{Index: 1, Of: 3}
	var got []string
	config.Progress = func(done, total int) { got = append(got, fmt.Sprintf("%d of %d", done, total)) }
	if _, err := contract.Verify(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	own := (sent+2)/3 + others
	if len(got) != own || got[own-1] != fmt.Sprintf("%d of %[1]d", own) {
		t.Errorf("got %q, want %d calls", got, own)
	}
}

// The server is sent what all shards say that they will send, and no more.
func TestTheServerCountsWhatShardsForecast(t *testing.T) {
	for name, change := range map[string]func(*contract.Config){
		"all":      func(*contract.Config) {},
		"a budget": func(c *contract.Config) { c.Budget = 2 },
		"refusals": func(c *contract.Config) { c.Only = []string{"*.security.missing", "createOrder.answer.201/smallest"} },
	} {
		t.Run(name, func(t *testing.T) {
			config, server := counted(t)
			change(&config)
			planned(t, &config)
			requests, firsts := 0, 0
			single := forecast(t, opened(t, config))
			for index := range 3 {
				config.Shard = plan.Shard{Index: index, Of: 3}
				s := opened(t, config)
				f := forecast(t, s)
				firsts += f.Requests + f.Elsewhere - single.Requests
				if err := s.Start(t.Context(), nil); err != nil {
					t.Fatal(err)
				}
				s.Report()
				requests += f.Requests
				if got, _, _ := server.counts(); got != requests {
					t.Errorf("after shard %d the server got %d requests, the forecasts are %d", index, got, requests)
				}
			}
			if requests != single.Requests+firsts || firsts > 2 {
				t.Errorf("%d requests in all, %d of them first ones, and %d in a single run", requests, firsts, single.Requests)
			}
			if _, accepted, _ := server.counts(); config.Budget > 0 && accepted > config.Budget+firsts {
				t.Errorf("%d were accepted, the budget is %d, and %d first ones", accepted, config.Budget, firsts)
			}
		})
	}
}

// planned plans once for all runs of a configuration: they plan alike.
func planned(t *testing.T, c *contract.Config) {
	t.Helper()
	if c.Plan != nil {
		return
	}
	p, err := c.Contract.Plan(c.Target, *c)
	if err != nil {
		t.Fatal(err)
	}
	c.Plan = p
}

// What a shard keeps for the others gives no secret away, even where a value that
// must differ is one.
func TestNoSecretIsInAShardsReport(t *testing.T) {
	config := ordersConfig(t)
	next := config.Handler
	config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answered(w, r, next, func(_ int, body string) string { return madeUp.ReplaceAllString(body, ordersToken) })
	})
	config.Shard = plan.Shard{Index: 1, Of: 2}
	r, err := contract.Verify(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	text := written(t, r).json
	for n := len(ordersToken); n >= 12; n-- {
		if strings.Contains(text, ordersToken[:n]) {
			t.Fatalf("the report holds the first %d characters of the token", n)
		}
	}
	if len(r.Shard.Evidence) == 0 || !strings.Contains(text, `"where": "the body's id"`) {
		t.Error("the shard keeps nothing of the ids")
	}
}

func TestInstances(t *testing.T) {
	instance := func(change func(*contract.Config)) string {
		config := items(t)
		config.Only, config.Shard = []string{"getItem.security.missing"}, plan.Shard{Index: 1, Of: 1}
		config.WithoutPreflight = true
		change(&config)
		r, err := contract.Verify(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		return r.Shard.Instance
	}
	own := instance(func(*contract.Config) {})
	var served contract.Config
	local := instance(func(c *contract.Config) { *c = overHTTP(t, *c); served = *c })
	if !strings.HasPrefix(own, "program-") || !strings.HasPrefix(local, "machine-") {
		t.Errorf("a handler is of %q, what listens on loopback of %q", own, local)
	}
	if again := instance(func(c *contract.Config) { *c = served }); again != local {
		t.Errorf("what listens is %q, then %q", local, again)
	}
	if other := instance(func(c *contract.Config) { *c = overHTTP(t, *c) }); other == local {
		t.Errorf("what listens at another port is %q, too", other)
	}
}

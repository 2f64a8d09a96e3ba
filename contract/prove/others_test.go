package prove

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/internal/har"
)

// sending is a request that somebody else may send, and a proxy record.
type sending struct {
	method, target string
	header         http.Header
	body           string
}

// requestsOf gives the requests of the contract's own suite.
func requestsOf(t *testing.T, p *proof) []sending {
	t.Helper()
	good, err := Good(p.contract)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var all []sending
	next := good.Handler
	good.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		mu.Lock()
		all = append(all, sending{r.Method, r.RequestURI, r.Header.Clone(), string(body)})
		mu.Unlock()
		next.ServeHTTP(w, r)
	})
	config := good.Config(p.contract)
	config.Jobs, config.Plan = 1, p.plan
	if _, err := contract.Verify(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	return all
}

// odd are values as people and programs send them.
var odd = []string{
	"", " ", "0", "1", "-1", "-0", "5", "+5", "05", "5.0", "5.5", "1e3", " 5", "5 ", "0x10", "1_000", "1,000", "9007199254740993",
	"2147483646", "2147483647", "18446744073709551616", "1.2.3", "12abc", "abc", "null", "undefined", "NaN", "true", "TRUE", "1", "2", "yes", "maybe",
	"a", "A", "ä", strings.Repeat("a", 63), strings.Repeat("a", 64), strings.Repeat("a", 65), strings.Repeat("ä", 40), "a b", "a\nb", "a,b", "a;b", "ASC", "asc", "ASC ",
	"new", "vip", "new,vip", "id,state", "10", "yes", "no", "[redacted]", "***", "user_usage", "DESC",
	"2026-01-30", "2026-01-30T00:00:00Z", "2026-01-30T00:00:00", "2026-01-30 00:00:00Z", "2026-01-30T00:00:00.5Z", "2026-01-30T00:00:00+01:00",
	"2026-01-30t00:00:00z", "2026-01-30T00:00Z", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-30T24:00:00Z", "2016-12-31T23:59:60Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
	"6f1c2a54-0d3e-4b9a-9a57-3f0f4c6d7e8f", "6F1C2A54-0D3E-4B9A-9A57-3F0F4C6D7E8F", "{6f1c2a54-0d3e-4b9a-9a57-3f0f4c6d7e8f}", "yesterday",
}

// raw are texts that are put into a query as they are.
var raw = []string{"%zz", "%FF", "%00", "a+b", "+", "a;b", "a|b", "[]", "%", "ä", "%2B5", "%205", "a=b", "&&"}

// nearNow gives a time that a rule about the last days may depend on.
func nearNow(random *rand.Rand) string {
	at := time.Now().UTC().Truncate(time.Second)
	for _, by := range []time.Duration{time.Second, time.Minute, time.Hour, 24 * time.Hour, 24 * time.Hour} {
		at = at.Add(-time.Duration(random.IntN(31)) * by)
	}
	return at.Format(time.RFC3339)
}

// otherwise gives a request that differs in a few places.
func otherwise(r sending, random *rand.Rand) sending {
	r.header = r.header.Clone()
	for range 1 + random.IntN(3) {
		switch path, query, _ := strings.Cut(r.target, "?"); random.IntN(5) {
		case 0:
			r.header = otherHeader(r.header, random)
		case 1:
			r.body = otherBody(r.body, random)
		default:
			r.target = path + "?" + otherQuery(query, random)
		}
	}
	return r
}

func pick(random *rand.Rand, from []string) string { return from[random.IntN(len(from))] }

func otherQuery(query string, random *rand.Rand) string {
	pairs := strings.Split(query, "&")
	i := random.IntN(len(pairs))
	name, _, _ := strings.Cut(pairs[i], "=")
	switch random.IntN(9) {
	case 0:
		pairs = slices.Delete(pairs, i, i+1)
	case 1:
		pairs = append(pairs, pairs[i])
	case 2:
		pairs = append(pairs, "x="+url.QueryEscape(pick(random, odd)))
	case 3:
		pairs[i] = strings.ToUpper(name) + strings.TrimPrefix(pairs[i], name)
	case 4:
		pairs[i] = name + "=" + pick(random, raw)
	case 5:
		pairs[i] = name + "=" + url.QueryEscape(nearNow(random))
	case 6:
		pairs = append(pairs, name+"="+url.QueryEscape(pick(random, odd)))
	default:
		pairs[i] = name + "=" + url.QueryEscape(pick(random, odd))
	}
	return strings.Join(pairs, "&")
}

func otherHeader(h http.Header, random *rand.Rand) http.Header {
	names := []string{}
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	switch name := pick(random, names); random.IntN(4) {
	case 0:
		h.Del(name)
	case 1:
		h.Add(name, h.Get(name))
	case 2:
		h.Set("Cookie", "session="+url.QueryEscape(pick(random, odd)))
	default:
		h.Set(name, strings.NewReplacer("\n", "", "ä", "ae").Replace(pick(random, odd)))
	}
	return h
}

func otherBody(body string, random *rand.Rand) string {
	if body == "" {
		return pick(random, []string{"", "", "{}", " "})
	}
	quotes := strings.Split(body, `"`)
	switch random.IntN(7) {
	case 0:
		return body[:random.IntN(len(body))]
	case 1:
		return strings.Replace(body, `:`, `:null,"x":`, 1)
	case 2:
		return strings.ToUpper(body)
	case 3:
		return strings.Replace(body, "1", pick(random, []string{"1.0", "1e0", "0", "-1", `"1"`, "1.5", "true", "10000000000000000000"}), 1)
	case 4:
		quotes[random.IntN(len(quotes))] = pick(random, []string{"a", "x y", "2026-01-30T00:00:00Z", "***", "5"})
		return strings.Join(quotes, `"`)
	case 5:
		return body + pick(random, []string{" ", "{}", "//", ","})
	}
	i := random.IntN(len(body))
	return body[:i] + pick(random, []string{",", `"`, "{", "}", "0", " "}) + body[i:]
}

// throughAProxy sends a request to a handler and records the exchange.
func throughAProxy(handler http.Handler, s sending) *har.Entry {
	u, err := url.ParseRequestURI(s.target)
	if err != nil {
		return nil // no server would read it either
	}
	at := time.Now()
	r := httptest.NewRequest(s.method, "http://api.example/", strings.NewReader(s.body))
	r.URL, r.RequestURI, r.Header = u, s.target, s.header.Clone()
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	got := w.Result()
	body, _ := io.ReadAll(got.Body)
	e := &har.Entry{
		StartedDateTime: at.Format(time.RFC3339Nano),
		Request:         har.Request{Method: s.method, URL: "http://api.example" + s.target, Headers: pairsOf(s.header), BodySize: har.Size(len(s.body))},
		Response:        har.Response{Status: har.Size(got.StatusCode), Headers: pairsOf(got.Header), Content: har.Content{Size: har.Size(len(body))}},
	}
	if s.body != "" {
		e.Request.PostData = &har.PostData{MimeType: s.header.Get("Content-Type"), Text: &s.body}
	}
	e.Response.Content.Text, e.Response.Content.Encoding = har.Text(body)
	return e
}

func pairsOf(h http.Header) []har.Pair {
	var out []har.Pair
	for name, values := range h {
		for _, value := range values {
			out = append(out, har.Pair{Name: name, Value: value})
		}
	}
	return out
}

// TestNothingThatOthersSendIsAFalseAlarm records what conforming implementations
// answer to requests that nobody planned: none of it may be found wrong.
func TestNothingThatOthersSendIsAFalseAlarm(t *testing.T) {
	t.Parallel()
	n := 150
	if testing.Short() {
		n = 30
	}
	for _, path := range conforming() {
		p := derive(t, path)
		seeds, variants := requestsOf(t, p), p.variants
		outcomes := map[string]int{}
		for i := range variants {
			v := &variants[i]
			if v.Name == "slow" || v.Name == "throttled" {
				continue // as the others, but for the time
			}
			made, err := v.Implementation()
			if err != nil {
				t.Fatal(err)
			}
			random := rand.New(rand.NewPCG(1, uint64(i)))
			var entries []*har.Entry
			for range n {
				if e := throughAProxy(made.Handler, otherwise(seeds[random.IntN(len(seeds))], random)); e != nil {
					entries = append(entries, e)
				}
			}
			for _, name := range []string{"clause", "a proxy"} {
				var b bytes.Buffer
				w := har.NewWriter(&b, har.Creator{Name: name})
				for _, e := range entries {
					_ = w.Add(e)
				}
				_ = w.Close()
				r, err := contract.JudgeHAR(t.Context(), contract.Recording{Contract: p.contract, Name: "a.har", HAR: &b})
				if err != nil {
					t.Fatal(err)
				}
				for _, a := range variantResult(v, r).Alarms {
					t.Errorf("%s, recorded by %s: variant %s is charged: %+v", path, name, v.Name, a)
					for _, x := range r.Verdicts {
						if x.Case.ID == a.Case && x.Exchange != nil {
							t.Logf("%s: %s %s %q: %d", x.Case.Why, x.Exchange.Method, x.Exchange.URL, x.Exchange.RequestBody, x.Exchange.Status)
						}
					}
				}
				for _, x := range r.Verdicts {
					outcomes[fmt.Sprintf("%s %s", x.Case.Expect.Outcome, x.Outcome)]++
				}
			}
		}
		t.Logf("%s: %v", path, outcomes)
	}
}

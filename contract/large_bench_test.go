package contract_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

// The size of the large description: as many operations as a large API has, and
// some hundred cases for each.
const (
	largeResources  = 69
	largeOperations = 5*largeResources + 1
)

type object = map[string]any

// largeDescription makes the description of an API of largeOperations operations:
// resources that can be listed, made, read, replaced and deleted, and its health.
// It is the same each time.
func largeDescription(tb testing.TB) []byte {
	tb.Helper()
	paths, schemas := object{}, object{"Problem": largeObject("status", object{
		"status": object{"type": "integer"}, "title": object{"type": "string"}, "detail": object{"type": "string"},
	})}
	for i := range largeResources {
		name := fmt.Sprintf("%s%02d", []string{"Account", "Device", "Invoice", "Report", "Session"}[i%5], i)
		schemas[name] = largeSchema(i)
		collection, item := largePaths(name)
		paths[fmt.Sprintf("/v1/%ss", name)] = collection
		paths[fmt.Sprintf("/v1/%ss/{id}", name)] = item
	}
	paths["/v1/health"] = object{"get": object{"operationId": "getHealth", "security": []any{}, "responses": largeAnswers("200", object{"type": "object"})}}
	out, err := json.Marshal(object{
		"openapi": "3.0.3", "info": object{"title": "Large", "version": "1.0.0"}, "paths": paths,
		"security": []any{object{"token": []any{}}},
		"components": object{
			"schemas":         schemas,
			"securitySchemes": object{"token": object{"type": "http", "scheme": "bearer"}},
		},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// largeSchema gives the members that a resource has; which are mandatory differs.
func largeSchema(i int) object {
	members := object{
		"id":        object{"type": "string", "format": "uuid", "readOnly": true},
		"name":      object{"type": "string", "minLength": 1, "maxLength": 64 + i},
		"kind":      object{"type": "string", "enum": []string{"small", "medium", "large"}},
		"createdAt": object{"type": "string", "format": "date-time"},
		"count":     object{"type": "integer", "minimum": 0, "maximum": 1000 + i},
		"ratio":     object{"type": "number", "minimum": 0, "maximum": 1},
		"enabled":   object{"type": "boolean"},
		"labels":    object{"type": "array", "maxItems": 10, "items": object{"type": "string", "maxLength": 40}},
	}
	return largeObject([]string{"name", "kind", "count"}[i%3], members)
}

func largeObject(required string, members object) object {
	return object{"type": "object", "required": []string{required}, "properties": members}
}

// largePaths gives the operations on a collection, and on one of its items.
func largePaths(name string) (collection, item object) {
	one := object{"$ref": "#/components/schemas/" + name}
	body := object{"required": true, "content": object{"application/json": object{"schema": one}}}
	query := func(name string, schema object) object { return object{"in": "query", "name": name, "schema": schema} }
	collection = object{
		"get": object{
			"operationId": "list" + name + "s",
			"parameters": []any{
				query("limit", object{"type": "integer", "minimum": 1, "maximum": 100}),
				query("offset", object{"type": "integer", "minimum": 0}),
				query("order", object{"type": "string", "enum": []string{"asc", "desc"}}),
				query("since", object{"type": "string", "format": "date-time"}),
				query("all", object{"type": "boolean"}),
			},
			"responses": largeAnswers("200", object{"type": "array", "items": one}),
		},
		"post": object{"operationId": "create" + name, "requestBody": body, "responses": largeAnswers("201", one)},
	}
	item = object{
		"parameters": []any{object{"in": "path", "name": "id", "required": true, "schema": object{"type": "string", "format": "uuid"}}},
		"get":        object{"operationId": "get" + name, "responses": largeAnswers("200", one)},
		"put":        object{"operationId": "replace" + name, "requestBody": body, "responses": largeAnswers("200", one)},
		"delete":     object{"operationId": "delete" + name, "responses": largeAnswers("200", one)},
	}
	return collection, item
}

func largeAnswers(success string, schema object) object {
	answer := func(schema object) object {
		return object{"description": "as it says", "content": object{"application/json": object{"schema": schema}}}
	}
	problem := object{"$ref": "#/components/schemas/Problem"}
	return object{success: answer(schema), "400": answer(problem), "401": answer(problem)}
}

// sentRequest is what it takes to send a request again.
type sentRequest struct {
	method, path string
	header       http.Header
	body         []byte
}

// largeDelay is how long the endpoint takes: as good as nothing.
const largeDelay = time.Millisecond

// emptyObjects is an endpoint that answers {} to everything. It notes what it gets
// while note is not nil.
type emptyObjects struct {
	mu   sync.Mutex
	note *[]sentRequest
}

func (e *emptyObjects) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	e.mu.Lock()
	if e.note != nil {
		*e.note = append(*e.note, sentRequest{r.Method, r.URL.RequestURI(), r.Header, body})
	}
	e.mu.Unlock()
	time.Sleep(largeDelay)
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, "{}")
}

// requestsTo makes requests of what was sent.
func requestsTo(b *testing.B, base *url.URL, sent []sentRequest) []*http.Request {
	b.Helper()
	out := make([]*http.Request, len(sent))
	for i, s := range sent {
		r, err := http.NewRequestWithContext(b.Context(), s.method, base.String()+s.path, bytes.NewReader(s.body))
		if err != nil {
			b.Fatal(err)
		}
		r.Header = s.header
		out[i] = r
	}
	return out
}

// sending is how long a bare loop takes.
func sending(b *testing.B, requests []*http.Request) time.Duration {
	b.Helper()
	begun := time.Now()
	bare(b, requests)
	return time.Since(begun)
}

// largeConfig verifies an endpoint.
func largeConfig(tb testing.TB, endpoint http.Handler) contract.Config {
	tb.Helper()
	server := httptest.NewServer(endpoint)
	tb.Cleanup(server.Close)
	base, err := url.Parse(server.URL)
	if err != nil {
		tb.Fatal(err)
	}
	c, err := contract.Load("large.json", largeDescription(tb))
	if err != nil {
		tb.Fatal(err)
	}
	config := contract.Default()
	config.Contract, config.WithoutPreflight, config.Jobs = c, true, benchJobs
	config.Target = &target.Target{
		Name: "empty objects", BaseURL: base, Auth: target.Auth{Token: auth.NewSecret(benchToken)},
		Values: map[string]string{"id": "3f0d3a52-6a56-4b39-9d56-0c5a5a1a2b3c"},
	}
	return config
}

// sizeOf is the number of bytes of a form of a report.
func sizeOf(tb testing.TB, r *report.Report, form func(io.Writer, *report.Report) error) float64 {
	tb.Helper()
	var b bytes.Buffer
	if err := form(&b, r); err != nil {
		tb.Fatal(err)
	}
	return float64(b.Len())
}

func page(w io.Writer, r *report.Report) error { return report.Text(w, r, report.TextOptions{}) }

// BenchmarkLarge verifies an endpoint that is wrong everywhere, and prints how much
// longer planning, judging and the reports take together than a bare loop that sends
// the same requests with as many workers (want at most 1), how large the reports are,
// and how much memory is in use with all verdicts.
func BenchmarkLarge(b *testing.B) {
	endpoint := &emptyObjects{note: &[]sentRequest{}}
	config := largeConfig(b, endpoint)
	if _, err := contract.Verify(b.Context(), config); err != nil {
		b.Fatal(err)
	}
	sent := *endpoint.note
	endpoint.note = nil
	var whole, loop time.Duration
	for b.Loop() {
		loop += sending(b, requestsTo(b, config.Target.BaseURL, sent))
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		begun := time.Now()
		r, err := contract.Verify(b.Context(), config)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(sizeOf(b, r, report.JSON)/1e6, "JSON-MB")
		b.ReportMetric(sizeOf(b, r, report.JUnit)/1e6, "JUnit-MB")
		b.ReportMetric(sizeOf(b, r, page)/1e3, "text-KB")
		whole += time.Since(begun)
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric((float64(after.HeapInuse)-float64(before.HeapInuse))/1e6, "in-use-MB")
		b.ReportMetric(float64(len(r.Verdicts)), "cases")
		runtime.KeepAlive(r)
	}
	b.ReportMetric(float64(whole-loop)/float64(loop), "times-sending")
}

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

// emptyObjects is an endpoint that answers {} to everything.
func emptyObjects(tb testing.TB) *url.URL {
	tb.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "{}")
	}))
	tb.Cleanup(server.Close)
	base, err := url.Parse(server.URL)
	if err != nil {
		tb.Fatal(err)
	}
	return base
}

// largeConfig verifies that endpoint.
func largeConfig(tb testing.TB) contract.Config {
	tb.Helper()
	c, err := contract.Load("large.json", largeDescription(tb))
	if err != nil {
		tb.Fatal(err)
	}
	config := contract.Default()
	config.Contract, config.WithoutPreflight = c, true
	config.Target = &target.Target{
		Name: "empty objects", BaseURL: emptyObjects(tb), Auth: target.Auth{Token: auth.NewSecret(benchToken)},
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
// longer planning, judging and the reports take than the sending does (want at most
// 1), how large the reports are, and how much memory is in use with all verdicts.
func BenchmarkLarge(b *testing.B) {
	config := largeConfig(b)
	var around, sending time.Duration
	for b.Loop() {
		begun := time.Now()
		s, err := contract.Open(config)
		if err != nil {
			b.Fatal(err)
		}
		around += time.Since(begun)
		begun = time.Now()
		if err := s.Start(b.Context(), nil); err != nil {
			b.Fatal(err)
		}
		for i := range s.Plan().Cases {
			s.Verdict(i)
		}
		sending += time.Since(begun)
		begun = time.Now()
		r := s.Report()
		b.ReportMetric(sizeOf(b, r, report.JSON)/1e6, "JSON-MB")
		b.ReportMetric(sizeOf(b, r, report.JUnit)/1e6, "JUnit-MB")
		b.ReportMetric(sizeOf(b, r, page)/1e3, "text-KB")
		around += time.Since(begun)
		runtime.GC()
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		b.ReportMetric(float64(memory.HeapInuse)/1e6, "in-use-MB")
		b.ReportMetric(float64(len(r.Verdicts)), "cases")
		runtime.KeepAlive(r)
	}
	b.ReportMetric(float64(around)/float64(sending), "times-sending")
}

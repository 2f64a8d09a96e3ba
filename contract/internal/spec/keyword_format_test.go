package spec

import (
	"fmt"
	"strings"
	"testing"
)

// A text that has a form and a length, or matches a pattern beside, is found.
func TestSamplesOfFormats(t *testing.T) {
	for _, schema := range []string{
		`format: email, maxLength: 16`, `format: email, maxLength: 11`, `format: email, maxLength: 6`, `format: email, minLength: 30`,
		`format: email, minLength: 100`, `format: email, minLength: 150`, `format: email, minLength: 25, maxLength: 25`,
		`format: uri, maxLength: 15`, `format: uri, maxLength: 9`, `format: uri, minLength: 40`, `format: uri, minLength: 200, maxLength: 200`,
		`format: date-time, minLength: 24`, `format: date-time, minLength: 24, maxLength: 24`, `format: date-time, minLength: 30`,
		`format: ipv4, minLength: 13`, `format: ipv4, maxLength: 7`, `format: ipv6, minLength: 39`, `format: ipv6, maxLength: 3`,
		`format: email, pattern: '@corp\.com$'`, `format: email, pattern: '^[a-z]+@corp\.com$'`, `format: email, pattern: '^.+@.+\..+$'`,
		`format: ipv4, pattern: '^10\.'`, `format: ipv4, pattern: '^10\.\d+\.\d+\.\d+$'`, `format: date, pattern: '^2025-'`,
		`format: date, pattern: '^\d{4}-\d{2}-\d{2}$'`, `format: date, pattern: '-01$'`, `format: uri, pattern: '^https://api\.'`,
		`format: uri, pattern: '\.png$'`, `format: uuid, pattern: '^[0-9A-F-]+$'`, `format: uuid, pattern: '-7[0-9a-f]{3}-'`,
		`format: date-time, pattern: '\.\d{3}Z$'`, `format: date-time, pattern: '\+00:00$'`,
		`format: email, maxLength: 12, pattern: '^(?!someone).*$'`,
	} {
		c, err := Load("c.yaml", answering(v30, fmt.Sprintf("{type: string, %s}", schema)))
		if err != nil {
			t.Errorf("%s: %v", schema, err)
			continue
		}
		s := c.Operations[0].Responses[0].Content[0].Schema
		if text, ok := s.Sample().(string); !ok || len(s.Check(text)) > 0 || strings.TrimSpace(text) != text {
			t.Errorf("%s: %q", schema, text)
		}
	}
}

// TestForeignFormats holds of which texts nothing is known but the name of their
// format.
func TestForeignFormats(t *testing.T) {
	for schema, want := range map[string]string{
		"{type: string, format: iban}":                 "iban",
		"{type: string, format: iban, maxLength: 40}":  "iban",
		"{type: string, format: iban, example: DE1}":   "",
		"{type: string, format: iban, default: DE1}":   "",
		"{type: string, format: iban, enum: [DE1]}":    "",
		"{type: string, format: iban, pattern: '^DE'}": "",
		"{type: string, format: uuid}":                 "",
		"{type: string, format: password}":             "",
		"{type: string}":                               "",
		"{type: integer, format: unix-time}":           "",
	} {
		c := load(t, `openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /:
    get:
      operationId: get
      parameters: [{in: query, name: q, schema: `+schema+`}]
      responses: {"200": {description: ok}}
`)
		if got := c.Operation("get").Parameters[0].Schema.Foreign(); got != want {
			t.Errorf("%s: %q, want %q", schema, got, want)
		}
	}
}

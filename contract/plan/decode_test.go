package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// A plan that is read and written again is the same, byte for byte.
func TestAPlanIsReadAsItWasWritten(t *testing.T) {
	for _, path := range []string{"../../openapi/userusage.yaml", "../testdata/orders.yaml"} {
		rewrite(t, path, Build(file(t, path), Options{Unsafe: true, NearMisses: true}))
	}
}

func TestValuesAreReadAsTheyWereWritten(t *testing.T) {
	hour := Time{Offset: time.Hour}
	for _, value := range []any{
		nil, true, "a<&>\u2028", 12, int64(1) << 62, 0.1, 1e21, 1e-7, json.Number("18446744073709551616"), json.Number("1.50"),
		[]any{},
		map[string]any{},
		hour,
		Time{Offset: -90 * time.Minute, Form: RolledOver},
		Time{Offset: time.Hour, Form: LeapSecond},
		[]any{hour, "x"},
		map[string]any{"z": 1, "a": []any{map[string]any{"at": hour}}},
		Template{`a "{{unique}}" <b>`},
		map[string]any{"a": []any{Template{"{{now}} x"}}},
		map[string]any{"template": "none"},
		map[string]any{"template": Template{"{{unique}}"}},
		// What looks like a time and is none.
		map[string]any{"now": "60m"},
		map[string]any{"now": "1h0m0s", "form": "dotted"},
		map[string]any{"now": "1h0m0s", "more": 1},
		map[string]any{"now": 5},
	} {
		rewrite(t, fmt.Sprint(value), &Plan{Cases: []Case{{ID: "c", Request: Request{
			Parameters: []Parameter{{In: "query", Name: "q", Value: value}}, Body: &Body{MediaType: "application/json", Value: value},
		}}}})
	}
	var p Parameter
	if err := json.Unmarshal([]byte(`{"in": "query", "name": "q", "value": {"now": "-1h0m0s"}}`), &p); err != nil || p.Value != (Time{Offset: -time.Hour}) {
		t.Errorf("%v, %v: want a time", p.Value, err)
	}
	if err := json.Unmarshal([]byte(`{"in": "query", "name": "q", "value": {"template": "{{unique}}"}}`), &p); err != nil || p.Value != (Template{"{{unique}}"}) {
		t.Errorf("%v, %v: want a template", p.Value, err)
	}
	if err := json.Unmarshal([]byte(`{"in": "query", "called": "q"}`), &p); err == nil || !strings.Contains(err.Error(), `"called"`) {
		t.Errorf("%v: want the member that there is not", err)
	}
}

func rewrite(t *testing.T, what string, p *Plan) {
	t.Helper()
	want := encoded(t, p)
	var again Plan
	if err := json.Unmarshal(want, &again); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if got := encoded(t, &again); !bytes.Equal(got, want) {
		t.Errorf("%s: read and written again it is another:\n%s\nwant:\n%s", what, got, want)
	}
}

func encoded(t *testing.T, p *Plan) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

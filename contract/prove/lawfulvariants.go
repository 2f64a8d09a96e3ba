package prove

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// pinned reports whether the contract pins one of the clauses that a request broke
// to one status.
func (m *maker) pinned(x *exchange) bool {
	return slices.ContainsFunc(x.broken, func(id string) bool { return m.model.Pin(id) != "" })
}

// breaksOnly reports whether all that a request broke has ids with a prefix within
// its operation.
func (x *exchange) breaksOnly(prefix string) bool {
	return len(x.broken) > 0 && !slices.ContainsFunc(x.broken, func(id string) bool { return !strings.HasPrefix(id, x.op.ID+"."+prefix) })
}

// inTurn gives refusals each status that the operation documents for them, one
// after the other.
func (m *maker) inTurn() design {
	var n atomic.Int64
	return design{after: func(x *exchange) {
		listed := slices.DeleteFunc(ruling.Refusals(x.op.Operation), func(status string) bool { return strings.HasSuffix(status, "XX") })
		if len(listed) < 2 || len(x.broken) == 0 || x.breaksOnly("security.") || m.pinned(x) {
			return
		}
		x.answerAs(listed[int(n.Add(1))%len(listed)])
	}}
}

func (m *maker) notFound() design { return m.answeringAs("404", "path.") }

func (m *maker) unsupportedMedia() design { return m.answeringAs("415", "body.mediaType") }

// answeringAs gives a refusal for what has ids with a prefix a status that the
// contract need not document.
func (m *maker) answeringAs(status, prefix string) design {
	return design{after: func(x *exchange) {
		if x.breaksOnly(prefix) && !m.pinned(x) {
			x.answerAs(status)
		}
	}}
}

// answerAs replaces an answer by one of another status, with the body that is
// documented for that, or none.
func (x *exchange) answerAs(status string) {
	code, _ := strconv.Atoi(status) // it comes from a list
	a := newAnswer()
	a.status = code
	if r := x.op.Response(status); r != nil {
		for _, h := range r.Headers {
			if h.Required {
				a.header.Set(h.Name, h.HeaderText(h.Schema.Sample()))
			}
		}
		if m := spec.JSON(r.Content); m != nil {
			a.header.Set("Content-Type", m.JSONType())
			a.set([]byte(jsonText(errorBody(m.Schema))))
		}
	}
	*x.answer = *a
}

// jsonText writes a value as JSON.
func jsonText(v any) string {
	if text, ok := v.(string); ok {
		return strconv.Quote(text)
	}
	return spec.Text(v)
}

// explained gives answers of which no body is documented one all the same.
func explained(x *exchange) {
	if x.response == nil || len(x.response.Content) > 0 || x.answer.body.Len() > 0 || ruling.Bodiless(x.request.Method, x.answer.status) {
		return
	}
	x.answer.header.Set("Content-Type", "application/json")
	x.answer.set([]byte(`{"detail":"as documented in words"}`))
}

// coerce takes JSON values for others as readers do that convert types.
func coerce(r *request, at *place) {
	if !at.AsText() && at.Schema.Composed == nil {
		r.mapValues(at, func(v any) any { return coerced(at.Schema.Type, v) })
	}
}

func coerced(kind string, v any) any {
	switch kind {
	case "integer", "number":
		if v == any(true) {
			return json.Number("1")
		}
		return asNumeral(v)
	case "boolean":
		switch v {
		case any("true"), any(json.Number("1")):
			return true
		case any("false"), any(json.Number("0")):
			return false
		}
	case "string":
		if n, ok := v.(json.Number); ok {
			return n.String()
		}
	case "array":
		switch v.(type) {
		case string, json.Number, bool:
			return []any{v}
		}
	case "object":
		if list, ok := v.([]any); ok && len(list) == 0 {
			return map[string]any{}
		}
	}
	return v
}

// looseTimes takes the common forms of times for RFC 3339's.
func looseTimes(r *request, at *place) {
	if at.Schema.Format != "date-time" {
		return
	}
	for _, form := range []string{time.DateOnly, "2006-01-02T15:04:05"} {
		r.mapTexts(at, layout(form))
	}
	r.mapTexts(at, func(text string) string {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return time.Unix(n, 0).UTC().Format(time.RFC3339)
		}
		return text
	})
}

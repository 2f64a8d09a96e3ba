package prove

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// lawfulVariants answer and read in the ways that are left to implementations: which
// of the lawful statuses a refusal has, what stands in a body that is described in
// words only, and which forms of a value are taken for it.
func (m *maker) lawfulVariants() []Variant {
	return []Variant{
		{Name: "refusals-in-turn", Description: "refusals have each documented status in turn", design: design{after: m.inTurn()}},
		{Name: "missing-thing", Description: "a bad value of the path is answered with 404", design: design{after: m.notFound}},
		{Name: "media-type-415", Description: "a body in another media type is answered with 415", design: design{after: m.unsupportedMedia}},
		{Name: "explained", Description: "answers that are described in words only have a body", design: design{after: explained}},
		{Name: "coercing", Description: "numbers, texts and booleans are taken for each other in JSON", design: design{before: m.coerce}},
		{Name: "times-loosely", Description: "times are read without zone, as dates and as seconds", design: design{before: m.looseTimes}},
	}
}

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
func (m *maker) inTurn() func(x *exchange) {
	var n atomic.Int64
	return func(x *exchange) {
		listed := slices.DeleteFunc(ruling.Refusals(x.op.Operation), func(status string) bool { return strings.HasSuffix(status, "XX") })
		if len(listed) < 2 || len(x.broken) == 0 || x.breaksOnly("security.") || m.pinned(x) {
			return
		}
		x.answerAs(listed[int(n.Add(1))%len(listed)])
	}
}

func (m *maker) notFound(x *exchange) {
	if x.breaksOnly("path.") && !m.pinned(x) {
		x.answerAs("404")
	}
}

func (m *maker) unsupportedMedia(x *exchange) {
	if x.breaksOnly("body.mediaType") && !m.pinned(x) {
		x.answerAs("415")
	}
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
				a.header.Set(h.Name, spec.Text(h.Schema.Sample()))
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
	bodiless := x.answer.status == http.StatusNoContent || x.answer.status == http.StatusResetContent || x.answer.status == http.StatusNotModified
	if x.response == nil || len(x.response.Content) > 0 || x.answer.body.Len() > 0 || bodiless {
		return
	}
	x.answer.header.Set("Content-Type", "application/json")
	x.answer.set([]byte(`{"detail":"as documented in words"}`))
}

// coerce takes JSON values for others as readers do that convert types.
func (m *maker) coerce(r *request) bool {
	return m.each(r, func(at *place) {
		if at.Wire() || at.Schema.Composed != nil {
			return
		}
		r.mapValues(at, func(v any) any { return coerced(at.Schema.Type, v) })
	})
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
func (m *maker) looseTimes(r *request) bool {
	return m.each(r, func(at *place) {
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
	})
}

package prove

import (
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// inItsWay gives what is kept of what was sent: its texts may be kept in another way.
func (m *memory) inItsWay(op *ruling.Operation, sent map[string]any) map[string]any {
	out := maps.Clone(sent)
	schema := op.Body.JSON()
	if m.design.keeps == nil || schema == nil {
		return out
	}
	for name, value := range out {
		text, ok := value.(string)
		if member := schema.Member(name); ok && member != nil && len(member.Schema.Enum) == 0 {
			out[name] = m.design.keeps(member.Schema, text)
		}
	}
	return out
}

// oneCleared takes away one member with whatever is changed.
func oneCleared(made *spec.Schema, was, named map[string]any) {
	for _, m := range made.Members {
		_, stays := named[m.Name]
		if _, sent := was[m.Name]; sent && !stays && !m.Required {
			delete(was, m.Name)
			return
		}
	}
}

// dependentsCleared takes all other members away with the first, which they depend on.
func dependentsCleared(made *spec.Schema, was, named map[string]any) {
	if _, first := named[made.Members[0].Name]; first {
		wiped(made, was, named)
	}
}

// workedOut has a text worked out of one that is changed, as a name for a URL is of a
// title.
func workedOut(made *spec.Schema, was, named map[string]any) {
	for _, m := range made.Members {
		_, stays := named[m.Name]
		if _, text := was[m.Name].(string); !text || stays {
			continue
		}
		for _, value := range named {
			if text, ok := value.(string); ok && len(m.Schema.Check(strings.ToLower(text))) == 0 {
				was[m.Name] = strings.ToLower(text)
				return
			}
		}
	}
}

// trimmed gives a text without blanks at its ends, and with single ones within.
func trimmed(_ *spec.Schema, text string) string { return strings.Join(strings.Fields(text), " ") }

// upper gives a text or an e-mail address in upper case.
func upper(s *spec.Schema, text string) string {
	if s.Format != "" && s.Format != "email" || len(s.Check(strings.ToUpper(text))) > 0 {
		return text
	}
	return strings.ToUpper(text)
}

// inAnotherZone writes the times of an answer in another zone, with fractions.
func inAnotherZone(x *exchange) {
	m := documentedJSON(x)
	if m == nil || m.Schema == nil {
		return
	}
	for _, at := range answerPlaces(x.op.Operation, m.Schema) {
		if at.Schema.Format != "date-time" {
			continue
		}
		x.answer.edit(func(v any) any {
			return mapped(v, at.Path[1:], func(v any) any {
				text, _ := v.(string)
				t, err := time.Parse(time.RFC3339, text)
				other := t.In(time.FixedZone("", int((5*time.Hour + 30*time.Minute).Seconds()))).Format("2006-01-02T15:04:05.000Z07:00")
				if err != nil || len(at.Schema.Check(other)) > 0 {
					return v
				}
				return other
			})
		})
	}
}

// hidden answers what is refused for its credentials as if there were no such thing.
func (m *maker) hidden() design {
	return design{after: func(x *exchange) {
		if x.answer.status == http.StatusForbidden && x.breaksOnly("security.") && !m.pinned(x) {
			x.answerAs("404")
		}
	}}
}

// conflicting answers what is wrong with a body as if it were taken, where that is
// documented.
func (m *maker) conflicting() design {
	return design{after: func(x *exchange) {
		if x.op.Response("409") != nil && x.breaksOnly("body.") && !m.pinned(x) {
			x.answerAs("409")
		}
	}}
}

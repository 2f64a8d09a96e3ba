package prove

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
	"github.com/apiclause/clause/contract/plan"
)

// doubt says why no answer to a request with some values at a place is wrong:
// servers read them in different ways, or take them for none. It gives "" where
// that is not so.
func (at *place) doubt(values ...any) string {
	if !at.AsText() {
		return ""
	}
	if len(values) == 1 && values[0] == any("") {
		return "an empty value may lawfully be taken for none"
	}
	if at.Parameter == nil {
		return ""
	}
	if at.IsMember() {
		return doubt(at.Parameter, map[string]any{at.Path[len(at.Path)-1]: values[0]})
	}
	if at.Parameter.Style().Kind == wire.List {
		return doubt(at.Parameter, values)
	}
	return doubt(at.Parameter, values[0])
}

// doubt says so of the value of a parameter.
func doubt(p *spec.Parameter, value any) string {
	if p.JSON {
		return p.Style().Doubt([]string{jsonText(value)})
	}
	var texts []string
	switch v := value.(type) {
	case []any:
		for _, element := range v {
			texts = append(texts, spec.Text(element))
		}
	case map[string]any:
		for name, member := range v {
			texts = append(texts, name, spec.Text(member))
		}
	default:
		texts = []string{spec.Text(v)}
	}
	return p.Style().Doubt(texts)
}

// doubtIn says why no answer to a request is wrong, or gives "".
func doubtIn(op *spec.Operation, in *rule.Input) string {
	groups := map[string]map[string]any{"path": in.Path, "query": in.Query, "header": in.Header, "cookie": in.Cookie}
	for _, p := range op.Parameters {
		v, sent := groups[p.In][p.Name]
		if !sent {
			continue
		}
		if why := doubt(p, v); why != "" {
			return why
		}
	}
	return ""
}

// plain gives those of some values that servers read alike, all where there are
// none.
func (at *place) plain(values []any) []any {
	plain := slices.DeleteFunc(slices.Clone(values), func(v any) bool { return at.doubt(v) != "" })
	if len(plain) == 0 {
		return values
	}
	return plain
}

// unlisted says why no request shows that a list of values is compared laxly, or
// gives "". spoil makes a value of a listed one that a lax comparison takes for it.
func (at *place) unlisted(spoil func(text string) string) string {
	reason := ""
	for _, v := range at.Schema.Enum {
		text, ok := v.(string)
		if spoilt := spoil(text); ok && spoilt != "" && !slices.Contains(at.Schema.Enum, any(spoilt)) {
			doubt := at.doubt(spoilt)
			if doubt == "" {
				return ""
			}
			reason = cmp.Or(reason, doubt)
		}
	}
	return cmp.Or(reason, "whatever it takes beside the listed values is listed, too, or empty")
}

// crowded says why lists around a limit cannot be sent, or gives "".
func (at *place) crowded(l limit) string {
	if l.keyword != "minItems" && l.keyword != "maxItems" {
		return ""
	}
	if l.value >= float64(plan.ElementLimit(at.Wire())) {
		return "so many elements may be refused for the size of the request alone (413, 414)"
	}
	return at.doubt("a", "a")
}

// formless says why no text that lacks the form of a place can be sent, or gives
// "".
func (at *place) formless() string {
	sample := cmp.Or(spec.Text(at.Schema.Sample()), "a") // where the form allows none, it forbids some
	if at.In() == "cookie" && at.Schema.Format == "uri" {
		sample = "no uri" // what every reader refuses
	}
	return at.doubt(strings.TrimSpace(sample))
}

// textless says why no text shows where a limit of its length lies, or gives "":
// beyond the limit, or else at it.
func (at *place) textless(l limit, beyond bool) string {
	if !strings.HasSuffix(l.keyword, "Length") {
		return ""
	}
	length := uint64(l.value)
	if beyond {
		length = uint64(l.value + l.outwards(at.Schema))
	}
	if _, ok := at.Schema.OfLength(length); !ok {
		return fmt.Sprintf("no text of %d characters was found that keeps to what else its schema says", length)
	}
	return ""
}

// memberless says why no object shows where a limit of its members lies, or gives "":
// beyond the limit, or else at it.
func (at *place) memberless(l limit, beyond bool) string {
	if l.keyword != "minProperties" && l.keyword != "maxProperties" {
		return ""
	}
	n := int(l.value)
	if beyond {
		n = int(l.value + l.outwards(at.Schema))
	}
	required, sent := countable(at.Schema)
	switch {
	case at.Wire() || !at.Schema.Object():
		return "objects are not written as text, or may be other values"
	case n >= 200:
		return "a request of that size may be refused for its size alone (413)"
	case n < required:
		return "an object with so few members lacks what is mandatory, too"
	case n > sent && (at.Schema.Closed || len(at.Schema.Members) > 0):
		return "so many members are not listed, and whether others are taken is open"
	}
	return ""
}

// countable counts the members of an object that it must have, and those of which a
// value can be sent.
func countable(s *spec.Schema) (required, sent int) {
	for _, m := range s.Members {
		if !m.ReadOnly && m.Required {
			required++
		}
		if !m.ReadOnly && m.Schema.Sample() != nil {
			sent++
		}
	}
	return required, sent
}

// unmultiplied says why no number shows that it may be no multiple, or gives "".
func (b *builder) unmultiplied(at *place) string {
	s := at.Schema
	v, ok := spec.Float(s.Sample())
	if !ok || len(s.Enum) > 0 {
		return "the listed values decide which numbers occur"
	}
	for _, n := range []float64{v + 1, v + *s.MultipleOf/2, v - 1} {
		if between := s.Numeric(n); breaksOnly(s, between, at.clause("multipleOf")) && b.oracle.allowed(at, between) {
			return ""
		}
	}
	return "no number was found that is no multiple, and breaks nothing else"
}

// uncounted says why no text shows that a pattern counts repetitions otherwise, or
// gives "".
func (at *place) uncounted(lax laxPattern) string {
	if !strings.HasPrefix(lax.name, "repetition-") {
		return ""
	}
	for _, text := range lax.pattern.Counted() {
		if text != "" && lax.pattern.MatchString(text) && breaksOnly(at.Schema, text, at.clause("pattern")) {
			return ""
		}
	}
	return "no text was found that it takes, and that breaks the pattern and nothing else"
}

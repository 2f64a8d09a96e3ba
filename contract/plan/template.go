package plan

import (
	"encoding/json"
	"time"

	"github.com/apiclause/clause/contract/internal/placeholder"
)

// Template is a text with placeholders that are filled when a case is sent:
// {{unique}}, and times from then such as {{now-2h}}.
type Template struct{ Text string }

// At gives the text for a request sent at now. unique is in the place of
// {{unique}}: a letter and nine letters or digits.
func (t Template) At(now time.Time, unique string) string {
	return placeholder.Fill(t.Text, now, unique)
}

// MarshalJSON writes {"template": "a-{{unique}}"}.
func (t Template) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{"template": t.Text}) //nolint:wrapcheck // it stands for json.Marshal
}

// Filled gives the value of a text that somebody wrote for a target: a Template if
// it has placeholders.
func Filled(text string) any {
	if placeholder.In(text) {
		return Template{text}
	}
	return text
}

// FilledAll is Filled for every text in a JSON value.
func FilledAll(value any) any {
	switch v := value.(type) {
	case string:
		return Filled(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = FilledAll(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, member := range v {
			out[name] = FilledAll(member)
		}
		return out
	default:
		return value
	}
}

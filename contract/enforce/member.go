package enforce

import (
	"fmt"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

// Handlers decode JSON with encoding/json, which takes the last of several
// members of one name, and any case of a name. Either would hand a handler a
// value that was not checked.

// misspelt reports members that differ from a listed one in case alone.
func misspelt(s *spec.Schema, value any, report func(message string)) {
	if s == nil || s.Composed != nil {
		return
	}
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			misspelt(s.Items, item, report)
		}
	case map[string]any:
		for name, inner := range v {
			if m := s.Member(name); m != nil {
				misspelt(m.Schema, inner, report)
				continue
			}
			misspelt(s.Additional, inner, report)
			for _, m := range s.Members {
				if strings.EqualFold(m.Name, name) {
					report(fmt.Sprintf("the body has the member %q in another case: write it so", m.Name))
				}
			}
		}
	}
}

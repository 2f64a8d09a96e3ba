package enforce

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

// Handlers decode JSON with encoding/json, which takes the last of several
// members of one name, and any case of a name. Either would hand a handler a
// value that was not checked.

// repeatedName gives a name that an object has twice.
func repeatedName(document []byte) (string, bool) {
	d := json.NewDecoder(bytes.NewReader(document))
	d.UseNumber()
	// One set of names for each object that is open, nil for each array.
	var open []map[string]bool
	key := false // the next token is a name
	for {
		token, err := d.Token()
		if err != nil {
			return "", false // the end: the document has been read before
		}
		switch t := token.(type) {
		case json.Delim:
			switch t {
			case '{':
				open = append(open, map[string]bool{})
			case '[':
				open = append(open, nil)
			default:
				open = open[:len(open)-1]
			}
			key = true
		case string:
			if names := top(open); names != nil && key {
				if names[t] {
					return t, true
				}
				names[t] = true
				key = false
				continue
			}
			key = true
		default:
			key = true
		}
	}
}

func top(open []map[string]bool) map[string]bool {
	if len(open) == 0 {
		return nil
	}
	return open[len(open)-1]
}

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

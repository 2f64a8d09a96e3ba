package run

import (
	"strings"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/target"
)

// ownHeader puts into requests what the target's own headers hold for a scheme; nil
// if they hold nothing for it.
func ownHeader(scheme *spec.Scheme, t *target.Target) auth.Signer {
	token := placeOf(scheme)
	if scheme.Signing != nil || token.In != auth.InHeader {
		return nil
	}
	for name, value := range t.Headers {
		if !strings.EqualFold(name, token.Name) {
			continue
		}
		text := value.Reveal()
		if token.Prefix != "" {
			before, after, found := strings.Cut(text, " ")
			if !found || !strings.EqualFold(before, token.Prefix) {
				return nil
			}
			text = strings.TrimLeft(after, " ")
		}
		if text == "" {
			return nil
		}
		token.Value = auth.NewSecret(text)
		return token
	}
	return nil
}

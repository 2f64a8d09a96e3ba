package contract_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract"
)

// TestOverlays annotates a description beside it.
func TestOverlays(t *testing.T) {
	dir := t.TempDir()
	const overlay = `overlay: 1.0.0
info: {title: Rules, version: "1"}
actions:
  - target: $.paths['/things'].get
    update:
      parameters:
        - {name: size, in: query, schema: {type: integer, maximum: 9}}
  - target: $.paths['/thing']
    update: {get: {}}
`
	for name, text := range map[string]string{"things.yaml": signedContract, "rules.yaml": overlay} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	rules := filepath.Join(dir, "rules.yaml")
	c, err := contract.LoadFrom(t.Context(), filepath.Join(dir, "things.yaml"), contract.Source{Overlays: []string{rules}})
	if err != nil {
		t.Fatal(err)
	}
	var at string
	for _, one := range c.Clauses() {
		if one.ID == "listThings.query.size.maximum" {
			at = one.At.String()
		}
	}
	if at != rules+":7" {
		t.Errorf("the maximum is said to stand in %q", at)
	}
	if w := c.Warnings(); len(w) != 1 || !strings.HasPrefix(w[0].String(), rules+`:8: the target "$.paths['/thing']" matches nothing: `) {
		t.Errorf("got the warnings %v", w)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = contract.LoadFrom(ctx, filepath.Join(dir, "things.yaml"), contract.Source{Overlays: []string{rules}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v after the end of the context", err)
	}
}

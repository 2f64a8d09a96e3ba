package target

import (
	"maps"

	"github.com/apiclause/clause/contract/auth"
)

// Variables returns the names of the environment variables that secrets of the
// target file came from: those that a variable is the whole text of. That of a token
// among the settings is TOKEN. A command line can name them in the place of the secrets.
func (t *Target) Variables() map[auth.Secret]string { return maps.Clone(t.variables) }

// named notes where a secret came from; "" for what is made up of several.
func (t *Target) named(s auth.Secret, variable string) {
	if variable == "" {
		return
	}

	if t.variables == nil {
		t.variables = map[auth.Secret]string{}
	}

	t.variables[s] = variable
}

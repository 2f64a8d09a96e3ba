package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestGenerateScripts generates code as users do: in a folder outside of this
// repository, with Go alone and without the network.
func TestGenerateScripts(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the race detector is not in what Go builds there, and the commands are run by the other scripts, too")
	}
	out, err := exec.CommandContext(t.Context(), "go", "env", "GOMODCACHE", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	modules, cache, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/generate",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "same": same, "edit": edit, "walk": walk},
		Setup: func(env *testscript.Env) error {
			env.Setenv("REPOSITORY", root)
			env.Setenv("GOMODCACHE", modules)
			env.Setenv("GOCACHE", cache)
			env.Setenv("GOFLAGS", "-mod=mod")
			env.Setenv("GOPROXY", "off")
			env.Setenv("GOWORK", "off")
			return nil
		},
	})
}

package main

import (
	"bytes"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/apiclause/clause/contract"
)

// TestDiffKeepsToItsSchema holds what clause diff writes to the schema that readers of
// it go by, and the schema to what it is for: to refuse what is no comparison.
func TestDiffKeepsToItsSchema(t *testing.T) {
	t.Parallel()
	schema, err := compileSchema(contract.DiffSchema)
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]string{
		{"../../contract/testdata/orders.yaml", "../../contract/testdata/accounts.yaml"},
		{"../../contract/testdata/orders.yaml", "../../contract/testdata/orders.yaml"},
		{"../../openapi/userusage.yaml", "../../contract/testdata/names.yaml"},
		{"testdata/diff/old.yaml", "testdata/diff/new.yaml"},
	} {
		var out, said bytes.Buffer
		if code := run([]string{"diff", pair[0], pair[1], "--format", "json"}, nil, &out, &said); code != exitOK {
			t.Fatalf("%v: exit code %d: %s", pair, code, said.String())
		}
		value, err := jsonschema.UnmarshalJSON(&out)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%v: %v", pair, err)
		}
		value.(map[string]any)["semver"] = "huge"
		if schema.Validate(value) == nil {
			t.Errorf("%v: the schema takes a version that there is not", pair)
		}
	}
}

// TestDiffWithoutGit names what is missing.
func TestDiffWithoutGit(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	var out, said bytes.Buffer
	code := run([]string{"diff", "git:main:openapi.yaml", "testdata/diff/new.yaml"}, nil, &out, &said)
	want := "clause: git:main:openapi.yaml: git is not installed, or not in PATH: install it, or name files\n"
	if code != exitUsage || said.String() != want {
		t.Errorf("exit code %d, %q, not %q", code, said.String(), want)
	}
}

// TestDiffNames tells which names of the generated package come and go.
func TestDiffNames(t *testing.T) {
	t.Parallel()
	for args, want := range map[[2]string]string{
		{"old.yaml", "new.yaml"}: "generated names added: List200JSONResponseBodyStateLost\n",
		{"new.yaml", "old.yaml"}: "generated names removed: List200JSONResponseBodyStateLost\n",
	} {
		var out, said bytes.Buffer
		code := run([]string{"diff", "testdata/diff/" + args[0], "testdata/diff/" + args[1]}, nil, &out, &said)
		if code != exitOK || !bytes.Contains(out.Bytes(), []byte(want)) {
			t.Errorf("%v: exit code %d, and no %q in\n%s%s", args, code, want, out.String(), said.String())
		}
	}
}

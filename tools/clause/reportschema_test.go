package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/apiclause/clause/contract/report"
)

// compileSchema compiles the text of a JSON Schema, whose formats are held to.
func compileSchema[T string | []byte](text T) (*jsonschema.Schema, error) {
	definition, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(text)))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("schema.json", definition); err != nil {
		return nil, err
	}
	return compiler.Compile("schema.json")
}

var reportSchema = sync.OnceValues(func() (*jsonschema.Schema, error) { return compileSchema(report.Schema) })

// reports counts those that were held to the schema.
var reports atomic.Int64

// reportsAreValid holds every report that a script left behind to the schema
// that readers of reports go by.
func reportsAreValid(env *testscript.Env) {
	schema, err := reportSchema()
	if err != nil {
		env.T().Fatal(err)
	}
	err = filepath.WalkDir(env.WorkDir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".json" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		value, _ := jsonschema.UnmarshalJSON(bytes.NewReader(text)) // a script tries files that are no JSON too
		if members, ok := value.(map[string]any); !ok || members["schemaVersion"] == nil || members["verdicts"] == nil {
			return nil
		}
		if err := schema.Validate(value); err != nil {
			env.T().Log(filepath.Base(path), "is no report as its schema has it:", err)
			env.T().FailNow()
		}
		reports.Add(1)
		return nil
	})
	if err != nil {
		env.T().Fatal(err)
	}
}

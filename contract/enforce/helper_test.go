package enforce_test

import (
	"os"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/openapi"
)

func load(tb testing.TB, name string, data []byte) *contract.Contract {
	tb.Helper()
	c, err := contract.Load(name, data)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func userUsageFile(tb testing.TB) []byte {
	tb.Helper()
	data, err := openapi.Files.ReadFile("userusage.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func userUsage(tb testing.TB) *contract.Contract {
	tb.Helper()
	return load(tb, "userusage.yaml", userUsageFile(tb))
}

// things is a contract with what the user usage contract lacks.
func things(tb testing.TB) *contract.Contract {
	tb.Helper()
	data, err := os.ReadFile("testdata/things.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	return load(tb, "testdata/things.yaml", data)
}

// raise panics, as a handler would that has a mistake.
func raise(v any) { panic(v) }

package main

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/report"
)

// TestAllThatAReportWasMadeWithIsTaken sets each member of report.Made alone: replay has to
// take it, but for the hash, which tells what has changed, and what was withheld, which is
// asked for.
func TestAllThatAReportWasMadeWithIsTaken(t *testing.T) {
	taken := func(m report.Made) string {
		f := &verifyFlags{config: contract.Default()}
		f.flags = newReplay().Flags()
		if err := f.asMade(&m, "report.json"); err != nil {
			t.Error(err)
		}
		return fmt.Sprintf("%+v %+v %q %q %+v", f.contractSource, f.settings, f.target, f.known, f.config)
	}
	const url, file = "http://127.0.0.1:1", "made_test.go"
	all := report.Made{
		SHA256: "ab", Overlays: []report.Overlay{{File: file}}, RemoteRefs: true, WithoutConventions: true,
		TargetFile: file, URL: url, Values: []string{"a=b"}, Headers: []string{"A: b"}, Withheld: []report.Withheld{{Kind: "token"}},
		Strength: 3, Unsafe: true, NearMisses: true, Strict: true, Known: file, CaseTimeout: 7.5, WithoutPreflight: true,
	}
	for field := range reflect.TypeFor[report.Made]().Fields() {
		value := reflect.ValueOf(all).FieldByIndex(field.Index)
		if value.IsZero() {
			t.Errorf("this test lacks %s", field.Name)
		}
		var m report.Made
		reflect.ValueOf(&m).Elem().FieldByIndex(field.Index).Set(value)
		if taken(m) == taken(report.Made{}) && field.Name != "SHA256" && field.Name != "Withheld" {
			t.Errorf("replay does not take %s", field.Name)
		}
	}
}

// TestNamesThatAreNotAllThatIsNeeded holds what is known of names in reports to how they are
// written there.
func TestNamesThatAreNotAllThatIsNeeded(t *testing.T) {
	for name, want := range map[string]bool{
		"openapi.json": false, "-": true, "https://api.example/openapi.json": false, "https://api.example/openapi.json?key=k": true,
	} {
		if got := incomplete(contract.DisplayName(name)); got != want {
			t.Errorf("%s: incomplete is %v", name, got)
		}
	}
}

package main

import (
	"testing"

	"github.com/apiclause/clause/contract/target"
)

// What is written down has every credential that the implementation takes, or
// what is wrong with one of them would go unnoticed.
func TestTheTargetFileOfWhatIsServedIsWhole(t *testing.T) {
	c, err := embeddedContract()
	if err != nil {
		t.Fatal(err)
	}
	made, err := proveHandler(c, "exportUserUsage.security.accessKey.verified/any-key", kindFault)
	if err != nil {
		t.Fatal(err)
	}
	text, err := targetFile("a fault", "http://127.0.0.1:9000", made.Target, openly)
	if err != nil {
		t.Fatal(err)
	}
	read, err := target.Parse("target.yaml", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	if a, want := read.Auth, made.Target.Auth; a.Token != want.Token || a.AccessKey == nil || *a.AccessKey != *want.AccessKey {
		t.Errorf("the file has the credentials %+v:\n%s", a, text)
	}
}

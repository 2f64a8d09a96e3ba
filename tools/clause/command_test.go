package main

import (
	"testing"

	"github.com/spf13/cobra"

	"github.com/apiclause/clause/contract"
)

// TestCommandHoldsNoPassword holds that there is no command line which sends a case again,
// and stands in reports, where the contract's URL has a secret in it: without that it would
// not work.
func TestCommandHoldsNoPassword(t *testing.T) {
	const url = "https://me:" + secretToken + "@example.com/openapi.json?key=" + secretToken
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{url}, ""},
		{[]string{"--contract", url}, ""},
		{[]string{"--contract", "a b.yaml"}, "clause verify --contract='a b.yaml' --url=http://127.0.0.1:9000"},
	} {
		f, got := &verifyFlags{config: contract.Default()}, ""
		cmd := &cobra.Command{RunE: func(_ *cobra.Command, args []string) error {
			err := f.take(args)
			got = f.command()
			return err
		}}
		f.planning(cmd)
		cmd.SetArgs(append(test.args, "--url", "http://127.0.0.1:9000"))
		if err := cmd.Execute(); err != nil {
			t.Fatal(err)
		}
		if got != test.want {
			t.Errorf("%q: got %s\nwant %s", test.args, got, test.want)
		}
	}
}

package main

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/target"
	"github.com/apiclause/clause/openapi"
)

// loadContract reads the contract named by a flag, or the embedded one.
func loadContract(path string) (*contract.Contract, error) {
	if path != "" {
		return contract.LoadFile(path)
	}
	data, err := openapi.Files.ReadFile(openapi.Default)
	if err != nil {
		return nil, err
	}
	return contract.Load("openapi/"+openapi.Default, data)
}

// loadTarget reads a target file and checks that it speaks of the contract.
func loadTarget(path string, c *contract.Contract) (*target.Target, error) {
	t, err := target.Load(path)
	if err != nil {
		return nil, err
	}
	known := map[string][]string{}
	for _, op := range c.Operations() {
		known[op.ID] = []string{}
		for _, m := range op.Members {
			known[op.ID] = append(known[op.ID], m.Name)
		}
	}
	return t, t.Check(known)
}

const (
	// referenceProject is the project that the reference is tried with.
	referenceProject = "2b31ed520aaaaaaebedb6e57bbbbbbbb"
	// failingProject makes a reference fail inside that was asked to.
	failingProject = "trigger-500"
	// defaultEnterpriseProject is there for every customer.
	defaultEnterpriseProject = "0"
)

// referenceTarget describes a reference that listens at address.
func referenceTarget(address string, token auth.Secret) *target.Target {
	return &target.Target{
		Name:    "reference implementation",
		BaseURL: &url.URL{Scheme: "http", Host: address},
		Values:  map[string]string{"project_id": referenceProject, "enterprise_project_id": defaultEnterpriseProject},
		Auth:    target.Auth{Token: token},
		Provoke: map[string]target.Provoke{"500": {Path: map[string]string{"project_id": failingProject}}},
	}
}

// newToken makes up a throw-away token.
func newToken() string { return "token-" + strings.ToLower(rand.Text()) }

// create opens a file for a report, so that one that cannot be written is
// known before the run.
func create(flag, path string) (*os.File, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // no file was asked for
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("--%s: %w: name a file that can be written", flag, err)
	}
	return file, nil
}

package contract

import (
	"context"
	_ "embed"

	"github.com/apiclause/clause/contract/internal/compare"
)

// DiffSchema is the JSON Schema of a Diff.
//
//go:embed diff.schema.json
var DiffSchema []byte

// What Compare gives.
type (
	// Diff is what differs between two contracts.
	Diff = compare.Diff
	// Change is one thing that differs, and whom that breaks.
	Change = compare.Change
	// Witness is a request or an answer that one of the contracts takes and the other
	// does not.
	Witness = compare.Witness
	// Statement is what a contract says, and where.
	Statement = compare.Statement
	// Names are the exported names of a generated package.
	Names = compare.Names
	// Broken is who is broken by a change.
	Broken = compare.Broken
)

// Those who can be broken by a change.
const (
	// Clients sent what the old contract allows, and counted on what it promises.
	Clients = compare.Clients
	// Implementations upheld each must of the old contract.
	Implementations = compare.Implementations
)

// Compare says, clause by clause, what became of a contract, and whom that breaks.
// When the context ends it ends early, and gives the cause.
func Compare(ctx context.Context, old, now *Contract) (*Diff, error) {
	return compare.Contracts(ctx, old.model(), now.model())
}

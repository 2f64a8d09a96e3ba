// The vulnerability check, pinned: go tool -modfile=tools/govulncheck.mod govulncheck
//
// It has a file of its own so that its requirements stay out of the project's,
// which everyone who imports the project inherits.
// Never run "go mod tidy -modfile": it would add what the project imports.
// To upgrade: go get -modfile=tools/govulncheck.mod -tool golang.org/x/vuln/cmd/govulncheck@VERSION
module github.com/apiclause/clause/tools

go 1.26.0

tool golang.org/x/vuln/cmd/govulncheck

require (
	golang.org/x/mod v0.42.0 // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/telemetry v0.0.0-20261010193011-f71dc92da45e // indirect
	golang.org/x/tools v0.52.0 // indirect
	golang.org/x/vuln v1.9.0 // indirect
)

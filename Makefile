# What can be done here: `make help`. It needs Go, bash and what every Unix has;
# `make race` needs a C compiler too, and `make check-docs` Python. Tools of other
# origin are pinned in tools/*.mod, one file each, and fetched by Go at their first
# use; those in Python are pinned in tools/check-docs.txt.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

GO ?= go
FUZZTIME ?= 60s
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)

golangci_lint := $(GO) tool -modfile=tools/golangci-lint.mod golangci-lint
govulncheck := $(GO) tool -modfile=tools/govulncheck.mod govulncheck
actionlint := $(GO) tool -modfile=tools/actionlint.mod actionlint
contracts = $(wildcard openapi/*.yaml)
vendorclient = fixtures/vendorclient

.PHONY: help
help: ## Show this help
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: build
build: ## Build bin/clause
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-X main.version=$(VERSION)' -o bin/clause ./tools/clause

.PHONY: verify
verify: build ## Check the contracts, then hold the reference implementation to them
	@for contract in $(contracts); do echo "bin/clause lint $$contract"; bin/clause lint "$$contract"; done
	bin/clause verify

.PHONY: prove
prove: build ## Try the tests on implementations that are wrong on purpose
	bin/clause prove

.PHONY: test
test: ## Run every test
	$(GO) test ./...

.PHONY: interop
interop: ## Run the tests with the vendor's own client, which fetch it (47 MB) the first time
	cd $(vendorclient) && $(GO) test ./...

# What the race detector can find something in: packages that guard what several
# goroutines use, and contract, whose tests run all of the others with many workers.
# To run the rest with it, too, which plans, compares or writes with one goroutine,
# would take as long again. That they are right, and vetted, is for make test.
raced = ./contract ./fixtures/reference ./fixtures/nethttp $$($(GO) list -f '{{range .Imports}}{{if or (eq . "sync") (eq . "sync/atomic")}}\
	{{$$.ImportPath}} {{end}}{{end}}' ./contract/... ./tools/clause | tr ' ' '\n' | sort -u)

.PHONY: race
race: ## Run the tests of what is concurrent with the race detector, the proofs shortened
	CGO_ENABLED=1 $(GO) test -race -short -vet=off -timeout 40m $(raced)

.PHONY: lint
lint: ## Run the linters
	$(golangci_lint) run ./...
	@cd $(vendorclient) && "$$($(GO) tool -C ../.. -modfile=tools/golangci-lint.mod -n golangci-lint)" run ./...

.PHONY: format
format: ## Format the Go files as the linters want them
	$(golangci_lint) fmt ./...

.PHONY: check-docs
check-docs: ## Hold docs/ci/ to its schemas, and try its image; without Python in part
	$(actionlint) -shellcheck= -pyflakes= docs/ci/github*.yml
	.ci/check-docs

.PHONY: vuln
vuln: ## Look for known vulnerabilities in what is used (GOVULNDB: another database)
	$(govulncheck) $(if $(GOVULNDB),-db '$(GOVULNDB)') ./...

.PHONY: pictures
pictures: VERSION = v0.1.0
pictures: build ## Make the pictures in docs/pictures anew, which needs Python and Chromium
	docs/pictures/make

.PHONY: generate
generate: ## Make generated/ anew from the contracts
	$(GO) run ./tools/generate

.PHONY: check-generated
check-generated: ## Fail unless generated/ is exactly what the contracts give
	$(GO) run ./tools/generate -check

# The packages that have benchmarks: to build the tests of the others takes longer.
benched = $$(grep -rlE --include='*_test.go' --exclude-dir=node_modules '^func Benchmark' contract fixtures tools | xargs -n1 dirname | sort -u | sed 's|^|./|')

.PHONY: bench
bench: ## Run every benchmark, with allocations
	$(GO) test -run '^$$' -vet=off -bench . -benchmem $(benched)

.PHONY: bench-once
bench-once: ## Run every benchmark once, the longest shortened; one that does not end fails
	$(GO) test -run '^$$' -short -vet=off -bench . -benchtime 1x -timeout 120s $(benched)

# each-fuzz is a loop over every fuzz target, package by package: file and name say
# which.
define each-fuzz
targets=$$(grep -rEo --include='*_test.go' --exclude-dir=node_modules '^func Fuzz[A-Za-z0-9_]*' . | sed 's/func //' | sort || true); \
[[ -n $$targets ]] || { echo 'no fuzz target (func FuzzName in a _test.go file) found' >&2; exit 1; }; \
while IFS=: read -r file name
endef

.PHONY: fuzz
fuzz: ## Run every fuzz target in turn, each for FUZZTIME (60s)
	@$(each-fuzz); do \
		echo "$$name in $$(dirname "$$file"), $(FUZZTIME)"; \
		$(GO) test -C "$$(dirname "$$file")" -run '^$$' -fuzz "^$$name\$$" -fuzztime '$(FUZZTIME)' -fuzzminimizetime 20x </dev/null; \
	done <<<"$$targets"

# The flag -fuzz would have all that a target uses built anew, to see what it
# covers. With -c it does not, and the tests of a package are built once.
.PHONY: fuzz-once
fuzz-once: ## Run every fuzz target on its seeds and on some hundred inputs made from them
	@cache=$$(mktemp -d); trap 'rm -rf "$$cache"' EXIT; built=; \
	$(each-fuzz); do \
		dir=$$(dirname "$$file"); echo "$$name in $$dir"; \
		[[ $$dir == "$$built" ]] || $(GO) test -C "$$dir" -c -o "$$cache/fuzz.test" .; \
		built=$$dir; \
		(cd "$$dir" && "$$cache/fuzz.test" -test.run '^$$' -test.timeout 60s -test.fuzz "^$$name\$$" -test.fuzztime 500x \
			-test.fuzzminimizetime 20x -test.fuzzcachedir "$$cache/corpus") </dev/null; \
	done <<<"$$targets"

.PHONY: clean
clean: ## Remove what was built
	rm -rf bin

# lienket: every line below is a sentence; `make` alone prints them.
SHELL := bash
GO ?= go
TOOL := $(GO) tool -modfile=tools/go.mod
PKGS := ./...

.PHONY: help run dev check test test-long golden bench bench-web bench-solver shape templ browser postgres axe

help: ## Print this list.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: ## Run the sample province on http://127.0.0.1:8080.
	$(GO) run ./cmd/lienket demo

dev: templ run ## Generate the screens, then run the sample province.

templ: ## Generate the Go files of all screens.
	$(TOOL) templ generate

check: ## Format, vet, staticcheck, generated files, arrows, rooms, texts, routes.
	@bad=$$($(TOOL) gofumpt -l $$(git ls-files '*.go' ':!*_templ.go')); if [ -n "$$bad" ]; then echo "not formatted: $$bad"; exit 1; fi
	$(GO) vet $(PKGS)
	$(TOOL) staticcheck $(PKGS)
	@before=$$(cat $$(git ls-files '*_templ.go') | sha256sum); $(TOOL) templ generate >/dev/null 2>&1; after=$$(cat $$(git ls-files '*_templ.go') | sha256sum); \
	  if [ "$$before" != "$$after" ]; then echo "generated screens are stale: run make templ and commit"; exit 1; fi
	$(GO) test ./internal/app -run 'Arrows|Rooms|Texts|Routes'

postgres: ## Install PostgreSQL for the tests where it is missing (Debian).
	@ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || tools/debian postgresql

browser: ## Install Chromium for the tests where it is missing (Debian).
	@command -v chromium >/dev/null 2>&1 || tools/debian chromium fonts-dejavu-core

axe: ## Install the accessibility checker (npm, development only).
	@test -f tools/axe/node_modules/axe-core/axe.min.js || tools/axe/install

test: postgres browser axe ## Run all tests on SQLite, PostgreSQL and Chromium (also what CI runs).
	LIENKET_TEST_BROWSER=1 $(GO) run ./internal/base/db/dbtest/pgcluster -- $(GO) test -timeout 45m $(PKGS)

test-long: postgres browser axe ## Run the long faults, fuzzing and cross products (before an issue is resolved).
	LIENKET_LONG=1 LIENKET_TEST_BROWSER=1 $(GO) run ./internal/base/db/dbtest/pgcluster -- $(GO) test -count=1 -timeout 60m $(PKGS)
	tools/fuzz 30s

golden: ## Write the golden files anew (look at the diff before committing).
	$(GO) run ./internal/base/db/dbtest/pgcluster -- $(GO) test ./internal/app ./internal/schema -run Golden -update
	$(GO) test ./internal/area/market -run MessyWorkbooks -update

bench: ## Print the benchmarks (ratios, never timed tests).
	$(GO) test -run '^$$' -bench . -benchtime 1x ./mincost ./internal/engine/... ./internal/area/market ./internal/base/db

shape: ## Print how long our files are and how much of them is comment and test.
	@$(GO) run -C tools ./shape ..

bench-web: postgres ## Measure the pages against a fixed page and PocketBase (ratios; some minutes; loads this machine only).
	@command -v wrk >/dev/null 2>&1 || tools/debian wrk
	$(GO) run -C tools/benchweb . $(ARGS)

bench-solver: ## Measure mincost against LEMON (ratios; some minutes; ARGS="-only province -rounds 5").
	@test -e /usr/include/lemon/network_simplex.h || tools/debian g++ liblemon-dev
	$(GO) run -C tools/benchsolver . $(ARGS)

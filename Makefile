# One command each. `make help` documents them; every target does its own set-up.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help deps generate build release test lint bench bench-wire bench-db hostile chaos fuzz certs demo up down clean

# Where the daemon of `make up` keeps its state, log and certificates.
ICDS_STATE ?= .icds
export ICDS_STATE

# Arguments handed on: `make test ARGS='--filter Wire'`, `make demo ARGS=…`, `make bench ARGS=…`.
ARGS ?=

# How long `make fuzz` tries.
SECONDS ?= 60

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' \
		$(MAKEFILE_LIST)

deps: ## Install the Debian packages that are missing and check the Swift toolchain
	@scripts/deps

generate: deps ## Write the generated code anew from proto/
	@scripts/deps --tools
	Generator/generate

build: deps ## Build the daemon, the command line and the demo (debug)
	swift build

release: deps ## Build the daemon and the command line as they are to be run; prints where they are
	@scripts/release

# One after the other: many tests watch time limits, and a loaded machine would decide their outcome.
test: deps ## Build and run all tests (ARGS='--filter …' runs some, and not those of the Python client)
	@scripts/deps --tools
	swift test --no-parallel $(ARGS)
ifeq ($(ARGS),)
	cd Generator && python3 -B -m unittest discover -q -s tests -t .
	clients/python/test
endif

lint: deps ## Check formatting, proto/, house rules and that generated code is current
	@scripts/deps --tools
	@scripts/lint

bench: deps ## Measure echo calls and GetClient beside their peers (JSON=1: one object a line)
	@scripts/bench $(ARGS)

bench-wire: deps ## Measure Wire beside gRPC C++, grpc-swift-2 and OpenSSL (JSON=1: one object a line)
	@scripts/deps --peers
	@scripts/bench-wire $(ARGS)

bench-db: deps ## Measure the database layer beside pgbench (JSON=1: one object a line)
	@scripts/bench-db $(ARGS)

hostile: deps ## Attack a server in every way and measure what good clients feel (ten minutes)
	@scripts/hostile $(ARGS)

chaos: deps ## Kill the daemon and its database under load, a hundred times, and check what is left
	@scripts/chaos $(ARGS)

fuzz: deps ## Give random bytes to the decoders for SECONDS=60, with libFuzzer (Fuzz/README.md)
	@scripts/fuzz $(SECONDS)

certs: deps ## Make a development CA and certificates under .icds/certs
	@scripts/development-certificates

demo: deps ## Run the main job from end to end on the national register
	@scripts/demo $(ARGS)

up: deps ## Start the daemon in the background and print the lines to use it with icds
	@scripts/up

down: ## Stop the daemon that `make up` started
	@scripts/down

clean: down ## Stop the daemon and remove the build; the state folder .icds stays
	swift package clean
	rm -rf .build-release .build-peers .build-fuzz .venv clients/python/.venv

# Every verb does all the set-up that it needs; `make setup` takes no time when nothing has changed.
# Prerequisites: Linux, make, Python 3.11 with venv. All state stays inside this folder.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
PYTHON ?= python3.11
include tools/env.mk

.PHONY: help setup demo test lint prove prove-mutants mutants bench-gas bench-fuzz forge artifacts package format lock third-party clean

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 20
setup: ## what every other verb needs: .venv and node_modules, from locked and hashed packages
	@$(PYTHON) tools/setup.py
demo: setup ## the Nomad attack of 2022 replayed without and with guardrails
	@guardrails drill nomad
test: setup ## Solidity and Python tests; ARGS="-k pause" goes to pytest
	@tools/run_tests $(ARGS)
lint: setup ## formatting, types, locks, hygiene
	@tools/run_lint
prove: ## proofs and static analysis (has a virtual environment of its own)
	@$(PYTHON) tools/setup.py prove && python tools/prove.py $(ARGS)
prove-mutants: ## small faults in the contracts, each of which a proof must see; ARGS="OnlyTighten"
	@$(PYTHON) tools/setup.py prove && python tools/prove.py --teeth $(ARGS)
mutants: setup ## small faults in the guards, each of which a test must see (an hour; ARGS="--only guards/lock")
	@python tools/mutants.py $(ARGS)
bench-gas: setup ## what each guard costs, beside its peers
	@python bench/gas.py $(ARGS)
bench-fuzz: setup ## how fast the fuzz lab is and what it finds, beside Ape and forge; ARGS=--quick
	@python bench/fuzz.py $(ARGS)
forge: setup ## forge with this checkout's compiler; ARGS="test --match-contract Pause"
	@tools/forge $(ARGS)
artifacts: setup ## compile what is deployed into guardrails/artifacts/data
	@python tools/build_artifacts.py
package: setup ## the wheel, and the contracts as an npm tarball, into out/packages
	@python tools/package.py $(ARGS)
format: setup ## rewrite Python and Solidity in the agreed format
	@ruff check -q --fix . ; ruff format -q . && tools/forge fmt
lock: setup ## lock the dependencies again (needs uv); ARGS=--upgrade for newer ones
	@tools/lock.sh $(ARGS)
third-party: setup ## rewrite THIRD_PARTY.md from what is installed
	@python tools/third_party.py
clean: ## remove all state
	rm -rf .venv .venv-prove node_modules .cache .ape out

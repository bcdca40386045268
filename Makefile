# Every command of the project. Needs bash, coreutils, git and Python 3.11; the rest it installs into .venv.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help up demo status test check e2e screenshots lighthouse faults bench format docs lock clean

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
LOCKS := requirements
SOURCES := libs/common $(wildcard services/*) local
MEMBERS := $(addsuffix /pyproject.toml,$(SOURCES))
NODE_MODULES := client/node_modules/.package-lock.json
MODELS := infra/tests/models/node_modules/.package-lock.json
LIGHTHOUSE := tests/lighthouse/node_modules/.package-lock.json
# Node comes as a wheel; npm's scripts find it on the path.
NPM := cd client && PATH="$(CURDIR)/$(BIN):$$PATH" npm
export PYTHONUTF8 := 1
# What was compiled once need not be again: a test run starts some hundred processes.
unexport PYTHONDONTWRITEBYTECODE

help: ## List the commands
	@python3 -c 'import re; [print(f"  make {t:<12}{h}") for t, h in re.findall(r"^([a-z0-9-]+):.*?## (.*)", open("Makefile").read(), re.M)]'

up: $(VENV)/.runtime ## Start the whole system and print its address
	@$(BIN)/ticketing up

demo: $(VENV)/.runtime ## Fill a running system with a tour, its tickets and 50 people
	@$(BIN)/ticketing demo

status: $(VENV)/.runtime ## Show every process of the running system
	@$(BIN)/ticketing status

test: $(VENV)/.dev $(MODELS) ## Run the tests against real PostgreSQL and NATS
	@$(BIN)/pytest -n 2

check: $(VENV)/.dev $(NODE_MODULES) $(MODELS) ## Lint, types, import contracts, manifests, generated files
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports
	@$(BIN)/pytest -q infra
	@for member in $(SOURCES); do (cd $$member && $(CURDIR)/$(BIN)/deptry . --no-ansi --extend-exclude tests --known-first-party $${member##*/}); done
	@$(BIN)/python tools/docs.py --check
	@$(NPM) run --silent check
	@$(NPM) test --silent
	@$(NPM) run --silent gen && git diff --exit-code --stat -- client/lib/api

e2e: $(VENV)/.dev ## Drive the whole system through its gateway
	@$(BIN)/pytest tests/e2e -m e2e

screenshots: $(VENV)/.dev ## Take a picture of every page in every state, into screenshots/
	@PYTHONPATH=tests/kit $(BIN)/python -m screens_kit $(if $(ONLY),--only '$(ONLY)')

lighthouse: $(VENV)/.dev $(LIGHTHOUSE) ## Audit home, event and order page as a phone sees them
	@PYTHONPATH=tests/kit $(BIN)/python tests/lighthouse/measure.py

docs: $(VENV)/.dev $(NODE_MODULES) ## Write the generated documents and the client's types
	@$(BIN)/python tools/docs.py
	@$(NPM) run --silent gen

faults: $(VENV)/.dev ## Kill everything under load, and check the books (minutes)
	@$(BIN)/pytest tests/faults/test_steps.py tests/faults/test_kills.py tests/faults/test_points.py tests/faults/test_last_second.py

bench: $(VENV)/.dev ## Measure an on-sale on this machine, and write docs/benchmarks.md
	@PYTHONPATH=tests/kit $(BIN)/python tests/bench/bench.py

format: $(VENV)/.dev $(NODE_MODULES) ## Format the sources and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(NPM) run --silent format

lock: $(UV) ## Lock the dependencies again
	@$(UV) lock
	@$(UV) export --quiet --all-packages --all-extras --no-emit-workspace --no-header --no-annotate -o $(LOCKS)/dev.txt
	@$(UV) export --quiet --package local --no-dev --no-emit-workspace --no-header --no-annotate -o $(LOCKS)/runtime.txt
	@for service in $(notdir $(wildcard services/*)); do \
	  $(UV) export --quiet --package $$service --no-dev --no-emit-workspace --no-header --no-annotate -o $(LOCKS)/$$service.txt; done

clean: ## Remove what was installed and built; the data folder stays
	rm -rf $(VENV) build screenshots client/.next $(dir $(NODE_MODULES) $(MODELS) $(LIGHTHOUSE))

$(UV): $(LOCKS)/bootstrap.txt
	@python3 -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Ticketing needs Python 3.11 or newer, and python3 is %d.%d." % sys.version_info[:2])'
	@echo "installing uv into $(VENV)"
	@python3 -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCKS)/bootstrap.txt
	@touch $@

define install
	@echo "installing $(1) dependencies into $(VENV)"
	@VIRTUAL_ENV=$(VENV) $(UV) pip sync --compile-bytecode --require-hashes $(LOCKS)/$(1).txt $(LOCKS)/bootstrap.txt
	@VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --no-deps $(addprefix -e ,$(SOURCES))
endef

$(VENV)/.dev: $(UV) $(LOCKS)/dev.txt $(MEMBERS)
	$(call install,dev)
	@touch $@ $(VENV)/.runtime

$(VENV)/.runtime: $(UV) $(LOCKS)/runtime.txt $(MEMBERS)
	$(call install,runtime)
	@touch $@

$(NODE_MODULES): $(VENV)/.dev client/package-lock.json
	@echo "installing the client's dependencies"
	@$(NPM) ci --silent --ignore-scripts
	@touch $@

$(MODELS): $(VENV)/.dev infra/tests/models/package-lock.json
	@echo "installing the schemas that manifests are checked against"
	@cd infra/tests/models && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --ignore-scripts
	@touch $@

$(LIGHTHOUSE): $(VENV)/.dev tests/lighthouse/package-lock.json
	@echo "installing Lighthouse"
	@cd tests/lighthouse && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --ignore-scripts
	@touch $@

# One set of commands for people, documentation and CI. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INDEX ?= indexes/demo
SHARED ?=

.PHONY: help setup setup-system demo serve test test-all lint fix bench bench-all golden corpus lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(VENV)/.ready: requirements.lock pyproject.toml scripts/setup.sh
	@PYTHON=$(PYTHON) bash scripts/setup.sh

setup-system: ## tesseract for scanned pages (by apt where it may)
	@bash scripts/setup-system.sh

setup: setup-system $(VENV)/.ready ## .venv with every pinned package, and the system parts

demo: setup ## read corpus/, then four questions with their answers
	@$(BIN)/python scripts/demo.py --index $(INDEX)

serve: setup ## the demo index over HTTP on loopback
	@test -d $(INDEX) || $(BIN)/kb ingest corpus/policy corpus/profiles --index $(INDEX)
	@$(BIN)/kb serve --index $(INDEX)

test: setup ## the tests (under 15 minutes on 2 cores)
	@$(BIN)/python -m pytest $(ARGS)

test-all: setup ## the tests, the long ones too
	@$(BIN)/python -m pytest -m "slow or not slow" $(ARGS)

lint: $(VENV)/.ready ## ruff and strict mypy
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

fix: $(VENV)/.ready ## what ruff can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: setup ## the measures on the project's own data
	@$(BIN)/python -m bench.run --own

bench-all: setup ## all measures: make bench-all SHARED=folder
	@$(BIN)/python -m bench.run --shared "$(SHARED)"

golden: setup ## write the golden files anew; read them in the diff
	@$(BIN)/python -m pytest tests/test_golden.py --golden

corpus: $(VENV)/.ready ## typeset corpus/ from its sources
	@$(BIN)/python corpus/build/policy.py
	@$(BIN)/python corpus/build/profiles.py
	@$(BIN)/python corpus/build/manifest.py

lock: ## pin what is installed in .venv now
	@bash scripts/lock.sh

clean: ## remove .venv and built indexes
	@rm -rf $(VENV) indexes/demo .mypy_cache .ruff_cache .pytest_cache

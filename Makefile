# Two commands for newcomers: make run, make test. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
SOURCES := $(shell find interviewprep/frontend -type f -not -path '*/node_modules/*' 2>/dev/null)

.PHONY: help run test lint torture mutants bench screenshots assets clean

help: ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 24

run: $(STAMPS)/run ## install if need be, then start the app on http://127.0.0.1:8000
	$(BIN)/interviewprep serve $(ARGS)

test: $(STAMPS)/test ## every test, the long proofs at about a twentieth of their size
	@if [ -z "$$INTERVIEWPREP_TEST_DECKS" ]; then unset INTERVIEWPREP_TEST_DECKS; fi; \
	  $(BIN)/python -m pytest -n $${TEST_PROCESSES:-auto} --dist loadgroup $(ARGS)

lint: $(STAMPS)/test ## what the tests check of style and types, alone
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

torture: $(STAMPS)/test ## the long proofs at their full size
	TORTURE=1 $(BIN)/python -m pytest -m torture -s $(ARGS)

mutants: $(STAMPS)/test ## put small mistakes into the solutions of exercises; do tests notice?
	$(BIN)/interviewprep deck run --mutants $(ARGS)

bench: $(STAMPS)/test ## the figures of docs/performance.md, measured here
	$(BIN)/python -m benchmarks $(ARGS)

screenshots: $(STAMPS)/test ## the pictures of the README
	$(BIN)/python -m tests.browser.take_pictures

assets: $(STAMPS)/test ## build the front end of this checkout again
	$(BIN)/python hatch_build.py

clean: ## remove what these commands made
	rm -rf $(VENV) build dist interviewprep/web/static/dist interviewprep/frontend/node_modules

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "error: Python 3.11 or newer is needed; name one with make PYTHON=python3.12 run" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(STAMPS)/run: $(VENV)/bin/python pyproject.toml hatch_build.py $(SOURCES)
	@echo "Installing packages and building the pages: a minute or two the first time …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/test: $(VENV)/bin/python pyproject.toml hatch_build.py $(SOURCES)
	@echo "Installing packages and building the pages: a minute or two the first time …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@mkdir -p $(STAMPS) && touch $@ $(STAMPS)/run

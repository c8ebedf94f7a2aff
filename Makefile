# One command a chore. Needs python3 (3.11 or later) with venv and pip, make and git; everything else is set up in .venv.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(STAMP): requirements/dev.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

install: $(STAMP) ## set up .venv with pinned dependencies

demo: $(STAMP) ## run the whole product on sample feeds over loopback; digests land in demo-out/
	@$(BIN)/figurewatch demo

run: $(STAMP) ## run the daemon with feeds.yaml; digests go to the console until you configure a channel
	@$(BIN)/figurewatch run

test: test-quick test-chaos ## run the tests

test-quick: $(STAMP) ## run the tests that kill nothing
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "not chaos"

test-chaos: $(STAMP) ## kill, starve and besiege the real daemon
	@$(BIN)/python -m pytest -n auto --dist loadgroup -m chaos

thorough: $(STAMP) ## try every law and every wounded document on twenty times the examples
	@FIGUREWATCH_EXAMPLES=thorough $(BIN)/python -m pytest -n auto --dist worksteal tests/core tests/packs tests/alerts tests/contract tests/config tests/sources

fuzz: $(STAMP) ## mutate documents, led by the branches they reach, FIGUREWATCH_FUZZ seconds a kind (needs network once)
	@test -d .venv/fuzz/atheris || $(BIN)/python -m pip install --quiet --disable-pip-version-check --target .venv/fuzz atheris==3.0.0
	@for kind in feed page opml config figures; do PYTHONPATH=.venv/fuzz $(BIN)/python tools/fuzz.py $$kind -max_total_time=$${FIGUREWATCH_FUZZ:-60}; done

coverage: $(STAMP) ## measure branch coverage of the core, the alerts and the store, and fail below its floor
	@$(BIN)/coverage run -m pytest -n 0 tests/core tests/packs tests/seeds tests/alerts tests/contract tests/steps
	@$(BIN)/coverage report

locales: $(STAMP) ## read back a thousand values in every format of forty locales
	@$(BIN)/python tests/babel_figures.py

chaos: $(STAMP) ## kill daemons a thousand times on SQLite and a thousand times on PostgreSQL (half an hour)
	@FIGUREWATCH_KILLS=$${FIGUREWATCH_KILLS:-1000} $(BIN)/python -m pytest -n auto tests/chaos

check: $(STAMP) ## ruff, mypy strict, import-linter; packages against the lock, doors against their list
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pip --quiet check
	@$(BIN)/python -m pytest -n 0 tests/tools/test_lock.py tests/sources/test_doors.py

audit: $(STAMP) ## look the locked packages up among the known weaknesses (needs network)
	@$(PYTHON) -m venv .venv/audit && .venv/audit/bin/pip install --quiet --disable-pip-version-check pip-audit
	@.venv/audit/bin/pip-audit --requirement requirements/run.lock --require-hashes --disable-pip

eval: $(STAMP) ## print the scores of the evaluation sets
	@$(BIN)/python tools/evaluate.py

bench: $(STAMP) ## measure beside the peers, in an environment of its own
	@$(BIN)/python bench/run.py

lock: ## renew requirements/*.lock from pyproject.toml (needs uv)
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml -o requirements/run.lock
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --constraint requirements/run.lock --group test --group check --group build pyproject.toml -o requirements/dev.lock
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --constraint requirements/dev.lock --group build -o requirements/build.lock
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate requirements/bench.in -o requirements/bench.lock

.PHONY: help install demo run test test-quick test-chaos thorough fuzz coverage locales chaos check audit eval bench lock

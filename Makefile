# Each target installs what it needs into .venv from uv.lock, so there is no other set-up step.
PYTHON ?= python3
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
SYNC := $(BIN)/python -m uv sync --quiet --frozen --inexact --python $(BIN)/python

.PHONY: demo run test bench check format clean
.DEFAULT_GOAL := demo

.venv/.uv: uv.lock
	@$(PYTHON) -c 'import sys; sys.exit("Tapedeck needs Python 3.11 or newer: set PYTHON=/path/to/python3.11" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m uv --version >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@touch $@

.venv/.runtime: .venv/.uv pyproject.toml
	@$(SYNC) --no-dev
	@touch $@

.venv/.dev: .venv/.uv pyproject.toml
	@$(SYNC)
	@touch $@ .venv/.runtime

demo: .venv/.runtime ## a mixtape from sample tracks that are made on the spot
	@$(BIN)/tapedeck demo

run: .venv/.runtime ## the bot, with the local chat on http://127.0.0.1:8321/
	@$(BIN)/tapedeck run

test: .venv/.dev
	@$(BIN)/python -m pytest

bench: .venv/.dev
	@$(BIN)/python -m tests.bench

check: .venv/.dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: .venv/.dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache

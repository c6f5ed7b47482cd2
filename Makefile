# Each target installs what it needs into .venv from uv.lock: there is no other set-up step.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$each -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$each && break; done)
UV := uv==0.13.8
BIN := .venv/bin
# As git and pip do, so that it works behind a company's proxy; uv's own list where there is none.
export UV_SYSTEM_CERTS ?= $(if $(wildcard /etc/ssl/cert*/* /etc/pki/tls/certs/*),true,false)
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
# Compiled once at the install: where Python may not write its cache, each start would take twice as long.
SYNC := $(BIN)/python -m uv sync --quiet --frozen --inexact --compile-bytecode --python $(BIN)/python

.PHONY: demo run test bench check format clean
.DEFAULT_GOAL := demo

.venv/.uv: Makefile
	@test -n "$(PYTHON)" && $(PYTHON) -c '$(NEW_ENOUGH)' || \
		{ echo "Tapedeck needs Python 3.11 or newer: set PYTHON=/path/to/python3.11" >&2; exit 1; }
	@test -x $(BIN)/tapedeck || echo "Installing what Tapedeck needs into .venv (the first time takes a minute) …" >&2
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV)
	@touch $@

.venv/.runtime: .venv/.uv pyproject.toml uv.lock
	@$(SYNC) --no-dev
	@touch $@

.venv/.dev: .venv/.uv pyproject.toml uv.lock
	@$(SYNC)
	@touch $@ .venv/.runtime

demo: .venv/.runtime ## a mixtape from sample tracks that are made on the spot
	@$(BIN)/tapedeck demo

run: .venv/.runtime ## the bot, with the local chat on http://127.0.0.1:8321/
	@$(BIN)/tapedeck run

test: .venv/.dev
	@$(BIN)/python -m pytest -n auto --dist worksteal

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

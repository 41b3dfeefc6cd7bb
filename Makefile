# `make check` is what CI runs. PYTHON names the interpreter that makes the virtual environment.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: check lint types test docs docs-check clean

check: lint types docs-check test

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch $@

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/installed
	$(BIN)/mypy

test: $(VENV)/installed
	$(BIN)/pytest -n auto

docs: $(VENV)/installed
	$(BIN)/python scripts/docs.py

docs-check: $(VENV)/installed
	$(BIN)/python scripts/docs.py --check

clean:
	rm -rf $(VENV) dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

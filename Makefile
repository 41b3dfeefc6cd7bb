# CI runs `make check`. PYTHON is the interpreter for the virtual environment.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: check lint types test oldest docs docs-check workflows constraints clean

check: lint types docs-check workflows test

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

# Fails below the coverage required by pyproject.toml; `.venv/bin/coverage report -m` lists the code
# that the tests do not run.
test: $(VENV)/installed
	$(BIN)/pytest -n auto --cov --cov-report=

# Tests the plug-in with the oldest supported cfn-lint; `make test` uses the newest.
oldest: $(VENV)/oldest/installed
	$(VENV)/oldest/bin/pytest -p no:cacheprovider tests/test_cfn_lint.py

$(VENV)/oldest/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)/oldest
	sed -n 's/^ *"cfn-lint>=\(.*\),.*/cfn-lint==\1/p' pyproject.toml > $(VENV)/oldest/constraints.txt
	test -s $(VENV)/oldest/constraints.txt
	$(VENV)/oldest/bin/python -m pip install --quiet --editable . --constraint $(VENV)/oldest/constraints.txt pytest hypothesis
	touch $@

docs: $(VENV)/installed
	$(BIN)/python scripts/docs.py

docs-check: $(VENV)/installed
	$(BIN)/python scripts/docs.py --check

# Without shellcheck and pyflakes, which actionlint runs only if they are installed; without network.
workflows: $(VENV)/installed
	$(BIN)/actionlint -shellcheck= -pyflakes= .github/workflows/*.yml
	$(BIN)/zizmor --offline --no-progress --quiet --strict-collection --persona pedantic .github/workflows action.yml

# The versions that the GitHub Action installs: the newest compatible ones.
constraints:
	rm -rf $(VENV)/constraints
	$(PYTHON) -m venv $(VENV)/constraints
	$(VENV)/constraints/bin/python -m pip install --quiet '.[terraform]'
	grep '^#' constraints.txt > $(VENV)/constraints/header
	$(VENV)/constraints/bin/python -m pip freeze --exclude sfn-lint \
		| cat $(VENV)/constraints/header - > constraints.txt
	rm -rf $(VENV)/constraints

clean:
	rm -rf $(VENV) dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.*

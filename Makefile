# `make check` is what CI runs. PYTHON names the interpreter that makes the virtual environment.
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

# Fails below the coverage that pyproject.toml asks for; `.venv/bin/coverage report` shows what the
# tests do not run.
test: $(VENV)/installed
	$(BIN)/pytest -n auto --cov --cov-report=

# The plug-in with the oldest cfn-lint that it says it works with; `make test` runs it with the
# newest.
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

# Without shellcheck and pyflakes, which actionlint runs only where it finds them; without the network.
workflows: $(VENV)/installed
	$(BIN)/actionlint -shellcheck= -pyflakes= .github/workflows/*.yml
	$(BIN)/zizmor --offline --no-progress --quiet --strict-collection --persona pedantic .github/workflows action.yml

# What the action installs: the newest versions that go together.
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

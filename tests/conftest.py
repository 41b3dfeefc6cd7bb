"""What the tests share."""

import os

import pytest
from hypothesis import settings

# A machine that decides whether work lands draws the same examples each time; people's draw anew.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite testdata/**/*.expected")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update"))


@pytest.fixture(autouse=True)
def _mistakes_are_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line goes on when a rule fails: not where rules are tested."""
    monkeypatch.setenv("SFN_LINT_DEBUG", "1")

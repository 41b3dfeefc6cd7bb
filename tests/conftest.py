"""Fixtures and settings of all tests."""

import os

import pytest
from hypothesis import HealthCheck, settings

from sfnlint import data_dates
from sfnlint.rule import Rule, all_rules

OF_EVERY_MACHINE = ("IF710", "IF711")
"""Nearly every example is neither logged nor traced: only tests whose name has the identifier, or
that use `every_rule`, hear of it."""

# No test depends on the load of the computer. CI uses the same examples in each run.
settings.register_profile(
    "sfn-lint",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("sfn-lint")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite testdata/**/*.expected")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update"))


@pytest.fixture
def every_rule() -> None:
    """See `OF_EVERY_MACHINE`."""


@pytest.fixture(autouse=True)
def quiet_about_every_machine(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = all_rules()
    assert isinstance(rules, dict)
    for identifier in OF_EVERY_MACHINE:
        if identifier not in request.node.name and "every_rule" not in request.fixturenames:
            silent: Rule = rules[identifier]._replace(check=lambda _: ())
            monkeypatch.setitem(rules, identifier, silent)


@pytest.fixture(autouse=True)
def _the_data_is_recent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sfnlint.cli.data_age.today", data_dates.sdk_operations)


@pytest.fixture(autouse=True)
def _colours_are_as_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _mistakes_are_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """Raise the exceptions of rules, after which the command line would continue."""
    monkeypatch.setenv("SFN_LINT_DEBUG", "1")

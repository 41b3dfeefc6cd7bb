"""Every rule has a page with working examples, a short file and one place for its identifier."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from statistics import median

import pytest

from sfnlint.engine import run_text
from sfnlint.options import Options
from sfnlint.rule import Rule, all_rules

RULES = list(all_rules().values())


def file_of(rule: Rule) -> Path:
    return Path(import_module(rule.module.name).__file__ or "")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_page(rule: Rule) -> None:
    assert list(rule.page) == ["Why", "Bad", "Good", "Source"]
    assert rule.summary
    assert not rule.summary.endswith(".")
    assert all(line.startswith("https://") for line in rule.page["Source"].split("\n"))
    assert re.fullmatch(r"[EWI]F[0-7]\d\d", rule.id)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.name)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
@pytest.mark.parametrize("section", ["Bad", "Good"])
def test_example(rule: Rule, section: str) -> None:
    text = rule.page[section]
    named = re.match(r"// (\S+)\n", text)
    name = named[1] if named else "example"
    found = {finding.rule for finding in run_text(text, name, Options()).findings}
    if section == "Bad":
        assert rule.id in found
    else:
        assert found == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_file_is_named_after_the_rule(rule: Rule) -> None:
    file = file_of(rule).name
    assert file == f"{rule.id}_{rule.name}.py".replace("-", "_").lower()


def test_rules_are_short() -> None:
    lines = [length(rule) for rule in RULES]
    assert median(lines) <= 40
    assert max(lines) <= 60


def length(rule: Rule) -> int:
    """Return the number of lines of a rule's file beyond its page."""
    text = file_of(rule).read_text(encoding="utf-8")
    return text.count("\n") - rule.doc.count("\n")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_identifier_is_written_once(rule: Rule) -> None:
    text = file_of(rule).read_text(encoding="utf-8")
    code = text.split('"""', 2)[2]
    assert code.count(f'"{rule.id}"') == 1

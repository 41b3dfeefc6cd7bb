"""Rules are imported only for what they look at, and miss nothing by it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import sfnlint
from sfnlint.finding import Finding
from sfnlint.rule import Check, RuleGroup, RuleModule, all_rules

ROOT = Path(__file__).parent.parent
TOPICS = sorted({rule.module.name.split(".")[1] for rule in all_rules().values()})
GROUPS: list[RuleGroup] = [
    group
    for topic in TOPICS
    for group in getattr(import_module(f"sfnlint_rules.{topic}"), "GROUPS", ())
]


def test_each_rule_is_in_at_most_one_group() -> None:
    grouped = [identifier for group in GROUPS for identifier in sorted(group.rules)]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) <= set(all_rules())


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: min(group.rules))
def test_a_group_names_what_its_rules_check(group: RuleGroup) -> None:
    for identifier in group.rules:
        module = all_rules()[identifier].module
        alone = RuleModule(module.name, (identifier, all_rules()[identifier].name), None)
        assert alone.about == group.about


def test_a_module_registers_the_rule_of_its_name() -> None:
    module = RuleModule("sfnlint_rules.flow.ef204_no_terminal_state", ("EF204", "other"), None)
    with pytest.raises(ValueError, match="does not register EF204, other"):
        module.findings(None)


@pytest.mark.parametrize("folder", sorted(ROOT.glob("testdata/*")), ids=lambda folder: folder.name)
def test_rules_have_no_findings_where_their_group_is_not_concerned(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    skipped: list[Finding] = []

    def checked(module: RuleModule) -> Check:
        def check(target: object) -> Iterator[Finding]:
            concerns = module.group and module.group.concerns
            if concerns and not concerns(target):
                skipped.extend(module.check(target))
            return module.findings(target)

        return check

    rules = {
        identifier: rule._replace(check=checked(rule.module))
        for identifier, rule in all_rules().items()
    }
    monkeypatch.setattr("sfnlint.engine.all_rules", lambda: rules)
    sfnlint.check([folder])
    assert skipped == []


def test_a_small_run_imports_few_rules(tmp_path: Path) -> None:
    (tmp_path / "a.asl.json").write_text('{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}')
    code = (
        "import sys\n"
        "from sfnlint.cli import main\n"
        "main(['check', 'a.asl.json'])\n"
        "print(*(name for name in sys.modules if name.startswith('sfnlint_rules.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    imported = done.stdout.split()
    assert "sfnlint_rules.definition" in imported
    for topic in ("missing", "excessive", "documents"):
        assert not [name for name in imported if name.startswith(f"sfnlint_rules.{topic}.")]

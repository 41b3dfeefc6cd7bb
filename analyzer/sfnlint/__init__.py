"""Checks AWS Step Functions state machines together with the IAM policies of their role.

    import sfnlint

    for finding in sfnlint.check(["template.yaml"]):
        located = finding.place.locate()
        print(finding.rule, finding.message, located.root.file)

`sfnlint.iam` is a library of its own: see docs/evaluator.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from os import PathLike

    from sfnlint.finding import Finding
    from sfnlint.subject import MachineType

__version__ = "0.1.0"
__all__ = ["check", "check_text"]


def check(
    paths: Iterable[str | PathLike[str]] = (".",),
    *,
    policies: Iterable[str | PathLike[str]] = (),
    trust: str | PathLike[str] | None = None,
    type: MachineType | None = None,  # noqa: A002
) -> list[Finding]:
    """Check files and folders, as `sfn-lint check` does without a configuration file.

    Args:
        paths: files and folders; folders are searched.
        policies: policies of the role of the plain ASL files among them.
        trust: that role's trust policy.
        type: the type of the plain ASL files' machines.

    Returns:
        Findings of every severity, in the order of files and lines.

    Raises:
        FileNotFoundError: when a path does not exist.

    """
    from pathlib import Path

    from sfnlint.discovery import discover
    from sfnlint.engine import run
    from sfnlint.options import Options
    from sfnlint.report.positions import with_positions

    options = Options(
        [Path(policy) for policy in policies], None if trust is None else Path(trust), type
    )
    findings = run(discover([Path(path) for path in paths]), options).findings
    return [finding for _, finding in with_positions(findings)]


def check_text(
    text: str,
    filename: str = "definition.asl.json",
    *,
    policies: Mapping[str, str] | None = None,
    trust: str | None = None,
    type: MachineType | None = None,  # noqa: A002
) -> list[Finding]:
    """Check one definition or template that is not in a file.

    Args:
        text: its text.
        filename: what to call it; its ending says the format.
        policies: for a plain definition, the texts of its role's policies by name.
        trust: the text of that role's trust policy.
        type: the machine's type.

    Returns:
        Findings of every severity, in the order of lines.

    """
    from sfnlint.engine import run_text
    from sfnlint.options import Options
    from sfnlint.report.positions import with_positions
    from sfnlint.source import parse_as_named

    given = [parse_as_named(policy, name) for name, policy in (policies or {}).items()]
    options = Options(given, None if trust is None else parse_as_named(trust, "trust.json"), type)
    findings = run_text(text, filename, options).findings
    return [finding for _, finding in with_positions(findings)]

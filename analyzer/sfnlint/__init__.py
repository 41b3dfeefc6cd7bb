"""Check AWS Step Functions state machines together with the IAM policies of their role.

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
        paths: files, and folders to search.
        policies: for plain ASL files, the policy files of their role.
        trust: the trust policy file of that role.
        type: for plain ASL files, the type of their state machines.

    Returns:
        The findings of every severity, sorted by file and line.

    Raises:
        FileNotFoundError: a path does not exist.

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
    """Check a string with a definition or a template.

    Args:
        text: the string.
        filename: its name in findings; the ending determines the format.
        policies: for a plain definition, the policies of its role as strings, by name.
        trust: the trust policy of that role as a string.
        type: the type of the state machine.

    Returns:
        The findings of every severity, sorted by line.

    """
    from sfnlint.engine import run_text
    from sfnlint.options import Options
    from sfnlint.report.positions import with_positions
    from sfnlint.source import parse_as_named

    documents = [parse_as_named(policy, name) for name, policy in (policies or {}).items()]
    trust_document = None if trust is None else parse_as_named(trust, "trust.json")
    options = Options(documents, trust_document, type)
    findings = run_text(text, filename, options).findings
    return [finding for _, finding in with_positions(findings)]

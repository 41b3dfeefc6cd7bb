"""Output of `sfn-lint diff`: text, Markdown and JSON.

docs/diff.md describes the JSON document. Fields may be added; none changes or is removed while
`version` stays the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from sfnlint.comparison.changes import FindingChange, MachineChange, NeedChange
from sfnlint.comparison.grants import Grant
from sfnlint.messages import listed, quoted
from sfnlint.report.escaping import escape_controls, escape_file_name, escape_markdown

_VERSION = 1


def text_lines(changes: Sequence[MachineChange]) -> Iterator[str]:
    """Yield the changes of each machine, a line each."""
    if not changes:
        yield "no change of needs, grants or findings"
    for number, change in enumerate(changes):
        yield from [""] if number else []
        yield escape_file_name(_title(change))
        for heading, entries in _sections(change):
            yield f"  {heading}:"
            yield from (f"    {escape_controls(entry)}" for entry in entries)


def markdown_lines(changes: Sequence[MachineChange]) -> Iterator[str]:
    """Yield a section for each machine, for a comment on a pull request or a job summary."""
    yield "## State machines and roles"
    if not changes:
        yield "\nNo change of needs, grants or findings."
    for change in changes:
        yield f"\n### {escape_markdown(_title(change))}"
        for heading, entries in _sections(change):
            yield f"\n**{heading[0].upper()}{heading[1:]}**\n"
            yield from (f"- {escape_markdown(entry)}" for entry in entries)


def json_lines(changes: Sequence[MachineChange]) -> Iterator[str]:
    """Yield the JSON document, in ASCII."""
    machines = [
        {
            name: [each._asdict() for each in value] if isinstance(value, list | tuple) else value
            for name, value in change._asdict().items()
        }
        for change in changes
    ]
    yield json.dumps({"version": _VERSION, "machines": machines}, indent=2)


OUTPUTS: dict[str, Callable[[Sequence[MachineChange]], Iterator[str]]] = {
    "text": text_lines,
    "markdown": markdown_lines,
    "json": json_lines,
}
"""The functions that write the values of `--format`."""


def _title(change: MachineChange) -> str:
    machine = f"state machine '{change.machine}' " if change.machine else ""
    return f"{change.file}: {machine}{change.change}"


def _sections(change: MachineChange) -> Iterator[tuple[str, list[str]]]:
    """Yield the headings with their entries, without the empty ones."""
    for heading, entries in (
        ("newly needed", list(map(_need, change.new_needs))),
        ("no longer needed", list(map(_need, change.gone_needs))),
        ("newly allowed by the role", [_grant(each, "Deny") for each in change.new_grants]),
        ("no longer allowed by the role", [_grant(each, "Deny") for each in change.lost_grants]),
        (
            "no longer allowed, but needed by executions that are running",
            list(map(_need, change.still_needed)),
        ),
        ("new findings", list(map(_finding, change.new_findings))),
        ("findings that are gone", list(map(_finding, change.gone_findings))),
    ):
        if entries:
            yield heading, entries


def _need(need: NeedChange) -> str:
    states = quoted(state for state in need.states if state is not None)
    users = [f"{'state' if len(states) == 1 else 'states'} {listed(states, brief=True)}"]
    users = users if states else []
    users += ["settings of the machine"] if None in need.states else []
    return f"{need.action} on {need.resource} ({' and '.join(users)})"


def _grant(grant: Grant, denied: str) -> str:
    effect = "a Deny of " if grant.effect == denied else ""
    resource = f" on {grant.resource}" if grant.resource else ""
    condition = f" if {grant.condition}" if grant.condition else ""
    return f"{effect}{grant.action}{resource}{condition}"


def _finding(finding: FindingChange) -> str:
    return f"{finding.rule} {finding.message}"

"""Output of `sfn-lint permissions`: text, Markdown and JSON.

docs/permissions.md describes the JSON document. Fields may be added; none changes or is removed
while `version` stays the same.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from sfnlint.analysis.permission_table import PermissionRow
from sfnlint.analysis.unneeded_permissions import UnneededActions
from sfnlint.finding import Note
from sfnlint.messages import listed
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place
from sfnlint.report.escaping import escape_controls, escape_file_name, escape_markdown
from sfnlint.report.positions import position
from sfnlint.result import MachineSummary

_VERSION = 1
_COLUMNS = 100
_WIDEST_ACTION = 36


class MachinePermissions(NamedTuple):
    """The permissions of a machine that a report shows.

    Attributes:
        machine: the machine.
        complete: `PermissionTable.is_complete`.
        rows: the permissions.
        unknown_states: the states whose needs are unknown, each with the reason.
        unneeded: what the role allows and nothing needs.

    """

    machine: MachineSummary
    complete: bool
    rows: Sequence[PermissionRow]
    unknown_states: Sequence[tuple[str, Note]]
    unneeded: Sequence[UnneededActions]


def text_lines(machines: Iterable[MachinePermissions]) -> Iterator[str]:
    """Yield tables for people, grouped by state, in at most 100 columns."""
    for number, permissions in enumerate(machines):
        yield from [""] if number else []
        yield from _wrapped(escape_file_name(_title(permissions.machine)), "")
        for requester, rows in groupby(permissions.rows, lambda row: row.check.requester):
            yield ""
            yield from _wrapped(_shown(next(iter(permissions.rows)), requester), "  ")
            yield from _rows(list(rows))
        for state, reason in permissions.unknown_states:
            yield ""
            why = _reason(reason.message, reason.place, permissions.machine.file)
            yield from _wrapped(f"state '{state}'", "  ")
            yield from _wrapped(f"needs are unknown: {why}", "    ")
        if permissions.unneeded:
            yield ""
            yield "  no state needs"
            for place, actions, *_ in permissions.unneeded:
                yield from _wrapped(
                    f"{', '.join(actions)} ({_start(place, permissions.machine.file)})", "    "
                )
        if not permissions.rows and not permissions.unknown_states:
            yield ""
            yield "  no state needs a permission"


def _rows(rows: Sequence[PermissionRow]) -> Iterator[str]:
    """Yield the rows of a state: a line for each resource, then its actions."""
    actions = min(max(len(row.check.action) for row in rows), _WIDEST_ACTION)
    purposes = max(len(_purpose(row)) for row in rows)
    by_resource: dict[str, list[PermissionRow]] = {}
    for row in rows:
        by_resource.setdefault(row.resource, []).append(row)
    for resource, of_resource in by_resource.items():
        yield from _wrapped(f"on {resource}", "    ")
        for row in of_resource:
            start = f"      {row.verdict:<7}  {row.check.action:<{actions}}  "
            start += f"{_purpose(row):<{purposes}}  "
            lines = _wrapped(_grounds(row), " " * len(start), hanging=0)
            yield f"{start}{lines[0].lstrip()}".rstrip()
            yield from lines[1:]


def markdown_lines(machines: Iterable[MachinePermissions]) -> Iterator[str]:
    """Yield a section for each machine, for a job summary or a comment."""
    for permissions in machines:
        yield f"### {escape_markdown(_title(permissions.machine))}\n"
        if permissions.rows:
            yield "| needed by | action | resource | purpose | verdict | reason |"
            yield "| --- | --- | --- | --- | --- | --- |"
        elif not permissions.unknown_states:
            yield "No state needs a permission."
        for row in permissions.rows:
            cells = [_shown(row, row.check.requester), row.check.action, row.resource]
            cells += [_purpose(row), row.verdict, _grounds(row)]
            yield f"| {' | '.join(map(escape_markdown, cells))} |"
        yield ""
        for state, reason in permissions.unknown_states:
            message = f"the needs of state '{state}' are unknown: "
            message += _reason(reason.message, reason.place, permissions.machine.file)
            yield f"- {escape_markdown(message)}"
        for place, actions, *_ in permissions.unneeded:
            message = (
                f"no state needs {', '.join(actions)} ({_start(place, permissions.machine.file)})"
            )
            yield f"- {escape_markdown(message)}"
        if permissions.unknown_states or permissions.unneeded:
            yield ""


def json_lines(machines: Iterable[MachinePermissions]) -> Iterator[str]:
    """Yield the JSON document, in ASCII."""
    yield json.dumps(
        {"version": _VERSION, "machines": [_json(permissions) for permissions in machines]},
        indent=2,
    )


def _json(permissions: MachinePermissions) -> dict[str, object]:
    machine = permissions.machine
    return {
        "file": machine.file,
        "machine": machine.machine,
        "role": machine.role,
        "complete": permissions.complete,
        "permissions": [
            {
                "state": row.state,
                "action": row.check.action,
                "resource": row.resource,
                "purpose": row.check.purpose,
                "necessity": row.necessity,
                "verdict": row.verdict,
                "why": row.why,
                "granted_by": list(map(_place, row.granted_by)),
                "source": row.check.need.source,
            }
            for row in permissions.rows
        ],
        "unknown_states": [
            {"state": state, "why": reason.message} for state, reason in permissions.unknown_states
        ],
        "unneeded": [
            {**_place(place), "actions": list(actions)}
            for place, actions, *_ in permissions.unneeded
        ],
    }


OUTPUTS: dict[str, Callable[[Iterable[MachinePermissions]], Iterator[str]]] = {
    "text": text_lines,
    "markdown": markdown_lines,
    "json": json_lines,
}
"""The functions that write the values of `--format`."""


def _title(machine: MachineSummary) -> str:
    parts = [f"state machine '{machine.machine}'"] if machine.machine else []
    role = machine.role or "no role in the files"
    # The role of a plain definition has no name: "the role defined by 'policy.json'".
    parts.append(role if " " in role else f"role '{role}'")
    return f"{machine.file}: {', '.join(parts)}"


def _shown(row: PermissionRow, message: str) -> str:
    return row.check.subject.symbols.show(message)


def _purpose(row: PermissionRow) -> str:
    return f"{row.check.purpose.replace('_', ' ')}, {row.necessity}"


def _grounds(row: PermissionRow) -> str:
    """Return the statements that allow an action, or the reason of another verdict."""
    file = position(row.check.place).file
    if row.verdict == "allowed":
        starts = dict.fromkeys(_start(place, file) for place in row.granted_by)
        return f"by {listed(list(starts))}"
    return _reason(row.why, row.where, file)


def _reason(message: str, place: Place | None, file: str) -> str:
    return message if place is None else f"{message} ({_start(place, file)})"


def _start(place: Place, file: str) -> str:
    """Return the line of a place, with its file if that is not the given one."""
    start = position(place)
    return f"line {start.line}" if start.file == file else f"{start.file}:{start.line}"


def _place(place: Place) -> dict[str, object]:
    start = position(place)
    return {"file": start.file, "line": start.line, "column": start.column}


def _wrapped(text: str, indent: str, hanging: int = 2) -> list[str]:
    return textwrap.wrap(
        escape_controls(text),
        _COLUMNS,
        initial_indent=indent,
        subsequent_indent=indent + " " * hanging,
        break_on_hyphens=False,
    ) or [indent]

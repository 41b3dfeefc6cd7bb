"""The permissions that machines need, in words: how many were checked, and why some are unknown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sfnlint.analysis.permission_counts import UnknownPermission
from sfnlint.messages import counted, listed, quoted
from sfnlint.report.escaping import escape_controls, escape_file_name
from sfnlint.report.file_names import relative_or_absolute
from sfnlint.report.positions import Position, position
from sfnlint.result import MachineSummary


def permission_summary(machines: Sequence[MachineSummary], *, explained: bool) -> str:
    """Return "12 permissions checked, 3 could not be decided (--show-unknown)".

    Args:
        machines: the machines that were checked.
        explained: whether the report tells the reasons, so that the option need not be named.

    Returns:
        An empty string if no machine needs permissions.

    """
    option = "" if explained else " (--show-unknown)"
    with_role = [
        machine.permissions for machine in machines if not machine.permissions.without_role
    ]
    total = sum(permissions.total for permissions in with_role)
    unknown = sum(permissions.unknown for permissions in with_role)
    without_role = [machine for machine in machines if machine.permissions.without_role]
    parts = []
    if total:
        parts.append(f"{counted(total, 'permission')} checked")
    if unknown:
        parts[-1] += f", {unknown} could not be decided{option}"
    if without_role:
        whose = f" of {counted(len(without_role), 'machine')}" if total else ""
        # Only a plain definition has no name; the user supplies its policies.
        reason = f"the files do not show the role{option}"
        if not any(machine.machine for machine in without_role):
            reason = "no policy is given (--policy)"
        parts.append(f"permissions{whose} not checked: {reason}")
    return "; ".join(parts)


def unknown_permissions(machines: Sequence[MachineSummary]) -> list[tuple[Position, str]]:
    """Return why permissions are unknown, each reason once, in the order of the files.

    Returns:
        The place of each reason, and a sentence such as "2 permissions could not be decided: the
        macro may add policies to role 'Role' (sqs:SendMessage and sns:Publish of state 'Send')".

    """
    by_reason: dict[tuple[object, ...], list[UnknownPermission]] = {}
    for machine in machines:
        for unknown in machine.permissions.explanations:
            start = position(unknown.reason.place)
            # States of a file with the same unknown needs differ only in their places.
            where = (start.file,) if unknown.action is None else start
            by_reason.setdefault((where, unknown.reason.message), []).append(unknown)
    sentences = [
        (position(permissions[0].reason.place), _sentence(permissions))
        for permissions in by_reason.values()
    ]
    unneeded = {machine.permissions.unneeded for machine in machines}
    sentences += [(position(note.place), note.message) for note in unneeded if note is not None]
    return sorted(set(sentences), key=lambda pair: (pair[0][:5], pair[1]))


def _sentence(permissions: Sequence[UnknownPermission]) -> str:
    states = [permission.state for permission in permissions if permission.state is not None]
    names = quoted(dict.fromkeys(states))
    whose = f"{'state' if len(names) == 1 else 'states'} {listed(names, brief=True)}"
    reason = permissions[0].reason.message
    actions = [permission.action for permission in permissions if permission.action is not None]
    if not actions:
        return f"the needs of {whose} are unknown: {reason}"
    needed = listed(list(dict.fromkeys(actions)), brief=True)
    of_states = whose if names else "the machine's settings"
    count = counted(len(permissions), "permission")
    return f"{count} could not be decided: {reason} ({needed} of {of_states})"


def unknown_lines(machines: Sequence[MachineSummary], root: Path | None = None) -> Iterator[str]:
    """Yield a line for each reason: `file:line:column: sentence`.

    Args:
        machines: the machines that were checked.
        root: the folder to which file names are relative; None to write them as the user does.

    """
    for start, sentence in unknown_permissions(machines):
        file = start.file if root is None else relative_or_absolute(start.file, root)
        yield f"{escape_file_name(file)}:{start.line}:{start.column}: {escape_controls(sentence)}"

"""Findings about permissions that no statement of a role allows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sfnlint.analysis.assumed_roles import AssumedRoleAnalysis
from sfnlint.analysis.gaps import Gap, limit_label
from sfnlint.analysis.misspelled_actions import misspelled_actions
from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.catalog import Purpose
from sfnlint.finding import Finding, Note, Severity
from sfnlint.messages import listed, quoted, remaining, resource_names
from sfnlint.subject import Role, Subject

_MAX_LIMIT_NOTES = 3
_PERMISSION_COLUMNS = 250


def missing(
    analysis: RoleAnalysis, purposes: Sequence[Purpose], severity: Severity
) -> Iterator[Finding]:
    """Yield the permissions for these purposes that no statement of the execution role allows.

    Args:
        analysis: the role.
        purposes: the purposes that the rule is about.
        severity: that of the rule; other permissions for the same purposes have a rule of their
            own.

    """
    for gap in analysis.hints if severity == "info" else analysis.gaps:
        if gap.kind == "missing" and gap.severity == severity and gap.purpose in purposes:
            denier, place = _denier(gap, analysis.role)
            misspelled = misspelled_actions(analysis)
            meant = {action: misspelled[action] for action in gap.actions if action in misspelled}
            wrong = quoted(item.shown for item in meant.values())
            unknown = (
                f"; no action is named {listed(wrong, word='or', brief=True)}" if wrong else ""
            )
            yield gap.finding(
                f"{gap.first.requester} needs {needed(gap)}, but {denier} does not allow it"
                f"{_reason(gap)}{unknown}",
                notes=[
                    *(
                        Note(f"{action} is misspelled here", at.place)
                        for action, at in meant.items()
                    ),
                    *_notes(gap, analysis.role),
                ],
                fix=f"allow {grant(gap)}{place}"
                + (f" instead of {listed(wrong)}" if wrong else ""),
            )


def missing_in_assumed(subject: Subject, severity: Severity) -> Iterator[Finding]:
    """Yield the permissions of tasks that no statement of the role that they assume allows."""
    for role_arn, assumed in subject.assumed.items():
        role = assumed.role
        for gap in AssumedRoleAnalysis(role_arn, role, subject).gaps:
            if gap.severity == severity:
                denier, place = _denier(gap, role)
                denying = "which" if gap.limit is None else f"but {denier}"
                yield gap.finding(
                    f"{gap.first.requester} assumes {role.label}, {denying} does not allow "
                    f"{needed(gap)}{_reason(gap)}",
                    notes=_notes(gap, role),
                    fix=f"allow {grant(gap)}{place or f' in {role.label}'}",
                )


def _denier(gap: Gap, role: Role) -> tuple[str, str]:
    """Return the policies that deny a gap, for a message, and their place, for a fix."""
    if gap.limit is None:
        return role.label, ""
    name = limit_label(gap.limit)
    of_role = f" of {role.label}" if gap.limit.kind == "permissions boundary" else ""
    return f"{name}{of_role}", f" in {name}"


def needed(gap: Gap, granted: Sequence[str] = ()) -> str:
    """Return the permissions of a gap for a message: "sqs:SendMessage on 'orders'".

    Args:
        gap: the gap.
        granted: resources from which the message tells those of the gap apart.

    """
    return _listed(gap, lambda resources: resource_names(resources, granted))


def grant(gap: Gap) -> str:
    """Return the permissions of a gap for a fix, with whole ARNs and the condition to add."""
    service = gap.first.context.get("iam:passedtoservice")
    condition = f" if iam:PassedToService is '{service}'" if service is not None else ""
    return f"{_listed(gap, quoted)}{condition}"


def long_lists(gap: Gap) -> tuple[Note, ...]:
    """Return notes with the actions and resources that message and fix leave out."""
    place, permissions = gap.first.place, gap.permissions
    if len(permissions) > 1:
        return tuple(
            Note(f"needed: {listed(actions, 50)} on {listed(quoted(resources), 50)}", place)
            for actions, resources in permissions
        )
    return (
        *remaining("more actions", gap.actions, place, brief=True),
        *remaining("more resources", quoted(gap.resources), place, brief=True),
    )


def _listed(gap: Gap, names: Callable[[Sequence[str]], list[str]]) -> str:
    """Return each action of a gap with the resources that it is needed on."""
    permissions = [
        f"{listed(actions, brief=True)} on {listed(names(resources), brief=True)}"
        for actions, resources in gap.permissions
    ]
    return listed(permissions, columns=_PERMISSION_COLUMNS)


def _reason(gap: Gap) -> str:
    """The reason of the catalog, as the end of a message."""
    reason = gap.first.need.reason
    return f": {reason}" if reason else ""


def _notes(gap: Gap, role: Role) -> list[Note]:
    """Notes with the other states that lack the permissions, the role and its limit."""
    notes = [
        *long_lists(gap),
        *(
            Note(f"also needed by {check.requester}", check.place)
            for check in list(gap.per_origin)[1:]
        ),
    ]
    if role.place is not None:
        notes.append(Note(f"{role.label} is defined here", role.place))
    if gap.limit is not None:
        notes += (
            Note(f"{gap.limit.kind} '{policy.name}' is defined here", policy.place)
            for policy in gap.limit.policies[:_MAX_LIMIT_NOTES]
        )
    return notes

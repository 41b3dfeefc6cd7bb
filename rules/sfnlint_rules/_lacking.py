"""How the rules about lacking permissions speak."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sfnlint.assumed_use import AssumedUse
from sfnlint.finding import Finding, Note
from sfnlint.role_use import Lack, RoleUse
from sfnlint.subject import Role, Subject
from sfnlint.wording import listed


def missing(use: RoleUse, rule: str, purposes: tuple[str, ...], level: str) -> Iterator[Finding]:
    """The findings about what nothing in the role grants, for these purposes at this level."""
    for lack in use.hints if level == "info" else use.lacks:
        if lack.kind == "missing" and lack.level == level and lack.purpose in purposes:
            actions, resources = listed(lack.actions), listed(lack.resources)
            requirement = lack.first.requirement
            yield about(
                lack,
                rule,
                f"{requirement.asker} needs {actions} on {resources}: {lack.first.need.reason}; "
                f"{use.role.name} does not allow it",
                notes=_notes(lack, use.role, "this is its execution role"),
                fix=f"allow {actions} on {resources}{_under(lack)}",
            )


def missing_in_assumed(subject: Subject, rule: str, level: str) -> Iterator[Finding]:
    """The findings about what roles that tasks assume do not allow those tasks, at this level."""
    for called, assumed in subject.assumed.items():
        for lack in AssumedUse(called, assumed.role, subject).lacks:
            if lack.level != level:
                continue
            actions, resources = listed(lack.actions), listed(lack.resources)
            requirement, name = lack.first.requirement, assumed.role.name
            yield about(
                lack,
                rule,
                f"{requirement.asker} assumes {name}, which does not allow {actions} on "
                f"{resources}: {lack.first.need.reason}",
                notes=_notes(lack, assumed.role, "this is the role that it assumes"),
                fix=f"allow {actions} on {resources} in {name}{_under(lack)}",
            )


def about(
    lack: Lack, rule: str, message: str, *, notes: Sequence[Note] = (), fix: str = ""
) -> Finding:
    """A finding about a lack, at the first state that it concerns."""
    state = lack.first.requirement.state
    return Finding(
        rule,
        message,
        lack.first.requirement.place,
        tuple(notes),
        fix,
        lack.first.subject.logical_id,
        state.name if state else None,
        lack.actions,
        lack.resources,
    )


def _needed_by(lack: Lack) -> list[Note]:
    """The states that a finding at a statement concerns."""
    asks = [lack.first, *lack.other_states]
    return [Note(f"needed by {ask.requirement.asker}", ask.requirement.place) for ask in asks]


def denied(use: RoleUse, rule: str, level: str) -> Iterator[Finding]:
    """The findings about Deny statements that take away what a machine needs, at this level."""
    for lack in use.lacks:
        statement = lack.first.decision.deny
        if lack.kind == "deny" and lack.level == level and statement is not None:
            message = (
                f"this statement denies {listed(lack.actions)} on {listed(lack.resources)}, "
                f"which {lack.first.requirement.asker} needs"
            )
            finding = about(lack, rule, message, notes=_needed_by(lack))
            yield finding._replace(
                place=statement.place, fix="a Deny wins over every Allow: narrow it"
            )


def misses(use: RoleUse, rule: str, kind: str, level: str) -> Iterator[Finding]:
    """The findings about statements that were meant for a state and miss it, at this level."""
    for lack in use.lacks:
        if lack.kind != kind or lack.level != level or lack.miss is None:
            continue
        actions, resources = listed(lack.actions), listed(lack.resources)
        asker = lack.first.requirement.asker
        miss = lack.miss
        verb = "is" if len(lack.actions) == 1 else "are"
        if miss.condition is not None:
            place = miss.condition.place
            key = miss.condition.key
            values = listed([str(item.pattern) for item in miss.condition.values])
            wanted = lack.first.requirement.context.get(key.lower())
            message = (
                f"{actions} {verb} allowed only if {key} is {values} ({miss.condition.operator}); "
                + (
                    f"{asker} has {wanted} there"
                    if wanted is not None
                    else f"the call of {asker} does not carry that key"
                )
            )
            fix = f"set {key} to {wanted}" if wanted is not None else "take the condition off"
        else:
            place = miss.resources[0].place if miss.resources else miss.statement.place
            granted = listed([str(item.pattern) for item in miss.resources])
            if miss.statement.not_resource:
                granted = f"everything but {granted}"
            message = f"{actions} {verb} allowed on {granted}, but {asker} needs {resources}"
            fix = f"allow {actions} on {resources}"
        finding = about(lack, rule, message, notes=_needed_by(lack), fix=fix)
        yield finding._replace(place=place)


def _notes(lack: Lack, role: Role, which: str) -> list[Note]:
    """The other states that lack it, and where the role is."""
    notes = [
        Note(f"also needed by {ask.requirement.asker}", ask.requirement.place)
        for ask in lack.other_states
    ]
    return notes if role.place is None else [*notes, Note(which, role.place)]


def _under(lack: Lack) -> str:
    context = lack.first.requirement.context
    return "".join(
        f", if iam:PassedToService is {value}"
        for key, value in context.items()
        if key == "iam:passedtoservice" and value is not None
    )

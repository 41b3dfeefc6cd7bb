"""How the rules about lacking permissions speak."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sfnlint.analysis.assumed_roles import AssumedRoleAnalysis
from sfnlint.analysis.role_analysis import Gap, RoleAnalysis
from sfnlint.finding import Finding, Note
from sfnlint.messages import listed
from sfnlint.subject import Role, Subject


def missing(
    analysis: RoleAnalysis, rule: str, purposes: tuple[str, ...], level: str
) -> Iterator[Finding]:
    """The findings about what nothing in the role grants, for these purposes at this level."""
    for gap in analysis.hints if level == "info" else analysis.gaps:
        if gap.kind == "missing" and gap.level == level and gap.purpose in purposes:
            actions, resources = listed(gap.actions), listed(gap.resources)
            requirement = gap.first.requirement
            yield about(
                gap,
                rule,
                f"{requirement.requester} needs {actions} on {resources}: {gap.first.need.reason}; "
                f"{analysis.role.name} does not allow it",
                notes=_notes(gap, analysis.role, "this is its execution role"),
                fix=f"allow {actions} on {resources}{_under(gap)}",
            )


def missing_in_assumed(subject: Subject, rule: str, level: str) -> Iterator[Finding]:
    """The findings about what roles that tasks assume do not allow those tasks, at this level."""
    for called, assumed in subject.assumed.items():
        for gap in AssumedRoleAnalysis(called, assumed.role, subject).gaps:
            if gap.level != level:
                continue
            actions, resources = listed(gap.actions), listed(gap.resources)
            requirement, name = gap.first.requirement, assumed.role.name
            yield about(
                gap,
                rule,
                f"{requirement.requester} assumes {name}, which does not allow {actions} on "
                f"{resources}: {gap.first.need.reason}",
                notes=_notes(gap, assumed.role, "this is the role that it assumes"),
                fix=f"allow {actions} on {resources} in {name}{_under(gap)}",
            )


def about(
    gap: Gap, rule: str, message: str, *, notes: Sequence[Note] = (), fix: str = ""
) -> Finding:
    """A finding about a lack, at the first state that it concerns."""
    state = gap.first.requirement.state
    return Finding(
        rule,
        message,
        gap.first.requirement.place,
        tuple(notes),
        fix,
        gap.first.subject.logical_id,
        state.name if state else None,
        gap.actions,
        gap.resources,
    )


def _needed_by(gap: Gap) -> list[Note]:
    """The states that a finding at a statement concerns."""
    checks = [gap.first, *gap.other_states]
    return [
        Note(f"needed by {check.requirement.requester}", check.requirement.place)
        for check in checks
    ]


def denied(analysis: RoleAnalysis, rule: str, level: str) -> Iterator[Finding]:
    """The findings about Deny statements that take away what a machine needs, at this level."""
    for gap in analysis.gaps:
        statement = gap.first.decision.deny
        if gap.kind == "deny" and gap.level == level and statement is not None:
            message = (
                f"this statement denies {listed(gap.actions)} on {listed(gap.resources)}, "
                f"which {gap.first.requirement.requester} needs"
            )
            finding = about(gap, rule, message, notes=_needed_by(gap))
            yield finding._replace(
                place=statement.place, fix="a Deny wins over every Allow: narrow it"
            )


def misses(analysis: RoleAnalysis, rule: str, kind: str, level: str) -> Iterator[Finding]:
    """The findings about statements that were meant for a state and miss it, at this level."""
    for gap in analysis.gaps:
        if gap.kind != kind or gap.level != level or gap.near_miss is None:
            continue
        actions, resources = listed(gap.actions), listed(gap.resources)
        asker = gap.first.requirement.requester
        near_miss = gap.near_miss
        verb = "is" if len(gap.actions) == 1 else "are"
        if near_miss.condition is not None:
            place = near_miss.condition.place
            key = near_miss.condition.key
            values = listed([str(item.pattern) for item in near_miss.condition.values])
            wanted = gap.first.requirement.context.get(key.lower())
            message = (
                f"{actions} {verb} allowed only if {key} is {values} "
                f"({near_miss.condition.operator}); "
                + (
                    f"{asker} has {wanted} there"
                    if wanted is not None
                    else f"the call of {asker} does not carry that key"
                )
            )
            fix = f"set {key} to {wanted}" if wanted is not None else "take the condition off"
        else:
            place = (
                near_miss.resources[0].place if near_miss.resources else near_miss.statement.place
            )
            granted = listed([str(item.pattern) for item in near_miss.resources])
            if near_miss.statement.not_resource:
                granted = f"everything but {granted}"
            message = f"{actions} {verb} allowed on {granted}, but {asker} needs {resources}"
            fix = f"allow {actions} on {resources}"
        finding = about(gap, rule, message, notes=_needed_by(gap), fix=fix)
        yield finding._replace(place=place)


def _notes(gap: Gap, role: Role, which: str) -> list[Note]:
    """The other states that lack it, and where the role is."""
    notes = [
        Note(f"also needed by {check.requirement.requester}", check.requirement.place)
        for check in gap.other_states
    ]
    return notes if role.place is None else [*notes, Note(which, role.place)]


def _under(gap: Gap) -> str:
    context = gap.first.requirement.context
    return "".join(
        f", if iam:PassedToService is {value}"
        for key, value in context.items()
        if key == "iam:passedtoservice" and value is not None
    )

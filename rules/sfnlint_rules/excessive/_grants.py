"""What the rules about too much permission ask of a statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from sfnlint.analysis.permission_checks import PermissionCheck, written
from sfnlint.analysis.role_analysis import RoleAnalysis, allowing
from sfnlint.catalog.resource_template import ACCOUNT, PARTITION, REGION
from sfnlint.finding import Finding, Note
from sfnlint.iam.pattern import Pattern, Wildcard
from sfnlint.iam.policy import PlacedPattern, Statement
from sfnlint.iam.relation import Relation, relate
from sfnlint.messages import listed
from sfnlint.symbol import Symbol

_ANY = Symbol("*", "free")
EVERY_ROLE = Pattern(("arn:", PARTITION, ":iam::", ACCOUNT, ":role/", _ANY))
EVERY_EVENT_RULE = Pattern(("arn:", PARTITION, ":events:", REGION, ":", ACCOUNT, ":rule/", _ANY))

_OF_THE_MACHINE = ("logs:", "xray:", "kms:", "cloudwatch:")
"""Services that a machine itself may need (logging, tracing, encryption), not one of its states."""


_NUMBERED = (".Revision", ".Version")
_MOST_NAMES = 20


def calls_sdk(analysis: RoleAnalysis) -> bool:
    """Whether a state calls an operation of the AWS SDK.

    Of those only the action of the operation itself is known. Many touch more with the role's
    credentials: Rekognition reads the image in S3, the RDS Data API the secret.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
    """
    return any(call.sdk for subject in analysis.subjects for call in subject.calls)


def _reads_s3_unseen(analysis: RoleAnalysis) -> bool:
    """Whether a call of the AWS SDK may touch objects of S3 that it does not show to be its own."""
    return any(
        call.sdk and (call.service != "s3" or "copy" in call.action.lower())
        for subject in analysis.subjects
        for call in subject.calls
    )


@lru_cache(maxsize=4096)
def whole_service(pattern: Pattern) -> bool:
    """Whether an action is `*` or `service:*`."""
    return pattern.is_any or str(pattern).endswith(":*")


@lru_cache(maxsize=4096)
def _allows(pattern: Pattern, action: str) -> bool:
    """Whether an action of a statement covers this one."""
    return relate(Pattern.literal(action.lower()), [pattern.lower()]) is Relation.COVERED


def names(statement: Statement, action: str) -> PlacedPattern | None:
    """The item by which a statement allows an action, short of allowing the whole service."""
    if statement.not_action:
        return None
    for item in statement.actions:
        if _allows(item.pattern, action) and not whole_service(item.pattern):
            return item
    return None


def passes_roles(statement: Statement) -> PlacedPattern | None:
    """The item by which a statement allows iam:PassRole."""
    return names(statement, "iam:PassRole")


def is_dynamic(resource: Pattern) -> bool:
    """Whether part of a resource is known only at run time."""
    return any(isinstance(part, Symbol) and part.kind == "free" for part in resource.parts)


def wider(analysis: RoleAnalysis, item: PlacedPattern, checks: Sequence[PermissionCheck]) -> bool:
    """Whether a resource with wildcards certainly reaches beyond what is documented.

    It has to cover the resource of an ask whole, so that it is meant for it.
    """
    pattern = item.pattern.substitute(analysis.known)
    if Wildcard.ANY not in pattern.parts and Wildcard.ONE not in pattern.parts:
        return False
    documented: set[Pattern] = set()
    for check in checks:
        documented.add(_as_grant(check.documented.substitute(analysis.known)))
        if len(documented) > _MOST_NAMES:
            return False  # who has so many names means to use a wildcard
    if not any(relate(check.resource, [pattern]) is Relation.COVERED for check in checks):
        return False
    return relate(_as_need(pattern), list(documented)) is not Relation.COVERED


def unbounded(analysis: RoleAnalysis) -> Iterator[tuple[PlacedPattern, list[PermissionCheck]]]:
    """Every resource `*` of a statement in use, with the asks that show narrower ones."""
    yield from _resources(analysis, unbounded=True)


def bounded(analysis: RoleAnalysis) -> Iterator[tuple[PlacedPattern, list[PermissionCheck]]]:
    """Every other resource of a statement in use, with its asks."""
    yield from _resources(analysis, unbounded=False)


def _resources(
    analysis: RoleAnalysis, *, unbounded: bool
) -> Iterator[tuple[PlacedPattern, list[PermissionCheck]]]:
    # Roles and event rules have rules of their own.
    others = ("iam:", "events:", "s3:") if _reads_s3_unseen(analysis) else ("iam:", "events:")
    for statement in allowing(analysis.role):
        # A condition may narrow what the resource leaves open.
        if statement.conditions or statement.not_resource or statement.not_action:
            continue
        items = [item for item in statement.resources if item.pattern.is_any is unbounded]
        if not items:
            continue
        checks = [
            check
            for action, checks in analysis.by_action.items()
            if not action.startswith(others)
            and (statement.place, action) in analysis.used
            and names(statement, action)
            and not any(check.documented_for_all for check in checks)
            for check in checks
        ]
        if checks and analysis.all_known:
            yield from ((item, checks) for item in items)


def too_wide(
    analysis: RoleAnalysis, rule: str, item: PlacedPattern, checks: Sequence[PermissionCheck]
) -> Finding:
    """The finding that a resource of a statement is wider than its asks."""
    actions = tuple(dict.fromkeys(check.action for check in checks))
    resources = tuple(dict.fromkeys(check.needed for check in checks))
    documented = tuple(dict.fromkeys(written(check.documented) for check in checks))
    states = {check.asked_by: check for check in reversed(checks)}
    return at_item(
        analysis,
        rule,
        f"{listed(actions)} on {item.pattern}, but the definition needs only {listed(resources)}",
        item,
        fix=f"allow it on {listed(documented)}",
        actions=actions,
        notes=tuple(
            Note(f"needed by {check.requirement.requester}", check.requirement.place)
            for check in states.values()
        ),
        resources=resources,
    )


def at_item(
    analysis: RoleAnalysis,
    rule: str,
    message: str,
    item: PlacedPattern,
    *,
    fix: str,
    actions: tuple[str, ...],
    notes: tuple[Note, ...] = (),
    resources: tuple[str, ...] = (),
) -> Finding:
    """A finding at one action or resource of a statement."""
    machine = analysis.subjects[0].logical_id
    return Finding(rule, message, item.place, notes, fix, machine, None, actions, resources)


def needed(analysis: RoleAnalysis, statement: Statement, item: PlacedPattern) -> bool:
    """Whether anything may need what a statement grants by this action."""
    if str(item.pattern).lower().startswith(_OF_THE_MACHINE) or item.pattern.is_any:
        return True
    grant = item.pattern.lower()
    resources = [resource.pattern.substitute(analysis.known) for resource in statement.resources]
    for action, checks in analysis.by_action.items():
        if relate(Pattern.literal(action).lower(), [grant]) is Relation.DISJOINT:
            continue
        if (statement.place, action) in analysis.used:
            return True
        if any(relate(check.resource, resources) is not Relation.DISJOINT for check in checks):
            return True
    return False


def _as_need(pattern: Pattern) -> Pattern:
    """A grant as the strings that it reaches."""
    return Pattern.of(_ANY if isinstance(part, Wildcard) else part for part in pattern.parts)


def _as_grant(pattern: Pattern) -> Pattern:
    """What is documented, as the strings that it reaches: run-time values stand for any text.

    So do the numbers of versions, which every deployment changes.
    """
    return Pattern.of(
        Wildcard.ANY
        if isinstance(part, Symbol) and (part.kind == "free" or part.name.endswith(_NUMBERED))
        else part
        for part in pattern.parts
    )

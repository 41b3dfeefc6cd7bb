"""Resources of Allow statements that reach beyond the resources that the machines use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sfnlint.analysis.permission_checks import PermissionCheck, policy_resource
from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.catalog.resource_template import ACCOUNT, PARTITION, REGION
from sfnlint.finding import Finding, Note
from sfnlint.iam.pattern import Pattern, Wildcard, arn_fields
from sfnlint.iam.policy import PlacedPattern
from sfnlint.iam.relation import Relation, relate
from sfnlint.messages import is_or_are, it_or_them, listed, quoted, remaining, resource_names
from sfnlint.symbol import PLACEHOLDERS, Symbol
from sfnlint_rules.excessive._statement_actions import item_for_action

_ANY = Symbol("*", "free")
EVERY_ROLE = Pattern(("arn:", PARTITION, ":iam::", ACCOUNT, ":role/", _ANY))
EVERY_EVENT_RULE = Pattern(("arn:", PARTITION, ":events:", REGION, ":", ACCOUNT, ":rule/", _ANY))

_NUMBERED = (".Revision", ".Version")
_MOST_RESOURCES = 20
"""The number of resources beyond which a wildcard is taken to be intended."""


def is_dynamic(resource: Pattern) -> bool:
    """Return whether a part of a resource is known only at run time."""
    return any(isinstance(part, Symbol) and part.kind == "free" for part in resource.parts)


def is_wider(
    analysis: RoleAnalysis, item: PlacedPattern, checks: Sequence[PermissionCheck]
) -> bool:
    """Return whether a resource with wildcards certainly reaches beyond the documented ones.

    It must cover the resource of at least one permission check, which shows that it is meant for
    these checks.
    """
    pattern = analysis.substitute(item.pattern)
    if Wildcard.ANY not in pattern.parts and Wildcard.ONE not in pattern.parts:
        return False
    documented: set[Pattern] = set()
    for check in checks:
        documented.add(_as_grant(analysis.substitute(check.documented_resource)))
        if len(documented) > _MOST_RESOURCES:
            return False
    if not any(relate(check.resource, [pattern]) is Relation.COVERED for check in checks):
        return False
    need = _as_need(_with_unnamed_fields(analysis, pattern))
    return relate(need, list(documented)) is not Relation.COVERED


def resources_in_use(
    analysis: RoleAnalysis, *, any_resource: bool
) -> Iterator[tuple[PlacedPattern, list[PermissionCheck]]]:
    """Yield resources of used statements, each with the permission checks that it is used for.

    Args:
        analysis: the role.
        any_resource: whether to yield the resources `*`, or all others.

    """
    # Roles and event rules have rules of their own.
    skipped = ("iam:", "events:", "s3:") if _may_use_s3(analysis) else ("iam:", "events:")
    for statement in analysis.own_allow_statements:
        # A condition may narrow the resource.
        if statement.conditions or statement.not_resource or statement.not_action:
            continue
        items = [item for item in statement.resources if item.pattern.is_any is any_resource]
        if not items:
            continue
        checks = [
            check
            for action, checks in analysis.checks_by_action.items()
            if not action.startswith(skipped)
            and (statement.place, action) in analysis.used_statements
            and item_for_action(statement, action)
            and not any(check.needs_any_resource for check in checks)
            for check in checks
        ]
        if checks and analysis.all_needs_known:
            yield from ((item, checks) for item in items)


def too_wide(
    analysis: RoleAnalysis, item: PlacedPattern, checks: Sequence[PermissionCheck]
) -> Finding:
    """Return the finding that a resource of a statement is wider than its permission checks."""
    actions = list(dict.fromkeys(check.action for check in checks))
    needed = list(dict.fromkeys(check.policy_resource for check in checks))
    documented = list(dict.fromkeys(policy_resource(check.documented_resource) for check in checks))
    granted = [item.shown]
    (allowed_on,) = resource_names(granted, needed)
    per_origin = {check.origin: check for check in reversed(checks)}
    return analysis.finding(
        f"{listed(actions, brief=True)} {is_or_are(actions)} allowed on {allowed_on}, but the "
        f"definition needs only {listed(resource_names(needed, granted), brief=True)}",
        item.place,
        fix=f"allow {it_or_them(actions)} on {listed(quoted(documented), brief=True)}",
        notes=(
            *remaining("more actions", actions, item.place, brief=True),
            *remaining("more resources", quoted(documented), item.place, brief=True),
            *(Note(f"needed by {check.requester}", check.place) for check in per_origin.values()),
        ),
        actions=actions,
        resources=needed,
        correction=_correction(analysis, item),
    )


def _correction(analysis: RoleAnalysis, item: PlacedPattern) -> object:
    # Imported here because most roles have no such finding (benchmarks/compare.py).
    from sfnlint.analysis.corrections import narrowing

    for statement in analysis.own_allow_statements:
        if item in statement.resources:
            return narrowing(analysis, statement, item)
    return None


def _may_use_s3(analysis: RoleAnalysis) -> bool:
    """Return whether an AWS SDK call may use objects in S3 that its parameters do not show."""
    return any(
        call.sdk and (call.service != "s3" or "copy" in call.action.lower())
        for subject in analysis.subjects
        for call in subject.calls
    )


def _with_unnamed_fields(analysis: RoleAnalysis, pattern: Pattern) -> Pattern:
    """Return a granted resource without wildcards for a Region or account that no file names.

    A policy cannot be narrowed to a Region that its author has no name for.
    """
    fields = arn_fields(pattern)
    if fields is None:
        return pattern
    names = analysis.subjects[0].symbols.names
    for index, symbol in ((3, REGION), (4, ACCOUNT)):
        is_unnamed = names.get(symbol.name) == PLACEHOLDERS[symbol.name]
        if is_unnamed and fields[index].is_any:
            fields[index] = Pattern((symbol,))
    first, *others = fields
    return Pattern.of([*first.parts, *(part for field in others for part in (":", *field.parts))])


def _as_need(pattern: Pattern) -> Pattern:
    """Return a granted resource as the strings that it matches."""
    return Pattern.of(_ANY if isinstance(part, Wildcard) else part for part in pattern.parts)


def _as_grant(pattern: Pattern) -> Pattern:
    """Return a documented resource as the strings that it matches.

    Values known only at run time match anything, and so do version numbers, which change with
    every deployment.
    """
    return Pattern.of(
        Wildcard.ANY
        if isinstance(part, Symbol) and (part.kind == "free" or part.name.endswith(_NUMBERED))
        else part
        for part in pattern.parts
    )

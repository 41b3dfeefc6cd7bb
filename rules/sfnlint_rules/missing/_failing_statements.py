"""Findings at statements: those that miss what a state needs, and those that deny it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from sfnlint.analysis.condition_text import condition_text
from sfnlint.analysis.gaps import Gap, limit_label
from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.finding import Finding, Note, Severity
from sfnlint.iam.conditions import Alternatives, ContextValue, MultiValue, compares_arns
from sfnlint.iam.decision import NearMiss
from sfnlint.iam.pattern import Pattern, may_be_arn
from sfnlint.iam.policy import Condition
from sfnlint.messages import is_or_are, it_or_them, listed, quoted, resource_names
from sfnlint_rules.missing._missing_permissions import grant, long_lists, needed


def near_misses(
    analysis: RoleAnalysis, kind: Literal["resource", "condition"], severity: Severity
) -> Iterator[Finding]:
    """Yield the statements that were meant for a state, but have another resource or condition."""
    for gap in analysis.gaps:
        if gap.kind == kind and gap.severity == severity and gap.near_miss is not None:
            if gap.near_miss.condition is not None:
                yield _wrong_condition(gap, gap.near_miss.condition, gap.near_miss.value)
            else:
                is_partial = analysis.is_used_by(gap.near_miss.statement, gap.first)
                yield _wrong_resource(gap, gap.near_miss, "also needs" if is_partial else "needs")


def denied(analysis: RoleAnalysis, severity: Severity) -> Iterator[Finding]:
    """Yield the Deny statements that take away what a state needs."""
    for gap in analysis.gaps:
        statement = gap.first.deny
        if gap.kind == "deny" and gap.severity == severity and statement is not None:
            named = "this AWS managed policy" if statement.aws_managed else "this statement"
            if gap.limit is not None:
                named = f"{named} of {limit_label(gap.limit)}"
            verb = "replace" if statement.aws_managed else "narrow"
            yield gap.finding(
                f"{named} denies {needed(gap)}, which {gap.first.requester} needs",
                place=statement.place,
                notes=_notes(gap),
                fix=f"{verb} {named}: a Deny overrides every Allow",
            )


def _wrong_resource(gap: Gap, near_miss: NearMiss, needs: str) -> Finding:
    granted = list(dict.fromkeys(item.shown for item in near_miss.resources))
    if near_miss.statement.not_resource:
        allowed_on = f"every resource except {listed(resource_names(granted), brief=True)}"
        resources = resource_names(gap.resources)
    else:
        allowed_on = listed(resource_names(granted, gap.resources), brief=True)
        resources = resource_names(gap.resources, granted)
    needed_on = f"{it_or_them(gap.actions)} on {listed(resources, brief=True)}"
    if len(gap.permissions) > 1:
        needed_on = needed(gap, granted)
    return gap.finding(
        f"{_are_allowed(gap)} on {allowed_on}, but {gap.first.requester} {needs} {needed_on}",
        place=near_miss.resources[0].place if near_miss.resources else near_miss.statement.place,
        notes=_notes(gap),
        fix=f"allow {grant(gap)}",
    )


def _wrong_condition(gap: Gap, condition: Condition, value: ContextValue) -> Finding:
    key, requester = condition.key, gap.first.requester
    if value is None or isinstance(value, Alternatives):
        has = "does not contain" if value is None else "has no value for"
        actual = f"the request of {requester} {has} this key"
        fix = f"allow {listed(gap.actions, brief=True)} in a statement without this condition"
    elif isinstance(value, Pattern) and compares_arns(condition) and not may_be_arn(value):
        actual = f"{condition.operator} is never met by '{value}', which is not an ARN"
        fix = "use a string operator, such as StringEquals"
    else:
        patterns = value.patterns if isinstance(value, MultiValue) else (value,)
        known = [pattern for pattern in patterns if pattern.is_single_string]
        values = listed(quoted(map(str, known or patterns)))
        passed = key.lower() == "iam:passedtoservice"
        actual = f"it is {values} for {requester}"
        if len(known) > 1:
            actual = f"its values are {values} for {requester}"
        if passed:
            actual = f"{requester} passes the role to {values}"
        fix = f"change the condition so that it accepts {values}"
    return gap.finding(
        f"{_are_allowed(gap)} only if {condition_text(condition)}, but {actual}",
        place=condition.place,
        notes=_notes(gap),
        fix=fix,
    )


def _are_allowed(gap: Gap) -> str:
    return f"{listed(gap.actions, brief=True)} {is_or_are(gap.actions)} allowed"


def _notes(gap: Gap) -> list[Note]:
    """Notes with the states that need the permissions."""
    needed_by = (Note(f"needed by {check.requester}", check.place) for check in gap.per_origin)
    return [*long_lists(gap), *needed_by]

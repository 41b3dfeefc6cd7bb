"""The difference between the policies that a role has and the policy that a machine needs."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Sequence

from sfnlint.analysis.condition_text import condition_text
from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.iam.pattern import Pattern, Wildcard
from sfnlint.iam.policy import PlacedPattern, Statement
from sfnlint.iam.relation import Relation, relate
from sfnlint.messages import listed, quoted
from sfnlint.report.escaping import escape_controls
from sfnlint.report.positions import position
from sfnlint.subject import Subject
from sfnlint.symbol import Symbol
from sfnlint.synthesis.documents import policy_document, written
from sfnlint.synthesis.generated_policy import GeneratedPolicy, Resource
from sfnlint.synthesis.generated_policy import Statement as GeneratedStatement


def diff_lines(policy: GeneratedPolicy) -> Iterator[str]:
    """Yield a unified diff of the policies in JSON, and what happens to each statement.

    Only Allow statements are compared: the proposed policy replaces neither a Deny statement nor an
    AWS managed policy, and removes nothing from a role that something else uses or may use.
    """
    subject = policy.machine.combinations[0]
    analysis = None if subject.role is None else policy.machine.analyses[subject.role]
    present = [] if analysis is None else analysis.own_allow_statements
    old = json.dumps(_present_document(present, subject, analysis), indent=2).splitlines()
    new = json.dumps(policy_document(policy.statements, policy.symbols), indent=2).splitlines()
    name = "no role" if subject.role is None else subject.role.label
    yield from difflib.unified_diff(old, new, f"present ({name})", "proposed", lineterm="")
    yield ""
    for statement in present:
        assert analysis is not None
        yield _of_present(statement, analysis, policy)
    for generated in policy.statements:
        if analysis is None or not any(_covers(each, generated, analysis) for each in present):
            states = _states(generated.states)
            yield f"add     {generated.sid}: {listed(generated.actions, brief=True)} ({states})"


def _present_document(
    statements: Sequence[Statement], subject: Subject, analysis: RoleAnalysis | None
) -> dict[str, object]:
    show = subject.symbols.show

    def strings(items: Sequence[PlacedPattern]) -> list[str]:
        patterns = [item.pattern for item in items]
        if analysis is not None:
            patterns = [analysis.substitute(pattern) for pattern in patterns]
        return sorted(written(pattern.parts, subject.symbols) for pattern in patterns)

    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "NotAction" if statement.not_action else "Action": strings(statement.actions),
                "NotResource" if statement.not_resource else "Resource": strings(
                    statement.resources
                ),
                **(
                    {"Condition": sorted(show(condition_text(c)) for c in statement.conditions)}
                    if statement.conditions
                    else {}
                ),
            }
            for statement in statements
        ],
    }


def _of_present(statement: Statement, analysis: RoleAnalysis, policy: GeneratedPolicy) -> str:
    """Return what happens to a statement of the role: keep, narrow or remove."""
    start = position(statement.place)
    users = [check for check in analysis.checks if statement in check.allow]
    states = tuple(dict.fromkeys(_state(check.state) for check in users))
    actions = listed([str(item.pattern) for item in statement.actions], brief=True)
    where = f"{start.file}:{start.line}: {actions}"
    is_exact = all(
        any(_is_within(action, resource, each, analysis) for each in policy.statements)
        for action in statement.actions
        for resource in statement.resources
    )
    if not analysis.all_needs_known:
        verb, why = "keep", "something else uses or may use the role"
    elif not users and analysis.calls_sdk:
        verb, why = "keep", "an AWS SDK call may need it"
    elif not users:
        verb, why = "remove", "no state needs it"
    elif is_exact and not statement.not_action and not statement.not_resource:
        verb, why = "keep", _states(states)
    else:
        verb, why = "narrow", _states(states)
    return f"{verb:<7} {escape_controls(where)} ({why})"


def _is_within(
    action: PlacedPattern,
    resource: PlacedPattern,
    other: GeneratedStatement,
    analysis: RoleAnalysis,
) -> bool:
    """Whether a generated statement allows all that an action on a resource allows."""
    actions = [Pattern.literal(each.lower()) for each in other.actions]
    if relate(action.pattern.lower(), actions) is not Relation.COVERED:
        return False
    resources = [_pattern(each) for each in other.resources]
    return relate(analysis.substitute(resource.pattern), resources) is Relation.COVERED


def _covers(statement: Statement, generated: GeneratedStatement, analysis: RoleAnalysis) -> bool:
    """Whether a statement of the role already allows all that a generated statement allows."""
    if statement.not_action or statement.not_resource:
        return False
    keys = {condition.key.lower() for condition in statement.conditions}
    if not keys <= {key.lower() for key, _ in generated.conditions}:
        return False
    actions = [item.pattern.lower() for item in statement.actions]
    resources = [analysis.substitute(item.pattern) for item in statement.resources]
    return all(
        relate(Pattern.literal(action.lower()), actions) is Relation.COVERED
        for action in generated.actions
    ) and all(
        relate(_pattern(resource), resources) is Relation.COVERED
        for resource in generated.resources
    )


def _pattern(resource: Resource) -> Pattern:
    return Pattern.of(
        part
        if isinstance(part, Symbol) or (isinstance(part, str) and part != "*")
        else Wildcard.ANY
        for part in resource.parts
    )


def _state(state: object) -> str | None:
    return getattr(state, "name", None)


def _states(states: Sequence[str | None]) -> str:
    named = [state for state in states if state is not None]
    words = []
    if named:
        noun = "state" if len(named) == 1 else "states"
        words.append(f"{noun} {listed(quoted(named), brief=True)}")
    if None in states:
        words.append("settings of the machine")
    return " and ".join(words)

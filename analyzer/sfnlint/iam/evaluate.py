"""Evaluate policies for a call: allowed, denied or unknown.

The logic: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Literal, NamedTuple

from sfnlint.iam.conditions import (
    ConditionResult,
    RequestContext,
    conditions_met,
    unmet_condition,
)
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import Condition, PlacedPattern, Policy, Statement
from sfnlint.iam.relation import Relation, relate
from sfnlint.symbol import Symbol


class Verdict(Enum):
    """The result of an evaluation."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNKNOWN = "unknown"


class NearMiss(NamedTuple):
    """An Allow statement that names the action but certainly does not apply to the call.

    Attributes:
        statement: the statement.
        kind: the element that does not match the call.
        resources: the statement's resources, none of which matches the call's; empty if `kind` is
            "condition".
        condition: the condition that the call does not meet.

    """

    statement: Statement
    kind: Literal["resource", "condition"]
    resources: tuple[PlacedPattern, ...] = ()
    condition: Condition | None = None


class Decision(NamedTuple):
    """A verdict and the statements that decide it.

    Attributes:
        verdict: the verdict.
        allow: the Allow statements that apply or, if the verdict is unknown, may apply.
        deny: the Deny statement that certainly applies.
        misses: if no statement applies, the Allow statements that only their resources or only a
            condition keep from applying.

    """

    verdict: Verdict
    allow: tuple[Statement, ...] = ()
    deny: Statement | None = None
    misses: tuple[NearMiss, ...] = ()


class Decisions(NamedTuple):
    """The decisions about several actions on one resource.

    Attributes:
        each: the decisions in the order of the actions.
        denied: whether at least one action is denied.

    """

    each: Sequence[Decision]
    denied: bool

    @classmethod
    def of(cls, each: Sequence[Decision]) -> Decisions:
        """Create the object from its decisions."""
        return cls(each, Verdict.DENIED in [decision.verdict for decision in each])


class _PreparedStatement(NamedTuple):
    """A statement with its actions in lower case and the known values of symbols filled in.

    Attributes:
        statement: the statement.
        literal_actions: the actions without wildcards and symbols.
        action_patterns: the other actions.
        resources: the resources.

    """

    statement: Statement
    literal_actions: frozenset[str]
    action_patterns: Sequence[Pattern]
    resources: Sequence[Pattern]


class _ActionStatements(NamedTuple):
    """The statements that apply, or may apply, to an action.

    Attributes:
        granting: statements of the policies.
        limiting: statements of the boundary.
        settled: the decision if there are no such statements.

    """

    granting: Sequence[_PreparedStatement]
    limiting: Sequence[_PreparedStatement]
    settled: Decision | None


class _ActionGroups(NamedTuple):
    """Some actions, grouped by the statements that apply to them.

    Attributes:
        groups: the statements of each group.
        group_of: the index in `groups` for each action.
        settled: the decisions if no statement applies to any of the actions.
        decisions: the decisions made so far, by resource, case sensitivity and request context.

    """

    groups: Sequence[_ActionStatements]
    group_of: Sequence[int]
    settled: Decisions | None
    decisions: dict[object, Decisions]


class Grants:
    """The permissions of a role.

    Args:
        policies: the role's identity policies.
        complete: False if the role has other policies that cannot be read. They may allow
            anything, so no action is denied for lack of an Allow statement.
        boundary: the role's permissions boundary, which limits permissions and never grants any.
        resource_policies: policies of resources that name the role as principal. Within an
            account they suffice without an identity policy.
        symbol_values: the known values of symbols.

    """

    def __init__(
        self,
        policies: Sequence[Policy],
        *,
        complete: bool = True,
        boundary: Policy | None = None,
        resource_policies: Sequence[Policy] = (),
        symbol_values: Mapping[Symbol, str] | None = None,
    ) -> None:
        self._symbol_values = symbol_values or {}
        self._granting = self._prepared([*policies, *resource_policies])
        self._boundary = None if boundary is None else self._prepared([boundary])
        self._complete = complete and all(
            policy.complete
            for policy in (*policies, *resource_policies, *([boundary] if boundary else ()))
        )
        self._nothing = self._decide((), (), Pattern(()), {}, False)
        self._groups: dict[tuple[str, ...], _ActionGroups] = {}

    def decide(
        self, action: str, resource: Pattern, context: RequestContext, fold: bool = False
    ) -> Decision:
        """Return the decision about one action on one resource.

        Args:
            action: the action, `sagemaker:CreateModel`.
            resource: the ARN that the call uses; free symbols stand for strings that are only
                known at run time.
            context: condition keys in lower case with their values in the call; None for a key
                that is certainly absent. The values of all other keys are unknown.
            fold: compare ARNs without case.

        """
        return self.decide_all((action,), resource, context, fold).each[0]

    def decide_all(
        self,
        actions: tuple[str, ...],
        resource: Pattern,
        context: RequestContext,
        fold: bool = False,
    ) -> Decisions:
        """Return the decisions about several actions on one resource; arguments as `decide`."""
        groups = self._action_groups(actions)
        if groups.settled is not None:
            return groups.settled
        key = (resource, fold, *context.items())
        decisions = groups.decisions.get(key)
        if decisions is None:
            resource = resource.substitute(self._symbol_values)
            if fold:
                resource = resource.lower()
            by_group = [
                settled or self._decide(granting, limiting, resource, context, fold)
                for granting, limiting, settled in groups.groups
            ]
            decisions = Decisions.of([by_group[index] for index in groups.group_of])
            groups.decisions[key] = decisions
        return decisions

    def _decide(
        self,
        granting: Sequence[_PreparedStatement],
        limiting: Sequence[_PreparedStatement],
        resource: Pattern,
        context: RequestContext,
        fold: bool,
    ) -> Decision:
        deny, maybe_denied = _evaluate_denies(granting, resource, context, fold)
        if deny is not None:
            return Decision(Verdict.DENIED, deny=deny)
        decision = self._evaluate_allows(granting, resource, context, fold)
        if self._boundary is not None and decision.verdict is not Verdict.DENIED:
            deny, maybe_denied_by_boundary = _evaluate_denies(limiting, resource, context, fold)
            if deny is not None:
                return Decision(Verdict.DENIED, deny=deny)
            limit = self._evaluate_allows(limiting, resource, context, fold)
            if limit.verdict is Verdict.DENIED:
                return Decision(Verdict.DENIED)
            maybe_denied = (
                maybe_denied or maybe_denied_by_boundary or limit.verdict is Verdict.UNKNOWN
            )
        if decision.verdict is Verdict.ALLOWED and maybe_denied:
            return decision._replace(verdict=Verdict.UNKNOWN)
        return decision

    def _evaluate_allows(
        self,
        statements: Iterable[_PreparedStatement],
        resource: Pattern,
        context: RequestContext,
        fold: bool,
    ) -> Decision:
        """Return the decision of the Allow statements alone."""
        applying: list[_PreparedStatement] = []
        partly_applying: list[_PreparedStatement] = []
        uncertain: list[Statement] = []
        near: list[_PreparedStatement] = []
        for prepared in statements:
            if prepared.statement.effect != "Allow":
                continue
            result, relation = _compare(prepared, resource, context, fold)
            if result is ConditionResult.NOT_MET or relation is Relation.DISJOINT:
                if result is not ConditionResult.NOT_MET or relation is not Relation.DISJOINT:
                    near.append(prepared)
            elif result is ConditionResult.MET and relation is Relation.COVERED:
                applying.append(prepared)
            else:
                uncertain.append(prepared.statement)
                if result is ConditionResult.MET and not prepared.statement.not_resource:
                    partly_applying.append(prepared)
        if not applying and len(partly_applying) > 1:
            union = [grant for prepared in partly_applying for grant in _resources(prepared, fold)]
            if relate(resource, union) is Relation.COVERED:
                applying = partly_applying
        if applying:
            return Decision(Verdict.ALLOWED, tuple([prepared.statement for prepared in applying]))
        if uncertain or not self._complete:
            return Decision(Verdict.UNKNOWN, tuple(uncertain))
        misses = tuple([_near_miss(prepared.statement, context) for prepared in near])
        return Decision(Verdict.DENIED, misses=misses)

    def _action_groups(self, actions: tuple[str, ...]) -> _ActionGroups:
        known = self._groups.get(actions)
        if known is not None:
            return known
        groups: list[_ActionStatements] = []
        group_of: list[int] = []
        for action in actions:
            lower = action.lower()
            granting = _statements_for(lower, self._granting)
            limiting = _statements_for(lower, self._boundary or ())
            settled = None if granting or limiting else self._nothing
            group = _ActionStatements(granting, limiting, settled)
            if group not in groups:
                groups.append(group)
            group_of.append(groups.index(group))
        all_settled = None
        if all(group.settled for group in groups):
            all_settled = Decisions.of([self._nothing] * len(actions))
        result = self._groups[actions] = _ActionGroups(groups, group_of, all_settled, {})
        return result

    def _prepared(self, policies: Iterable[Policy]) -> list[_PreparedStatement]:
        values = self._symbol_values
        return [
            _PreparedStatement(
                statement,
                *_split_actions(statement),
                [item.pattern.substitute(values) for item in statement.resources],
            )
            for policy in policies
            for statement in policy.statements
        ]


def _split_actions(statement: Statement) -> tuple[frozenset[str], list[Pattern]]:
    """Split a statement's actions, in lower case, into literal strings and other patterns."""
    literals: list[str] = []
    patterns: list[Pattern] = []
    for item in statement.actions:
        string = item.pattern.string
        if string is None:
            patterns.append(item.pattern.lower())
        else:
            literals.append(string.lower())
    return frozenset(literals), patterns


def _statements_for(
    action: str, statements: Iterable[_PreparedStatement]
) -> list[_PreparedStatement]:
    """Return the statements that apply to an action.

    A statement that only may apply to it is returned with `whole` False.
    """
    need = Pattern((action,))
    applying: list[_PreparedStatement] = []
    for prepared in statements:
        statement = prepared.statement
        relation = Relation.COVERED
        if action not in prepared.literal_actions:
            relation = relate(need, prepared.action_patterns)
        excluded = Relation.COVERED if statement.not_action else Relation.DISJOINT
        if relation is Relation.UNKNOWN and statement.whole:
            applying.append(prepared._replace(statement=statement._replace(whole=False)))
        elif relation is not excluded or not statement.whole:
            applying.append(prepared)
    return applying


def _resources(prepared: _PreparedStatement, fold: bool) -> Sequence[Pattern]:
    return [pattern.lower() for pattern in prepared.resources] if fold else prepared.resources


def _compare(
    prepared: _PreparedStatement, resource: Pattern, context: RequestContext, fold: bool
) -> tuple[ConditionResult, Relation]:
    """Return whether a statement's conditions are met, and how its resources match the call's."""
    statement = prepared.statement
    if not statement.whole:
        return ConditionResult.UNKNOWN, Relation.UNKNOWN
    relation = relate(resource, _resources(prepared, fold))
    if statement.not_resource and relation is not Relation.UNKNOWN:
        covered = relation is Relation.DISJOINT
        relation = Relation.COVERED if covered else Relation.DISJOINT
    return conditions_met(statement.conditions, context), relation


def _evaluate_denies(
    statements: Iterable[_PreparedStatement],
    resource: Pattern,
    context: RequestContext,
    fold: bool,
) -> tuple[Statement | None, bool]:
    """Return the Deny statement that certainly applies, and whether any may apply."""
    maybe = False
    for prepared in statements:
        if prepared.statement.effect != "Deny":
            continue
        result, relation = _compare(prepared, resource, context, fold)
        if result is ConditionResult.MET and relation is Relation.COVERED:
            return prepared.statement, True
        maybe = maybe or (
            result is not ConditionResult.NOT_MET and relation is not Relation.DISJOINT
        )
    return None, maybe


def _near_miss(statement: Statement, context: RequestContext) -> NearMiss:
    condition = unmet_condition(statement.conditions, context)
    if condition is not None:
        return NearMiss(statement, "condition", condition=condition)
    return NearMiss(statement, "resource", statement.resources)

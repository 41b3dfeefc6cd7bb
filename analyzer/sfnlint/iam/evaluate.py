"""May a role do this? In three values: allowed, denied, unknown.

The logic: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Literal, NamedTuple

from sfnlint.iam.conditions import ConditionResult, RequestContext, conditions_met, unmet_condition
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import Condition, PlacedPattern, Policy, Statement
from sfnlint.iam.relation import Relation, relate
from sfnlint.symbol import Symbol


class Verdict(Enum):
    """The answer."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNKNOWN = "unknown"


class NearMiss(NamedTuple):
    """An Allow statement that names the action, and certainly does not apply.

    Attributes:
        statement: the statement.
        kind: what misses.
        resources: its resources, none of which the call touches; empty when they are not it.
        condition: the condition that the call does not meet.

    """

    statement: Statement
    kind: Literal["resource", "condition"]
    resources: tuple[PlacedPattern, ...] = ()
    condition: Condition | None = None


class Decision(NamedTuple):
    """An answer, and what it rests on.

    Attributes:
        verdict: the answer.
        allow: the Allow statements that apply; or may apply, when the answer is unknown.
        deny: the Deny statement that certainly applies.
        misses: when nothing applies, the Allow statements that miss in one respect only.

    """

    verdict: Verdict
    allow: tuple[Statement, ...] = ()
    deny: Statement | None = None
    misses: tuple[NearMiss, ...] = ()


class Decisions(NamedTuple):
    """Answers for several actions on one resource.

    Attributes:
        each: one for each action, in their order.
        denied: whether one of them is that the action is denied.

    """

    each: Sequence[Decision]
    denied: bool

    @classmethod
    def of(cls, each: Sequence[Decision]) -> Decisions:
        """These answers."""
        return cls(each, Verdict.DENIED in [one.verdict for one in each])


class _Prepared(NamedTuple):
    """A statement ready for comparison: actions without case, symbols bound.

    Attributes:
        statement: the statement.
        named: the actions that are written out.
        wild: the other ones.
        resources: its resources.

    """

    statement: Statement
    named: frozenset[str]
    wild: Sequence[Pattern]
    resources: Sequence[Pattern]


class _Part(NamedTuple):
    """The statements that say something about an action.

    Attributes:
        granting: those of the policies.
        cutting: those of the boundary.
        settled: the answer, when there are none.

    """

    granting: Sequence[_Prepared]
    cutting: Sequence[_Prepared]
    settled: Decision | None


class _About(NamedTuple):
    """The statements that say something about some actions.

    Attributes:
        parts: actions about which the same statements speak share one.
        which: for each action, its part.
        settled: the answers, when no statement speaks of any of the actions.

    """

    parts: Sequence[_Part]
    which: Sequence[int]
    settled: Decisions | None


class Grants:
    """What a role may do.

    Args:
        policies: its identity policies.
        complete: False when it has others that cannot be read: nothing is certainly lacking then.
        boundary: its permissions boundary, which cuts and never grants.
        resource_policies: policies of resources whose principal is the role: in one account they
            suffice.
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
        self._by_actions: dict[tuple[str, ...], _About] = {}
        self._decisions: dict[object, Decisions] = {}

    def decide(
        self, action: str, resource: Pattern, context: RequestContext, fold: bool = False
    ) -> Decision:
        """Answer for one action on one resource.

        Args:
            action: `sagemaker:CreateModel`.
            resource: the ARN that the call touches; free symbols for what is known at run time.
            context: condition keys in lower case with the call's values; None for a key that the
                call certainly lacks. Other keys are not known.
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
        """Answer for several actions on one resource."""
        about = self._about(actions)
        if about.settled is not None:
            return about.settled
        key = (id(about), resource, fold, *context.items())
        known = self._decisions.get(key)
        if known is None:
            bound = resource.substitute(self._symbol_values)
            if fold:
                bound = bound.lower()
            each = [
                settled or self._decide(granting, cutting, bound, context, fold)
                for granting, cutting, settled in about.parts
            ]
            known = self._decisions[key] = Decisions.of([each[index] for index in about.which])
        return known

    def _decide(
        self,
        granting: Sequence[_Prepared],
        cutting: Sequence[_Prepared],
        resource: Pattern,
        context: RequestContext,
        fold: bool,
    ) -> Decision:
        denied, maybe_denied = _denial(granting, resource, context, fold)
        if denied is not None:
            return Decision(Verdict.DENIED, deny=denied)
        decision = self._allowed(granting, resource, context, fold)
        if self._boundary is not None and decision.verdict is not Verdict.DENIED:
            denied, unsure = _denial(cutting, resource, context, fold)
            if denied is not None:
                return Decision(Verdict.DENIED, deny=denied)
            inner = self._allowed(cutting, resource, context, fold)
            if inner.verdict is Verdict.DENIED:
                return Decision(Verdict.DENIED)
            maybe_denied = maybe_denied or unsure or inner.verdict is Verdict.UNKNOWN
        if decision.verdict is Verdict.ALLOWED and maybe_denied:
            return decision._replace(verdict=Verdict.UNKNOWN)
        return decision

    def _allowed(
        self,
        statements: Iterable[_Prepared],
        resource: Pattern,
        context: RequestContext,
        fold: bool,
    ) -> Decision:
        """What the Allow statements say, Deny aside."""
        sure: list[_Prepared] = []
        parts: list[_Prepared] = []
        unsure: list[Statement] = []
        missing: list[_Prepared] = []
        for one in statements:
            if one.statement.effect != "Allow":
                continue
            answer, relation = _applies(one, resource, context, fold)
            if answer is ConditionResult.NOT_MET or relation is Relation.DISJOINT:
                if answer is not ConditionResult.NOT_MET or relation is not Relation.DISJOINT:
                    missing.append(one)
            elif answer is ConditionResult.MET and relation is Relation.COVERED:
                sure.append(one)
            else:
                unsure.append(one.statement)
                if answer is ConditionResult.MET and not one.statement.not_resource:
                    parts.append(one)
        if not sure and len(parts) > 1:
            union = [grant for one in parts for grant in _resources(one, fold)]
            if relate(resource, union) is Relation.COVERED:
                sure = parts
        if sure:
            return Decision(Verdict.ALLOWED, tuple([one.statement for one in sure]))
        if unsure or not self._complete:
            return Decision(Verdict.UNKNOWN, tuple(unsure))
        return Decision(Verdict.DENIED, misses=tuple([_miss(one, context) for one in missing]))

    def _about(self, actions: tuple[str, ...]) -> _About:
        found = self._by_actions.get(actions)
        if found is None:
            parts: list[_Part] = []
            which: list[int] = []
            for action in actions:
                folded = action.lower()
                granting = _about_action(self._granting, folded)
                cutting = _about_action(self._boundary or (), folded)
                part = _Part(granting, cutting, None if granting or cutting else self._nothing)
                if part not in parts:
                    parts.append(part)
                which.append(parts.index(part))
            settled = None
            if all(part.settled for part in parts):
                settled = Decisions.of([self._nothing] * len(actions))
            found = self._by_actions[actions] = _About(parts, which, settled)
        return found

    def _prepared(self, policies: Iterable[Policy]) -> list[_Prepared]:
        values = self._symbol_values
        return [
            _Prepared(
                statement,
                *_by_name(statement),
                [item.pattern.substitute(values) for item in statement.resources],
            )
            for policy in policies
            for statement in policy.statements
        ]


def _by_name(statement: Statement) -> tuple[frozenset[str], list[Pattern]]:
    """A statement's actions in lower case: those that are written out, and the other ones."""
    named: list[str] = []
    wild: list[Pattern] = []
    for item in statement.actions:
        text = item.pattern.string
        if text is None:
            wild.append(item.pattern.lower())
        else:
            named.append(text.lower())
    return frozenset(named), wild


def _about_action(statements: Iterable[_Prepared], action: str) -> list[_Prepared]:
    """The statements that are about an action; those that only may be are not whole."""
    asked = Pattern((action,))
    found: list[_Prepared] = []
    for one in statements:
        relation = Relation.COVERED if action in one.named else relate(asked, one.wild)
        out = Relation.COVERED if one.statement.not_action else Relation.DISJOINT
        if relation is Relation.UNKNOWN and one.statement.whole:
            found.append(one._replace(statement=one.statement._replace(whole=False)))
        elif relation is not out or not one.statement.whole:
            found.append(one)
    return found


def _resources(one: _Prepared, fold: bool) -> Sequence[Pattern]:
    return [pattern.lower() for pattern in one.resources] if fold else one.resources


def _applies(
    one: _Prepared, resource: Pattern, context: RequestContext, fold: bool
) -> tuple[ConditionResult, Relation]:
    """Whether a statement's conditions are met, and how its resources lie to what is touched."""
    statement = one.statement
    if not statement.whole:
        return ConditionResult.UNKNOWN, Relation.UNKNOWN
    relation = relate(resource, _resources(one, fold))
    if statement.not_resource and relation is not Relation.UNKNOWN:
        covered = relation is Relation.DISJOINT
        relation = Relation.COVERED if covered else Relation.DISJOINT
    return conditions_met(statement.conditions, context), relation


def _denial(
    statements: Iterable[_Prepared], resource: Pattern, context: RequestContext, fold: bool
) -> tuple[Statement | None, bool]:
    """The Deny statement that certainly applies, and whether another one may."""
    maybe = False
    for one in statements:
        if one.statement.effect != "Deny":
            continue
        answer, relation = _applies(one, resource, context, fold)
        if answer is ConditionResult.MET and relation is Relation.COVERED:
            return one.statement, True
        maybe = maybe or (
            answer is not ConditionResult.NOT_MET and relation is not Relation.DISJOINT
        )
    return None, maybe


def _miss(one: _Prepared, context: RequestContext) -> NearMiss:
    condition = unmet_condition(one.statement.conditions, context)
    if condition is not None:
        return NearMiss(one.statement, "condition", condition=condition)
    return NearMiss(one.statement, "resource", one.statement.resources)

"""Evaluate policies for a call: allowed, denied or unknown.

The logic: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from sfnlint.iam.conditions import (
    ConditionResult,
    ContextValue,
    Missing,
    RequestContext,
    substitute,
    unknown_condition,
    unmet_condition,
    value_of,
)
from sfnlint.iam.decision import Decision, Decisions, Limit, NearMiss, Uncertainty, Verdict
from sfnlint.iam.pattern import Pattern, PatternPart
from sfnlint.iam.policy import Policy, Statement
from sfnlint.iam.prepared_statements import (
    PreparedStatement,
    compare,
    prepared_statements,
    statements_for,
)
from sfnlint.iam.principals import grants_beyond_boundary
from sfnlint.iam.relation import Relation, relate
from sfnlint.named_tuple import NamedTuple
from sfnlint.symbol import Symbol


class _ActionStatements(NamedTuple):
    """The statements that apply, or may apply, to an action.

    Attributes:
        granting: statements of the policies.
        limiting: statements of each limit; None for a limit that does not apply to the action.
        settled: the decision if there are no such statements.
        decisions: the decisions made so far; all actions with the same statements share them.

    """

    granting: Sequence[PreparedStatement]
    limiting: Sequence[Sequence[PreparedStatement] | None]
    settled: Decision | None
    decisions: dict[object, Decision]


class _ActionGroups(NamedTuple):
    """Some actions, grouped by the statements that apply to them.

    Attributes:
        groups: the statements of each group.
        group_of: the index in `groups` for each action.
        settled: the decisions if no statement applies to any of the actions.
        keys: the condition keys in these statements, in lower case.
        decisions: the decisions made so far, by resource, case sensitivity and values of the keys.

    """

    groups: Sequence[_ActionStatements]
    group_of: Sequence[int]
    settled: Decisions | None
    keys: tuple[str, ...]
    decisions: dict[object, Decisions]


class Grants:
    """The permissions of a role.

    Args:
        policies: the role's identity policies.
        unread_policies: a reason for each policy that could not be read. Such a policy may allow
            anything, so no call is denied for lack of an Allow statement.
        limits: the policies that limit the role's permissions, such as its boundary.
        unread_limits: a reason for each limit that could not be read. Such a limit may deny
            anything, so no call is allowed; calls that no policy allows are denied all the same.
        resource_policies: policies of resources that name the role as principal. Within an
            account they suffice without an identity policy.
        symbol_values: the known values of symbols.
        common_context: returns the condition keys that all calls on a resource have. Those of a
            call take precedence.

    """

    def __init__(
        self,
        policies: Sequence[Policy],
        *,
        unread_policies: Sequence[Uncertainty] = (),
        limits: Sequence[Limit] = (),
        unread_limits: Sequence[Uncertainty] = (),
        resource_policies: Sequence[Policy] = (),
        symbol_values: Mapping[Symbol, PatternPart] | None = None,
        common_context: Callable[[Pattern], RequestContext] = lambda _: {},
    ) -> None:
        self._common_context = common_context
        self._symbol_values = symbol_values or {}
        granting = [*policies, *resource_policies]
        self._granting = prepared_statements(granting, self._symbol_values)
        self._unread_policies = (*unread_policies, *_partly_read(granting))
        self._limits = limits
        self._limiting = [
            prepared_statements(limit.policies, self._symbol_values) for limit in limits
        ]
        self._partly_read = [tuple(_partly_read(limit.policies)) for limit in limits]
        self._unread_limits = tuple(unread_limits)
        self._groups: dict[tuple[str, ...], _ActionGroups] = {}
        # By the identities of statements, which the values keep alive (benchmarks/compare.py).
        self._statements: dict[object, _ActionStatements] = {}
        self._substituted: dict[Pattern, Pattern] = {}

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
        # Few statements have conditions, so only the keys that these name are looked up.
        values = [value_of(key, context) for key in groups.keys]
        key = (resource, fold, groups.keys, *values)
        decisions = groups.decisions.get(key)
        if decisions is None:
            known = self._substituted.get(resource) or resource.substitute(self._symbol_values)
            self._substituted[resource] = known
            resource = known
            context = self._context(resource, dict(zip(groups.keys, values, strict=True)))
            if fold:
                resource = resource.lower()
            by_group = []
            for granting, limiting, settled, decided in groups.groups:
                decision = settled or decided.get(key)
                if decision is None:
                    decision = self._decide(granting, limiting, resource, context, fold)
                    decided[key] = decision
                by_group.append(decision)
            decisions = Decisions.of([by_group[index] for index in groups.group_of])
            groups.decisions[key] = decisions
        return decisions

    def is_settled(self, actions: tuple[str, ...]) -> bool:
        """Return whether the decisions about these actions are the same for all resources."""
        return self._action_groups(actions).settled is not None

    def _context(
        self, resource: Pattern, values: Mapping[str, ContextValue | Missing]
    ) -> RequestContext:
        """Return the values of condition keys in a call, given those that the call alone has."""
        common = self._common_context(resource) if values else {}
        context = {}
        for key, value in values.items():
            known = value_of(key, common) if isinstance(value, Missing) else value
            if not isinstance(known, Missing):
                context[key] = substitute(known, self._symbol_values)
        return context

    def _decide(
        self,
        granting: Sequence[PreparedStatement],
        limiting: Sequence[Sequence[PreparedStatement] | None],
        resource: Pattern,
        context: RequestContext,
        fold: bool,
    ) -> Decision:
        granted = _evaluate_allows(granting, self._unread_policies, resource, context, fold)
        deny, uncertainties = _evaluate_denies(granting, resource, context, fold)
        if deny is not None:
            return Decision(Verdict.DENIED, granted.allow, deny)
        if granted.verdict is Verdict.DENIED:
            return granted
        for limit, statements, unread in zip(
            self._limits, limiting, self._partly_read, strict=True
        ):
            if statements is None:
                continue
            applies = Relation.COVERED
            if limit.resource is not None:
                limited = limit.resource.substitute(self._symbol_values)
                applies = relate(resource, [limited.lower() if fold else limited])
                if applies is Relation.DISJOINT:
                    continue
            deny, perhaps = _evaluate_denies(statements, resource, context, fold)
            allowed = _evaluate_allows(statements, unread, resource, context, fold)
            if deny is None and allowed.verdict is not Verdict.DENIED:
                uncertainties += perhaps + allowed.uncertainties
            elif (
                deny is None
                and limit.kind == "permissions boundary"
                and (beyond := _beyond_boundary(granting, resource, context, fold))
            ):
                uncertainties += beyond
            elif applies is Relation.COVERED and limit.is_certain:
                return Decision(Verdict.DENIED, granted.allow, deny, limit=limit)
            else:
                place = limit.policies[0].place if limit.policies else None
                uncertainties += (Uncertainty(f"this {limit.kind} may apply", place),)
        uncertainties += self._unread_limits
        if granted.verdict is Verdict.ALLOWED and uncertainties:
            return granted._replace(verdict=Verdict.UNKNOWN, uncertainties=uncertainties)
        return granted

    def _action_groups(self, actions: tuple[str, ...]) -> _ActionGroups:
        known = self._groups.get(actions)
        if known is not None:
            return known
        groups: list[_ActionStatements] = []
        group_of: list[int] = []
        for action in actions:
            lower = action.lower()
            granting = statements_for(lower, self._granting)
            service = lower.partition(":")[0]
            limiting = [
                statements_for(lower, statements)
                if limit.services is None or service in limit.services
                else None
                for limit, statements in zip(self._limits, self._limiting, strict=True)
            ]
            every = (granting, *limiting)
            identity = tuple([None if part is None else (*map(id, part),) for part in every])
            group = self._statements.get(identity)
            if group is None:
                settled = None
                if not any(every) and not any(limit.resource for limit in self._limits):
                    settled = self._decide((), limiting, Pattern(()), {}, False)
                group = _ActionStatements(granting, limiting, settled, {})
                self._statements[identity] = group
            if group not in groups:
                groups.append(group)
            group_of.append(groups.index(group))
        all_settled = None
        settled_groups = [group.settled for group in groups if group.settled is not None]
        if len(settled_groups) == len(groups):
            all_settled = Decisions.of([settled_groups[index] for index in group_of])
        keys = {
            condition.key.lower()
            for group in groups
            for statements in (group.granting, *group.limiting)
            for prepared in statements or ()
            for condition in prepared.conditions
        }
        result = _ActionGroups(groups, group_of, all_settled, tuple(sorted(keys)), {})
        self._groups[actions] = result
        return result


def _evaluate_allows(
    statements: Iterable[PreparedStatement],
    unread: tuple[Uncertainty, ...],
    resource: Pattern,
    context: RequestContext,
    fold: bool,
) -> Decision:
    """Return the decision of the Allow statements alone.

    Args:
        statements: the statements that apply, or may apply, to the action.
        unread: a reason for each further policy, which may allow anything.
        resource: the resource of the call.
        context: the condition keys of the call.
        fold: compare ARNs without case.

    """
    applying: list[PreparedStatement] = []
    partly_applying: list[PreparedStatement] = []
    uncertain: list[PreparedStatement] = []
    near: list[PreparedStatement] = []
    for prepared in statements:
        if prepared.statement.effect != "Allow":
            continue
        result, relation = compare(prepared, resource, context, fold)
        if result is ConditionResult.NOT_MET or relation is Relation.DISJOINT:
            if _is_near(prepared, result, relation, resource, fold):
                near.append(prepared)
        elif result is ConditionResult.MET and relation is Relation.COVERED:
            applying.append(prepared)
        else:
            uncertain.append(prepared)
            if result is ConditionResult.MET and prepared.is_union_member:
                partly_applying.append(prepared)
    if not applying and len(partly_applying) > 1:
        union = [grant for prepared in partly_applying for grant in prepared.folded(fold)]
        if relate(resource, union) is Relation.COVERED:
            applying = partly_applying
    if applying:
        return Decision(Verdict.ALLOWED, tuple([prepared.statement for prepared in applying]))
    if uncertain or unread:
        return Decision(
            Verdict.UNKNOWN,
            tuple([prepared.statement for prepared in uncertain]),
            uncertainties=(*[_uncertainty(prepared, context) for prepared in uncertain], *unread),
        )
    misses = tuple([_near_miss(prepared, context) for prepared in near])
    return Decision(Verdict.DENIED, misses=misses)


def _evaluate_denies(
    statements: Iterable[PreparedStatement],
    resource: Pattern,
    context: RequestContext,
    fold: bool,
) -> tuple[Statement | None, tuple[Uncertainty, ...]]:
    """Return the Deny statement that certainly applies, and why others may apply."""
    uncertainties: list[Uncertainty] = []
    for prepared in statements:
        if prepared.statement.effect != "Deny":
            continue
        result, relation = compare(prepared, resource, context, fold)
        if result is ConditionResult.MET and relation is Relation.COVERED:
            return prepared.statement, ()
        if result is not ConditionResult.NOT_MET and relation is not Relation.DISJOINT:
            uncertainties.append(_uncertainty(prepared, context))
    return None, tuple(uncertainties)


def _uncertainty(prepared: PreparedStatement, context: RequestContext) -> Uncertainty:
    """Return why a statement may or may not apply to a call."""
    statement = prepared.statement
    if not statement.whole:
        return Uncertainty("this statement cannot be read completely", statement.place)
    if not statement.certain:
        verb = "exists" if statement.principals is None else "applies to the role"
        return Uncertainty(f"the files do not show whether this statement {verb}", statement.place)
    if not prepared.certain:
        return Uncertainty("the actions of this statement are unknown", statement.place)
    condition = unknown_condition(prepared.conditions, context)
    if condition is not None:
        return Uncertainty(f"the value of '{condition.key}' is unknown", condition.place)
    place = statement.resources[0].place if statement.resources else statement.place
    return Uncertainty("unknown values decide whether this resource is the needed one", place)


def _partly_read(policies: Iterable[Policy]) -> Iterator[Uncertainty]:
    """Yield a reason for each policy that could be read only partly."""
    for policy in policies:
        if not policy.complete:
            yield Uncertainty(f"policy '{policy.name}' cannot be read completely", policy.place)


def _is_near(
    prepared: PreparedStatement,
    result: ConditionResult,
    relation: Relation,
    resource: Pattern,
    fold: bool,
) -> bool:
    """Return whether only its resources or a condition keep an Allow from applying to a call."""
    if result is ConditionResult.NOT_MET and relation is Relation.DISJOINT:
        return False
    # Neither a statement for everybody nor the policy of another resource is meant for the call.
    return (
        prepared.certain
        and not grants_beyond_boundary(prepared.statement)
        and prepared.belongs_to(resource, fold) is not Relation.DISJOINT
    )


def _near_miss(prepared: PreparedStatement, context: RequestContext) -> NearMiss:
    statement = prepared.statement
    condition = unmet_condition(prepared.conditions, context)
    if condition is not None:
        value = context.get(condition.key.lower())
        return NearMiss(statement, "condition", condition=condition, value=value)
    return NearMiss(statement, "resource", statement.resources)


def _beyond_boundary(
    statements: Iterable[PreparedStatement], resource: Pattern, context: RequestContext, fold: bool
) -> tuple[Uncertainty, ...]:
    """Return why a call may be allowed that the permissions boundary does not allow."""
    beyond = [item for item in statements if grants_beyond_boundary(item.statement)]
    allowed = _evaluate_allows(beyond, (), resource, context, fold)
    return tuple(
        Uncertainty("the permissions boundary may not limit this statement", statement.place)
        for statement in allowed.allow
    )

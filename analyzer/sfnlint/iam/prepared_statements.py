"""Statements prepared for an evaluation, and how they match a call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sfnlint.iam.conditions import ConditionResult, RequestContext, conditions_met
from sfnlint.iam.pattern import Pattern, PatternPart
from sfnlint.iam.policy import Condition, Policy, Statement
from sfnlint.iam.relation import Relation, relate
from sfnlint.named_tuple import NamedTuple
from sfnlint.symbol import Symbol


class PreparedStatement(NamedTuple):
    """A statement with its actions in lower case and the known values of symbols filled in.

    Attributes:
        statement: the statement.
        literal_actions: the actions without wildcards and symbols.
        action_patterns: the other actions.
        resources: the resources.
        conditions: the conditions.
        protected: the only resources that it applies to; None if it has no others than `resources`.
        certain: False if the statement may not exist or may not name the action.

    """

    statement: Statement
    literal_actions: frozenset[str]
    action_patterns: Sequence[Pattern]
    resources: Sequence[Pattern]
    conditions: Sequence[Condition]
    protected: Sequence[Pattern] | None = None
    certain: bool = True

    @property
    def is_union_member(self) -> bool:
        """Whether its resources are all resources that it applies to."""
        return not self.statement.not_resource and self.protected is None

    def belongs_to(self, resource: Pattern, fold: bool) -> Relation:
        """Return whether it can apply to a resource at all: COVERED if certainly."""
        if self.protected is None:
            return Relation.COVERED
        return relate(resource, _folded(self.protected, fold))

    def folded(self, fold: bool) -> Sequence[Pattern]:
        """Return its resources, in lower case if ARNs are compared without case."""
        return _folded(self.resources, fold)


def prepared_statements(
    policies: Iterable[Policy], values: Mapping[Symbol, PatternPart]
) -> list[PreparedStatement]:
    """Return the statements of policies, with the known values of symbols."""
    prepared: list[PreparedStatement] = []
    for policy in policies:
        protected = None
        if policy.protected is not None:
            protected = [pattern.substitute(values) for pattern in policy.protected]
        prepared += [
            PreparedStatement(
                statement,
                *_split_actions(statement),
                [item.pattern.substitute(values) for item in statement.resources],
                [condition.substitute(values) for condition in statement.conditions],
                protected,
                statement.certain,
            )
            for statement in policy.statements
        ]
    return prepared


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


def statements_for(action: str, statements: Iterable[PreparedStatement]) -> list[PreparedStatement]:
    """Return the statements that apply to an action in lower case.

    A statement that only may apply to it is returned with `certain` False.
    """
    need = Pattern((action,))
    applying: list[PreparedStatement] = []
    for prepared in statements:
        statement = prepared.statement
        relation = Relation.COVERED
        if action not in prepared.literal_actions:
            relation = relate(need, prepared.action_patterns)
        excluded = Relation.COVERED if statement.not_action else Relation.DISJOINT
        if relation is Relation.UNKNOWN and statement.whole:
            applying.append(prepared._replace(certain=False))
        elif relation is not excluded or not statement.whole:
            applying.append(prepared)
    return applying


def compare(
    prepared: PreparedStatement, resource: Pattern, context: RequestContext, fold: bool
) -> tuple[ConditionResult, Relation]:
    """Return whether a statement's conditions are met, and how its resources match the call's."""
    statement = prepared.statement
    belongs = prepared.belongs_to(resource, fold)
    if not statement.whole:
        is_elsewhere = belongs is Relation.DISJOINT
        return ConditionResult.UNKNOWN, Relation.DISJOINT if is_elsewhere else Relation.UNKNOWN
    relation = relate(resource, prepared.folded(fold))
    if statement.not_resource and relation is not Relation.UNKNOWN:
        covered = relation is Relation.DISJOINT
        relation = Relation.COVERED if covered else Relation.DISJOINT
    if belongs is not Relation.COVERED and relation is not Relation.DISJOINT:
        relation = belongs
    result = conditions_met(prepared.conditions, context)
    if result is ConditionResult.MET and not prepared.certain:
        result = ConditionResult.UNKNOWN
    return result, relation


def _folded(patterns: Sequence[Pattern], fold: bool) -> Sequence[Pattern]:
    return [pattern.lower() for pattern in patterns] if fold else patterns

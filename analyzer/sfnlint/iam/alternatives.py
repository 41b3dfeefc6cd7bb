"""A policy of which the files show several versions, and not which of them is deployed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import PlacedPattern, Policy, Statement
from sfnlint.place import Place

_Patterns = tuple[PlacedPattern, ...]


def one_of(versions: Sequence[Policy]) -> Policy:
    """Return a policy that is one of several versions.

    What all versions grant is certain; the rest may be granted. Statements of different versions
    that are at the same place are versions of each other: the actions or resources that they have
    in common are certain as well.

    Args:
        versions: the versions, at least one.

    """
    first, *others = versions
    if not others:
        return first
    statements = list(_statements(versions))
    problems = {_key_of_problem(problem): problem for problem in first.problems}
    for version in others:
        known = set(map(_key_of_problem, version.problems))
        problems = {key: problem for key, problem in problems.items() if key in known}
    return first._replace(
        statements=tuple(statements),
        complete=all(version.complete for version in versions),
        problems=tuple(problems.values()),
        predefined=all(version.predefined for version in versions),
        written=tuple(document for version in versions for document in version.written),
    )


def perhaps(policy: Policy) -> Policy:
    """Return a policy of which the files do not show whether it exists."""
    statements = tuple(statement._replace(certain=False) for statement in policy.statements)
    return policy._replace(statements=statements)


def _statements(versions: Sequence[Policy]) -> Iterator[Statement]:
    meanings = [{_meaning(statement) for statement in version.statements} for version in versions]
    in_all = set.intersection(*meanings)
    seen: set[object] = set()
    by_place: dict[object, dict[int, list[Statement]]] = {}
    for index, version in enumerate(versions):
        for statement in version.statements:
            meaning = _meaning(statement)
            if meaning not in in_all:
                versions_here = by_place.setdefault(_place(statement), {})
                versions_here.setdefault(index, []).append(statement)
            elif meaning not in seen:
                seen.add(meaning)
                yield statement
    for versions_here in by_place.values():
        statements = [statement for here in versions_here.values() for statement in here]
        # Several statements at one place are made by a loop.
        is_in_all = len(statements) == len(versions) == len(versions_here)
        common = _common_part(statements) if is_in_all else None
        if common is not None:
            yield common
        distinct: dict[object, Statement] = {}
        for statement in statements:
            rest = statement if common is None else _rest(statement, common)
            if rest is not None:
                distinct.setdefault(_meaning(rest), rest)
        yield from (statement._replace(certain=False) for statement in distinct.values())


def _common_part(statements: Sequence[Statement]) -> Statement | None:
    """Return the statement that all versions of a statement contain; None if there is none."""
    first = statements[0]
    bare = {_meaning(statement._replace(actions=(), resources=())) for statement in statements}
    if len(bare) > 1 or first.not_action or first.not_resource:
        return None
    actions, resources = first.actions, first.resources
    for statement in statements[1:]:
        actions = _shared(actions, statement.actions)
        resources = _shared(resources, statement.resources)
    if not actions or (first.resources and not resources):
        return None
    return first._replace(actions=actions, resources=resources)


def _rest(statement: Statement, common: Statement) -> Statement | None:
    """Return what a version of a statement has beside the common part; None if nothing."""
    actions = _others(statement.actions, common.actions)
    resources = _others(statement.resources, common.resources)
    if not actions:
        return statement._replace(resources=resources) if resources else None
    return statement if resources else statement._replace(actions=actions)


def _shared(patterns: _Patterns, others: _Patterns) -> _Patterns:
    known = {other.pattern for other in others}
    return tuple(item for item in patterns if item.pattern in known)


def _others(patterns: _Patterns, common: _Patterns) -> _Patterns:
    known = {other.pattern for other in common}
    return tuple(item for item in patterns if item.pattern not in known)


def _meaning(statement: Statement) -> object:
    """Return a key that is equal for statements with the same elements."""
    return (
        statement.effect,
        _patterns(statement.actions),
        statement.not_action,
        _patterns(statement.resources),
        statement.not_resource,
        frozenset(
            (condition.operator, condition.key, _patterns(condition.values))
            for condition in statement.conditions
        ),
        None if statement.principals is None else _patterns(statement.principals),
        statement.not_principal,
        statement.whole,
        statement.certain,
    )


def _patterns(items: _Patterns) -> frozenset[Pattern]:
    return frozenset(item.pattern for item in items)


def _place(statement: Statement) -> object:
    located = statement.place.locate()
    return located.root, located.span


def _key_of_problem(problem: tuple[str, Place]) -> object:
    message, place = problem
    located = place.locate()
    return message, located.root, located.span

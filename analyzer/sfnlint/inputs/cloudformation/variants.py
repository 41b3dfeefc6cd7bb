"""Values that depend on conditions of which the files show neither value."""

from __future__ import annotations

from sfnlint.inputs.cloudformation.conditions import ConditionValues
from sfnlint.inputs.cloudformation.intrinsics import Resolver
from sfnlint.place import Route

_MAX_VARIANTS = 32
"""How many combinations of unknown conditions of one value are told apart."""


def variants(
    resolver: Resolver, data: object, route: Route
) -> list[tuple[object, dict[Route, Route]]]:
    """Return a value resolved for both values of each unknown condition that it depends on.

    If there are too many, the last results hold the symbol of an `Fn::If` as well.
    """
    waiting: list[ConditionValues] = [resolver.condition_values]
    results: list[tuple[object, dict[Route, Route]]] = []
    while waiting:
        values = waiting.pop()
        if values is not resolver.condition_values:
            # The names of resources may depend on conditions, too.
            resolver = Resolver(resolver.template, resolver.symbols, values, resolver.cross_stack)
        condition = _unknown_condition(resolver, data)
        if condition is None or len(results) + len(waiting) >= _MAX_VARIANTS:
            results.append(resolver.resolve(data, route))
        else:
            waiting += [{**values, condition: value} for value in (False, True)]
    return results


def _unknown_condition(resolver: Resolver, data: object) -> str | None:
    """Return an unknown condition on which a value depends; None if there is none."""
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            argument = value.get("Fn::If")
            branch = resolver.if_branch(argument)
            if branch is not None:
                waiting.append(branch[1])
            elif isinstance(argument, list) and len(argument) == 3:
                return argument[0] if isinstance(argument[0], str) else None
            else:
                waiting += value.values()
    return None

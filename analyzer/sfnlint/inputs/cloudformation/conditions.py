"""The combinations of values that a template's conditions can have.

Conditions: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product

MAX_COMBINATIONS = 2**8
_MAX_ASSIGNMENTS = 2**12
_MAX_DEPTH = 20
_OTHER = "\0"
"""Stands for every value that no condition compares with."""

ConditionValues = Mapping[str, bool]
"""A combination: the values of some conditions, by name."""


class Conditions(dict[str, object]):
    """The Conditions section of a template, with the values that its parameters allow.

    Args:
        section: the section.
        parameters: the Parameters section.
        values: the known values of parameters; none when None.
        mappings: the Mappings section.
        rules: the Rules section.

    Attributes:
        rules: assertions about the parameters:
            https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
        allowed: the AllowedValues, as strings, of each parameter that has them:
            https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html

    """

    def __init__(
        self,
        section: Mapping[str, object],
        parameters: Mapping[str, object],
        values: Mapping[str, str] | None = None,
        mappings: Mapping[str, object] | None = None,
        rules: Mapping[str, object] | None = None,
    ) -> None:
        fill = _KnownValues(values or {}, mappings or {}).fill
        super().__init__((name, fill(condition)) for name, condition in section.items())
        self.rules = [rule for rule in (rules or {}).values() if isinstance(rule, dict)]
        self.allowed = {
            _key({"Ref": name}): allowed
            for name, parameter in parameters.items()
            if (allowed := _allowed_values(parameter))
        }


def ref_returns_given_value(parameter: object) -> bool:
    """Whether a Ref to a parameter returns the string that the parameter is given."""
    parameter_type = parameter.get("Type") if isinstance(parameter, dict) else None
    # A Systems Manager parameter is given a key; Ref returns the value stored under it.
    return isinstance(parameter_type, str) and (
        parameter_type in ("String", "Number")
        or (parameter_type.startswith("AWS::") and "AWS::SSM::" not in parameter_type)
    )


def accepts_value(parameter: object, value: str) -> bool:
    """Whether a parameter can be given this value, and a Ref to it then returns the value."""
    allowed = _allowed_values(parameter)
    return ref_returns_given_value(parameter) and (not allowed or value in allowed)


class _KnownValues:
    """The known values of parameters, and the values that mappings have for them."""

    def __init__(self, values: Mapping[str, str], mappings: Mapping[str, object]) -> None:
        self.values = values
        self.mappings = mappings

    def fill(self, data: object, depth: int = 0) -> object:
        """Return a condition with the known values filled in."""
        if not self.values or depth > _MAX_DEPTH:
            return data
        if isinstance(data, list):
            return [self.fill(item, depth + 1) for item in data]
        if not isinstance(data, dict):
            return data
        filled = {key: self.fill(value, depth + 1) for key, value in data.items()}
        if len(filled) != 1:
            return filled
        [(function, argument)] = filled.items()
        if function == "Ref" and isinstance(argument, str):
            return self.values.get(argument, filled)
        if function == "Fn::FindInMap" and isinstance(argument, list) and len(argument) == 3:
            value: object = self.mappings
            for key in argument:
                value = value.get(key) if isinstance(value, dict) and isinstance(key, str) else None
            return filled if value is None or isinstance(value, (dict, list)) else value
        return filled


def _allowed_values(parameter: object) -> set[str]:
    # For lists and Systems Manager parameters, AllowedValues are not values of the whole parameter.
    if not isinstance(parameter, dict) or parameter.get("Type") not in ("String", "Number"):
        return set()
    values = parameter.get("AllowedValues")
    strings = [_string(value) for value in values] if isinstance(values, list) else []
    allowed = {string for string in strings if isinstance(string, str)}
    return allowed if len(allowed) == len(strings) else set()


def combinations(conditions: Conditions, names: Iterable[str]) -> list[ConditionValues] | None:
    """Return the values that some conditions can have together.

    Args:
        conditions: the template's conditions.
        names: the names of the conditions that matter.

    Returns:
        A mapping for each combination, of the named conditions only; None when there are more
        than `MAX_COMBINATIONS`.

    """
    names = sorted(name for name in names if name in conditions)
    if not names:
        return [{}]
    comparisons = _comparisons(conditions, names)
    _add_comparisons_of_rules(conditions.rules, comparisons)
    assignments = product(
        *(_choices(literals, conditions.allowed.get(key)) for key, literals in comparisons.items())
    )
    results: dict[tuple[bool, ...], ConditionValues] = {}
    for count, assignment in enumerate(islice(assignments, _MAX_ASSIGNMENTS + 1)):
        if count == _MAX_ASSIGNMENTS:
            return None
        known = dict(zip(comparisons, assignment, strict=True))
        if any(_is_violated(rule, known) for rule in conditions.rules):
            continue
        evaluation = _Evaluation(conditions, known)
        values = {name: evaluation.value(name) for name in names}
        results.setdefault(tuple(values.values()), values)
        if len(results) > MAX_COMBINATIONS:
            return None
    if not results and conditions.rules:
        # No stack can be created from this template; its resources are checked all the same.
        without_rules = Conditions(conditions, {})
        without_rules.allowed = conditions.allowed
        return combinations(without_rules, names)
    return list(results.values())


def _choices(literals: set[str], allowed: set[str] | None) -> list[str]:
    """The values to try for a parameter that is compared with these literals."""
    if allowed is None:
        return sorted(literals | {_OTHER})
    rest = {_OTHER} if allowed - literals else set()
    return sorted((literals & allowed) | rest)


def describe(values: ConditionValues) -> str:
    """Return a combination as a phrase: `IsProd is true and HasBucket is false`."""
    return " and ".join(
        f"{name} is {'true' if value else 'false'}" for name, value in values.items()
    )


def _operands(data: object) -> tuple[str, str | None] | None:
    """The key of an unknown value and the literal that Fn::Equals compares it with.

    For two unknown values, a key for both and None; None for malformed arguments.
    """
    if not isinstance(data, list) or len(data) != 2:
        return None
    left, right = map(_string, data)
    if isinstance(left, str) and not isinstance(right, str):
        left, right = right, left
    if isinstance(right, str):
        return _key(left), right
    return " = ".join(sorted((_key(left), _key(right)))), None


def _key(data: object) -> str:
    return json.dumps(data, sort_keys=True, default=str)


def _string(value: object) -> object:
    """A scalar as the string that CloudFormation compares; anything else as it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else value


def _function_call(data: object) -> tuple[str, list[object]]:
    """The function of a condition, and its arguments."""
    if not isinstance(data, dict) or len(data) != 1:
        return "", []
    [(function, argument)] = data.items()
    return function, argument if isinstance(argument, list) else [argument]


def _comparisons(conditions: Mapping[str, object], names: Iterable[str]) -> dict[str, set[str]]:
    """The unknown values that conditions compare, with the literals that they are compared with."""
    comparisons: dict[str, set[str]] = {}
    seen = set(names)
    waiting = [conditions[name] for name in seen]
    while waiting:
        function, arguments = _function_call(waiting.pop())
        if function == "Fn::Equals":
            operands = _operands(arguments)
            if operands is not None and not all(
                isinstance(_string(argument), str) for argument in arguments
            ):
                key, literal = operands
                comparisons.setdefault(key, set()).add("=" if literal is None else literal)
        elif function == "Condition":
            for name in arguments:
                if isinstance(name, str) and name in conditions and name not in seen:
                    seen.add(name)
                    waiting.append(conditions[name])
        elif function in ("Fn::And", "Fn::Or", "Fn::Not"):
            waiting += arguments
    return comparisons


class _Evaluation:
    """The values of conditions for known values of their comparisons."""

    def __init__(self, conditions: Mapping[str, object], known: Mapping[str, str]) -> None:
        self.conditions = conditions
        self.known = known
        self._values: dict[str, bool] = {}
        self._depth = 0

    def value(self, name: str) -> bool:
        """Return the value of a condition; false for a condition that refers to itself."""
        if name not in self._values:
            self._values[name] = False
            if self._depth < _MAX_DEPTH:
                self._depth += 1
                self._values[name] = self._evaluate(self.conditions.get(name))
                self._depth -= 1
        return self._values[name]

    def _evaluate(self, data: object) -> bool:
        function, arguments = _function_call(data)
        if function == "Fn::Equals":
            operands = _operands(arguments)
            if operands is None:
                return False
            left, right = map(_string, arguments)
            if left == right or (isinstance(left, str) and isinstance(right, str)):
                return left == right
            key, literal = operands
            return self.known.get(key) == ("=" if literal is None else literal)
        if function == "Condition":
            return all(isinstance(name, str) and self.value(name) for name in arguments)
        if function == "Fn::And":
            return all(self._evaluate(argument) for argument in arguments)
        if function == "Fn::Or":
            return any(self._evaluate(argument) for argument in arguments)
        return function == "Fn::Not" and not any(self._evaluate(argument) for argument in arguments)


def _add_comparisons_of_rules(rules: Iterable[object], comparisons: Mapping[str, set[str]]) -> None:
    """Add the literals that rules compare with values that conditions compare as well."""
    waiting: list[object] = list(rules)
    while waiting:
        data = waiting.pop()
        if not isinstance(data, (dict, list)):
            continue
        function, arguments = _function_call(data)
        for key, literals in _literals_of_rule(function, arguments):
            if key in comparisons:
                comparisons[key].update(literals)
        waiting += data.values() if isinstance(data, dict) else data


def _literals_of_rule(function: str, arguments: list[object]) -> Iterator[tuple[str, set[str]]]:
    """The unknown value that a function of a rule compares, and the literals."""
    if function == "Fn::Equals" and (operands := _operands(arguments)) and operands[1] is not None:
        yield operands[0], {operands[1]}
    elif function == "Fn::Contains" and len(arguments) == 2 and isinstance(arguments[0], list):
        literals = {string for string in map(_string, arguments[0]) if isinstance(string, str)}
        if len(literals) == len(arguments[0]):
            yield _key(arguments[1]), literals


def _is_violated(rule: Mapping[str, object], known: Mapping[str, str]) -> bool:
    """Whether these values certainly violate a rule."""
    if "RuleCondition" in rule and _rule_value(rule["RuleCondition"], known) is not True:
        return False
    assertions = rule.get("Assertions")
    return any(
        isinstance(assertion, dict) and _rule_value(assertion.get("Assert"), known) is False
        for assertion in (assertions if isinstance(assertions, list) else ())
    )


def _rule_value(data: object, known: Mapping[str, str], depth: int = 0) -> bool | None:
    """The value of a rule-specific function; None when it is unknown."""
    function, arguments = _function_call(data)
    if function in ("Fn::And", "Fn::Or", "Fn::Not") and depth < _MAX_DEPTH:
        values = [_rule_value(argument, known, depth + 1) for argument in arguments]
        if function == "Fn::Not":
            return not values[0] if len(values) == 1 and values[0] is not None else None
        decisive = function == "Fn::Or"
        if decisive in values:
            return decisive
        return None if None in values else not decisive
    for key, literals in _literals_of_rule(function, arguments):
        if key in known:
            return known[key] in literals
    return None

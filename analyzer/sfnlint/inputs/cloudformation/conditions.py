"""The combinations that a template's conditions can have.

Conditions: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product

MOST_COMBINATIONS = 2**8
_MOST_ASSIGNMENTS = 2**12
_DEEPEST = 20
_OTHER = "\0"
"""Any value that nothing is compared with."""

Truth = Mapping[str, bool]


class Conditions(dict[str, object]):
    """The Conditions section of a template, with what its parameters may be.

    Args:
        section: the section.
        parameters: the Parameters section.
        values: those of the parameters that are known; none when None.
        mappings: the Mappings section.
        rules: the Rules section.

    Attributes:
        rules: what the parameters must fulfil together:
            https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
        allowed: the values of each parameter that has AllowedValues, as texts:
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
        fill = _Values(values or {}, mappings or {}).fill
        super().__init__((name, fill(data)) for name, data in section.items())
        self.rules = [rule for rule in (rules or {}).values() if isinstance(rule, dict)]
        self.allowed = {
            _key({"Ref": name}): allowed
            for name, parameter in parameters.items()
            if (allowed := _allowed(parameter))
        }


def is_what_it_is_given(parameter: object) -> bool:
    """Whether a Ref to a parameter is the text that it is given."""
    kind = parameter.get("Type") if isinstance(parameter, dict) else None
    # One of Systems Manager is given a name, and is what stands under it.
    return isinstance(kind, str) and (
        kind in ("String", "Number") or (kind.startswith("AWS::") and "AWS::SSM::" not in kind)
    )


def takes(parameter: object, value: str) -> bool:
    """Whether a Ref to a parameter that is given this value is the value."""
    allowed = _allowed(parameter)
    return is_what_it_is_given(parameter) and (not allowed or value in allowed)


class _Values:
    """The values of parameters that are known, and what mappings make of them."""

    def __init__(self, values: Mapping[str, str], mappings: Mapping[str, object]) -> None:
        self.values = values
        self.mappings = mappings

    def fill(self, data: object, depth: int = 0) -> object:
        """A condition with what is known in it."""
        if not self.values or depth > _DEEPEST:
            return data
        if isinstance(data, list):
            return [self.fill(one, depth + 1) for one in data]
        if not isinstance(data, dict):
            return data
        filled = {key: self.fill(one, depth + 1) for key, one in data.items()}
        if len(filled) != 1:
            return filled
        [(function, argument)] = filled.items()
        if function == "Ref" and isinstance(argument, str):
            return self.values.get(argument, filled)
        if function == "Fn::FindInMap" and isinstance(argument, list) and len(argument) == 3:
            found: object = self.mappings
            for key in argument:
                found = found.get(key) if isinstance(found, dict) and isinstance(key, str) else None
            return filled if found is None or isinstance(found, (dict, list)) else found
        return filled


def _allowed(parameter: object) -> set[str]:
    # Those of a list, or of a parameter of Systems Manager, are not about the whole value.
    if not isinstance(parameter, dict) or parameter.get("Type") not in ("String", "Number"):
        return set()
    values = parameter.get("AllowedValues")
    texts = [_text(value) for value in values] if isinstance(values, list) else []
    known = {text for text in texts if isinstance(text, str)}
    return known if len(known) == len(texts) else set()


def combinations(conditions: Conditions, touched: Iterable[str]) -> list[Truth] | None:
    """The values that these conditions can have together.

    Args:
        conditions: the template's conditions.
        touched: the names of the conditions that matter.

    Returns:
        One mapping for each combination, of the touched conditions only; None when there are
        more than `MOST_COMBINATIONS`.

    """
    names = sorted(name for name in touched if name in conditions)
    if not names:
        return [{}]
    values = _collect(conditions, names)
    _collect_from_rules(conditions.rules, values)
    assignments = product(
        *(_choices(compared, conditions.allowed.get(key)) for key, compared in values.items())
    )
    found: dict[tuple[bool, ...], Truth] = {}
    for count, assignment in enumerate(islice(assignments, _MOST_ASSIGNMENTS + 1)):
        if count == _MOST_ASSIGNMENTS:
            return None
        known = dict(zip(values, assignment, strict=True))
        if any(_breaks(rule, known) for rule in conditions.rules):
            continue
        evaluation = _Evaluation(conditions, known)
        truth = {name: evaluation.value(name) for name in names}
        found.setdefault(tuple(truth.values()), truth)
        if len(found) > MOST_COMBINATIONS:
            return None
    if not found and conditions.rules:
        # Nobody can deploy it; what is in it is looked at all the same.
        without = Conditions(conditions, {})
        without.allowed = conditions.allowed
        return combinations(without, touched)
    return list(found.values())


def _choices(compared: set[str], allowed: set[str] | None) -> list[str]:
    """The values that make a difference, of those that a parameter may have."""
    if allowed is None:
        return sorted(compared | {_OTHER})
    rest = {_OTHER} if allowed - compared else set()
    return sorted((compared & allowed) | rest)


def words(truth: Truth) -> str:
    """A combination in words: `IsProd is true and HasBucket is false`."""
    return " and ".join(
        f"{name} is {'true' if value else 'false'}" for name, value in truth.items()
    )


def _operands(data: object) -> tuple[str, str | None] | None:
    """What an Fn::Equals compares: something open with a literal, or two open things (None)."""
    if not isinstance(data, list) or len(data) != 2:
        return None
    left, right = map(_text, data)
    if isinstance(left, str) and not isinstance(right, str):
        left, right = right, left
    if isinstance(right, str):
        return _key(left), right
    return " = ".join(sorted((_key(left), _key(right)))), None


def _key(data: object) -> str:
    return json.dumps(data, sort_keys=True, default=str)


def _text(value: object) -> object:
    """A scalar as the text that CloudFormation compares; anything else as it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else value


def _parts(data: object) -> tuple[str, list[object]]:
    """The function of a condition, and what it is applied to."""
    if not isinstance(data, dict) or len(data) != 1:
        return "", []
    [(function, value)] = data.items()
    return function, value if isinstance(value, list) else [value]


def _collect(conditions: Mapping[str, object], names: Iterable[str]) -> dict[str, set[str]]:
    """What the conditions compare, with the values that they compare it with."""
    values: dict[str, set[str]] = {}
    seen = set(names)
    waiting = [conditions[name] for name in seen]
    while waiting:
        function, parts = _parts(waiting.pop())
        if function == "Fn::Equals":
            operands = _operands(parts)
            if operands is not None and not all(isinstance(_text(one), str) for one in parts):
                key, literal = operands
                values.setdefault(key, set()).add("=" if literal is None else literal)
        elif function == "Condition":
            for name in parts:
                if isinstance(name, str) and name in conditions and name not in seen:
                    seen.add(name)
                    waiting.append(conditions[name])
        elif function in ("Fn::And", "Fn::Or", "Fn::Not"):
            waiting += parts
    return values


class _Evaluation:
    """The values of conditions when it is known what they compare."""

    def __init__(self, conditions: Mapping[str, object], known: Mapping[str, str]) -> None:
        self.conditions = conditions
        self.known = known
        self._values: dict[str, bool] = {}
        self._depth = 0

    def value(self, name: str) -> bool:
        """The value of a condition; false for one that refers to itself."""
        if name not in self._values:
            self._values[name] = False
            if self._depth < _DEEPEST:
                self._depth += 1
                self._values[name] = self._evaluate(self.conditions.get(name))
                self._depth -= 1
        return self._values[name]

    def _evaluate(self, data: object) -> bool:
        function, parts = _parts(data)
        if function == "Fn::Equals":
            operands = _operands(parts)
            if operands is None:
                return False
            left, right = map(_text, parts)
            if left == right or (isinstance(left, str) and isinstance(right, str)):
                return left == right
            key, literal = operands
            return self.known.get(key) == ("=" if literal is None else literal)
        if function == "Condition":
            return all(isinstance(name, str) and self.value(name) for name in parts)
        if function == "Fn::And":
            return all(self._evaluate(part) for part in parts)
        if function == "Fn::Or":
            return any(self._evaluate(part) for part in parts)
        return function == "Fn::Not" and not any(self._evaluate(part) for part in parts)


def _collect_from_rules(rules: Iterable[object], values: Mapping[str, set[str]]) -> None:
    """What rules compare with those things that conditions compare as well."""
    waiting: list[object] = list(rules)
    while waiting:
        one = waiting.pop()
        if not isinstance(one, (dict, list)):
            continue
        function, parts = _parts(one)
        for key, literals in _compared(function, parts):
            if key in values:
                values[key].update(literals)
        waiting += one.values() if isinstance(one, dict) else one


def _compared(function: str, parts: list[object]) -> Iterator[tuple[str, set[str]]]:
    """What a function of a rule compares, and with which literals."""
    if function == "Fn::Equals" and (operands := _operands(parts)) and operands[1] is not None:
        yield operands[0], {operands[1]}
    elif function == "Fn::Contains" and len(parts) == 2 and isinstance(parts[0], list):
        literals = {text for text in map(_text, parts[0]) if isinstance(text, str)}
        if len(literals) == len(parts[0]):
            yield _key(parts[1]), literals


def _breaks(rule: Mapping[str, object], known: Mapping[str, str]) -> bool:
    """Whether parameters certainly break a rule."""
    if "RuleCondition" in rule and _decided(rule["RuleCondition"], known) is not True:
        return False
    assertions = rule.get("Assertions")
    return any(
        isinstance(one, dict) and _decided(one.get("Assert"), known) is False
        for one in (assertions if isinstance(assertions, list) else ())
    )


def _decided(data: object, known: Mapping[str, str], depth: int = 0) -> bool | None:
    """The value of a rule's function; None when it is open."""
    function, parts = _parts(data)
    if function in ("Fn::And", "Fn::Or", "Fn::Not") and depth < _DEEPEST:
        values = [_decided(part, known, depth + 1) for part in parts]
        if function == "Fn::Not":
            return not values[0] if len(values) == 1 and values[0] is not None else None
        decisive = function == "Fn::Or"
        if decisive in values:
            return decisive
        return None if None in values else not decisive
    for key, literals in _compared(function, parts):
        if key in known:
            return known[key] in literals
    return None

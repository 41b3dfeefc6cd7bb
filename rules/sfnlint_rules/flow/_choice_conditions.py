"""Whether a Choice rule certainly matches because another rule does.

The comparison operators: https://states-language.net/spec.html#choice-state
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from fnmatch import translate

from sfnlint.asl.expressions import UNRESOLVED, is_jsonata
from sfnlint.lazy_pattern import lazy_pattern

_RESULT_FIELDS = frozenset(("Next", "Assign", "Output", "Comment"))
NOT_REPEATABLE = lazy_pattern(r"\$(?:random|uuid|now|millis)\b")
_Types = type | tuple[type, ...]
_TYPES: dict[str, _Types] = {"String": str, "Numeric": (int, float), "Boolean": bool}
_ORDER = {"LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals", "Equals"}
_MOST_RULES = 200
_LONGEST_RULE = 2000
"""Rules of a state and characters of a rule that are compared."""
Rule = Mapping[str, object]


def conditions(choices: object) -> list[Rule]:
    """Return the condition of each rule in Choices, empty for a rule with unknown parts."""
    result: list[Rule] = []
    for rule in choices[:_MOST_RULES] if isinstance(choices, list) else ():
        fields = rule if isinstance(rule, dict) else {}
        condition = {key: fields[key] for key in fields if key not in _RESULT_FIELDS}
        text = json.dumps(condition, default=str, ensure_ascii=False)
        result.append({} if len(text) > _LONGEST_RULE or UNRESOLVED.search(text) else condition)
    return result


def implies(first: Rule, second: Rule, depth: int = 5) -> bool:
    """Whether the second rule certainly matches whenever the first does."""
    if not first or not second or depth == 0:
        return False
    if is_always(second):
        return True
    if "Condition" in first or "Condition" in second:
        text = first.get("Condition")
        is_same = isinstance(text, str) and text == second.get("Condition")
        return is_same and not NOT_REPEATABLE.search(str(text))
    if first == second:
        return True
    if _operands(first, "Or"):
        return all(implies(operand, second, depth - 1) for operand in _operands(first, "Or"))
    if _operands(second, "And"):
        return all(implies(first, operand, depth - 1) for operand in _operands(second, "And"))
    if any(implies(first, operand, depth - 1) for operand in _operands(second, "Or")):
        return True
    if any(implies(operand, second, depth - 1) for operand in _operands(first, "And")):
        return True
    negated, other = first.get("Not"), second.get("Not")
    if isinstance(negated, dict) and isinstance(other, dict):
        return implies(other, negated, depth - 1)
    return _comparison_implies(first, second)


def is_always(rule: Rule) -> bool:
    """Whether a rule matches every input."""
    condition = rule.get("Condition")
    if isinstance(condition, str) and is_jsonata(condition):
        return condition[2:-2].strip() == "true"
    return condition is True


def _operands(rule: Rule, operator: str) -> list[Rule]:
    operands = rule.get(operator)
    if not isinstance(operands, list):
        return []
    return [operand for operand in operands if isinstance(operand, dict)]


def _comparison_implies(rule: Rule, other: Rule) -> bool:
    """The same as `implies` for comparisons of one variable with constants."""
    (first, value), (second, bound) = _comparison(rule), _comparison(other)
    if not first or not second or rule.get("Variable") != other.get("Variable"):
        return False
    if second == "IsPresent":
        return bound is True and first.startswith((*_TYPES, "Timestamp"))
    for name, kind in _TYPES.items():
        if not first.startswith(name) or not _is(value, kind):
            continue
        if second == f"Is{name}":
            return bound is True
        if not second.startswith(name) or not _is(bound, kind):
            return False
        if second == "StringMatches":
            return first == "StringEquals" and _matches(str(value), str(bound))
        if name != "Numeric":
            return False  # `implies` compares equal rules; the order of strings is not documented
        return _is_within(first.removeprefix(name), value, second.removeprefix(name), bound)
    return False


def _comparison(rule: Rule) -> tuple[str, object]:
    """Return the operator and the constant of a comparison; empty for any other rule."""
    names = [key for key in rule if key != "Variable"]
    if "Variable" not in rule or len(names) != 1 or names[0].endswith("Path"):
        return "", None
    return names[0], rule[names[0]]


def _is(value: object, kind: _Types) -> bool:
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _matches(text: str, pattern: str) -> bool:
    """Whether a string certainly matches a pattern with `*`; False for a pattern with escapes."""
    if "\\" in pattern:
        return False
    escaped = pattern.replace("[", "[[]").replace("?", "[?]")
    return re.match(translate(escaped), text) is not None


def _is_within(first: str, value: object, second: str, bound: object) -> bool:
    """Whether every number that satisfies the first comparison satisfies the second."""
    if {first, second} - _ORDER:
        return False
    if first == second and value == bound:
        return True
    less, equal = value < bound, value == bound  # type: ignore[operator]
    if second == "Equals" or (first != "Equals" and first[:4] != second[:4]):
        return first == "Equals" and equal and second == "Equals"
    inside = less if second.startswith("Less") else not less and not equal
    if equal:
        return second.endswith("Equals") or first == second
    return inside

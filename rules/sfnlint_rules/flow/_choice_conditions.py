"""When a Choice rule holds certainly because another one does.

What the operators compare: https://states-language.net/spec.html#choice-state
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from fnmatch import translate

from sfnlint.asl.expressions import UNRESOLVED, is_jsonata

_RESULTS = frozenset(("Next", "Assign", "Output", "Comment"))
_RANDOM = re.compile(r"\$(?:random|uuid|now|millis)\b")
_Types = type | tuple[type, ...]
_TYPES: dict[str, _Types] = {"String": str, "Numeric": (int, float), "Boolean": bool}
_ORDER = {"LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals", "Equals"}
_MOST_RULES = 200
_LONGEST = 2000
"""Rules of one state, and characters of one rule, that are compared with each other."""
Rule = Mapping[str, object]


def conditions(choices: object) -> list[Rule]:
    """What each rule asks, without what follows from it; nothing of one that is left open."""
    found: list[Rule] = []
    for rule in choices[:_MOST_RULES] if isinstance(choices, list) else ():
        known = isinstance(rule, dict)
        asked = {key: rule[key] for key in rule if key not in _RESULTS} if known else {}
        text = json.dumps(asked, default=str, ensure_ascii=False)
        found.append({} if len(text) > _LONGEST or UNRESOLVED.search(text) else asked)
    return found


def implies(one: Rule, other: Rule, depth: int = 5) -> bool:
    """Whether the other rule certainly holds wherever this one does."""
    if not one or not other or depth == 0:
        return False
    if is_always(other):
        return True
    if "Condition" in one or "Condition" in other:
        text = one.get("Condition")
        return isinstance(text, str) and text == other.get("Condition") and not _RANDOM.search(text)
    if one == other:
        return True
    if _members(one, "Or"):
        return all(implies(member, other, depth - 1) for member in _members(one, "Or"))
    if _members(other, "And"):
        return all(implies(one, member, depth - 1) for member in _members(other, "And"))
    if any(implies(one, member, depth - 1) for member in _members(other, "Or")):
        return True
    if any(implies(member, other, depth - 1) for member in _members(one, "And")):
        return True
    first, second = one.get("Not"), other.get("Not")
    if isinstance(first, dict) and isinstance(second, dict):
        return implies(second, first, depth - 1)
    return _compares(one, other)


def is_always(rule: Rule) -> bool:
    """Whether a rule holds whatever the input is."""
    condition = rule.get("Condition")
    if isinstance(condition, str) and is_jsonata(condition):
        return condition[2:-2].strip() == "true"
    return condition is True


def is_exhaustive(rules: list[Rule]) -> bool:
    """Whether two rules ask a thing and its contrary, so that one of them holds."""
    return any(
        is_always(one) or any(_contrary(one, other) for other in rules[index + 1 :])
        for index, one in enumerate(rules)
    )


def _contrary(one: Rule, other: Rule) -> bool:
    for first, second in ((one, other), (other, one)):
        if first.get("Not") and first["Not"] == second:
            return True
        theirs, ours = _condition(first), _condition(second)
        if theirs and ours and theirs in (f"$not({ours})", f"$not ({ours})", f"{ours} = false"):
            return True
        for less, more in (("LessThan", "GreaterThanEquals"), ("LessThanEquals", "GreaterThan")):
            for kind in ("Numeric", "String", "Timestamp"):
                for path in ("", "Path"):
                    low, high = kind + less + path, kind + more + path
                    if low in first and _same(first, low, second, high):
                        return True
    if one.get("Variable") != other.get("Variable"):
        return False
    both = one.keys() & other.keys() - {"Variable"}
    return any(
        isinstance(one[key], bool) and isinstance(other[key], bool) and one[key] != other[key]
        for key in both
    )


def _same(first: Rule, low: str, second: Rule, high: str) -> bool:
    return first.get("Variable") == second.get("Variable") and first[low] == second.get(high)


def _condition(rule: Rule) -> str:
    text = rule.get("Condition")
    return text[2:-2].strip() if isinstance(text, str) and is_jsonata(text) else ""


def _members(rule: Rule, operator: str) -> list[Rule]:
    members = rule.get(operator)
    return [one for one in members if isinstance(one, dict)] if isinstance(members, list) else []


def _compares(one: Rule, other: Rule) -> bool:
    """The same of two comparisons of one variable with constants."""
    (first, value), (second, bound) = _operator(one), _operator(other)
    if not first or not second or one.get("Variable") != other.get("Variable"):
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
            return False  # equal ones were found before; how texts are ordered is not certain
        return _within(first.removeprefix(name), value, second.removeprefix(name), bound)
    return False


def _operator(rule: Rule) -> tuple[str, object]:
    names = [key for key in rule if key != "Variable"]
    if "Variable" not in rule or len(names) != 1 or names[0].endswith("Path"):
        return "", None
    return names[0], rule[names[0]]


def _is(value: object, kind: _Types) -> bool:
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _matches(text: str, pattern: str) -> bool:
    """Whether a text matches a pattern with `*`; one with an escape is left open."""
    if "\\" in pattern:
        return False
    escaped = pattern.replace("[", "[[]").replace("?", "[?]")
    return re.match(translate(escaped), text) is not None


def _within(first: str, value: object, second: str, bound: object) -> bool:
    """Whether every number that one comparison lets through, the other does too."""
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

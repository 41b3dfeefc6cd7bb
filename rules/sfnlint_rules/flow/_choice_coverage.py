"""Whether the rules of a Choice state match every value of the types that they test.

The values of a variable are divided into ranges at the constants that it is compared with. A rule
matches all values of a range or none, so it is evaluated once per combination of ranges.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import product

from sfnlint.asl.expressions import is_jsonata
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple
from sfnlint_rules.flow._choice_conditions import NOT_REPEATABLE, Rule, is_always
from sfnlint_rules.flow._choice_jsonata import condition_rule

_MAX_STEPS = 50_000
"""Rules and operands that are evaluated per state."""
_MAX_DEPTH = 12
_ORDERS = {
    "Equals": (0,),
    "LessThan": (-1,),
    "LessThanEquals": (-1, 0),
    "GreaterThan": (1,),
    "GreaterThanEquals": (0, 1),
}
_COMPARISON = lazy_pattern(rf"(String|Numeric|Timestamp|Boolean)({'|'.join(_ORDERS)})(Path)?")
_CONSTANTS: Mapping[str, type | tuple[type, ...]] = {
    "String": str,
    "Timestamp": str,
    "Numeric": (int, float),
    "Boolean": bool,
}
_TYPE_TESTS = {
    "IsNull": ("Null",),
    "IsString": ("String", "Timestamp"),
    "IsNumeric": ("Numeric",),
    "IsBoolean": ("Boolean",),
    "IsTimestamp": ("Timestamp",),
}
_ANY_TYPE = ("Other", "Null", *_CONSTANTS)


class _Test(NamedTuple):
    """A test of a variable.

    Attributes:
        variable: the variable; for other operators than those of a Choice rule, a unique text.
        operator: the operator of the Choice rule; "Order" for the comparison of two variables, and
            "Whole" for a rule that is not understood.
        constant: the constant, or the orders of the two variables that match.

    """

    variable: str
    operator: str
    constant: object


class _Combination(NamedTuple):
    """A rule with operands: "And", "Or" or "Not"."""

    operator: str
    operands: Sequence[_Tree]


_Tree = _Test | _Combination


class _Range(NamedTuple):
    """Values of a variable between which the tests make no difference.

    Attributes:
        type: the type of the values.
        position: 1 for the first constant, 3 for the second; 0, 2 and so on for the values between
            the constants.

    """

    type: str
    position: int


_Matching = Mapping[_Test, Set[_Range]]


def covers_every_value(rules: Iterable[Rule]) -> bool:
    """Whether some rule matches for every value of the types that the rules test.

    An empty rule stands for a rule that is not known.
    """
    rules = list(rules)
    if any(map(is_always, rules)):
        return True
    groups: list[tuple[set[str], list[_Tree]]] = []
    for tree in (_tree(rule, _MAX_DEPTH) for rule in rules if rule):
        names, trees = {test.variable for test in _tests(tree)}, [tree]
        # Rules without a common variable cover nothing together.
        for group in [group for group in groups if not names.isdisjoint(group[0])]:
            groups.remove(group)
            names |= group[0]
            trees += group[1]
        groups.append((names, trees))
    steps = iter(range(_MAX_STEPS))
    return any(_are_opposites(trees) or _covers(trees, steps) for _, trees in groups)


def _are_opposites(trees: Sequence[_Tree]) -> bool:
    negated = [
        tree.operands[0]
        for tree in trees
        if isinstance(tree, _Combination) and tree.operator == "Not"
    ]
    return any(tree in negated for tree in trees)


def _covers(trees: Sequence[_Tree], steps: Iterator[int]) -> bool:
    tests: dict[str, list[_Test]] = {}
    for test in dict.fromkeys(test for tree in trees for test in _tests(tree)):
        tests.setdefault(test.variable, []).append(test)
    ranges = {}
    matching: dict[_Test, Set[_Range]] = {}
    for variable, of_variable in tests.items():
        ranges[variable] = list(_ranges(of_variable))
        constants = _constants(of_variable)
        for test in of_variable:
            matching[test] = {
                values for values in ranges[variable] if _matches(test, values, constants)
            }
    for values in product(*ranges.values()):
        combination = dict(zip(ranges, values, strict=True))
        is_matched = any(_holds(tree, combination, matching, steps) for tree in trees)
        if not is_matched or next(steps, None) is None:
            return False
    return True


def _holds(
    tree: _Tree, combination: Mapping[str, _Range], matching: _Matching, steps: Iterator[int]
) -> bool:
    next(steps, None)
    if isinstance(tree, _Test):
        return combination[tree.variable] in matching[tree]
    results = (_holds(operand, combination, matching, steps) for operand in tree.operands)
    if tree.operator == "Not":
        return not all(results)
    return all(results) if tree.operator == "And" else any(results)


def _tests(tree: _Tree) -> Iterator[_Test]:
    if isinstance(tree, _Test):
        yield tree
    else:
        for operand in tree.operands:
            yield from _tests(operand)


def _tree(rule: Rule, depth: int) -> _Tree:
    condition = rule.get("Condition")
    if isinstance(condition, str) and is_jsonata(condition):
        if NOT_REPEATABLE.search(condition):
            return _Combination("Or", ())
        rule = condition_rule(condition[2:-2])
    for operator in ("And", "Or", "Not"):
        value = rule.get(operator)
        operands = [value] if operator == "Not" else value
        if isinstance(operands, list) and all(isinstance(operand, dict) for operand in operands):
            if depth == 0 or not operands:
                break
            return _Combination(operator, [_tree(operand, depth - 1) for operand in operands])
    return _test(rule) or _Test(json.dumps(rule, default=str, sort_keys=True), "Whole", True)


def _test(rule: Rule) -> _Test | None:
    """Return the test of a rule without operands; None if it is not understood."""
    variable = rule.get("Variable")
    names = [name for name in rule if name != "Variable"]
    if not isinstance(variable, str) or len(names) != 1:
        return None
    [name] = names
    constant = rule[name]
    if name == "IsPresent" or name in _TYPE_TESTS:
        return _Test(variable, name, constant) if isinstance(constant, bool) else None
    if name == "StringMatches" and isinstance(constant, str):
        if set(constant) == {"*"}:
            return _Test(variable, "StringGreaterThanEquals", "")
        return None if set(constant) & {"*", "\\"} else _Test(variable, "StringEquals", constant)
    comparison = _COMPARISON.fullmatch(name)
    if comparison is None:
        return None
    kind, order, path = comparison.groups()
    if path:
        return _Test(f"{variable} {kind} {constant}", "Order", _ORDERS[order])
    is_of_kind = isinstance(constant, _CONSTANTS[kind])
    if not is_of_kind or isinstance(constant, bool) is not (kind == "Boolean"):
        return None
    return _Test(variable, name, constant)


def _constants(tests: Iterable[_Test]) -> Mapping[str, list[object]]:
    """The constants that a variable is compared with, in order, by type."""
    constants: dict[str, set[object]] = {}
    for test in tests:
        if comparison := _COMPARISON.fullmatch(test.operator):
            constants.setdefault(comparison.group(1), set()).add(test.constant)
    return {kind: sorted(values) for kind, values in constants.items()}  # type: ignore[type-var]


def _ranges(tests: Sequence[_Test]) -> Iterator[_Range]:
    """The ranges of a variable, of the types that the tests test."""
    operators = {test.operator for test in tests}
    if operators & {"Order", "Whole"}:
        yield from (_Range("", position) for position in (-1, 0, 1))
        return
    constants = _constants(tests)
    kinds = dict.fromkeys(constants)
    if operators & (_TYPE_TESTS.keys() - {"IsNull"}):
        kinds = dict.fromkeys(_ANY_TYPE)
    elif not kinds:
        kinds = {"Other": None}
    if "IsNull" in operators:
        kinds["Null"] = None
    if "IsPresent" in operators:
        kinds["Absent"] = None
    for kind in kinds:
        values = constants.get(kind, [])
        if kind == "Boolean":
            yield from (_Range(kind, position) for position in (0, 1))
            continue
        # No string is less than the empty string.
        least = 1 if values and values[0] == "" else 0
        yield from (_Range(kind, position) for position in range(least, 2 * len(values) + 1))


def _matches(test: _Test, values: _Range, constants: Mapping[str, list[object]]) -> bool:
    """Whether a test matches the values of a range."""
    operator = test.operator
    if operator == "Whole":
        return values.position == 1
    if operator == "Order":
        return isinstance(test.constant, tuple) and values.position in test.constant
    if operator == "IsPresent":
        return (values.type != "Absent") is test.constant
    if operator in _TYPE_TESTS:
        return (values.type in _TYPE_TESTS[operator]) is test.constant
    comparison = _COMPARISON.fullmatch(operator)
    if comparison is None or comparison.group(1) != values.type:
        return False
    if values.type == "Boolean":
        return values.position == test.constant
    position = 2 * constants[values.type].index(test.constant) + 1
    order = (values.position > position) - (values.position < position)
    return order in _ORDERS[comparison.group(2)]

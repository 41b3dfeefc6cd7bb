"""Implications between Choice rules hold for random inputs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from operator import eq, ge, gt, le, lt
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sfnlint_rules.flow._choice_conditions import conditions, implies, is_exhaustive

Rule = dict[str, Any]

ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "NumericEquals": eq,
    "NumericLessThan": lt,
    "NumericLessThanEquals": le,
    "NumericGreaterThan": gt,
    "NumericGreaterThanEquals": ge,
    "StringEquals": eq,
    "BooleanEquals": eq,
}
KINDS: dict[str, Any] = {"Numeric": int, "String": str, "Boolean": bool}

numbers = st.integers(0, 3)
texts = st.sampled_from(["", "a", "ab", "b", "a*"])
variables = st.sampled_from(["$.x", "$.y"])
comparisons = st.one_of(
    *(
        st.fixed_dictionaries({"Variable": variables, name: values})
        for name, values in (
            *((name, numbers) for name in ORDER if name.startswith("Numeric")),
            ("StringEquals", texts),
            ("StringMatches", texts),
            ("BooleanEquals", st.booleans()),
            *((f"Is{name}", st.booleans()) for name in ("Present", *KINDS)),
        )
    )
)
rules: st.SearchStrategy[Rule] = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"Not": inner}),
        st.fixed_dictionaries({"And": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"Or": st.lists(inner, min_size=1, max_size=3)}),
    ),
    max_leaves=5,
)
values = st.one_of(numbers, texts, st.booleans(), st.none())
inputs = st.fixed_dictionaries({}, optional={"$.x": values, "$.y": values})


class MissingError(Exception):
    """A comparison with a missing variable fails the execution."""


def holds(rule: Rule, data: dict[str, Any]) -> bool:
    if "Not" in rule:
        return not holds(rule["Not"], data)
    if "And" in rule:
        return all(holds(operand, data) for operand in rule["And"])
    if "Or" in rule:
        return any(holds(operand, data) for operand in rule["Or"])
    name = next(key for key in rule if key != "Variable")
    bound = rule[name]
    if name == "IsPresent":
        return (rule["Variable"] in data) is bool(bound)
    if rule["Variable"] not in data:
        raise MissingError
    value = data[rule["Variable"]]
    if name.startswith("Is"):
        return (type(value) is KINDS[name[2:]]) is bool(bound)
    kind = next(kind for kind in KINDS if name.startswith(kind))
    if type(value) is not KINDS[kind]:
        return False
    if name == "StringMatches":
        return re.fullmatch(re.escape(bound).replace(r"\*", ".*"), value) is not None
    return ORDER[name](value, bound)


@settings(max_examples=1000, deadline=None)
@given(rules, rules, inputs)
def test_a_rule_that_implies_another_never_matches_without_it(
    first: Rule, second: Rule, data: dict[str, Any]
) -> None:
    if implies(first, second):
        with suppress(MissingError):
            assert not holds(first, data) or holds(second, data)


@given(rules)
def test_a_rule_implies_itself(rule: Rule) -> None:
    [condition] = conditions([{**rule, "Next": "Somewhere"}])
    assert implies(condition, rule)


@settings(max_examples=500, deadline=None)
@given(st.lists(comparisons, min_size=2, max_size=4), numbers)
def test_an_exhaustive_rule_matches_every_number(choices: list[Rule], number: int) -> None:
    numeric: list[Mapping[str, object]] = [
        rule for rule in choices if any(name.startswith("Numeric") for name in rule)
    ]
    if is_exhaustive(numeric):
        assert any(holds(dict(rule), {"$.x": number, "$.y": number}) for rule in numeric)


def test_implications_are_found() -> None:
    more = {"Variable": "$.x", "NumericGreaterThan": 3}
    most = {"Variable": "$.x", "NumericGreaterThan": 9}
    assert implies(most, more)
    assert not implies(more, most)
    assert implies({"And": [most, {"Variable": "$.y", "IsNull": True}]}, {"Or": [more]})
    assert implies({"Not": more}, {"Not": most})

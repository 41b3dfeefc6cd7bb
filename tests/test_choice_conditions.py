"""Implications between Choice rules, and their coverage, hold for random inputs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import product
from operator import eq, ge, gt, le, lt
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from sfnlint_rules.flow._choice_conditions import conditions, implies
from sfnlint_rules.flow._choice_coverage import covers_every_value

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
KINDS: dict[str, Any] = {"Numeric": (int, float), "String": (str,), "Boolean": (bool,)}

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
        return (type(value) in KINDS[name[2:]]) is bool(bound)
    kind = next(kind for kind in KINDS if name.startswith(kind))
    if type(value) not in KINDS[kind]:
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


KIND_TESTS = {"IsString", "IsNumeric", "IsBoolean"}


def comparisons_of(rule: Rule) -> Iterator[tuple[str, str]]:
    """Yield the variables and operators of a rule."""
    operands = [rule["Not"]] if "Not" in rule else rule.get("And") or rule.get("Or") or []
    for operand in operands:
        yield from comparisons_of(operand)
    if "Variable" in rule:
        yield from ((rule["Variable"], name) for name in rule if name != "Variable")


def inputs_of(choices: list[Rule]) -> Iterator[dict[str, Any]]:
    """Yield inputs with values of the types that the rules test, and without the variables."""
    operators: dict[str, set[str]] = {}
    for rule in choices:
        for variable, name in comparisons_of(rule):
            operators.setdefault(variable, set()).add(name)
    samples: dict[str, list[Any]] = {
        "Numeric": [-1, 0, 0.5, 1, 1.5, 2, 2.5, 3, 4],
        "String": ["", "a", "aa", "ab", "abc", "b", "c", "a*"],
        "Boolean": [True, False],
    }
    domains: dict[str, list[Any]] = {}
    for variable, names in operators.items():
        kinds = [kind for kind in KINDS if any(name.startswith(kind) for name in names)]
        if names & KIND_TESTS:
            kinds = list(KINDS)
        values = [value for kind in kinds for value in samples[kind]]
        if names & KIND_TESTS or not kinds:
            values += [[], None] if names & KIND_TESTS else [[]]
        if "IsPresent" in names:
            values.append(MissingError)
        domains[variable] = values
    for combination in product(*domains.values()):
        yield {
            variable: value
            for variable, value in zip(domains, combination, strict=True)
            if value is not MissingError
        }


@settings(max_examples=1000, deadline=None)
@given(st.lists(rules, max_size=4))
@example([{"Variable": "$.x", "NumericLessThan": 3}, {"Variable": "$.x", "NumericGreaterThan": 0}])
@example([{"Variable": "$.x", "StringMatches": "a*"}, {"Variable": "$.x", "StringMatches": "**"}])
@example(
    [{"Variable": "$.x", "StringMatches": "a"}, {"Not": {"Variable": "$.x", "StringEquals": "a"}}]
)
def test_rules_that_cover_every_value_match_each(choices: list[Rule]) -> None:
    if covers_every_value(conditions(choices)):
        for data in inputs_of(choices):
            with suppress(MissingError):
                assert any(holds(rule, data) for rule in choices), data


def _uses(choices: list[Rule], text: str) -> bool:
    return any(name.startswith(text) for rule in choices for _, name in comparisons_of(rule))


@settings(max_examples=1000, deadline=None)
@given(st.lists(rules, min_size=1, max_size=4))
def test_rules_that_match_each_value_cover_every_value(choices: list[Rule]) -> None:
    assume(not _uses(choices, "StringMatches") and not _uses(choices, "IsPresent"))
    if all(any(holds(rule, data) for rule in choices) for data in inputs_of(choices)):
        assert covers_every_value(conditions(choices))


ALWAYS: list[list[str]] = [
    ["$n < 5", "$n >= 5"],
    ["$n < 5", "$n = 5", "5 < $n"],
    ["$n <= -5", "$n > -5.5"],
    ["$a < $b", "$b <= $a"],
    ["$a = $b", "$a != $b"],
    ["$n = 'a'", '$n != "a"'],
    ["$states.input.done", "$not( $states.input.done)"],
    ["$states.input.done = true", "$states.input.done=false"],
    ["$states.input.done", "$states.input.done = false"],
    ["$exists($a)", "$not($exists($a))"],
    ["$a and $n < 5", "$a and ($n >= 5)", "$not($a)"],
    ["$a or $b", "$not($a) and $not($b)"],
    ["$a = null", "$a != null"],
    ["$count($states.input.jobs[done = false]) > 0", "$count($states.input.jobs[done=false]) = 0",
     "$count($states.input.jobs[done = false]) < 0"],
    ["$n > 5", "true"],
    ["$x in ['a', 'b']", "$not($x in ['a', 'b'])"],
]  # fmt: skip


@pytest.mark.parametrize("texts", ALWAYS, ids=" | ".join)
def test_expressions_that_cover_every_value(texts: list[str]) -> None:
    choices = [{"Condition": f"{{% {text} %}}", "Next": "End"} for text in texts]
    assert covers_every_value(conditions(choices))
    for index in range(len(choices)):
        without = choices[:index] + choices[index + 1 :]
        assert texts[-1] == "true" or not covers_every_value(conditions(without))


@pytest.mark.parametrize(
    "texts",
    [
        ["$n < 5", "$n > 5"],
        ["$n < 5", "$m >= 5"],
        ["$a < $b", "$a > $b"],
        ["$n = 'a'", "$n = 'b'"],
        ["$random() < 0.5", "$random() >= 0.5"],
        ["$not($a)", "$not($b)"],
        ["$n = 'a\\'", "$n != 'a'"],
        ["$x ? $a : $b", "$a"],
        ["($a", "$not($a)"],
        [""],
    ],
    ids=" | ".join,
)
def test_expressions_that_do_not_cover_every_value(texts: list[str]) -> None:
    choices = [{"Condition": f"{{% {text} %}}", "Next": "End"} for text in texts]
    assert not covers_every_value(conditions(choices))


def test_the_number_of_combinations_is_limited() -> None:
    true, false = (
        [{"Variable": f"$.x{number}", "BooleanEquals": value} for number in range(20)]
        for value in (True, False)
    )
    assert covers_every_value(conditions([{"Or": true[:3]}, {"And": false[:3]}]))
    assert not covers_every_value(conditions([{"Or": true}, {"And": false}]))
    assert covers_every_value(conditions([{"Or": true}, {"Not": {"Or": true}}]))


def test_implications_are_found() -> None:
    more = {"Variable": "$.x", "NumericGreaterThan": 3}
    most = {"Variable": "$.x", "NumericGreaterThan": 9}
    assert implies(most, more)
    assert not implies(more, most)
    assert implies({"And": [most, {"Variable": "$.y", "IsNull": True}]}, {"Or": [more]})
    assert implies({"Not": more}, {"Not": most})

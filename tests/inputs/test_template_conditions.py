"""The combinations of values that conditions can have."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfnlint.inputs.cloudformation.conditions import Conditions, combinations, describe

STAGE = {"Ref": "Stage"}
CONDITIONS = {
    "IsProd": {"Fn::Equals": [STAGE, "prod"]},
    "IsDev": {"Fn::Equals": ["dev", STAGE]},
}


@pytest.mark.parametrize(
    ("parameter", "neither"),
    [
        ({"Type": "String", "AllowedValues": ["dev", "prod"]}, False),
        ({"Type": "String", "AllowedValues": ["dev", "prod", "test"]}, True),
        ({"Type": "String"}, True),
        ({"Type": "String", "AllowedValues": []}, True),
        ({"Type": "String", "AllowedValues": "dev"}, True),
        ({"Type": "String", "AllowedValues": ["dev", "prod", {"Ref": "X"}]}, True),
        ({"Type": "AWS::SSM::Parameter::Value<String>", "AllowedValues": ["dev", "prod"]}, True),
        ("String", True),
    ],
)
def test_one_of_all_allowed_values_holds(parameter: object, neither: bool) -> None:
    found = combinations(Conditions(CONDITIONS, {"Stage": parameter}), CONDITIONS)
    assert found is not None
    together = {tuple(sorted(truth.items())) for truth in found}
    assert len(together) == (3 if neither else 2)
    assert ((("IsDev", False), ("IsProd", False)) in together) is neither


def test_values_that_are_not_allowed_are_left_out() -> None:
    parameters = {"Stage": {"Type": "Number", "AllowedValues": [1, 2]}}
    section = {"IsOne": {"Fn::Equals": [STAGE, "1"]}, "IsThree": {"Fn::Equals": [STAGE, 3]}}
    found = combinations(Conditions(section, parameters), section)
    assert found is not None
    assert sorted(map(describe, found)) == [
        "IsOne is false and IsThree is false",
        "IsOne is true and IsThree is false",
    ]


VALUES = ["a", "b", "c"]


@given(
    st.dictionaries(st.sampled_from("PQ"), st.sets(st.sampled_from(VALUES), min_size=1)),
    st.lists(st.tuples(st.sampled_from("PQ"), st.sampled_from(VALUES)), min_size=1, max_size=4),
)
def test_exactly_the_possible_combinations(
    allowed: dict[str, set[str]], compared: list[tuple[str, str]]
) -> None:
    section = {
        f"C{index}": {"Fn::Equals": [{"Ref": name}, value]}
        for index, (name, value) in enumerate(compared)
    }
    parameters = {
        name: {
            "Type": "String",
            **({"AllowedValues": sorted(allowed[name])} if name in allowed else {}),
        }
        for name in "PQ"
    }
    found = combinations(Conditions(section, parameters), section)
    assert found is not None
    every = [sorted(allowed.get(name, {*VALUES, "anything else"})) for name in "PQ"]
    expected = {
        tuple(dict(zip("PQ", values, strict=True))[name] == value for name, value in compared)
        for values in product(*every)
    }
    assert {tuple(truth[name] for name in section) for truth in found} == expected


def test_known_values_leave_one_combination() -> None:
    names = [f"P{number}" for number in range(20)]
    section = {f"Is{name}": {"Fn::Equals": [{"Ref": name}, "prod"]} for name in names}
    section["Both"] = {"Fn::And": [{"Condition": "IsP0"}, {"Condition": "IsP1"}]}
    parameters = {name: {"Type": "String"} for name in names}
    assert combinations(Conditions(section, parameters), section) is None
    values = dict.fromkeys(names, "prod") | {"P1": "dev"}
    [truth] = combinations(Conditions(section, parameters, values), section) or []
    assert [name for name, value in truth.items() if not value] == ["Both", "IsP1"]


def test_a_known_value_is_found_in_a_mapping() -> None:
    mappings = {"Stages": {"prod": {"Kept": True}, "dev": {"Kept": "false", "All": ["x"]}}}
    parameters = {"Stage": {"Type": "String"}}

    def truths(stage: str | None, key: str) -> list[bool]:
        look = {"Fn::FindInMap": ["Stages", STAGE, key]}
        section = {"IsKept": {"Fn::Equals": [look, "true"]}}
        values = {} if stage is None else {"Stage": stage}
        found = combinations(Conditions(section, parameters, values, mappings), section)
        return sorted(truth["IsKept"] for truth in found or ())

    assert truths("prod", "Kept") == [True]
    assert truths("dev", "Kept") == [False]
    for stage, key in ((None, "Kept"), ("dev", "All"), ("test", "Kept")):
        assert truths(stage, key) == [False, True]


def asserts(condition: tuple[str, str] | None, name: str, values: set[str]) -> dict[str, object]:
    """A rule: if one parameter has this value, the other has one of those values."""
    assertion = {"Assert": {"Fn::Contains": [sorted(values), {"Ref": name}]}}
    rule: dict[str, object] = {"Assertions": [assertion]}
    if condition is not None:
        rule["RuleCondition"] = {"Fn::Equals": [{"Ref": condition[0]}, condition[1]]}
    return rule


@given(
    st.lists(st.tuples(st.sampled_from("PQ"), st.sampled_from(VALUES)), min_size=1, max_size=4),
    st.lists(
        st.tuples(
            st.none() | st.tuples(st.sampled_from("PQ"), st.sampled_from(VALUES)),
            st.sampled_from("PQ"),
            st.sets(st.sampled_from(VALUES)),
        ),
        max_size=3,
    ),
)
def test_combinations_that_rules_refuse_are_left_out(
    compared: list[tuple[str, str]],
    rules: list[tuple[tuple[str, str] | None, str, set[str]]],
) -> None:
    section = {
        f"C{index}": {"Fn::Equals": [{"Ref": name}, value]}
        for index, (name, value) in enumerate(compared)
    }
    written = {f"R{index}": asserts(*rule) for index, rule in enumerate(rules)}
    found = combinations(Conditions(section, {}, rules=written), section)
    assert found is not None
    known = {name for name, _ in compared}

    def allowed(values: dict[str, str]) -> bool:
        # A rule about a parameter that no condition names decides nothing.
        return not any(
            name in known
            and (when is None or (when[0] in known and values[when[0]] == when[1]))
            and values[name] not in wanted
            for when, name, wanted in rules
        )

    every = [dict(zip("PQ", one, strict=True)) for one in product([*VALUES, "other"], repeat=2)]
    possible = [values for values in every if allowed(values)] or every
    assert {tuple(truth.values()) for truth in found} == {
        tuple(values[name] == value for name, value in compared) for values in possible
    }


@pytest.mark.parametrize(
    "condition",
    [
        {"Fn::And": [{"Fn::Equals": [STAGE, "prod"]}, {"Fn::Not": [{"Fn::Equals": [1, STAGE]}]}]},
        {"Fn::Or": [{"Fn::Equals": [STAGE, "x"]}, {"Fn::Equals": [STAGE, "prod"]}]},
    ],
)
def test_rules_with_nested_functions(condition: object) -> None:
    never = {"Assert": {"Fn::Not": [{"Fn::Contains": [["prod", "dev"], STAGE]}]}}
    rules = {"R": {"RuleCondition": condition, "Assertions": [never]}}
    found = combinations(Conditions(CONDITIONS, {}, rules=rules), CONDITIONS)
    assert found is not None
    assert {describe(truth) for truth in found} == {
        "IsDev is true and IsProd is false",
        "IsDev is false and IsProd is false",
    }


@pytest.mark.parametrize(
    "rule",
    [
        5,
        {},
        {"Assertions": 5},
        {"Assertions": [5, {"Assert": 5}, {}]},
        {"Assertions": [{"Assert": {"Fn::EachMemberIn": [["a"], {"Fn::RefAll": "String"}]}}]},
        {"Assertions": [{"Assert": {"Fn::Not": []}}, {"Assert": {"Fn::Contains": [[{}], STAGE]}}]},
        {"RuleCondition": {"Fn::Or": [5]}, "Assertions": [{"Assert": {"Fn::Or": []}}]},
    ],
)
def test_an_unknown_rule_leaves_out_no_combination(rule: object) -> None:
    found = combinations(Conditions(CONDITIONS, {}, rules={"R": rule}), CONDITIONS)
    assert found is not None
    assert len(found) == 3


@pytest.mark.parametrize(("count", "expected"), [(8, 256), (9, None)])
def test_combinations_are_limited(count: int, expected: int | None) -> None:
    section = {f"C{index}": {"Fn::Equals": [{"Ref": f"P{index}"}, "x"]} for index in range(count)}
    values = combinations(Conditions(section, {}), section)
    assert (None if values is None else len(values)) == expected

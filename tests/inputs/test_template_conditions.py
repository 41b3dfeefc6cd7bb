"""Which combinations of conditions can be."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfnlint.inputs.conditions import Conditions, combinations, words

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
def test_neither_is_impossible_when_both_are_all(parameter: object, neither: bool) -> None:
    found = combinations(Conditions(CONDITIONS, {"Stage": parameter}), CONDITIONS)
    assert found is not None
    together = {tuple(sorted(truth.items())) for truth in found}
    assert len(together) == (3 if neither else 2)
    assert ((("IsDev", False), ("IsProd", False)) in together) is neither


def test_a_value_that_is_not_allowed_is_never_there() -> None:
    parameters = {"Stage": {"Type": "Number", "AllowedValues": [1, 2]}}
    section = {"IsOne": {"Fn::Equals": [STAGE, "1"]}, "IsThree": {"Fn::Equals": [STAGE, 3]}}
    found = combinations(Conditions(section, parameters), section)
    assert found is not None
    assert sorted(map(words, found)) == [
        "IsOne is false and IsThree is false",
        "IsOne is true and IsThree is false",
    ]


VALUES = ["a", "b", "c"]


@given(
    st.dictionaries(st.sampled_from("PQ"), st.sets(st.sampled_from(VALUES), min_size=1)),
    st.lists(st.tuples(st.sampled_from("PQ"), st.sampled_from(VALUES)), min_size=1, max_size=4),
)
def test_all_that_can_be_and_nothing_else(
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


def test_a_known_value_is_looked_up() -> None:
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

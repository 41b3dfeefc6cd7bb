"""Values of parameters: constants, and expressions with the parts that they show."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sfnlint.asl.machine import Machine
from sfnlint.asl.task_parameters import ParameterValue, TaskParameters
from sfnlint.iam.pattern import Pattern
from sfnlint.source import parse_as_named
from sfnlint.symbol import Symbols

RESOURCE = "arn:aws:states:::sagemaker:createTrainingJob"


def values(
    fields: dict[str, Any],
    route: str,
    *,
    default: str | None = None,
    within: str = "",
    language: str = "JSONPath",
) -> list[tuple[str, ParameterValue]]:
    """The values of a parameter of a Task, each with its string, symbols as `${…}`."""
    state = {"Type": "Task", "QueryLanguage": language, "Resource": RESOURCE, "End": True, **fields}
    data = {"StartAt": "Train", "States": {"Train": state}}
    machine = Machine(parse_as_named(json.dumps(data), "m.asl.json"), data)
    symbols = Symbols()
    parameters = TaskParameters(machine.states[0], symbols, within)
    return [
        (str(Pattern.literal(value.text, symbols)), value)
        for value in parameters.values(tuple(route.split(".")), default)
    ]


def strings(*arguments: Any, **options: Any) -> list[str]:
    return [text for text, _ in values(*arguments, **options)]


def nested(calls: int) -> str:
    """States.Format inside itself; each call adds an `a`."""
    return "States.Format('a{}', " * (calls - 1) + "States.Format('a')" + ")" * (calls - 1)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("$.id", "${$.id}"),
        ("States.Format('train-{}', $.id)", "train-${$.id}"),
        ("States.Format('{}-{}', $.id, States.UUID())", "${$.id}-${States.UUID()}"),
        ("States.Format('a-{}', States.Format('b-{}', 'c'))", "a-b-c"),
        (r"States.Format('it\'s {}, \{\}', 'x')", "it's x, {}"),
        ("States.Format('${Stage}-{}', 'x, y')", "${Stage}-x, y"),
        ("States.Format('{}')", "${States.Format('{}')}"),
        ("States.Format($.template, 'x')", "${States.Format($.template, 'x')}"),
        ("States.Format('a", "${States.Format('a}"),
        ("States.Array('a')", "${States.Array('a')}"),
        (nested(11), "a" * 11),
        (nested(12), "a" * 11 + "${States.Format('a')}"),
    ],
)
def test_intrinsic_functions(expression: str, expected: str) -> None:
    assert strings({"Parameters": {"Name.$": expression}}, "Name") == [expected]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'train'", "train"),
        ("'train-' & $states.input.id", "train-${$states.input.id}"),
        ("$f('a & b') & \"-c\"", "${$f('a & b')}-c"),
        (r"'it\'s' & '${Stage}'", "it's${Stage}"),
        (r"'a\nb' & 'c'", "${'a\\nb'}c"),
        ("$x = 1 ? 'a' : 'b'", "${$x = 1 ? 'a' : 'b'}"),
        ("`a&b`", "${`a&b`}"),
    ],
)
def test_jsonata(expression: str, expected: str) -> None:
    fields = {"Arguments": {"Name": f"{{%{expression}%}}"}}
    assert strings(fields, "Name", language="JSONata") == [expected]


def test_constants_and_defaults() -> None:
    fields = {"Parameters": {"Name": "a-${Stage}", "Roles": [{"Arn": "r"}, {"Arn.$": "$.r"}, {}]}}
    assert strings(fields, "Name") == ["a-${Stage}"]
    assert strings(fields, "Roles.*.Arn") == ["r", "${$.r}"]
    assert strings(fields, "Roles.*.Arn", default="d") == ["r", "${$.r}", "d"]
    assert strings(fields, "Other") == []
    assert strings(fields, "Other", default="d") == ["d"]
    assert strings(fields, "Other.Name", default="d") == []
    # A list is not a string, and has no fields.
    assert strings(fields, "Roles") == ["${value}"]
    assert strings(fields, "Roles.Arn") == []
    assert strings({"Parameters": {"Name.$": 1}}, "Name") == ["${value}"]


@pytest.mark.parametrize(
    ("fields", "route", "path"),
    [
        ({}, "Name", ("Resource",)),
        ({"Parameters": {"Job.$": "$.job"}}, "Job.Name", ("Parameters", "Job.$")),
        ({"Parameters": {"Job": "${Job}"}}, "Job.Name", ("Parameters", "Job")),
        ({"Parameters": {"Jobs": {"A": 1}}}, "Jobs.*", ("Parameters", "Jobs")),
    ],
)
def test_a_part_of_an_unknown_value_may_be_absent(
    fields: dict[str, Any], route: str, path: tuple[str, ...]
) -> None:
    [(_, value)] = values(fields, route)
    assert value.may_be_absent
    assert value.path == ("States", "Train", *path)


def test_other_fields() -> None:
    fields = {
        "Credentials": {"RoleArn": "r"},
        "ItemReader": {"Parameters": {"Bucket": "b"}},
        "ResultWriter": "${Writer}",
    }
    assert strings(fields, "@Credentials.RoleArn") == ["r"]
    assert strings(fields, "Bucket", within="ItemReader") == ["b"]
    [(_, value)] = values(fields, "Bucket", within="ResultWriter")
    assert value.may_be_absent

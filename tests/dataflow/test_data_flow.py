"""The analysis of the data flow: what it reports fails in every execution, and nothing else."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from dataflow.interpreter import FailedError, execute
from hypothesis import given, settings
from hypothesis import strategies as st

from sfnlint.engine import run_text
from sfnlint.finding import Finding
from sfnlint.options import Options

RULES = {"EF219", "EF220", "EF221", "WF222"}


def findings(machine: dict[str, Any], *rules: str) -> list[Finding]:
    options = Options(rules=rules or RULES)
    return run_text(json.dumps(machine), "machine.asl.json", options).findings


# Property: random machines, executed by a reference interpreter

NAMES = st.sampled_from(["a", "b", "c"])
PATHS = st.lists(NAMES, max_size=2).map(lambda names: ".".join(["$", *names]))
SCALARS = st.sampled_from(["x", "y", 1, 5, True, False, None])
DATA = st.recursive(
    SCALARS,
    lambda inner: st.dictionaries(NAMES, inner, max_size=3) | st.lists(inner, max_size=2),
    max_leaves=6,
)
TEMPLATES = st.dictionaries(
    NAMES, st.tuples(st.booleans(), PATHS, SCALARS), min_size=1, max_size=2
).map(
    lambda fields: {
        f"{name}.$" if is_path else name: path if is_path else value
        for name, (is_path, path, value) in fields.items()
    }
)
COMPARISONS = st.one_of(
    st.builds(lambda path, value: {"Variable": path, "StringEquals": value}, PATHS, NAMES),
    st.builds(lambda path, value: {"Variable": path, "BooleanEquals": value}, PATHS, st.booleans()),
    st.builds(lambda path: {"Variable": path, "NumericLessThan": 3}, PATHS),
    st.builds(lambda path, value: {"Variable": path, "IsPresent": value}, PATHS, st.booleans()),
    st.builds(lambda path, other: {"Variable": path, "StringEqualsPath": other}, PATHS, PATHS),
)
CONDITIONS = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=2).map(lambda rules: {"And": rules}),
        st.lists(inner, min_size=1, max_size=2).map(lambda rules: {"Or": rules}),
        inner.map(lambda rule: {"Not": rule}),
    ),
    max_leaves=3,
)


@st.composite
def scopes(draw: st.DrawFn, depth: int = 1, prefix: str = "S") -> dict[str, Any]:
    """Scopes of a few states, with transitions forwards and backwards."""
    names = [f"{prefix}{index}" for index in range(draw(st.integers(1, 4)))]
    targets = st.sampled_from(names)
    states: dict[str, Any] = {}
    for index, name in enumerate(names):
        kinds = ["Pass", "Pass", "Wait", *(["Parallel", "Map"] if depth else []), "Choice"]
        kind = draw(st.sampled_from(kinds)) if index < len(names) - 1 else "Pass"
        state: dict[str, Any] = {"Type": kind}
        if kind == "Choice":
            state["Choices"] = [
                {**rule, "Next": draw(targets)}
                for rule in draw(st.lists(CONDITIONS, min_size=1, max_size=2))
            ]
            state["Default"] = names[index + 1]
        elif index < len(names) - 1:
            state["Next"] = names[index + 1]
        else:
            state["End"] = True
        if draw(st.integers(0, 4)) == 0:
            state["InputPath"] = draw(PATHS)
        if kind == "Wait":
            state["Seconds"] = 1
        if kind == "Pass" and draw(st.booleans()):
            state["Result"] = draw(DATA)
        if kind in ("Pass", "Parallel") and draw(st.booleans()):
            state["Parameters"] = draw(TEMPLATES)
        if kind == "Parallel":
            state["Branches"] = [
                draw(scopes(depth - 1, f"{name}{letter}"))
                for letter in "PQ"[: draw(st.integers(1, 2))]
            ]
        if kind == "Map":
            state["ItemsPath"] = draw(PATHS)
            state["ItemProcessor"] = draw(scopes(depth - 1, f"{name}M"))
        if kind in ("Pass", "Parallel", "Map") and draw(st.booleans()):
            state["ResultPath"] = draw(st.one_of(PATHS, st.none()))
        if kind != "Choice" and draw(st.integers(0, 4)) == 0:
            state["OutputPath"] = draw(PATHS)
        states[name] = state
    return {"StartAt": names[0], "States": states}


@settings(max_examples=400)
@given(machine=scopes(), inputs=st.lists(DATA, min_size=3, max_size=6))
def test_a_reported_state_never_succeeds(machine: dict[str, Any], inputs: list[Any]) -> None:
    reported = {
        finding.state
        for finding in findings(machine, "EF219", "EF221")
        if finding.state is not None
    }
    if not reported:
        return
    for data in inputs:
        trace: list[tuple[str, bool]] = []
        with suppress(FailedError):
            execute(machine, data, trace)
        succeeded = {name for name, is_ok in trace if is_ok}
        assert not reported & succeeded


# Machines with known answers


def seeded(result: Any, state: dict[str, Any], **others: Any) -> dict[str, Any]:
    """A machine whose second state gets a known input."""
    states = {"Seed": {"Type": "Pass", "Result": result, "Next": "Use"}, "Use": state, **others}
    return {"StartAt": "Seed", "States": states}


def jsonata(output: Any, state: dict[str, Any], **others: Any) -> dict[str, Any]:
    states = {"Seed": {"Type": "Pass", "Output": output, "Next": "Use"}, "Use": state, **others}
    return {"QueryLanguage": "JSONata", "StartAt": "Seed", "States": states}


INNER = {"StartAt": "In", "States": {"In": {"Type": "Pass", "End": True}}}
ENDS = {"Yes": {"Type": "Succeed"}, "No": {"Type": "Succeed"}}
FAULTY: dict[str, tuple[dict[str, Any], str]] = {
    "a path of parameters": (
        seeded({"a": 1}, {"Type": "Pass", "Parameters": {"x.$": "$.b"}, "End": True}),
        "EF219 state 'Use': '$.b' finds nothing: the data has only 'a'",
    ),
    "a path into a string": (
        seeded({"a": "x"}, {"Type": "Pass", "InputPath": "$.a.b", "End": True}),
        "EF219 state 'Use': '$.a.b' finds nothing: the value before it is not an object",
    ),
    "an empty input": (
        seeded({}, {"Type": "Pass", "OutputPath": "$.a", "End": True}),
        "EF219 state 'Use': '$.a' finds nothing: the data is an empty object",
    ),
    "InputPath null": (
        seeded(
            {"a": 1},
            {"Type": "Pass", "InputPath": None, "Parameters": {"x.$": "$.a"}, "End": True},
        ),
        "EF219 state 'Use': '$.a' finds nothing: the data is an empty object",
    ),
    "an argument of a function": (
        seeded(
            {"a": 1},
            {
                "Type": "Pass",
                "Parameters": {"x.$": "States.Format('{}', States.Array($.b))"},
                "End": True,
            },
        ),
        "EF219 state 'Use': '$.b' finds nothing: the data has only 'a'",
    ),
    "the error of a Catch": (
        {
            "StartAt": "Call",
            "States": {
                "Call": {
                    "Type": "Task",
                    "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
                    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Use"}],
                    "End": True,
                },
                "Use": {"Type": "Pass", "Parameters": {"id.$": "$.id"}, "End": True},
            },
        },
        "EF219 state 'Use': '$.id' finds nothing: the data has only 'Error' and 'Cause'",
    ),
    "the output of branches": (
        {
            "StartAt": "Both",
            "States": {
                "Both": {
                    "Type": "Parallel",
                    "Branches": [
                        {
                            "StartAt": "In",
                            "States": {"In": {"Type": "Pass", "Result": {"a": 1}, "End": True}},
                        }
                    ],
                    "ResultSelector": {"x.$": "$[0].b"},
                    "End": True,
                }
            },
        },
        "EF219 state 'Both': '$[0].b' finds nothing: the data has only 'a'",
    ),
    "an item of a Map": (
        seeded(
            [{"a": 1}, {"a": 2}],
            {
                "Type": "Map",
                "ItemProcessor": {
                    "StartAt": "In",
                    "States": {"In": {"Type": "Pass", "InputPath": "$.b", "End": True}},
                },
                "End": True,
            },
        ),
        "EF219 state 'In': '$.b' finds nothing: the data has only 'a'",
    ),
    "the selected item of a Map": (
        seeded(
            {"list": [1]},
            {
                "Type": "Map",
                "ItemsPath": "$.list",
                "ItemSelector": {"x.$": "$.other"},
                "ItemProcessor": INNER,
                "End": True,
            },
        ),
        "EF219 state 'Use': '$.other' finds nothing: the data has only 'list'",
    ),
    "a number in the place of an array": (
        seeded({"n": 3}, {"Type": "Map", "ItemsPath": "$.n", "ItemProcessor": INNER, "End": True}),
        "EF221 state 'Use': the Map needs an array, but its items are the number '3'",
    ),
    "a null operand": (
        seeded(
            {"a": None},
            {
                "Type": "Choice",
                "Choices": [{"Variable": "$.a", "StringEquals": "x", "Next": "Yes"}],
                "Default": "No",
            },
            **ENDS,
        ),
        "WF222 state 'Use': StringEquals is never true: '$.a' is null",
    ),
    "seconds that are an object": (
        seeded({"s": {}}, {"Type": "Wait", "SecondsPath": "$.s", "End": True}),
        "EF221 state 'Use': 'SecondsPath' selects an object, not a number of seconds",
    ),
    "a timestamp that is a number": (
        seeded({"t": 1}, {"Type": "Wait", "TimestampPath": "$.t", "End": True}),
        "EF221 state 'Use': 'TimestampPath' selects the number '1', not a timestamp",
    ),
    "JSONata: a part of the input": (
        jsonata(
            {"a": {"b": 1}}, {"Type": "Pass", "Output": "{% $states.input.a.c %}", "End": True}
        ),
        "EF220 state 'Use': '$states.input.a.c' is undefined: the data has only 'b'",
    ),
    "JSONata: a quoted name": (
        jsonata({"a": 1}, {"Type": "Pass", "Output": "{% $states.input.`b c` %}", "End": True}),
        "EF220 state 'Use': '$states.input.`b c`' is undefined: the data has only 'a'",
    ),
    "JSONata: a variable": (
        jsonata(
            1,
            {"Type": "Pass", "Assign": {"v": {"a": 1}}, "Next": "Read"},
            Read={"Type": "Pass", "Output": ["{% $v.b %}"], "End": True},
        ),
        "EF220 state 'Read': '$v.b' is undefined: the data has only 'a'",
    ),
    "JSONata: the result of a Task": (
        jsonata(
            1,
            {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage",
                "Arguments": {"QueueUrl": "https://x", "MessageBody": "x"},
                "Output": "{% $states.result.Id %}",
                "End": True,
            },
        ),
        "EF220 state 'Use': '$states.result.Id' is undefined: the data has only "
        "'MD5OfMessageBody', 'MD5OfMessageAttributes', 'MD5OfMessageSystemAttributes', "
        "'MessageId' and 3 more",
    ),
    "JSONata: the error of a Catch": (
        jsonata(
            1,
            {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage",
                "Catch": [
                    {
                        "ErrorEquals": ["States.ALL"],
                        "Output": "{% $states.errorOutput.Message %}",
                        "Next": "Yes",
                    }
                ],
                "End": True,
            },
            Yes={"Type": "Succeed"},
        ),
        "EF220 state 'Use': '$states.errorOutput.Message' is undefined: the data has only 'Error' "
        "and 'Cause'",
    ),
    "JSONata: a condition": (
        jsonata(
            {"a": "x"},
            {
                "Type": "Choice",
                "Choices": [{"Condition": "{% $states.input.a %}", "Next": "Yes"}],
                "Default": "No",
            },
            **ENDS,
        ),
        "EF221 state 'Use': the condition is the string 'x', not a boolean",
    ),
    "JSONata: the result of a function": (
        jsonata(
            1,
            {
                "Type": "Choice",
                "Choices": [{"Condition": "{% $count([1]) %}", "Next": "Yes"}],
                "Default": "No",
            },
            **ENDS,
        ),
        "EF221 state 'Use': the condition is a number, not a boolean",
    ),
    "JSONata: items": (
        jsonata(1, {"Type": "Map", "Items": "{% 'x' %}", "ItemProcessor": INNER, "End": True}),
        "EF221 state 'Use': the Map needs an array, but its items are the string 'x'",
    ),
}


@pytest.mark.parametrize("name", FAULTY)
def test_certain_failures_are_reported(name: str) -> None:
    machine, expected = FAULTY[name]
    (finding,) = findings(machine)
    assert f"{finding.rule} {finding.message}" == expected


TASK = {
    "Type": "Task",
    "Resource": "arn:aws:states:::aws-sdk:batch:describeJobs",
    "Parameters": {"Jobs": ["x"]},
}
CLEAN: dict[str, dict[str, Any]] = {
    "a guard": seeded(
        {"a": 1},
        {
            "Type": "Choice",
            "Choices": [
                {
                    "And": [
                        {"Variable": "$.b", "IsPresent": True},
                        {"Variable": "$.b", "StringEquals": "x"},
                    ],
                    "Next": "Yes",
                },
                {"Not": {"Variable": "$.a", "IsNumeric": True}, "Next": "Yes"},
            ],
            "Default": "No",
        },
        Yes={"Type": "Pass", "InputPath": "$.b", "End": True},
        No={"Type": "Succeed"},
    ),
    "a known comparison": seeded(
        {"a": 1},
        {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.a", "NumericGreaterThan": 3, "Next": "Never"},
                {"Variable": "$.a", "NumericEquals": 1, "Next": "Yes"},
                {"Variable": "$.missing", "NumericEquals": 1, "Next": "Never"},
            ],
            "Default": "Never",
        },
        Never={"Type": "Pass", "InputPath": "$.missing", "End": True},
        Yes={"Type": "Succeed"},
    ),
    "a field of one of two ways": {
        "StartAt": "Which",
        "States": {
            "Which": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.x", "IsPresent": True, "Next": "One"}],
                "Default": "Two",
            },
            "One": {"Type": "Pass", "Result": {"a": 1}, "Next": "Use"},
            "Two": {"Type": "Pass", "Result": {"b": 1}, "Next": "Use"},
            "Use": {"Type": "Pass", "Parameters": {"x.$": "$.a"}, "End": True},
        },
    },
    "a result beside the input": {
        "StartAt": "Add",
        "States": {
            "Add": {"Type": "Pass", "Result": {"n": 1}, "ResultPath": "$.added", "Next": "Use"},
            "Use": {
                "Type": "Pass",
                "Parameters": {"x.$": "$.other", "n.$": "$.added.n"},
                "End": True,
            },
        },
    },
    "a loop": {
        "StartAt": "Init",
        "States": {
            "Init": {"Type": "Pass", "Result": {"n": 0}, "Next": "Work"},
            "Work": {
                "Type": "Pass",
                "Parameters": {"n.$": "States.MathAdd($.n, 1)", "last.$": "$"},
                "Next": "Again",
            },
            "Again": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.n", "NumericLessThan": 9, "Next": "Work"}],
                "Default": "Done",
            },
            "Done": {"Type": "Pass", "InputPath": "$.last", "End": True},
        },
    },
    "a member in other letters": {
        "StartAt": "Ask",
        "States": {
            "Ask": {**TASK, "Next": "Use"},
            "Use": {"Type": "Pass", "InputPath": "$.JOBS", "End": True},
        },
    },
    "an operation without a known response": {
        "StartAt": "Ask",
        "States": {
            "Ask": {**TASK, "Resource": "arn:aws:states:::aws-sdk:batch:dance", "Next": "Use"},
            "Use": {"Type": "Pass", "InputPath": "$.x", "End": True},
        },
    },
    "a service without known responses": {
        "StartAt": "Ask",
        "States": {
            "Ask": {**TASK, "Resource": "arn:aws:states:::aws-sdk:dance:dance", "Next": "Use"},
            "Use": {"Type": "Pass", "InputPath": "$.x", "End": True},
        },
    },
    "a placeholder in the data": seeded(
        {"${Name}": 1, "b": "${Value}", "c": "__token__"},
        {
            "Type": "Choice",
            "Choices": [{"Variable": "$.a", "BooleanEquals": True, "Next": "Yes"}],
            "Default": "No",
        },
        **ENDS,
    ),
    "a Map without items": seeded(
        [],
        {
            "Type": "Map",
            "ItemProcessor": {
                "StartAt": "In",
                "States": {"In": {"Type": "Pass", "InputPath": "$.x", "End": True}},
            },
            "End": True,
        },
    ),
    "an object in the items of a Distributed Map": seeded(
        {"a": 1},
        {
            "Type": "Map",
            "ItemProcessor": {
                **INNER,
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            },
            "End": True,
        },
    ),
    "JSONata: an undefined part of an expression": jsonata(
        {"a": 1}, {"Type": "Pass", "Output": "{% $exists($states.input.b) %}", "End": True}
    ),
    "JSONata: a constant condition": jsonata(
        {"a": 1},
        {
            "Type": "Choice",
            "Choices": [{"Condition": "{% true %}", "Next": "Yes"}],
            "Default": "No",
        },
        Yes={"Type": "Succeed"},
        No={"Type": "Pass", "Output": "{% $states.input.b %}", "End": True},
    ),
    "JSONata: an array": jsonata(
        {"a": [{"b": 1}]}, {"Type": "Pass", "Output": "{% $states.input.a.c %}", "End": True}
    ),
    "JSONata: a Map": jsonata(
        [1, 2],
        {
            "Type": "Map",
            "ItemSelector": {"x": "{% $states.context.Map.Item.Value %}"},
            "ItemProcessor": {
                "StartAt": "In",
                "States": {"In": {"Type": "Pass", "Output": "{% $states.input.x %}", "End": True}},
            },
            "End": True,
        },
    ),
    "JSONata: branches": jsonata(
        {"a": 1},
        {
            "Type": "Parallel",
            "Arguments": {"b": "{% $states.input.a %}"},
            "Branches": [
                {
                    "StartAt": "In",
                    "States": {
                        "In": {"Type": "Pass", "Output": "{% $states.input.b %}", "End": True}
                    },
                }
            ],
            "Output": "{% $states.result[0] %}",
            "End": True,
        },
    ),
}


@pytest.mark.parametrize("name", CLEAN)
def test_nothing_else_is_reported(name: str) -> None:
    assert findings(CLEAN[name], *RULES - {"WF222"}) == []


def test_the_note_names_the_state_with_the_output() -> None:
    (finding,) = findings(FAULTY["a path of parameters"][0])
    assert [note.message for note in finding.notes] == ["the data is the output of state 'Seed'"]


def test_the_nearest_name_is_the_fix() -> None:
    machine = seeded({"orders": 1}, {"Type": "Pass", "InputPath": "$.order", "End": True})
    (finding,) = findings(machine)
    assert finding.fix == "use 'orders'"

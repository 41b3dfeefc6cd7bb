"""Resources that refer to each other in cycles, and by functions that double their arguments.

The tests count steps of the resolver, not seconds, so they do not depend on the computer.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfnlint.inputs.cloudformation import reader as cloudformation
from sfnlint.inputs.cloudformation.intrinsics import Resolver, _NestedValues
from sfnlint.place import Place
from sfnlint.source import parse

BUDGET = 10_000
"""Steps for a template of ten resources: a hundred times those of a usual template."""
COUNT = 8
NAMES = [f"Q{index}" for index in range(COUNT)]


class Steps:
    """Counts the values that the resolver resolves, and stops it beyond a limit."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.taken = 0
        work_out, value = Resolver._call_result, _NestedValues.value

        def counted(resolver: Resolver, data: object) -> str | None:
            self.step()
            return work_out(resolver, data)

        def counted_value(tree: _NestedValues, *arguments: Any) -> object:
            self.step()
            return value(tree, *arguments)

        monkeypatch.setattr(Resolver, "_call_result", counted)
        monkeypatch.setattr(_NestedValues, "value", counted_value)

    def step(self) -> None:
        self.taken += 1
        assert self.taken <= BUDGET


def functions(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Intrinsic functions of one or two values."""
    pair = st.tuples(inner, inner).map(list)
    return st.one_of(
        pair.map(lambda of: {"Fn::Join": ["-", of]}),
        pair.map(lambda of: {"Fn::Sub": ["${x}${y}${x}", {"x": of[0], "y": of[1]}]}),
        pair.map(lambda of: {"Fn::If": ["C", *of]}),
        pair.map(lambda of: {"Fn::Select": [1, of]}),
        pair.map(lambda of: {"Fn::ToJsonString": {"a": of, "b": of}}),
        pair.map(lambda of: {"Fn::FindInMap": ["Map", *of, {"DefaultValue": of[0]}]}),
        inner.map(lambda one: {"Fn::Select": [0, {"Fn::Split": ["-", one]}]}),
        inner.map(lambda one: {"Fn::Join": ["", {"Fn::Split": ["-", one]}]}),
        inner.map(lambda one: {"Fn::Base64": one}),
        inner.map(lambda one: {"Fn::Length": [one, one]}),
        inner.map(lambda one: {"Fn::Cidr": [one, 1]}),
    )


references = st.sampled_from(NAMES).flatmap(
    lambda name: st.sampled_from(
        [
            {"Ref": name},
            {"Fn::GetAtt": [name, "Arn"]},
            {"Fn::GetAtt": f"{name}.QueueName"},
            {"Fn::Sub": "${" + name + "}-${" + name + ".Arn}"},
            {"Fn::Sub": "${" + name + ".QueueName}${" + name + ".QueueName}"},
        ]
    )
)
nested = st.recursive(references | st.sampled_from(["a", "b-c", 5]), functions, max_leaves=10)


def template(values: list[Any]) -> dict[str, Any]:
    """Queues with these names, and a machine that sends to all of them, with its role."""
    queues = {
        name: {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": value}}
        for name, value in zip(NAMES, values, strict=False)
    }
    states: dict[str, Any] = {
        name: {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": {"Ref": name}, "MessageBody": {"Fn::GetAtt": [name, "Arn"]}},
            "End": True,
        }
        for name in NAMES
    }
    statement = {
        "Effect": "Allow",
        "Action": "sqs:SendMessage",
        "Resource": [{"Fn::GetAtt": [name, "Arn"]} for name in NAMES],
    }
    role = {
        "RoleName": values[0],
        "AssumeRolePolicyDocument": {},
        "Policies": [{"PolicyName": values[0], "PolicyDocument": {"Statement": [statement]}}],
    }
    machine = {
        "StateMachineName": values[-1],
        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
        "Definition": {"StartAt": NAMES[0], "States": states},
        "DefinitionSubstitutions": {"x": values[-1]},
    }
    return {
        "Parameters": {"P": {"Type": "String"}},
        "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "p"]}},
        "Mappings": {"Map": {"a": {"a": "b-c"}}},
        "Resources": {
            **queues,
            "Role": {"Type": "AWS::IAM::Role", "Properties": role},
            "Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": machine},
        },
    }


def check(data: dict[str, Any]) -> int:
    """Read a template, and return the number of steps."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        steps = Steps(monkeypatch)
        document = parse(json.dumps(data), "template.json", "json")
        reading = cloudformation.read(document)
        for subject in reading.subjects:
            Place(subject.machine.document).locate()
            states = list(subject.machine.states)
            assert len(states) == COUNT
            assert all(len(str(state.data)) < 100_000 for state in states)
        assert {subject.logical_id for subject in reading.subjects} == {"Machine"}
        return steps.taken


@settings(max_examples=150, deadline=None)
@given(st.lists(nested, min_size=COUNT, max_size=COUNT))
def test_every_template_is_read_in_few_steps(values: list[Any]) -> None:
    check(template(values))


@pytest.mark.parametrize(
    "double",
    [
        lambda one: {"Fn::Join": ["", [one, one]]},
        lambda one: {"Fn::Sub": ["${x}${x}", {"x": one}]},
        lambda one: {"Fn::ToJsonString": [one, one]},
        lambda one: {"Fn::Select": [1, [one, one]]},
        lambda one: {"Fn::Base64": {"Fn::Join": ["", [one, one]]}},
        lambda one: {"Fn::Join": ["", {"Fn::Split": ["-", {"Fn::Join": ["-", [one, one]]}]}]},
        lambda one: {"Fn::If": ["C", one, {"Fn::Join": ["", [one, one]]}]},
    ],
)
@pytest.mark.parametrize("attribute", ["QueueName", "Arn"])
def test_values_that_double_along_a_chain_or_a_cycle(double: Any, attribute: str) -> None:
    chain = [double({"Fn::GetAtt": [name, attribute]}) for name in NAMES[1:]]
    assert check(template([*chain, "end"])) > COUNT
    check(template([*chain, double({"Fn::GetAtt": [NAMES[0], attribute]})]))
    check(template([double({"Fn::GetAtt": [name, attribute]}) for name in NAMES]))


def test_functions_within_functions_to_any_depth() -> None:
    value: Any = {"Ref": NAMES[1]}
    for index in range(60):
        value = {"Fn::Join": ["", [value, "x"]]} if index % 2 else {"Fn::ToJsonString": value}
    check(template([value] * COUNT))

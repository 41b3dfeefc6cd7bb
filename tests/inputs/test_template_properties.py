"""Any template: no exception, no endless loop, and findings at the place of their value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sfnlint
from sfnlint.inputs.cloudformation.reader import read
from sfnlint.place import Place, Route
from sfnlint.source import EmbeddedDocument, parse

NAMES = ["Role", "Machine", "Queue", "Function", "Live", "Policy", "Parameter", "AWS::Region"]
NAMES += ["AWS::NoValue", "Nowhere"]
WORDS = ["a", "", "*", "arn:aws:sqs:eu-west-1:111122223333:q", "{{resolve:ssm:/a}}", "{{resolve:"]
WORDS += ["${Role.Arn}", "${Queue}", "${x}", "${!x}", "$.x", "{", '{"Statement": []}', "ü\n\x1b"]

names = st.sampled_from(NAMES)
plain = st.sampled_from(WORDS) | st.none() | st.booleans() | st.integers(-3, 3)


def calls(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Intrinsic functions, mostly well-formed, of any values."""
    several = st.lists(inner, max_size=3)
    attributes = st.sampled_from(["Arn", "Name", "QueueName", "Nothing"])
    return st.one_of(
        names.map(lambda name: {"Ref": name}),
        st.tuples(names, attributes).map(lambda pair: {"Fn::GetAtt": list(pair)}),
        st.tuples(names, attributes).map(lambda pair: {"Fn::GetAtt": ".".join(pair)}),
        st.sampled_from(WORDS).map(lambda text: {"Fn::Sub": text}),
        st.tuples(st.sampled_from(WORDS), st.dictionaries(st.just("x"), inner)).map(
            lambda pair: {"Fn::Sub": list(pair)}
        ),
        several.map(lambda parts: {"Fn::Join": ["", parts]}),
        st.tuples(st.sampled_from(["C", "D"]), inner, inner).map(lambda of: {"Fn::If": list(of)}),
        st.tuples(st.integers(0, 2), several).map(lambda of: {"Fn::Select": list(of)}),
        inner.map(lambda one: {"Fn::Select": [0, {"Fn::Split": ["/", one]}]}),
        several.map(lambda keys: {"Fn::FindInMap": keys}),
        inner.map(lambda one: {"Fn::Join": ["", {"Fn::Split": ["/", one]}]}),
        inner.map(lambda one: {"Fn::FindInMap": ["M", "a", "b", {"DefaultValue": one}]}),
        inner.map(lambda one: {"Fn::ToJsonString": one}),
        inner.map(lambda one: {"Fn::Base64": one}),
        inner.map(lambda one: {"Fn::Length": one}),
        st.sampled_from(["Ref", "Fn::Sub", "Fn::Join", "Fn::If", "Fn::Select", "Fn::Transform"])
        .flatmap(lambda name: inner.map(lambda one: {name: one})),
        several,
        st.dictionaries(st.sampled_from(["Name", "Fn::ForEach::X"]), inner, max_size=2),
    )  # fmt: skip


values = st.recursive(plain, calls, max_leaves=8)


def mostly(sound: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A well-formed value, and in one case out of five any value."""
    return st.integers(0, 4).flatmap(lambda roll: values if roll == 4 else sound)


documents = mostly(
    st.fixed_dictionaries(
        {
            "Statement": st.lists(
                st.fixed_dictionaries(
                    {"Effect": st.sampled_from(["Allow", "Deny"]) | values},
                    optional={
                        "Action": st.sampled_from(["sqs:*", "lambda:InvokeFunction", "x"]) | values,
                        "Resource": values,
                        "Principal": values | values.map(lambda one: {"AWS": one}),
                        "Condition": values,
                    },
                ),
                max_size=2,
            )
            | values
        }
    )
)
definitions = mostly(
    values.map(
        lambda value: {
            "StartAt": "A",
            "States": {
                "A": {
                    "Type": "Task",
                    "Resource": "arn:aws:states:::sqs:sendMessage",
                    "Parameters": {"QueueUrl": value, "MessageBody": value},
                    "Next": "B",
                },
                "B": {
                    "Type": "Task",
                    "Resource": "arn:aws:states:::lambda:invoke",
                    "Parameters": {"FunctionName": value},
                    "End": True,
                },
            },
        }
    )
)


def resource(kind: str, **properties: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({}, optional=properties).map(
        lambda given: {"Type": f"AWS::{kind}", "Properties": given}
    )


ROLE_ARN = {"Fn::GetAtt": ["Role", "Arn"]}


def machine(properties: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    defined = st.one_of(
        definitions.map(lambda one: {"Definition": one}),
        definitions.map(lambda one: {"DefinitionString": json.dumps(one)}),
        definitions.map(lambda one: {"DefinitionString": {"Fn::Sub": json.dumps(one)}}),
        values.map(lambda one: {"DefinitionString": one}),
    )
    kind = "AWS::StepFunctions::StateMachine"
    return defined.map(lambda one: {"Type": kind, "Properties": {**properties, **one}})


templates = st.fixed_dictionaries(
    {
        "Conditions": st.fixed_dictionaries(
            {"C": values, "D": values.map(lambda one: {"Fn::Equals": [one, "a"]})}
        ),
        "Rules": st.dictionaries(
            st.just("R"), st.fixed_dictionaries({"Assertions": values, "RuleCondition": values})
        ),
        "Parameters": st.just({"Parameter": {"Type": "String", "AllowedValues": ["a", "b"]}}),
        "Resources": st.fixed_dictionaries(
            {
                "Machine": st.fixed_dictionaries(
                    {"RoleArn": mostly(st.just(ROLE_ARN))},
                    optional={"StateMachineName": values, "DefinitionSubstitutions": values},
                ).flatmap(machine),
                "Role": resource(
                    "IAM::Role",
                    RoleName=values,
                    Route=values,
                    ManagedPolicyArns=values,
                    PermissionsBoundary=values,
                    AssumeRolePolicyDocument=documents,
                    Policies=st.lists(
                        documents.map(lambda one: {"PolicyName": "p", "PolicyDocument": one}),
                        max_size=2,
                    )
                    | values,
                ),
                "Queue": resource("SQS::Queue", QueueName=values),
                "Function": resource("Lambda::Function", FunctionName=values),
                "Live": resource("Lambda::Alias", FunctionName=values, Name=values),
                "Guard": resource("SQS::QueuePolicy", PolicyDocument=documents, Queues=values),
                "Permission": resource(
                    "Lambda::Permission", Principal=values, FunctionName=values, Action=values
                ),
                "Policy": resource("IAM::ManagedPolicy", Roles=values, PolicyDocument=documents),
            }
        ),
    }
)


def value_at(data: object, path: Route) -> object:
    for step in path:
        data = data[step]  # type: ignore[index]
    return data


def places(text: str, name: str) -> Iterator[Place]:
    for finding in sfnlint.check_text(text, name):
        yield finding.place
        yield from (note.place for note in finding.notes)
    for problem in read(parse(text, name, "json" if name.endswith("json") else "yaml")).problems:
        yield problem.place


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(templates)
def test_any_template_in_json(data: dict[str, Any]) -> None:
    text = json.dumps(data)
    for place in places(text, "template.json"):
        located = place.locate()
        cut = text[slice(*located.span)]
        if place.part == "key" and located.path:
            if not isinstance(place.document, EmbeddedDocument):
                assert json.loads(cut) == located.path[-1]
        elif isinstance(place.document, EmbeddedDocument):
            # The definition is in a string of the template, whose quotes are escaped.
            outer = value_at(data, located.path)
            if isinstance(outer, dict):
                # The place of a function's result is the whole call.
                assert json.loads(cut) == outer
                continue
            assert isinstance(outer, str)
            inner = json.loads(f'"{cut}"' if cut[:1] != '"' else cut)
            assert inner in outer
            is_open = "${" in inner or "{{resolve:" in inner
            if not is_open and place.part == "value" and inner != outer:
                assert json.loads(inner) == value_at(place.document.data, place.path)
        elif place.within is None:
            assert json.loads(cut) == value_at(data, located.path)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(templates)
def test_any_template_in_yaml(data: dict[str, Any]) -> None:
    text = yaml.safe_dump(data, allow_unicode=True)
    for place in places(text, "template.yaml"):
        located = place.locate()
        cut = located.root.text[slice(*located.span)]
        found = value_at(data, located.path)
        if (
            place.part == "key"
            and located.path
            and not isinstance(place.document, EmbeddedDocument)
        ):
            assert yaml.safe_load(cut) == located.path[-1]
        elif isinstance(found, str) and not isinstance(place.document, EmbeddedDocument):
            assert yaml.safe_load(cut) == found

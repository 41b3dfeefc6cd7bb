"""Permissions of connectors for the machine's role, known and unknown."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from sfnlint.iam.decision import Verdict
from sfnlint.iam.evaluate import Grants
from sfnlint.iam.pattern import Pattern
from sfnlint.inputs.sam import reader as sam_reader
from sfnlint.inputs.sam.connectors import connectors
from sfnlint.place import Route
from sfnlint.source import parse
from sfnlint.subject import Reading
from sfnlint.symbol import Symbol

MACHINE = {
    "Type": "AWS::Serverless::StateMachine",
    "Properties": {
        "Definition": {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}},
    },
}
FUNCTION = {"Type": "AWS::Serverless::Function", "Properties": {"FunctionName": "greeter"}}
INVOKE = ("lambda:InvokeFunction", "lambda:%:function:greeter")


def read(**resources: Any) -> Reading:
    text = yaml.safe_dump({"Resources": {"Machine": MACHINE, "Function": FUNCTION, **resources}})
    return sam_reader.read(parse(text, "template.yaml", "yaml"))


def connector(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::Serverless::Connector", "Properties": properties}


def answer(reading: Reading, action: str, resource: str, machine: str = "Machine") -> Verdict:
    [subject] = [one for one in reading.subjects if one.logical_id == machine]
    role, symbols = subject.role, subject.symbols
    assert role is not None
    here = ":".join(symbols.mark(Symbol(f"AWS::{name}")) for name in ("Region", "AccountId"))
    arn = f"arn:{symbols.mark(Symbol('AWS::Partition'))}:{resource.replace('%', here)}"
    grants = Grants(role.policies, unread_policies=role.unread_policies)
    return grants.decide(action, Pattern.literal(arn, symbols), {}).verdict


SOURCE = {"Id": "Machine"}
TO_FUNCTION = {"Destination": {"Id": "Function"}, "Permissions": ["Write"]}
EMBEDDED = {**MACHINE, "Connectors": {"Calls": {"Properties": TO_FUNCTION}}}


@pytest.mark.parametrize(
    "resources",
    [
        {"Connector": connector(Source=SOURCE, **TO_FUNCTION)},
        {"Machine": EMBEDDED},
        {
            "Connector": connector(
                Source=SOURCE,
                Destination=[{"Id": "Table"}, {"Id": "Function"}],
                Permissions=["Write"],
            )
        },
        {
            "Connector": connector(
                Source={
                    "Type": "AWS::Serverless::StateMachine",
                    "RoleName": {"Ref": "MachineRole"},
                },
                Destination={
                    "Type": "AWS::Serverless::Function",
                    "Arn": {"Fn::GetAtt": ["Function", "Arn"]},
                },
                Permissions=["Write"],
            )
        },
    ],
)
def test_every_form(resources: dict[str, Any]) -> None:
    reading = read(Table={"Type": "AWS::Serverless::SimpleTable"}, **resources)
    assert reading.problems == []
    assert answer(reading, *INVOKE) is Verdict.ALLOWED
    assert answer(reading, INVOKE[0], "lambda:%:function:another") is Verdict.DENIED
    assert answer(reading, "sqs:SendMessage", "sqs:%:queue") is Verdict.DENIED


@pytest.mark.parametrize(
    ("kind", "properties", "permissions", "action", "resource"),
    [
        (
            "DynamoDB::Table",
            {"TableName": "jobs"},
            ["Read"],
            "dynamodb:GetItem",
            "dynamodb:%:table/jobs",
        ),
        (
            "DynamoDB::Table",
            {"TableName": "jobs"},
            ["Write"],
            "dynamodb:PutItem",
            "dynamodb:%:table/jobs",
        ),
        ("SQS::Queue", {"QueueName": "jobs"}, ["Write"], "sqs:SendMessage", "sqs:%:jobs"),
        ("SNS::Topic", {"TopicName": "news"}, ["Write"], "sns:Publish", "sns:%:news"),
        (
            "StepFunctions::StateMachine",
            {"StateMachineName": "inner"},
            ["Read", "Write"],
            "states:StartExecution",
            "states:%:stateMachine:inner",
        ),
        (
            "StepFunctions::StateMachine",
            {"StateMachineName": "inner"},
            ["Read", "Write"],
            "states:StopExecution",
            "states:%:execution:inner:one",
        ),
        (
            "Events::EventBus",
            {"Name": "bus"},
            ["Write"],
            "events:PutEvents",
            "events:%:event-bus/bus",
        ),
    ],
)
def test_every_destination(
    kind: str, properties: dict[str, Any], permissions: list[str], action: str, resource: str
) -> None:
    destination = {"Type": f"AWS::{kind}", "Properties": properties}
    one = connector(Source=SOURCE, Destination={"Id": "There"}, Permissions=permissions)
    assert answer(read(There=destination, Connector=one), action, resource) is Verdict.ALLOWED
    assert answer(read(There=destination), action, resource) is Verdict.DENIED


def test_a_role_shared_with_a_function_gets_the_permissions_of_its_connector() -> None:
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": []}}}
    arn = {"Fn::GetAtt": ["Role", "Arn"]}
    machine = {**MACHINE, "Properties": {**MACHINE["Properties"], "Role": arn}}  # type: ignore[dict-item]
    caller = {"Type": "AWS::Serverless::Function", "Properties": {"Role": arn}}
    one = connector(Source={"Id": "Caller"}, **TO_FUNCTION)
    reading = read(Role=role, Machine=machine, Caller=caller, Connector=one)
    assert answer(reading, *INVOKE) is Verdict.ALLOWED


def test_permissions_of_a_newer_sam_are_unknown() -> None:
    one = connector(Source=SOURCE, Destination={"Id": "There"}, Permissions=["Write"])
    reading = read(There={"Type": "AWS::Kinesis::Stream", "Properties": {}}, Connector=one)
    assert answer(reading, *INVOKE) is Verdict.UNKNOWN
    assert reading.problems == []


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        (
            connector(Source=SOURCE, Destination={"Id": "Nowhere"}, Permissions=["Write"]),
            ("Destination",),
        ),
        (
            connector(Source=SOURCE, Destination={"Id": "Function"}, Permissions=["Read"]),
            ("Permissions",),
        ),
        (connector(Source=SOURCE, Destination={"Id": "Function"}), ()),
    ],
)
def test_what_sam_refuses(resource: dict[str, Any], path: Route) -> None:
    reading = read(Connector=resource)
    [problem] = reading.problems
    assert problem.kind == "refused-by-sam"
    assert problem.place.path == ("Resources", "Connector", "Properties", *path)


def test_a_connector_under_a_condition() -> None:
    one = {**connector(Source=SOURCE, **TO_FUNCTION), "Condition": "Prod"}
    data = {
        "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
        "Resources": {"Machine": MACHINE, "Function": FUNCTION, "Connector": one},
    }
    reading = sam_reader.read(parse(yaml.safe_dump(data), "template.yaml", "yaml"))
    answers = {}
    for subject in reading.subjects:
        alone = Reading([subject])
        answers[subject.when] = answer(alone, *INVOKE)
    assert answers == {"Prod is true": Verdict.ALLOWED, "Prod is false": Verdict.DENIED}


def test_there_are_all_connectors() -> None:
    grants = connectors()["grants"]
    assert len(grants["AWS::StepFunctions::StateMachine"]) == 7
    assert sum(map(len, grants.values())) >= 20

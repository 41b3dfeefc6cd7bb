"""The condition keys that a call of the execution role has."""

from __future__ import annotations

from typing import Any

import pytest
from analyses import allow, analysis, task

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.catalog.resource_template import ACCOUNT, PARTITION
from sfnlint.iam.conditions import UNKNOWN_VALUE, Missing, value_of
from sfnlint.iam.decision import Verdict
from sfnlint.iam.pattern import Pattern
from sfnlint.symbol import Symbol

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
QUEUE = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"
SEND = task("sqs:sendMessage", QueueUrl=QUEUE, MessageBody="new")
TRAIN = {
    "TrainingJobName": "churn",
    "RoleArn": "arn:aws:iam::111122223333:role/training",
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
}


def verdict(analysed: RoleAnalysis, action: str) -> Verdict:
    return next(check.verdict for check in analysed.checks if check.action == action)


def decide(state: dict[str, Any], action: str, condition: dict[str, Any]) -> Verdict:
    """Return the verdict on an action that is allowed on every resource with a condition."""
    return verdict(
        analysis({"State": dict(state)}, allow(action, "*", Condition=condition)), action
    )


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, ALLOWED),
        ({"StringLike": {"aws:RequestedRegion": ["us-*", "ap-*"]}}, DENIED),
        ({"Bool": {"aws:SecureTransport": "true"}}, ALLOWED),
        ({"Bool": {"aws:SecureTransport": "false"}}, DENIED),
        ({"StringEquals": {"aws:PrincipalType": "AssumedRole"}}, ALLOWED),
        ({"StringEquals": {"aws:PrincipalType": "User"}}, DENIED),
        ({"Bool": {"aws:PrincipalIsAWSService": "true"}}, DENIED),
        ({"Bool": {"aws:ViaAWSService": "false"}}, ALLOWED),
        ({"ForAnyValue:StringEquals": {"aws:CalledVia": "states.amazonaws.com"}}, DENIED),
        # A request with a role's credentials has none of these keys.
        ({"StringEquals": {"aws:SourceAccount": "111122223333"}}, DENIED),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:states:*:*:stateMachine:*"}}, DENIED),
        ({"ArnLikeIfExists": {"aws:SourceArn": "arn:aws:states:*:*:stateMachine:*"}}, ALLOWED),
        ({"StringNotEquals": {"aws:SourceIdentity": "x"}}, ALLOWED),
        ({"Null": {"aws:SourceArn": "true"}}, ALLOWED),
        ({"Null": {"aws:username": "false"}}, DENIED),
        # Whether MFA is false or absent, it is not true.
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, DENIED),
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}, ALLOWED),
        ({"Bool": {"aws:MultiFactorAuthPresent": "false"}}, UNKNOWN),
        ({"StringEquals": {"aws:ResourceAccount": "444455556666"}}, DENIED),
        ({"StringEquals": {"aws:ResourceAccount": "111122223333"}}, UNKNOWN),
        # The files do not show these.
        ({"StringEquals": {"aws:PrincipalAccount": "111122223333"}}, UNKNOWN),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}}, UNKNOWN),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, UNKNOWN),
        ({"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, UNKNOWN),
        ({"StringEquals": {"aws:PrincipalTag/team": "x"}}, UNKNOWN),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, UNKNOWN),
    ],
)
def test_global_keys(condition: dict[str, Any], expected: Verdict) -> None:
    assert decide(SEND, "sqs:SendMessage", condition) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/flow"}}, ALLOWED),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin*"}}, DENIED),
        ({"StringEquals": {"aws:PrincipalAccount": "111122223333"}}, ALLOWED),
        ({"StringEquals": {"aws:PrincipalAccount": "444455556666"}}, DENIED),
        ({"StringEquals": {"aws:PrincipalTag/Team": "data"}}, ALLOWED),
        ({"StringEquals": {"aws:principaltag/team": "web"}}, DENIED),
        ({"StringEquals": {"aws:PrincipalTag/stage": "prod"}}, DENIED),
        ({"Null": {"aws:PrincipalTag/stage": "true"}}, ALLOWED),
    ],
)
def test_keys_of_the_role(condition: dict[str, Any], expected: Verdict) -> None:
    analysed = analysis({"Send": dict(SEND)}, allow("sqs:SendMessage", "*", Condition=condition))
    analysed.role.arn = Pattern.literal("arn:aws:iam::111122223333:role/flow")
    analysed.role.tags = {"Team": Pattern.literal("data")}
    analysed.role.has_all_tags = True
    assert verdict(analysed, "sqs:SendMessage") is expected


def test_a_role_may_have_other_tags() -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/stage": "prod"}}
    analysed = analysis({"Send": dict(SEND)}, allow("sqs:SendMessage", "*", Condition=condition))
    analysed.role.tags = {"Team": Pattern.literal("data")}
    assert verdict(analysed, "sqs:SendMessage") is UNKNOWN


def test_the_account_of_a_role_in_a_template() -> None:
    condition = {"StringEquals": {"aws:PrincipalAccount": "444455556666"}}
    analysed = analysis({"Send": dict(SEND)}, allow("sqs:SendMessage", "*", Condition=condition))
    analysed.role.arn = Pattern(("arn:", PARTITION, ":iam::", ACCOUNT, ":role/r"))
    assert verdict(analysed, "sqs:SendMessage") is UNKNOWN
    analysed = analysis({"Send": dict(SEND)}, allow("sqs:SendMessage", "*", Condition=condition))
    analysed.role.arn = Pattern((Symbol("RoleArn"),))
    assert verdict(analysed, "sqs:SendMessage") is UNKNOWN


def test_requests_that_another_service_may_send() -> None:
    state = task("sagemaker:createTrainingJob", **TRAIN)
    for condition, expected in (
        ({"Bool": {"aws:SecureTransport": "false"}}, DENIED),
        ({"Bool": {"aws:SecureTransport": "true"}}, UNKNOWN),
        ({"Bool": {"aws:ViaAWSService": "false"}}, UNKNOWN),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, UNKNOWN),
        ({"Null": {"aws:SourceArn": "true"}}, ALLOWED),
    ):
        assert decide(state, "iam:PassRole", condition) is expected


@pytest.mark.parametrize(
    ("resource", "parameters", "action", "condition", "expected"),
    [
        (
            "ecs:runTask",
            {"TaskDefinition": "load:1", "Cluster": "etl"},
            "ecs:RunTask",
            {"ArnLike": {"ecs:cluster": "arn:*:ecs:*:*:cluster/etl"}},
            ALLOWED,
        ),
        (
            "ecs:runTask",
            {"TaskDefinition": "load:1"},
            "ecs:RunTask",
            {"ArnLike": {"ecs:cluster": "arn:*:ecs:*:*:cluster/etl"}},
            DENIED,
        ),
        (
            "ecs:runTask.sync",
            {"TaskDefinition": "load:1", "Cluster": "arn:aws:ecs:eu-west-1:111122223333:cluster/a"},
            "ecs:StopTask",
            {"ArnEquals": {"ecs:cluster": "arn:aws:ecs:eu-west-1:111122223333:cluster/b"}},
            DENIED,
        ),
        (
            "ecs:runTask",
            {"TaskDefinition": "load:1", "Cluster.$": "$.cluster"},
            "ecs:RunTask",
            {"ArnLike": {"ecs:cluster": "arn:aws:ecs:*:444455556666:cluster/etl"}},
            UNKNOWN,
        ),
        (
            "ecs:runTask",
            {"TaskDefinition": "load:1", "EnableExecuteCommand": True},
            "ecs:RunTask",
            {"StringEquals": {"ecs:enable-execute-command": "false"}},
            DENIED,
        ),
        (
            "sagemaker:createTrainingJob",
            TRAIN,
            "sagemaker:CreateTrainingJob",
            {"ForAllValues:StringLike": {"sagemaker:InstanceTypes": "ml.m5.*"}},
            ALLOWED,
        ),
        (
            "sagemaker:createTrainingJob",
            TRAIN,
            "sagemaker:CreateTrainingJob",
            {"ForAnyValue:StringEquals": {"sagemaker:InstanceTypes": ["ml.p3.2xlarge"]}},
            DENIED,
        ),
        (
            "sagemaker:createTrainingJob",
            TRAIN,
            "sagemaker:CreateTrainingJob",
            {"Null": {"sagemaker:VpcSubnets": "false"}},
            DENIED,
        ),
        (
            "sagemaker:createTrainingJob",
            {**TRAIN, "VpcConfig.$": "$.vpc"},
            "sagemaker:CreateTrainingJob",
            {"Null": {"sagemaker:VpcSubnets": "false"}},
            UNKNOWN,
        ),
        (
            "sagemaker:createTrainingJob",
            {**TRAIN, "EnableNetworkIsolation": False},
            "sagemaker:CreateTrainingJob",
            {"Bool": {"sagemaker:NetworkIsolation": "true"}},
            DENIED,
        ),
        (
            "events:putEvents",
            {"Entries": [{"Source": "shop", "DetailType": "a"}, {"Source": "web"}]},
            "events:PutEvents",
            {"ForAllValues:StringEquals": {"events:source": ["shop"]}},
            DENIED,
        ),
        (
            "events:putEvents",
            {"Entries": [{"Source": "shop"}, {"Source": "web"}]},
            "events:PutEvents",
            {"ForAllValues:StringEquals": {"events:source": ["shop", "web"]}},
            ALLOWED,
        ),
        (
            "events:putEvents",
            {"Entries.$": "$.entries"},
            "events:PutEvents",
            {"ForAllValues:StringEquals": {"events:source": "shop"}},
            UNKNOWN,
        ),
    ],
)
def test_keys_of_parameters(
    resource: str,
    parameters: dict[str, Any],
    action: str,
    condition: dict[str, Any],
    expected: Verdict,
) -> None:
    assert decide(task(resource, **parameters), action, condition) is expected


TAGS: list[tuple[object, dict[str, Any], Verdict]] = [
    (
        [{"Key": "team", "Value": "data"}],
        {"StringEquals": {"aws:RequestTag/team": "data"}},
        ALLOWED,
    ),
    ([{"Key": "team", "Value": "data"}], {"StringEquals": {"aws:RequestTag/Team": "web"}}, DENIED),
    ([{"Key": "team", "Value.$": "$.t"}], {"StringEquals": {"aws:RequestTag/team": "a"}}, UNKNOWN),
    ([{"Key": "team", "Value.$": "$.t"}], {"Null": {"aws:RequestTag/team": "false"}}, ALLOWED),
    ([{"key": "team", "value": "data"}], {"Null": {"aws:RequestTag/stage": "false"}}, DENIED),
    ({"team": "data"}, {"StringEquals": {"aws:RequestTag/team": "data"}}, ALLOWED),
    ({"team.$": "$.t"}, {"StringLike": {"aws:RequestTag/team": "*"}}, ALLOWED),
    ({"team": "data"}, {"StringEquals": {"aws:RequestTag/stage": "prod"}}, DENIED),
    ([], {"StringEquals": {"aws:RequestTag/team": "data"}}, DENIED),
    (None, {"StringEquals": {"aws:RequestTag/team": "data"}}, DENIED),
    # Step Functions adds tags of its own.
    (None, {"Null": {"aws:RequestTag/MANAGED_BY_AWS": "false"}}, UNKNOWN),
    ([{"Key": "team"}], {"StringEquals": {"aws:RequestTag/stage": "prod"}}, UNKNOWN),
    ([{"Key.$": "$.k", "Value": "a"}], {"StringEquals": {"aws:RequestTag/team": "a"}}, UNKNOWN),
    (["team"], {"StringEquals": {"aws:RequestTag/team": "a"}}, UNKNOWN),
    ("${Tags}", {"StringEquals": {"aws:RequestTag/team": "a"}}, UNKNOWN),
    (
        [{"Key": "team", "Value": "a"}],
        {"ForAnyValue:StringEquals": {"aws:TagKeys": "team"}},
        ALLOWED,
    ),
    ([{"Key": "team", "Value": "a"}], {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}, DENIED),
    (
        [{"Key": "team", "Value": "a"}],
        {"ForAllValues:StringEquals": {"aws:TagKeys": "team"}},
        UNKNOWN,
    ),
    (None, {"ForAllValues:StringEquals": {"aws:TagKeys": "team"}}, UNKNOWN),
]


@pytest.mark.parametrize(("tags", "condition", "expected"), TAGS)
def test_tags_of_requests(tags: object, condition: dict[str, Any], expected: Verdict) -> None:
    parameters = TRAIN if tags is None else {**TRAIN, "Tags": tags}
    state = task("sagemaker:createTrainingJob", **parameters)
    assert decide(state, "sagemaker:CreateTrainingJob", condition) is expected


@pytest.mark.parametrize(
    "more", [{"Tags.$": "$.tags"}, {"Parameters": "$.all"}], ids=["Tags.$", "path"]
)
def test_tags_known_at_run_time(more: dict[str, Any]) -> None:
    state = task("sagemaker:createTrainingJob", **TRAIN)
    if "Parameters" in more:
        state.pop("Parameters")
    else:
        state["Parameters"].update(more)
    condition = {"StringEquals": {"aws:RequestTag/team": "data"}}
    assert decide(state, "sagemaker:CreateTrainingJob", condition) is UNKNOWN


def test_a_request_context_lists_its_keys() -> None:
    state = task("ecs:runTask", TaskDefinition="load:1", Tags=[{"Key": "a", "Value": "b"}])
    analysed = analysis({"Run": state}, allow("ecs:RunTask", "*"))
    context = next(check.context for check in analysed.checks if check.action == "ecs:RunTask")
    assert len(context) == len([*context])
    assert {"ecs:cluster", "aws:requesttag/a", "aws:tagkeys", "iam:passedtoservice"} <= {*context}
    assert context["ecs:cluster"] == context["ecs:cluster"]
    assert context["ecs:enable-execute-command"] == UNKNOWN_VALUE
    assert value_of("aws:requesttag/other", context) is None
    assert value_of("aws:principaltag/x", context) is Missing.KEY
    with pytest.raises(KeyError):
        context["aws:other"]


def test_values_of_symbols_in_conditions() -> None:
    condition = {"StringEquals": {"aws:RequestedRegion": "${AWS::Region}"}}
    analysed = analysis({"Send": dict(SEND)}, allow("sqs:SendMessage", "*", Condition=condition))
    assert verdict(analysed, "sqs:SendMessage") is UNKNOWN
    arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:m"
    analysed = analysis({"Send": dict(SEND)}, allow("sqs:SendMessage", "*", Condition=condition))
    analysed.subjects[0].arn = arn
    assert verdict(analysed, "sqs:SendMessage") is ALLOWED

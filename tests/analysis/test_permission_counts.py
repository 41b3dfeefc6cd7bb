"""Counts of permissions: each reason for an unknown permission, and the worst combination."""

from __future__ import annotations

import json
from typing import Any

import pytest
from analyses import ACCOUNT, TABLE, allow, analysis, document, put, task
from hypothesis import given
from hypothesis import strategies as st

from sfnlint.analysis.permission_counts import PermissionCounts, count_permissions
from sfnlint.engine import run_text
from sfnlint.iam.decision import Verdict
from sfnlint.inputs import asl
from sfnlint.inputs.policy_files import SuppliedRole
from sfnlint.options import Options

QUEUE = f"https://sqs.{ACCOUNT.partition(':')[0]}.amazonaws.com/111122223333/orders"
SEND = f"arn:aws:sqs:{ACCOUNT}:orders"


def counts(
    states: dict[str, Any], *statements: dict[str, Any], explain: bool = True
) -> PermissionCounts:
    """The counts of a machine with these states and a role with these statements."""
    analysed = analysis(states, *statements)
    return count_permissions(analysed.subjects, {analysed.role: analysed}, explain=explain)


def in_template(template: str, **options: Any) -> list[PermissionCounts]:
    """The counts of each machine of a template."""
    result = run_text(template, "template.yaml", Options(explain_unknown=True, **options))
    return [machine.permissions for machine in result.machines]


def only_reason(permissions: PermissionCounts) -> str:
    [message] = {unknown.reason.message for unknown in permissions.explanations}
    return message


def line_of(permissions: PermissionCounts) -> int:
    """The line of the first reason."""
    place = permissions.explanations[0].reason.place.locate()
    return place.root.line_column(place.span.start)[0]


def test_allowed_and_denied() -> None:
    states = {"A": put(), "B": task("sqs:sendMessage", QueueUrl=QUEUE, MessageBody="x")}
    found = counts(states, allow("dynamodb:PutItem", TABLE))
    assert found[:3] == (1, 1, 0)
    assert (found.total, found.explanations, found.without_role) == (2, [], False)


def test_a_state_that_needs_nothing() -> None:
    assert counts({"A": {"Type": "Pass", "End": True}}).total == 0


def test_two_states_that_need_the_same() -> None:
    assert counts({"A": put(), "B": put()}, allow("dynamodb:*", "*")).allowed == 2


def test_needs_that_are_only_possible_do_not_count() -> None:
    states = {"A": task("sqs:sendMessage", QueueUrl=QUEUE, MessageBody="x")}
    assert counts(states, allow(["sqs:SendMessage", "kms:*"], "*"))[:3] == (1, 0, 0)


def test_an_unknown_condition() -> None:
    condition = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
    found = counts({"A": put()}, allow("dynamodb:PutItem", TABLE, Condition=condition))
    assert found[:3] == (0, 0, 1)
    [unknown] = found.explanations
    assert unknown[:3] == ("dynamodb:PutItem", TABLE, "A")
    assert "'aws:PrincipalOrgID'" in unknown.reason.message


def test_unknown_values_in_both_resources() -> None:
    states = {"A": task("dynamodb:putItem", Item={}, **{"TableName.$": "$.table"})}
    assert counts(states, allow("dynamodb:PutItem", TABLE))[:3] == (0, 0, 1)


def test_an_unknown_value_that_may_be_an_arn() -> None:
    states = {"A": task("lambda:invoke", **{"FunctionName.$": "$.function"})}
    found = counts(states, allow("lambda:InvokeFunction", f"arn:aws:lambda:{ACCOUNT}:function:a"))
    assert found[:3] == (0, 0, 1)


def test_a_need_that_unknown_values_decide() -> None:
    """Whether a job has tags decides whether it needs sagemaker:AddTags."""
    parameters = {"TrainingJobName": "a", "RoleArn.$": "$.role", "Tags.$": "$.tags"}
    states = {"A": task("sagemaker:createTrainingJob", **parameters)}
    granted = allow(["sagemaker:CreateTrainingJob", "sagemaker:ListTags", "iam:PassRole"], "*")
    found = counts(states, granted)
    assert found.denied + found.unknown > 0
    for unknown in found.explanations:
        assert unknown.reason.message == "unknown values decide whether the permission is needed"


def test_a_policy_of_the_resource() -> None:
    """The key policy may allow the call, but it does not revoke a Deny."""
    states = {"A": task("aws-sdk:kms:encrypt", KeyId="k", Plaintext="x")}
    found = counts(states, allow("kms:Decrypt", "*"))
    assert found[:3] == (0, 0, 1)
    assert only_reason(found) == "a policy of the resource that is not in the files may allow it"
    denied = allow("kms:Encrypt", "*", Effect="Deny")
    assert counts(states, denied)[:3] == (0, 1, 0)
    assert counts(states, allow("kms:Encrypt", "*"))[:3] == (1, 0, 0)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ({"Type": "Task", "Resource": "${Function}"}, "the files do not show the Resource"),
        ({"Type": "Task", "Resource": "arn:aws:sns:x"}, "the Resource is not a known integration"),
        ({"Type": "Task", "Resource": {"Ref": "A"}}, "the Resource is not a string"),
        ({"Type": "Task"}, "the Resource is not a string"),
        (
            {"Type": "Task", "Resource": "arn:aws:states:::sqs:fly"},
            "sfn-lint does not know the needs of 'sqs:fly'",
        ),
        (
            {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sqs:fly"},
            "sfn-lint does not know the needs of 'aws-sdk:sqs:fly'",
        ),
        ({"Type": "Fly"}, "the Type is unknown"),
        (
            {"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "${Mode}"}}},
            "the mode of the Map state is unknown",
        ),
        (
            {"Type": "Map", "ItemReader": {"Resource": "${Reader}"}},
            "the needs of the ItemReader are unknown",
        ),
        (
            {"Type": "Map", "ResultWriter": {"Resource": "arn:aws:states:::sqs:sendMessage"}},
            "the needs of the ResultWriter are unknown",
        ),
    ],
)
def test_a_state_with_unknown_needs(state: dict[str, Any], reason: str) -> None:
    found = counts({"A": {**state, "End": True}, "B": put()}, allow("dynamodb:PutItem", "*"))
    assert found[:3] == (1, 0, 1)
    [unknown] = found.explanations
    assert unknown[:3] == (None, None, "A")
    assert unknown.reason.message == reason


def test_without_a_policy() -> None:
    definition = {"StartAt": "A", "States": {"A": put(), "B": {"Type": "Task", "Resource": "x"}}}
    reading = asl.read(document(definition, "a.json"), SuppliedRole())
    found = count_permissions(reading.subjects, {}, explain=True)
    assert found[:3] == (0, 0, 2)
    assert found.without_role
    reasons = {unknown.action: unknown.reason.message for unknown in found.explanations}
    assert reasons["dynamodb:PutItem"] == "no policy of the role is given"
    assert reasons[None] == "the Resource is not a known integration"
    assert count_permissions(reading.subjects, {}, explain=False) == PermissionCounts(
        without_role=True, unknown=0
    )


def test_a_machine_that_needs_no_role() -> None:
    definition = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
    reading = asl.read(document(definition, "a.json"), SuppliedRole())
    assert count_permissions(reading.subjects, {}, explain=True) == PermissionCounts(
        explanations=[]
    )


TEMPLATE = """
Parameters:
  Stage: {Type: String}
  Elsewhere: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: ROLE
      Definition:
        StartAt: A
        States:
          A:
            Type: Task
            Resource: arn:aws:states:::dynamodb:putItem
            Parameters: {TableName: orders, Item: {}}
            End: true
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: write
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Action: ACTION, Resource: RESOURCE}
"""
OWN = "!GetAtt Role.Arn"
ORDERS = "!Sub arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders"


def template(role: str = OWN, action: str = "dynamodb:PutItem", resource: str = ORDERS) -> str:
    text = TEMPLATE.replace("ROLE", role).replace("ACTION", action)
    return text.replace("RESOURCE", f'"{resource}"' if resource.startswith("arn") else resource)


def test_a_role_that_is_not_in_the_files() -> None:
    [found] = in_template(template("!Ref Elsewhere"))
    assert found[:3] == (0, 0, 1)
    assert found.without_role
    assert only_reason(found) == "role '${Elsewhere}' is not in this file"
    assert line_of(found) == 11


def test_a_machine_without_a_role() -> None:
    [found] = in_template(template().replace(f"      RoleArn: {OWN}\n", ""))
    assert found.without_role
    assert only_reason(found) == "the files do not name its role"


def test_a_role_that_cannot_be_resolved() -> None:
    [found] = in_template(template('!Select ["x", !Ref Stage]'))
    assert found.without_role
    assert line_of(found) == 11


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("!If [IsProd, dynamodb:PutItem, dynamodb:GetItem]", (0, 1, 0)),
        ("!If [IsProd, dynamodb:PutItem, dynamodb:Put*]", (1, 0, 0)),
        ("!If [IsProd, !Ref Elsewhere, dynamodb:Put*]", (0, 0, 1)),
        ("!If [IsProd, !Ref Elsewhere, dynamodb:GetItem]", (0, 1, 0)),
    ],
)
def test_the_worst_combination_of_conditions(action: str, expected: tuple[int, ...]) -> None:
    [found] = in_template(template(action=action))
    assert found[:3] == expected
    assert len(found.explanations) == found.unknown


def test_a_role_that_exists_only_with_a_condition() -> None:
    text = template().replace("Type: AWS::IAM::Role", "Type: AWS::IAM::Role\n    Condition: IsProd")
    [found] = in_template(text)
    assert found[:3] == (0, 0, 1)
    assert found.without_role
    assert only_reason(found) == "its role does not exist in this combination of conditions"


def test_an_incomplete_definition() -> None:
    [found] = in_template(template().replace("        StartAt: A\n", ""))
    assert found.without_role
    assert only_reason(found) == "the definition lacks StartAt or States"


def test_a_policy_that_is_not_in_the_files() -> None:
    managed = "ManagedPolicyArns: [!Ref Elsewhere]\n      AssumeRolePolicyDocument"
    text = template(action="sqs:*").replace("AssumeRolePolicyDocument", managed)
    [found] = in_template(text)
    assert found[:3] == (0, 0, 1)
    assert line_of(found) == 23


def test_settings_of_the_machine() -> None:
    text = template().replace("RoleArn:", "TracingConfiguration: {Enabled: true}\n      RoleArn:")
    [found] = in_template(text.replace("ACTION", "dynamodb:PutItem"))
    assert (found.allowed, found.unknown) == (1, 0)
    assert found.denied > 0
    [found] = in_template(text.replace(OWN, "!Ref Elsewhere"))
    assert {unknown.state for unknown in found.explanations} == {"A", None}


CREDENTIALS = "            Credentials: {RoleArn: OTHER}\n            End: true"
OTHER_ROLE = """
  Other:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {AWS: !GetAtt Role.Arn}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: write
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Action: "dynamodb:ALLOWED", Resource: "*"}
"""


@pytest.mark.parametrize(
    ("role", "allowed", "expected"),
    [
        ("!GetAtt Other.Arn", "PutItem", (2, 0, 0)),
        ("!GetAtt Other.Arn", "GetItem", (1, 1, 0)),
        ("arn:aws:iam::123456789012:role/elsewhere", "PutItem", (1, 0, 1)),
    ],
)
def test_a_task_that_assumes_a_role(role: str, allowed: str, expected: tuple[int, ...]) -> None:
    text = template(action="sts:AssumeRole", resource='"*"').replace(
        "            End: true", CREDENTIALS.replace("OTHER", role)
    )
    [found] = in_template(text + OTHER_ROLE.replace("ALLOWED", allowed))
    assert found[:3] == expected
    for unknown in found.explanations:
        assert unknown.reason.message == "the role that the state assumes is not in the files"
        assert unknown.action == "dynamodb:PutItem"


def test_an_assumed_role_and_unknown_needs() -> None:
    state = {"Type": "Task", "Resource": "${Function}", "Credentials": {"RoleArn": "x"}}
    found = counts({"A": {**state, "End": True}}, allow("sts:AssumeRole", "*"))
    assert found.unknown >= 1
    assert "the files do not show the Resource" in {
        unknown.reason.message for unknown in found.explanations
    }


ACTIONS = ["dynamodb:PutItem", "dynamodb:*", "sqs:SendMessage", "kms:Encrypt", "lambda:Invoke*"]
RESOURCES = ["*", TABLE, SEND, f"arn:aws:dynamodb:{ACCOUNT}:table/other"]
CONDITIONS = [
    {},
    {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}},
    {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, "Effect": "Deny"},
]
STATES = [
    put(),
    put("other"),
    task("dynamodb:putItem", Item={}, **{"TableName.$": "$.table"}),
    task("sqs:sendMessage", QueueUrl=QUEUE, MessageBody="x"),
    task("aws-sdk:kms:encrypt", KeyId="k", Plaintext="x"),
    task("lambda:invoke", **{"FunctionName.$": "$.function"}),
    {"Type": "Task", "Resource": "${Function}", "End": True},
    {"Type": "Pass", "End": True},
]


@given(
    st.lists(st.sampled_from(STATES), min_size=1, max_size=6),
    st.lists(
        st.builds(
            lambda action, resource, more: allow(action, resource, **more),
            st.sampled_from(ACTIONS),
            st.sampled_from(RESOURCES),
            st.sampled_from(CONDITIONS),
        ),
        max_size=4,
    ),
)
def test_every_need_counts_once(
    states: list[dict[str, Any]], statements: list[dict[str, Any]]
) -> None:
    """Allowed, denied and unknown permissions are all needs, with and without reasons."""
    named = {f"S{index}": json.loads(json.dumps(state)) for index, state in enumerate(states)}
    analysed = analysis(named, *statements)
    by_role = {analysed.role: analysed}
    explained = count_permissions(analysed.subjects, by_role, explain=True)
    assert count_permissions(analysed.subjects, by_role, explain=False)[:3] == explained[:3]
    merged = count_permissions(analysed.subjects * 2, by_role, explain=True)
    assert merged[:3] == explained[:3]
    unknown_states = len(analysed.unknown_states)
    needs = [check for check in analysed.checks if check.need.necessity != "possible"]
    calls = [check for check in analysed.checks if check.need.necessity == "possible"]
    assert explained.total == len(needs) + len([c for c in calls if not c.need.reason]) + (
        unknown_states
    )
    assert explained.allowed == sum(
        check.verdict is Verdict.ALLOWED and (check in needs or not check.need.reason)
        for check in analysed.checks
    )
    assert len(explained.explanations) == explained.unknown
    assert all(unknown.reason.message for unknown in explained.explanations)

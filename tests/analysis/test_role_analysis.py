"""Everything about a role that rules share."""

from __future__ import annotations

import json
from typing import Any

import pytest
from analyses import ACCOUNT, TABLE, allow, analysis, put, task

import sfnlint
from sfnlint.analysis.gaps import Gap
from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.iam.decision import Verdict

UNKNOWN: dict[str, Any] = {"Type": "Task", "Resource": "arn:aws:states:::new:thing", "End": True}


def kinds(gaps: list[Gap]) -> list[str]:
    return [gap.kind for gap in gaps]


@pytest.mark.parametrize(
    ("states", "shared_with", "known"),
    [
        ({"Save": put()}, "", True),
        ({"Save": put()}, "lambda.amazonaws.com", False),
        ({"Save": put(), "New": UNKNOWN}, "", False),
    ],
)
def test_whether_all_needs_are_known(states: dict[str, Any], shared_with: str, known: bool) -> None:
    analysed = analysis(dict(states), allow("*", "*"))
    analysed.role.shared_with = shared_with
    assert analysed.all_needs_known is known


def test_statements_in_use() -> None:
    analysed = analysis(
        {"Save": put()},
        allow("dynamodb:*", TABLE),
        allow("dynamodb:PutItem", TABLE + "-old"),
        allow("sqs:*", "*"),
    )
    assert [(place.path, action) for place, action in analysed.used_statements] == [
        (("Statement", 0), "dynamodb:PutItem")
    ]


def test_every_statement_that_allows_an_action_is_in_use() -> None:
    both = [allow("dynamodb:PutItem", TABLE), allow("dynamodb:*", TABLE + "*")]
    analysed = analysis({"Save": put()}, *both)
    paths = {place.path for place, _ in analysed.used_statements}
    assert paths == {("Statement", 0), ("Statement", 1)}


def test_own_statements_are_those_that_can_be_read_and_changed() -> None:
    deny = {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}
    analysed = analysis({"Save": put()}, allow("dynamodb:*", TABLE), deny, allow(["sqs:*"], "*"))
    policy = analysed.role.policies[0]
    first, _, last = policy.statements
    assert analysed.own_allow_statements == [first, last]
    for changed in (
        policy._replace(statements=(first._replace(whole=False), last)),
        policy._replace(statements=(last,)),
    ):
        analysed.role.policies = [changed, policy._replace(predefined=True)]
        assert RoleAnalysis(analysed.role, analysed.subjects).own_allow_statements == [last]


OLD = TABLE.replace("orders", "customers")


def test_an_unused_statement_is_a_near_miss() -> None:
    assert kinds(analysis({"Save": put()}, allow("dynamodb:PutItem", OLD)).gaps) == ["resource"]


def test_a_statement_in_use_is_none() -> None:
    states = {"Save": put(), "Other": put(OLD)}
    assert kinds(analysis(states, allow("dynamodb:PutItem", OLD)).gaps) == ["missing"]


def test_a_statement_that_aws_wrote_is_none() -> None:
    analysed = analysis({"Save": put()}, allow("dynamodb:PutItem", OLD))
    policy = analysed.role.policies[0]
    [statement] = policy.statements
    analysed.role.policies = [policy._replace(statements=(statement._replace(aws_managed=True),))]
    assert kinds(analysed.gaps) == ["missing"]


@pytest.mark.parametrize(
    ("granted", "kind"),
    [
        ("orders-of-the-shop", None),
        ("orders-of-the-shpo", "resource"),  # similarity 0.96
        ("orders-of-a-shop", "resource"),  # 0.91
        ("order-of-shops", "missing"),  # 0.86
        ("orders-of-the-day", "missing"),  # 0.85
        ("deliveries", "missing"),
        ("*", None),
    ],
)
def test_where_other_needs_are_unknown_a_near_miss_looks_misspelled(
    granted: str, kind: str | None
) -> None:
    name = f"arn:aws:dynamodb:{ACCOUNT}:table/"
    states = {"Save": put(f"{name}orders-of-the-shop"), "New": UNKNOWN}
    gaps = analysis(states, allow("dynamodb:PutItem", name + granted)).gaps
    assert kinds(gaps) == ([kind] if kind else [])


def test_a_whole_account_is_not_misspelled() -> None:
    states = {"Save": put(), "New": UNKNOWN}
    elsewhere = f"arn:aws:dynamodb:{ACCOUNT.replace('1111', '2222')}:*"
    assert kinds(analysis(states, allow("dynamodb:PutItem", elsewhere)).gaps) == ["missing"]


def test_the_revisions_of_another_task_definition_are_not_misspelled() -> None:
    run = task("ecs:runTask", TaskDefinition="loader", Cluster="c", LaunchType="EC2")
    grant = allow("ecs:RunTask", f"arn:aws:ecs:{ACCOUNT}:task-definition/cleaner:*")
    [gap] = [
        gap
        for gap in analysis({"Run": run, "New": UNKNOWN}, grant).gaps
        if "ecs:RunTask" in gap.actions
    ]
    assert gap.kind == "missing"


def test_where_other_needs_are_unknown_a_condition_is_no_near_miss() -> None:
    condition = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    statement = allow("dynamodb:PutItem", TABLE, Condition=condition)
    assert kinds(analysis({"Save": put()}, statement).gaps) == ["condition"]
    assert kinds(analysis({"Save": put(), "New": UNKNOWN}, statement).gaps) == ["missing"]


@pytest.mark.parametrize(
    ("function", "verdict"),
    [
        (f"arn:aws:lambda:{ACCOUNT}:function:*", Verdict.ALLOWED),
        (f"arn:aws:lambda:{ACCOUNT}:function:x", Verdict.UNKNOWN),
        # The parameter may be the ARN of a function in another account.
        (f"arn:aws:lambda:{ACCOUNT.replace('1111', '2222')}:function:x", Verdict.UNKNOWN),
        ("", Verdict.DENIED),
    ],
)
def test_a_parameter_that_is_a_name_or_an_arn(function: str, verdict: Verdict) -> None:
    call = task("lambda:invoke", **{"FunctionName.$": "$.function"})
    grants = [allow("lambda:InvokeFunction", function)] if function else []
    analysed = analysis({"Call": call}, *grants)
    analysed.subjects[0].arn = f"arn:aws:states:{ACCOUNT}:stateMachine:m"
    [check] = analysed.checks
    assert check.verdict is verdict


def test_hints_are_apart() -> None:
    role = "arn:aws:iam::111122223333:role/training"
    train = task("sagemaker:createTrainingJob", TrainingJobName="nightly", RoleArn=role)
    analysed = analysis({"Train": train})
    assert {gap.severity for gap in analysed.gaps} == {"error"}
    assert {gap.severity for gap in analysed.hints} == {"info"}
    assert [gap.actions for gap in analysed.hints] == [("sagemaker:ListTags",)]


def test_a_hint_is_no_near_miss_and_no_denial() -> None:
    role = "arn:aws:iam::111122223333:role/training"
    train = task("sagemaker:createTrainingJob", TrainingJobName="nightly", RoleArn=role)
    deny = {"Effect": "Deny", "Action": "sagemaker:ListTags", "Resource": "*"}
    for statement in (deny, allow("sagemaker:ListTags", f"arn:aws:sagemaker:{ACCOUNT}:model/m")):
        assert kinds(analysis({"Train": train}, statement).hints) == ["missing"]


def test_possible_needs_are_never_missing() -> None:
    analysed = analysis({"Run": task("athena:startQueryExecution.sync", QueryString="SELECT 1")})
    possible = {check.action for check in analysed.checks if check.necessity == "possible"}
    lacking = {action for gap in (*analysed.gaps, *analysed.hints) for action in gap.actions}
    assert possible
    assert lacking
    assert not possible & lacking


def test_needs_that_the_definition_does_not_show_are_not_missing() -> None:
    run = task("ecs:runTask", TaskDefinition="loader", Cluster="c", LaunchType="EC2")
    tagged = {**run, "Parameters": {**run["Parameters"], "Tags.$": "$.tags"}}
    unknown = {key: value for key, value in run.items() if key != "Parameters"}
    grant = allow("ecs:RunTask", "*")

    def lacking(state: dict[str, Any]) -> set[str]:
        analysed = analysis({"Run": state}, grant, allow("iam:PassRole", "*"))
        return {action for gap in (*analysed.gaps, *analysed.hints) for action in gap.actions}

    assert "ecs:TagResource" in lacking(tagged)
    assert "ecs:TagResource" not in lacking(run)
    computed = {**unknown, "QueryLanguage": "JSONata", "Arguments": "{% $states.input %}"}
    assert "ecs:TagResource" not in lacking(computed)


def test_findings_carry_the_first_machine() -> None:
    analysed = analysis({"Save": put()}, allow("*", "*"))
    analysed.subjects[0].logical_id = "Machine"
    place = analysed.subjects[0].place
    finding = analysed.finding("m", place, fix="f", actions=["a"], resources=["r"])
    assert (finding.machine, finding.state, finding.actions, finding.resources, finding.fix) == (
        *("Machine", None, ("a",), ("r",), "f"),
    )


def test_the_files_show_no_region_as_a_placeholder() -> None:
    definition = {"StartAt": "Save", "States": {"Save": put("orders")}}
    policy = {"Version": "2012-10-17", "Statement": []}
    [finding] = sfnlint.check_text(
        json.dumps(definition), policies={"policy.json": json.dumps(policy)}
    )
    assert finding.fix == (
        "allow dynamodb:PutItem on 'arn:<partition>:dynamodb:<region>:<account>:table/orders'"
    )
    assert finding.resources == ("arn:<partition>:dynamodb:<region>:<account>:table/orders",)

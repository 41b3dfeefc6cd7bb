"""Permission checks: the row of one action on one resource."""

from __future__ import annotations

from typing import Any

import pytest
from analyses import ACCOUNT, TABLE, allow, analysis, put, task

from sfnlint.analysis.permission_checks import policy_resource
from sfnlint.asl.machine_settings import MachineSetting
from sfnlint.iam.decision import Verdict
from sfnlint.iam.pattern import Pattern, Wildcard
from sfnlint.symbol import Symbol

ROLE = "arn:aws:iam::111122223333:role/training"
TRAIN = task("sagemaker:createTrainingJob.sync", TrainingJobName="nightly", RoleArn=ROLE)


def test_a_row_has_requirement_verdict_and_reasons() -> None:
    analysed = analysis({"Save": put()}, allow("dynamodb:PutItem", TABLE))
    [check] = analysed.checks
    [subject] = analysed.subjects
    [state] = subject.machine.states
    assert (check.subject, check.state, check.requirement.setting) == (subject, state, None)
    assert (check.action, check.policy_resource) == ("dynamodb:PutItem", TABLE)
    assert (check.purpose, check.necessity, check.severity) == ("start", "required", "error")
    assert check.verdict is Verdict.ALLOWED
    [statement] = check.allow
    assert statement.place.path == ("Statement", 0)
    assert (check.deny, check.near_misses) == (None, ())
    assert check.need.source.startswith("https://docs.aws.amazon.com/step-functions/")
    assert check.place == state.at("Parameters", "TableName") or check.place == state.at("Resource")
    assert check.requester == "state 'Save'"
    assert check.context["iam:passedtoservice"] is None


def test_a_denied_row_names_the_deny() -> None:
    deny = {"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*"}
    [check] = analysis({"Save": put()}, allow("*", "*"), deny).checks
    assert check.verdict is Verdict.DENIED
    assert check.deny is not None
    assert check.deny.place.path == ("Statement", 1)


def test_a_denied_row_names_the_near_misses() -> None:
    other = TABLE + "-old"
    [check] = analysis({"Save": put()}, allow("dynamodb:PutItem", other)).checks
    assert check.verdict is Verdict.DENIED
    [near_miss] = check.near_misses
    assert near_miss.statement.place.path == ("Statement", 0)


def test_origins_are_equal_for_the_same_state() -> None:
    checks = analysis({"Train": TRAIN, "Save": put()}, allow("*", "*")).checks
    origins = {check.origin: check.requester for check in checks}
    assert list(origins.values()) == ["state 'Train'", "state 'Save'"]


def test_rows_are_in_the_order_of_states_and_catalog() -> None:
    checks = analysis({"Save": put(), "Train": TRAIN}, allow("*", "*")).checks
    assert [check.action for check in checks if check.necessity == "required"] == [
        "dynamodb:PutItem",
        "sagemaker:CreateTrainingJob",
        "sagemaker:DescribeTrainingJob",
        "sagemaker:StopTrainingJob",
        "sagemaker:AddTags",
        "iam:PassRole",
        "events:PutTargets",
        "events:PutRule",
        "events:DescribeRule",
    ]


def test_each_resource_of_a_template_has_its_documented_resource() -> None:
    delete = task("codebuild:batchDeleteBuilds", Ids=["first:1", "second:2"])
    checks = analysis({"Delete": delete}, allow("*", "*")).checks
    documented = [policy_resource(check.documented_resource) for check in checks]
    assert [resource.rpartition(":")[2] for resource in documented] == [
        "project/first",
        "project/second",
    ]
    # A documented template may have fewer resources.
    first, _ = checks
    last = first._replace(requirement=first.requirement._replace(resource_index=2))
    assert last.documented_resource == first.documented_resource


def test_rows_of_settings_are_in_the_order_of_the_settings() -> None:
    analysed = analysis({"Save": put()}, allow("*", "*"))
    [subject] = analysed.subjects
    on = MachineSetting(subject.place)
    subject.settings = {"logging": on, "tracing": on}
    services = [check.action.partition(":")[0] for check in analysed.checks]
    assert list(dict.fromkeys(services)) == ["dynamodb", "logs", "xray"]
    assert services == sorted(services, key=["dynamodb", "logs", "xray"].index)
    assert len(services) == 1 + 4 + 10


def test_the_documented_resource_of_a_setting_can_be_wider() -> None:
    analysed = analysis({"Save": put()}, allow("*", "*"))
    [subject] = analysed.subjects
    key = Pattern.literal(f"arn:aws:kms:{ACCOUNT}:key/1")
    subject.settings = {"encryption": MachineSetting(subject.place, "on", key)}
    [check] = analysed.checks_of("kms:Decrypt")
    assert check.resource == key
    assert policy_resource(check.documented_resource) == "*"
    assert check.needs_any_resource


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("table/orders",), "table/orders"),
        (("table/", Symbol("$.name", "free"), "-x"), "table/*-x"),
        (("table/", Symbol("Table")), "table/${Table}"),
        (("table/", Wildcard.ANY), "table/*"),
    ],
)
def test_resources_as_policies_name_them(parts: tuple[Any, ...], expected: str) -> None:
    assert policy_resource(Pattern(parts)) == expected


@pytest.mark.parametrize(
    ("state", "action", "any_resource"),
    [
        (put(), "dynamodb:PutItem", False),
        (task("sns:publish", PhoneNumber="+1", Message="m"), "sns:Publish", True),
        (task("sns:publish", **{"TopicArn.$": "$.topic", "Message": "m"}), "sns:Publish", True),
    ],
)
def test_whether_a_narrower_resource_can_be_named(
    state: dict[str, Any], action: str, any_resource: bool
) -> None:
    [check] = analysis({"A": state}, allow("*", "*")).checks_of(action)
    assert check.needs_any_resource is any_resource


def test_the_documented_resource_can_be_wider() -> None:
    [check] = analysis({"Train": TRAIN}, allow("*", f"arn:aws:sagemaker:{ACCOUNT}:*")).checks_of(
        "sagemaker:CreateTrainingJob"
    )
    resource = f"arn:aws:sagemaker:{ACCOUNT}:training-job/nightly"
    assert check.policy_resource == resource
    assert policy_resource(check.documented_resource).endswith(":training-job/nightly*")


@pytest.mark.parametrize(
    ("table", "granted", "verdict"),
    [
        ("$.name", "arn:aws:dynamodb:*:444455556666:table/orders", Verdict.UNKNOWN),
        ("orders", "arn:aws:dynamodb:*:444455556666:table/orders", Verdict.DENIED),
        ("$.name", TABLE.replace("orders", "*"), Verdict.ALLOWED),
    ],
)
def test_an_unknown_name_can_be_an_arn_of_another_account(
    table: str, granted: str, verdict: Verdict
) -> None:
    field = "TableName.$" if table.startswith("$") else "TableName"
    state = task("dynamodb:putItem", **{field: table}, Item={})
    here = allow("dynamodb:GetItem", TABLE)
    analysed = analysis({"Save": state}, here, allow("dynamodb:PutItem", granted))
    analysed.subjects[0].arn = f"arn:aws:states:{ACCOUNT}:stateMachine:m"
    [check] = analysed.checks
    assert check.verdict is verdict

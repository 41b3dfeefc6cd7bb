"""How far grants reach beyond the resources that states need: rules IF506, WF501 to WF507."""

from __future__ import annotations

from typing import Any

import pytest
from analyses import ACCOUNT, TABLE, allow, analysis, put, task

from sfnlint.rule import all_rules

TABLES = f"arn:aws:dynamodb:{ACCOUNT}:table/"
ROLE = "arn:aws:iam::111122223333:role/training"


def findings(rule: str, states: dict[str, Any], *statements: dict[str, Any]) -> list[str]:
    """The fixes that a rule proposes."""
    return [found.fix for found in all_rules()[rule].run(analysis(states, *statements))]


@pytest.mark.parametrize(("count", "reported"), [(1, True), (20, True), (21, False)])
def test_a_role_with_more_than_twenty_resources_may_use_a_wildcard(
    count: int, reported: bool
) -> None:
    states = {f"S{number}": put(f"{TABLES}t-{number}") for number in range(count)}
    found = findings("IF506", states, allow("dynamodb:PutItem", TABLES + "t-*"))
    assert bool(found) is reported


def test_states_with_the_same_resource_count_once() -> None:
    states = {f"S{number}": put(TABLES + "t-1") for number in range(30)}
    assert findings("IF506", states, allow("dynamodb:PutItem", TABLES + "t-*")) == [
        f"allow it on '{TABLES}t-1'"
    ]


@pytest.mark.parametrize(
    ("resource", "reported"),
    [
        (TABLE, False),
        (TABLE + "*", True),
        (TABLE[:-1] + "?", True),
        (TABLES + "other*", False),
    ],
)
def test_a_wildcard_is_reported_where_it_covers_the_needed_name(
    resource: str, reported: bool
) -> None:
    found = findings("IF506", {"Save": put()}, allow("dynamodb:PutItem", [TABLE, resource]))
    assert bool(found) is reported


@pytest.mark.parametrize(
    "more",
    [
        {"Condition": {"StringEquals": {"aws:PrincipalTag/team": "a"}}},
        {"NotResource": TABLE, "Resource": None},
    ],
)
def test_conditions_and_exclusions_are_not_judged(more: dict[str, Any]) -> None:
    statement = {**allow("dynamodb:PutItem", "*"), **more}
    statement = {key: value for key, value in statement.items() if value is not None}
    assert findings("WF505", {"Save": put()}, statement) == []
    assert findings("WF505", {"Save": put()}, allow("dynamodb:PutItem", "*")) != []


def test_resources_known_at_run_time_are_information_only() -> None:
    dynamic = task("dynamodb:putItem", **{"TableName.$": "$.table", "Item": {}})
    grant = allow("dynamodb:PutItem", "*")
    assert findings("WF505", {"Save": dynamic}, grant) == []
    assert findings("IF506", {"Save": dynamic}, grant) == [
        f"allow it on '{TABLES}*'".replace(ACCOUNT, "${AWS::Region}:${AWS::AccountId}").replace(
            ":aws:", ":${AWS::Partition}:"
        )
    ]


def test_a_whole_service_is_reported_once() -> None:
    grant = allow("dynamodb:*", "*")
    assert findings("WF505", {"Save": put()}, grant) == []
    assert findings("WF504", {"Save": put()}, grant) == [
        "name the actions; the definition needs at least dynamodb:PutItem"
    ]


def test_objects_in_s3_may_be_read_by_other_services() -> None:
    bucket = "arn:aws:s3:::b"
    read = task("aws-sdk:s3:getObject", Bucket="b", Key="k")
    detect = task("aws-sdk:rekognition:detectLabels", Image={})
    copy = task("aws-sdk:s3:copyObject", Bucket="b", Key="k", CopySource="c")
    grant = allow("s3:GetObject", f"{bucket}/*")
    assert findings("IF506", {"Read": read}, grant) != []
    assert findings("IF506", {"Read": read, "Detect": detect}, grant) == []
    assert findings("IF506", {"Read": read, "Copy": copy}, grant) == []


def train() -> dict[str, Any]:
    return task("sagemaker:createTrainingJob", TrainingJobName="nightly", RoleArn=ROLE)


@pytest.mark.parametrize(
    ("rule", "resources", "reported"),
    [
        ("WF501", "*", True),
        ("WF501", "arn:aws:iam::111122223333:role/*", True),
        ("WF501", "arn:aws:iam::111122223333:role/t*", False),
        ("WF502", "*", False),
        ("WF502", ROLE, False),
        ("WF502", [ROLE, ROLE + "-old"], True),
        ("WF502", ROLE + "*", True),
    ],
)
def test_roles_that_can_be_passed(rule: str, resources: str | list[str], reported: bool) -> None:
    found = findings(rule, {"Train": train()}, allow("iam:PassRole", resources))
    assert bool(found) is reported


def test_a_role_of_a_machine_that_calls_the_sdk_may_pass_more() -> None:
    states = {"Train": train(), "List": task("aws-sdk:sqs:listQueues")}
    assert findings("WF502", states, allow("iam:PassRole", ROLE + "*")) == []

"""Denied permission checks, one gap for each mistake."""

from __future__ import annotations

from typing import Any

from analyses import ACCOUNT, TABLE, allow, analysis, put, task

from sfnlint.analysis.gaps import DeniedCheck, Gap, group, lacking_start

ROLE = "arn:aws:iam::111122223333:role/training"
JOBS = f"arn:aws:sagemaker:{ACCOUNT}:training-job/"
START = ["sagemaker:CreateTrainingJob", "sagemaker:AddTags"]
MONITORING = ["sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"]
PASS = allow("iam:PassRole", ROLE)
EVENTS = allow("events:*", f"arn:aws:events:{ACCOUNT}:rule/*")


def train(name: str = "nightly") -> dict[str, Any]:
    return task("sagemaker:createTrainingJob.sync", TrainingJobName=name, RoleArn=ROLE)


def shown(gaps: list[Gap]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(gap.kind, gap.severity, gap.actions) for gap in gaps]


def test_monitoring_goes_with_the_start_that_is_missing() -> None:
    gaps = analysis({"Train": train()}, PASS, EVENTS, allow("sagemaker:AddTags", "*")).gaps
    assert shown(gaps) == [
        (
            "missing",
            "error",
            (
                "sagemaker:CreateTrainingJob",
                "sagemaker:DescribeTrainingJob",
                "sagemaker:StopTrainingJob",
            ),
        )
    ]


def test_other_purposes_are_gaps_of_their_own() -> None:
    assert [gap.purpose for gap in analysis({"Train": train()}).gaps] == [
        "start",
        "tags",
        "pass_role",
        "events",
    ]


def test_monitoring_does_not_go_with_a_start_that_is_denied() -> None:
    deny = {"Effect": "Deny", "Action": "sagemaker:CreateTrainingJob", "Resource": "*"}
    grants = PASS, EVENTS, allow(START, "*")
    assert shown(analysis({"Train": train()}, *grants, deny).gaps) == [
        ("deny", "error", ("sagemaker:CreateTrainingJob",)),
        ("missing", "warning", ("sagemaker:DescribeTrainingJob",)),
        ("missing", "warning", ("sagemaker:StopTrainingJob",)),
    ]


WRITE: dict[str, Any] = {
    "Type": "Map",
    "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Wait",
        "States": {"Wait": {"Type": "Succeed"}},
    },
    "ResultWriter": {
        "Resource": "arn:aws:states:::s3:putObject",
        "Parameters": {"Bucket": "results", "Prefix": "x"},
    },
    "End": True,
}


def test_what_is_expected_goes_with_what_is_required_for_the_same_purpose() -> None:
    def written(*statements: dict[str, Any]) -> list[tuple[str, str, tuple[str, ...]]]:
        return shown(analysis({"Write": dict(WRITE)}, allow("states:*", "*"), *statements).gaps)

    expected = ("s3:GetObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload")
    [(kind, severity, actions)] = written()
    assert (kind, severity) == ("missing", "error")
    assert actions == ("s3:PutObject", *expected)
    assert written(allow("s3:PutObject", "*")) == [("missing", "warning", expected)]


def test_what_counts_as_a_missing_start() -> None:
    [check] = analysis({"Save": put()}).checks
    expected = check._replace(need=check.need._replace(necessity="expected"))
    poll = check._replace(need=check.need._replace(purpose="poll"))
    assert lacking_start([DeniedCheck(check, "missing", None)]) == {check.origin}
    assert lacking_start([DeniedCheck(check, "deny", None)]) == set()
    assert lacking_start([DeniedCheck(expected, "missing", None)]) == set()
    assert lacking_start([DeniedCheck(poll, "missing", None)]) == set()


def test_documented_and_observed_hints_are_apart() -> None:
    [check] = analysis({"Save": put()}).checks
    documented, observed = (
        DeniedCheck(check._replace(need=check.need._replace(necessity=necessity)), "missing", None)
        for necessity in ("documented", "observed")
    )
    assert len(group([documented, documented], set())) == 1
    hints = group(
        [documented, observed._replace(check=observed.check._replace(action="a:B"))], set()
    )
    assert [gap.actions for gap in hints] == [("dynamodb:PutItem",), ("a:B",)]


def test_monitoring_alone_is_a_gap_for_each_purpose() -> None:
    gaps = analysis({"Train": train()}, PASS, EVENTS, allow(START, "*")).gaps
    assert shown(gaps) == [
        ("missing", "warning", ("sagemaker:DescribeTrainingJob",)),
        ("missing", "warning", ("sagemaker:StopTrainingJob",)),
    ]


def test_states_that_lack_the_same_share_a_gap() -> None:
    [gap] = analysis({"A": put(), "B": put(), "C": put()}, allow("sqs:SendMessage", "*")).gaps
    assert [check.requester for check in gap.per_origin] == ["state 'A'", "state 'B'", "state 'C'"]
    assert gap.resources == (TABLE,)
    assert gap.first.requester == "state 'A'"


def test_states_that_lack_something_else_do_not() -> None:
    states = {"A": put(), "B": put(TABLE + "-2")}
    assert [gap.resources for gap in analysis(states, allow("sqs:SendMessage", "*")).gaps] == [
        (TABLE,),
        (TABLE + "-2",),
    ]


def test_one_statement_that_misses_is_one_gap() -> None:
    states = {"A": train("one"), "B": train("two")}
    grant = allow(
        [*START, "sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"], JOBS + "x"
    )
    [gap] = analysis(states, PASS, EVENTS, grant).gaps
    assert gap.kind == "resource"
    assert gap.severity == "error"
    assert gap.near_miss is not None
    assert gap.near_miss.statement.place.path == ("Statement", 2)
    assert gap.resources == (JOBS + "one", JOBS + "two")
    assert len(list(gap.per_origin)) == 2


def test_each_statement_and_condition_is_a_gap() -> None:
    condition = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    gaps = analysis(
        {"Train": train()},
        EVENTS,
        allow("iam:PassRole", ROLE, Condition=condition),
        allow("sagemaker:*", JOBS + "x"),
    ).gaps
    assert [(gap.kind, gap.purpose) for gap in gaps] == [
        ("resource", "start"),
        ("condition", "pass_role"),
    ]


def test_each_deny_is_a_gap() -> None:
    def deny(action: str) -> dict[str, Any]:
        return {"Effect": "Deny", "Action": action, "Resource": "*"}

    gaps = analysis(
        {"Train": train()},
        allow("*", "*"),
        deny("iam:*"),
        deny("sagemaker:StopTrainingJob"),
        deny("events:*"),
    ).gaps
    assert shown(gaps) == [
        ("deny", "warning", ("sagemaker:StopTrainingJob",)),
        ("deny", "error", ("iam:PassRole",)),
        ("deny", "error", ("events:PutTargets", "events:PutRule", "events:DescribeRule")),
    ]


def test_a_gap_is_as_bad_as_its_worst_permission() -> None:
    actions = ["sagemaker:CreateTrainingJob", "sagemaker:StopTrainingJob"]
    deny = {"Effect": "Deny", "Action": actions, "Resource": "*"}
    [gap] = analysis({"Train": train()}, allow("*", "*"), deny).gaps
    assert gap.severity == "error"
    assert {check.severity for check in gap.checks} == {"error", "warning"}


def test_a_finding_is_at_the_first_state_unless_there_is_a_better_place() -> None:
    [gap] = analysis({"A": put(), "B": put()}, allow("sqs:SendMessage", "*")).gaps
    finding = gap.finding("m", fix="f")
    assert (finding.place, finding.state, finding.fix) == (gap.first.place, "A", "f")
    assert (finding.actions, finding.resources) == (("dynamodb:PutItem",), (TABLE,))
    elsewhere = gap.first.subject.place
    assert gap.finding("m", place=elsewhere).place == elsewhere


def test_monitoring_is_a_gap_of_its_own_where_a_statement_denies_the_start() -> None:
    deny = {"Effect": "Deny", "Action": START[0], "Resource": "*"}
    gaps = analysis({"Train": train()}, PASS, EVENTS, allow(START, "*"), deny).gaps
    assert sorted(shown(gaps)) == [
        ("deny", "error", ("sagemaker:CreateTrainingJob",)),
        ("missing", "warning", ("sagemaker:DescribeTrainingJob",)),
        ("missing", "warning", ("sagemaker:StopTrainingJob",)),
    ]

"""SageMaker machines with the documented policies, complete and without each action.

The machines and policies are based on the public page "connect-sagemaker" of the Step
Functions guide, in both patterns, with static and with dynamic names.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

import sfnlint
from sfnlint.finding import Finding

ACCOUNT = "arn:aws:sagemaker:eu-west-1:111122223333:"
ROLE = "arn:aws:iam::111122223333:role/ml/training"


class Job(NamedTuple):
    api: str
    kind: str
    rule: str | None
    passes_role: bool = True
    tags: str = "EF404"
    rule_level: str = "EF403"

    @property
    def name(self) -> str:
        return f"{self.api}Name"


JOBS = [
    Job("TrainingJob", "training-job", "TrainingJobs"),
    Job("TransformJob", "transform-job", "TransformJobs", passes_role=False),
    Job("ProcessingJob", "processing-job", "ProcessingJobs", tags="WF405", rule_level="IF408"),
    Job("LabelingJob", "labeling-job", None, tags="WF405"),
]


def machine(job: Job, sync: bool, dynamic: bool) -> dict[str, Any]:
    parameters: dict[str, object] = {job.name: "nightly"}
    if dynamic:
        parameters = {f"{job.name}.$": "$.name"}
    if job.passes_role:
        parameters["RoleArn"] = ROLE
    suffix = ".sync" if sync else ""
    task = {
        "Type": "Task",
        "Resource": f"arn:aws:states:::sagemaker:create{job.api}{suffix}",
        "Parameters": parameters,
        "End": True,
    }
    return {"StartAt": "Run", "States": {"Run": task}}


def policy(job: Job, sync: bool, dynamic: bool, tags: bool) -> dict[str, Any]:
    """The documented policy; optionally with AddTags, which older versions of the page lack."""
    actions = [f"sagemaker:Create{job.api}"]
    if sync:
        actions += [f"sagemaker:Describe{job.api}", f"sagemaker:Stop{job.api}"]
    statements: list[dict[str, Any]] = [
        {
            "Effect": "Allow",
            "Action": actions,
            "Resource": [f"{ACCOUNT}{job.kind}/" + ("*" if dynamic else "nightly*")],
        },
        {
            "Effect": "Allow",
            "Action": ["sagemaker:ListTags", *(["sagemaker:AddTags"] if tags else [])],
            "Resource": ["*"],
        },
        {
            "Effect": "Allow",
            "Action": ["iam:PassRole"],
            "Resource": [ROLE],
            "Condition": {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        },
    ]
    if sync and job.rule:
        name = f"StepFunctionsGetEventsForSageMaker{job.rule}Rule"
        statements.append(
            {
                "Effect": "Allow",
                "Action": ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
                "Resource": [f"arn:aws:events:eu-west-1:111122223333:rule/{name}"],
            }
        )
    return {"Version": "2012-10-17", "Statement": statements}


def check(definition: dict[str, Any], *policies: dict[str, Any]) -> list[Finding]:
    texts = {f"policy{index}.json": json.dumps(one) for index, one in enumerate(policies)}
    return sfnlint.check_text(json.dumps(definition), policies=texts)


VARIANTS = [
    pytest.param(job, sync, dynamic, id=f"{job.api}-{'sync' if sync else 'request'}-{dynamic}")
    for job in JOBS
    for sync in (True, False)
    for dynamic in (True, False)
]


@pytest.mark.parametrize(("job", "sync", "dynamic"), VARIANTS)
def test_the_documented_policy_lacks_only_add_tags(job: Job, sync: bool, dynamic: bool) -> None:
    findings = check(machine(job, sync, dynamic), policy(job, sync, dynamic, tags=False))
    assert [(finding.rule, finding.actions) for finding in findings] == [
        (job.tags, ("sagemaker:AddTags",))
    ]


@pytest.mark.parametrize(("job", "sync", "dynamic"), VARIANTS)
def test_with_add_tags_it_is_silent(job: Job, sync: bool, dynamic: bool) -> None:
    assert check(machine(job, sync, dynamic), policy(job, sync, dynamic, tags=True)) == []


def without_each_action(
    whole: dict[str, Any],
) -> Iterator[tuple[str, dict[str, Any]]]:
    for index, statement in enumerate(whole["Statement"]):
        for action in statement["Action"]:
            less = copy.deepcopy(whole)
            actions = less["Statement"][index]["Action"]
            actions.remove(action)
            if not actions:
                del less["Statement"][index]
            yield action, less


@pytest.mark.parametrize(("job", "sync", "dynamic"), VARIANTS)
def test_without_one_action_just_that_is_reported(job: Job, sync: bool, dynamic: bool) -> None:
    definition = machine(job, sync, dynamic)
    rules = {
        f"sagemaker:Create{job.api}": "EF401",
        f"sagemaker:Describe{job.api}": "WF406",
        f"sagemaker:Stop{job.api}": "WF407",
        "sagemaker:AddTags": job.tags,
        "sagemaker:ListTags": "IF408",
        "iam:PassRole": "EF402" if job.passes_role else "IF408",
    }
    for action, less in without_each_action(policy(job, sync, dynamic, tags=True)):
        findings = check(definition, less)
        rule = rules.get(action, job.rule_level)
        assert [(one.rule, one.actions, one.state) for one in findings] == [
            (rule, (action,), "Run")
        ], action


def rule_and_span(findings: list[Finding], text: str) -> list[tuple[str, str]]:
    places = [finding.place.locate() for finding in findings]
    return [
        (finding.rule, place.root.text[slice(*place.span)])
        for finding, place in zip(findings, places, strict=True)
    ]


@pytest.mark.parametrize("dynamic", [True, False])
@pytest.mark.parametrize(
    ("route", "value", "expected"),
    [
        pytest.param(("Condition",), None, [("WF503", '"iam:PassRole"')], id="condition-dropped"),
        pytest.param(
            ("Condition", "StringEquals", "iam:PassedToService"),
            "ec2.amazonaws.com",
            [("EF412", '"iam:PassedToService"')],
            id="another-service",
        ),
        pytest.param(("Resource",), ["*"], [("WF501", '"*"')], id="every-role"),
        pytest.param(
            ("Resource",),
            [ROLE + "-old"],
            [("EF410", f'"{ROLE}-old"')],
            id="another-role",
        ),
    ],
)
def test_pass_role_gone_wrong(
    dynamic: bool, route: tuple[str, ...], value: object, expected: list[tuple[str, str]]
) -> None:
    job = JOBS[0]
    given = policy(job, True, dynamic, tags=True)
    target = given["Statement"][2]
    for step in route[:-1]:
        target = target[step]
    if value is None:
        del target[route[-1]]
    else:
        target[route[-1]] = value
    text = json.dumps(given)
    assert rule_and_span(check(machine(job, True, dynamic), given), text) == expected


def test_misspelt_rule_name() -> None:
    given = policy(JOBS[0], True, False, tags=True)
    wrong = given["Statement"][3]["Resource"][0].replace("TrainingJobs", "TrainingJob")
    given["Statement"][3]["Resource"] = [wrong]
    [finding] = check(machine(JOBS[0], True, False), given)
    assert (finding.rule, finding.actions) == (
        "EF410",
        ("events:PutTargets", "events:PutRule", "events:DescribeRule"),
    )
    assert "StepFunctionsGetEventsForSageMakerTrainingJobsRule" in finding.message


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.api)
def test_arn_of_another_job(job: Job) -> None:
    given = policy(job, True, False, tags=True)
    given["Statement"][0]["Resource"] = [f"{ACCOUNT}{job.kind}/weekly*"]
    [finding] = check(machine(job, True, False), given)
    assert finding.rule == "EF410"
    assert finding.actions == tuple(given["Statement"][0]["Action"])
    assert finding.resources == (f"{ACCOUNT}{job.kind}/nightly",)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.api)
def test_an_empty_role_lacks_each_statement_once(job: Job) -> None:
    empty = {"Version": "2012-10-17", "Statement": []}
    findings = check(machine(job, True, False), empty)
    assert {finding.rule for finding in findings} == {
        "EF401",
        job.tags,
        "IF408",
        *(["EF402"] if job.passes_role else []),
        *([job.rule_level] if job.rule else []),
    }
    start = next(finding for finding in findings if finding.rule == "EF401")
    assert start.actions == (
        f"sagemaker:Create{job.api}",
        f"sagemaker:Describe{job.api}",
        f"sagemaker:Stop{job.api}",
    )


@pytest.mark.parametrize(
    ("parameters", "granted", "expected"),
    [
        ({"TrainingJobName.$": "States.Format('train-{}', $.id)"}, "train-*", []),
        ({"TrainingJobName.$": "States.Format('train-{}', $.id)"}, "train-a*", []),
        ({"TrainingJobName.$": "States.Format('train-{}', $.id)"}, "test-*", ["EF410"]),
        ({"TrainingJobName.$": "$$.Execution.Name"}, "train-*", []),
        ({"TrainingJobName": "train-1"}, "train-?", []),
        ({"TrainingJobName": "train-10"}, "train-?", ["EF410"]),
    ],
)
def test_partly_known_names(parameters: dict[str, str], granted: str, expected: list[str]) -> None:
    job = JOBS[0]
    definition = machine(job, True, True)
    definition["States"]["Run"]["Parameters"] = {**parameters, "RoleArn": ROLE}
    given = policy(job, True, True, tags=True)
    given["Statement"][0]["Resource"] = [f"{ACCOUNT}training-job/{granted}"]
    errors = [finding.rule for finding in check(definition, given) if finding.severity == "error"]
    assert errors == expected


@pytest.mark.parametrize(
    ("expression", "granted", "expected"),
    [
        ("{% 'train-' & $states.input.id %}", "train-*", []),
        ("{% 'train-' & $states.input.id %}", "test-*", ["EF410"]),
        ("{% $states.input.id %}", "test-*", []),
        ("train-7", "test-*", ["EF410"]),
    ],
)
def test_jsonata_names(expression: str, granted: str, expected: list[str]) -> None:
    job = JOBS[0]
    definition = machine(job, True, True)
    definition["QueryLanguage"] = "JSONata"
    task = definition["States"]["Run"]
    del task["Parameters"]
    task["Arguments"] = {"TrainingJobName": expression, "RoleArn": ROLE}
    given = policy(job, True, True, tags=True)
    given["Statement"][0]["Resource"] = [f"{ACCOUNT}training-job/{granted}"]
    errors = [finding.rule for finding in check(definition, given) if finding.severity == "error"]
    assert errors == expected

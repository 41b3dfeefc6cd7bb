"""Compare the CPU time of sfn-lint with that of other linters.

    python benchmarks/compare.py [--runs N]
    python benchmarks/compare.py --folder FOLDER     a folder, once, against cfn-lint

The linters run in turn (A B A B …), each in a new process. The script prints medians of the ratios
of their CPU times (user and system): below 1, sfn-lint is faster. Linters that are not installed
are skipped: `pip install statelint`. cfn-lint is a dependency. The script writes the input files.
Of a folder, sfn-lint checks all files and cfn-lint the templates with state machines.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROLE = "arn:aws:iam::123456789012:role/training"
ACCOUNT = "us-east-1:123456789012"
QUEUES = "https://sqs.us-east-1.amazonaws.com/123456789012/"


def machine(count: int) -> dict[str, object]:
    """Return a sequence of `count` states, every fourth of which runs a training job.

    With training jobs alone, 5,000 states would exceed Step Functions' limit of a million
    characters.
    """
    states: dict[str, object] = {}
    for index in range(count):
        kind = index % 4
        following = f"S{index + 1}"
        if index + 1 == count and kind == 2:
            kind = 3  # A Choice cannot be the last state.
        transition = {"End": True} if index + 1 == count else {"Next": following}
        states[f"S{index}"] = (
            {
                "Type": "Task",
                "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
                "Parameters": {"TrainingJobName": f"job-{index}", "RoleArn": ROLE},
                "Retry": [{"ErrorEquals": ["States.Timeout"], "MaxAttempts": 2}],
                **transition,
            },
            {"Type": "Wait", "Seconds": 60, **transition},
            {
                "Type": "Choice",
                "Choices": [{"Variable": "$.status", "StringEquals": "done", **transition}],
                "Default": f"S{index - index % 4}",
            },
            {"Type": "Pass", "Parameters": {"status.$": "$.status"}, **transition},
        )[kind]
    return {"StartAt": "S0", "States": states}


def mixed_machine(count: int) -> dict[str, object]:
    """Return a sequence of `count` states in which calls of five integrations and Pass alternate.

    Each call has parameters of its own: the other machine repeats few kinds of states, which hides
    the time that each call takes. 5,000 states have less than a million characters.
    """
    states: dict[str, object] = {}
    for index in range(count):
        name, arn = f"S{index}", f"arn:aws:lambda:{ACCOUNT}:function:f-{index}"
        resource, parameters = (
            ("sagemaker:createTrainingJob.sync", {"TrainingJobName": name, "RoleArn": ROLE}),
            ("lambda:invoke", {"FunctionName": arn, "Payload.$": "$"}),
            ("dynamodb:getItem", {"TableName": f"t-{index}", "Key": {"id": {"S.$": "$.id"}}}),
            ("aws-sdk:s3:headObject", {"Bucket": f"b-{index}", "Key.$": "$.key"}),
            ("sqs:sendMessage", {"QueueUrl": QUEUES + name, "MessageBody.$": "$"}),
        )[index // 2 % 5]
        states[name] = {
            **(
                {"Type": "Pass", "Result": index, "ResultPath": "$.pass"}
                if index % 2
                else {
                    "Type": "Task",
                    "Resource": f"arn:aws:states:::{resource}",
                    "Parameters": parameters,
                    "ResultPath": "$.call",
                }
            ),
            **({"End": True} if index + 1 == count else {"Next": f"S{index + 1}"}),
        }
    return {"StartAt": "S0", "States": states}


def mixed_policy() -> dict[str, object]:
    """Return a policy that allows all calls of `mixed_machine`."""
    grants = {
        "lambda:InvokeFunction": f"arn:aws:lambda:{ACCOUNT}:function:f-*",
        "dynamodb:GetItem": f"arn:aws:dynamodb:{ACCOUNT}:table/t-*",
        "s3:GetObject": "arn:aws:s3:::b-*/*",
        "sqs:SendMessage": f"arn:aws:sqs:{ACCOUNT}:S*",
    }
    statements = [
        {"Effect": "Allow", "Action": action, "Resource": resource}
        for action, resource in grants.items()
    ]
    return policy("S*", statements)


def policy(jobs: str = "job-*", others: Sequence[object] = ()) -> dict[str, object]:
    """Return a policy that allows every job, and what other statements allow."""
    rule = "StepFunctionsGetEventsForSageMakerTrainingJobsRule"
    calls = ["CreateTrainingJob", "DescribeTrainingJob", "StopTrainingJob", "AddTags"]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": [f"sagemaker:{call}" for call in calls],
                "Resource": f"arn:aws:sagemaker:{ACCOUNT}:training-job/{jobs}",
            },
            {
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": ROLE,
                "Condition": {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
            },
            {
                "Effect": "Allow",
                "Action": ["events:PutRule", "events:PutTargets", "events:DescribeRule"],
                "Resource": f"arn:aws:events:{ACCOUNT}:rule/{rule}",
            },
            *others,
        ],
    }


def template() -> dict[str, object]:
    """Return a CloudFormation template with a state machine and its role."""
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "states.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    return {
        "Resources": {
            "Machine": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                    "DefinitionString": json.dumps(machine(5)),
                },
            },
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
                    "Policies": [{"PolicyName": "training", "PolicyDocument": policy()}],
                },
            },
        }
    }


def cpu_seconds(command: Sequence[str]) -> float:
    """Run a command and return its CPU time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    quiet = subprocess.DEVNULL
    environment = {**os.environ, "NO_COLOR": "1"}
    # Installed packages have compiled modules; without them, a small run takes twice as long.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run(command, stdout=quiet, stderr=quiet, check=False, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(title: str, ours: Sequence[str], other: Sequence[str], runs: int, target: str) -> None:
    """Run two commands in turn, and print the median of the ratios of their times."""
    if shutil.which(other[0]) is None:
        print(f"{title}: {other[0]} is not installed")
        return
    pairs = [(cpu_seconds(ours), cpu_seconds(other)) for _ in range(runs + 1)][1:]
    ratio = statistics.median(own / peer for own, peer in pairs)
    own, peer = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{title}: {ratio:.2f} (target {target}; {own * 1000:.0f} ms to {peer * 1000:.0f} ms)")


def compare_folder(sfn_lint: str, folder: Path) -> None:
    """Check a folder with a process of each linter, and print the ratio of their times."""
    templates = [
        str(file)
        for file in sorted(folder.rglob("*"))
        if file.suffix in (".json", ".yaml", ".yml", ".template")
        and file.is_file()
        and all(mark in file.read_bytes() for mark in (b"Resources", b"::StateMachine"))
    ]
    cfn_lint = shutil.which("cfn-lint", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if cfn_lint is None:
        sys.exit("cfn-lint is not installed")
    own = cpu_seconds([sfn_lint, "check", "--severity", "info", str(folder)])
    peer = cpu_seconds([cfn_lint, *templates])
    print(
        f"{folder}, to cfn-lint on its {len(templates)} templates: {own / peer:.3f} "
        f"(target 0.1; {own:.1f} s to {peer:.1f} s)"
    )


def main() -> None:
    """Write the input files and run the comparisons."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    runs = arguments.runs
    sfn_lint = shutil.which("sfn-lint", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if sfn_lint is None:
        sys.exit("sfn-lint is not installed")
    if arguments.folder:
        compare_folder(sfn_lint, arguments.folder)
        return
    with tempfile.TemporaryDirectory() as folder:
        files = {
            "small.asl.json": machine(1),
            "500.asl.json": machine(500),
            "5000.asl.json": machine(5000),
            "mixed.asl.json": mixed_machine(5000),
            "policy.json": policy(),
            "mixed-policy.json": mixed_policy(),
            "template.json": template(),
        }
        for name, data in files.items():
            Path(folder, name).write_text(json.dumps(data, indent=1), encoding="utf-8")
        os.chdir(folder)
        check = [sfn_lint, "check", "--policy", "policy.json"]
        small, large = "small.asl.json", "5000.asl.json"
        compare("small file, to statelint", [*check, small], ["statelint", small], runs, "1")
        compare("5,000 states, to statelint", [*check, large], ["statelint", large], runs, "1")
        mixed = "mixed.asl.json"
        compare(
            "5,000 mixed states, to statelint",
            [sfn_lint, "check", "--policy", "mixed-policy.json", mixed],
            ["statelint", mixed],
            runs,
            "1",
        )
        template_file = "template.json"
        compare(
            "template, to cfn-lint",
            [sfn_lint, "check", template_file],
            ["cfn-lint", template_file],
            runs,
            "0.2",
        )
        compare("5,000 states, to 500", [*check, large], [*check, "500.asl.json"], runs, "11")


if __name__ == "__main__":
    main()

"""`sfn-lint permissions`: the rows of the table, their formats, the exit status."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sfnlint.analysis.permission_table import PermissionTable
from sfnlint.cli import main
from sfnlint.discovery import discover
from sfnlint.engine import run
from sfnlint.options import Options

TESTDATA = Path(__file__).parent.parent / "testdata"
TEMPLATE = """
Parameters:
  Topic: {Type: String}
Conditions:
  Extra: !Equals [!Ref "AWS::Region", eu-west-1]
Resources:
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      TracingConfiguration: {Enabled: true}
      Definition:
        StartAt: Send
        States:
          Send:
            Type: Task
            Resource: arn:aws:states:::sqs:sendMessage
            Parameters: {QueueUrl: !Ref Queue, MessageBody: x}
            Next: Tell
          Tell:
            Type: Task
            Resource: arn:aws:states:::sns:publish
            Parameters: {TopicArn: !Ref Topic, Message: x}
            Next: Other
          Other: {Type: Task, Resource: "${Unknown}", End: true}
  Queue: {Type: AWS::SQS::Queue}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: p
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Action: "sqs:*", Resource: !GetAtt Queue.Arn}
              - {Effect: Allow, Action: "xray:*", Resource: "*"}
"""
DEFINITION = {
    "StartAt": "Send",
    "States": {
        "Send": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {
                "QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
                "MessageBody": "x",
            },
            "End": True,
        }
    },
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "job.asl.json").write_text(json.dumps(DEFINITION))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def machines(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert main(["permissions", *arguments, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document.keys() == {"version", "machines"}
    assert document["version"] == 1
    read: list[dict[str, Any]] = document["machines"]
    return read


def policy(*statements: Mapping[str, object]) -> str:
    document = {"Version": "2012-10-17", "Statement": statements}
    Path("policy.json").write_text(json.dumps(document))
    return "policy.json"


@pytest.mark.usefixtures("folder")
def test_rows_of_a_template(capsys: pytest.CaptureFixture[str]) -> None:
    (machine,) = machines(capsys, "template.yaml")
    assert machine["file"] == "template.yaml"
    assert (machine["machine"], machine["role"]) == ("Flow", "Role")
    assert machine["complete"] is False
    assert [state["state"] for state in machine["unknown_states"]] == ["Other"]
    first = machine["permissions"][0]
    assert first == {
        "state": "Send",
        "action": "sqs:SendMessage",
        "resource": "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${Queue.QueueName}",
        "purpose": "start",
        "necessity": "required",
        "verdict": "allowed",
        "why": "",
        "granted_by": [{"file": "template.yaml", "line": 39, "column": 17}],
        "source": "https://docs.aws.amazon.com/step-functions/latest/dg/connect-sqs.html",
    }
    rows = {(row["state"], row["action"]): row for row in machine["permissions"]}
    assert rows["Tell", "sns:Publish"]["verdict"] == "denied"
    assert rows["Tell", "sns:Publish"]["why"] == "no statement allows it"
    # A setting of the machine has no state, and comes last.
    assert machine["permissions"][-1]["state"] is None
    assert machine["permissions"][-1]["action"].startswith("xray:")


@pytest.mark.usefixtures("folder")
def test_a_definition_without_role(capsys: pytest.CaptureFixture[str]) -> None:
    (machine,) = machines(capsys, "job.asl.json")
    assert (machine["machine"], machine["role"], machine["complete"]) == (None, None, True)
    assert {row["verdict"] for row in machine["permissions"]} == {"no-role"}
    assert {row["why"] for row in machine["permissions"]} == {"no policy of the role is given"}


QUEUE = "arn:aws:sqs:eu-west-1:123456789012:orders"
SEND = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE}


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("statements", "verdict", "why"),
    [
        ([SEND], "allowed", ""),
        ([{**SEND, "Action": "sqs:GetQueueUrl"}], "denied", "no statement allows it"),
        (
            [{**SEND, "Resource": QUEUE + "2"}],
            "denied",
            f"a statement allows it only on '{QUEUE}2'",
        ),
        (
            [{"Effect": "Allow", "Action": "sqs:SendMessage", "NotResource": QUEUE}],
            "denied",
            f"a statement allows it only on every resource except '{QUEUE}'",
        ),
        (
            [{**SEND, "Condition": {"StringEquals": {"aws:PrincipalAccount": "210987654321"}}}],
            "denied",
            "a statement allows it only if aws:PrincipalAccount is '210987654321'",
        ),
        ([SEND, {**SEND, "Effect": "Deny"}], "denied", "a statement denies it"),
        (
            [{**SEND, "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}],
            "unknown",
            None,
        ),
    ],
)
def test_reasons(
    statements: list[dict[str, object]],
    verdict: str,
    why: str | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ("job.asl.json", "--policy", policy(*statements), "--action", "SQS:Send*")
    (machine,) = machines(capsys, *arguments)
    (row,) = machine["permissions"]
    assert row["verdict"] == verdict
    assert row["why"] == why or (why is None and row["why"])
    assert bool(row["granted_by"]) == (verdict == "allowed")


@pytest.mark.usefixtures("folder")
def test_unneeded_actions(capsys: pytest.CaptureFixture[str]) -> None:
    other = {"Effect": "Allow", "Action": ["sns:Publish", "sns:Subscribe"], "Resource": "*"}
    policies = ("--policy", policy(SEND, other))
    (machine,) = machines(capsys, "job.asl.json", *policies)
    (unneeded,) = machine["unneeded"]
    assert unneeded["actions"] == ["sns:Publish", "sns:Subscribe"]
    assert unneeded["file"] == "policy.json"
    # Only the whole table shows what nothing needs.
    (machine,) = machines(capsys, "job.asl.json", *policies, "--state", "Send")
    assert machine["unneeded"] == []


@pytest.mark.usefixtures("folder")
def test_selection(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("Flow", "template.yaml"):
        (machine,) = machines(capsys, ".", "--machine", name)
        assert machine["machine"] == "Flow"
    (machine,) = machines(capsys, "template.yaml", "--state", "Tell", "--action", "sns:publish")
    assert [row["action"] for row in machine["permissions"]] == ["sns:Publish"]
    assert machine["unknown_states"] == []
    (machine,) = machines(capsys, "template.yaml", "--state", "Other")
    assert (machine["permissions"], len(machine["unknown_states"])) == ([], 1)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--machine", "Flwo"], "no state machine is called 'Flwo'; did you mean 'Flow'?"),
        (["--machine", "x"], "'x'; the machines are 'Flow' and 'job.asl.json'"),
        (["--state", "Sned"], "--state: no state is called 'Sned'; did you mean 'Send'?"),
        (["--policy", "absent.json"], "--policy: file 'absent.json' does not exist"),
    ],
)
def test_wrong_usage(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["permissions", ".", *arguments]) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_a_file_that_cannot_be_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "broken.asl.json").write_text('{"StartAt": "A", "States": {')
    assert main(["permissions", "."]) == 2
    captured = capsys.readouterr()
    assert "broken.asl.json:1: " in captured.err
    assert "state machine 'Flow'" in captured.out


@pytest.mark.usefixtures("folder")
def test_a_folder_without_machines(capsys: pytest.CaptureFixture[str]) -> None:
    Path("empty").mkdir()
    assert main(["permissions", "empty"]) == 2
    assert "no state machine found" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["permissions", "template.yaml", "--format", "markdown"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("### template.yaml: state machine 'Flow', role 'Role'\n\n| needed by |")
    assert "| state 'Tell' | sns:Publish |" in out
    assert "- the needs of state 'Other' are unknown: " in out
    Path("job.asl.json").write_text('{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}')
    for output in ("markdown", "text"):
        assert main(["permissions", "job.asl.json", "--format", output]) == 0
        assert "o state needs a permission" in capsys.readouterr().out


@pytest.mark.usefixtures("every_rule")
def test_counts_and_columns_of_all_test_data(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table has the permissions that the summary of `check` counts."""
    monkeypatch.chdir(TESTDATA)
    files = discover([Path()], [], TESTDATA)
    options = Options(rules={"EF401"}, keep_analyses=True, explain_unknown=True)
    result = run(files, options)
    assert len(result.analysed) > 300
    verdicts: Counter[str] = Counter()
    for summary, combinations, analyses in result.analysed:
        table = PermissionTable(combinations, analyses)
        counts = summary.permissions
        rows = Counter(row.verdict for row in table.rows if row.counted)
        assert rows["allowed"] == counts.allowed, summary
        assert rows["denied"] == counts.denied, summary
        unknown = rows["unknown"] + rows["no-role"] + len(table.unknown_states)
        assert unknown == counts.unknown, summary
        verdicts += Counter(row.verdict for row in table.rows)
        assert all(bool(row.why) == (row.verdict != "allowed") for row in table.rows), summary
    assert min(verdicts[verdict] for verdict in ("allowed", "denied", "unknown", "no-role")) > 50
    main(["permissions", "."])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 100

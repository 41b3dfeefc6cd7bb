"""`sfn-lint diff`: needs, grants and findings of two versions."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sfnlint.cli import main
from sfnlint.comparison import revision

ALLOW = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": {"Fn::GetAtt": "Queue.Arn"}}


def template(*statements: dict[str, Any], name: str = "Flow", topic: bool = False) -> str:
    states: dict[str, Any] = {
        "Send": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": {"Ref": "Queue"}, "MessageBody": "x"},
            "End": True,
        }
    }
    if topic:
        states["Send"] = {
            "Type": "Task",
            "Resource": "arn:aws:states:::sns:publish",
            "Parameters": {"TopicArn": "arn:aws:sns:eu-west-1:123456789012:t", "Message": "x"},
            "End": True,
        }
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "states.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    resources = {
        name: {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "StateMachineName": "orders",
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "Definition": {"StartAt": "Send", "States": states},
            },
        },
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
                "Policies": [
                    {
                        "PolicyName": "p",
                        "PolicyDocument": {"Version": "2012-10-17", "Statement": statements},
                    }
                ],
            },
        },
    }
    return json.dumps({"Resources": resources}, indent=1)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def compared(
    capsys: pytest.CaptureFixture[str], old: str | None, new: str | None, file: str = "t.json"
) -> list[dict[str, Any]]:
    for name, text in (("old", old), ("new", new)):
        if text is not None:
            Path(name, file).write_text(text)
    assert main(["diff", "old", "new", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["version"] == 1
    machines: list[dict[str, Any]] = document["machines"]
    return machines


def grants(entries: list[dict[str, str]]) -> list[tuple[str, str, str, str]]:
    return [
        (each["effect"], each["action"], each["resource"], each["condition"]) for each in entries
    ]


@pytest.mark.usefixtures("folder")
def test_the_same_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert compared(capsys, template(ALLOW), template(ALLOW)) == []
    main(["diff", "old", "new"])
    assert capsys.readouterr().out == "no change of needs, grants or findings\n"
    main(["diff", "old", "new", "--format", "markdown"])
    assert "No change of needs, grants or findings." in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_needs_and_running_executions(capsys: pytest.CaptureFixture[str]) -> None:
    topic = "arn:aws:sns:eu-west-1:123456789012:t"
    publish = {"Effect": "Allow", "Action": "sns:Publish", "Resource": topic}
    (change,) = compared(capsys, template(ALLOW), template(publish, topic=True))
    assert (change["file"], change["machine"], change["change"]) == ("t.json", "Flow", "changed")
    assert change["new_needs"] == [{"action": "sns:Publish", "resource": topic, "states": ["Send"]}]
    (gone,) = change["gone_needs"]
    assert (gone["action"], gone["states"]) == ("sqs:SendMessage", ["Send"])
    assert grants(change["new_grants"]) == [("Allow", "sns:Publish", topic, "")]
    assert [each["action"] for each in change["lost_grants"]] == ["sqs:SendMessage"]
    # Running executions keep the old definition, and get the new role.
    assert change["still_needed"] == [gone]
    assert change["new_findings"] == change["gone_findings"] == []
    # With the old grant kept, nothing fails.
    (change,) = compared(capsys, template(ALLOW), template(ALLOW, publish, topic=True))
    assert change["still_needed"] == []


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("old", "new", "gained", "lost"),
    [
        # A wider statement is a new grant, a narrower one is a lost grant.
        (ALLOW, {**ALLOW, "Action": "sqs:*"}, ["sqs:*"], []),
        ({**ALLOW, "Action": "sqs:*"}, ALLOW, [], ["sqs:*"]),
        (ALLOW, {**ALLOW, "Action": ["sqs:SendMessage", "SQS:sendmessage"]}, [], []),
        (
            {**ALLOW, "Resource": "*"},
            {**ALLOW, "Resource": "arn:aws:sqs:*:*:x"},
            [],
            ["sqs:SendMessage"],
        ),
        # A condition narrows a statement.
        (
            ALLOW,
            {**ALLOW, "Condition": {"Bool": {"aws:SecureTransport": "true"}}},
            [],
            ["sqs:SendMessage"],
        ),
        (
            {**ALLOW, "Condition": {"Bool": {"aws:SecureTransport": "true"}}},
            ALLOW,
            ["sqs:SendMessage"],
            [],
        ),
        # The partition is the same in both versions.
        (
            {**ALLOW, "Resource": "arn:aws:sqs:*:*:x"},
            {**ALLOW, "Resource": {"Fn::Sub": "arn:${AWS::Partition}:sqs:*:*:x"}},
            [],
            [],
        ),
        # NotAction and NotResource are compared as they are written.
        (
            {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
            {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
            [],
            [],
        ),
        (
            ALLOW,
            {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
            ["every action except iam:*"],
            ["sqs:SendMessage"],
        ),
    ],
)
def test_grants(
    old: dict[str, Any],
    new: dict[str, Any],
    gained: list[str],
    lost: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    changes = compared(capsys, template(old), template(new))
    (change,) = changes or [{"new_grants": [], "lost_grants": []}]
    assert [each["action"] for each in change["new_grants"]] == gained
    assert [each["action"] for each in change["lost_grants"]] == lost
    # The other way round, what was gained is lost.
    changes = compared(capsys, template(new), template(old))
    (change,) = changes or [{"new_grants": [], "lost_grants": []}]
    assert [each["action"] for each in change["new_grants"]] == lost
    assert [each["action"] for each in change["lost_grants"]] == gained


@pytest.mark.usefixtures("folder")
def test_a_deny(capsys: pytest.CaptureFixture[str]) -> None:
    deny = {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}
    (change,) = compared(capsys, template(ALLOW, deny), template(ALLOW))
    assert grants(change["new_grants"]) == [("Deny", "sqs:*", "*", "")]
    assert [each["rule"] for each in change["gone_findings"]] == ["EF414"]
    (change,) = compared(capsys, template(ALLOW), template(ALLOW, deny))
    assert grants(change["lost_grants"]) == [("Deny", "sqs:*", "*", "")]
    assert [each["rule"] for each in change["new_findings"]] == ["EF414"]
    main(["diff", "old", "new"])
    assert "    a Deny of sqs:* on *\n" in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_policies_that_others_wrote(capsys: pytest.CaptureFixture[str]) -> None:
    """A policy of AWS is one grant; a SAM policy template has the resources of its parameters."""
    text = template(ALLOW)
    managed = text.replace(
        '"Policies": [',
        '"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonSQSFullAccess"], "Policies": [',
    )
    (change,) = compared(capsys, text, managed)
    ((effect, action, resource, _),) = grants(change["new_grants"])
    assert (effect, resource) == ("Allow", "")
    assert "AmazonSQSFullAccess" in action
    sam = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition: {StartAt: A, States: {A: {Type: Succeed}}}
      Policies: [LambdaInvokePolicy: {FunctionName: first}]
"""
    Path("new", "t.json").unlink()
    Path("old", "t.json").unlink()
    (change,) = compared(capsys, sam, sam.replace("first", "second"), "t.yaml")
    assert [each["resource"].rpartition(":")[2] for each in change["new_grants"]] == ["second*"]
    assert [each["resource"].rpartition(":")[2] for each in change["lost_grants"]] == ["first*"]


@pytest.mark.usefixtures("folder")
def test_added_removed_and_renamed_machines(capsys: pytest.CaptureFixture[str]) -> None:
    (change,) = compared(capsys, None, template(ALLOW))
    assert change["change"] == "added"
    assert [each["action"] for each in change["new_needs"]] == ["sqs:SendMessage"]
    # The name in AWS tells that it is the same machine.
    assert compared(capsys, template(ALLOW), template(ALLOW, name="Renamed")) == []
    Path("new", "t.json").rename(Path("new", "other.json"))
    assert compared(capsys, None, None) == []
    Path("new", "other.json").unlink()
    (change,) = compared(capsys, None, '{"a": 1}', file="x.json")
    assert change["change"] == "removed"


@pytest.mark.usefixtures("folder")
def test_findings_without_machine(capsys: pytest.CaptureFixture[str]) -> None:
    Path("new", "broken.asl.json").write_text("{")
    (change,) = compared(capsys, template(ALLOW), template(ALLOW))
    assert (change["file"], change["machine"]) == ("broken.asl.json", None)
    assert [each["rule"] for each in change["new_findings"]] == ["EF001"]


def git(*arguments: str) -> None:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    git("init", "--quiet")
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "t.json").write_text(template(ALLOW))
    (tmp_path / ".sfn-lint.toml").write_text('ignore = ["WF5"]\n')
    os.symlink("/etc/passwd", tmp_path / "link.json")
    git("add", ".")
    git("commit", "--quiet", "-m", "a")
    return tmp_path


def test_a_revision(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "--base", "HEAD"]) == 0
    assert "no change" in capsys.readouterr().out
    wide = {**ALLOW, "Action": "sqs:*"}
    (repository / "infra" / "t.json").write_text(template(wide))
    for path in ([], ["infra"], ["infra/t.json"], ["infra", "."]):
        assert main(["diff", "--base", "HEAD", *path, "--fail-on", "new-grant"]) == 1
        out = capsys.readouterr().out
        assert "t.json: state machine 'Flow' changed\n  newly allowed by the role:\n" in out
        assert str(repository) not in out
    assert main(["diff", "--base", "HEAD", "--fail-on", "new-need,new-finding"]) == 0
    capsys.readouterr()
    # The configuration of the revision applies to its files.
    (repository / ".sfn-lint.toml").write_text("")
    assert main(["diff", "--base", "HEAD", "--fail-on", "new-finding"]) == 1
    assert "WF504" in capsys.readouterr().out


def test_a_new_file(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "other").mkdir()
    (repository / "other" / "t.json").write_text(template(ALLOW, name="Other"))
    assert main(["diff", "--base", "HEAD", "other"]) == 0
    assert "t.json: state machine 'Other' added" in capsys.readouterr().out


def test_nothing_of_the_repository_is_run(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    marker = repository / "run"
    git("config", "filter.x.smudge", f"touch {marker}")
    git("config", "diff.x.textconv", f"touch {marker}; cat")
    git("config", "core.fsmonitor", f"touch {marker}")
    (repository / ".gitattributes").write_text("*.json filter=x diff=x\n")
    git("add", ".gitattributes")
    git("commit", "--quiet", "-m", "b")
    marker.unlink(missing_ok=True)
    assert main(["diff", "--base", "HEAD"]) == 0
    assert not marker.exists()
    capsys.readouterr()


def test_large_files_are_named(
    repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revision, "_MAX_FILE", 100)
    assert main(["diff", "--base", "HEAD"]) == 2
    assert "'infra/t.json' of revision 'HEAD' is too large" in capsys.readouterr().err
    for limit, message in (("_MAX_FILES", "files"), ("_MAX_TOTAL", "bytes")):
        monkeypatch.undo()
        monkeypatch.chdir(repository)
        monkeypatch.setattr(revision, limit, 1)
        assert main(["diff", "--base", "HEAD"]) == 2
        assert f"has more than 1 {message}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--base", "nope"], "--base: git does not know the revision 'nope'"),
        (["--base=--help"], "--base: '--help' is not a revision"),
        (["--base", "HEAD", "a", "b"], "file or folder 'a' does not exist"),
        (["--base", "HEAD", "/"], "'/' is not in the repository"),
        (["infra"], "name two files or folders, or a revision with --base"),
        (["infra", "absent"], "file or folder 'absent' does not exist"),
        (["infra", "infra", "--fail-on", "x"], "--fail-on: unknown kind 'x'"),
    ],
)
@pytest.mark.usefixtures("repository")
def test_wrong_usage(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_outside_a_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["diff", "--base", "HEAD"]) == 2
    assert "the current folder is not in a git repository" in capsys.readouterr().err
    (tmp_path / ".git").mkdir()
    monkeypatch.setenv("PATH", "")
    assert main(["diff", "--base", "HEAD"]) == 2
    assert "--base: git" in capsys.readouterr().err

"""How many permissions were checked, and why some could not be decided, in every format."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import pytest

from sfnlint.cli import main

SCHEMA = json.loads(
    (Path(__file__).parent.parent / "analyzer/sfnlint/report/output.schema.json").read_text()
)
TABLES = "arn:aws:dynamodb:eu-west-1:111122223333:table"


class Ran(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    (tmp_path / ".git").mkdir()

    def runner(*arguments: str) -> Ran:
        status = main(["check", *arguments])
        return Ran(status, *capsys.readouterr())

    return runner


def write(name: str, data: object) -> None:
    text = data if isinstance(data, str) else json.dumps(data, indent=1)
    Path(name).write_text(text, encoding="utf-8")


def put(table: str) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::dynamodb:putItem",
        "Parameters": {"TableName": f"{TABLES}/{table}", "Item": {}},
        "End": True,
    }


def machine(**states: dict[str, Any]) -> dict[str, Any]:
    """A machine that runs its states at the same time."""
    branches = [{"StartAt": name, "States": {name: state}} for name, state in states.items()]
    return {
        "StartAt": "All",
        "States": {"All": {"Type": "Parallel", "Branches": branches, "End": True}},
    }


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


ALLOW = {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": "*"}
IN_ORGANIZATION = {**ALLOW, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}
DEFINITION = machine(A=put("a"), B=put("b"), C=put("c"))
FUNCTION = {"Type": "Task", "Resource": "${Function}", "End": True}
TEMPLATE = """
Parameters: {Elsewhere: {Type: String}}
Resources:
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !Ref Elsewhere
      Definition:
        StartAt: A
        States:
          A:
            Type: Task
            Resource: arn:aws:states:::dynamodb:putItem
            Parameters: {TableName: orders, Item: {}}
            End: true
"""


class TestSummary:
    """The last line of the formats for people."""

    def last_line(self, run: Run, *arguments: str) -> str:
        return run("--format", "full", *arguments).out.splitlines()[-1]

    def test_all_decided(self, run: Run) -> None:
        write("a.json", DEFINITION)
        write("policy.json", policy(ALLOW))
        line = self.last_line(run, "a.json", "--policy", "policy.json", "--ignore", "WF505")
        assert line == "no findings in 1 machine; 3 permissions checked"

    def test_some_undecided(self, run: Run) -> None:
        write("a.json", machine(A=put("a"), B=put("b"), F=FUNCTION))
        granted = {**ALLOW, "Resource": f"{TABLES}/a"}
        write("policy.json", policy(granted, {**IN_ORGANIZATION, "Resource": f"{TABLES}/b"}))
        arguments = ("a.json", "--policy", "policy.json")
        assert self.last_line(run, *arguments) == (
            "no findings in 1 machine; 3 permissions checked, 2 could not be decided "
            "(--show-unknown)"
        )
        assert self.last_line(run, *arguments, "--show-unknown") == (
            "no findings in 1 machine; 3 permissions checked, 2 could not be decided"
        )

    def test_no_policy(self, run: Run) -> None:
        write("a.json", DEFINITION)
        write("b.json", DEFINITION)
        assert self.last_line(run) == (
            "no findings in 2 machines; permissions not checked: no policy is given (--policy)"
        )

    def test_no_role(self, run: Run) -> None:
        write("template.yaml", TEMPLATE)
        assert self.last_line(run) == (
            "no findings in 1 machine; permissions not checked: the files do not show the role "
            "(--show-unknown)"
        )

    @pytest.mark.parametrize("arguments", [(), ("--show-unknown",)])
    def test_a_role_for_some(self, run: Run, arguments: tuple[str, ...]) -> None:
        write("a.json", DEFINITION)
        write("b.json", DEFINITION)
        write("policy.json", policy({**ALLOW, "Resource": f"{TABLES}/*"}))
        write(".sfn-lint.toml", '[[machine]]\ndefinition = "a.json"\npolicies = ["policy.json"]\n')
        assert self.last_line(run, *arguments).startswith(
            "no findings in 2 machines; 3 permissions checked; permissions of 1 machine not "
            "checked: no policy is given (--policy)"
        )

    def test_nothing_needed(self, run: Run) -> None:
        write("a.json", {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
        assert self.last_line(run) == "no findings in 1 machine"

    def test_no_rule_about_roles(self, run: Run) -> None:
        write("a.json", DEFINITION)
        assert self.last_line(run, "--select", "WF2") == "no findings in 1 machine"


class TestConcise:
    """The format for editors and hooks: one line about permissions, on standard error."""

    def test_all_decided(self, run: Run) -> None:
        write("a.json", DEFINITION)
        write("policy.json", policy({**ALLOW, "Resource": f"{TABLES}/*"}))
        assert run("a.json", "--policy", "policy.json") == (0, "", "")

    def test_some_undecided(self, run: Run) -> None:
        write("a.json", DEFINITION)
        write("policy.json", policy({**IN_ORGANIZATION, "Resource": f"{TABLES}/*"}))
        ran = run("a.json", "--policy", "policy.json")
        message = "3 permissions checked, 3 could not be decided (--show-unknown)"
        assert ran == (0, "", f"sfn-lint: {message}\n")

    def test_no_policy(self, run: Run) -> None:
        write("a.json", DEFINITION)
        message = "permissions not checked: no policy is given (--policy)"
        assert run("a.json") == (0, "", f"sfn-lint: {message}\n")

    @pytest.mark.parametrize("form", ["json", "sarif", "junit"])
    def test_nothing_else_for_programs(self, run: Run, form: str) -> None:
        write("a.json", DEFINITION)
        assert run("a.json", "--format", form).err == ""


class TestReasons:
    """`--show-unknown`: a line for each reason, at its place."""

    def reasons(self, run: Run, *arguments: str) -> list[str]:
        """The lines that are not findings."""
        return run("--show-unknown", "--select", "EF1", *arguments).out.splitlines()

    def test_a_reason_names_the_permissions(self, run: Run) -> None:
        write("a.json", DEFINITION)
        write("policy.json", policy(IN_ORGANIZATION))
        assert self.reasons(run, "a.json", "--policy", "policy.json") == [
            "policy.json:10:6: 3 permissions could not be decided: the value of "
            "'aws:PrincipalOrgID' is unknown (dynamodb:PutItem of states 'A', 'B' and 'C')"
        ]

    def test_a_single_permission(self, run: Run) -> None:
        write("a.json", machine(A=put("a")))
        [line] = self.reasons(run, "a.json")
        assert line == (
            "a.json:1:1: 1 permission could not be decided: no policy of the role is given "
            "(dynamodb:PutItem of state 'A')"
        )

    def test_unknown_needs_of_several_states(self, run: Run) -> None:
        write("a.json", machine(A=FUNCTION, B=FUNCTION, C=put("c")))
        write("policy.json", policy({**ALLOW, "Resource": f"{TABLES}/c"}))
        assert self.reasons(run, "a.json", "--policy", "policy.json") == [
            "a.json:12:20: the needs of states 'A' and 'B' are unknown: the files do not show the "
            "Resource",
            "a.json:12:20: unneeded permissions of the role defined by 'policy.json' are not "
            "reported: the needs of state 'A' are unknown",
        ]

    def test_every_combination_once(self, run: Run) -> None:
        role = "!If [IsProd, !Ref Elsewhere, !Ref Elsewhere]"
        condition = "Conditions: {IsProd: !Equals [!Ref Elsewhere, a]}\nResources:"
        text = TEMPLATE.replace("!Ref Elsewhere", role).replace("Resources:", condition)
        write("template.yaml", text)
        assert len(self.reasons(run)) == 1

    def test_settings(self, run: Run) -> None:
        tracing = "TracingConfiguration: {Enabled: true}\n      RoleArn"
        write("template.yaml", TEMPLATE.replace("RoleArn", tracing))
        [line] = self.reasons(run)
        assert "xray" in line

    def test_the_full_format(self, run: Run) -> None:
        write("a.json", machine(A=put("a")))
        lines = run("--format", "full", "--show-unknown").out.splitlines()
        assert lines[0].startswith("a.json:1:1: 1 permission could not be decided: ")
        assert lines[1] == ""
        assert len(lines) == 3

    def test_annotations(self, run: Run) -> None:
        write("a.json", machine(A=put("a")))
        lines = run("--format", "github", "--show-unknown").out.splitlines()
        assert lines[0].startswith("a.json:1:1: 1 permission could not be decided: ")
        assert len(lines) == 2
        assert len(run("--format", "github").out.splitlines()) == 1

    def test_exit_status(self, run: Run) -> None:
        write("a.json", DEFINITION)
        assert run("--show-unknown").status == 0


WITH_ROLE = (
    TEMPLATE.replace("!Ref Elsewhere", "!GetAtt Role.Arn")
    + """
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {PRINCIPAL}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: write
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Action: [dynamodb:PutItem, sqs:SendMessage], Resource: "*"}
"""
)
STEP_FUNCTIONS = "Service: states.amazonaws.com"


class TestUnneeded:
    """Why no permission of a role is called unneeded."""

    def reasons(self, run: Run, template: str) -> list[str]:
        write("template.yaml", template)
        return [
            line.partition(" are not reported: ")[2]
            for line in run("--show-unknown").out.splitlines()
            if "unneeded permissions of role 'Role' are not reported" in line
        ]

    def test_all_uses_are_known(self, run: Run) -> None:
        assert self.reasons(run, WITH_ROLE.replace("PRINCIPAL", STEP_FUNCTIONS)) == []

    @pytest.mark.parametrize(
        ("principal", "reason"),
        [
            (
                "Service: [states.amazonaws.com, lambda.amazonaws.com]",
                "'lambda.amazonaws.com' may use the role too",
            ),
            (
                f'{STEP_FUNCTIONS}, AWS: "123456789012"',
                "account '123456789012' may use the role too",
            ),
            (
                f"{STEP_FUNCTIONS}, AWS: !Ref AWS::AccountId",
                "account '${AWS::AccountId}' may use the role too",
            ),
        ],
    )
    def test_another_user(self, run: Run, principal: str, reason: str) -> None:
        assert self.reasons(run, WITH_ROLE.replace("PRINCIPAL", principal)) == [reason]

    def test_a_user_in_words(self, run: Run) -> None:
        """A role of the configuration may be used by other templates."""
        write("role.json", policy(ALLOW))
        write(
            "template.yaml", TEMPLATE.replace("!Ref Elsewhere", "arn:aws:iam::123456789012:role/r")
        )
        write(
            ".sfn-lint.toml",
            '[roles."arn:aws:iam::123456789012:role/r"]\npolicies = ["role.json"]\n',
        )
        assert "are not reported: other templates may use the role too" in run("--show-unknown").out

    def test_a_state_with_unknown_needs(self, run: Run) -> None:
        text = WITH_ROLE.replace("dynamodb:putItem", "dynamodb:fly")
        reasons = self.reasons(run, text.replace("PRINCIPAL", STEP_FUNCTIONS))
        assert reasons == ["the needs of state 'A' are unknown"]

    def test_a_call_of_the_sdk(self, run: Run) -> None:
        text = WITH_ROLE.replace("dynamodb:putItem", "aws-sdk:dynamodb:putItem")
        reasons = self.reasons(run, text.replace("PRINCIPAL", STEP_FUNCTIONS))
        assert reasons == ["the AWS SDK call of state 'A' may need other actions too"]

    def test_a_role_that_allows_nothing(self, run: Run) -> None:
        text = WITH_ROLE.replace("PRINCIPAL", "Service: lambda.amazonaws.com")
        assert (
            self.reasons(run, text.replace("Effect: Allow, Action: [", "Effect: Deny, Action: ["))
            == []
        )


class TestPrograms:
    def test_json(self, run: Run) -> None:
        both = put("a") | {"Resource": "arn:aws:states:::dynamodb:putItem"}
        write("a.json", machine(A=both, F=FUNCTION))
        write("policy.json", policy(IN_ORGANIZATION))
        report = json.loads(run("a.json", "--policy", "policy.json", "--format", "json").out)
        jsonschema.validate(report, SCHEMA)
        [checked] = report["machines"]
        permissions = checked["permissions"]
        assert (permissions["allowed"], permissions["denied"]) == (0, 0)
        needs, item = sorted(permissions["unknown"], key=lambda entry: len(entry["actions"]))
        assert item["actions"] == ["dynamodb:PutItem"]
        assert item["resource"] == f"{TABLES}/a"
        assert item["state"] == "A"
        assert item["reason"] == "the value of 'aws:PrincipalOrgID' is unknown"
        assert (item["file"], item["line"], item["column"]) == ("policy.json", 10, 6)
        assert (needs["actions"], needs["resource"], needs["state"]) == ([], None, "F")

    def test_json_groups_the_actions_on_a_resource(self, run: Run) -> None:
        job = {
            "Type": "Task",
            "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
            "Parameters": {"TrainingJobName": "a"},
            "End": True,
        }
        write("a.json", machine(A=job))
        report = json.loads(run("a.json", "--format", "json").out)
        unknown = report["machines"][0]["permissions"]["unknown"]
        assert any(len(entry["actions"]) > 1 for entry in unknown)
        resources = [(entry["resource"], entry["state"], entry["reason"]) for entry in unknown]
        assert len(set(resources)) == len(resources)

    def test_sarif(self, run: Run) -> None:
        write("a.json", DEFINITION)
        [log] = json.loads(run("a.json", "--format", "sarif").out)["runs"]
        assert log["properties"]["permissions"] == {"allowed": 0, "denied": 0, "unknown": 3}

    def test_markdown(self, run: Run) -> None:
        write("a.json", DEFINITION)
        write("policy.json", policy(IN_ORGANIZATION))
        lines = run("a.json", "--policy", "policy.json", "--format", "markdown").out.splitlines()
        assert lines[0] == (
            "## sfn-lint: no findings in 1 machine; 3 permissions checked, 3 could not be decided"
        )
        assert lines[2:] == [
            "### Permissions",
            "",
            "| state machine | allowed | denied | unknown |",
            "| --- | --- | --- | --- |",
            "| a.json | 0 | 0 | 3 |",
            "",
            "- policy.json:10: 3 permissions could not be decided: the value of "
            "'aws:PrincipalOrgID' is unknown (dynamodb:PutItem of states 'A', "
            "'B' and 'C')",
        ]

    def test_markdown_without_permissions(self, run: Run) -> None:
        write("a.json", {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
        assert "Permissions" not in run("a.json", "--format", "markdown").out

    def test_markdown_of_many_machines(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sfnlint.report.markdown._MOST_ROWS", 2)
        for name in "abc":
            write(f"{name}.json", machine(A=put(name)))
        out = run("--format", "markdown").out
        assert "\n1 more machine not shown.\n" in out
        assert "\n1 more reason not shown.\n" in out

"""The scripts that measure sfn-lint over cases and repositories."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import cases
import mutate_roles
import silent_machines
from sfnlint.result import Result

SEND = {
    "Type": "Task",
    "Resource": "arn:aws:states:::sqs:sendMessage",
    "Parameters": {"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/q"},
    "End": True,
}
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:q"
DEFINITION = {"StartAt": "Send", "States": {"Send": SEND}}
TRUST = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ]
}


def policy(*actions: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": QUEUE}
    return {"Version": "2012-10-17", "Statement": [statement]}


def template(definition: object, *actions: str) -> dict[str, Any]:
    inline = {"PolicyName": "p", "PolicyDocument": policy(*actions)}
    return {
        "Resources": {
            "Flow": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "Definition": definition,
                    "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                },
            },
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": TRUST, "Policies": [inline]},
            },
        }
    }


def write(path: Path, data: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = data if isinstance(data, str) else json.dumps(data, indent=1)
    path.write_text(text, encoding="utf-8")


class TestCases:
    def test_bad_and_good_without_an_expectation(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for name, action in (("bad", "sqs:ReceiveMessage"), ("good", "sqs:SendMessage")):
            write(tmp_path / "send" / f"{name}.asl.json", DEFINITION)
            write(tmp_path / "send" / f"{name}.policy.json", policy(action))
        assert cases.main([str(tmp_path)]) == 0
        write(tmp_path / "send/good.policy.json", policy("sqs:ReceiveMessage"))
        write(tmp_path / "send/bad.policy.json", policy("sqs:SendMessage"))
        assert cases.main([str(tmp_path)]) == 1
        assert capsys.readouterr().out.splitlines()[1:] == [
            "send: bad: none of 'E', 'W'",
            "send: good: reported: EF401 state 'Send' needs sqs:SendMessage on 'q', "
            "but the role defined by 'good.policy.json' does not allow it",
            "0 of 1 cases as expected, 0 for later",
        ]

    def expect(self, folder: Path, expected: object) -> int:
        write(folder / "expect.json", expected)
        write(folder / "cases/send/m.asl.json", DEFINITION)
        write(folder / "cases/send/t.json", template(DEFINITION, "sqs:SendMessage"))
        write(folder / "cases/send/policy.json", policy("sqs:ReceiveMessage"))
        arguments = [str(folder / "cases"), "--expect", str(folder / "expect.json")]
        return cases.main(arguments)

    @pytest.mark.parametrize(
        "met",
        [
            {"has": ["EF401 sqs:SendMessage"], "lacks": ["EF401 sns:Publish", "EF410"]},
            {"has_any": ["EF410", "EF4 'Send'"]},
            {"arguments": ["t.json"], "silent": "warning", "machines_with_role": 1},
        ],
    )
    def test_met(self, tmp_path: Path, met: dict[str, Any]) -> None:
        run = {"arguments": ["m.asl.json", "--policy", "policy.json"]} | met
        assert self.expect(tmp_path, {"send": {"runs": {"m": run}}}) == 0

    @pytest.mark.parametrize(
        ("run", "problem"),
        [
            ({"has": ["EF401 sns:Publish"]}, "no 'EF401 sns:Publish'"),
            ({"has_any": ["EF410", "W"]}, "none of 'EF410', 'W'"),
            ({"lacks": ["EF4"]}, "reported: EF401 state 'Send'"),
            ({"silent": "error"}, "reported: EF401 state 'Send'"),
            ({"machines_with_role": 0}, "1 machines with a role, not 0"),
            ({"arguments": ["none.json"]}, "sfn-lint: file or folder 'none.json' does not exist"),
        ],
    )
    def test_not_met(
        self,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        run: dict[str, Any],
        problem: str,
    ) -> None:
        run = {"arguments": ["m.asl.json", "--policy", "policy.json"]} | run
        assert self.expect(tmp_path, {"send": {"runs": {"m": run}}}) == 1
        assert f"send: m: {problem}" in capsys.readouterr().out

    def test_run_without_an_input_and_case_without_a_run(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self.expect(tmp_path, {"send": {"runs": {"other": {}}}}) == 1
        assert self.expect(tmp_path, {}) == 1
        out = capsys.readouterr().out
        assert "send: other: no such input" in out
        assert "send: no expectation" in out

    def test_for_later(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        later = {"send": {"later": "next", "runs": {"m": {"has": ["EF999"]}}}}
        assert self.expect(tmp_path, later) == 0
        assert "0 of 0 cases as expected, 1 for later" in capsys.readouterr().out
        arguments = [str(tmp_path / "cases"), "--expect", str(tmp_path / "expect.json"), "--all"]
        assert cases.main(arguments) == 1

    def test_folder_is_missing(self, tmp_path: Path) -> None:
        with pytest.raises(SystemExit, match="2"):
            cases.main([str(tmp_path / "none")])


class TestMutateRoles:
    def test_missing_permission_is_found(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        text = json.dumps(template(DEFINITION, "sqs:SendMessage"))
        write(tmp_path / "repository/t.json", text)
        assert mutate_roles.main([str(tmp_path / "repository")]) == 0
        rows = [line.split() for line in capsys.readouterr().out.splitlines()]
        assert rows[1:] == [
            ["1", "1", "0", "0", "repository"],
            ["1", "1", "0", "0", "all", "repositories"],
        ]
        assert (tmp_path / "repository/t.json").read_text(encoding="utf-8") == text

    def test_unknown_with_its_reason(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        data = template(DEFINITION, "sqs:SendMessage")
        managed = "arn:aws:iam::123456789012:policy/elsewhere"
        data["Resources"]["Role"]["Properties"]["ManagedPolicyArns"] = [managed]
        write(tmp_path / "t.json", data)
        assert mutate_roles.main([str(tmp_path)]) == 0
        assert "unknown: t.json:" in capsys.readouterr().out

    @pytest.mark.parametrize(
        "actions", [["sqs:*"], ["sqs:SendMessage", "sqs:Send*"], ["sns:Publish"]]
    )
    def test_no_place(self, tmp_path: Path, actions: Iterable[str]) -> None:
        write(tmp_path / "t.json", template(DEFINITION, *actions))
        assert mutate_roles.examine(tmp_path, 5, 0) == []

    def test_lost_machine_is_missed(self) -> None:
        outcome = mutate_roles.judge(Result([], [], []), "sqs:SendMessage")
        assert outcome.kind == "missed"

    def test_unreported_denial_is_missed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write(tmp_path / "t.json", template(DEFINITION, "sqs:SendMessage"))
        silent = mutate_roles.check
        monkeypatch.setattr(
            mutate_roles, "check", lambda folder: silent(folder)._replace(findings=[])
        )
        assert mutate_roles.main([str(tmp_path)]) == 1
        assert "sqs:SendMessage: the verdict is denied" in capsys.readouterr().out

    def test_places_depend_on_the_seed_only(self, tmp_path: Path) -> None:
        states = {
            name: SEND | {"Resource": f"arn:aws:states:::aws-sdk:sqs:{name}", "Next": "Send"}
            for name in ("purgeQueue", "deleteQueue", "receiveMessage")
        }
        actions = ["sqs:PurgeQueue", "sqs:DeleteQueue", "sqs:ReceiveMessage", "sqs:SendMessage"]
        for state in states.values():
            del state["End"]
        definition = {"StartAt": "Send", "States": states | {"Send": SEND}}
        write(tmp_path / "t.json", template(definition, *actions))
        first = mutate_roles.examine(tmp_path, 2, 0)
        assert len(first) == 2
        assert first == mutate_roles.examine(tmp_path, 2, 0)
        assert any(mutate_roles.examine(tmp_path, 2, seed) != first for seed in range(1, 9))

    def test_folder_is_missing(self, tmp_path: Path) -> None:
        with pytest.raises(SystemExit, match="2"):
            mutate_roles.main([str(tmp_path / "none")])

    def test_text_is_another(self, tmp_path: Path) -> None:
        write(tmp_path / "t.json", "sns:Publish")
        with pytest.raises(ValueError, match="not in the file"):
            mutate_roles.mutate(tmp_path, mutate_roles.Mutation("t.json", 0, "sqs:Send"), set())


class TestSilentMachines:
    def look(self, folder: Path) -> list[tuple[str, str]]:
        return [(verdict, str(candidate)) for verdict, candidate in silent_machines.look(folder)]

    def test_each_kind_that_is_checked(self, tmp_path: Path) -> None:
        write(tmp_path / "a.asl.json", DEFINITION)
        write(tmp_path / "t.json", template(DEFINITION))
        write(
            tmp_path / "tf/main.tf",
            'resource "aws_sfn_state_machine" "flow" {\n'
            f"  definition = jsonencode({json.dumps(DEFINITION)})\n"
            "}\n"
            '# module "x" { definition = { StartAt = "A", States = {} } }\n',
        )
        assert self.look(tmp_path) == [
            ("checked", "definition a.asl.json"),
            ("checked", "type t.json"),
            ("checked", "resource tf/main.tf aws_sfn_state_machine.flow"),
        ]

    def test_mentioned(self, tmp_path: Path) -> None:
        write(
            tmp_path / "main.tf",
            'resource "aws_sfn_state_machine" "flow" {\n  definition = var.flow\n}\n'
            'resource "aws_sfn_state_machine" "job" {\n  definition = file("job.json")\n}\n',
        )
        write(tmp_path / "job.json", '{"StartAt": "A", "States": }')
        assert self.look(tmp_path) == [
            ("mentioned", "definition job.json"),
            ("mentioned", "resource main.tf aws_sfn_state_machine.flow"),
            ("mentioned", "resource main.tf aws_sfn_state_machine.job"),
        ]

    def test_silent(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(tmp_path / "terragrunt.hcl", DEFINITION)
        write(tmp_path / "notes.txt", DEFINITION)
        write(tmp_path / "node_modules/a.asl.json", DEFINITION)
        write(tmp_path / "large.json", " " * silent_machines._MAX_BYTES + json.dumps(DEFINITION))
        assert silent_machines.main([str(tmp_path)]) == 1
        assert f"silent: {tmp_path.name}: definition terragrunt.hcl" in capsys.readouterr().out

    def test_modules_and_serverless(self, tmp_path: Path) -> None:
        call = 'module "flow" {\n  flow = jsonencode({ StartAt = "A", States = {} })\n}\n'
        write(tmp_path / "main.tf", call)
        write(tmp_path / "serverless.yml", "stepFunctions:\n  stateMachines: {}\n")
        found = [(each.kind, each.address) for each in silent_machines.search(tmp_path)]
        assert found == [("module", "module.flow"), ("serverless", "")]

    def test_all_and_folder_that_is_missing(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write(tmp_path / "a.asl.json", DEFINITION)
        assert silent_machines.main([str(tmp_path), "--all"]) == 0
        assert f"checked: {tmp_path.name}: definition a.asl.json" in capsys.readouterr().out
        with pytest.raises(SystemExit, match="2"):
            silent_machines.main([str(tmp_path / "none")])

"""The plug-in for cfn-lint: the same findings as the command line, at the same places."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Collection
from importlib.metadata import version
from inspect import signature
from pathlib import Path
from typing import cast

import cfnlint.decode
import pytest
from cfnlint.api import lint
from cfnlint.config import ManualArgs
from cfnlint.rules import Rules
from cfnlint.rules.resources.iam.IdentityPolicy import IdentityPolicy
from cfnlint.template import Template

import sfnlint.rule
from sfnlint.cli import main
from sfnlint.rule import all_rules
from sfnlint_rules import _cfn_lint_policies
from sfnlint_rules._cfn_lint_policies import PolicyRules

ROOT = Path(__file__).parent.parent
MODULE = "sfnlint_rules.cfn_lint"
MARKS = re.compile(r"AWS::(StepFunctions|Serverless)::StateMachine")
DEFINITION = {
    "StartAt": "Prepare",
    "States": {
        "Prepare": {"Type": "Pass", "End": True},
        "Report": {"Type": "Pass", "Next": "Report"},
    },
}
UNREACHABLE = "state 'Report' is unreachable from 'Prepare'"
SAM = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: flow/definition.asl.json
      Role: arn:aws:iam::123456789012:role/flow
"""
STRING = """\
Resources:
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: arn:aws:iam::123456789012:role/flow
      DefinitionString: !Sub |
        {
          "StartAt": "Prepare",
          "States": {
            "Prepare": {"Type": "Pass", "End": true},
            "Report": {"Type": "Pass", "Next": "Report"}
          }
        }
"""


def run(
    arguments: list[str],
    folder: Path,
    text: str | None = None,
    code: str = "from cfnlint import runner; runner.main()",
    how: str | None = MODULE,
) -> subprocess.CompletedProcess[str]:
    """Run cfn-lint in a folder with the plug-in."""
    if how:
        arguments = [*arguments, "-a", how]
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT / 'analyzer'}:{ROOT / 'rules'}",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    return subprocess.run(
        [sys.executable, "-c", code, *arguments, "-f", "parseable"],
        capture_output=True,
        text=True,
        cwd=folder,
        input=text,
        stdin=None if text is not None else subprocess.DEVNULL,
        env=environment,
        check=False,
    )


def ours(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the findings of our rules in the format `concise`."""
    assert "Traceback" not in done.stderr
    assert not re.search(r":E000[0-9]:", done.stdout)
    line = re.compile(r"(.+):(\d+):(\d+):\d+:\d+:([EWI]F\d{3}):(.*)")
    matches = [line.fullmatch(text) for text in done.stdout.splitlines()]
    return sorted("{}:{}:{}: {} {}".format(*match.groups()) for match in matches if match)


@pytest.fixture
def sam(tmp_path: Path) -> Path:
    (tmp_path / "flow").mkdir()
    text = json.dumps(DEFINITION, indent=2)
    (tmp_path / "flow" / "definition.asl.json").write_text(text)
    (tmp_path / "template.yaml").write_text(SAM)
    return tmp_path


@pytest.mark.usefixtures("every_rule")
@pytest.mark.parametrize("how", [MODULE, "rules"])
def test_the_same_as_the_command_line(
    how: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    templates = [
        file.relative_to(ROOT).as_posix()
        for file in sorted((ROOT / "testdata").rglob("*"))
        if file.suffix in (".yaml", ".yml", ".json", ".template")
        and MARKS.search(file.read_text(encoding="utf-8"))
    ]
    # Some faults of policies are left to these rules of cfn-lint.
    done = run([*templates, "-c", "I", "-i", "W3037", "E35"], ROOT, how=how)
    # cfn-lint runs no rules on templates that it cannot parse (IF026), and before 1.54 on templates
    # that the SAM translator rejects.
    refused = set(re.findall(r"^(.+?):[\d:]+:E000[01]:", done.stdout, re.MULTILINE))
    others = {file for file in refused if not file.startswith("testdata/IF026/")}
    assert not others or tuple(map(int, version("cfn-lint").split(".")[:2])) < (1, 54)
    done.stdout = re.sub(r"^.+:E000[01]:.*\n", "", done.stdout, flags=re.MULTILINE)
    main(["check", "--severity", "info", "--format", "concise", *{*templates} - refused])
    wanted = sorted(capsys.readouterr().out.splitlines())
    assert len(wanted) > 20
    assert ours(done) == wanted


POLICY = """\
Resources:
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      Definition: {StartAt: Done, States: {Done: {Type: Succeed}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: own
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Sid: Same, Effect: Deny, Action: s3:DeleteObject, Resource: records}
              - {Sid: Same, Effect: Deny, Action: s3:DeleteBucket, Resource: "*"}
              - {Sid: a b, Effect: Deny, Actions: s3:DeleteBucket, Resource: "*"}
              - {Effect: Deny, Action: s3:PutObject, Resource: !Sub "arn:aws:s3:${AWS::Region}::b"}
"""


def test_faults_of_policies_that_cfn_lint_reports(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(POLICY)
    done = run(["template.yaml"], tmp_path)
    assert [finding.split(" ")[1] for finding in ours(done)] == ["EF622"]
    rules = {"EF006", "EF620", "EF621", "EF622"}
    done = run(["template.yaml", "-i", "E3510"], tmp_path)
    found = [finding.split(" ")[1] for finding in ours(done)]
    assert set(found) == rules
    assert len(found) == 6


def policy_rules(text: str, ignored: Collection[str] = ()) -> PolicyRules:
    data, _ = cfnlint.decode.decode_str(text)
    assert data is not None
    return PolicyRules(Template("template.yaml", data), ignored)


STATEMENTS = ("Resources", "Role", "Properties", "Policies", 0, "PolicyDocument", "Statement")


def test_rules_of_another_version_of_cfn_lint(monkeypatch: pytest.MonkeyPatch) -> None:
    path = (*STATEMENTS, 2, "Sid")
    assert policy_rules(POLICY).report("EF620", path)
    assert not policy_rules(POLICY, ["E35"]).report("EF620", path)
    assert not policy_rules(POLICY).report("EF401", path)
    monkeypatch.setattr(_cfn_lint_policies, "_DOCUMENT_RULES", ("RuleOfTomorrow",))
    assert not policy_rules(POLICY).report("EF620", path)
    monkeypatch.setattr(_cfn_lint_policies, "_DOCUMENT_RULES", ("IdentityPolicy",))
    monkeypatch.setattr(IdentityPolicy, "validate", lambda _self: ())
    assert not policy_rules(POLICY).report("EF620", path)


def test_actions_that_cfn_lint_reports() -> None:
    rules = policy_rules(POLICY.replace("s3:PutObject", "[s3:PutObject, s3:Putt]"))
    assert rules.report("WF600", (*STATEMENTS, 3, "Action", 1))
    assert not rules.report("WF600", (*STATEMENTS, 3, "Action", 0))
    assert not rules.report("WF600", (*STATEMENTS, 3, "Resource"))


ACTIONS = """\
Resources:
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      Definition: {StartAt: Done, States: {Done: {Type: Succeed}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: states.amazonaws.com}}
      Policies:
        - PolicyName: queues
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: ["sqs:SendMessages", "sqs:Recieve*", "foo:Bar", !Sub "sqs:Frobnicate"]
                Resource: "*"
              - {Effect: Allow, NotAction: "sqs:SendMessages", Resource: "*"}
"""


def test_unknown_actions_are_left_to_cfn_lint(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(ACTIONS)
    done = run(["template.yaml"], tmp_path)
    assert done.stdout.count(":W3037:") == 4
    [left] = ours(done)
    assert "WF600 'sqs:Frobnicate'" in left
    ignored = ours(run(["template.yaml", "-i", "W3037"], tmp_path))
    assert [line.split()[1] for line in ignored] == ["WF600", "WF602", "WF601", "WF600", "WF600"]
    (tmp_path / "template.yaml").write_text(ACTIONS + "Transform: AWS::Serverless-2016-10-31\n")
    of_sam = run(["template.yaml"], tmp_path)
    assert ":W3037:" not in of_sam.stdout
    assert ours(of_sam) == ignored


def test_a_json_template(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    properties = {
        "RoleArn": "arn:aws:iam::123456789012:role/flow",
        "DefinitionString": {"Fn::Join": ["", [json.dumps(DEFINITION, indent=1)]]},
    }
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    (tmp_path / "template.json").write_text(json.dumps({"Resources": {"Flow": machine}}, indent=2))
    monkeypatch.chdir(tmp_path)
    main(["check", "--format", "concise", "template.json"])
    wanted = capsys.readouterr().out.splitlines()
    assert len(wanted) == 1
    assert ours(run(["template.json"], tmp_path)) == wanted


def test_a_definition_file(sam: Path) -> None:
    finding = f"flow/definition.asl.json:8:5: WF201 {UNREACHABLE}"
    assert ours(run(["template.yaml"], sam)) == [finding]
    (sam / ".cfnlintrc").write_text(f"append_rules: [{MODULE}]\n")
    assert ours(run(["template.yaml"], sam, how=None)) == [finding]


@pytest.mark.parametrize("arguments", [["-i", "WF201"], ["-i", "WF"]])
def test_ignored_on_the_command_line(arguments: list[str], sam: Path) -> None:
    assert ours(run(["template.yaml", *arguments], sam)) == []


METADATA = "Metadata: {cfn-lint: {config: {ignore_checks: [WF201]}}}\n"


@pytest.mark.parametrize("template", [SAM, STRING])
def test_ignored_in_the_template(template: str, sam: Path) -> None:
    file = sam / "template.yaml"
    file.write_text(template)
    assert len(ours(run(["template.yaml"], sam))) == 1
    file.write_text(METADATA + template)
    assert ours(run(["template.yaml"], sam)) == []
    assert len(ours(run(["template.yaml", "-m", "WF201"], sam))) == 1
    file.write_text(template.replace("    Properties:", f"    {METADATA}    Properties:"))
    assert ours(run(["template.yaml"], sam)) == []
    other = "  Topic: {Type: AWS::SNS::Topic, " + METADATA.strip() + "}\n"
    file.write_text(template + other)
    assert len(ours(run(["template.yaml"], sam))) == 1


@pytest.mark.parametrize(
    ("config", "wanted"),
    [
        ("", ["WF201"]),
        ('ignore = ["WF2"]', []),
        ('select = ["EF"]', []),
        ('per-file-ignores = {"flow/" = ["WF201"]}', []),
        ('per-file-ignores = {"template.yaml" = ["WF201"]}', ["WF201"]),
        # cfn-lint shows no rules of severity info by default.
        ('severity = {WF = "info"}', []),
        ('severity = {IF003 = "error"}', ["WF201", "IF003"]),
        ('slect = ["EF"]', ["EF001"]),
    ],
)
def test_the_configuration_applies(
    config: str,
    wanted: list[str],
    sam: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (sam / ".sfn-lint.toml").write_text(config)
    done = run(["template.yaml"], sam)
    assert [line.split()[1] for line in ours(done)] == wanted
    if wanted == ["EF001"]:
        assert "unknown key 'slect'; did you mean 'select'?" in done.stdout
        return
    monkeypatch.chdir(sam)
    main(["check", "--format", "concise", "template.yaml"])
    assert ours(done) == sorted(capsys.readouterr().out.splitlines())


def test_rules_of_severity_info(sam: Path) -> None:
    (sam / ".sfn-lint.toml").write_text('severity = {WF = "info"}\nignore = ["IF71"]')
    (sam / "template.yaml").write_text(SAM.replace("      Role:", "#"))
    for include in ("I", "WF201"):
        assert len(ours(run(["template.yaml", "-c", include], sam))) == 1
    assert ours(run(["template.yaml", "-c", "I", "-i", "WF2"], sam)) == []
    assert len(ours(run(["template.yaml", "-c", "I", "-i", "WF2", "-m", "WF201"], sam))) == 1
    (sam / ".sfn-lint.toml").unlink()
    include = "Metadata: {cfn-lint: {config: {include_checks: [I]}}}\n"
    (sam / "template.yaml").write_text(include + SAM)
    assert "IF003" in run(["template.yaml"], sam).stdout


def test_standard_input(sam: Path) -> None:
    done = run([], sam, STRING)
    assert ours(done) == [f"None:6:7: WF201 {UNREACHABLE}"]
    # The folder of the definition is unknown, so the file is not missing.
    assert ours(run([], sam, SAM.replace("flow/", "elsewhere/"))) == []


def test_from_python() -> None:
    # The type lacks `append_rules`, which cfn-lint documents.
    arguments = {"append_rules": [MODULE], "regions": ["us-east-1", "eu-west-1"]}
    found = lint(STRING, config=cast("ManualArgs", arguments))
    assert [match.linenumber for match in found if match.rule.id == "WF201"] == [6]


BROKEN_ENGINE = """
import sfnlint.engine
def run(*_): raise KeyError("x")
sfnlint.engine.run = run
"""
BROKEN_RULE = """
import sfnlint.engine, sfnlint.rule
def check(_): raise KeyError("x")
rules = dict(sfnlint.rule.all_rules())
rules["EF101"] = rules["EF101"]._replace(check=check)
sfnlint.engine.all_rules = lambda: rules
"""


@pytest.mark.parametrize(
    ("broken", "found", "who"),
    [(BROKEN_ENGINE, 0, ""), (BROKEN_RULE, 1, "EF101 ")],
)
def test_an_internal_error_fails_the_build(broken: str, found: int, who: str, sam: Path) -> None:
    code = broken + "from cfnlint import runner; runner.main()"
    failure = rf"{who}could not check template.yaml \(KeyError: 'x'\); please report it at \S+"
    done = run(["template.yaml"], sam, code=code)
    *findings, reported = ours(done)
    assert len(findings) == found
    assert re.fullmatch(f"template.yaml:1:1: EF000 {failure}", reported)
    assert (done.returncode, done.stderr) == (2 | 4 * found, "")
    done = run(["template.yaml", "-i", "EF000"], sam, code=code)
    assert len(ours(done)) == found
    assert done.returncode == 4 * found
    assert re.fullmatch(rf"sfn-lint: {failure}\n", done.stderr)


def test_a_file_that_is_not_read_is_one_finding(sam: Path) -> None:
    deep = "[" * 300 + "]" * 300
    (sam / "flow" / "definition.asl.json").write_text(f'{{"StartAt": "A", "States": {deep}}}')
    done = run(["template.yaml"], sam)
    assert [line.split()[1] for line in ours(done)] == ["EF001"]
    # Without EF001, the failure remains.
    [line] = ours(run(["template.yaml", "-i", "EF001"], sam))
    assert line.startswith("template.yaml:1:1: EF000 could not check flow/definition.asl.json (")


@pytest.mark.skipif(
    "enabled_rule_ids" not in signature(Rules.run_check).parameters,
    reason="this cfn-lint calls is_enabled after the rule",
)
def test_a_disabled_rule_is_not_run(sam: Path) -> None:
    code = BROKEN_RULE + "from cfnlint import runner; runner.main()"
    done = run(["template.yaml", "-i", "EF1"], sam, code=code)
    assert (done.stderr, len(ours(done))) == ("", 1)


def test_a_template_without_a_machine_imports_nothing(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text("Resources: {Topic: {Type: AWS::SNS::Topic}}\n")
    code = (
        "import atexit, sys\n"
        "names = {'sfnlint.engine', 'sfnlint.source', "
        "'sfnlint_rules.flow.wf201_unreachable_state'}\n"
        "atexit.register(lambda: print(sorted(names & set(sys.modules))))\n"
        "from cfnlint import runner; runner.main()"
    )
    assert run(["template.yaml"], tmp_path, code=code).stdout == "[]\n"
    (tmp_path / "template.yaml").write_text(STRING)
    assert "sfnlint.engine" in run(["template.yaml"], tmp_path, code=code).stdout


def test_every_rule_is_registered() -> None:
    from sfnlint_rules import cfn_lint

    for rule in all_rules().values():
        plug_in = vars(cfn_lint)[rule.id]()
        assert (plug_in.id, plug_in.shortdesc, plug_in.source_url) == (
            rule.id,
            rule.summary,
            rule.url,
        )
    assert sfnlint.rule.address("EF001") == all_rules()["EF001"].url

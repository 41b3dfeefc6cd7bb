"""The same four mistakes in every input format, each at its place.

To add a form of input, write a function below with `@way("its name")`, which returns files and
arguments of `sfn-lint check`. The definition and the policy are the same in each form, and each
string in `MISTAKES` must occur exactly once in its files.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
import yaml

from sfnlint.discovery import discover
from sfnlint.engine import run
from sfnlint.options import MachineConfig, Options

ACCOUNT = "us-east-1:123456789012"
DEFINITION: dict[str, Any] = {
    "StartAt": "Send",
    "States": {
        "Send": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {
                "QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/orders",
                "MessageBody": "m",
            },
            "Next": "Publish",
        },
        "Publish": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sns:publish",
            "Parameters": {"TopicArn": f"arn:aws:sns:{ACCOUNT}:news", "Message": "m"},
            "Next": "Vanished",
        },
    },
}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "send-orders",
            "Effect": "Allow",
            "Action": "sqs:SendMessage",
            "Resource": f"arn:aws:sqs:{ACCOUNT}:returns",
        }
    ],
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
MISTAKES = {
    "EF202": "Vanished",
    "EF401": f"arn:aws:sns:{ACCOUNT}:news",
    "EF410": f"arn:aws:sqs:{ACCOUNT}:returns",
    "EF620": "send-orders",
}
"""Rules, and where they speak: a state that is not there, a permission that is not given, a
permission for another queue, a Sid with a hyphen."""

Files = dict[str, str]
WAYS: dict[str, Callable[[], tuple[Files, Options]]] = {}
Way = Callable[[], tuple[Files, Options]]


def way(name: str) -> Callable[[Way], Way]:
    """Add a form of input: a function that returns the files, and options besides their folder."""

    def add(function: Way) -> Way:
        WAYS[name] = function
        return function

    return add


def pretty(data: object) -> str:
    return json.dumps(data, indent=2)


@way("ASL in JSON, policies by option")
def asl_json() -> tuple[Files, Options]:
    files = {"flow.asl.json": pretty(DEFINITION), "policy.json": pretty(POLICY)}
    return files, Options([Path("policy.json")])


@way("ASL in YAML, policies by option")
def asl_yaml() -> tuple[Files, Options]:
    files = {"flow.asl.yaml": yaml.safe_dump(DEFINITION), "policy.json": pretty(POLICY)}
    return files, Options([Path("policy.json")])


@way("ASL in JSON5, policies by option")
def asl_json5() -> tuple[Files, Options]:
    text = pretty(DEFINITION).replace('"States": {', "States: { // comment", 1)
    text = text.replace('"Vanished"', "'Vanished',")
    return {"flow.json5": text, "policy.json": pretty(POLICY)}, Options([Path("policy.json")])


@way("[[machine]] in the configuration")
def configured() -> tuple[Files, Options]:
    files = {"flow.asl.json": pretty(DEFINITION), "policy.json": pretty(POLICY)}
    machine = MachineConfig(Path("flow.asl.json"), [Path("policy.json")])
    return files, Options(machine_configs=[machine])


ROLE = f"""\
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {json.dumps(TRUST)}
      Policies:
        - PolicyName: orders
          PolicyDocument:
{indent(yaml.safe_dump(POLICY), " " * 12)}"""


def cloudformation(definition: str) -> Files:
    """A template in YAML with these properties for the definition."""
    return {
        "template.yaml": f"""\
Resources:
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
{indent(definition, " " * 6)}
{ROLE}"""
    }


@way("CloudFormation, Definition")
def object_in_template() -> tuple[Files, Options]:
    return cloudformation(yaml.safe_dump({"Definition": DEFINITION})), Options()


@way("CloudFormation, DefinitionString in a block")
def block() -> tuple[Files, Options]:
    text = "DefinitionString: |\n" + indent(pretty(DEFINITION), "  ")
    return cloudformation(text), Options()


@way("CloudFormation, DefinitionString in quotes")
def quoted() -> tuple[Files, Options]:
    return cloudformation(f"DefinitionString: {json.dumps(pretty(DEFINITION))}"), Options()


@way("CloudFormation, Fn::Sub")
def substituted() -> tuple[Files, Options]:
    text = pretty(DEFINITION).replace('"m"', '"${AWS::StackName}"')
    return cloudformation("DefinitionString: !Sub |\n" + indent(text, "  ")), Options()


@way("CloudFormation, Fn::Join of lines")
def joined() -> tuple[Files, Options]:
    lines = [f"    - {json.dumps(line)}" for line in pretty(DEFINITION).splitlines()]
    text = 'DefinitionString: !Join\n  - "\\n"\n  -\n' + "\n".join(lines)
    return cloudformation(text), Options()


@way("CloudFormation, Fn::ToJsonString")
def to_json() -> tuple[Files, Options]:
    data = {"DefinitionString": {"Fn::ToJsonString": DEFINITION}}
    return cloudformation(yaml.safe_dump(data)), Options()


@way("CloudFormation, DefinitionS3Location with a path")
def located() -> tuple[Files, Options]:
    files = cloudformation("DefinitionS3Location: flows/flow.asl.json")
    return {**files, "flows/flow.asl.json": pretty(DEFINITION)}, Options()


@way("CloudFormation, AWS::Include")
def included() -> tuple[Files, Options]:
    call = {"Name": "AWS::Include", "Parameters": {"Location": "flows/flow.asl.yaml"}}
    files = cloudformation(yaml.safe_dump({"Definition": {"Fn::Transform": call}}))
    return {**files, "flows/flow.asl.yaml": yaml.safe_dump(DEFINITION)}, Options()


def resources(machine: dict[str, Any]) -> dict[str, Any]:
    role = {
        "AssumeRolePolicyDocument": TRUST,
        "Policies": [{"PolicyName": "orders", "PolicyDocument": POLICY}],
    }
    return {
        "Flow": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {"RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}, **machine},
        },
        "Role": {"Type": "AWS::IAM::Role", "Properties": role},
    }


@way("CloudFormation in JSON")
def json_template() -> tuple[Files, Options]:
    template = {"Resources": resources({"DefinitionString": json.dumps(DEFINITION)})}
    return {"template.json": pretty(template)}, Options()


@way("a template of the CDK")
def cdk() -> tuple[Files, Options]:
    before, after = json.dumps(DEFINITION).split('"m"', 1)
    parts = [before + '"', {"Ref": "AWS::Partition"}, '"' + after]
    template = {"Resources": resources({"DefinitionString": {"Fn::Join": ["", parts]}})}
    template["Resources"]["Flow"]["Metadata"] = {"aws:cdk:path": "Stack/Flow/Resource"}
    return {"Stack.template.json": json.dumps(template, indent=1)}, Options()


def sam(definition: str) -> Files:
    return {
        "template.yaml": f"""\
Transform: AWS::Serverless-2016-10-31
Resources:
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties:
{indent(definition, " " * 6)}
      Policies:
        - {json.dumps(POLICY)}
"""
    }


@way("SAM, Definition")
def sam_object() -> tuple[Files, Options]:
    return sam(yaml.safe_dump({"Definition": DEFINITION})), Options()


@way("SAM, DefinitionUri")
def sam_file() -> tuple[Files, Options]:
    text = pretty(DEFINITION).replace('"m"', '"${Message}"')
    files = sam("DefinitionUri: flows/flow.asl.json\nDefinitionSubstitutions: {Message: m}")
    return {**files, "flows/flow.asl.json": text}, Options()


def service(definition: str, resources: str) -> Files:
    return {
        "serverless.yml": f"""\
service: orders
provider: {{name: aws}}
custom:
  policy: {json.dumps(POLICY)}
stepFunctions:
  stateMachines:
    flow:
      role: !GetAtt Role.Arn
      definition: {definition}
resources: {resources}
"""
    }


ROLE_OF_SERVICE = f"""\
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {json.dumps(TRUST)}
      Policies:
        - PolicyName: orders
          PolicyDocument: ${{self:custom.policy}}
"""


@way("a service of the Serverless Framework")
def serverless() -> tuple[Files, Options]:
    definition = "\n" + indent(yaml.safe_dump(DEFINITION), " " * 8)
    return service(definition, "\n" + indent(ROLE_OF_SERVICE, "  ")), Options()


@way("a service of the Serverless Framework in several files")
def serverless_files() -> tuple[Files, Options]:
    text = pretty(DEFINITION).replace('"m"', '"${self:service}"')
    files = service("${file(flows/flow.asl.json)}", "\n  - ${file(roles/role.yml)}")
    return {**files, "flows/flow.asl.json": text, "roles/role.yml": ROLE_OF_SERVICE}, Options()


@way("a file for a template engine")
def engine() -> tuple[Files, Options]:
    data = {"Definition": {"TimeoutSeconds": "{{ seconds }}", **DEFINITION}}
    files = sam(yaml.safe_dump(data).replace("'{{ seconds }}'", "{{ seconds }}"))
    assert ": {{ seconds }}" in files["template.yaml"]
    return files, Options()


@way("a plan of Terraform")
def terraform() -> tuple[Files, Options]:
    rows: list[tuple[str, str, dict[str, str], dict[str, list[str]]]] = [
        (
            "aws_sfn_state_machine",
            "flow",
            {"name": "flow", "type": "STANDARD", "definition": pretty(DEFINITION)},
            {"role_arn": ["aws_iam_role.role.arn"]},
        ),
        ("aws_iam_role", "role", {"name": "role", "assume_role_policy": json.dumps(TRUST)}, {}),
        (
            "aws_iam_role_policy",
            "orders",
            {"name": "orders", "role": "role", "policy": pretty(POLICY)},
            {},
        ),
    ]
    planned, changes, configured = [], [], []
    for kind, name, values, unknown in rows:
        start = {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name}
        planned.append({**start, "values": values})
        after = {"after_unknown": dict.fromkeys(unknown, True)}
        changes.append({"address": start["address"], "change": after})
        written = {field: {"references": [*names]} for field, names in unknown.items()}
        configured.append({**start, "expressions": written})
    plan = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": configured}},
    }
    return {"plan.json": json.dumps(plan, indent=1)}, Options()


TRUSTED = f"""
resource "aws_iam_role" "role" {{
  name               = "role"
  assume_role_policy = jsonencode({json.dumps(TRUST)})
}}
resource "aws_iam_role_policy" "orders" {{
  role   = aws_iam_role.role.id
  policy = <<-JSON
{indent(pretty(POLICY), "    ")}
  JSON
}}
resource "aws_sfn_state_machine" "flow" {{
  name       = "flow"
  role_arn   = aws_iam_role.role.arn
  definition = """


@way("a configuration of Terraform")
def hcl() -> tuple[Files, Options]:
    return {"main.tf": f"{TRUSTED}<<JSON\n{pretty(DEFINITION)}\nJSON\n}}\n"}, Options()


@way("a configuration of Terraform, file()")
def hcl_file() -> tuple[Files, Options]:
    call = 'file("${path.module}/../flows/flow.asl.json")'
    files = {"main.tf": 'module "flow" {\n  source = "./terraform"\n}\n'}
    files |= {"terraform/main.tf": TRUSTED + call + "\n}\n"}
    return {**files, "flows/flow.asl.json": pretty(DEFINITION)}, Options()


@way("a configuration of Terraform in JSON")
def hcl_json() -> tuple[Files, Options]:
    role = {"name": "role", "assume_role_policy": json.dumps(TRUST)}
    policy = {"role": "${aws_iam_role.role.id}", "policy": pretty(POLICY)}
    machine = {"role_arn": "${aws_iam_role.role.arn}", "definition": json.dumps(DEFINITION)}
    resources = {
        "aws_iam_role": {"role": role},
        "aws_iam_role_policy": {"orders": policy},
        "aws_sfn_state_machine": {"flow": machine},
    }
    return {"main.tf.json": json.dumps({"resource": resources}, indent=2)}, Options()


def found(paths: list[str], options: Options) -> dict[str, tuple[str, int, str]]:
    """For each rule that reports a mistake: the file, the line and the characters."""
    result = run(discover([Path(path) for path in paths]), options)
    shown: dict[str, tuple[str, int, str]] = {}
    for finding in result.findings:
        if finding.severity == "error":
            located = finding.place.locate()
            line = located.root.line_column(located.span.start)[0]
            text = located.root.text[located.span.start : located.span.end]
            assert finding.rule not in shown, "one mistake, one finding"
            shown[finding.rule] = located.root.file, line, text
    return shown


def write(files: Files, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".git").mkdir()
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    monkeypatch.chdir(folder)


@pytest.mark.parametrize("name", WAYS)
def test_the_mistakes_are_found_where_they_are(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, options = WAYS[name]()
    write(files, tmp_path, monkeypatch)
    where = found(["."], options)
    assert set(where) == set(MISTAKES)
    for rule, text in MISTAKES.items():
        [(file, whole)] = [(one, whole) for one, whole in files.items() if text in whole]
        assert whole.count(text) == 1
        line = whole[: whole.index(text)].count("\n") + 1
        assert where[rule][:2] == (file, line)
        assert where[rule][2].strip("\\\"'") == text


@pytest.mark.parametrize("name", [name for name in WAYS if len(WAYS[name]()[0]) > 1])
def test_the_definition_alone_leads_to_the_rest(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, options = WAYS[name]()
    write(files, tmp_path, monkeypatch)
    [definition] = [file for file, text in files.items() if MISTAKES["EF202"] in text]
    assert found([definition], options) == found(["."], options)

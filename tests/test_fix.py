"""`sfn-lint check --fix`: edits in every notation, refusals, and files that stay as they are."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sfnlint.cli import main

DEFINITION = {
    "StartAt": "Train",
    "States": {
        "Train": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
            "Parameters": {
                "TrainingJobName": "search",
                "RoleArn": "arn:aws:iam::123456789012:role/training",
            },
            "Next": "Send",
        },
        "Send": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": "QUEUE", "MessageBody": "done"},
            "End": True,
        },
    },
}
TRUST = "[{Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: 'sts:AssumeRole'}]"
ALLOWED = {
    "sagemaker:CreateTrainingJob",
    "sagemaker:DescribeTrainingJob",
    "sagemaker:StopTrainingJob",
    "sagemaker:AddTags",
    "sqs:SendMessage",
    "iam:PassRole",
    "events:PutRule",
    "events:PutTargets",
    "events:DescribeRule",
}


def template(policy: str) -> str:
    """A template in YAML whose role has a policy."""
    definition = json.dumps(DEFINITION).replace("QUEUE", "${Queue}")
    return f"""\
Resources:
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      DefinitionString: !Sub '{definition}'
  Queue:
    Type: AWS::SQS::Queue
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {TRUST}
      Policies:
      - PolicyName: own
        PolicyDocument:{policy}"""


def configuration(policy: str) -> str:
    """A Terraform configuration whose role has a policy."""
    definition = json.dumps(DEFINITION).replace("QUEUE", "${aws_sqs_queue.done.url}")
    return f"""\
resource "aws_sqs_queue" "done" {{
  name = "done"
}}
resource "aws_iam_role" "flow" {{
  assume_role_policy = jsonencode({{ Statement = [{{
    Effect = "Allow", Principal = {{ Service = "states.amazonaws.com" }}, Action = "sts:AssumeRole"
  }}] }})
}}
resource "aws_iam_role_policy" "own" {{
  role   = aws_iam_role.flow.id
  policy = {policy}
}}
resource "aws_sfn_state_machine" "flow" {{
  name       = "flow"
  role_arn   = aws_iam_role.flow.arn
  depends_on = [aws_iam_role_policy.own]
  definition = <<EOF
{definition}
EOF
}}
"""


JSON_POLICY = """\
{
            "Version": "2012-10-17",
            "Statement": [
              {
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": "*"
              }
            ]
          }"""
TEMPLATES = {
    "block": """
          Version: "2012-10-17"
          Statement:
          # read
          - Sid: Read
            Effect: Allow   # yes
            Action:
            - s3:GetObject
            Resource: "*" # all
      # the end
""",
    "indented block": """
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action: [s3:GetObject]
              Resource: "*"

Outputs: {}
""",
    "flow": """ {Version: "2012-10-17", Statement: [
          {Effect: Allow, Action: ['s3:GetObject'], Resource: '*'}]}
""",
    "string of Fn::Sub": f" !Sub |\n          {JSON_POLICY}\n",
    "quoted string of Fn::Sub": (
        ' !Sub \'{"Version": "2012-10-17", "Statement": '
        '{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}\'\n'
    ),
    "without a line break at the end": """
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action: s3:GetObject
              Resource: '*'""",
}
CONFIGURATIONS = {
    "jsonencode": """jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = "*"
      },
    ]
  })""",
    "jsonencode with JSON": (
        'jsonencode({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", '
        '"Action": ["s3:GetObject"], "Resource": "*"}]})'
    ),
    "heredoc": """<<EOF
{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
]}
EOF""",
    "document": """data.aws_iam_policy_document.own.json
}
data "aws_iam_policy_document" "own" {
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject"] # read
    resources = ["*"]
  }""",
}
NOTATIONS = {
    **{name: ("template.yaml", template(policy)) for name, policy in TEMPLATES.items()},
    **{name: ("main.tf", configuration(policy)) for name, policy in CONFIGURATIONS.items()},
}

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any) -> Cli:
    """Run the command line in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        try:
            status = main(list(arguments))
        except SystemExit as exit_:
            status = int(exit_.code or 0)
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    return run


def write(file: str, text: str) -> Path:
    path = Path(file)
    path.write_bytes(text.encode())
    return path


def added_lines(old: str, new: str) -> list[str]:
    """The lines that a text has more than another; fails if other lines differ."""
    left = iter(new.splitlines(keepends=True))
    added = []
    for line in old.splitlines(keepends=True):
        for other in left:
            if other == line:
                break
            added.append(other)
        else:
            pytest.fail(f"changed or gone: {line!r}")
    return [*added, *left]


@pytest.mark.parametrize("notation", NOTATIONS)
def test_missing_permissions_are_added(cli: Cli, notation: str) -> None:
    name, text = NOTATIONS[notation]
    file = write(name, text)
    status, patch, _ = cli("check", "--fix", "--diff", name)
    assert status == 1
    assert file.read_bytes().decode() == text
    status, out, err = cli("check", "--fix", name)
    assert (status, out) == (0, "")
    assert err == "sfn-lint: 5 findings fixed in 1 file\n"
    fixed = file.read_bytes().decode()
    assert all(f"{action}" in fixed for action in ALLOWED)
    assert cli("check", name) == (0, "", "")
    assert cli("check", "--fix", "--diff", name)[:2] == (0, "")
    assert file.read_bytes().decode() == fixed
    file.write_bytes(text.encode())
    applied = subprocess.run(
        ["git", "apply", "--unsafe-paths", "-"], input=patch, text=True, check=False
    )
    assert applied.returncode == 0
    assert file.read_bytes().decode() == fixed


@pytest.mark.parametrize("notation", ["block", "indented block", "document"])
def test_other_lines_stay_as_they_are(cli: Cli, notation: str) -> None:
    name, text = NOTATIONS[notation]
    file = write(name, text.replace("\n", "\r\n"))
    assert cli("check", "--fix", name)[0] == 0
    fixed = file.read_bytes().decode()
    assert added_lines(text.replace("\n", "\r\n"), fixed)
    assert fixed.count("\n") == fixed.count("\r\n")


MISSPELLED = [
    ("EF101", "TimeoutSecond", "TimeoutSeconds"),
    ("EF202", '"Sendd"', '"Send"'),
    ("EF301", "sqs:sendMesage", "sqs:sendMessage"),
    ("EF304", "states:::sqss:", "states:::sqs:"),
    ("WF121", "States.Timout", "States.Timeout"),
]
"""Rules with a misspelled name, and the name as it is corrected."""
SEND = """\
{
  "StartAt": "Send",
  "States": {
    "Send": {
      "Type": "Task",
      "Resource": "arn:aws:states:::sqs:sendMessage",
      "TimeoutSeconds": 5,
      "Parameters": {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/q"},
      "Retry": [{"ErrorEquals": ["States.Timeout"]}],
      "End": true
    }
  }
}
"""


@pytest.mark.parametrize(("rule", "wrong", "right"), MISSPELLED)
@pytest.mark.parametrize("in_terraform", [False, True])
def test_misspelled_names_are_corrected(
    cli: Cli, rule: str, wrong: str, right: str, in_terraform: bool
) -> None:
    text = SEND
    if in_terraform:
        text = f"""\
resource "aws_sfn_state_machine" "send" {{
  name       = "send"
  role_arn   = "arn:aws:iam::123456789012:role/flow"
  definition = <<EOF
{SEND}EOF
}}
"""
    name = "main.tf" if in_terraform else "send.asl.json"
    assert right in text
    file = write(name, text.replace(right, wrong, 1))
    assert cli("check", "--select", rule, "--fix", name)[:2] == (0, "")
    assert file.read_text(encoding="utf-8") == text


def test_two_similar_names_are_no_correction(cli: Cli) -> None:
    text = SEND.replace('"StartAt": "Send"', '"StartAt": "Sendx"').replace(
        '"States": {', '"States": {"Senda": {"Type": "Pass", "Next": "Send"},'
    )
    write("send.asl.json", text)
    status, out, err = cli("check", "--select", "EF202", "--fix", "send.asl.json")
    assert (status, err) == (1, "")
    assert "did you mean" in out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Parameters: {id: $.id}", "Parameters: {id.$: $.id}"),
        ('Parameters: {"id": "$.id"}', 'Parameters: {"id.$": "$.id"}'),
    ],
)
def test_a_path_in_a_payload_gets_its_suffix(cli: Cli, text: str, expected: str) -> None:
    machine = "StartAt: A\nStates:\n  A:\n    Type: Pass\n    {}\n    End: true\n"
    file = write("machine.asl.yaml", machine.format(text))
    assert cli("check", "--fix", "machine.asl.yaml")[0] == 0
    assert file.read_text(encoding="utf-8") == machine.format(expected)


def test_a_path_in_hcl_gets_its_suffix_and_quotes(cli: Cli) -> None:
    text = """\
resource "aws_sfn_state_machine" "send" {
  role_arn = "arn:aws:iam::123456789012:role/flow"
  definition = jsonencode({
    StartAt = "A", States = { A = { Type = "Pass", Parameters = { id = "$.id" }, End = true } }
  })
}
"""
    file = write("main.tf", text)
    assert cli("check", "--fix", "main.tf")[0] == 0
    assert file.read_text(encoding="utf-8") == text.replace("{ id =", '{ "id.$" =')


def test_log_destinations_get_their_end(cli: Cli) -> None:
    text = """\
resource "aws_cloudwatch_log_group" "flow" {
  name = "/aws/vendedlogs/flow"
}
resource "aws_sfn_state_machine" "send" {
  role_arn   = "arn:aws:iam::123456789012:role/flow"
  definition = jsonencode({ StartAt = "A", States = { A = { Type = "Succeed" } } })
  logging_configuration {
    log_destination = aws_cloudwatch_log_group.flow.arn
    level           = "ALL"
  }
}
"""
    file = write("main.tf", text)
    assert cli("check", "--fix", "main.tf")[0] == 0
    right = text.replace(
        "aws_cloudwatch_log_group.flow.arn", '"${aws_cloudwatch_log_group.flow.arn}:*"'
    )
    assert file.read_text(encoding="utf-8") == right


INDENTS = st.integers(2, 4)
ACTIONS = st.lists(
    st.sampled_from(["s3:GetObject", "s3:PutObject", "sqs:GetQueueUrl"]), min_size=1, max_size=3
).map(lambda actions: list(dict.fromkeys(actions)))
COMMENTS = st.sampled_from(["", " # why", '  # "quoted" - [x]', " # {}"])


@st.composite
def yaml_policies(draw: st.DrawFn) -> str:
    """Policies in YAML, with comments, in flow and block style."""
    indent, dash = " " * draw(INDENTS), " " * draw(st.sampled_from([0, 2, 3]))
    quote = draw(st.sampled_from(["", "'", '"']))
    field = "          "
    lines = [f"{field}Version: '2012-10-17'{draw(COMMENTS)}", f"{field}Statement:{draw(COMMENTS)}"]
    for number in range(draw(st.integers(1, 3))):
        gap = draw(st.sampled_from([" ", "   "]))
        first = f"{field}{dash}-{gap}"
        inner = " " * len(first)
        if draw(st.booleans()):
            lines.append(f"{first}Sid: S{number}")
            first = inner
        lines.append(f"{first}Effect: Allow{draw(COMMENTS)}")
        actions = [f"{quote}{action}{quote}" for action in draw(ACTIONS)]
        if draw(st.booleans()):
            lines.append(f"{inner}Action: [{', '.join(actions)}]{draw(COMMENTS)}")
        elif len(actions) == 1 and draw(st.booleans()):
            lines.append(f"{inner}Action: {actions[0]}{draw(COMMENTS)}")
        else:
            lines.append(f"{inner}Action:")
            lines += [f"{inner}{indent}- {action}{draw(COMMENTS)}" for action in actions]
        resource = draw(st.sampled_from(['"*"', "!GetAtt Queue.Arn", "['*']"]))
        lines.append(f"{inner}Resource: {resource}{draw(COMMENTS)}")
        lines += [""] * draw(st.integers(0, 1))
    return "\n" + "\n".join(lines) + "\n"


@st.composite
def json_policies(draw: st.DrawFn) -> str:
    """Policies in JSON, of any indentation."""
    statements: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(1, 3))):
        actions: list[str] | str = draw(ACTIONS)
        if len(actions) == 1 and draw(st.booleans()):
            actions = actions[0]
        fields = [("Effect", "Allow"), ("Action", actions), ("Resource", ["*"])]
        statements.append(dict(draw(st.permutations(fields))))
    indent = draw(st.sampled_from([None, 1, 2, 4, "\t"]))
    document = {"Version": "2012-10-17", "Statement": statements}
    separators = draw(st.sampled_from([(", ", ": "), (",", ":")]))
    return json.dumps(document, indent=indent, separators=separators)


@st.composite
def hcl_policies(draw: st.DrawFn) -> str:
    """Policies as arguments of jsonencode, in heredocs and in data sources."""
    if draw(st.booleans()):
        return f"<<EOF\n{draw(json_policies())}\nEOF"
    if draw(st.booleans()):
        return f"jsonencode({draw(json_policies())})"
    blocks = []
    for _ in range(draw(st.integers(1, 2))):
        comma = draw(st.sampled_from(["", ","]))
        between = draw(st.sampled_from([" ", "\n      "]))
        actions = f",{between}".join(f'"{action}"' for action in draw(ACTIONS))
        blocks.append(
            f"  statement {{{draw(COMMENTS)}\n    actions = [{between}{actions}{comma}{between}]"
            f'{draw(COMMENTS)}\n    resources = ["*"]\n  }}\n'
        )
    return (
        "data.aws_iam_policy_document.own.json\n}\n"
        f'data "aws_iam_policy_document" "own" {{\n{"".join(blocks)}'
    )


def fixed(cli: Cli, file: Path, text: str) -> str:
    """Fix a file; check that all is fixed, at once."""
    file.write_bytes(text.encode())
    status, out, err = cli("check", "--select", "EF", "--fix", file.name)
    assert (status, out) == (0, ""), (out, err)
    once = file.read_bytes().decode()
    assert cli("check", "--select", "EF", "--fix", "--diff", file.name)[:2] == (0, "")
    return once


# The folder and the command line are the same for all examples.
SHARED = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@SHARED
@given(policy=yaml_policies(), crlf=st.booleans())
def test_any_policy_in_yaml_is_fixed(cli: Cli, policy: str, crlf: bool) -> None:
    text = template(policy)
    text = text.replace("\n", "\r\n") if crlf else text
    new = fixed(cli, Path("template.yaml"), text)
    lines = set(new.splitlines())
    changed = [line for line in text.splitlines() if line not in lines]
    # The list of an action that had no list is on other lines.
    assert all("Action:" in line for line in changed)


@SHARED
@given(policy=json_policies(), in_string=st.booleans())
def test_any_policy_in_json_is_fixed(cli: Cli, policy: str, in_string: bool) -> None:
    document = yaml.load(template(" {}\n"), yaml.BaseLoader)
    resources = document["Resources"]
    properties = resources["Flow"]["Properties"]
    properties["DefinitionString"] = {"Fn::Sub": properties["DefinitionString"]}
    properties["RoleArn"] = {"Fn::GetAtt": ["Role", "Arn"]}
    own = resources["Role"]["Properties"]["Policies"][0]
    own["PolicyDocument"] = {"Fn::Sub": policy} if in_string else "POLICY"
    text = json.dumps(document, indent=2).replace('"POLICY"', policy)
    new = fixed(cli, Path("template.json"), text)
    old_data, new_data = json.loads(text), json.loads(new)
    for data in (old_data, new_data):
        del data["Resources"]["Role"]["Properties"]["Policies"]
    assert old_data == new_data


@SHARED
@given(policy=hcl_policies())
def test_any_policy_in_hcl_is_fixed(cli: Cli, policy: str) -> None:
    text = configuration(policy)
    new = fixed(cli, Path("main.tf"), text)
    kept = iter(new)
    # Nothing is removed.
    assert all(character in kept for character in text)


UNSAFE = """
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action:
                - s3:GetObject # why
                - "sqs:*"
                - sagemaker:*
              Resource: "*"

            - Effect: Allow
              Action: s3:*
              Resource: ["*"]
"""


def test_unneeded_permissions_are_removed_on_demand(cli: Cli) -> None:
    text = template(UNSAFE)
    file = write("template.yaml", text)
    options = ["check", "--severity", "info", "--ignore", "IF7", "--fix"]
    safe = cli(*options, "template.yaml")[1]
    assert "IF508" in safe
    assert "WF504" in safe
    assert cli(*options, "--unsafe-fixes", "template.yaml")[:2] == (0, "")
    new = file.read_text(encoding="utf-8")
    assert "s3:" not in new
    assert "*" not in new.partition("Policies")[2]
    assert cli(*options, "--unsafe-fixes", "--diff", "template.yaml")[:2] == (0, "")


def test_permissions_of_shared_roles_are_kept(cli: Cli) -> None:
    shared = """  Other:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt Role.Arn, Code: {ZipFile: x}, Handler: a.b, Runtime: python3.13}
  Role:
"""
    file = write("template.yaml", template(UNSAFE).replace("  Role:\n", shared, 1))
    before = file.read_text(encoding="utf-8")
    _, _, err = cli("check", "--select", "WF504", "--fix", "--unsafe-fixes", "template.yaml")
    assert "WF504 not fixed: the role is shared with 'Other'" in err
    assert file.read_text(encoding="utf-8") == before


PASS_ROLE = """
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action: iam:PassRole
              Resource: arn:aws:iam::123456789012:role/training{}
"""


def test_pass_role_gets_its_condition(cli: Cli) -> None:
    file = write("template.yaml", template(PASS_ROLE.format(" # all")))
    assert cli("check", "--select", "WF503", "--fix", "template.yaml")[:2] == (0, "")
    condition = (
        " # all\n              Condition:\n                StringEquals:\n"
        "                  iam:PassedToService: sagemaker.amazonaws.com"
    )
    assert file.read_text(encoding="utf-8") == template(PASS_ROLE.format(condition))


def test_pass_role_gets_its_condition_in_other_notations(cli: Cli) -> None:
    flow = """ {Version: "2012-10-17", Statement: [{Effect: Allow, Action: 'iam:PassRole',
          Resource: 'arn:aws:iam::123456789012:role/training'}]}
"""
    file = write("template.yaml", template(flow))
    assert cli("check", "--select", "WF503", "--fix", "template.yaml")[:2] == (0, "")
    added = ", Condition: {StringEquals: {iam:PassedToService: sagemaker.amazonaws.com}}}]}"
    assert file.read_text(encoding="utf-8") == template(flow.replace("}]}", added))
    document = """data.aws_iam_policy_document.own.json
}
data "aws_iam_policy_document" "own" {
  statement {
    actions   = ["iam:PassRole"]
    resources = ["arn:aws:iam::123456789012:role/training"]CONDITION
  }"""
    file = write("main.tf", configuration(document.replace("CONDITION", "")))
    assert cli("check", "--select", "WF503", "--fix", "main.tf")[:2] == (0, "")
    condition = """
    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["sagemaker.amazonaws.com"]
    }"""
    right = configuration(document.replace("CONDITION", condition))
    assert file.read_text(encoding="utf-8") == right


def test_an_action_is_added_to_the_statement_that_lacks_only_it(cli: Cli) -> None:
    text = """
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action: sqs:GetQueueUrl # url
              Resource: !GetAtt Queue.Arn
"""
    file = write("template.yaml", template(text))
    cli("check", "--select", "EF401", "--fix", "template.yaml")
    assert """              Action:
                - sqs:GetQueueUrl # url
                - sqs:SendMessage
              Resource: !GetAtt Queue.Arn
""" in file.read_text(encoding="utf-8")


def test_a_misspelled_rule_name_is_corrected(cli: Cli) -> None:
    name = "StepFunctionsGetEventsForSageMakerTrainingJobsRule"
    text = f"""
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action: [events:PutRule, events:PutTargets, events:DescribeRule]
              Resource: !Sub 'arn:aws:events:${{AWS::Region}}:${{AWS::AccountId}}:rule/{name}'
"""
    file = write("template.yaml", template(text.replace("JobsRule", "JobRule")))
    assert cli("check", "--select", "EF410", "--fix", "template.yaml")[:2] == (0, "")
    assert file.read_text(encoding="utf-8") == template(text)


SAM = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition:
        StartAt: Send
        States:
          Send:
            Type: Task
            Resource: arn:aws:states:::sqs:sendMessage
            Parameters: {QueueUrl: !Ref Queue, MessageBody: x}
            End: true
      Policies: # own
        - CloudWatchPutMetricPolicy: {}
  Queue:
    Type: AWS::SQS::Queue
"""


def test_sam_policies_get_a_statement(cli: Cli) -> None:
    file = write("template.yaml", SAM)
    assert cli("check", "--fix", "template.yaml")[:2] == (0, "")
    new = file.read_text(encoding="utf-8")
    assert [line.strip() for line in added_lines(SAM, new)][-4:] == [
        "Action:",
        "- sqs:SendMessage",
        "Resource:",
        "- !GetAtt Queue.Arn",
    ]


def test_a_policy_file_of_a_definition_is_fixed(cli: Cli) -> None:
    definition = json.dumps(DEFINITION).replace(
        "QUEUE", "https://sqs.us-east-1.amazonaws.com/123456789012/done"
    )
    write("flow.asl.json", definition)
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}],
    }
    file = write("policy.json", json.dumps(policy, indent=2))
    assert cli("check", "--fix", "flow.asl.json", "--policy", "policy.json")[:2] == (0, "")
    statements = json.loads(file.read_text(encoding="utf-8"))["Statement"]
    resources = {statement["Resource"] for statement in statements[1:]}
    rule = "StepFunctionsGetEventsForSageMakerTrainingJobsRule"
    assert f"arn:aws:events:*:*:rule/{rule}" in resources
    assert "arn:aws:sqs:us-east-1:123456789012:done" in resources


REFUSED = {
    "the value is in a branch of Fn::If": (
        "template.yaml",
        template(
            "\n          Fn::If:\n          - IsOn\n"
            "          - {Version: '2012-10-17', Statement: ["
            "{Effect: Allow, Action: ['s3:GetObject'], Resource: '*'}]}\n"
            "          - {Version: '2012-10-17', Statement: ["
            "{Effect: Allow, Action: ['s3:PutObject'], Resource: '*'}]}\n"
            "Parameters: {On: {Type: String}}\nConditions: {IsOn: !Equals [!Ref On, 'yes']}\n"
        ),
    ),
    "the policy is not written as a list of statements": (
        "template.yaml",
        template(
            "\n          Version: '2012-10-17'\n          Statement:\n"
            "            Effect: Allow\n            Action: s3:GetObject\n"
            "            Resource: '*'\n"
        ),
    ),
    "the role has no policy document in the files; run sfn-lint policy": (
        "template.yaml",
        template(" {}\n").partition("      Policies:\n")[0],
    ),
    "'template.yaml' is generated by the AWS CDK; run sfn-lint policy --as cdk, and add the "
    "statements to the role of construct 'App/Flow/Role'": (
        "template.yaml",
        template(TEMPLATES["flow"]).replace(
            "    Type: AWS::IAM::Role\n",
            "    Type: AWS::IAM::Role\n    Metadata: {'aws:cdk:path': App/Flow/Role}\n",
        ),
    ),
    "'template.yaml' is generated by the AWS CDK; run sfn-lint policy --as cdk, and add the "
    "statements to the role of the construct": (
        "template.yaml",
        template(TEMPLATES["flow"]) + "Parameters: {BootstrapVersion: {Type: String}}\n",
    ),
    "'template.yaml' is generated by sam build; change the template that it is built from": (
        ".aws-sam/template.yaml",
        template(TEMPLATES["flow"]),
    ),
    "a Deny statement is not changed": (
        "template.yaml",
        template(
            """
          Version: "2012-10-17"
          Statement:
            - {Effect: Allow, Action: '*', Resource: '*'}
            - {Effect: Deny, Action: 'sqs:*', Resource: '*'}
"""
        ),
    ),
    "a permissions boundary is not changed": (
        "template.yaml",
        template(
            """
          Version: "2012-10-17"
          Statement:
            - {Effect: Allow, Action: '*', Resource: '*'}
      PermissionsBoundary: !Ref Boundary
  Boundary:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Action: 's3:*', Resource: '*'}]
"""
        ),
    ),
    "the resource is not known: its value is known only at run time": (
        "template.yaml",
        template(TEMPLATES["flow"])
        .replace('"${Queue}"', '"x"')
        .replace('"QueueUrl":', '"QueueUrl.$":')
        .replace('"QueueUrl.$": "x"', '"QueueUrl.$": "$.url"'),
    ),
}
"""Reasons with a file whose findings are not fixed because of them."""


@pytest.mark.parametrize("reason", REFUSED)
def test_refusals_name_their_reason(cli: Cli, reason: str) -> None:
    name, text = REFUSED[reason]
    Path(name).parent.mkdir(exist_ok=True)
    file = write(name, text)
    assert cli("check", "--select", "E", "--fix", "--diff", name)[0] in (0, 1)
    status, _, err = cli("check", "--select", "E", "--fix", name)
    assert status == 1
    assert f" not fixed: {reason}\n" in err
    if "run time" not in reason:
        assert file.read_text(encoding="utf-8") == text


def test_output_of_the_aws_cli_is_refused(cli: Cli) -> None:
    role = "arn:aws:iam::123456789012:role/flow"
    machine = {
        "stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:flow",
        "name": "flow",
        "roleArn": role,
        "type": "STANDARD",
        "definition": SEND.replace('"Send"', '"Sendd"', 1),
    }
    file = write("machine.json", json.dumps(machine))
    before = file.read_bytes()
    _, _, err = cli("check", "--select", "EF202", "--fix", "machine.json")
    assert "'machine.json' is output of the AWS CLI" in err
    assert file.read_bytes() == before


def test_read_only_files_are_refused(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    write("template.yaml", template(TEMPLATES["flow"]))
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    _, _, err = cli("check", "--fix", "template.yaml")
    assert "'template.yaml' is read-only" in err


def test_symbolic_links_are_refused(cli: Cli) -> None:
    write("real.yaml", template(TEMPLATES["flow"]))
    Path("template.yaml").symlink_to("real.yaml")
    _, _, err = cli("check", "--fix", "template.yaml")
    assert "'template.yaml' is not a regular file" in err


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\xff\xfe"])
def test_byte_order_marks_stay(cli: Cli, mark: bytes) -> None:
    text = template(TEMPLATES["flow"])
    content = mark + text.encode("utf-16-le" if mark == b"\xff\xfe" else "utf-8")
    Path("template.yaml").write_bytes(content)
    status, _, err = cli("check", "--fix", "template.yaml")
    new = Path("template.yaml").read_bytes()
    if mark == b"\xff\xfe":
        assert new == content
        assert "encoding that edits would change" in err
    else:
        assert status == 0
        assert new.startswith(mark + b"Resources")


def test_files_that_change_meanwhile_are_not_written(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sfnlint.fixing.session import Session

    file = write("template.yaml", template(TEMPLATES["flow"]))
    run = Session.run

    def run_and_change(session: Session) -> None:
        run(session)
        file.write_text("{}", encoding="utf-8")

    monkeypatch.setattr(Session, "run", run_and_change)
    status, _, err = cli("check", "--fix", "template.yaml")
    assert status == 2
    assert "'template.yaml' was changed during the run; run sfn-lint again" in err
    assert file.read_text(encoding="utf-8") == "{}"


def test_suppressed_findings_are_not_fixed(cli: Cli) -> None:
    comment = '"Comment": "sfn-lint: ignore[EF402] by another tool", "StartAt"'
    text = template(TEMPLATES["flow"]).replace('"StartAt"', comment)
    file = write("template.yaml", text)
    assert cli("check", "--select", "EF402", "--fix", "template.yaml")[:2] == (0, "")
    assert file.read_text(encoding="utf-8") == text


def test_findings_of_the_baseline_are_not_fixed(cli: Cli) -> None:
    file = write("template.yaml", template(TEMPLATES["flow"]))
    before = file.read_bytes()
    cli("check", "--write-baseline", "known.json", "template.yaml")
    options = ["--baseline", "known.json", "--fix", "template.yaml"]
    assert cli("check", *options)[0] == 0
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--diff"], "--diff needs --fix"),
        (["--unsafe-fixes"], "--unsafe-fixes needs --fix"),
        (["--fix", "-"], "--fix edits files; it cannot be combined with standard input (-)"),
        (["--fix", "--write-baseline", "b"], "--fix cannot be combined with --write-baseline"),
    ],
)
def test_wrong_usage(cli: Cli, options: list[str], message: str) -> None:
    status, _, err = cli("check", *options)
    assert status == 2
    assert message in err


def test_json_and_sarif_have_the_edits(cli: Cli) -> None:
    text = template(TEMPLATES["block"])
    write("template.yaml", text)
    report = json.loads(cli("check", "--format", "json", "--select", "EF401", "template.yaml")[1])
    edits = [finding["fixes"] for finding in report["findings"]]
    assert [[fix["file"] for fix in fixes] for fixes in edits] == [["template.yaml"]] * 2
    sarif = json.loads(cli("check", "--format", "sarif", "--select", "EF401", "template.yaml")[1])
    for fixes, result in zip(edits, sarif["runs"][0]["results"], strict=True):
        ((edit,),) = (fix["edits"] for fix in fixes)
        (change,) = result["fixes"][0]["artifactChanges"]
        assert change["artifactLocation"]["uri"].endswith("template.yaml")
        (replacement,) = change["replacements"]
        assert replacement["insertedContent"]["text"] == edit["text"]
        assert replacement["deletedRegion"]["startLine"] == edit["line"]
        lines = text.splitlines(keepends=True)
        start = sum(map(len, lines[: edit["line"] - 1])) + edit["column"] - 1
        end = sum(map(len, lines[: edit["end_line"] - 1])) + edit["end_column"] - 1
        new = text[:start] + edit["text"] + text[end:]
        write("template.yaml", new)
        after = json.loads(
            cli("check", "--format", "json", "--select", "EF401", "template.yaml")[1]
        )
        assert len(after["findings"]) == 1


def test_a_patch_is_no_silence_about_what_was_not_checked(cli: Cli) -> None:
    Path("empty").mkdir()
    status, out, err = cli("check", "--fix", "--diff", "empty")
    assert (status, out, err) == (2, "", "sfn-lint: no file to check in 'empty'\n")
    write("other.yaml", "a: 1\n")
    assert cli("check", "--fix", "--diff", "other.yaml") == cli("check", "other.yaml")
    write("large.json", "[" + " " * 21_000_000)
    status, _, err = cli("check", "--fix", "--diff", "large.json")
    assert status == 2
    assert "larger than 20 MB" in err

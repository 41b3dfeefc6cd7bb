"""The same mistake in every form of a SAM state machine: equal findings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

import sfnlint
from sfnlint.finding import Finding
from sfnlint.iam.decision import Verdict
from sfnlint.iam.evaluate import Grants
from sfnlint.iam.pattern import Pattern
from sfnlint.inputs.sam import reader as sam_reader
from sfnlint.inputs.sam.policies import policy_templates
from sfnlint.report.positions import position
from sfnlint.source import parse
from sfnlint.subject import Subject

HEAD = "Transform: AWS::Serverless-2016-10-31\n"
TRAIN = {
    "StartAt": "Train",
    "States": {
        "Train": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sagemaker:createTrainingJob",
            "TimeoutSeconds": 600,
            "Parameters": {"TrainingJobName": "nightly", "RoleArn": "${Role}"},
            "End": True,
        }
    },
}
SUBSTITUTIONS = {"Role": "arn:aws:iam::111122223333:role/training", "Timeout": 600}
ACTIONS = ["sagemaker:CreateTrainingJob", "sagemaker:AddTags", "sagemaker:ListTags"]
JOB = {
    "Fn::Sub": "arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:training-job/"
    "nightly"
}
START = {"Statement": [{"Effect": "Allow", "Action": ACTIONS, "Resource": JOB}]}
"""Allows to start and tag the job, but not to pass a role."""
PASS = {
    "Statement": {
        "Effect": "Allow",
        "Action": "iam:PassRole",
        "Resource": SUBSTITUTIONS["Role"],
        "Condition": {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
    }
}
TRUST = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ]
}
NO_VALUE = {"Ref": "AWS::NoValue"}


def template(properties: dict[str, Any], **more: Any) -> str:
    machine = {"Type": "AWS::Serverless::StateMachine", "Properties": properties}
    if "Connectors" in more:
        machine["Connectors"] = more.pop("Connectors")
    data = {"Resources": {"Machine": machine, **more.pop("resources", {})}, **more}
    return HEAD + yaml.safe_dump(data, sort_keys=False)


def subject(properties: dict[str, Any], **more: Any) -> Subject:
    document = parse(template(properties, **more), "template.yaml", "yaml")
    [found] = sam_reader.read(document).subjects
    return found


def answer(machine: Subject, action: str, resource: str) -> Verdict:
    role = machine.role
    assert role is not None
    grants = Grants(
        role.policies,
        unread_policies=role.unread_policies,
        limits=role.limits,
        unread_limits=role.unread_limits,
    )
    return grants.decide(action, Pattern.literal(resource, machine.symbols), {}).verdict


def lines(findings: list[Finding], *rules: str) -> list[tuple[str, str, int]]:
    spots = [(finding.rule, position(finding.place)) for finding in findings]
    return [(rule, Path(at.file).name, at.line) for rule, at in spots if rule in rules or not rules]


def line_of(text: str, part: str) -> int:
    [line] = [number for number, line in enumerate(text.split("\n"), 1) if part in line]
    return line


# Definitions

INLINE = {"Definition": TRAIN, "DefinitionSubstitutions": {"Role": SUBSTITUTIONS["Role"]}}


def test_inline_definition(tmp_path: Path) -> None:
    text = template({**INLINE, "Policies": [START]})
    (tmp_path / "template.yaml").write_text(text)
    findings = sfnlint.check([tmp_path])
    assert lines(findings) == [("EF402", "template.yaml", line_of(text, "RoleArn"))]
    assert [position(note.place).line for note in findings[0].notes] == [line_of(text, "Policies:")]


UNQUOTED = json.dumps(TRAIN, indent=1).replace("600", "${Timeout}")
FILES = {
    "machine.asl.json": json.dumps(TRAIN, indent=1),
    "unquoted.asl.json": UNQUOTED,
    "machine.asl.yaml": yaml.safe_dump(TRAIN, sort_keys=False),
    "unquoted.asl.yaml": yaml.safe_dump(TRAIN, sort_keys=False).replace("600", "${Timeout}"),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("folder", ["infra", "."])
def test_definition_in_a_file(name: str, folder: str, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "machines").mkdir()
    (tmp_path / folder).mkdir(exist_ok=True)
    (tmp_path / "machines" / name).write_text(FILES[name])
    uri = f"../machines/{name}" if folder == "infra" else f"machines/{name}"
    names = SUBSTITUTIONS if "unquoted" in name else {"Role": SUBSTITUTIONS["Role"]}
    text = template(
        {"DefinitionUri": uri, "DefinitionSubstitutions": names, "Policies": [START]},
    )
    (tmp_path / folder / "template.yaml").write_text(text)
    findings = sfnlint.check([tmp_path])
    assert lines(findings) == [("EF402", name, line_of(FILES[name], "RoleArn"))]
    notes = [
        (Path(position(note.place).file).name, position(note.place).line)
        for note in findings[0].notes
    ]
    assert notes == [("template.yaml", line_of(text, "Policies:"))]


_NOTE = "state machine 'Machine' is defined here"


def test_packaged_definition_of_cloudformation(tmp_path: Path) -> None:
    (tmp_path / "machine.asl.json").write_text(
        json.dumps({"StartAt": "Nowhere", "States": {"A": {"Type": "Succeed"}}})
    )
    machine = {"DefinitionS3Location": "machine.asl.json", "RoleArn": "arn:aws:iam::1:role/r"}
    resource = {"Type": "AWS::StepFunctions::StateMachine", "Properties": machine}
    text = json.dumps({"Resources": {"Machine": resource}}, indent=1)
    (tmp_path / "template.json").write_text(text)
    findings = [one for one in sfnlint.check([tmp_path]) if one.rule == "EF202"]
    assert lines(findings) == [("EF202", "machine.asl.json", 1)]
    assert [note.message for note in findings[0].notes] == [_NOTE]
    assert [position(note.place).line for note in findings[0].notes] == [line_of(text, '"Machine"')]


def test_a_definition_of_a_template_is_checked_once(tmp_path: Path) -> None:
    (tmp_path / "a.asl.json").write_text(FILES["machine.asl.json"])
    passing = template(
        {
            "DefinitionUri": "a.asl.json",
            "DefinitionSubstitutions": {"Role": SUBSTITUTIONS["Role"]},
            "Policies": [START, PASS],
        }
    )
    (tmp_path / "template.yaml").write_text(passing)
    (tmp_path / "alone.asl.json").write_text(
        '{"StartAt": "A", "States": {"B": {"Type": "Succeed"}}}'
    )
    policy = tmp_path / "policy.json"
    start = {"Effect": "Allow", "Action": ACTIONS, "Resource": "*"}
    policy.write_text(json.dumps({"Statement": [start]}))
    # With the policy of plain definitions, the template's would lack iam:PassRole.
    findings = sfnlint.check([tmp_path], policies=[policy])
    files = {Path(position(one.place).file).name for one in findings}
    assert "alone.asl.json" in files
    assert "a.asl.json" not in files
    assert not [one for one in findings if one.rule == "EF402"]
    alone = sfnlint.check([tmp_path / "a.asl.json"], policies=[policy])
    assert "EF402" in {one.rule for one in alone}


# Policies

WAYS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "list of documents": ({"Policies": [START]}, {}),
    "one document": ({"Policies": START}, {}),
    "a condition's branch": (
        {"Policies": [{"Fn::If": ["Prod", START, START]}]},
        {"Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}}},
    ),
    "nothing else in a branch": (
        {"Policies": [START, {"Fn::If": ["Prod", NO_VALUE, NO_VALUE]}]},
        {"Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}}},
    ),
    "a managed policy of the template": (
        {"Policies": [{"Ref": "Start"}]},
        {
            "resources": {
                "Start": {
                    "Type": "AWS::IAM::ManagedPolicy",
                    "Properties": {"PolicyDocument": START},
                }
            }
        },
    ),
    "a policy attached to the role that SAM makes": (
        {},
        {
            "resources": {
                "Start": {
                    "Type": "AWS::IAM::Policy",
                    "Properties": {
                        "PolicyName": "start",
                        "Roles": [{"Ref": "MachineRole"}],
                        "PolicyDocument": START,
                    },
                }
            }
        },
    ),
    "a role of its own": (
        {"Role": {"Fn::GetAtt": ["Own", "Arn"]}},
        {
            "resources": {
                "Own": {
                    "Type": "AWS::IAM::Role",
                    "Properties": {
                        "AssumeRolePolicyDocument": TRUST,
                        "Policies": [{"PolicyName": "start", "PolicyDocument": START}],
                    },
                }
            }
        },
    ),
    "a boundary": (
        {"Policies": [START, PASS], "PermissionsBoundary": {"Ref": "Limit"}},
        {
            "resources": {
                "Limit": {
                    "Type": "AWS::IAM::ManagedPolicy",
                    "Properties": {"PolicyDocument": START},
                }
            }
        },
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_form_of_policies(way: str, tmp_path: Path) -> None:
    properties, more = WAYS[way]
    text = template({**INLINE, **properties}, **more)
    (tmp_path / "template.yaml").write_text(text)
    findings = sfnlint.check([tmp_path])
    place = line_of(text, "RoleArn: ${Role}")
    assert lines(findings) == [("EF402", "template.yaml", place)]


def test_a_branch_without_the_policy(tmp_path: Path) -> None:
    prod = {"Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}}}
    branch = {"Fn::If": ["Prod", PASS, NO_VALUE]}
    (tmp_path / "template.yaml").write_text(
        template({**INLINE, "Policies": [START, branch]}, **prod)
    )
    [finding] = sfnlint.check([tmp_path])
    assert finding.rule == "EF402"
    assert finding.message.endswith("(when Prod is false)")


def test_an_unknown_managed_policy_may_grant_anything() -> None:
    arn = "arn:aws:iam::111122223333:policy/of-the-company"
    machine = subject({**INLINE, "Policies": [START, arn]})
    assert answer(machine, "iam:PassRole", "arn:aws:iam::1:role/r") is Verdict.UNKNOWN


@pytest.mark.parametrize("entry", [{"NewPolicyOfAWS": {}}, {"Fn::Transform": {}}, 5, [START]])
def test_an_unknown_entry_may_grant_anything(entry: object) -> None:
    machine = subject({**INLINE, "Policies": [START, entry]})
    assert answer(machine, "iam:PassRole", "arn:aws:iam::1:role/r") is Verdict.UNKNOWN


def test_empty_policies_grant_nothing() -> None:
    assert answer(subject(INLINE), "iam:PassRole", "arn:aws:iam::1:role/r") is Verdict.DENIED


def test_tracing_grants_what_it_needs() -> None:
    assert answer(subject(INLINE), "xray:PutTraceSegments", "*") is Verdict.DENIED
    traced = subject({**INLINE, "Tracing": {"Enabled": True}})
    assert answer(traced, "xray:PutTraceSegments", "*") is Verdict.ALLOWED
    assert traced.settings is not None
    on = {name for name, setting in traced.settings.items() if setting.state == "on"}
    assert on == {"tracing"}


def test_settings_and_type() -> None:
    group = {"CloudWatchLogsLogGroup": {"LogGroupArn": "arn:aws:logs:eu-west-1:1:log-group:g:*"}}
    logging = {"Level": "ALL", "Destinations": [group]}
    machine = subject({**INLINE, "Logging": logging, "Type": "EXPRESS"})
    assert machine.type == "EXPRESS"
    assert machine.settings is not None
    assert machine.settings["logging"].state == "on"
    # SAM grants nothing for it.
    assert answer(machine, "logs:CreateLogDelivery", "*") is Verdict.DENIED


# Policy templates


def test_there_are_all_policy_templates() -> None:
    assert len(policy_templates()) == 81


@pytest.mark.parametrize("name", policy_templates())
def test_every_policy_template_is_a_policy(name: str) -> None:
    parameters = policy_templates()[name]["parameters"]
    machine = subject({**INLINE, "Policies": [{name: dict.fromkeys(parameters, "given")}]})
    assert machine.role is not None
    assert machine.role.is_complete
    [policy] = machine.role.policies
    assert not policy.problems
    for statement in policy.statements:
        assert statement.actions
        assert all(":" in str(item.pattern) for item in statement.actions)
    resources = [str(i.pattern) for one in policy.statements for i in one.resources]
    conditions = [str(v.pattern) for s in policy.statements for c in s.conditions for v in c.values]
    for resource in resources:
        assert resource == "*" or resource == "given" or resource.startswith("arn:")
    assert not parameters or any("given" in one for one in resources + conditions)


@pytest.mark.parametrize(
    ("policy", "action", "resource"),
    [
        (
            {"LambdaInvokePolicy": {"FunctionName": "f"}},
            "lambda:InvokeFunction",
            "lambda:%:function:f",
        ),
        ({"DynamoDBWritePolicy": {"TableName": "t"}}, "dynamodb:UpdateItem", "dynamodb:%:table/t"),
        ({"SQSSendMessagePolicy": {"QueueName": "q"}}, "sqs:SendMessage", "sqs:%:q"),
        ({"SNSPublishMessagePolicy": {"TopicName": "t"}}, "sns:Publish", "sns:%:t"),
        (
            {"StepFunctionsExecutionPolicy": {"StateMachineName": "m"}},
            "states:StartExecution",
            "states:%:stateMachine:m",
        ),
    ],
)
def test_what_policy_templates_grant(policy: object, action: str, resource: str) -> None:
    machine = subject({**INLINE, "Policies": [policy]})
    symbols = machine.symbols
    from sfnlint.symbol import Symbol

    here = ":".join(symbols.mark(Symbol(f"AWS::{name}")) for name in ("Region", "AccountId"))
    arn = f"arn:{symbols.mark(Symbol('AWS::Partition'))}:{resource.replace('%', here)}"
    assert answer(machine, action, arn) is Verdict.ALLOWED
    assert answer(machine, action, arn.replace("_", "") + "/other") is not Verdict.UNKNOWN
    assert answer(machine, action, arn[:-1] + "other") is Verdict.DENIED


def test_a_mistake_in_a_policy_template_is_at_its_entry(tmp_path: Path) -> None:
    start = {
        "StartAt": "Start",
        "States": {
            "Start": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sagemaker:createEndpointConfig",
                "Parameters": {"EndpointConfigName": "search", "ProductionVariants": []},
                "End": True,
            }
        },
    }
    policy = {"SageMakerCreateEndpointConfigPolicy": {"EndpointConfigName": "serach"}}
    text = template({"Definition": start, "Policies": [policy]})
    (tmp_path / "template.yaml").write_text(text)
    assert lines(sfnlint.check([tmp_path]), "EF410") == [
        ("EF410", "template.yaml", line_of(text, "SageMakerCreateEndpointConfigPolicy"))
    ]


def test_statements_of_policy_templates_are_not_too_broad(tmp_path: Path) -> None:
    policies: list[dict[str, Any]] = [
        {name: {}} for name in ("EC2DescribePolicy", "CloudWatchPutMetricPolicy")
    ]
    crud = {"S3CrudPolicy": {"BucketName": "b"}}
    text = template({**INLINE, "Policies": [START, PASS, *policies, crud]})
    (tmp_path / "template.yaml").write_text(text)
    findings = sfnlint.check([tmp_path])
    # The CloudWatch policy may be for logging; each of the other two is reported once.
    assert lines(findings) == [
        ("IF508", "template.yaml", line_of(text, "EC2DescribePolicy")),
        ("IF508", "template.yaml", line_of(text, "S3CrudPolicy")),
    ]


# Names


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::GetAtt": ["Function", "Arn"]},
        {"Fn::GetAtt": "Function.Arn"},
        {"Fn::Sub": "${Function.Arn}"},
        {"Fn::Sub": "${Function.Alias}"},
        {"Ref": "Function.Alias"},
        {"Ref": "Function.Version"},
        {
            "Fn::Sub": "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:"
            "${Function}"
        },
    ],
)
@pytest.mark.parametrize("name", [None, "greeter"])
@pytest.mark.parametrize("where", ["own", "globals"])
def test_names_of_functions_match(value: object, name: str | None, where: str) -> None:
    alias = {"AutoPublishAlias": "live"}
    function: dict[str, Any] = dict(alias) if where == "own" else {}
    if name:
        function["FunctionName"] = name
    more: dict[str, Any] = {"Globals": {"Function": alias}} if where == "globals" else {}
    machine = subject(
        {
            "Definition": {
                "StartAt": "Call",
                "States": {"Call": {"Type": "Task", "Resource": "${Function}", "End": True}},
            },
            "DefinitionSubstitutions": {"Function": value},
            "Policies": [{"LambdaInvokePolicy": {"FunctionName": {"Ref": "Function"}}}],
        },
        resources={
            "Function": {"Type": "AWS::Serverless::Function", "Properties": function},
            "Other": {"Type": "AWS::Serverless::Function", "Properties": {}},
        },
        **more,
    )
    [state] = machine.machine.states
    resource = state.data["Resource"]
    assert isinstance(resource, str)
    assert answer(machine, "lambda:InvokeFunction", resource) is Verdict.ALLOWED
    assert answer(machine, "lambda:InvokeFunction", resource[:4]) is not Verdict.ALLOWED


def test_a_simple_table_is_a_table() -> None:
    machine = subject(
        {
            **INLINE,
            "DefinitionSubstitutions": {"Role": {"Fn::GetAtt": ["Table", "Arn"]}},
            "Policies": [{"DynamoDBReadPolicy": {"TableName": {"Ref": "Table"}}}],
        },
        resources={"Table": {"Type": "AWS::Serverless::SimpleTable"}},
    )
    [state] = machine.machine.states
    parameters = state.data["Parameters"]
    assert isinstance(parameters, dict)
    arn = parameters["RoleArn"]
    assert answer(machine, "dynamodb:GetItem", arn) is Verdict.ALLOWED


@pytest.mark.parametrize(
    ("function", "more", "verdict"),
    [
        ({}, {}, Verdict.DENIED),
        ({"Role": {"Ref": "Other"}}, {}, Verdict.UNKNOWN),
        ({}, {"Globals": {"Function": {"Role": {"Ref": "Other"}}}}, Verdict.UNKNOWN),
    ],
)
def test_policy_of_the_role_that_sam_creates_for_a_function(
    function: dict[str, Any], more: dict[str, Any], verdict: Verdict
) -> None:
    role = {"RoleName": {"Fn::Sub": "${Stage}-flow"}, "AssumeRolePolicyDocument": TRUST}
    policy = {"PolicyName": "p", "PolicyDocument": PASS, "Roles": [{"Ref": "FunctionRole"}]}
    machine = subject(
        {**INLINE, "Role": {"Fn::GetAtt": ["FlowRole", "Arn"]}},
        resources={
            "FlowRole": {"Type": "AWS::IAM::Role", "Properties": role},
            "Function": {"Type": "AWS::Serverless::Function", "Properties": function},
            "Policy": {"Type": "AWS::IAM::Policy", "Properties": policy},
        },
        Parameters={"Stage": {"Type": "String"}, "Other": {"Type": "String"}},
        **more,
    )
    assert answer(machine, "iam:PassRole", str(SUBSTITUTIONS["Role"])) is verdict

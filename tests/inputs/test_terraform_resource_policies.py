"""Resource policies of Terraform configurations and plans."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.engine import run_text
from sfnlint.iam.decision import Verdict
from sfnlint.iam.pattern import Pattern, PatternPart
from sfnlint.inputs.cloudformation.resource_policy_types import resource_policy_types
from sfnlint.inputs.terraform import configuration
from sfnlint.inputs.terraform.files import ModuleFolders
from sfnlint.inputs.terraform.policy_resources import policy_resources
from sfnlint.options import Options
from sfnlint.subject import Role
from sfnlint.symbol import Symbol

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN

BASE = """
resource "aws_sfn_state_machine" "m" {
  name       = "m"
  role_arn   = aws_iam_role.r.arn
  definition = jsonencode({ StartAt = "A", States = { A = { Type = "Succeed" } } })
}
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = jsonencode({})
  %s
}
resource "aws_sqs_queue" "q" { name = "q" }
resource "aws_sns_topic" "t" { name = "t" }
resource "aws_kms_key" "unlimited" {}
data "aws_caller_identity" "me" {}
"""
EVERYTHING = """
resource "aws_iam_role_policy" "all" {
  role   = aws_iam_role.r.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
  })
}
"""
ROLE = "{ AWS = aws_iam_role.r.arn }"
ROOT = '{ AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }'
QUEUE = "sqs:SendMessage q"


def role(tmp_path: Path, text: str, limits: str = "") -> Role:
    (tmp_path / "main.tf").write_text(BASE % limits + text, encoding="utf-8")
    [subject] = configuration.read(ModuleFolders(), tmp_path).subjects
    assert subject.role is not None
    subject.role.find_user = str
    return subject.role


def verdict(role: Role, call: str) -> Verdict:
    """The verdict about an action on a resource in the Region and account of the role."""
    action, name = call.split()
    before: list[PatternPart] = ["arn:", Symbol("AWS::Partition"), f":{action.split(':')[0]}:"]
    arn = [*before, Symbol("AWS::Region"), ":", Symbol("AWS::AccountId"), ":"]
    if action.startswith("s3:"):
        arn = [*before, "::"]
    key = re.fullmatch(r"key/(\w+)", name)
    of_key: list[PatternPart] = [name]
    if key:
        of_key = ["key/", Symbol(f"aws_kms_key.{key[1]}", "generated")]
    return RoleAnalysis(role, []).grants({}).decide(action, Pattern.of([*arn, *of_key]), {}).verdict


def statement(action: str, principal: str = ROLE, effect: str = "Allow", **more: str) -> str:
    elements = {"Effect": f'"{effect}"', "Action": f'"{action}"', "Resource": '"*"', **more}
    if principal:
        elements["Principal"] = principal
    inside = ", ".join(f"{name} = {value}" for name, value in elements.items())
    return f'jsonencode({{ Version = "2012-10-17", Statement = [{{ {inside} }}] }})'


def block(resource_type: str, **arguments: str) -> str:
    inside = "\n".join(f"  {name} = {value}" for name, value in arguments.items())
    return f'resource "{resource_type}" "x" {{\n{inside}\n}}\n'


CASES = {
    "queue policy": (
        block("aws_sqs_queue_policy", queue_url="aws_sqs_queue.q.id", policy=statement("sqs:*")),
        QUEUE,
    ),
    "queue policy by URL": (
        block("aws_sqs_queue_policy", queue_url="aws_sqs_queue.q.url", policy=statement("sqs:*")),
        QUEUE,
    ),
    "queue": (block("aws_sqs_queue", name='"x"', policy=statement("sqs:*")), "sqs:SendMessage x"),
    "topic policy": (
        block("aws_sns_topic_policy", arn="aws_sns_topic.t.arn", policy=statement("sns:Publish")),
        "sns:Publish t",
    ),
    "topic": (block("aws_sns_topic", name='"x"', policy=statement("sns:*")), "sns:Publish x"),
    "bucket policy": (
        block("aws_s3_bucket", bucket='"b"')
        + block("aws_s3_bucket_policy", bucket="aws_s3_bucket.x.id", policy=statement("s3:*")),
        "s3:GetObject b/key",
    ),
    "secret policy": (
        block(
            "aws_secretsmanager_secret_policy",
            secret_arn='"arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-AbCdEf"',
            policy=statement("secretsmanager:*"),
        ),
        None,
    ),
    "key": (block("aws_kms_key", policy=statement("kms:*")), "kms:Decrypt key/x"),
    "key policy": (
        block("aws_kms_key_policy", key_id="aws_kms_key.unlimited.id", policy=statement("kms:*")),
        "kms:Decrypt key/unlimited",
    ),
    "key grant": (
        block(
            "aws_kms_grant",
            key_id="aws_kms_key.unlimited.key_id",
            grantee_principal="aws_iam_role.r.arn",
            operations='["Decrypt", "Encrypt"]',
        ),
        "kms:Decrypt key/unlimited",
    ),
    "bus policy": (
        block(
            "aws_cloudwatch_event_bus_policy", event_bus_name='"b"', policy=statement("events:*")
        ),
        "events:PutEvents event-bus/b",
    ),
    "bus permission": (
        block("aws_cloudwatch_event_permission", principal='"*"', statement_id='"s"'),
        "events:PutEvents event-bus/default",
    ),
    "table policy": (
        block("aws_dynamodb_table", name='"t"')
        + block(
            "aws_dynamodb_resource_policy",
            resource_arn="aws_dynamodb_table.x.arn",
            policy=statement("dynamodb:*"),
        ),
        "dynamodb:Query table/t/index/i",
    ),
    "stream policy": (
        block("aws_kinesis_stream", name='"s"')
        + block(
            "aws_kinesis_resource_policy",
            resource_arn="aws_kinesis_stream.x.arn",
            policy=statement("kinesis:*"),
        ),
        "kinesis:PutRecord stream/s",
    ),
    "repository policy": (
        block("aws_ecr_repository_policy", repository='"r"', policy=statement("ecr:*")),
        "ecr:ListImages repository/r",
    ),
    "permission": (
        block("aws_lambda_function", function_name='"f"')
        + block(
            "aws_lambda_permission",
            function_name="aws_lambda_function.x.function_name",
            action='"lambda:InvokeFunction"',
            principal="aws_iam_role.r.arn",
        ),
        "lambda:InvokeFunction function:f",
    ),
    "API policy": (
        block(
            "aws_api_gateway_rest_api_policy", rest_api_id='"a"', policy=statement("execute-api:*")
        ),
        "execute-api:Invoke a/prod/GET/x",
    ),
    "domain": (
        block("aws_opensearch_domain", domain_name='"d"', access_policies=statement("es:*")),
        "es:ESHttpGet domain/d/x",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_policy_that_names_the_role_suffices(tmp_path: Path, case: str) -> None:
    text, call = CASES[case]
    of_role = role(tmp_path, text)
    assert of_role.is_complete
    if call is not None:
        assert verdict(of_role, call) is ALLOWED
        assert verdict(of_role, call.replace(call.split()[1], "another")) is DENIED
        # The same resource without its policy.
        assert verdict(role(tmp_path, ""), call) is DENIED


@pytest.mark.parametrize("case", [case for case, (text, _) in CASES.items() if "Allow" in text])
def test_a_policy_that_denies_the_role(tmp_path: Path, case: str) -> None:
    text, call = CASES[case]
    of_role = role(tmp_path, EVERYTHING + text.replace('"Allow"', '"Deny"'))
    if call is not None:
        assert verdict(of_role, call) is DENIED


@pytest.mark.parametrize(
    ("principal", "effect", "expected"),
    [
        ('"*"', "Deny", DENIED),
        (ROOT, "Deny", DENIED),
        ('{ AWS = "arn:aws:iam::111122223333:root" }', "Deny", UNKNOWN),
        ('{ AWS = "arn:aws:iam::111122223333:role/other" }', "Deny", ALLOWED),
        ("var.principal", "Deny", UNKNOWN),
        ('{ Service = "events.amazonaws.com" }', "Deny", ALLOWED),
    ],
)
def test_principals_of_a_deny(
    tmp_path: Path, principal: str, effect: str, expected: Verdict
) -> None:
    policy = statement("sqs:SendMessage", principal, effect)
    text = block("aws_sqs_queue_policy", queue_url="aws_sqs_queue.q.id", policy=policy)
    assert verdict(role(tmp_path, EVERYTHING + text), QUEUE) is expected


def test_a_document_of_a_data_source(tmp_path: Path) -> None:
    text = """
data "aws_iam_policy_document" "d" {
  statement {
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [aws_sqs_queue.q.arn]
    not_principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:role/other"]
    }
  }
}
""" + block(
        "aws_sqs_queue_policy",
        queue_url="aws_sqs_queue.q.id",
        policy="data.aws_iam_policy_document.d.json",
    )
    assert verdict(role(tmp_path, EVERYTHING + text), QUEUE) is DENIED


@pytest.mark.parametrize(
    "uncertain",
    ["count = var.on ? 1 : 0", "for_each = var.queues", "provider = aws.other"],
)
def test_a_policy_that_may_not_exist(tmp_path: Path, uncertain: str) -> None:
    text = block("aws_sqs_queue_policy", queue_url="aws_sqs_queue.q.id", policy=statement("sqs:*"))
    text = text.replace("{\n", "{\n  " + uncertain + "\n", 1)
    assert verdict(role(tmp_path, text), QUEUE) is UNKNOWN
    denying = text.replace('"Allow"', '"Deny"')
    assert verdict(role(tmp_path, EVERYTHING + denying), QUEUE) is UNKNOWN


def test_a_policy_in_a_module_that_may_not_exist(tmp_path: Path) -> None:
    module = tmp_path / "guard"
    module.mkdir()
    deny = statement("sqs:*", '"*"', "Deny")
    policy = block("aws_sqs_queue_policy", queue_url="var.queue", policy=deny)
    (module / "main.tf").write_text('variable "queue" {}\n' + policy, encoding="utf-8")
    call = 'module "guard" {\n  source = "./guard"\n  queue = aws_sqs_queue.q.id\n%s}\n'
    assert verdict(role(tmp_path, EVERYTHING + call % ""), QUEUE) is DENIED
    perhaps = EVERYTHING + call % "  count = var.on ? 1 : 0\n"
    assert verdict(role(tmp_path, perhaps), QUEUE) is UNKNOWN


def test_what_is_unknown_of_a_policy_concerns_its_resource(tmp_path: Path) -> None:
    text = block("aws_sqs_queue_policy", queue_url="aws_sqs_queue.q.id", policy="var.policy")
    of_role = role(tmp_path, text)
    assert verdict(of_role, QUEUE) is UNKNOWN
    assert verdict(of_role, "sqs:SendMessage other") is DENIED
    of_role = role(tmp_path, EVERYTHING + text)
    assert verdict(of_role, QUEUE) is UNKNOWN
    assert verdict(of_role, "sqs:SendMessage other") is ALLOWED
    of_role = role(tmp_path, text.replace("aws_sqs_queue.q.id", "var.queue"))
    assert verdict(of_role, "sqs:SendMessage other") is UNKNOWN
    assert verdict(of_role, "sns:Publish t") is DENIED


def test_key_policies(tmp_path: Path) -> None:
    admin = statement("kms:*", '{ AWS = "arn:aws:iam::111122223333:role/admin" }')
    alone = block("aws_kms_key", policy=admin)
    assert verdict(role(tmp_path, EVERYTHING + alone), "kms:Decrypt key/x") is DENIED
    delegating = block("aws_kms_key", policy=statement("kms:*", ROOT))
    assert verdict(role(tmp_path, EVERYTHING + delegating), "kms:Decrypt key/x") is ALLOWED
    assert verdict(role(tmp_path, delegating), "kms:Decrypt key/x") is DENIED
    grant = block(
        "aws_kms_grant",
        key_id="var.key",
        grantee_principal="aws_iam_role.r.arn",
        operations='["Decrypt"]',
    )
    granted = role(tmp_path, EVERYTHING + alone + grant.replace('"x"', '"g"'))
    assert verdict(granted, "kms:Decrypt key/x") is UNKNOWN
    replica = block("aws_kms_replica_key", policy=admin)
    assert verdict(role(tmp_path, EVERYTHING + replica), "kms:Decrypt key/unlimited") is UNKNOWN
    assert verdict(role(tmp_path, EVERYTHING + replica), QUEUE) is ALLOWED


def test_a_condition_of_a_bus_permission(tmp_path: Path) -> None:
    text = block("aws_cloudwatch_event_permission", principal='"*"', statement_id='"s"')
    condition = '  condition {\n    key = "aws:PrincipalOrgID"\n    type = "StringEquals"\n'
    text = text.rstrip("}\n") + "\n" + condition + '    value = "o-1"\n  }\n}\n'
    assert verdict(role(tmp_path, text), "events:PutEvents event-bus/default") is UNKNOWN


def test_a_permission_with_a_qualifier(tmp_path: Path) -> None:
    text = CASES["permission"][0].replace("principal =", 'qualifier = "live"\n  principal =')
    of_role = role(tmp_path, text)
    assert verdict(of_role, "lambda:InvokeFunction function:f") is UNKNOWN
    by_arn = text.replace("aws_lambda_function.x.function_name", "aws_lambda_function.x.arn")
    of_role = role(tmp_path, by_arn)
    assert verdict(of_role, "lambda:InvokeFunction function:f") is DENIED
    assert verdict(of_role, "lambda:InvokeFunction function:f:live") is ALLOWED


@pytest.mark.parametrize(
    ("resource_type", "complete"),
    [("aws_iot_policy", True), ("aws_vpc_endpoint", True), ("aws_new_kind_of_thing", False)],
)
def test_types_that_are_not_read(tmp_path: Path, resource_type: str, complete: bool) -> None:
    of_role = role(tmp_path, block(resource_type, policy=statement("sqs:*")))
    assert of_role.is_complete is complete
    assert verdict(of_role, QUEUE) is (DENIED if complete else UNKNOWN)


def test_every_type_becomes_a_type_of_the_table_of_cloudformation() -> None:
    for name, known in policy_resources().items():
        of_template = resource_policy_types()[known.cloudformation_type]
        documents = {policy.document[0] for policy in of_template.properties}
        if of_template.permission is not None:
            documents.add(of_template.permission.principal)
        assert known.properties[known.document] in documents, name


BOUNDARY = """
resource "aws_iam_policy" "b" {
  name   = "limit-${var.stage}"
  path   = "/limits/"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })
}
data "aws_iam_policy" "b" {
  %s
}
variable "stage" {}
"""


@pytest.mark.parametrize(
    ("found_by", "attribute", "expected"),
    [
        ('name = "limit-${var.stage}"', "arn", DENIED),
        ("name = aws_iam_policy.b.name", "id", DENIED),
        ("arn = aws_iam_policy.b.arn", "arn", DENIED),
        ("arn = aws_iam_policy.b.arn", "id", DENIED),
        ('name = "another"', "arn", UNKNOWN),
        ('path_prefix = "/limits/"', "arn", UNKNOWN),
    ],
)
def test_a_boundary_that_a_data_source_finds(
    tmp_path: Path, found_by: str, attribute: str, expected: Verdict
) -> None:
    limits = f"permissions_boundary = data.aws_iam_policy.b.{attribute}"
    of_role = role(tmp_path, EVERYTHING + BOUNDARY % found_by, limits)
    assert verdict(of_role, QUEUE) is expected


def test_the_document_that_a_data_source_finds(tmp_path: Path) -> None:
    text = BOUNDARY % 'name = "limit-${var.stage}"' + EVERYTHING
    text = re.sub(
        r"policy = jsonencode\(\{\n.*?\n  \}\)",
        "policy = data.aws_iam_policy.b.policy",
        text,
        flags=re.DOTALL,
    )
    assert verdict(role(tmp_path, text), "s3:GetObject b/key") is ALLOWED
    assert verdict(role(tmp_path, text), QUEUE) is DENIED


# Plans

ACCOUNT = "111122223333"
QUEUE_ARN = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q"
QUEUE_URL = f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/q"


def plan(*others: dict[str, Any], **of_role: object) -> list[str]:
    """The rules about the role of a plan; each other resource is its address, type and values."""
    definition = {
        "StartAt": "A",
        "States": {
            "A": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage",
                "Parameters": {"QueueUrl": QUEUE_URL, "MessageBody": "x"},
                "End": True,
            }
        },
    }
    arn = f"arn:aws:iam::{ACCOUNT}:role/r"
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "states.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    resources: list[dict[str, Any]] = [
        {
            "address": "aws_sfn_state_machine.m",
            "values": {"name": "m", "role_arn": arn, "definition": json.dumps(definition)},
        },
        {
            "address": "aws_iam_role.r",
            "values": {
                "name": "r",
                "arn": arn,
                "assume_role_policy": json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
                **of_role,
            },
        },
        *others,
    ]
    configured = []
    for resource in resources:
        kind, _, name = resource["address"].partition(".")
        resource |= {"type": kind, "name": name, "mode": "managed"}
        configured.append(
            {
                "address": resource["address"],
                "type": kind,
                "name": name,
                "mode": "managed",
                "provider_config_key": resource.pop("provider", "aws"),
                "expressions": {key: {} for key in resource["values"]},
            }
        )
    data = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": resources}},
        "configuration": {"root_module": {"resources": configured}},
    }
    findings = run_text(json.dumps(data), "plan.json", Options()).findings
    return sorted(finding.rule for finding in findings if finding.rule[2] == "4")


def planned_policy(principal: object, effect: str = "Allow") -> str:
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": effect, "Principal": principal, "Action": "sqs:*", "Resource": "*"}
            ],
        }
    )


def queue_policy(principal: object, effect: str = "Allow", **more: str) -> dict[str, Any]:
    values = {"queue_url": QUEUE_URL, "policy": planned_policy(principal, effect)}
    return {"address": "aws_sqs_queue_policy.p", "values": values, **more}


SENDS = {
    "address": "aws_iam_role_policy.p",
    "values": {
        "role": "r",
        "policy": json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}],
            }
        ),
    },
}


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([], ["EF401"]),
        ([queue_policy({"AWS": f"arn:aws:iam::{ACCOUNT}:role/r"})], []),
        ([queue_policy("*")], []),
        ([queue_policy({"AWS": ACCOUNT})], ["EF401"]),
        ([queue_policy({"AWS": "arn:aws:iam::444455556666:role/r"})], ["EF401"]),
        ([SENDS], []),
        ([SENDS, queue_policy({"AWS": ACCOUNT}, "Deny")], ["EF414"]),
        ([SENDS, queue_policy({"AWS": f"arn:aws:iam::{ACCOUNT}:role/r"}, "Deny")], ["EF414"]),
        ([SENDS, queue_policy({"AWS": "444455556666"}, "Deny")], []),
        ([SENDS, queue_policy("*", "Deny", provider="aws.other")], []),
        ([SENDS, queue_policy("*", "Deny", provider="module.queues:aws")], ["EF414"]),
        (
            [
                SENDS,
                {
                    "address": "aws_sqs_queue.q",
                    "values": {
                        "name": "q",
                        "arn": QUEUE_ARN,
                        "policy": planned_policy("*", "Deny"),
                    },
                },
            ],
            ["EF414"],
        ),
    ],
)
def test_policies_of_a_plan(others: list[dict[str, Any]], expected: list[str]) -> None:
    assert plan(*[{**other} for other in others]) == expected

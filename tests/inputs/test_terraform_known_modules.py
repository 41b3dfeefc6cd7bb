"""Calls of terraform-aws-modules/step-functions/aws: the role and its policies from the inputs."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from sfnlint.discovery import discover
from sfnlint.engine import run
from sfnlint.inputs.terraform.known_modules import known_module
from sfnlint.options import Options
from sfnlint.place import Place
from sfnlint.result import Result
from sfnlint.source import parse

pytest.importorskip("tree_sitter_hcl")

REGISTRY = "terraform-aws-modules/step-functions/aws"
ALLOW = 'Statement = [{ Effect = "Allow", Action = "sns:Publish", Resource = "*" }]'
POLICY = f'jsonencode({{ Version = "2012-10-17", {ALLOW} }})'
TRUST = (
    'jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", '
    'Principal = { Service = "states.amazonaws.com" }, Action = "sts:AssumeRole" }] })'
)
TOPIC = "arn:aws:sns:eu-west-1:123456789012:done"
PUBLISH = f"""jsonencode({{
    StartAt = "Tell"
    States = {{ Tell = {{
      Type = "Task"
      Resource = "arn:aws:states:::sns:publish"
      Parameters = {{ TopicArn = "{TOPIC}", Message = "done" }}
      End = true
    }} }}
  }})"""
OTHERS = f"""
variable "unknown" {{}}
resource "aws_iam_policy" "publish" {{
  name   = "publish"
  policy = {POLICY}
}}
resource "aws_iam_role" "own" {{
  name               = "own"
  assume_role_policy = {TRUST}
}}
"""


def check(folder: Path, arguments: str, source: str = REGISTRY, more: str = "") -> Result:
    text = f'module "flow" {{\n  source = "{source}"\n  name = "flow"\n  {arguments}\n}}\n'
    if "definition" not in arguments:
        text = text.replace("  name =", f"  definition = {PUBLISH}\n  name =", 1)
    (folder / ".git").mkdir(exist_ok=True)
    (folder / "main.tf").write_text(text + OTHERS + more, encoding="utf-8")
    result = run(discover([folder]), Options())
    assert not result.failures
    return result


def verdicts(result: Result) -> tuple[int, int, int]:
    """Return how many permissions are allowed, denied and unknown."""
    counts = [machine.permissions for machine in result.machines]
    return (
        sum(each.allowed for each in counts),
        sum(each.denied for each in counts),
        sum(each.unknown for each in counts),
    )


ALLOWED = {
    "integration": f'service_integrations = {{ sns = {{ sns = ["{TOPIC}"] }} }}',
    "one document": f"attach_policy_json = true\n  policy_json = {POLICY}",
    "documents": f"attach_policy_jsons = true\n  policy_jsons = [{POLICY}]\n"
    "  number_of_policy_jsons = 1",
    "one policy": "attach_policy = true\n  policy = aws_iam_policy.publish.arn",
    "policies": "attach_policies = true\n  policies = [aws_iam_policy.publish.arn]\n"
    '  number_of_policies = "1"',
    "statements": "attach_policy_statements = true\n"
    '  policy_statements = { a = { effect = "Allow", '
    f'actions = ["sns:Publish"], resources = ["{TOPIC}"] }} }}',
    "condition": "attach_policy_statements = true\n"
    '  policy_statements = { a = { effect = "Allow", '
    f'actions = ["sns:Publish"], resources = ["{TOPIC}"], condition = {{ here = {{ '
    'test = "StringEquals", variable = "aws:RequestedRegion", values = ["eu-west-1"] } } } }',
}


@pytest.mark.parametrize("way", ALLOWED)
def test_each_input_for_policies_grants(tmp_path: Path, way: str) -> None:
    assert verdicts(check(tmp_path, ALLOWED[way])) == (1, 0, 0)


DENIED = {
    "nothing": "",
    "another action": 'service_integrations = { sqs = { sqs = ["*"] } }',
    "integrations are off": f"attach_policies_for_integrations = false\n  {ALLOWED['integration']}",
    "the document is not attached": f"policy_json = {POLICY}",
    "the documents are not counted": f"attach_policy_jsons = true\n  policy_jsons = [{POLICY}]",
    "the policies are not counted": "attach_policies = true\n"
    "  policies = [aws_iam_policy.publish.arn]",
    "the boundary": "role_permissions_boundary = aws_iam_policy.other.arn\n"
    f"  {ALLOWED['one policy']}",
    "tasks are denied": f"{ALLOWED['one policy']}\n"
    "  service_integrations = { no_tasks = { deny_all = true } }",
    "another role": "use_existing_role = true\n  create_role = false\n"
    f"  role_arn = aws_iam_role.own.arn\n  {ALLOWED['one policy']}",
}
OTHER_POLICY = f"""
resource "aws_iam_policy" "other" {{
  name   = "other"
  policy = {POLICY.replace("sns:Publish", "sqs:SendMessage")}
}}
"""


@pytest.mark.parametrize("case", DENIED)
def test_missing_permissions_are_certain(tmp_path: Path, case: str) -> None:
    assert verdicts(check(tmp_path, DENIED[case], more=OTHER_POLICY)) == (0, 1, 0)


UNKNOWN = {
    "integrations": "service_integrations = var.unknown",
    "resources": "service_integrations = { sns = { sns = var.unknown } }",
    "no default resource": "service_integrations = { sns = { sns = true } }",
    "the switch": f"{ALLOWED['integration']}\n  attach_policies_for_integrations = var.unknown",
    "the policy": "attach_policy = true\n  policy = var.unknown",
    "their number": "attach_policies = true\n  policies = var.unknown\n"
    "  number_of_policies = length(var.unknown)",
    "boundary": f"{ALLOWED['one policy']}\n  role_permissions_boundary = var.unknown",
    "statements": "attach_policy_statements = true\n  policy_statements = var.unknown",
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_unknown_inputs_decide_nothing(tmp_path: Path, case: str) -> None:
    allowed, denied, unknown = verdicts(check(tmp_path, UNKNOWN[case]))
    assert (allowed, denied) == (0, 0)
    assert unknown


def test_a_call_without_state_machine(tmp_path: Path) -> None:
    assert check(tmp_path, "create = false").machines == []
    result = check(tmp_path, "type = var.unknown\n  # no definition")
    assert "IF004" in [finding.rule for finding in result.findings]


def test_places_and_names_are_those_of_the_call(tmp_path: Path) -> None:
    result = check(tmp_path, 'type = "express"\n  logging_configuration = { level = "ALL" }')
    [finding] = [finding for finding in result.findings if finding.rule == "EF401"]
    assert "role 'module.flow.aws_iam_role.this[0]'" in finding.message
    assert {note.place.locate().root.file.rpartition("/")[2] for note in finding.notes} <= {
        "main.tf"
    }
    result = check(tmp_path, "use_existing_role = true")
    [role] = [finding for finding in result.findings if finding.rule == "IF003"]
    located = role.place.locate()
    start, end = located.span
    assert located.root.text[start:end] == 'module "flow"'
    assert all(name.endswith("main.tf") for name in result.files)


def test_the_outputs_are_the_role_and_the_machine(tmp_path: Path) -> None:
    more = (
        'resource "aws_iam_role_policy_attachment" "more" {\n  role = module.flow.role_name\n'
        "  policy_arn = aws_iam_policy.publish.arn\n}\n"
    )
    assert verdicts(check(tmp_path, "", more=more)) == (1, 0, 0)
    arn = more.replace("role_name", "role_arn").replace("= module", '= split("/", module')
    arn = arn.replace("role_arn", "role_arn)[1]")
    assert verdicts(check(tmp_path, "", more=arn)) == (1, 0, 0)


NESTED = """definition = jsonencode({
    StartAt = "Run"
    States = { Run = {
      Type = "Task", Resource = "arn:aws:states:::states:startExecution", End = true
      Parameters = { StateMachineArn = "arn:aws:states:eu-west-1:123456789012:stateMachine:x" }
    } }
  })
  service_integrations = { stepfunction_Sync = { stepfunction = ["*"] } }
"""


@pytest.mark.parametrize(
    ("constraint", "source", "expected"),
    [
        ('"~> 5.0"', REGISTRY, "denied"),
        ('">= 3.0"', REGISTRY, "denied"),
        ('"~> 4.0.0"', REGISTRY, "denied"),
        ('"4.0.0"', REGISTRY, "allowed"),
        ('"= 3.1.0"', REGISTRY, "allowed"),
        ('"~> 2.7"', REGISTRY, "allowed"),
        ('">= 2.0, < 5.0"', REGISTRY, "unknown"),
        ("var.unknown", REGISTRY, "unknown"),
        ("", "git::https://github.com/%s.git?ref=v3.1.0", "allowed"),
        ("", "git::https://github.com/%s.git?ref=v4.0.0", "allowed"),
        ("", "git@github.com:%s.git?ref=v4.2.1", "denied"),
        ("", "github.com/%s", "denied"),
        ("", "github.com/%s?ref=master", "unknown"),
    ],
)
def test_the_version_decides_about_nested_executions(
    tmp_path: Path, constraint: str, source: str, expected: str
) -> None:
    source = source.replace("%s", "terraform-aws-modules/terraform-aws-step-functions")
    arguments = NESTED + (f"  version = {constraint}\n" if constraint else "")
    counts = verdicts(check(tmp_path, arguments, source))
    assert counts == tuple(int(word == expected) for word in ("allowed", "denied", "unknown"))


def test_another_region_is_not_that_of_the_provider(tmp_path: Path) -> None:
    arguments = f'region = "us-east-1"\n  {ALLOWED["one policy"]}'
    assert verdicts(check(tmp_path, arguments))[1] == 0


@pytest.mark.parametrize(
    "source",
    [
        "terraform-aws-modules/lambda/aws",
        "example/step-functions/aws",
        "https://example.com/terraform-aws-modules/terraform-aws-step-functions",
        "github.com/fork/terraform-aws-step-functions",
    ],
)
def test_other_modules_are_not_known(source: str) -> None:
    place = Place(parse("", "main.tf", "hcl"))
    assert known_module(source, place) is None


def test_the_grants_are_plausible() -> None:
    folder = files("sfnlint.inputs.terraform.known_modules")
    data = json.loads(folder.joinpath("step_functions_grants.json").read_text(encoding="utf-8"))
    grants = data["locals"]["grants"]
    assert data["//"].rpartition(" ")[2].startswith("https://github.com/terraform-aws-modules/")
    assert len(grants) == 41
    for parts in grants.values():
        for part in parts.values():
            assert part.keys() <= {"actions", "resources", "passed_to", "effect"}
            actions = part["actions"]
            if isinstance(actions, str):
                assert actions.startswith("${local.")
            else:
                assert all(":" in action or action == "*" for action in actions)
            assert ("passed_to" in part) <= (actions == ["iam:PassRole"])

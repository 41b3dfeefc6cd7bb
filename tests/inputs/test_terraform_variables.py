"""Variable definitions files, and override files."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from inputs.test_terraform_configuration import (
    CALLED,
    CALLING,
    DOCUMENT,
    LACKING,
    QUEUE,
    ROLE,
    SEND_JSON,
    WAYS,
    Folder,
    folder,
    machine,
    policy,
)

from sfnlint.engine import run_text
from sfnlint.inputs.terraform.evaluation import EvaluationBudget, Evaluator
from sfnlint.inputs.terraform.values import TerraformValue
from sfnlint.inputs.terraform.variables import converted
from sfnlint.options import Options
from sfnlint.source import parse
from sfnlint.source.hcl_syntax import Body, Expression

__all__ = ["folder"]

ACTION = 'variable "action" {\n  type = string\n}\n'
OPEN = QUEUE + ROLE + machine() + policy("${var.action}") + ACTION
"""A configuration without a missing permission if the action is sqs:SendMessage."""


def gives(action: str) -> str:
    return f'action = "{action}"\n'


def gives_json(action: str) -> str:
    return json.dumps({"action": action})


ORDER = [
    ("terraform.tfvars", gives),
    ("terraform.tfvars.json", gives_json),
    ("a.auto.tfvars", gives),
    ("b.auto.tfvars.json", gives_json),
    ("c.auto.tfvars", gives),
]


def test_a_later_file_counts(folder: Folder) -> None:
    folder.write(OPEN)
    assert folder.rules() == []
    for name, text in ORDER:
        folder.write(text("sqs:ReceiveMessage"), name)
        assert folder.rules() == ["EF401"], name
        folder.write(text("sqs:SendMessage"), name)
        assert folder.rules() == [], name
        folder.write(text("sqs:ReceiveMessage"), name)


@pytest.mark.parametrize("name", ["prod.tfvars", "prod.tfvars.json", "envs/terraform.tfvars"])
def test_variables_that_another_file_may_set_are_unknown(folder: Folder, name: str) -> None:
    folder.write(OPEN).write(gives("sqs:ReceiveMessage"), "terraform.tfvars")
    assert folder.rules() == ["EF401"]
    given = gives_json if name.endswith(".json") else gives
    folder.write(given("sqs:SendMessage"), name)
    assert folder.rules() == []
    folder.write('{"another": 1}' if name.endswith(".json") else "another = 1\n", name)
    assert folder.rules() == ["EF401"]


def test_files_do_not_set_variables_of_modules(folder: Folder) -> None:
    folder.write(OPEN, "modules/flow/main.tf")
    folder.write(gives("sqs:ReceiveMessage"), "modules/flow/terraform.tfvars")
    call = 'module "flow" {\n  source = "./modules/flow"\n  action = var.x\n}\n'
    folder.write(call)
    assert folder.rules() == []
    folder.write(call + 'variable "x" {}\n').write('x = "sqs:ReceiveMessage"\n', "x.auto.tfvars")
    assert folder.rules() == ["EF401"]


def test_the_place_of_a_value(folder: Folder) -> None:
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/orders"
    text = machine().replace("aws_sqs_queue.orders.url", "var.url") + 'variable "url" {}\n'
    folder.write(ROLE + text + policy("sqs:SendMessage", '"arn:aws:sqs:*:*:bills"'))
    assert folder.rules() == []
    folder.write(f'url = "{url}"\n', "terraform.tfvars")
    assert [one.rule for one in folder.findings()] == ["EF410"]
    folder.write(f'# sfn-lint: ignore[EF202] nothing\nurl = "{url}"\n', "terraform.tfvars")
    assert folder.cut("IF007")[0] == "terraform.tfvars"


TYPES = [
    # The type, the value, a condition that is true for it.
    ("string", "5", 'var.x == "5"'),
    ("number", '"5"', "var.x == 5"),
    ("number", '"-1.5"', "var.x == -1.5"),
    ("bool", '"true"', "var.x == true"),
    ("any", "5", "var.x == 5"),
    ("list(string)", "[1, 2]", 'join(",", var.x) == "1,2"'),
    ("set(string)", '["b", "a", "b"]', 'join(",", [for one in var.x : one]) == "a,b"'),
    ("map(string)", "{ a = 1 }", 'var.x.a == "1"'),
    ("map(list(number))", '{ a = ["1"] }', "var.x.a[0] == 1"),
    ("object({ a = string, b = optional(number, 7) })", "{ a = 1, c = 2 }", "var.x.b == 7"),
    ("object({ a = string, b = optional(number, 7) })", "{ a = 1, c = 2 }", 'var.x.a == "1"'),
    ("object({ a = optional(number, 7) })", "{ a = null }", "var.x.a == 7"),
    ("object({ a = optional(object({ b = string }), { b = 3 }) })", "{}", 'var.x.a.b == "3"'),
    ("list(object({ a = bool }))", '[{ a = "false" }]', "!var.x[0].a"),
]
CHOICE = """
locals {
  action = %s ? "sqs:ReceiveMessage" : "sqs:SendMessage"
}
variable "x" {
  type = %s
}
"""


@pytest.mark.parametrize(("kind", "value", "condition"), TYPES)
@pytest.mark.parametrize("in_json", [False, True])
def test_types(folder: Folder, kind: str, value: str, condition: str, in_json: bool) -> None:
    text = QUEUE + ROLE + machine() + policy("${local.action}")
    folder.write(text + CHOICE % (condition, kind)).write(f"x = {value}\n", "terraform.tfvars")
    if in_json:
        (folder.path / "terraform.tfvars").unlink()
        given = value.replace("{ ", '{"').replace(" =", '":').replace(", c", ', "c')
        folder.write(f'{{"x": {given}}}', "terraform.tfvars.json")
    assert folder.rules() == ["EF401"]
    folder.write(text + CHOICE % (f"!({condition})", kind))
    assert folder.rules() == []


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("string", '["a"]'),
        ("number", '"x"'),
        ("number", '"1e999999"'),
        ("bool", '"yes"'),
        ("list(string)", '"a"'),
        ("list(number)", '["x"]'),
        ("map(string)", '["a"]'),
        ("map(number)", '{ a = "x" }'),
        ("object({ a = string })", "{}"),
        ("object", "{}"),
        ("object()", "{}"),
        ("object({ a = optional() })", "{ a = 1 }"),
        ("object({ a = optional(number, 1) })", "{ (var.lost) = 2 }"),
        ("tuple([string])", '["a"]'),
        ("set(any)", "[{ a = 1 }]"),
    ],
)
def test_a_value_of_another_type_is_not_known(kind: str, value: str) -> None:
    document = parse(f"kind = {kind}\nvalue = {value}\n", "x.tf", "hcl")
    assert isinstance(document.data, Body)
    given = document.data.attributes

    class Nameless:
        prefix = ""

        def lookup(self, steps: Sequence[str | int | None]) -> tuple[TerraformValue | None, int]:
            return None, 0

    def evaluate(node: Expression) -> TerraformValue:
        return Evaluator(document, Nameless(), EvaluationBudget(), None).evaluate(node, {})  # type: ignore[arg-type]

    found = evaluate(given["value"].value)
    assert converted(found, given["kind"].value, evaluate) is None


def test_null_is_the_default_of_variables_that_are_not_nullable(folder: Folder) -> None:
    text = QUEUE + ROLE + machine() + policy("${local.action}")
    folder.write(text + CHOICE % ("var.x == null", "string"))
    folder.write("x = null\n", "terraform.tfvars")
    assert folder.rules() == ["EF401"]
    folder.write(text + CHOICE % ("var.x == null", "string\n  nullable = false"))
    assert folder.rules() == []


def test_names_of_files_and_instances(folder: Folder) -> None:
    folder.write(SEND_JSON, "flow.json")
    call = 'templatefile("${var.file}", { QUEUE = aws_sqs_queue.orders.url })'
    text = QUEUE + ROLE + machine(call).replace("name  ", "for_each = var.names\n  name  ")
    variables = 'variable "file" {\n  default = "gone.json"\n}\nvariable "names" {}\n'
    folder.write(text + policy() + variables)
    assert folder.rules() == ["IF004"]
    folder.write('file = "flow.json"\nnames = { a = "b", c = "d" }\n', "terraform.tfvars")
    assert folder.rules() == []
    assert [one.machine for one in folder.run().machines] == [
        'aws_sfn_state_machine.flow["a"]',
        'aws_sfn_state_machine.flow["c"]',
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("terraform.tfvars", "action = {"),
        ("terraform.tfvars.json", '{"action": '),
        ("terraform.tfvars", "x" * (1024 * 1024 + 1)),
    ],
)
def test_files_that_are_not_read_prevent_findings(folder: Folder, name: str, text: str) -> None:
    folder.write(LACKING).write(text, name)
    assert folder.rules() == ["IF022"]
    assert folder.cut("IF022")[0] == name


@pytest.mark.parametrize(
    "text",
    [
        "action = var.action\n",
        "action = local.x\n",
        'action = "${upper(var.action)}"\n',
        'action = file("../../x")\n',
        "",
    ],
)
def test_expressions_in_variable_files_are_unknown(folder: Folder, text: str) -> None:
    folder.write(OPEN).write(text, "terraform.tfvars")
    assert folder.rules() == []


@pytest.mark.parametrize("text", ["[1]", '"x"', "{}", "[" * 100 + "]" * 100])
def test_other_json_sets_nothing(folder: Folder, text: str) -> None:
    folder.write(OPEN).write(text, "terraform.tfvars.json")
    assert folder.rules() == []


def test_a_link_out_of_the_repository_sets_nothing(folder: Folder) -> None:
    (folder.path / "inside" / ".git").mkdir(parents=True)
    inside = Folder(folder.path / "inside").write(OPEN)
    folder.write(gives("sqs:ReceiveMessage"), "outside.tfvars")
    (inside.path / "terraform.tfvars").symlink_to(folder.path / "outside.tfvars")
    assert inside.rules() == []


def test_a_variable_file_leads_to_its_configuration(folder: Folder) -> None:
    folder.write(OPEN).write(gives("x"), "terraform.tfvars")
    found = run_text(gives("sqs:ReceiveMessage"), "terraform.tfvars", Options()).findings
    assert [one.rule for one in found if one.rule[0] == "E"] == ["EF401"]
    assert run_text(gives("x"), "alone/terraform.tfvars", Options()).findings == []


# Overriding

BASE = QUEUE + ROLE + machine() + DOCUMENT + WAYS["document"].replace(DOCUMENT, "")
LISTENS = """
data "aws_iam_policy_document" "send" {
  statement {
    actions   = ["sqs:ReceiveMessage"]
    resources = [aws_sqs_queue.orders.arn]
  }
}
"""


@pytest.mark.parametrize("name", ["override.tf", "main_override.tf"])
def test_blocks_are_replaced(folder: Folder, name: str) -> None:
    folder.write(BASE).write(LISTENS, name)
    assert folder.rules() == ["EF401"]
    folder.write(BASE.replace('SendMessage"]', 'x"]')).write(DOCUMENT, name)
    assert folder.rules() == []


def test_other_names_override_nothing(folder: Folder) -> None:
    folder.write(BASE)
    for name in ("nooverride.tf", "override_.tf", ".override.tf"):
        folder.write(LISTENS, name)
        assert folder.rules() == []
        (folder.path / name).unlink()


def test_arguments_are_replaced_and_others_stay(folder: Folder) -> None:
    definition = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}'
    text = f'resource "aws_sfn_state_machine" "flow" {{\n  definition = <<E\n{definition}\nE\n}}\n'
    folder.write(BASE).write(text, "flow_override.tf")
    [one] = folder.run().machines
    assert one.machine == "aws_sfn_state_machine.flow"
    assert folder.cut("EF202")[0] == "flow_override.tf"
    assert folder.rules() == ["EF202"]


def test_dynamic_blocks_are_replaced(folder: Folder) -> None:
    dynamic = """
data "aws_iam_policy_document" "send" {
  dynamic "statement" {
    for_each = ["sqs:ReceiveMessage"]
    content {
      actions   = [statement.value]
      resources = [aws_sqs_queue.orders.arn]
    }
  }
}
"""
    folder.write(BASE).write(dynamic, "override.tf")
    assert folder.rules() == ["EF401"]
    folder.write(BASE.replace(DOCUMENT, dynamic)).write(DOCUMENT, "override.tf")
    assert folder.rules() == []


def test_the_last_override_counts(folder: Folder) -> None:
    folder.write(BASE).write(DOCUMENT, "a_override.tf").write(LISTENS, "b_override.tf")
    assert folder.rules() == ["EF401"]
    folder.write(LISTENS, "a_override.tf").write(DOCUMENT, "b_override.tf")
    assert folder.rules() == []


def test_overriding_in_json(folder: Folder) -> None:
    statement = {"actions": ["sqs:ReceiveMessage"], "resources": ["*"]}
    data = {"data": {"aws_iam_policy_document": {"send": {"statement": statement}}}}
    folder.write(BASE).write(json.dumps(data), "more_override.tf.json")
    assert folder.rules() == ["EF401"]


def test_locals_variables_and_modules_are_overridden(folder: Folder) -> None:
    text = (
        BASE.replace('"sqs:SendMessage"]', "local.action]") + 'locals {\n  a = "sqs:SendMessage"\n'
    )
    folder.write(text + "  action = local.a\n}\n")
    assert folder.rules() == []
    folder.write('locals {\n  a = "sqs:ReceiveMessage"\n}\n', "override.tf")
    assert folder.rules() == ["EF401"]
    (folder.path / "override.tf").unlink()
    folder.write(CALLING).write(CALLED, "modules/flow/main.tf")
    assert len(folder.run().machines) == 1
    folder.write('module "flow" {\n  source = "./gone"\n}\n', "override.tf")
    assert folder.run().machines == []


def test_an_override_without_a_block_declares_nothing(folder: Folder) -> None:
    folder.write(QUEUE + ROLE + policy()).write(machine(), "override.tf")
    assert folder.run().machines == []

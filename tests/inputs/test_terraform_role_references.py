"""The roles that a block refers to, through local values, variables, outputs and modules."""

from __future__ import annotations

import pytest
from inputs.terraform_modules import root_scope

from sfnlint.inputs.terraform.role_references import RoleReferences

ROLES = """
resource "aws_iam_role" "a" { name = "a" }
resource "aws_iam_role" "b" { count = 2 }
resource "aws_iam_role" "c" { for_each = { x = 1 } }
"""
B = ["aws_iam_role.b[0]", "aws_iam_role.b[1]"]


def roles(body: str, more: str = "", **children: str) -> list[str]:
    scope = root_scope(f'{ROLES}resource "aws_x" "user" {{\n{body}\n}}\n{more}', children)
    block = scope.module.blocks["resource", "aws_x", "user"].block
    return sorted(RoleReferences().roles(scope, block.body))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", []),
        ("role = aws_iam_role.a.arn", ["aws_iam_role.a"]),
        ("role = aws_iam_role.a", ["aws_iam_role.a"]),
        ("role = aws_iam_role.lost.arn", []),
        ("role = aws_iam_role", []),
        ("name = aws_sqs_queue.a.name", []),
        # Indices are not evaluated.
        ("role = aws_iam_role.b[0].arn", B),
        ('role = aws_iam_role.c["x"].arn', ['aws_iam_role.c["x"]']),
        ("role = [for r in aws_iam_role.b : r.arn]", B),
        ('role = "${aws_iam_role.a.name}-x"', ["aws_iam_role.a"]),
        ("role = var.x ? aws_iam_role.a.arn : null", ["aws_iam_role.a"]),
        ("nested {\n  deeper {\n    role = aws_iam_role.a.arn\n  }\n}", ["aws_iam_role.a"]),
        # An index refers to a role as well.
        ("name = local.names[aws_iam_role.a.name]", ["aws_iam_role.a"]),
        ("name = local.names[0]", []),
    ],
)
def test_references(body: str, expected: list[str]) -> None:
    assert roles(body) == expected


def test_local_values_and_data_sources() -> None:
    more = """
locals {
  one = local.two
  two = { role = aws_iam_role.a.arn, loop = local.one }
}
data "aws_iam_policy_document" "d" {
  statement {
    resources = [local.one.role]
  }
}
"""
    assert roles("x = local.one", more) == ["aws_iam_role.a"]
    assert roles("x = local.lost", more) == []
    assert roles("x = local", more) == []
    assert roles("x = data.aws_iam_policy_document.d.json", more) == ["aws_iam_role.a"]
    assert roles("x = data.aws_iam_policy_document.lost.json", more) == []


CHILD = """
variable "role" {}
variable "lost" {}
resource "aws_iam_role" "inner" { name = "inner" }
output "given" { value = var.role }
output "own" { value = aws_iam_role.inner.arn }
output "nothing" { value = var.lost }
"""
CALL = 'module "m" {\n  source = "./m"\n  role = aws_iam_role.a.arn\n}\n'
INNER = "module.m.aws_iam_role.inner"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x = module.m.given", ["aws_iam_role.a"]),
        ("x = module.m.own", [INNER]),
        ("x = module.m.nothing", []),
        ("x = module.m", ["aws_iam_role.a", INNER]),
        ("x = module.m[var.x]", ["aws_iam_role.a", INNER]),
        ("x = module.lost.own", []),
        ("x = module", []),
        ("x = var.role", []),
    ],
)
def test_modules(body: str, expected: list[str]) -> None:
    assert roles(body, CALL, m=CHILD) == expected


def test_modules_with_several_instances() -> None:
    call = CALL.replace("{\n", "{\n  count = 2\n", 1)
    inner = ["module.m[0].aws_iam_role.inner", "module.m[1].aws_iam_role.inner"]
    # Outputs after an index are not told apart.
    assert roles("x = module.m[0].own", call, m=CHILD) == ["aws_iam_role.a", *inner]
    assert roles("x = module.m[*].given", call, m=CHILD) == ["aws_iam_role.a", *inner]


def test_a_module_that_is_not_in_the_files() -> None:
    assert roles("x = module.m.own", CALL) == []


def test_blocks_that_share_a_reference() -> None:
    """References are followed once, with the same result for every block."""
    scope = root_scope(ROLES + CALL, {"m": CHILD})
    body = scope.module.blocks["module", "m"].block.body
    references = RoleReferences()
    assert references.roles(scope, body) == references.roles(scope, body) == {"aws_iam_role.a"}
    child = scope.child(scope.instances(("module", "m"))[0])
    assert child is not None
    output = child.module.blocks["output", "given"].block.body
    assert references.roles(child, output) == {"aws_iam_role.a"}

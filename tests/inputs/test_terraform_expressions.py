"""Terraform expressions: values that Terraform computes, and those that stay unknown."""

from __future__ import annotations

import pytest
from inputs.terraform_modules import UNKNOWN, plain, root_scope, value_of

from sfnlint.inputs.terraform.module_scope import ModuleScope
from sfnlint.inputs.terraform.values import ListValue, UnknownValue

LOCALS = """
  names   = ["a", "b", "c"]
  numbers = { one = 1, two = 2 }
  nested  = { list = ["x", "y"], "1" = "first", "a b" = "spaced" }
  merged  = merge({ a = 1, b = 2 }, { a = 3 })
  partly  = { (var.key) = 1, a = 2 }
  same    = [for name in local.names : "s"]
"""
MORE = """
variable "unset" {}
variable "key" {}
resource "aws_x" "y" { z = "attribute" }
"""


def scope_of(expression: str) -> ModuleScope:
    return root_scope(f"locals {{\n  x = {expression}\n{LOCALS}}}\n{MORE}")


def check(expression: str, expected: object) -> None:
    found = plain(value_of(scope_of(expression), "local", "x"))
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # Numbers are compared by their values.
        ("1 == 1.0", True),
        ("1.0 == 1", True),
        ("1.5 == 1.50", True),
        ("2 * 3 == 6.0", True),
        ("1 != 1.0", False),
        ("0 == -0", True),
        ("1 == 2", False),
        # Values of different types are not equal.
        ('1 == "1"', False),
        ('"1" == 1', False),
        ("1 == true", False),
        ("0 == false", False),
        ('"true" == true', False),
        ("true == true", True),
        ("true == false", False),
        ("true != false", True),
        ('"a" == "a"', True),
        ('"a" == "b"', False),
        ('"${1}" == 1', True),
        ('"${1}0" == 10', False),
        ("[true] == true", False),
        ("[] == null", False),
        ('local.numbers != "one"', True),
        ("[var.unset] == true", False),
        ("[1] == [1]", UNKNOWN),
        ("var.unset == true", UNKNOWN),
        # Null equals null only.
        ("null == null", True),
        ('null == ""', False),
        ("0 == null", False),
        ('"${var.unset}-x" == null', False),
        ('"${var.unset}-x" == 1', False),
        ('"${var.unset}-x" == "x"', UNKNOWN),
        ("var.unset == null", UNKNOWN),
        ("{} == null", False),
    ],
)
def test_equality(expression: str, expected: object) -> None:
    check(expression, expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 < 1.5", True),
        ("2 <= 2.0", True),
        ("1 > 1.0", False),
        ("1 >= 2", False),
        ("1 + 2", 3),
        ("1 - 2", -1),
        ("2 * 3", 6),
        ("-(1.5)", -1.5),
        ("-3", -3),
        # Decimal fractions, inexact divisions and large numbers would be rounded.
        ("0.1 + 0.2", UNKNOWN),
        ("7 / 2", UNKNOWN),
        ("7 % 2", 1),
        ("9999999999999999 + 1", UNKNOWN),
        (f"{'1' * 400}.0", UNKNOWN),
        # Terraform converts these; nobody writes them.
        ('"1" + 1', UNKNOWN),
        ("true < 1", UNKNOWN),
        ("var.unset + 1", UNKNOWN),
        ("!true", False),
        ('!"false"', True),
        ("!var.unset", UNKNOWN),
        ("!1", UNKNOWN),
        ("true && false", False),
        ("var.unset && false", False),
        ("var.unset && true", UNKNOWN),
        ("true || var.unset", True),
        ("false || var.unset", UNKNOWN),
        ("false || false", False),
        ("true && true", True),
    ],
)
def test_operators(expression: str, expected: object) -> None:
    check(expression, expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("true ? 1 : 2", 1),
        ("false ? 1 : 2", 2),
        ('"true" ? 1 : 2', 1),
        ("1 ? 1 : 2", UNKNOWN),
        ("var.unset ? 1 : 1", UNKNOWN),
        # Both results have one type.
        ('true ? 1 : "a"', "1"),
        ('false ? "a" : 1.50', "1.5"),
        ('true ? true : ""', "true"),
        ('(true ? 1 : "a") == "1"', True),
        ('true ? null : "a"', None),
        ("true ? [] : null", []),
        ("true ? 1 : var.unset", 1),
        # Conditions group from the right.
        ('true ? "a" : false ? "b" : "c"', "a"),
        ('false ? "a" : true ? "b" : "c"', "b"),
        ('false ? "a" : false ? "b" : true ? "c" : "d"', "c"),
        ('(true ? false : true) ? "a" : "b"', "b"),
        ('true ? false ? "a" : "b" : "c"', "b"),
        ('var.unset ? "a" : true ? "b" : "c"', UNKNOWN),
    ],
)
def test_conditional(expression: str, expected: object) -> None:
    check(expression, expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("local.names[0]", "a"),
        ("local.names[2]", "c"),
        ("local.names.1", "b"),
        ('local.names["1"]', "b"),
        ("local.names[1.0]", "b"),
        ("local.names[1 + 1]", "c"),
        # An index outside of the list is an error.
        ("local.names[-1]", UNKNOWN),
        ("local.names[-3]", UNKNOWN),
        ("local.names[3]", UNKNOWN),
        ('local.names["-1"]', UNKNOWN),
        ('local.names["x"]', UNKNOWN),
        ('local.names[""]', UNKNOWN),
        ("local.names[true]", UNKNOWN),
        ("local.names[1.5]", UNKNOWN),
        ("local.names[null]", UNKNOWN),
        ("local.names[var.unset]", UNKNOWN),
        # The elements of a set have no index.
        ('toset(["a"])[0]', UNKNOWN),
        ("local.numbers.one", 1),
        ('local.numbers["two"]', 2),
        ("local.numbers.three", UNKNOWN),
        ("local.nested.list[1]", "y"),
        ('local.nested["1"]', "first"),
        ("local.nested[1]", "first"),
        ("local.nested[-1]", UNKNOWN),
        ('local.nested["a b"]', "spaced"),
        ("local.merged.a", 3),
        ('"text"[0]', UNKNOWN),
        ("1.name", UNKNOWN),
        ("local.names[*]", ["a", "b", "c"]),
        ("local.nested[*].list", [["x", "y"]]),
        ("null[*].a", []),
        ('"text"[*].a', UNKNOWN),
        ("local.lost", UNKNOWN),
        ("aws_x.y.z", "attribute"),
        ("aws_x.y[0]", UNKNOWN),
        ("aws_x", UNKNOWN),
        ("path.module", "."),
        ("path.cwd", "."),
        ("terraform.workspace", UNKNOWN),
    ],
)
def test_references(expression: str, expected: object) -> None:
    check(expression, expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("[for n in local.names : n]", ["a", "b", "c"]),
        ("[for i, n in local.names : i]", [0, 1, 2]),
        ('[for n in local.names : n if n != "b"]', ["a", "c"]),
        ("[for n in local.names : n if var.unset]", UNKNOWN),
        ("[for n in var.unset : n]", UNKNOWN),
        ('[for n in "text" : n]', UNKNOWN),
        ("{ for n in local.names : n => 1 }", {"a": 1, "b": 1, "c": 1}),
        ("{ for n in local.names : n => 1... }", UNKNOWN),
        ("{ for n in local.names : [] => 1 }", UNKNOWN),
        ("{ ([]) = 1 }", UNKNOWN),
        ("{ 1 = 2 }", {"1": 2}),
        # An object is iterated in the order of its keys, each once.
        ("[for k, v in { b = 1, a = 2 } : k]", ["a", "b"]),
        ("[for k, v in local.merged : v]", [3, 2]),
        ("[for v in local.partly : v]", [1, 2]),
        # The key of a set is its element.
        ('[for k, v in toset(["b", "a"]) : k]', ["a", "b"]),
    ],
)
def test_collections(expression: str, expected: object) -> None:
    check(expression, expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('"a${1}b"', "a1b"),
        ('"${1.0}"', 1),
        ('"x${1.0}"', "x1"),
        ('"x${1.50}"', "x1.5"),
        ('"x${0.0000001}"', "x0.0000001"),
        ('"x${true}"', "xtrue"),
        ('"x${null}"', UNKNOWN),
        ('"x${[]}"', UNKNOWN),
        ('"x${var.unset}"', UNKNOWN),
        ('"%{ if true }a%{ else }b%{ endif }"', "a"),
        ('"%{ if 1 == 1.5 }a%{ else }b%{ endif }"', "b"),
        ('"%{ if var.unset }a%{ endif }"', UNKNOWN),
        ('"%{ for n in local.names }<${n}>%{ endfor }"', "<a><b><c>"),
        ('"%{ for n in var.unset }${n}%{ endfor }"', UNKNOWN),
        ('"%{ for n in local.names }${[]}%{ endfor }"', UNKNOWN),
    ],
)
def test_strings(expression: str, expected: object) -> None:
    check(expression, expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("local.names", "main.tf"),
        ("var.unset.a[0]", "var.unset.a[0]"),
        ('var.unset["a"].b', "var.unset.a.b"),
        ('var.unset["a b"]', 'var.unset["a b"]'),
        ("var.unset[var.key]", "var.unset[var.key]"),
        ("unknown_function(1)", "unknown_function(1)"),
    ],
)
def test_names_of_unknown_values(expression: str, expected: str) -> None:
    value = value_of(scope_of(expression), "local", "x")
    if isinstance(value, UnknownValue):
        assert value.reference == {"Ref": expected}
    else:
        assert expected == "main.tf"
        assert value is not None
        assert value.place.document.file == expected


def test_equal_expressions_are_equal_unless_they_change() -> None:
    def references(expression: str) -> set[str]:
        value = value_of(scope_of(expression), "local", "x")
        assert isinstance(value, ListValue)
        return {item.reference["Ref"] for item in value.items if isinstance(item, UnknownValue)}

    assert len(references("[lost(1), lost(1)]")) == 1
    assert len(references("[lost(1), lost(2)]")) == 2
    assert len(references("[timestamp(), timestamp()]")) == 2
    assert len(references("[for name in local.names : lost(name)]")) == 1
    long = "+".join(["1"] * 600)
    assert len(references(f"[lost({long}), lost({long})]")) == 2
    assert all(len(name) < 100 for name in references(f"[lost({long})]"))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # Lists
        ("element(local.names, 1)", "b"),
        ("element(local.names, 4)", "b"),
        ("element(local.names, 3)", "a"),
        ("element(local.names, -1)", UNKNOWN),
        ("element(local.names, 1.5)", UNKNOWN),
        ("element(local.names, var.unset)", UNKNOWN),
        ("element([], 0)", UNKNOWN),
        ('concat(local.names, ["d"])', ["a", "b", "c", "d"]),
        ("concat(local.names, null)", UNKNOWN),
        ("flatten([[1, [2]], [], 3])", [1, 2, 3]),
        ("flatten([[1], var.unset])", UNKNOWN),
        ("flatten([[1], [[var.unset]]])", UNKNOWN),
        ("distinct(local.same)", ["s"]),
        ('distinct(["b", "a", "b"])', ["b", "a"]),
        ("distinct([var.unset])", UNKNOWN),
        ('compact(["a", "", null, "b"])', ["a", "b"]),
        ('compact(["a", var.unset])', UNKNOWN),
        ('compact(["${var.unset}${var.key}"])', UNKNOWN),
        ('length(compact(["x${var.unset}"]))', 1),
        ("one([])", None),
        ('one(["a"])', "a"),
        ("one(local.names)", UNKNOWN),
        ("length(local.names)", 3),
        ("length(local.merged)", 2),
        ("length(local.partly)", UNKNOWN),
        ("length({})", 0),
        ('length("text")', 4),
        # Sets
        ('toset(["b", "a", "b"])', ("a", "b")),
        ("toset([10, 9, 10.0])", (9, 10)),
        ('toset([1, "a"])', ("1", "a")),
        ('toset(["1", 1])', ("1",)),
        ("toset([true, false])", (False, True)),
        ("toset([[]])", UNKNOWN),
        ("toset([var.unset])", UNKNOWN),
        ("toset({})", UNKNOWN),
        ('tolist(toset(["b", "a"]))', ["a", "b"]),
        ('tolist(toset(["b", "a"]))[0]', "a"),
        ("tolist(local.names)", ["a", "b", "c"]),
        ('length(toset(["a", "a"]))', 1),
        ('jsonencode(toset(["b", "a"]))', '["a","b"]'),
        # Objects
        ("merge({ a = 1 }, { b = 2 })", {"a": 1, "b": 2}),
        ("merge({ a = 1 }, null)", {"a": 1}),
        ("keys({ b = 1, a = 2 })", ["a", "b"]),
        ("values({ b = 1, a = 2 })", [2, 1]),
        ("keys(local.partly)", UNKNOWN),
        ("values([])", UNKNOWN),
        ('lookup(local.numbers, "one")', 1),
        ('lookup(local.numbers, "three", 3)', 3),
        ('lookup(local.numbers, "three")', UNKNOWN),
        ('lookup(local.partly, "a", 3)', UNKNOWN),
        ('lookup(local.names, "a", 3)', UNKNOWN),
        ("lookup(local.numbers, var.unset, 3)", UNKNOWN),
        ('zipmap(["a", "b"], [1, 2])', {"a": 1, "b": 2}),
        ('zipmap(["a"], [1, 2])', UNKNOWN),
        ("zipmap([null], [1])", UNKNOWN),
        ("tomap(local.numbers)", {"one": 1, "two": 2}),
        # Strings
        ('join("-", local.names)', "a-b-c"),
        ('join("-", ["a"], ["b"])', "a-b"),
        ('join("", [1.0, true])', "1true"),
        ('join("-", [null])', UNKNOWN),
        ('join([], ["a"])', UNKNOWN),
        ('join("-", "a")', UNKNOWN),
        ('split(",", "a,b")', ["a", "b"]),
        ('split(",", "")', [""]),
        ('split("", "ab")', ["a", "b"]),
        ('split(",", var.unset)', UNKNOWN),
        ('format("%s-%d-%v", "a", 1, true)', "a-1-true"),
        ('format("100%%")', "100%"),
        ('format("%s")', UNKNOWN),
        ('format("%s", "a", "b")', UNKNOWN),
        ('format("%05d", 1)', "00001"),
        ('format("%s", [])', UNKNOWN),
        ('format("${var.unset}", 1)', UNKNOWN),
        ("format(1)", UNKNOWN),
        ('format("a${var.unset}%s", 1)', UNKNOWN),
        ('format(upper("%s-%s"), "a", "b")', UNKNOWN),
        ('format(lower("%S-%S"), "a", "b")', "a-b"),
        ('lower("AbC")', "abc"),
        ('upper("abc")', "ABC"),
        ("upper(var.unset)", UNKNOWN),
        ('trimspace(" a ")', "a"),
        ('chomp("a\\n")', "a"),
        ('trimprefix("abc", "a")', "bc"),
        ('trimsuffix("abc", "c")', "ab"),
        ('replace("a-b", "-", "+")', "a+b"),
        ('replace("a-b", "/[ab]/", "x")', "x-x"),
        ('replace("a/b", "/", "-")', "a-b"),
        ('replace("a", "-")', UNKNOWN),
        ('basename("a/b.json")', "b.json"),
        ('basename("a/b/")', "b"),
        ('basename("/")', "/"),
        ('basename("")', "."),
        ('dirname("a/b.json")', "a"),
        ('dirname("b.json")', "."),
        ('dirname("/b.json")', "/"),
        ('dirname("a//b/c")', "a/b"),
        ('abspath("a")', "a"),
        ('indent(2, "a")', "a"),
        ("indent(2, 1)", UNKNOWN),
        ("tostring(1.0)", "1"),
        ("tostring(null)", UNKNOWN),
        ('sensitive("a")', "a"),
        # Choices
        ('coalesce("", null, "a")', "a"),
        ('coalesce("", "${""}")', UNKNOWN),
        ('coalesce(var.unset, "a")', UNKNOWN),
        ('coalesce("${var.unset}${var.key}", "a")', UNKNOWN),
        ("coalesce(null, [1])", [1]),
        ("coalesce(0, 1)", 0),
        ('try(local.names[0], "x")', "a"),
        ('try(local.names[-1], "x")', "x"),
        ("try()", UNKNOWN),
        # Encodings
        ("jsonencode({ a = [1.0, null], b = 1.5 })", '{"a":[1,null],"b":1.5}'),
        ('jsondecode("[1.0, true]")[0] == 1', True),
        ('jsondecode("{\\"a\\": {\\"b\\": null}}")', {"a": {"b": None}}),
        ('jsondecode("[")', UNKNOWN),
        ('jsondecode("")', UNKNOWN),
        ("jsondecode(1)", UNKNOWN),
        ('yamldecode("a: [x, 2]")', {"a": ["x", 2]}),
        ('yamldecode("a: yes")', UNKNOWN),
        ("yamldecode([])", UNKNOWN),
        ('jsondecode("[\\"${var.unset}\\", \\"a\\"]")[1]', "a"),
        ("jsondecode(jsonencode(local.numbers)).two", 2),
        # Files
        ('file("plain.txt")', "text"),
        ('file("lost.txt")', UNKNOWN),
        ("file(1)", UNKNOWN),
        ('templatefile("plain.txt", { all = "filled" })', "filled"),
        ('templatefile("lost.txt", {})', UNKNOWN),
        ('templatefile("plain.txt", [])', UNKNOWN),
        ('core::upper("a")', "A"),
        ("keys()", UNKNOWN),
        # The last argument may be a list of arguments.
        ('concat([["a"], ["b"]]...)', ["a", "b"]),
        ("concat(var.unset...)", UNKNOWN),
    ],
)
def test_functions(expression: str, expected: object) -> None:
    check(expression, expected)


@pytest.mark.parametrize(
    ("constraint", "passed", "expected"),
    [
        ("string", "1", "1"),
        ("string", "1.0", "1"),
        ("number", '"2"', 2),
        ("bool", '"true"', True),
        ("set(string)", '["b", "a", "b"]', ("a", "b")),
        ("list(string)", "[1, 2]", ["1", "2"]),
        ("map(string)", "{ a = 1 }", {"a": "1"}),
        (
            "object({ a = string, b = optional(number, 5) })",
            '{ a = 1, c = "x" }',
            {"a": "1", "b": 5},
        ),
        ("object({ a = string })", "var.unset", UNKNOWN),
        ("number", '"x"', "x"),
        ("list", "[1]", [1]),
        ("map", "{ a = 1 }", {"a": 1}),
        ("object({ (var.lost) = string })", "{ a = 1 }", {"a": 1}),
        ("tuple([string])", "[1]", [1]),
        ("any", "1", 1),
        ("string", "null", None),
    ],
)
def test_arguments_of_modules_are_converted(constraint: str, passed: str, expected: object) -> None:
    root = f'variable "unset" {{}}\nmodule "m" {{\n  source = "./m"\n  x = {passed}\n}}\n'
    root += "locals {\n  x = module.m.x\n}\n"
    variable = f'variable "x" {{\n  type = {constraint}\n}}\n'
    child = variable + 'output "x" {\n  value = var.x\n}\n'
    found = plain(value_of(root_scope(root, {"m": child}), "local", "x"))
    assert (found, type(found)) == (expected, type(expected))


INSTANCES = """
resource "aws_sqs_queue" "each" {
  for_each = toset(["b", "a"])
  name     = "queue-${each.key}-${each.value}"
}
resource "aws_sqs_queue" "map" {
  for_each = { one = "x", two = "y" }
  name     = "${each.key}-${each.value}"
}
resource "aws_sqs_queue" "counted" {
  count = 2
  name  = "queue-${count.index}"
}
resource "aws_sqs_queue" "maybe" {
  count = var.unset ? 1 : 0
  name  = "queue"
}
resource "aws_sqs_queue" "unknown" {
  for_each = var.unset
  name     = "queue-${each.key}"
}
resource "aws_glue_job" "job" {
  name = "job"
}
resource "aws_sqs_queue" "itself" {
  count = length(aws_sqs_queue.itself)
}
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('aws_sqs_queue.each["a"].delay', 'aws_sqs_queue.each["a"].delay'),
        ('aws_sqs_queue.each["a"].arn', {"Fn::GetAtt": ['aws_sqs_queue.each["a"]', "Arn"]}),
        ('aws_sqs_queue.each["c"].arn', 'aws_sqs_queue.each["c"].arn'),
        ('aws_sqs_queue.map["one"].url', {"Fn::GetAtt": ['aws_sqs_queue.map["one"]', "QueueUrl"]}),
        ("aws_sqs_queue.counted[1].arn", {"Fn::GetAtt": ["aws_sqs_queue.counted[1]", "Arn"]}),
        ("aws_sqs_queue.counted[2].arn", "aws_sqs_queue.counted[2].arn"),
        ("aws_sqs_queue.counted[-1].arn", "aws_sqs_queue.counted[-1].arn"),
        ("aws_sqs_queue.counted[*].arn", None),
        ("values(aws_sqs_queue.each)[0].arn", {"Fn::GetAtt": ['aws_sqs_queue.each["a"]', "Arn"]}),
        ("aws_sqs_queue.maybe[0].arn", {"Fn::GetAtt": ["aws_sqs_queue.maybe[0]", "Arn"]}),
        # With an unknown index, the address has a wildcard.
        ('aws_sqs_queue.unknown["a"].arn', {"Fn::GetAtt": ["aws_sqs_queue.unknown[*]", "Arn"]}),
        ("aws_sqs_queue.itself[0].arn", {"Fn::GetAtt": ["aws_sqs_queue.itself[*]", "Arn"]}),
        (
            "aws_glue_job.job.arn",
            {
                "Fn::Sub": [
                    "arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:job/${Name}",
                    {"Name": {"Ref": "aws_glue_job.job"}},
                ]
            },
        ),
    ],
)
def test_instances(expression: str, expected: object) -> None:
    text = f"locals {{\n  x = {expression}\n}}\n{INSTANCES}{MORE}"
    value = value_of(root_scope(text), "local", "x")
    if expected is None:
        assert isinstance(value, ListValue)
        assert len(value.items) == 2
        return
    assert isinstance(value, UnknownValue)
    assert value.reference == ({"Ref": expected} if isinstance(expected, str) else expected)


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("each", {'["a"]': "queue-a-a", '["b"]': "queue-b-b"}),
        ("map", {'["one"]': "one-x", '["two"]': "two-y"}),
        ("counted", {"[0]": "queue-0", "[1]": "queue-1"}),
        ("maybe", {"[0]": "queue"}),
        ("unknown", {"[*]": UNKNOWN}),
    ],
)
def test_names_of_instances(block: str, expected: dict[str, object]) -> None:
    instances = root_scope(INSTANCES + MORE).instances(("resource", "aws_sqs_queue", block))
    names = {one.address.partition(block)[2]: plain(one.value("name")) for one in instances}
    assert names == expected


def test_defaults_of_the_variables_of_a_called_module() -> None:
    root = 'module "m" {\n  source = "./m"\n}\nlocals {\n  x = module.m.x\n}\n'
    child = 'variable "x" {\n  default = 1.0\n%s}\noutput "x" {\n  value = var.x\n}\n'
    assert plain(value_of(root_scope(root, {"m": child % ""}), "local", "x")) == 1
    typed = child % "  type = string\n"
    assert plain(value_of(root_scope(root, {"m": typed}), "local", "x")) == "1"
    # In the root module, the command line may set another value.
    assert plain(value_of(root_scope(typed), "var", "x")) is UNKNOWN


@pytest.mark.parametrize(
    "output", ['output "y" { value = 1 }', 'output "x" {}', 'output "x" { value = module.m.x }']
)
def test_outputs_that_are_not_known(output: str) -> None:
    root = 'module "m" {\n  source = "./m"\n}\nlocals {\n  x = module.m.x\n}\n'
    value = value_of(root_scope(root, {"m": output}), "local", "x")
    assert isinstance(value, UnknownValue)
    assert "x" in value.reference["Ref"]

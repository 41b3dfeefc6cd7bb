"""Terraform's functions; the expected values are those of `terraform console`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inputs.terraform_modules import UNKNOWN, plain, root_scope, value_of

from sfnlint.inputs.terraform import regular_expressions
from sfnlint.inputs.terraform.file_patterns import PatternError, matching_files
from sfnlint.inputs.terraform.files import ModuleFolders

MODULE = """
variable "unset" {}
variable "other" {}
resource "aws_iam_role" "flow" { name = "flow" }
resource "aws_sqs_queue" "orders" { name = "orders" }
locals {
  known = { a = 1, "b c" = [1, 2] }
  none  = null
"""


def check(expression: str, expected: object) -> None:
    scope = root_scope(f"{MODULE}  x = {expression}\n}}\n")
    value = plain(value_of(scope, "local", "x"))
    assert (value, type(value)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('startswith("abc", "ab")', True),
        ('startswith("abc", "b")', False),
        ('startswith("abc", "")', True),
        ('startswith("", "a")', False),
        ('startswith("x_${var.unset}", "x_")', True),
        ('startswith("x_${var.unset}", "y")', False),
        ('startswith("x_${var.unset}", "x_a")', UNKNOWN),
        ('startswith(var.unset, "x")', UNKNOWN),
        ('startswith("x", var.unset)', UNKNOWN),
        ('endswith("abc", "bc")', True),
        ('endswith("abc", "b")', False),
        ('endswith("${var.unset}-a.json", "a.json")', True),
        ('endswith("${var.unset}${"a"}${".json"}", "a.json")', True),
        ('endswith("${var.unset}.json", ".yaml")', False),
        ('endswith("${var.unset}.json", "a.json")', UNKNOWN),
        ('endswith("a", "ba")', False),
        ('endswith("a", var.unset)', UNKNOWN),
        ('strcontains("abc", "b")', True),
        ('strcontains("abc", "d")', False),
        ('strcontains(var.unset, "d")', UNKNOWN),
        ('substr("hello", 1, -1)', "ello"),
        ('substr("hello", -3, 2)', "ll"),
        ('substr("hello", 9, 2)', ""),
        ('substr("hello", 1, 100)', "ello"),
        ('substr("abc", -5, 2)', "ab"),
        ('substr("é", 0, 1)', UNKNOWN),
        ('title("don\'t hello_world a-b")', "Don'T Hello_world A-B"),
        ('title("école")', UNKNOWN),
        ('trim("??a?b?", "?")', "a?b"),
        ('trim("xya", "yx")', "a"),
        ('trim("abc", "")', "abc"),
        ('strrev("abc")', "cba"),
        ('strrev("é")', UNKNOWN),
        ('trimspace(" \\n a")', "a"),
        ("lower(1)", "1"),
        ("upper(true)", "TRUE"),
        ('urlencode("a b/ü")', "a+b%2F%C3%BC"),
        ('urlencode("~-_.*\'()")', "~-_.%2A%27%28%29"),
        ('base64encode("a")', "YQ=="),
        ('base64decode("YQ==")', "a"),
        ('base64decode("?")', UNKNOWN),
        ('md5("a")', "0cc175b9c0f1b6a831c399e269772661"),
        ('sha1("a")', "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"),
        ('substr(sha256("a"), 0, 8)', "ca978112"),
        ('pathexpand("a/b")', "a/b"),
        ('pathexpand("~/b")', UNKNOWN),
        # Formats
        (
            'format("%03d|%q|%5s|%-5s|%t|%v", 7, "a\\"b", "x", "y", true, 1)',
            '007|"a\\"b"|    x|y    |true|1',
        ),
        ('format("%.2f %5.1f %x %X", 1.5, 2.5, 255, 255)', "1.50   2.5 ff FF"),
        ('format("%.1f", 2.25)', UNKNOWN),
        ('format("%d", "7")', "7"),
        ('format("%3d", 1.5)', UNKNOWN),
        ('format("%t", "a")', UNKNOWN),
        ('format("%+d", 1)', UNKNOWN),
        ('format("%.2s", "abc")', UNKNOWN),
        ('format("%z", "abc")', UNKNOWN),
        ('format("%5s", var.unset)', UNKNOWN),
        ('format("%05s", "ab")', "000ab"),
        ('formatlist("%s-%s", ["a", "b"], "c")', ["a-c", "b-c"]),
        ('formatlist("%s=%s", ["a", "b"], ["x", "y"])', ["a=x", "b=y"]),
        ('formatlist("%s=%s", ["a", "b"], ["x"])', UNKNOWN),
        ('formatlist("%s", [])', []),
        ('formatlist("%s", var.unset)', UNKNOWN),
        ('formatlist("%s", [[]])', UNKNOWN),
        # Regular expressions
        ('regex("[a-z]+", "53453453.345345aaabbbccc23454")', "aaabbbccc"),
        ('regex("^(\\\\w+)-(\\\\d+)$", "ab-12")', ["ab", "12"]),
        ('regex("a(b)?", "ac")', [None]),
        ('regex("(?P<x>a)(?P<y>b)?", "ac")', {"x": "a", "y": None}),
        ('regex("(?P<x>a)(b)", "ab")', UNKNOWN),
        ('regex("x", "a")', UNKNOWN),
        ('regex("x", var.unset)', UNKNOWN),
        ('regex("(a+)+$", "aaaa")', UNKNOWN),
        ('regex("(a", "a")', UNKNOWN),
        ('regex("a)", "a")', UNKNOWN),
        ('regex("[b-a]", "a")', UNKNOWN),
        ('regex("a(?=b)", "ab")', UNKNOWN),
        ('regex("a|b", "xb")', "b"),
        ('regex("a.*?c", "abcc")', "abc"),
        ('regex("(a|b)", "xb")', ["b"]),
        ('regex("(a|b)*", "ab")', UNKNOWN),
        ('regex("a$", "a\\n")', UNKNOWN),
        ('regexall("a.", "abac")', ["ab", "ac"]),
        ('regexall("x", "a")', []),
        ('regexall("(a)(b)?", "aba")', [["a", "b"], ["a", None]]),
        ('regexall("a*", "baa")', UNKNOWN),
        ('regexall("a", var.unset)', UNKNOWN),
        ('replace("hello", "/l(.)/", "[$1]")', "he[l]o"),
        ('replace("hello", "/l(.)/", "$1x")', "heo"),
        ('replace("abc", "/(?P<n>b)/", "<$${n}>$$")', "a<b>$c"),
        ('replace("abc", "/(?P<n>b)/", "$2$m")', "ac"),
        ('replace("a.b", ".", "-")', "a-b"),
        # Numbers
        ("range(3)", [0, 1, 2]),
        ("range(5, 1)", [5, 4, 3, 2]),
        ("range(1, 4)", [1, 2, 3]),
        ("range(1, 10, 4)", [1, 5, 9]),
        ("range(10, 1, -4)", [10, 6, 2]),
        ("range(0)", []),
        ("range(0, 5, 0)", UNKNOWN),
        ("range(1000000)", UNKNOWN),
        ("range(var.unset)", UNKNOWN),
        ("range(0.5)", UNKNOWN),
        ("max(1, 2.5)", 2.5),
        ("min(1, 2)", 1),
        ("min()", UNKNOWN),
        ("ceil(1.2)", 2),
        ("floor(-1.2)", -2),
        ("abs(-1)", 1),
        ("sum([1, 2])", 3),
        ("sum([])", UNKNOWN),
        ('parseint("ff", 16)', 255),
        ('parseint("?", 16)', UNKNOWN),
        ('tonumber("1.50")', 1.5),
        ("tonumber(2)", 2),
        ("tonumber(true)", UNKNOWN),
        ("tonumber(null)", None),
        ("tonumber(var.unset)", UNKNOWN),
        ('tobool("true")', True),
        ('tobool("a")', UNKNOWN),
        ("6 / 2", 3),
        ("-7 % 2", -1),
        ("7 % 0", UNKNOWN),
    ],
)
def test_strings_and_numbers(expression: str, expected: object) -> None:
    check(expression, expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('contains(["a", null], "a")', True),
        ('contains(["1"], 1)', False),
        ('contains(toset(["a"]), "b")', False),
        ('contains(["a", var.unset], "a")', True),
        ('contains(["a", var.unset], "b")', UNKNOWN),
        ('contains(var.unset, "b")', UNKNOWN),
        ('index(["a", "b"], "b")', 1),
        ('index(["a"], "b")', UNKNOWN),
        ('index([var.unset], "b")', UNKNOWN),
        ('element(toset(["b", "a"]), 0)', UNKNOWN),
        ('setproduct(["a", "b"], [1, 2])', [["a", 1], ["a", 2], ["b", 1], ["b", 2]]),
        ('setproduct([], ["a"])', []),
        ("setproduct(range(500), range(500))", UNKNOWN),
        ('setunion(["b"], ["a"], ["c"])', ("a", "b", "c")),
        ('setsubtract(["b", "a"], ["a"])', ("b",)),
        ('setintersection(["b", "a"], ["a"])', ("a",)),
        ("setunion([var.unset], [1])", UNKNOWN),
        ('sort(["b", "a", 1])', ["1", "a", "b"]),
        ("sort([])", []),
        ("sort([var.unset])", UNKNOWN),
        ('reverse(["a", "b"])', ["b", "a"]),
        ('reverse("abc")', UNKNOWN),
        ('slice(["a", "b", "c"], 1, 3)', ["b", "c"]),
        ('slice(["a"], 0, 2)', UNKNOWN),
        ('chunklist(["a", "b", "c"], 2)', [["a", "b"], ["c"]]),
        ('chunklist(["a"], 0)', UNKNOWN),
        ('coalescelist([], ["a"])', ["a"]),
        ("coalescelist([], [])", UNKNOWN),
        ("coalescelist(var.unset, [1])", UNKNOWN),
        ('matchkeys(["a", "b"], ["x", "y"], ["y"])', ["b"]),
        ('transpose({ a = ["x", "y"], b = ["x"] })', {"x": ["a", "b"], "y": ["a"]}),
        ("transpose({ (var.unset) = [] })", UNKNOWN),
        ('alltrue([true, "true"])', True),
        ("alltrue([true, false, var.unset])", False),
        ("alltrue([true, var.unset])", UNKNOWN),
        ("alltrue([])", True),
        ("anytrue([])", False),
        ("anytrue([false, var.unset, true])", True),
        ("distinct([1, 1.0, 2])", [1, 2]),
        ('length("é")', UNKNOWN),
        ("flatten([for i in range(900) : [for j in range(900) : j]])", UNKNOWN),
        # Refused expressions
        ('try(local.known.a, "x")', 1),
        ('try(local.known.c, "x")', "x"),
        ('try(local.known.c.d, "x")', "x"),
        ('try(local.known["b c"][7], "x")', "x"),
        ('try(local.none.a, "x")', "x"),
        ('try("${local.known.c}-", "x")', "x"),
        ('try(upper(local.known.c), "x")', "x"),
        ('try(regex("x", "a"), "x")', "x"),
        ('try(tonumber("x"), "d")', "d"),
        ('try(index(["a"], "b"), "d")', "d"),
        ('try(lookup(local.known, "c"), "d")', "d"),
        ('try({ a = local.known.c }, "d")', "d"),
        ("try(var.unset.a, 1)", UNKNOWN),
        ("try(local.known[var.unset], 1)", UNKNOWN),
        ("try(toset([1])[0], 1)", UNKNOWN),
        ('try({ (var.unset) = 1 }.a, "d")', UNKNOWN),
        ("try(local.known.c, local.known.d)", UNKNOWN),
        ("can(local.known.a)", True),
        ("can(local.known.c)", False),
        ('can(regex("^a", "b"))', False),
        ("can(var.unset)", UNKNOWN),
        ('can("${var.unset}-a")', UNKNOWN),
        ("can(setproduct(range(300), range(300))[*][0])", UNKNOWN),
        # Files
        ('fileset("flows", "*.json")', ("a.json", "b.json")),
        ('{ for f in fileset("flows", "*.json") : trimsuffix(f, ".json") => f }["a"]', "a.json"),
        ('fileset("flows", var.unset)', UNKNOWN),
        ('fileset("lost", "*")', UNKNOWN),
        ('fileexists("plain.txt")', True),
        ('fileexists("lost.txt")', UNKNOWN),
    ],
)
def test_collections_and_files(expression: str, expected: object) -> None:
    check(expression, expected)


@pytest.mark.parametrize(
    "expression",
    [
        'element(split("/", aws_iam_role.flow.arn), 1)',
        'split("/", aws_iam_role.flow.arn)[1]',
        'reverse(split("/", aws_iam_role.flow.arn))[0]',
        "basename(aws_iam_role.flow.arn)",
    ],
)
def test_name_of_role_from_its_arn(expression: str) -> None:
    scope = root_scope(f"{MODULE}  x = {expression}\n  y = aws_iam_role.flow.name\n}}\n")
    name, own = value_of(scope, "local", "x"), value_of(scope, "local", "y")
    assert name is not None
    assert own is not None
    assert name.reference == own.reference  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "expression",
    [
        'split("/", aws_sqs_queue.orders.arn)',
        'split(":", aws_iam_role.flow.arn)',
        'split("/", aws_iam_role.flow.id)',
        "basename(aws_sqs_queue.orders.arn)",
    ],
)
def test_other_parts_of_arns_are_unknown(expression: str) -> None:
    check(expression, UNKNOWN)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("d/a.json", "d/.b.json", "d/b.yaml", "d/sub/c.json", "d/.hid/e.json", "f.json"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (tmp_path / ".git").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("folder", "pattern", "expected"),
    [
        ("d", "*.json", [".b.json", "a.json"]),
        ("d", "**/*.json", [".b.json", ".hid/e.json", "a.json", "sub/c.json"]),
        ("d", "**", [".b.json", ".hid/e.json", "a.json", "b.yaml", "sub/c.json"]),
        ("d", "**.json", [".b.json", "a.json"]),
        ("d", "sub/**", ["sub/c.json"]),
        ("d", "**/sub/*", ["sub/c.json"]),
        ("./d/", "sub/**/*.json", ["sub/c.json"]),
        (".", "d/*.json", ["d/.b.json", "d/a.json"]),
        ("", "f.json", ["f.json"]),
        ("d", "*.{json,yaml}", [".b.json", "a.json", "b.yaml"]),
        ("d", "{a,b}.{json,yaml}", ["a.json", "b.yaml"]),
        ("d", "[a-c].json", ["a.json"]),
        ("d", "[^a].*", ["b.yaml"]),
        ("d", "[!a].json", ["a.json"]),
        ("d", "?.json", ["a.json"]),
        ("d", "a*a*a", []),
        ("d", "\\*.json", []),
        ("d", "*/", [".b.json", "a.json", "b.yaml"]),
        ("d", "./a.json", ["a.json"]),
        ("d", "/a.json", ["a.json"]),
        ("d", "sub/../*.json", [".b.json", "a.json"]),
        ("d", "../f.json", ["../f.json"]),
        ("d/sub", "..", []),
        ("d", "a.json/*", []),
        ("lost", "*", []),
    ],
)
def test_fileset(tree: Path, folder: str, pattern: str, expected: list[str]) -> None:
    assert matching_files(tree, folder, pattern) == expected


@pytest.mark.parametrize(
    ("folder", "pattern"),
    [
        ("d", "{a,b"),
        ("d", "a}"),
        ("d", "[a"),
        ("d", "{a,b}" * 7),
        ("d", ""),
        ("..", "*"),
        ("/etc", "*"),
    ],
)
def test_fileset_unknown(tree: Path, folder: str, pattern: str) -> None:
    with pytest.raises(PatternError):
        matching_files(tree, folder, pattern)
    assert ModuleFolders().matching(tree, folder, pattern) is None


def test_fileset_does_not_follow_links(tree: Path) -> None:
    (tree / "d" / "loop").symlink_to(tree / "d")
    with pytest.raises(PatternError):
        matching_files(tree, "d", "**")
    assert matching_files(tree, "d", "*.json") == [".b.json", "a.json"]


def test_fileset_is_bounded(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(matching_files(tree, "d", "**/**/**/*.json")) == 4
    monkeypatch.setattr("sfnlint.inputs.terraform.file_patterns._MAX_ENTRIES", 10)
    with pytest.raises(PatternError):
        matching_files(tree, "d", "**/**/**/*.json")


def test_fileset_of_a_folder_that_cannot_be_read(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(path)

    monkeypatch.setattr("os.scandir", refuse)
    with pytest.raises(PatternError):
        matching_files(tree, "d", "*")


ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "\\w", "(a)", "(?:b)"])
EXPRESSIONS = st.lists(
    st.tuples(ATOMS, st.sampled_from(["", "", "*", "+", "?", "{2}", "*?", "|"])), max_size=5
).map(lambda tokens: "".join(atom + quantifier for atom, quantifier in tokens))


@given(EXPRESSIONS, st.text("ab-", max_size=40))
def test_supported_expressions_match_as_in_python(expression: str, text: str) -> None:
    try:
        matches = regular_expressions.matches(expression, text)
    except ValueError:
        return
    assert [match.span() for match in matches] == [
        match.span() for match in re.finditer(expression, text)
    ]


@given(st.text("ab()*+?|[]{}^$\\.,1w", max_size=12), st.text("ab", max_size=200))
def test_no_expression_takes_long(expression: str, text: str) -> None:
    try:
        regular_expressions.matches(expression, text + "c")
    except ValueError:
        return

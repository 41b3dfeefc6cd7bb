"""HCL: values, their characters, faults, hostile files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sfnlint.source import TextDocument, parse
from sfnlint.source import hcl_syntax as nodes
from sfnlint.source.hcl_parser import read_template
from sfnlint.source.hcl_syntax import Body, Expression


def body(text: str) -> Body:
    document = parse(text, "main.tf", "hcl")
    assert not document.problems
    assert isinstance(document.data, Body)
    return document.data


def value(text: str) -> Expression:
    return body(f"x = {text}\n").attributes["x"].value


def texts(node: Expression) -> str:
    assert isinstance(node, nodes.StringTemplate)
    return "".join(one.value if isinstance(one, nodes.StringLiteral) else "…" for one in node.parts)


def every(node: Expression) -> Iterator[Expression]:
    yield node
    for one in nodes.inner(node):
        yield from every(one)


# Any value, and how it is written.

NAMES = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True).filter(
    lambda name: name not in ("true", "false", "null", "for", "if", "in")
)
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Co"], exclude_characters="\0"), max_size=20
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(0, 10**9) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=15,
)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    escaped = escaped.replace("\r", "\\r").replace("${", "$${").replace("%{", "%%{")
    return f'"{escaped}"'


def written(data: Any) -> str:
    if isinstance(data, str):
        return quoted(data)
    if isinstance(data, list):
        return "[" + ", ".join(map(written, data)) + "]"
    if isinstance(data, dict):
        members = (f"{quoted(key)} = {written(one)}" for key, one in data.items())
        return "{ " + ", ".join(members) + " }"
    return json.dumps(data)


def read(node: Expression) -> Any:
    match node:
        case nodes.StringTemplate():
            return texts(node)
        case nodes.Literal():
            return node.value
        case nodes.TupleExpression():
            return [read(one) for one in node.items]
        case nodes.ObjectExpression():
            return {read(key): read(one) for key, one in node.items}
    raise AssertionError(node)


@settings(deadline=None)
@given(VALUES)
@example({"%{": "a${"})
def test_values_and_their_characters(data: Any) -> None:
    text = f"# ä\nx = {written(data)}\n"
    node = body(text).attributes["x"].value
    assert read(node) == data
    for one in every(node):
        cut = text[one.span.start : one.span.end]
        if isinstance(one, nodes.StringLiteral):
            # `$` and `%` are escaped only before a bracket.
            ways = (one.value, quoted(one.value)[1:-1], quoted(one.value + "{")[1:-2])
            assert cut in ways
        else:
            assert cut == written(read(one))


@settings(deadline=None)
@given(TEXTS.filter(lambda text: "\r" not in text))
def test_template_files(text: str) -> None:
    doubled = text.replace("${", "$${").replace("%{", "%%{")
    node = read_template(doubled)
    assert texts(node) == text
    for one in node.parts:
        cut = doubled[one.span.start : one.span.end]
        assert isinstance(one, nodes.StringLiteral)
        assert cut in (one.value, one.value * 2)


LINES = st.lists(
    st.tuples(st.integers(0, 4), st.from_regex(r"[a-z{\"]{1,6}", fullmatch=True)), min_size=1
)


@settings(deadline=None)
@given(LINES)
def test_the_indentation_of_heredocs(lines: list[tuple[int, str]]) -> None:
    width = min(indent for indent, _ in lines)
    content = "".join(f"{' ' * indent}{line}\n" for indent, line in lines)
    text = f"x = <<-END\n{content}  END\n"
    node = body(text).attributes["x"].value
    assert texts(node) == "".join(f"{' ' * (indent - width)}{line}\n" for indent, line in lines)
    for one in every(node):
        if isinstance(one, nodes.StringLiteral):
            assert text[one.span.start : one.span.end] == one.value


def test_the_indentation_of_heredocs_with_interpolations() -> None:
    assert texts(value("<<-E\n    a\n  ${b}\n   c\n  E\n")) == "  a\n…\n c\n"
    assert texts(value("<<-E\n${b}\n  c\nE\n")) == "…\n  c\n"
    assert texts(value("<<E\n  a\nE\n")) == "  a\n"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a.b[0].c", nodes.Index),
        ("a[*].b", nodes.Splat),
        ("a.*.b", nodes.Splat),
        ("f(a, b...)", nodes.FunctionCall),
        ("a ? b : c", nodes.Conditional),
        ("!a || b == (c && -1 > 2)", nodes.Operation),
        ("[for a in b : a.c if a.d]", nodes.ForExpression),
        ("{for a, b in c : a => b...}", nodes.ForExpression),
        ("provider::aws::f(1)", nodes.FunctionCall),
    ],
)
def test_every_expression_is_parsed(text: str, kind: type) -> None:
    node = value(text)
    assert isinstance(node, kind)
    assert not any(isinstance(one, nodes.Unknown) for one in every(node))
    assert node.span.end - node.span.start == len(text)


def test_directives() -> None:
    node = value('"a%{ if b }c%{ else }d%{ endif }%{ for e in f ~} g${e}%{ endfor }"')
    assert isinstance(node, nodes.StringTemplate)
    first, choice, repeat = node.parts
    assert isinstance(first, nodes.StringLiteral)
    assert isinstance(choice, nodes.TemplateIf)
    assert isinstance(repeat, nodes.TemplateFor)
    [yes], [no] = choice.yes, choice.no
    assert (yes.value, no.value) == ("c", "d")  # type: ignore[attr-defined]
    assert repeat.parts[0].value == "g"  # type: ignore[attr-defined]


def test_comments() -> None:
    text = (
        "# sfn-lint: a\n// sfn-lint: b\n/* sfn-lint: c */ x = 1 # sfn-lint: d\n"
        'y = "# sfn-lint: e"\nz = [ # sfn-lint: f\n]\nw = <<E\n# sfn-lint: g\nE\n# other\n'
    )
    document = parse(text, "main.tf", "hcl")
    found = [text[start:end].strip("/*# ") for start, end in document.comments("sfn-lint:")]
    assert found == [f"sfn-lint: {letter}" for letter in "abcdf"]


def test_faults_are_reported_once_and_omitted() -> None:
    text = 'a = 1\nb = ]\nc = 2\nd "e" {\n  f = 1\n  g = [\n}\nh = 3\n'
    document = parse(text, "main.tf", "hcl")
    assert isinstance(document.data, Body)
    assert len(document.problems) == 1
    assert document.line_column(document.problems[0].place.locate().span.start)[0] == 2
    assert "b" not in document.data.attributes


HOSTILE = [
    "x = " + "[" * 50_000,
    "x = " + "[" * 20_000 + "]" * 20_000,
    "x = " + "{a=" * 5_000 + "1" + "}" * 5_000,
    "x {" * 5_000 + "}" * 5_000,
    "x = a" + ".b" * 20_000,
    "x = a" + "[0]" * 20_000,
    "x = " + "!" * 20_000 + "a",
    'x = "' + '${"' * 3_000 + '"}' * 3_000 + '"',
    "x = <<E\n" + "${" * 20_000,
    "x = 1" + "0" * 5_000,
    "x = 1e999999",
    "\ud800x = 1\n",
    "x = <<-E\n\n\n   \nE\n",
    "",
    "\x00",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts(text: str) -> None:
    document = TextDocument("main.tf", text, "hcl")
    assert isinstance(document.data, Body)
    document.comments("x")


def test_files_that_are_too_large_are_not_parsed() -> None:
    document = parse("x = 1\n" + "#" * 2**20, "main.tf", "hcl")
    assert document.data == Body()
    assert [problem.kind for problem in document.problems] == ["too-large"]
    assert [type(one) for one in read_template("x" * (2**20 + 1)).parts] == [nodes.Unknown]


SAMPLE = """\
resource "a" "b" {
  c = "d${e.f[0]}%{ if g }h%{ else }i%{ endif }" # j
  k = [for l in m : { n = l.o ? 1 : -2.5 } if !p]
  q = <<-EOF
    r ${~ s ~}
  EOF
}
"""


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_text_is_parsed(data: st.DataObject) -> None:
    text = SAMPLE
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 6)))
        text = text[:start] + data.draw(st.text('{}[]"$%<E\n=~.ä', max_size=4)) + text[end:]
    document = parse(text, "main.tf", "hcl")
    assert isinstance(document.data, Body)
    waiting = [document.data]
    for one in waiting:
        waiting += [block.body for block in one.blocks]
        for attribute in one.attributes.values():
            for node in every(attribute.value):
                assert 0 <= node.span.start <= node.span.end <= len(text)
    assert re.match(r"", texts(read_template(text))) is not None

"""JSON syntax of Terraform: values, their characters, faults."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from source.test_hcl_parser import VALUES, every, read

from sfnlint.source import TextDocument, parse
from sfnlint.source import hcl_syntax as nodes
from sfnlint.source.hcl_syntax import Body, Expression


def document(data: Any, **form: Any) -> TextDocument:
    return parse(json.dumps(data, **form), "main.tf.json", "hcl-json")


def body(data: Any) -> Body:
    found = document(data)
    assert not found.problems
    assert isinstance(found.data, Body)
    return found.data


def value(found: TextDocument) -> Expression:
    assert isinstance(found.data, Body)
    return found.data.blocks[0].body.attributes["x"].value


def escaped(data: Any) -> Any:
    """Return data in which no string is a template."""
    if isinstance(data, str):
        return data.replace("${", "$${").replace("%{", "%%{")
    if isinstance(data, list):
        return [escaped(one) for one in data]
    if isinstance(data, dict):
        return {escaped(key): escaped(one) for key, one in data.items()}
    return data


@given(VALUES, st.booleans(), st.sampled_from([None, 2]))
def test_values_and_their_characters(data: Any, ascii_only: bool, indent: int | None) -> None:
    given = {"locals": {"x": escaped(data)}}
    found = document(given, ensure_ascii=ascii_only, indent=indent)
    assert not found.problems
    assert read(value(found)) == data
    for node in every(value(found)):
        start, end = node.span
        assert 0 <= start <= end <= len(found.text)
        if isinstance(node, nodes.StringLiteral) and end - start == len(node.value):
            assert found.text[start:end] == node.value


def test_templates_and_their_characters() -> None:
    text = 'a\n"${upper("b\\n${var.c}")}" $${d} %{ if var.e }\té%{ else }"f"%{ endif }'
    found = document({"locals": {"x": text}})
    written = [
        found.text[slice(*node.span)]
        for node in every(value(found))
        if isinstance(node, (nodes.StringLiteral, nodes.Name))
    ]
    # Each escape sequence of JSON or of the template is a string of its own.
    wanted = 'a,\\n,\\",b,\\\\n,var,c,\\", ,$$,{d} ,var,e,\\t,\\u00e9,\\",f,\\"'
    assert sorted(written) == sorted(wanted.split(","))


def test_a_string_that_is_an_expression_has_its_value() -> None:
    found = document({"locals": {"x": "${var.a}"}})
    assert isinstance(value(found), nodes.Index)
    assert found.text[slice(*value(found).span)] == "var.a"


def test_blocks_and_their_labels() -> None:
    one = {"name": "a", "//": "a comment", "statement": [{"sid": "x"}, {"sid": "y"}]}
    dynamic = {"statement": {"for_each": "${var.a}", "iterator": "it", "content": {"sid": "z"}}}
    data = {
        "//": {"a": "comment"},
        "resource": [{"aws_a": {"b": one}}, {"aws_a": [{"c": [{"dynamic": dynamic}]}]}],
        "variable": {"v": {"type": "list(string)", "default": "${literal}"}},
        "module": {"m": {"source": "./m", "statement": {"sid": "no block"}}},
        "terraform": {"required_version": "1"},
    }
    b, c, v, m = body(data).blocks
    assert [b.type, *b.labels] == ["resource", "aws_a", "b"]
    assert list(b.body.attributes) == ["name"]
    assert [list(one.body.attributes) for one in b.body.blocks] == [["sid"], ["sid"]]
    [inner] = c.body.blocks
    assert [inner.type, *inner.labels] == ["dynamic", "statement"]
    assert isinstance(inner.body.attributes["iterator"].value, nodes.Name)
    assert [one.type for one in inner.body.blocks] == ["content"]
    assert isinstance(v.body.attributes["type"].value, nodes.FunctionCall)
    assert read(v.body.attributes["default"].value) == "${literal}"
    assert list(m.body.attributes) == ["source", "statement"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("[]", None),
        ("{}", None),
        ("1", "syntax"),
        ('{"resource": 1}', "syntax"),
        ('{"resource": {"a": "b"}}', "syntax"),
        ('{"locals": [{}, []]}', "syntax"),
        ('{"locals": {"a": 1, "a": 2}}', "duplicate-key"),
        ('{"locals": "' + "x" * 1024 * 1024 + '"}', "too-large"),
    ],
)
def test_omitted_parts_are_reported(text: str, kind: str | None) -> None:
    found = parse(text, "main.tf.json", "hcl-json")
    assert found.error is None
    assert [one.kind for one in found.problems] == ([kind] if kind else [])


@pytest.mark.parametrize("text", ["", "{", "// no comment\n{}", '{"a": 1,}', "[" * 5000])
def test_invalid_json_is_reported(text: str) -> None:
    assert parse(text, "main.tf.json", "hcl-json").error is not None


@given(st.text(st.sampled_from('${}%~"\\ aif=[]().\n'), max_size=30))
def test_any_template(text: str) -> None:
    found = document({"locals": {"x": text}})
    for node in every(value(found)):
        assert 0 <= node.span.start <= node.span.end <= len(found.text)


def test_the_depth_is_limited() -> None:
    data: Any = 1
    for _ in range(150):
        data = [data]
    assert any(
        isinstance(one, nodes.Unknown) for one in every(value(document({"locals": {"x": data}})))
    )

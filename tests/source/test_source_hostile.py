"""Hostile strings and files: no exception, and work that is linear in their size."""

from __future__ import annotations

import os
from pathlib import Path as File
from typing import Literal

import pytest
from call_limit import limit_calls
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sfnlint.place import Place, Route, Span
from sfnlint.source import EmbeddedDocument, Piece, TextDocument, embed, load, parse

FORMATS: tuple[Literal["json", "yaml"], ...] = ("json", "yaml")


def look_everywhere(document: TextDocument | EmbeddedDocument) -> None:
    """Locate the last value, and all values on the path to it."""
    path: Route = ()
    data = document.data
    while True:
        for part in ("value", "key"):
            located = document.locate(path, part, None)
            assert 0 <= located.span.start <= located.span.end <= len(located.root.text)
        document.locate(path, "value", Span(1, 3))
        if isinstance(data, dict) and data:
            path = (*path, list(data)[-1])
            data = data[path[-1]]
        elif isinstance(data, list) and data:
            path = (*path, len(data) - 1)
            data = data[-1]
        else:
            break
    for problem in [*document.problems, *([document.error] if document.error else [])]:
        assert problem.message.isprintable()
        assert not problem.message.endswith(".")
        assert len(problem.message) < 200
        problem.place.locate()
    document.locate((), "text", Span(-5, 10**9))


NOISE = st.text(
    st.sampled_from(
        "{}[]\"':,-?&*!|>%@#\\ \n\r\t<=/0123eExuU.abntrue~\ufeff\x00\x85\u2028😀\U000f0000"
    )
)


@settings(deadline=None, max_examples=300)
@given(st.one_of(NOISE, st.text(), st.text(st.characters())))
@example("\ud83d\ude00\ufeff")
@example("!")
@example("!!binary x")
@example("- !<tag:yaml.org,2002:set> {a}")
@example("? ")
@example("%YAML 9.9\n--- a")
@example('"\\ud800"')
@example('"\\U0011FFFF"')
@example("&a &b c")
@example("{? [a] : b}")
@example("[1, 2")
@example("a: |9\n x")
@example("!!float x")
def test_any_text(text: str) -> None:
    for form in FORMATS:
        document = parse(text, "x", form)
        assert document.file == "x"
        assert (document.data is None) or (document.error is None)
        look_everywhere(document)
        for line in range(-1, 4):
            document.line_text(line)
        outer = parse('["x"]', "o", "json")
        piece = Piece(text, Place(outer, (0,), "value", Span(0, 1)))
        look_everywhere(embed([piece], form))


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=60))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "noise.yaml"
    file.write_bytes(content)
    look_everywhere(load(file))


MANY = 100_000
LARGE = {
    "brackets": "[" * MANY,
    "closed brackets": "[" * MANY + "]" * MANY,
    "braces": '{"a":' * MANY,
    "dashes": "- " * MANY,
    "questions": "? " * MANY,
    "quotes": '"' * MANY,
    "escaped quotes": '"' + '\\"' * MANY,
    "backslashes": "\\" * MANY,
    "tags": "!a " * MANY,
    "directives": "%TAG ! tag:x,2000:\n" * MANY + "--- a",
    "documents": "---\n" * MANY,
    "colons": "a: " * MANY,
    "anchors": "&a " * MANY,
    "nothing": " " * MANY * 10,
    "comments": "#\n" * MANY,
    "one long string": '"' + "a b" * 3_300_000 + '"',
    "one long plain string": "a b" * 3_300_000,
    "escapes": '["' + "\\n" * MANY + '"]',
    "folds": '"' + " \n" * MANY + '"',
    "empty lines": "|\n" + "\n" * MANY + "  x",
    "single quotes": "'" + "''" * MANY + "'",
    "blanks in a string": "'" + " " * MANY * 10 + "'",
    "symbols": "\U000f0000" * MANY,
    "halves": '"' + "\\ud83d" * MANY + '"',
    "a number": "9" * MANY,
    "equal keys": "{" + ",".join(['"a": 1'] * MANY) + "}",
    "line separators": "\u2028" * MANY,
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", LARGE)
def test_large_texts_need_few_calls(name: str, form: Literal["json", "yaml"]) -> None:
    with limit_calls(10_000_000):
        document = parse(LARGE[name], "x", form)
        look_everywhere(document)
        document.line_column(len(document.text))


def kind(text: str, form: Literal["json", "yaml"]) -> str | None:
    document = parse(text, "x", form)
    look_everywhere(document)
    return document.error and document.error.kind


@pytest.mark.parametrize("form", FORMATS)
def test_the_depth_limit(form: Literal["json", "yaml"]) -> None:
    assert kind("[" * 200 + "]" * 200, form) is None
    assert kind("[" * 201 + "]" * 201, form) == "too-deep"
    assert kind('{"a":' * 200 + "1" + "}" * 200, form) is None
    assert kind('{"a":' * 201 + "1" + "}" * 201, form) == "too-deep"
    assert kind("[" * 5000 + "]" * 5000, form) == "too-deep"


def test_the_first_bracket_that_is_too_deep_is_the_place() -> None:
    for form in FORMATS:
        error = parse("[" * 300 + "]" * 300, "x", form).error
        assert error is not None
        assert error.place.locate().span == (200, 201)


def test_short_tags_and_aliases_count_as_levels() -> None:
    assert kind("[" * 199 + "!Ref x" + "]" * 199, "yaml") is None
    assert kind("[" * 200 + "!Ref x" + "]" * 200, "yaml") == "too-deep"
    chain = "- &a0 [x]\n" + "".join(f"- &a{i} [*a{i - 1}]\n" for i in range(1, 300))
    assert kind(chain, "yaml") == "too-deep"


def test_the_size_of_expanded_aliases_is_limited() -> None:
    bomb = "- &a0 [x, x]\n" + "".join(f"- &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 60))
    assert kind(bomb, "yaml") == "too-large"
    members = ", ".join(f"k{i}: 1" for i in range(2000))
    merges = f"- &a {{{members}}}\n" + "- {<<: *a}\n" * 2000
    assert kind(merges, "yaml") == "too-large"
    assert kind("- &a {x: 1}\n- {<<: [" + "*a, " * 600_000 + "]}\n", "yaml") == "too-large"
    assert kind("- &a [x]\n" + "- *a\n" * 1000, "yaml") is None


# Files


def error(file: File) -> str:
    document = load(file, "shown")
    assert document.file == "shown"
    assert document.data is None
    assert document.text == ""
    assert document.error is not None
    assert document.error.place.locate() == (document, (0, 0), ())
    return f"{document.error.kind}: {document.error.message}"


def test_files_that_cannot_be_read(tmp_path: File) -> None:
    file = tmp_path / "x.json"
    assert error(file).startswith("unreadable: cannot read this file: no such file")
    assert error(tmp_path) == "not-text: this is a folder, not a file"
    assert error(File("a\0b")).startswith("not-text: ")
    assert error(tmp_path / ("x" * 5000)).startswith("unreadable: ")
    file.write_bytes(b"\xff\x00\xfe")
    assert "save it as UTF-8" in error(file)
    file.write_bytes(b'{"a": "\0"}')
    assert "NUL" in error(file)
    file.write_bytes(b"[" + b" " * (20 * 1024 * 1024) + b"]")
    assert error(file).startswith("too-large: this file is larger than 20 MB")
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    assert error(pipe) == "unreadable: this is not a regular file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: File) -> None:
    file = tmp_path / "x.json"
    file.write_text("{}")
    file.chmod(0)
    assert error(file) == "unreadable: cannot read this file: permission denied"


@pytest.mark.parametrize(
    ("name", "content", "form", "data"),
    [
        ("a.json", b'{"a": 1}', "json", {"a": 1}),
        ("a.asl.json", b" [1]", "json", [1]),
        ("a.template", b"a: 1", "yaml", {"a": 1}),
        ("a.json", b"a: 1", "yaml", {"a": 1}),
        ("a.yaml", b'{"a": 1}', "json", {"a": 1}),
        ("a.YML", b"{a: 1,}", "yaml", {"a": 1}),
        ("a.yaml", b"a: 1", "yaml", {"a": 1}),
        ("a.json", b"\xef\xbb\xbf{}", "json", {}),
        ("a.json", "{}".encode("utf-16"), "json", {}),
        ("a.yaml", b"\xfe\xff" + "é: 1".encode("utf-16-be"), "yaml", {"é": 1}),
        ("a.json", b"\r\n{\r\n}", "json", {}),
    ],
)
def test_formats(tmp_path: File, name: str, content: bytes, form: str, data: object) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    document = load(str(file))
    assert (document.file, document.format, document.data) == (str(file), form, data)
    assert document.error is None


def test_json_that_is_broken_is_not_taken_for_yaml(tmp_path: File) -> None:
    file = tmp_path / "x.json"
    file.write_text("{a: 1}")
    document = load(file)
    assert document.format == "json"
    assert document.error is not None
    assert document.error.message == "expected a key in double quotes"
    assert "\r" in load_bytes(file, b'{"a":\r\n1}').text


def load_bytes(file: File, content: bytes) -> TextDocument:
    file.write_bytes(content)
    return load(file)

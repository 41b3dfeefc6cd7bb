"""JSON: data, faults and their positions."""

from __future__ import annotations

import json

import pytest

from sfnlint.place import Span
from sfnlint.source import TextDocument, parse


def read(text: str) -> TextDocument:
    document = parse(text, "x.json", "json")
    assert document.error is None
    return document


@pytest.mark.parametrize(
    ("text", "part", "offset"),
    [
        ("", "the file is empty", 0),
        (" \n", "the file is empty", 0),
        ('{"a": 1', "unexpected end of file", 6),
        ("[1] 2", "after the end of the document", 4),
        ("{'a': 1}", "double-quoted", 1),
        ("{a: 1}", "expected a key in double quotes", 1),
        ('{"a" 1}', "expected a colon", 5),
        ('{"a": 1 "b": 2}', "expected a comma or a closing bracket", 8),
        ('["a\nb"]', "line break or control character", 3),
        ('["\\q"]', "double the backslash", 2),
        ('["abc]', "closing quote", 1),
        ("[1, -Infinity]", "JSON does not allow -Infinity", 4),
        ('["NaN", NaN]', "JSON does not allow NaN", 8),
        ("[1, 1e400]", "this number is too large", 4),
        ('[1, "' + "1" * 5000 + '", ' + "9" * 5000 + "]", "this number is too large", 5008),
        ("[flase]", "expected a value", 1),
    ],
)
def test_errors(text: str, part: str, offset: int) -> None:
    document = parse(text, "x.json", "json")
    assert document.data is None
    assert document.error is not None
    assert document.error.kind == "syntax"
    assert part in document.error.message
    assert document.error.place.within is not None
    assert document.error.place.within.start == offset
    assert document.error.place.locate().span == document.error.place.within


@pytest.mark.parametrize(
    ("text", "data", "part", "offset"),
    [
        ('{"a": 1,}', {"a": 1}, "trailing comma before the closing bracket", 7),
        ("[1, 2 , ]", [1, 2], "trailing comma before the closing bracket", 6),
        ("[\n// why\n1]", [1], "JSON does not allow comments", 2),
    ],
)
def test_what_is_told_and_passed_over(text: str, data: object, part: str, offset: int) -> None:
    document = read(text)
    assert document.data == data
    [problem] = document.problems
    assert problem.kind == "syntax"
    assert part in problem.message
    assert problem.place.within is not None
    assert problem.place.within.start == offset


def test_null_is_a_document() -> None:
    document = read(" null ")
    assert document.data is None
    assert document.locate((), "value", None).span == (1, 5)


def test_duplicate_keys_are_told_in_order_and_the_last_one_counts() -> None:
    text = '{"a": {"x": 1, "\\u0078": 2, "x": 3}, "b": 0, "a": {"x": 4}}'
    document = read(text)
    assert document.data == {"a": {"x": 4}, "b": 0}
    pairs = [
        (text[slice(*problem.place.locate().span)], problem.other and problem.other.within)
        for problem in document.problems
    ]
    assert pairs == [('"a"', (1, 4)), ('"\\u0078"', (7, 10)), ('"x"', (7, 10))]
    assert document.locate(("a", "x"), "value", None).span == (56, 57)


def test_names_in_messages_are_safe_to_print() -> None:
    name = "\x1b[31m\u202e\n" + "x" * 200
    key = json.dumps(name)
    [problem] = read(f"{{{key}: 1, {key}: 2}}").problems
    assert problem.message.isprintable()
    assert "\\x1b[31m\\u202e\\n" in problem.message
    assert len(problem.message) < 150


def test_a_repeated_key_is_not_told_without_end() -> None:
    assert len(read("{" + ",".join(['"a": 1'] * 5000) + "}").problems) == 100


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("\\ud83d\\ude00", "😀"),
        ("\\ud83d", "\ufffd"),
        ("\\ude00\\ud83d", "\ufffd\ufffd"),
        ("\\ud83d\\ud83d\\ude00", "\ufffd😀"),
        ("\\\\ud83d", "\\ud83d"),
        ("\\udb80\\udc00", "\ufffd\ufffd"),
        ("\U000f0000", "\ufffd"),
        ("\ud800", "\ufffd"),
    ],
)
def test_no_symbol_and_no_half_of_a_pair_comes_in(written: str, value: str) -> None:
    document = read(f'{{"{written}x": "{written}x"}}')
    assert document.data == {value + "x": value + "x"}
    within = Span(len(value), len(value) + 1)
    located = document.locate((value + "x",), "value", within)
    assert document.text[slice(*located.span)] == "x"
    assert document.text.encode()


def test_a_pair_of_escapes_is_one_character() -> None:
    document = read('["a\\uD83D\\uDE00b"]')
    assert document.locate((0,), "value", Span(1, 2)).span == (3, 15)
    assert document.locate((0,), "value", Span(2, 2)).span == (15, 15)


def test_lines_and_columns() -> None:
    document = read('{"a":\r\n "é😀\\n",\n"b": 1}\n')
    assert document.line_column(document.text.index('"é')) == (2, 2)
    assert document.line_column(document.text.index("1")) == (3, 6)
    assert document.line_text(2) == ' "é😀\\n",'
    assert document.line_text(4) == document.line_text(99) == ""
    assert document.line_column(-5) == (1, 1)


def test_a_lone_carriage_return_ends_no_line() -> None:
    assert read("[1,\r2]").line_column(4) == (1, 5)


def test_a_byte_order_mark_is_no_character() -> None:
    document = read("\ufeff{}")
    assert document.text == "{}"

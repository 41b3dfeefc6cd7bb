"""JSON5: the same data as another parser returns, and the position of every string."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import json5
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfnlint.place import Place, Span
from sfnlint.source import Piece, TextDocument, embed, parse, parse_as_named
from sfnlint.source.faults import DEPTH_LIMIT
from sfnlint.source.json5_parser import LARGEST
from sfnlint.symbol import Symbol, Symbols

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Co")), max_size=8)
NAMES = TEXTS | st.sampled_from(["StartAt", "$ref", "a_1", "ключ"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-999, 999) | st.floats(-9, 9).map(float) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


class Writer:
    """Writes data as JSON5, in forms that a generator chooses."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def blank(self) -> str:
        forms = ["", "", " ", "\n\t", "// it's { a comment\n", '/* [ * / \n" */', "\ufeff\v\u2028"]
        return self.random.choice(forms)

    def text(self, text: str) -> str:
        quote = self.random.choice("'\"")
        return quote + "".join(self.character(one, quote) for one in text) + quote

    def character(self, one: str, quote: str) -> str:
        code = ord(one)
        forms = [f"\\u{code:04x}"] if code < 0x10000 else [json.dumps(one)[1:-1]]
        if code < 0x100:
            forms.append(f"\\x{code:02X}")
        if one not in "\\\n\r" + quote and one.isprintable():
            forms += [one] * 5
        if one.isprintable() and not one.isalnum():
            forms.append("\\" + one)
        escaped = self.random.choice(forms)
        return escaped + self.random.choice(["", "", "", "", "\\\n", "\\\r\n"])

    def key(self, name: str) -> str:
        is_word = name.isidentifier() or name == "$ref"
        return name if is_word and self.random.random() < 0.7 else self.text(name)

    def number(self, number: float) -> str:
        # -0.0 is not below 0.
        forms = [repr(number), repr(number) if repr(number)[0] == "-" else f"+{number!r}"]
        if isinstance(number, int):
            forms += [f"{'-' if number < 0 else ''}0x{abs(number):X}"]
        elif "e" not in repr(number):
            forms += [repr(number).removeprefix("0") if repr(number) != "0.0" else "0."]
        return self.random.choice(forms)

    def value(self, data: Any) -> str:
        if isinstance(data, str):
            return self.text(data)
        if isinstance(data, bool) or data is None:
            return json.dumps(data)
        if isinstance(data, (int, float)):
            return self.number(data)
        if isinstance(data, dict):
            members = [
                self.blank() + self.key(name) + self.blank() + ":" + self.member(one)
                for name, one in data.items()
            ]
            return "{" + self.listed(members) + "}"
        return "[" + self.listed([self.member(one) for one in data]) + "]"

    def member(self, data: object) -> str:
        return self.blank() + self.value(data) + self.blank()

    def listed(self, members: list[str]) -> str:
        comma = "," if members and self.random.random() < 0.5 else ""
        return ",".join(members) + comma + self.blank()


def whole(data: Any) -> Any:
    """Return data with surrogate pairs joined, which the other parser does not do."""
    if isinstance(data, str):
        return data.encode("utf-16", "surrogatepass").decode("utf-16")
    if isinstance(data, dict):
        return {whole(name): whole(one) for name, one in data.items()}
    return [whole(one) for one in data] if isinstance(data, list) else data


def strings(data: Any, path: tuple[str | int, ...] = ()) -> Any:
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, (dict, list)):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from strings(value, (*path, key))


@settings(deadline=None)
@given(VALUES, st.randoms(use_true_random=False))
def test_another_reader_finds_the_same(data: object, random: Random) -> None:
    text = Writer(random).member(data)
    document = parse(text, "a.json5", "json5")
    assert document.error is None, text
    assert document.data == data
    assert whole(json5.loads(document.text)) == data
    for path, string in strings(data):
        for index, character in enumerate(string):
            place = Place(document, path, "value", within=Span(index, index + 1))
            located = place.locate()
            written = document.text[located.span.start : located.span.end]
            quoted = f"'{written}'" if written != "'" else '"\'"'
            assert whole(json5.loads(quoted)) == character
        if path and isinstance(path[-1], str):
            span = Place(document, path, "key").locate().span
            written = document.text[span.start : span.end]
            assert whole(json5.loads("{" + written + ":1}")) == {path[-1]: 1}


@settings(deadline=None)
@given(VALUES)
def test_plain_json_is_read_as_json(data: object) -> None:
    document = parse(json.dumps(data), "a.json5", "json5")
    assert (document.data, document.error, document.problems) == (data, None, [])


def first_problem(text: str, name: str = "a.json5") -> tuple[str, str]:
    """Return the kind and the characters of the first problem."""
    document = parse_as_named(text, name)
    problem = document.error or document.problems[0]
    span = problem.place.within
    assert span is not None
    return problem.kind, document.text[span.start : span.end]


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("{'a': 1, /* c */}", "json5", "'a'"),
        ("{a: 1}", "json5", "a"),
        ("[1, // c\n]", "json5", "// c"),
        ("[1, ]", "json5", ","),
        ("[0x1F]", "json5", "0x1F"),
        ("[+1]", "json5", "+1"),
        ('["\\x41"]', "json5", "\\x41"),
        ('["a\\\nb"]', "json5", "\\\n"),
        ("", "syntax", ""),
        ("{a 1}", "syntax", "1"),
        ("{a: 1 b: 2}", "syntax", "b"),
        ("{a:}", "syntax", "}"),
        ("{1a: 2}", "syntax", "1"),
        ("{, a: 2}", "syntax", ","),
        ("[,]", "syntax", ","),
        ("[1,,]", "syntax", ","),
        ("[01]", "syntax", "01"),
        ("[.]", "syntax", "."),
        ("[0x]", "syntax", "0x"),
        ("['a\nb']", "syntax", "'"),
        ("['a", "syntax", "'"),
        ("[1] /* c", "syntax", "/"),
        ("[1, /", "syntax", "/"),
        ("[1] 2", "syntax", "2"),
        ("[undefined]", "syntax", "undefined"),
        ("{a: [1, 2", "syntax", "2"),
        ("[9e999, ]", "syntax", "9e999"),
        (f"[{'9' * 5000}, ]", "syntax", "9" * 5000),
        ("[" * (DEPTH_LIMIT + 1) + "]" * (DEPTH_LIMIT + 1) + "//", "too-deep", "["),
        ("[//" + "x" * LARGEST + "\n]", "too-large", "["),
    ],
    ids=lambda value: str(value)[:30],
)
def test_the_first_problem(text: str, kind: str, shown: str) -> None:
    assert first_problem(text) == (kind, shown)


def test_deep_texts_just_within_the_limit() -> None:
    text = "[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT + "//"
    assert parse_as_named(text, "a.jsonc").error is None


def test_numbers_that_json_does_not_have() -> None:
    document = parse_as_named("{a: [NaN, -Infinity, +Infinity]}", "a.json5")
    assert document.data == {"a": [None] * 3}
    assert [problem.kind for problem in document.problems] == ["json5"] + ["syntax"] * 3


def test_a_name_twice() -> None:
    document = parse_as_named("{a: 1, 'a': 2}", "a.json5")
    assert document.data == {"a": 2}
    [_, problem] = document.problems
    assert problem.other is not None
    assert (problem.kind, problem.place.within, problem.other.within) == (
        "duplicate-key",
        (7, 10),
        (1, 2),
    )


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ('{"a": [1, 2,]}', {"a": [1, 2]}),
        ('// c\n{"a": 1 /* c */}', {"a": 1}),
        ("{'a': 1,}", None),
        ("[0x1,]", None),
        ("[1, 2", None),
        ("[NaN,]", None),
        ('["\\x41",]', None),
    ],
)
def test_of_json_only_comments_and_commas_are_let_pass(text: str, data: object) -> None:
    document = parse_as_named(text, "a.json")
    assert document.data == data
    assert (document.error is None) == (data is not None)
    first = document.error or document.problems[0]
    assert first.kind == "syntax"


def test_places_behind_a_comma_too_many() -> None:
    document = parse_as_named('{"a": [1, ], "b": "xyz"}', "a.json")
    span = Place(document, ("b",), "value", within=Span(1, 2)).locate().span
    assert document.text[span.start : span.end] == "y"


def test_symbols_without_quotes() -> None:
    symbols = Symbols()
    mark = symbols.mark(Symbol("Seconds"))
    holder = TextDocument("a.yaml", "x: y", "yaml")
    document = embed([Piece(f"{{a: {mark}, {mark}: 1,}}", Place(holder, ("x",)))], "json5")
    assert document.data == {"a": mark, mark: 1}


def test_escapes_that_stand_for_no_character() -> None:
    document = parse_as_named(r"['\ud800', '\udbc0\udc00', '\ud83d\ude00']", "a.json5")
    assert document.data == ["\ufffd", "\ufffd\ufffd", "😀"]


def test_comments_with_a_mark() -> None:
    text = "{a: '// sfn-lint: no', // sfn-lint: one\nb: 1, /* sfn-lint: two */ c: 2 // other\n}"
    document = parse_as_named(text, "a.json5")
    shown = [text[span.start : span.end] for span in document.comments("sfn-lint:")]
    assert shown == ["// sfn-lint: one", "/* sfn-lint: two */"]


ITEMS = st.sampled_from(
    [
        '"a\\n"',
        "'b\\x41'",
        "{c: 'd',}",
        '{"e": ["f"]}',
        "/* g */ 1",
        "// h\n'i'",
        "+.5",
        "\U000f0001",
    ]
)


@settings(deadline=None, max_examples=300)
@given(
    st.text(alphabet="{}[]:,'\"\\/*\n ax0u1.-+e\ufeff\U000f0001")
    | st.lists(ITEMS, min_size=1).map(lambda items: ", ".join(items) + ",]"),
    st.sampled_from(["json", "json5"]),
)
def test_whatever_is_written_there_is_an_answer(text: str, ending: str) -> None:
    document = parse_as_named("[" + text, f"a.{ending}")
    for problem in (document.error, *document.problems):
        if problem is not None:
            problem.place.locate()
    for path, _ in strings(document.data):
        assert Place(document, path).locate().path == path


def test_comments_and_strings_without_end_are_read_in_one_go() -> None:
    for part in ("/*", "//", "'", '"', "\\", "/**/", "'\\", "{a:", "[", "0x", "\n/*"):
        text = "[" + part * 200_000
        assert parse_as_named(text, "a.json5").error is not None
        assert parse_as_named(text + ",]", "a.json").error is not None

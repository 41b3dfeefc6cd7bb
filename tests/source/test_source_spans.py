"""Spans: each covers exactly the characters of its value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sfnlint.place import Route, Span
from sfnlint.source import TextDocument, parse

SAFE = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"))
"""No markers of symbols, which are replaced, and no control characters, which YAML escapes."""

WORDS = st.text(st.sampled_from("ab:#'\"\\ -é😀,{[$.!&*%?|>~0\u2028"), max_size=12)
SENTENCES = st.lists(st.sampled_from(["ab", "No", "é", "x", "True"]), min_size=1).map(" ".join)
STRINGS = st.one_of(
    SENTENCES, st.text(SAFE, max_size=12), WORDS, st.sampled_from(["No", "012", "null", ""])
)
LINES = st.lists(st.one_of(SENTENCES, STRINGS), min_size=1, max_size=4).map("\n".join)
SCALARS = st.one_of(
    STRINGS, LINES, st.integers(-1000, 10**18), st.booleans(), st.none(), st.floats(-1e9, 1e9)
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(STRINGS, inner, max_size=4)
    ),
    max_leaves=12,
)


def values(data: object, path: Route = ()) -> Iterator[tuple[Route, object]]:
    yield path, data
    if isinstance(data, dict):
        for name, member in data.items():
            yield from values(member, (*path, name))
    elif isinstance(data, list):
        for index, member in enumerate(data):
            yield from values(member, (*path, index))


def cut(
    document: TextDocument, path: Route, part: str = "value", within: Span | None = None
) -> str:
    located = document.locate(path, part, within)  # type: ignore[arg-type]
    assert located.root is document
    assert located.path == path
    return document.text[slice(*located.span)]


# JSON


def written_json(draw: st.DrawFn, data: object) -> str:
    space = draw(st.sampled_from(["", " ", "\n", "\t\r\n "]))
    if isinstance(data, str):
        return '"' + "".join(json_character(draw, character) for character in data) + '"'
    if isinstance(data, dict):
        pairs = [
            f"{space}{written_json(draw, name)}{space}:{space}{written_json(draw, member)}"
            for name, member in data.items()
        ]
        return "{" + f"{space},".join(pairs) + space + "}"
    if isinstance(data, list):
        return (
            "[" + f"{space},{space}".join(written_json(draw, item) for item in data) + space + "]"
        )
    return json.dumps(data)


def json_character(draw: st.DrawFn, character: str) -> str:
    way = draw(st.integers(0, 2))
    if way == 0 and character not in '"\\\n':
        return character
    if way == 1 and character in '"\\/\n':
        return {"\n": "\\n"}.get(character, "\\" + character)
    units = character.encode("utf-16-be")
    escapes = [f"\\u{units[i]:02x}{units[i + 1]:02X}" for i in range(0, len(units), 2)]
    return "".join(escapes)


@st.composite
def json_texts(draw: st.DrawFn) -> tuple[str, object]:
    data = draw(DATA)
    return draw(st.sampled_from(["", "\n  "])) + written_json(draw, data) + "\n", data


@settings(deadline=None, max_examples=80)
@given(json_texts(), st.data())
def test_json_spans_hold_their_values(made: tuple[str, object], more: st.DataObject) -> None:
    text, data = made
    document = parse(text, "x.json", "json")
    assert document.error is None
    assert document.data == data
    for path, value in values(data):
        written = cut(document, path)
        assert written == written.strip()
        assert json.loads(written) == value
        if path and isinstance(path[-1], str):
            assert json.loads(cut(document, path, "key")) == path[-1]
        if isinstance(value, str):
            start = more.draw(st.integers(0, len(value)))
            end = more.draw(st.integers(start, len(value)))
            part = cut(document, path, "value", Span(start, end))
            assert json.loads(f'"{part}"') == value[start:end]


# YAML


class Token(NamedTuple):
    """Characters of a text, and the number of decoded characters that they represent."""

    text: str
    decoded: int


class YamlWriter:
    """Writes data as YAML in forms that the draw chooses, and records all positions."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.text = ""
        self.column = 0
        self.newline = draw(st.sampled_from(["\n", "\r\n"]))
        self.spans: dict[Route, Span] = {}
        self.keys: dict[Route, Span] = {}
        self.characters: dict[Route, list[Span]] = {}

    def flip(self) -> bool:
        return self.draw(st.booleans())

    def write(self, text: str) -> None:
        self.text += text

    def line(self) -> None:
        """Begin a line that is not empty: a block scalar may keep the line breaks after it."""
        if self.text and not self.text.endswith(self.newline):
            self.write(self.newline)

    def value(self, data: object, path: Route, indent: int, flow: bool) -> None:
        """Write the value after `key:` or `-`, up to the end of the line."""
        if isinstance(data, (dict, list)) and data and not flow and self.flip():
            self.write("  # 'a comment" if self.flip() else "")
            self.collection(data, path, indent)
            return
        self.write(" " * self.draw(st.integers(1, 2)))
        start = len(self.text)
        if isinstance(data, (dict, list)):
            self.flow(data, path, indent)
        elif isinstance(data, str):
            self.string(data, path, indent, flow)
            return
        else:
            self.write(json.dumps(data))
        self.spans[path] = Span(start, len(self.text))

    def collection(self, data: dict[str, object] | list[object], path: Route, indent: int) -> None:
        start = 0
        inner = path
        for number, (name, member) in enumerate(members(data)):
            self.line()
            self.write(f"# between{self.newline}" if self.flip() else "")
            self.write(" " * indent)
            self.column = indent
            start = start if number else len(self.text)
            inner = (*path, name)
            if isinstance(name, str):
                self.key(name, inner)
                self.write(":")
            else:
                self.write("-")
            self.value(member, inner, indent + self.draw(st.integers(1, 3)), False)
        self.spans[path] = Span(start, self.spans[inner].end)

    def flow(self, data: dict[str, object] | list[object], path: Route, indent: int) -> None:
        self.write("{" if isinstance(data, dict) else "[")
        for number, (name, member) in enumerate(members(data)):
            self.write(" ," if number else "")
            self.write(self.newline + " " * (indent + 1) if self.flip() else " ")
            if isinstance(name, str):
                self.key(name, (*path, name))
                self.write(" :")
            self.value(member, (*path, name), indent, True)
        self.write(" }" if isinstance(data, dict) else " ]")

    def key(self, name: str, path: Route) -> None:
        start = len(self.text)
        quoted = "".join(
            character if character.isalnum() else f"\\U{ord(character):08x}" for character in name
        )
        self.write(name if PLAIN.fullmatch(name) and self.flip() else f'"{quoted}"')
        self.keys[path] = Span(start, len(self.text))

    def string(self, data: str, path: Route, indent: int, flow: bool) -> None:
        start = len(self.text)
        ways = [self.double]
        if data.isprintable():
            ways.append(self.single)
        if PLAIN.fullmatch(data):
            ways.append(self.plain)
        if not flow and data.strip(" \n") and data.replace("\n", "").isprintable():
            ways.append(self.literal)
            if not any(fold in data for fold in ("  ", " \n", "\n ")) and data.strip(" ") == data:
                ways.append(self.folded)
        tokens = self.draw(st.sampled_from(ways))(data, indent)
        spans: list[Span] = []
        for token in tokens:
            begin = len(self.text)
            self.write(token.text)
            spans += [Span(begin, len(self.text))] * token.decoded
        self.characters[path] = spans
        is_block = self.text[start] in "|>"
        self.spans[path] = Span(start, spans[-1].end if is_block else len(self.text))

    def double(self, data: str, indent: int) -> Iterator[Token]:
        yield Token('"', 0)
        for index, character in enumerate(data):
            if character.isalpha() and data[:index][-1:].isalpha() and self.draw(EIGHTH):
                yield Token("\\" + self.newline + " " * (indent + 1), 0)
            way = self.draw(st.integers(0, 3))
            if way == 0 and character.isprintable() and character not in '"\\ ':
                yield Token(character, 1)
            elif way == 1 and character in '"\\ \n':
                yield Token({"\n": "\\n"}.get(character, "\\" + character), 1)
            elif way == 2 and is_between_letters(data, index):
                yield self.fold(indent)
            elif way == 2 and ord(character) < 256:
                yield Token(f"\\x{ord(character):02x}", 1)
            else:
                yield Token(f"\\U{ord(character):08X}", 1)
        yield Token('"', 0)

    def single(self, data: str, indent: int) -> Iterator[Token]:
        yield Token("'", 0)
        for index, character in enumerate(data):
            if self.flip() and is_between_letters(data, index):
                yield self.fold(indent)
            else:
                yield Token("''" if character == "'" else character, 1)
        yield Token("'", 0)

    def plain(self, data: str, indent: int) -> Iterator[Token]:
        for index, character in enumerate(data):
            is_fold = self.flip() and is_between_letters(data, index)
            yield self.fold(indent) if is_fold else Token(character, 1)

    def fold(self, indent: int) -> Token:
        blanks = self.draw(st.sampled_from(["", "  "]))
        return Token(blanks + self.newline + " " * (indent + 1), 1)

    def literal(self, data: str, indent: int) -> Iterator[Token]:
        yield from self.header("|", data)
        for number, line in enumerate(data.split("\n")):
            yield from [Token(self.newline, 1)] if number else []
            yield Token(" " * (self.column + DEEP) if line else "", 0)
            yield from (Token(character, 1) for character in line)

    def folded(self, data: str, indent: int) -> Iterator[Token]:
        yield from self.header(">", data)
        body = data.rstrip("\n")
        for index, character in enumerate(body):
            if data[:index][-1:] in ("", "\n") and character != "\n":
                yield Token(" " * (self.column + DEEP), 0)
            if character == "\n" and data[:index][-1:] not in ("", "\n"):
                # Folding removes one line break after a line of text.
                yield Token(self.newline, 0)
            if self.flip() and is_between_letters(data, index):
                yield Token(self.newline, 1)
                yield Token(" " * (self.column + DEEP), 0)
            else:
                yield Token(self.newline if character == "\n" else character, 1)
        yield from (Token(self.newline, 1) for _ in data[len(body) :])

    def header(self, style: str, data: str) -> Iterator[Token]:
        ends = len(data) - len(data.rstrip("\n"))
        must_say = data.lstrip("\n").startswith(" ")
        indicator = str(DEEP) if must_say or self.flip() else ""
        yield Token(style + indicator + ("-", "", "+")[min(ends, 2)], 0)
        yield Token((" # comment" if self.flip() else "") + self.newline, 0)


DEEP = 4
"""How much deeper a block scalar is indented than the collection around it."""

EIGHTH = st.integers(0, 7).map(lambda number: number == 0)
PLAIN = re.compile(r"(?!(?i:null|true|false))[a-zA-Zé]+(?: [a-zA-Zé]+)*")


def is_between_letters(text: str, index: int) -> bool:
    return text[index] == " " and text[:index][-1:].isalpha() and text[index + 1 :][:1].isalpha()


def members(data: dict[str, object] | list[object]) -> Iterator[tuple[str | int, object]]:
    return iter(data.items()) if isinstance(data, dict) else enumerate(data)


@st.composite
def yaml_texts(draw: st.DrawFn) -> tuple[YamlWriter, object]:
    data = draw(st.dictionaries(STRINGS, DATA, min_size=1, max_size=4))
    writer = YamlWriter(draw)
    writer.collection(data, (), 0)
    writer.line()
    return writer, data


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(yaml_texts(), st.data())
def test_yaml_spans_hold_their_values(made: tuple[YamlWriter, object], more: st.DataObject) -> None:
    writer, data = made
    document = parse(writer.text, "x.yaml", "yaml")
    assert document.error is None
    assert document.data == data
    for path, value in values(data):
        assert document.locate(path, "value", None) == (document, writer.spans[path], path)
        if path in writer.keys:
            assert document.locate(path, "key", None).span == writer.keys[path]
        if isinstance(value, str) and value:
            characters = writer.characters[path]
            start = more.draw(st.integers(0, len(value) - 1))
            end = more.draw(st.integers(start + 1, len(value)))
            expected = Span(characters[start].start, characters[end - 1].end)
            assert document.locate(path, "value", Span(start, end)).span == expected


def test_yaml_reads_what_the_json_reader_reads() -> None:
    data: object = {"a": [1, -2.5, True, None, {}], "é\n": {"b": [], "c": ""}}
    text = json.dumps(data)
    assert parse(text, "", "yaml").data == parse(text, "", "json").data == data

"""Documents inside strings: every place maps back to the characters of the file."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfnlint.place import Place, Route, Span
from sfnlint.source import EmbeddedDocument, Piece, TextDocument, embed, parse

A, B = "\U000f0000", "\U000f0001"


def literal(document: TextDocument | EmbeddedDocument, path: Route, start: int, end: int) -> Piece:
    value = document.data
    for step in path:
        value = value[step]  # type: ignore[index]
    assert isinstance(value, str)
    return Piece(value[start:end], Place(document, path, "value", Span(start, end)))


def whole(document: TextDocument | EmbeddedDocument, *path: str | int) -> Piece:
    return literal(document, path, 0, 10**9)._replace(
        place=Place(document, path, "value", Span(0, len(literal(document, path, 0, 10**9).text)))
    )


def shown(document: EmbeddedDocument, path: Route, part: str = "value") -> str:
    located = document.locate(path, part, None)  # type: ignore[arg-type]
    return located.root.text[slice(*located.span)]


SUBSTITUTED = """\
Resources:
  Machine:
    DefinitionString: !Sub |
      {
        "StartAt": "Do${Name}It",
        "Seconds": ${Seconds}
      }
"""


def substituted() -> tuple[TextDocument, EmbeddedDocument]:
    outer = parse(SUBSTITUTED, "t.yaml", "yaml")
    path = ("Resources", "Machine", "DefinitionString", "Fn::Sub")
    text = outer.data["Resources"]["Machine"]["DefinitionString"]["Fn::Sub"]  # type: ignore[index]
    name, seconds = text.index("${Name}"), text.index("${Seconds}")
    symbols = [
        Piece(mark, Place(outer, path, "value", Span(start, end)))
        for mark, start, end in ((A, name, name + 7), (B, seconds, seconds + 10))
    ]
    pieces = [
        literal(outer, path, 0, name),
        symbols[0],
        literal(outer, path, name + 7, seconds),
        symbols[1],
        literal(outer, path, seconds + 10, len(text)),
    ]
    return outer, embed(pieces)


def test_symbols_in_strings_and_as_values() -> None:
    outer, document = substituted()
    assert document.error is None
    assert document.file == "t.yaml"
    assert document.data == {"StartAt": f"Do{A}It", "Seconds": B}
    assert shown(document, ("StartAt",)) == '"Do${Name}It"'
    assert shown(document, ("Seconds",)) == "${Seconds}"
    assert shown(document, ("Seconds",), "key") == '"Seconds"'
    located = document.locate(("StartAt",), "value", Span(3, 5))
    assert outer.text[slice(*located.span)] == "It"
    assert located.path == ("Resources", "Machine", "DefinitionString", "Fn::Sub")
    assert located.root is outer
    symbol = document.locate(("StartAt",), "value", Span(2, 3))
    assert outer.text[slice(*symbol.span)] == "${Name}"
    assert document.locate(("Seconds",), "value", Span(0, 1)).span.start == outer.text.index("${S")


@pytest.mark.parametrize(
    ("text", "data"),
    [
        (f"[{A}, {B}]", [A, B]),
        (f"[{A}{B}]", [A + B]),
        (f"[1{A}, -{B}]", ["1" + A, "-" + B]),
        (f"{{{A}: true}}", {A: True}),
        (f'["{A}", {A}]', [A, A]),
        (f'["\\"", {A}, "a{B}"]', ['"', A, "a" + B]),
        ('["\\udb80\\udc00", "a"]', ["\ufffd\ufffd", "a"]),
    ],
)
def test_symbols_outside_of_strings(text: str, data: object) -> None:
    outer = parse(json.dumps([text]), "t.json", "json")
    document = embed([Piece(text, Place(outer, (0,), "value", Span(0, len(text))))])
    assert document.error is None
    assert document.data == data


def test_a_symbol_as_a_key_has_a_place() -> None:
    outer = parse('["{X: true}"]', "t.json", "json")
    symbol = Piece(A, Place(outer, (0,), "value", Span(1, 2)))
    document = embed([literal(outer, (0,), 0, 1), symbol, literal(outer, (0,), 2, 9)])
    assert document.data == {A: True}
    assert shown(document, (A,), "key") == "X"
    assert shown(document, (A,)) == "true"


def test_an_escape_outside_of_a_string_is_a_fault() -> None:
    outer = parse('["x"]', "t.json", "json")
    document = embed([Piece(f"[\\n{A}]", Place(outer, (0,)))])
    assert document.data is None


def test_the_place_of_an_error_after_a_symbol() -> None:
    outer = parse('{"a": "[X, 1 2]"}', "t.json", "json")
    place = Place(outer, ("a",), "value", Span(1, 2))
    document = embed([literal(outer, ("a",), 0, 1), Piece(A, place), literal(outer, ("a",), 2, 8)])
    assert document.data is None
    assert document.error is not None
    located = document.error.place.locate()
    assert located.span == Span(outer.text.index("2"), outer.text.index("2") + 1)
    assert located.path == ("a",)


def test_duplicate_keys_inside() -> None:
    inner = '{"a": 1, "a": 2}'
    outer = parse(json.dumps({"d": inner}), "t.json", "json")
    [problem] = embed([whole(outer, "d")]).problems
    assert problem.other is not None
    spans = [place.locate().span for place in (problem.other, problem.place)]
    assert [outer.text[slice(*span)] for span in spans] == ['\\"a\\"'] * 2
    assert spans[0] < spans[1]


def test_a_document_in_a_document_in_a_document() -> None:
    innermost = {"Key\n": ["é", "deep"]}
    outer = parse(json.dumps([json.dumps({"x": json.dumps(innermost)})]), "t.json", "json")
    middle = embed([whole(outer, 0)])
    inner = embed([whole(middle, "x")])
    assert inner.data == innermost
    assert shown(inner, ("Key\n", 1)) == '\\\\\\"deep\\\\\\"'
    located = inner.locate(("Key\n", 1), "value", Span(0, 2))
    assert outer.text[slice(*located.span)] == "de"
    assert located.path == (0,)


def test_pieces_of_a_join_are_joined_from_first_to_last() -> None:
    outer = parse("- '{\"a\": '\n- '\"b'\n- 'c\", \"d\": 1}'\n", "t.yaml", "yaml")
    document = embed([whole(outer, 0), whole(outer, 1), whole(outer, 2)])
    assert document.data == {"a": "bc", "d": 1}
    located = document.locate(("a",), "value", None)
    assert located.path == (1,)
    assert outer.text[slice(*located.span)] == "\"b'\n- 'c\""


def test_a_piece_from_elsewhere_does_not_extend_the_span() -> None:
    outer = parse('["\\"end", "[\\"start "]', "t.json", "json")
    document = embed([whole(outer, 1), whole(outer, 0), whole(outer, 0)])
    located = document.error and document.error.place.locate()
    assert located is not None
    assert located.span.start < located.span.end
    other = parse('"]"', "u.json", "json")
    first = parse(json.dumps('["a'), "t.json", "json")
    second = parse(json.dumps('b"]'), "u.json", "json")
    assert other.error is None
    mixed = embed([whole(first), whole(second)])
    assert mixed.data == ["ab"]
    found = mixed.locate((0,), "value", None)
    assert found.root is first
    assert first.text[slice(*found.span)] == '\\"a'


def test_text_that_was_decoded_twice_is_located_as_a_whole() -> None:
    outer = parse('{"Document": "%7B%7D"}', "t.json", "json")
    document = embed([Piece('{"a": 1}', Place(outer, ("Document",)))])
    assert document.data == {"a": 1}
    assert shown(document, ("a",)) == '"%7B%7D"'


def test_yaml_in_a_string() -> None:
    outer = parse('{"d": "a:\\n  b: !Ref c\\n"}', "t.json", "json")
    document = embed([whole(outer, "d")], "yaml")
    assert document.data == {"a": {"b": {"Ref": "c"}}}
    assert shown(document, ("a", "b", "Ref")) == "c"


def test_a_document_needs_a_piece() -> None:
    with pytest.raises(ValueError, match="at least one piece"):
        embed([])


def test_an_empty_piece_is_an_empty_document() -> None:
    outer = parse('[""]', "t.json", "json")
    document = embed([whole(outer, 0)])
    assert document.error is not None
    assert document.error.message == "the file is empty"
    assert document.error.place.locate().span == (2, 2)


# In random pieces


WORDS = st.text(st.sampled_from('ab"\\/é😀 \n'), max_size=6)
DATA = st.recursive(
    st.one_of(WORDS, st.integers(), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=8,
)


def values(data: object, path: Route = ()) -> Iterator[tuple[Route, object]]:
    yield path, data
    if isinstance(data, dict):
        for name, member in data.items():
            yield from values(member, (*path, name))
    elif isinstance(data, list):
        for index, member in enumerate(data):
            yield from values(member, (*path, index))


@st.composite
def cut_texts(draw: st.DrawFn) -> tuple[object, list[str], list[str]]:
    """Return data, its text in pieces, and these pieces as strings of a YAML sequence."""
    data = draw(st.lists(DATA, min_size=1, max_size=3))
    text = json.dumps(
        data, indent=draw(st.sampled_from([None, 1])), ensure_ascii=draw(st.booleans())
    )
    cuts = sorted(draw(st.sets(st.integers(1, len(text) - 1), max_size=5)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    return data, pieces, [draw(st.sampled_from(written(piece))) for piece in pieces]


def written(piece: str) -> list[str]:
    """Return the forms in which YAML can write a string."""
    escaped = "".join(
        character if character.isalnum() else f"\\U{ord(character):08X}" for character in piece
    )
    ways = [f'"{escaped}"']
    if "\n" not in piece:
        ways.append("'" + piece.replace("'", "''") + "'")
    if piece.strip():
        ways.append("|2-\n" + "\n".join("  " + line for line in piece.split("\n")))
    return [way for way in ways if parse(f"- {way}\n", "", "yaml").data == [piece]]


@settings(deadline=None, max_examples=60)
@given(cut_texts())
def test_positions_survive_being_cut_in_pieces(made: tuple[object, list[str], list[str]]) -> None:
    data, texts, ways = made
    outer = parse("".join(f"- {way}\n" for way in ways), "t.yaml", "yaml")
    assert outer.data == texts
    document = embed([whole(outer, index) for index in range(len(texts))])
    assert document.data == data
    plain = parse("".join(texts), "plain.json", "json")
    # The position in the outer text of every character of the joined text.
    at = [
        outer.locate((index,), "value", Span(offset, offset + 1)).span
        for index, text in enumerate(texts)
        for offset in range(len(text))
    ]
    assert "".join(texts) == plain.text
    for path, value in values(data):
        for part in ("value", "key"):
            span = plain.locate(path, part, None).span
            expected = (at[span.start].start, at[span.end - 1].end)
            assert document.locate(path, part, None).span == expected
        for index in range(len(value) if isinstance(value, str) else 0):
            span = plain.locate(path, "value", Span(index, index + 1)).span
            expected = (at[span.start].start, at[span.end - 1].end)
            assert document.locate(path, "value", Span(index, index + 1)).span == expected


@settings(deadline=None, max_examples=50)
@given(st.lists(DATA, min_size=1, max_size=3), st.data())
def test_symbols_between_pieces_move_nothing(data: list[object], more: st.DataObject) -> None:
    before = more.draw(st.integers(0, 2))
    text = json.dumps({"name": "ab", "data": data})
    middle = text.index("ab") + before
    inner = text[:middle] + "${Symbol}" + text[middle:]
    outer = parse(json.dumps({"Fn::Sub": inner}), "t.json", "json")
    pieces = [
        literal(outer, ("Fn::Sub",), 0, middle),
        Piece(A, Place(outer, ("Fn::Sub",), "value", Span(middle, middle + 9))),
        literal(outer, ("Fn::Sub",), middle + 9, len(inner)),
    ]
    document = embed(pieces)
    plain = parse(inner, "plain.json", "json")
    assert document.data == {"name": "ab"[:before] + A + "ab"[before:], "data": data}
    for path, value in values(plain.data):
        span = plain.locate(path, "value", None).span
        expected = outer.locate(("Fn::Sub",), "value", span).span
        assert document.locate(path, "value", None).span == expected, value

"""YAML: data, faults and their positions."""

from __future__ import annotations

import pytest

from sfnlint.place import Route, Span
from sfnlint.source import AmbiguousBoolean, TextDocument, parse


def read(text: str) -> TextDocument:
    document = parse(text, "template.yaml", "yaml")
    assert document.error is None
    return document


def message(text: str) -> tuple[str, str, tuple[int, int]]:
    document = parse(text, "template.yaml", "yaml")
    assert document.error is not None
    assert document.data is None
    place = document.error.place
    assert place.within is not None
    return document.error.kind, document.error.message, document.line_column(place.within.start)


def shown(document: TextDocument, *path: str | int, part: str = "value") -> str:
    return document.text[slice(*document.locate(path, part, None).span)]  # type: ignore[arg-type]


def cut(document: TextDocument, path: Route, start: int, end: int) -> str:
    return document.text[slice(*document.locate(path, "value", Span(start, end)).span)]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("", None),
        ("~", None),
        ("Null", None),
        ("true", True),
        ("FALSE", False),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("0x1F", 31),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("012345678901", "012345678901"),
        ("0o14", "0o14"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("9" * 5000, "9" * 5000),
        ("2012-10-17", "2012-10-17"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("!!str 12", "12"),
        ("!!int '12'", 12),
        ("!!float 1", 1.0),
        ("!!bool yes", True),
        ("!!null ''", None),
        ("!!timestamp 2012-10-17", "2012-10-17"),
    ],
)
def test_scalars(written: str, value: object) -> None:
    data = read(f"- {written}\n").data
    assert data == [value]
    assert isinstance(data, list)
    assert type(data[0]) is type(value)


@pytest.mark.parametrize("word", ["y", "Yes", "ON"])
def test_words_that_may_be_true(word: str) -> None:
    data = read(f"{word}: {word}").data
    assert data == {word: word}
    assert isinstance(data, dict)
    [(key, value)] = data.items()
    assert type(key) is str
    assert isinstance(value, AmbiguousBoolean)
    assert value.boolean is True


@pytest.mark.parametrize("word", ["n", "No", "OFF"])
def test_words_that_may_be_false(word: str) -> None:
    data = read(f"[{word}]").data
    assert data == [word]
    assert isinstance(data, list)
    assert isinstance(data[0], AmbiguousBoolean)
    assert data[0].boolean is False


def test_quoted_words_are_not_ambiguous() -> None:
    data = read("['No']").data
    assert isinstance(data, list)
    assert type(data[0]) is str


def test_keys_are_strings() -> None:
    assert read("1: a\nnull: b\n2020-01-01: c\n~: d\ntrue: e").data == {
        "1": "a",
        "null": "b",
        "2020-01-01": "c",
        "~": "d",
        "true": "e",
    }


SHORT_TAGS = """\
A: !Ref No
B: !GetAtt Role.Outputs.Arn
C: !Sub |
  x ${y}
D: !If
  # the branch
  - Condition
  - !Condition On
  - !Join ["", [a, !Ref B]]
E: &name !Transform {Name: x}
F: !GetAtt [Role, Arn]
G: !Base64
H: !GetAtt Nothing
"""


def test_short_tags_become_functions() -> None:
    assert read(SHORT_TAGS).data == {
        "A": {"Ref": "No"},
        "B": {"Fn::GetAtt": ["Role", "Outputs.Arn"]},
        "C": {"Fn::Sub": "x ${y}\n"},
        "D": {
            "Fn::If": ["Condition", {"Condition": "On"}, {"Fn::Join": ["", ["a", {"Ref": "B"}]]}]
        },
        "E": {"Fn::Transform": {"Name": "x"}},
        "F": {"Fn::GetAtt": ["Role", "Arn"]},
        "G": {"Fn::Base64": ""},
        "H": {"Fn::GetAtt": ["Nothing"]},
    }


@pytest.mark.parametrize(
    ("path", "written"),
    [
        (("A",), "!Ref No"),
        (("A", "Ref"), "No"),
        (("B",), "!GetAtt Role.Outputs.Arn"),
        (("B", "Fn::GetAtt"), "Role.Outputs.Arn"),
        (("B", "Fn::GetAtt", 0), "Role"),
        (("B", "Fn::GetAtt", 1), "Outputs.Arn"),
        (("C",), "!Sub |\n  x ${y}\n"),
        (("C", "Fn::Sub"), "|\n  x ${y}\n"),
        (("D", "Fn::If"), '- Condition\n  - !Condition On\n  - !Join ["", [a, !Ref B]]'),
        (("D", "Fn::If", 1, "Condition"), "On"),
        (("D", "Fn::If", 2), '!Join ["", [a, !Ref B]]'),
        (("D", "Fn::If", 2, "Fn::Join"), '["", [a, !Ref B]]'),
        (("D", "Fn::If", 2, "Fn::Join", 1, 1), "!Ref B"),
        (("E",), "&name !Transform {Name: x}"),
        (("E", "Fn::Transform"), "{Name: x}"),
        (("F", "Fn::GetAtt", 1), "Arn"),
        (("G", "Fn::Base64"), ""),
    ],
)
def test_places_of_short_tags(path: Route, written: str) -> None:
    assert shown(read(SHORT_TAGS), *path) == written


def test_the_key_of_a_short_tag_is_the_tag() -> None:
    document = read(SHORT_TAGS)
    assert shown(document, "E", "Fn::Transform", part="key") == "!Transform"
    assert shown(document, "A", "Ref", part="key") == "!Ref"
    assert shown(document, "A", part="key") == "A"


def test_parts_of_strings_behind_tags() -> None:
    document = read(SHORT_TAGS)
    assert cut(document, ("C", "Fn::Sub"), 2, 6) == "${y}"
    assert cut(document, ("B", "Fn::GetAtt", 1), 8, 11) == "Arn"


@pytest.mark.parametrize(
    ("written", "value", "part", "expected"),
    [
        ("a\n\n\n  b c", "a\n\nb c", "b c", "b c"),
        ("a\n\n\n  b c", "a\n\nb c", "\n\n", "\n\n\n  "),
        ("'it''s\n\n  here'", "it's\nhere", "s\nh", "s\n\n  h"),
        ("'it''s'", "it's", "'", "''"),
        ('"a\\\n\n   b"', "a\nb", "b", "b"),
        ('"a\\\n\n   b"', "a\nb", "\n", "\\\n\n   "),
        ('"a\\u00e9\\x41\\tb"', "aéA\tb", "éA", "\\u00e9\\x41"),
        ('"a \\\n  b"', "a b", "a ", "a "),
        ("|2-\n    x\n   y", "  x\n y", "y", "y"),
        (">\n  a\n  b\n\n\n  c\n   d\n  e\n", "a b\n\nc\n d\ne\n", "d\ne", "d\n  e"),
        (">\n  a\n  b\n\n\n  c\n   d\n  e\n", "a b\n\nc\n d\ne\n", "b\n\nc", "b\n\n\n  c"),
        (">\n  a\n\n   b\n  c\n", "a\n\n b\nc\n", "b\nc", "b\n  c"),
        ("|+\n  a\n\n\n", "a\n\n\n", "a\n\n", "a\n\n"),
        ("| # why\n\n\n  a\n", "\n\na\n", "a", "a"),
        ("|\r\n  a\r\n  b\r\n", "a\nb\n", "b\n", "b\r\n"),
        ("!!str &x 'ab'", "ab", "b", "b"),
        (">-\n\n  a\n", "\na", "a", "a"),
    ],
)
def test_parts_of_strings(written: str, value: str, part: str, expected: str) -> None:
    document = read(f"k: {written}")
    assert document.data == {"k": value}
    start = value.index(part)
    assert cut(document, ("k",), start, start + len(part)) == expected


def test_a_part_beyond_the_string_is_cut_off() -> None:
    document = read("k: 'abc'")
    assert cut(document, ("k",), 2, 99) == "c"
    assert cut(document, ("k",), 50, 99) == ""
    assert cut(document, ("k",), -5, 1) == "a"


def test_a_part_of_what_is_no_string_is_all_of_it() -> None:
    assert cut(read("k: [a]"), ("k",), 0, 1) == "[a]"


def test_block_collections_end_with_their_last_value() -> None:
    document = read("a:\n  b: 1\n  c:\n    - |\n      x\n\n# comment\nd: {}\n")
    assert shown(document, "a") == "b: 1\n  c:\n    - |\n      x\n"
    assert shown(document, "a", "c") == "- |\n      x\n"
    assert shown(read("a:\n- b\n- c   # d\n"), "a") == "- b\n- c"


def test_a_pair_in_a_flow_sequence() -> None:
    document = read("[a: b , {c: d} ]")
    assert document.data == [{"a": "b"}, {"c": "d"}]
    assert shown(document, 0) == "a: b"
    assert shown(document, 1) == "{c: d}"


def test_a_missing_path_is_answered_by_the_nearest_ancestor() -> None:
    document = read("a:\n  b: [c]")
    located = document.locate(("a", "b", 7, "x"), "key", None)
    assert located.path == ("a", "b")
    assert document.text[slice(*located.span)] == "[c]"


def test_aliases_share_what_they_repeat() -> None:
    document = read("a: &x {k: [1]}\nb: *x\nc: *x\n")
    data = document.data
    assert isinstance(data, dict)
    assert data["a"] is data["b"] is data["c"]
    assert shown(document, "c", "k", 0) == "1"
    assert shown(document, "b", part="key") == "b"
    assert document.locate(("b", "k"), "value", None).span == (10, 13)


def test_an_alias_can_be_a_key() -> None:
    assert read("- &k name\n- {*k : 1}").data == ["name", {"name": 1}]


def test_merge_keys() -> None:
    text = "- &a {x: 1, y: 1}\n- &b {y: 2, z: 2}\n- {<<: [*a, *b], x: 0}\n- {<<: *b, '<<': 3}\n"
    document = read(text)
    assert document.data == [
        {"x": 1, "y": 1},
        {"y": 2, "z": 2},
        {"x": 0, "y": 1, "z": 2},
        {"y": 2, "z": 2, "<<": 3},
    ]
    assert document.problems == []
    assert document.line_column(document.locate((2, "z"), "value", None).span.start) == (2, 16)


def test_duplicate_keys_are_told_and_the_last_one_counts() -> None:
    document = read('a: {k: 1, "k": 2}\nb: 1\n')
    assert document.data == {"a": {"k": 2}, "b": 1}
    [problem] = document.problems
    assert problem.kind == "duplicate-key"
    assert problem.message == "duplicate key 'k' in this object; remove or rename it"
    assert problem.place.locate().span == (10, 13)
    assert problem.other is not None
    assert problem.other.locate().span == (4, 5)
    assert shown(document, "a", "k") == "2"


@pytest.mark.parametrize(
    ("text", "kind", "part", "place"),
    [
        ("", "syntax", "the file is empty", (1, 1)),
        ("# nothing\n---\n", "syntax", "the file is empty", (1, 1)),
        ("a: 1\n---\nb: 2\n", "syntax", "several YAML documents in this file", (3, 1)),
        ("a: *b", "syntax", "undefined anchor 'b'", (1, 4)),
        ("a: &a [*a]", "syntax", "recursive alias", (1, 8)),
        ("{a: {b}: c}", "syntax", "not valid YAML", (1, 8)),
        ("{{ x }}: 1", "syntax", "a key must be a plain string", (1, 2)),
        ("!Sub x: 1", "syntax", "a key must be a plain string", (1, 1)),
        ("a: {<<: 1}", "syntax", "a merge key (<<) needs a mapping", (1, 9)),
        ("a:\n\t- b", "syntax", "tab used for indentation", (2, 1)),
        ("a: 'b", "syntax", "unexpected end of stream", (1, 5)),
        ("é: \x07", "syntax", "YAML does not allow the character U+0007", (1, 4)),
        ("a: \0", "syntax", "YAML does not allow the character U+0000", (1, 4)),
    ],
)
def test_errors(text: str, kind: str, part: str, place: tuple[int, int]) -> None:
    found, said, at = message(text)
    assert found == kind
    assert part in said
    assert at == place


def test_empty_documents_around_one_do_no_harm() -> None:
    assert read("---\n---\na: 1\n---\n# end\n...\n").data == {"a": 1}


def test_symbols_cannot_be_smuggled_in() -> None:
    text = 'a\U000f0000: "\\U000F0000\\U0010ffff x"\nb: !%F3%B0%80%80 c\n'
    document = read(text)
    assert document.data == {"a\ufffd": "\ufffd\ufffd x", "b": {"Fn::\ufffd": "c"}}
    assert cut(document, ("a\ufffd",), 1, 2) == "\\U0010ffff"


def test_lines_end_as_yaml_says() -> None:
    document = read("a: 1\r\nb: 2\rc: 3\nd: é😀x")
    assert [document.line_text(line) for line in range(6)] == [
        "",
        "a: 1",
        "b: 2",
        "c: 3",
        "d: é😀x",
        "",
    ]
    assert document.line_column(document.text.index("x")) == (4, 6)
    assert document.line_column(10**9) == (4, 7)

"""Parsing paths and intrinsic functions: never fails, and problems have valid positions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfnlint.asl import intrinsics
from sfnlint.asl.jsonpath import JsonPath, PathProblem, parse_path

_PARTS = st.sampled_from(
    [
        *("$", "$$", ".", "..", "a", "é", "[", "]", "(", ")", "'", '"', "\\", "*", "0", "-1", ":"),
        *(
            "2147483648",
            "9" * 5000,
            "0" * 5000,
            ",",
            "?",
            "@",
            " ",
            "{}",
            "States.",
            "Format",
            "Array",
            "true",
            "=~",
            "/",
            "\U000f0000",
        ),
    ]
)
_TEXTS = st.lists(_PARTS, max_size=20).map("".join)
_NAMES = st.text("abcXYZ_é-", min_size=1)
_VALUES = st.recursive(
    st.sampled_from(
        ["$.a", "$.a['b,)']", "'x, \\' ('", "1", "-2.5", "true", "null", "States.UUID()"]
    ),
    lambda inner: st.lists(inner, max_size=3).map(lambda of: f"States.Array({', '.join(of)})"),
)


@given(_TEXTS)
def test_positions_of_path_problems(text: str) -> None:
    read = parse_path(text)
    if isinstance(read, PathProblem):
        assert 0 <= read.start <= read.end <= len(text)


@given(st.one_of(_TEXTS, _TEXTS.map(lambda text: f"States.Array({text})")))
def test_positions_of_call_problems(text: str) -> None:
    for problem in intrinsics.problems(text):
        assert 0 <= problem.start <= problem.end <= len(text)


@given(st.lists(_NAMES), st.sampled_from(["$", "$$", "$name"]))
def test_quoted_names_equal_dotted_names(names: list[str], root: str) -> None:
    dotted = parse_path(root + "".join(f".{name}" for name in names))
    quoted = parse_path(root + "".join(f"['{name}']" for name in names))
    assert dotted == quoted
    assert not isinstance(dotted, PathProblem)
    assert dotted.steps == tuple(names)


@given(_VALUES.filter(lambda value: value.startswith("States.")))
def test_nested_calls_are_valid(call: str) -> None:
    assert intrinsics.problems(call) == ()
    assert len(intrinsics.parse_calls(call)) == call.count("(") - call.count("'x, \\' ('")


@given(_VALUES.filter(lambda value: value.startswith("States.Array(")))
def test_an_incomplete_call_is_malformed(call: str) -> None:
    assert [problem.kind for problem in intrinsics.problems(call[:-1])] == ["malformed-intrinsic"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("$['a', b]", "invalid names in brackets"),
        ("$['a' 'b']", "invalid names in brackets"),
        ("$[a b]", "quote the name in brackets: ['a b']"),
        ("$.a(]", "missing ')'"),
        ("$.a[(])", "missing ']'"),
        ("$ a", "expected '.' or '['"),
        ("a", "expected '$' at the start"),
    ],
)
def test_path_problems(text: str, message: str) -> None:
    path = parse_path(text)
    assert isinstance(path, PathProblem)
    assert path.message == message


@pytest.mark.parametrize(
    ("text", "ambiguous"),
    [
        ("$['a','b'].c", "['a','b']"),
        ("$.a.length()", ".length()"),
        ("$.a[1:2]", "[1:2]"),
        ("$[0,1]", "[0,1]"),
        ("$..a", ".."),
        ("$.*", ".*"),
        ("$[?(@.a =~ /]/)]", "[?(@.a =~ /]/)]"),
    ],
)
def test_paths_that_can_select_several_values(text: str, ambiguous: str) -> None:
    path = parse_path(text)
    assert isinstance(path, JsonPath)
    assert path.ambiguous_step is not None
    start, end = path.ambiguous_step
    assert text[start:end] == ambiguous


def nested(calls: int) -> str:
    return "States.Array(" * calls + ")" * calls


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (nested(51), []),
        (nested(52), ["the calls are nested too deeply"]),
        ("States.Format($.template, 1)", []),
        ("States.Format()", ["States.Format: expected 1 argument or more, not 0"]),
        ("States.UUID(1)", ["States.UUID: expected no arguments, not 1"]),
        ("States.ArrayRange(1, $.n, 1)", []),
        ("States.ArrayRange(1, 1000, 1)", []),
        (
            "States.ArrayRange(0, 1000, 1)",
            ["States.ArrayRange: the range has 1001 items, more than the limit of 1000"],
        ),
        ("States.ArrayRange(0, 1000, 2)", []),
        ("States.ArrayRange(9, 1, -1)", []),
        ("States.ArrayRange(0, 5, 0)", ["States.ArrayRange: the step must not be 0"]),
        ("States.ArrayRange(0, 5, 0.0)", []),
        ("States.MathAdd(1.5, -2e3)", []),
        (
            "States.ArrayPartition($.a, 0)",
            ["States.ArrayPartition: the chunk size must be 1 or more"],
        ),
        ("States.Hash($.a, $.algorithm)", []),
        ("States.StringSplit('a', 1)", ["States.StringSplit: argument 2 must be a string"]),
    ],
)
def test_call_problems(text: str, messages: list[str]) -> None:
    assert [problem.message for problem in intrinsics.problems(text)] == messages


@pytest.mark.parametrize(
    ("index", "step"),
    [("0", 0), ("-2", -2), (" 7 ", 7), ("010", 10), ("2147483647", 2**31 - 1), ("0" * 5000, 0)],
)
def test_indexes(index: str, step: int) -> None:
    path = parse_path(f"$.jobs[{index}]")
    assert isinstance(path, JsonPath)
    assert path.steps == ("jobs", step)


@pytest.mark.parametrize(
    "index",
    ["2147483648", "-2147483648", "9" * 5000, "0, 9999999999", ":9999999999", "1:2:" + "9" * 40],
)
def test_large_indexes_are_invalid(index: str) -> None:
    problem = parse_path(f"$.jobs[{index}]")
    assert isinstance(problem, PathProblem)
    assert problem.message == "an index cannot exceed 2147483647"

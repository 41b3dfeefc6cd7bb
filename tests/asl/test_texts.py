"""Paths and calls are read whatever they are, and what is wrong with them lies inside them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sfnlint.asl import intrinsics
from sfnlint.asl.jsonpath import PathProblem, parse_path

_PARTS = st.sampled_from(
    [
        *("$", "$$", ".", "..", "a", "é", "[", "]", "(", ")", "'", '"', "\\", "*", "0", "-1", ":"),
        *(",", "?", "@", " ", "{}", "States.", "Format", "Array", "true", "=~", "/", "\U000f0000"),
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
def test_a_fault_of_a_path_lies_in_its_text(text: str) -> None:
    read = parse_path(text)
    if isinstance(read, PathProblem):
        assert 0 <= read.start <= read.end <= len(text)


@given(st.one_of(_TEXTS, _TEXTS.map(lambda text: f"States.Array({text})")))
def test_a_fault_of_a_call_lies_in_its_text(text: str) -> None:
    for fault in intrinsics.problems(text):
        assert 0 <= fault.start <= fault.end <= len(text)


@given(st.lists(_NAMES), st.sampled_from(["$", "$$", "$name"]))
def test_names_in_quotes_are_the_same_as_names_after_dots(names: list[str], root: str) -> None:
    dotted = parse_path(root + "".join(f".{name}" for name in names))
    quoted = parse_path(root + "".join(f"['{name}']" for name in names))
    assert dotted == quoted
    assert not isinstance(dotted, PathProblem)
    assert dotted.steps == tuple(names)


@given(_VALUES.filter(lambda value: value.startswith("States.")))
def test_calls_inside_calls_are_read(call: str) -> None:
    assert intrinsics.problems(call) == ()
    assert len(intrinsics.parse_calls(call)) == call.count("(") - call.count("'x, \\' ('")


@given(_VALUES.filter(lambda value: value.startswith("States.Array(")))
def test_a_call_without_its_end_is_a_fault(call: str) -> None:
    assert [fault.kind for fault in intrinsics.problems(call[:-1])] == ["malformed-intrinsic"]

"""The JSONata parser agrees with another one, and its syntax errors have places."""

from __future__ import annotations

import re

import pytest
from call_limit import limit_calls
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonata import JException, Jsonata

from sfnlint.asl.expressions import UNRESOLVED
from sfnlint.asl.jsonata import Identifier, ParsedExpression, StatesField, parse

TOKENS = [
    *"()[]{}.,:;?+-*/%|=<>^&",
    *("$", "$$", "$x", "$states", "input", "a", "and", "or", "in", "..", ":=", "!=", "~>", "**"),
    *("true", "null", "1", "2.5", '"s"', "'t'", "`q r`", "function", "@$v", "#$i", "$f", "/r/"),
    *("/*c*/", "\\", "'", "`", "1e999", '"\\n"', "'\\q'", "'\\''"),
]
VALID = [
    "$states.input.items[price > 10 and name = 'x'].{'a': $sum(price), 'b': $map(x, $f)}",
    "($a := 1; $b := $a + 2; [$a..$b])",
    "$x ? $y : $z ~> $f(?, 1)",
    "a.b^(>c, <d)[0].**.e",
    "$filter($states.input, function($v)<x:b>{ $v.id in ['a', \"b\"] })",
    "$x ~> |a.b|{'x': 1},['y']|",
    "$match(a, /b+/i) & `a b`.c@$v.d#$i.{'v': $v}",
]
# Errors that the reference implementation reports only after parsing.
LATER = ("S0209", "S0210", "S0213", "S0215", "S0216", "S0217", "S0401", "S0402")


@st.composite
def changed(draw: st.DrawFn) -> str:
    parts = re.findall(r"\w+|\s+|.", draw(st.sampled_from(VALID)))
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(parts) - 1))
        parts[at : at + draw(st.integers(0, 1))] = draw(
            st.lists(st.sampled_from(TOKENS), max_size=1)
        )
        if not parts:
            break
    return "".join(parts)


texts = st.one_of(changed(), st.lists(st.sampled_from(TOKENS), max_size=8).map(" ".join))


@settings(max_examples=1500, deadline=None)
@given(texts)
def test_the_same_expressions_are_valid(text: str) -> None:
    parsed = parse(text)
    if parsed is None:
        # `$` before an object constructor can look like a placeholder.
        assert UNRESOLVED.search(text)
        return
    try:
        Jsonata(text + " ")
    except JException as refused:
        if refused.error not in LATER:
            assert parsed.error is not None
    except Exception:
        pass  # a bug of the other parser, for '!' and unterminated comments
    else:
        assert parsed.error is None


@settings(max_examples=1000, deadline=None)
@given(st.one_of(texts, st.text(st.sampled_from("".join(TOKENS) + "é\U000f0000\n\ud800"))))
def test_positions_lie_in_the_expression(text: str) -> None:
    parsed = parse(text)
    if parsed is None:
        return
    if parsed.error is not None:
        assert 0 <= parsed.error.start <= parsed.error.end <= len(text)
        assert "\n" not in parsed.error.message or "\n" in text
        return
    for reference in (*parsed.variables, *parsed.calls, *parsed.roots, *parsed.contexts):
        assert text[reference.start : reference.end] == "$" + reference.name
    for name in parsed.names:
        assert text[name.start : name.end] in (name.name, f"`{name.name}`")
    for use in parsed.states:
        assert text[use.start :].startswith("$states")


@pytest.mark.parametrize("unit", ["(", "[", "{'a':", "-", "1+", "a.", "$f(", "a[", "a?", "/*", "'"])
def test_deep_nesting_needs_few_calls(unit: str) -> None:
    with limit_calls(10_000_000):
        parse(unit * 50000)
        parse(unit * 50000 + "1")


@pytest.mark.parametrize(
    "text", ["\U000f0000", "$x & \U000f0001", "${Name}", "$f(${A.B::C})", "(" * 300 + ")" * 300]
)
def test_expressions_with_placeholders_are_not_parsed(text: str) -> None:
    assert parse(text) is None


def test_symbols_in_literals_are_allowed() -> None:
    assert parse("'\U000f0000' & \"${Name}\" & /\U000f0000/") == ParsedExpression()


def test_references() -> None:
    text = "$map($x, function($v) { $v + total }) & $states.input.a & price & $exists($late)"
    assert parse(text) == ParsedExpression(
        variables=(Identifier("x", 5, 7), Identifier("late", 74, 79)),
        calls=(Identifier("map", 0, 4), Identifier("exists", 66, 73)),
        names=(Identifier("price", 58, 63),),
        states=(StatesField(("input", "a"), 40, 53),),
        tested=frozenset({"late"}),
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a.b", ["a"]),
        ("$x.a[b].{'c': d}", []),
        ("$x.(a & $string($))", []),
        ("{a: b}", ["a", "b"]),
        ("$sum(a)", ["a"]),
        ("$x^(a)", []),
        ("function($x) { a }", []),
        ("$x ~> |a|{'b': c}|", []),
        ("[a, (b; `c d`)]", ["a", "b", "c d"]),
        ("a and or", ["a", "or"]),
    ],
)
def test_names_of_the_top_level_context(text: str, names: list[str]) -> None:
    parsed = parse(text)
    assert parsed is not None
    assert [name.name for name in parsed.names] == names


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("'\\u12'", "'\\u' must be followed by four hexadecimal digits"),
        ("'\\q'", "invalid escape '\\q'"),
        ("1e999", "number out of range"),
        ("//", "empty regular expression"),
        ("/a", "unterminated regular expression: missing '/'"),
        ("`a", "unterminated name: missing '`'"),
        ("$f(1", "unclosed '(': missing ')'"),
        ("{'a' 1}", "expected ':' before '1'"),
        ("a^b", "expected '(' before 'b'"),
        ("a.1", "'1' cannot be a step of a path"),
        ("a@b", "expected a variable such as $x after '@'"),
        ("function(1) { 2 }", "function parameters must be variables such as $x"),
        ("$x ? 1 : ", "unexpected end of the expression"),
        ("1)", "unexpected ')'"),
    ],
)
def test_syntax_errors(text: str, message: str) -> None:
    parsed = parse(text)
    assert parsed is not None
    assert parsed.error is not None
    assert parsed.error.message == message


@pytest.mark.parametrize(
    "text", ["$x ?: 1", "$x ?? 1", "function($x)<n:n>{ $x }", "$x[]", "\u03bb($x){$x}"]
)
def test_valid_syntax(text: str) -> None:
    parsed = parse(text)
    assert parsed is not None
    assert parsed.error is None

"""Constants in JSONata expressions that certainly fail."""

from __future__ import annotations

import pytest

from sfnlint.asl.jsonata_constants import constant_problems

FAULTY = [
    ("'a' + 1", "'+' needs numbers, but 'a' is a string"),
    ("1 - 'a'", "'-' needs numbers, but 'a' is a string"),
    ("$x * true", "'*' needs numbers, but true is a boolean"),
    ("null / 2", "'/' needs numbers, but null is not a number"),
    ("$x & 'a' % 2", "'%' needs numbers, but 'a' is a string"),
    ("-'a'", "'-' needs numbers, but 'a' is a string"),
    ("[1..10000001]", "the range 1..10000001 has more than 10,000,000 items"),
    ("$uppercase(1)", "$uppercase needs a string, but 1 is a number"),
    ("$round('a', 2)", "$round needs a number, but 'a' is a string"),
    ("$sum(true)", "$sum needs a number, but true is a boolean"),
    (
        "$formatNumber(1, 'x')",
        "the picture 'x' of $formatNumber has no digit: it needs at least one '0' or '#'",
    ),
]
VALID = [
    "'a' & 1",
    "1 + 2",
    "$x + $y",
    "a.'b' + 1",
    "1 + {'b': 2}.b",
    "[1..1000]",
    "[1..$n]",
    "$uppercase('a')",
    "$uppercase($x)",
    "$string(1)",
    "$formatNumber(1, '#,##0.00')",
    "$formatNumber($x, $picture)",
    "$count('a')",
    "* . 'a'",
    "(",
    "$uppercase(",
    "",
]


@pytest.mark.parametrize(("text", "message"), FAULTY)
def test_certain_failures(text: str, message: str) -> None:
    assert [problem.message for problem in constant_problems(text)] == [message]


@pytest.mark.parametrize("text", VALID)
def test_anything_else(text: str) -> None:
    assert constant_problems(text) == ()

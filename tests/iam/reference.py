"""A reference for the meaning of patterns and policies: simple instead of fast."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from sfnlint.iam.pattern import Pattern, PatternPart, Wildcard
from sfnlint.place import Place
from sfnlint.source import TextDocument
from sfnlint.symbol import Symbol

PLACE = Place(TextDocument("policy.json", "{}", "json"))
"""The place of the policies of tests."""


def matches(
    tokens: Sequence[PatternPart], text: str, crosses: bool = True, colons: int = 0
) -> bool:
    """Whether a string matches. Without `crosses`, wildcards stay within a field of an ARN."""
    if not tokens:
        return text == ""
    first, rest = tokens[0], tokens[1:]
    if isinstance(first, str):
        after = text.removeprefix(first)
        return (first == "" or after != text) and matches(
            rest, after, crosses, colons + first.count(":")
        )
    takes_one = text != "" and (crosses or text[0] != ":" or colons >= 5)
    seen = colons + (text[:1] == ":")
    if first is Wildcard.ONE:
        return takes_one and matches(rest, text[1:], crosses, seen)
    assert first is Wildcard.ANY
    if matches(rest, text, crosses, colons):
        return True
    return takes_one and matches(tokens, text[1:], crosses, seen)


def matched(pattern: Pattern, text: str) -> bool:
    """Whether a pattern matches a string; wildcards cross a `:` that separates no ARN fields."""
    return matches(pattern.parts, text, crosses=not text.startswith("arn:"))


def texts(letters: str, longest: int) -> list[str]:
    return ["".join(one) for size in range(longest + 1) for one in product(letters, repeat=size)]


def filled(
    pattern: Pattern, values: Mapping[Symbol, str], free: Sequence[str]
) -> Iterator[Pattern]:
    """The pattern with values for fixed symbols, and every string for each free symbol."""
    choices: list[Sequence[PatternPart]] = []
    for part in pattern.parts:
        if not isinstance(part, Symbol):
            choices.append([part])
        else:
            choices.append(free if part.kind == "free" else [values[part]])
    for parts in product(*choices):
        yield Pattern.of(parts)

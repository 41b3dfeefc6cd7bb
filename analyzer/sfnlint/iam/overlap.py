"""Whether two patterns have a string in common, for some values of their symbols."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sfnlint.iam.pattern import Pattern, Wildcard
from sfnlint.symbol import Symbol


def can_meet(need: Pattern, grant: Pattern) -> bool:
    """Whether a string can be in both, for some values of the symbols."""
    left, right = _tokens(need), _tokens(grant)
    start = 0
    while start < len(left) and start < len(right) and _same(left[start], right[start]):
        start += 1
    end = 0
    shortest = min(len(left), len(right)) - start
    while end < shortest and _same(left[-1 - end], right[-1 - end]):
        end += 1
    return _meet(left[start : len(left) - end], right[start : len(right) - end])


def _tokens(pattern: Pattern) -> list[str | Wildcard | Symbol]:
    tokens: list[str | Wildcard | Symbol] = []
    for part in pattern.parts:
        if isinstance(part, str):
            tokens += part
        else:
            tokens.append(part)
    return tokens


def _same(left: object, right: object) -> bool:
    """Whether two tokens are the same text whatever it is."""
    if isinstance(left, Symbol):
        return left == right and left.kind != "free"
    return isinstance(left, str) and left == right


def _is_any(token: object) -> bool:
    return token is Wildcard.ANY or (isinstance(token, Symbol) and token.kind != "generated")


def _is_name(token: object) -> bool:
    return isinstance(token, Symbol) and token.kind == "generated"


_Step = tuple[int, int, int, bool]
"""How far on the left, how far on the right; which side stands inside of a generated name (0, 1;
-1 none), and whether that name has met something wild on the other side, as it has to."""


def _meet(left: Sequence[object], right: Sequence[object]) -> bool:
    sides = (left, right)
    first: _Step = (0, 0, -1, False)
    seen = {first}
    waiting = [first]
    while waiting:
        step = waiting.pop()
        if step[:3] == (len(left), len(right), -1):
            return True
        for after in _steps(step, sides) if step[2] < 0 else _steps_in_name(step, sides):
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return False


def _steps(step: _Step, sides: tuple[Sequence[object], Sequence[object]]) -> Iterator[_Step]:
    i, j = step[:2]
    left, right = sides
    a = left[i] if i < len(left) else None
    b = right[j] if j < len(right) else None
    if _is_name(a):
        yield i, j, 0, False
    if _is_name(b):
        yield i, j, 1, False
    if _is_any(a) or _is_any(b):
        # Any text is empty, or takes whatever stands on the other side.
        if a is not None:
            yield i + 1, j, -1, False
        if b is not None:
            yield i, j + 1, -1, False
    elif a is not None and b is not None and _one(a, b):
        yield i + 1, j + 1, -1, False


def _one(a: object, b: object) -> bool:
    """Whether two tokens can be the same one character, or are the same name."""
    if _is_name(a) or _is_name(b):
        return a == b
    return a == b or a is Wildcard.ONE or b is Wildcard.ONE


def _steps_in_name(
    step: _Step, sides: tuple[Sequence[object], Sequence[object]]
) -> Iterator[_Step]:
    side, wild = step[2:]
    position = [step[0], step[1]]
    other = sides[1 - side]
    if wild:
        position[side] += 1
        yield position[0], position[1], -1, False
        position[side] -= 1
    token = other[position[1 - side]] if position[1 - side] < len(other) else None
    if token is None or _is_name(token):
        return
    if _is_any(token):
        yield position[0], position[1], side, True
    position[1 - side] += 1
    yield position[0], position[1], side, wild or not isinstance(token, str)

"""Overlap of two patterns: whether a string can match both, for some values of their symbols."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sfnlint.iam.pattern import MAX_LENGTH, Pattern, PatternPart, Wildcard
from sfnlint.symbol import Symbol


def may_overlap(need: Pattern, grant: Pattern) -> bool:
    """Return whether a string can match both patterns, for some values of the symbols.

    Also True if a pattern is longer than `MAX_LENGTH`.
    """
    # Most ARNs begin and end alike: common parts are skipped first, then common characters.
    head, tail = common_ends(need, grant)
    rest = need.parts[head : len(need.parts) - tail]
    other = grant.parts[head : len(grant.parts) - tail]
    if rest and other and _exclude(rest[0], other[0]):
        return False
    if need.length > MAX_LENGTH or grant.length > MAX_LENGTH:
        return True
    left, right = _tokens(rest), _tokens(other)
    start = 0
    while start < len(left) and start < len(right) and _same(left[start], right[start]):
        start += 1
    end = 0
    shortest = min(len(left), len(right)) - start
    while end < shortest and _same(left[-1 - end], right[-1 - end]):
        end += 1
    left, right = left[start : len(left) - end], right[start : len(right) - end]
    if left and right and any(_differ(left[side], right[side]) for side in (0, -1)):
        return False
    if any(len(side) == 1 and _is_any(side[0]) for side in (left, right)):
        return True
    return _overlap(left, _Positions(right))


def common_ends(left_pattern: Pattern, right_pattern: Pattern) -> tuple[int, int]:
    """Return how many parts at the beginning and at the end are the same string in both."""
    left, right = left_pattern.parts, right_pattern.parts
    shortest = min(len(left), len(right))
    head = 0
    while head < shortest and _same(left[head], right[head]):
        head += 1
    tail = 0
    while tail < shortest - head and _same(left[-1 - tail], right[-1 - tail]):
        tail += 1
    return head, tail


def _exclude(left: PatternPart, right: PatternPart) -> bool:
    """Return whether no string can begin with both parts."""
    if isinstance(left, str) and isinstance(right, str):
        return not left.startswith(right) and not right.startswith(left)
    return _is_generated(left) and _is_generated(right)


@lru_cache(maxsize=4096)
def _tokens(parts: tuple[PatternPart, ...]) -> Sequence[str | Wildcard | Symbol]:
    tokens: list[str | Wildcard | Symbol] = []
    for part in parts:
        if isinstance(part, str):
            tokens += part
        else:
            tokens.append(part)
    return tokens


def _same(left: object, right: object) -> bool:
    """Return whether two tokens always stand for the same string."""
    if isinstance(left, Symbol):
        return left == right and left.kind != "free"
    return isinstance(left, str) and left == right


def _differ(left: object, right: object) -> bool:
    return isinstance(left, str) and isinstance(right, str) and left != right


def _is_generated(token: object) -> bool:
    return isinstance(token, Symbol) and token.kind == "generated"


def _is_any(token: object) -> bool:
    return token is Wildcard.ANY or (isinstance(token, Symbol) and token.kind != "generated")


class _Positions:
    """The positions of a pattern's tokens as bit sets, one for each kind of token.

    A state is a bit set, too: the positions that can be reached. Bit `i` is the position before
    token `i`; `end` is the position after the last token.
    """

    def __init__(self, tokens: Sequence[object]) -> None:
        self.any_strings = self.any_characters = self.generated = 0
        self.by_token: dict[object, int] = {}
        for position, token in enumerate(tokens):
            bit = 1 << position
            if _is_any(token):
                self.any_strings |= bit
            elif token is Wildcard.ONE:
                self.any_characters |= bit
            else:
                self.by_token[token] = self.by_token.get(token, 0) | bit
                self.generated |= bit if isinstance(token, Symbol) else 0
        self.end = 1 << len(tokens)
        self.characters = self.end - 1 & ~(self.any_strings | self.any_characters | self.generated)

    def skip_any(self, state: int) -> int:
        """Return a state with the positions after each `*` or symbol, which can be empty."""
        return _through(state, self.any_strings)

    def from_first(self, state: int) -> int:
        """Return all positions from the first of a state to the end."""
        return -(state & -state) & (self.end << 1) - 1

    def after_generated(self, state: int) -> int:
        """Return the positions after a generated name.

        It is not a literal, so it must use a wildcard or an open or free symbol, and it cannot
        contain another generated name.
        """
        wild = _through(state, self.characters) & (self.any_strings | self.any_characters)
        after = wild & self.any_strings | wild << 1
        return _through(after, self.end - 1 & ~self.generated)


def _through(state: int, mask: int) -> int:
    """Return a state with the positions reached by skipping consecutive tokens of a mask."""
    inside = state & mask
    # The carry of the addition passes through consecutive bits of the mask.
    return state | inside | ((inside + mask) ^ mask)


def _overlap(tokens: Sequence[object], other: _Positions) -> bool:
    state = other.skip_any(1)
    # Generated names of the other pattern that are matched in part: so far by characters only, or
    # also by a wildcard or symbol. Only the latter can be matched completely, as a generated name
    # is not a literal.
    begun = wild = 0
    for token in tokens:
        entered = begun | state & other.generated
        begun = 0
        if _is_generated(token):
            wild = 0
            after = (state & other.by_token.get(token, 0)) << 1 | other.after_generated(state)
        elif _is_any(token):
            after = other.from_first(state) if state else 0
            wild |= entered | after & other.generated
        elif token is Wildcard.ONE:
            wild |= entered
            after = (
                state & (other.characters | other.any_characters)
            ) << 1 | state & other.any_strings
        else:
            begun = entered
            after = (
                state & (other.by_token.get(token, 0) | other.any_characters)
            ) << 1 | state & other.any_strings
        state = other.skip_any(after | wild << 1)
        if not state | begun | wild:
            return False
    return bool(state & other.end)

"""Whether two patterns have a string in common, for some values of their symbols."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sfnlint.iam.pattern import MAX_LENGTH, Pattern, PatternPart, Wildcard
from sfnlint.symbol import Symbol


def may_overlap(need: Pattern, grant: Pattern) -> bool:
    """Whether a string can be in both, for some values of the symbols.

    True as well when a pattern is too long to find out.
    """
    # ARNs have most of their parts in common: these are passed over as a whole, then letters.
    head, tail = common_ends(need, grant)
    rest = need.parts[head : len(need.parts) - tail]
    other = grant.parts[head : len(grant.parts) - tail]
    if rest and other and _apart(rest[0], other[0]):
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
    return _meet(left, _Positions(right))


def common_ends(one: Pattern, other: Pattern) -> tuple[int, int]:
    """How many parts at the beginning, and how many at the end, are the same text in both."""
    left, right = one.parts, other.parts
    shortest = min(len(left), len(right))
    head = 0
    while head < shortest and _same(left[head], right[head]):
        head += 1
    tail = 0
    while tail < shortest - head and _same(left[-1 - tail], right[-1 - tail]):
        tail += 1
    return head, tail


def _apart(left: PatternPart, right: PatternPart) -> bool:
    """Whether two parts are such that nothing that begins with one begins with the other."""
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
    """Whether two tokens are the same text whatever it is."""
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
    """A pattern's tokens as bits of numbers, one number for each kind of token."""

    def __init__(self, tokens: Sequence[object]) -> None:
        self.anys = self.ones = self.names = 0
        self.letters: dict[object, int] = {}
        for position, token in enumerate(tokens):
            bit = 1 << position
            if _is_any(token):
                self.anys |= bit
            elif token is Wildcard.ONE:
                self.ones |= bit
            else:
                self.letters[token] = self.letters.get(token, 0) | bit
                self.names |= bit if isinstance(token, Symbol) else 0
        self.end = 1 << len(tokens)
        self.texts = self.end - 1 & ~(self.anys | self.ones | self.names)

    def closed(self, state: int) -> int:
        """A state with the positions behind any text, which may be empty."""
        return _through(state, self.anys)

    def from_first(self, state: int) -> int:
        """Every position from the first one of a state on."""
        return -(state & -state) & (self.end << 1) - 1

    def in_name(self, state: int) -> int:
        """The positions after a generated name, which takes something wild, and no other name."""
        wild = _through(state, self.texts) & (self.anys | self.ones)
        after = wild & self.anys | wild << 1
        return _through(after, self.end - 1 & ~self.names)


def _through(state: int, mask: int) -> int:
    """A state with all positions reached by passing positions of the mask, one after another."""
    inside = state & mask
    # The carry of an addition runs through a stretch of ones.
    return state | inside | ((inside + mask) ^ mask)


def _meet(tokens: Sequence[object], other: _Positions) -> bool:
    state = other.closed(1)
    # Names of the other side of which a part is taken: by letters alone; by something wild too,
    # as has to be, since a generated name is no literal.
    begun = wild = 0
    for token in tokens:
        entered = begun | state & other.names
        begun = 0
        if _is_generated(token):
            wild = 0
            after = (state & other.letters.get(token, 0)) << 1 | other.in_name(state)
        elif _is_any(token):
            after = other.from_first(state) if state else 0
            wild |= entered | after & other.names
        elif token is Wildcard.ONE:
            wild |= entered
            after = (state & (other.texts | other.ones)) << 1 | state & other.anys
        else:
            begun = entered
            after = (state & (other.letters.get(token, 0) | other.ones)) << 1 | state & other.anys
        state = other.closed(after | wild << 1)
        if not state | begun | wild:
            return False
    return bool(state & other.end)

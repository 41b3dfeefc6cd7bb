"""How the strings that a need can mean relate to those that grants match."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import Enum
from functools import lru_cache

from sfnlint.iam.overlap import can_meet
from sfnlint.iam.pattern import Pattern, Wildcard
from sfnlint.symbol import Symbol

_MOST_STARS = 4
_MOST_PAIRS = 20_000
_SEGMENTS = 5
"""Colons that separate the fields of an ARN; later ones belong to its resource."""


class Relation(Enum):
    """How the strings that a need can mean relate to those that grants match."""

    COVERED = "covered"
    DISJOINT = "disjoint"
    UNKNOWN = "unknown"


def relate(need: Pattern, grants: Sequence[Pattern]) -> Relation:
    """Compare a need with the grants together, over all values of the fixed symbols.

    COVERED: in every case, each string of the need is matched by one of the grants or another.
    DISJOINT: in every case, no string of the need is matched by any grant. UNKNOWN: neither is
    certain, or finding out takes too long.

    Symbols are letters of their own to the first question: what holds for letters holds for
    whatever text they stand for. To the second they are any text, on each side for itself; a
    generated name is matched only by the same symbol, or with the help of a wildcard or an open
    symbol.
    """
    if any(grant.is_any for grant in grants):
        return Relation.COVERED
    if len(need.parts) == 1 and isinstance(need.parts[0], str):
        return _relate_text(need.parts[0], grants)
    touching = [grant for grant in grants if can_meet(need, grant)]
    if not touching:
        return Relation.DISJOINT
    return Relation.COVERED if _covered(need, touching) else Relation.UNKNOWN


def _relate_text(text: str, grants: Sequence[Pattern]) -> Relation:
    """What `relate` says of a need without symbols: almost every one, so it is quick about it."""
    relation = Relation.DISJOINT
    for grant in grants:
        expressions = _expressions(grant)
        if expressions is None:
            need = Pattern((text,))
            if can_meet(need, grant):
                if _covered(need, [grant]):
                    return Relation.COVERED
                relation = Relation.UNKNOWN
        elif expressions[0].fullmatch(text):
            return Relation.COVERED
        elif expressions[1].fullmatch(text):
            relation = Relation.UNKNOWN
    return relation


@lru_cache(maxsize=4096)
def _expressions(grant: Pattern) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    """A grant as regular expressions: with `*` inside of an ARN's fields, and across them.

    None for a grant with symbols, and for one with so many `*` that trying them all could take
    for ever.
    """
    if grant.parts.count(Wildcard.ANY) > _MOST_STARS:
        return None
    narrow = wide = ""
    colons = 0 if str(grant).startswith("arn:") else _SEGMENTS
    for part in grant.parts:
        if isinstance(part, Symbol):
            return None
        if isinstance(part, str):
            colons += part.count(":")
            narrow += re.escape(part)
            wide += re.escape(part)
        else:
            repeat = "*" if part is Wildcard.ANY else ""
            narrow += ("[^:]" if colons < _SEGMENTS else ".") + repeat
            wide += "." + repeat
    return re.compile(narrow, re.DOTALL), re.compile(wide, re.DOTALL)


# Containment: need's letters are run through the grants' automata, all at once. An automaton is
# a set of positions kept as the bits of one number.


class _Automaton:
    def __init__(self, pattern: Pattern) -> None:
        arn = bool(pattern.parts) and str(pattern.parts[0]).startswith("arn:")
        colons = 0
        position = 0
        self.loops = self.narrow_loops = self.ones = self.narrow_ones = 0
        self.letters: dict[str | Symbol, int] = {}
        for part in pattern.parts:
            narrow = arn and colons < _SEGMENTS
            if isinstance(part, str):
                for letter in part:
                    self.letters[letter] = self.letters.get(letter, 0) | 1 << position
                    position += 1
                colons += part.count(":")
                continue
            bit = 1 << position
            if part is Wildcard.ANY:
                self.loops |= bit
                self.narrow_loops |= bit if narrow else 0
            elif part is Wildcard.ONE:
                self.ones |= bit
                self.narrow_ones |= bit if narrow else 0
            elif isinstance(part, Symbol) and part.kind != "free":
                self.letters[part] = self.letters.get(part, 0) | bit
            position += 1
        self.end = 1 << position
        self.start = self._closed(1)

    def _closed(self, state: int) -> int:
        return state | (state & self.loops) << 1

    def step(self, state: int, letter: str | Symbol) -> int:
        """The positions after a letter."""
        moves = self.letters.get(letter, 0)
        loops = self.loops
        if letter == ":":
            # AWS does not promise that a wildcard reaches into the next field of an ARN.
            moves |= self.ones & ~self.narrow_ones
            loops &= ~self.narrow_loops
        elif isinstance(letter, str):
            moves |= self.ones
        return self._closed((state & moves) << 1 | state & loops)


@lru_cache(maxsize=4096)
def _automaton(pattern: Pattern) -> _Automaton:
    return _Automaton(pattern)


def _covered(need: Pattern, grants: Sequence[Pattern]) -> bool:
    automata = [_automaton(grant) for grant in grants]
    letters = list(_letters(need))
    if None not in letters:
        for automaton in automata:
            state = automaton.start
            for letter in letters:
                if not state:
                    break
                state = automaton.step(state, letter)  # type: ignore[arg-type]
            if state & automaton.end:
                return True
        return False
    return _covered_dynamic(letters, automata)


def _letters(pattern: Pattern) -> Iterable[str | Symbol | None]:
    """The letters of a need; None for any text."""
    for part in pattern.parts:
        if isinstance(part, str):
            yield from part
        elif isinstance(part, Symbol) and part.kind != "free":
            yield part
        else:
            yield None


def _covered_dynamic(
    letters: Sequence[str | Symbol | None], automata: Sequence[_Automaton]
) -> bool:
    known = {letter for one in automata for letter in one.letters if isinstance(letter, str)}
    # One letter stands for all that no grant names.
    alphabet = [*known, ":", "\0"]
    first = (0, tuple(one.start for one in automata))
    seen = {first}
    waiting = [first]
    while waiting:
        position, states = waiting.pop()
        if not any(states):
            return False
        if position == len(letters):
            if not any(state & one.end for state, one in zip(states, automata, strict=True)):
                return False
            continue
        letter = letters[position]
        if letter is None:
            steps = [(position + 1, states)]
            steps += [(position, _stepped(states, automata, one)) for one in alphabet]
        else:
            steps = [(position + 1, _stepped(states, automata, letter))]
        for step in steps:
            if step not in seen:
                seen.add(step)
                waiting.append(step)
        if len(seen) > _MOST_PAIRS:
            return False
    return True


def _stepped(
    states: tuple[int, ...], automata: Sequence[_Automaton], letter: str | Symbol
) -> tuple[int, ...]:
    return tuple(
        one.step(state, letter) if state else 0 for state, one in zip(states, automata, strict=True)
    )

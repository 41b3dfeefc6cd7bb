"""How the strings that a need can mean relate to those that grants match."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from functools import lru_cache

from sfnlint.iam.overlap import common_ends, may_overlap
from sfnlint.iam.pattern import ANYTHING, MAX_LENGTH, Pattern, PatternPart, Wildcard
from sfnlint.symbol import Symbol

_Parts = tuple[PatternPart, ...]

_ARN = "arn:"
_MOST_STEPS = 20_000
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
    if ANYTHING in grants:
        return Relation.COVERED
    if len(need.parts) == 1 and isinstance(need.parts[0], str):
        return _relate_text(need.parts[0], grants)
    if need in grants and need.is_single_string:
        return Relation.COVERED
    touching = [grant for grant in grants if may_overlap(need, grant)]
    if not touching:
        return Relation.DISJOINT
    return Relation.COVERED if _covered(need, touching) else Relation.UNKNOWN


def _relate_text(text: str, grants: Sequence[Pattern]) -> Relation:
    """What `relate` says of a need without symbols: almost every one, so it is quick about it."""
    relation = Relation.DISJOINT
    for grant in grants:
        first, last = (grant.parts[0], grant.parts[-1]) if grant.parts else ("", "")
        if len(grant.parts) < 2 and isinstance(first, str):
            if first == text:
                return Relation.COVERED
            continue
        if isinstance(first, str) and not text.startswith(first):
            continue
        if isinstance(last, str) and not text.endswith(last):
            continue
        expressions = _expressions(grant) if grant.length <= MAX_LENGTH else None
        if expressions is None:
            if may_overlap(Pattern((text,)), grant):
                relation = Relation.UNKNOWN
        elif expressions[text.startswith(_ARN)].fullmatch(text):
            return Relation.COVERED
        elif expressions[False].fullmatch(text):
            relation = Relation.UNKNOWN
    return relation


@lru_cache(maxsize=4096)
def _expressions(grant: Pattern) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    """A grant as regular expressions: with wildcards across an ARN's fields, and inside of them.

    None for a grant with symbols. Once a stretch between two `*` is found, looking for it further
    on cannot help, so that nothing is tried twice.
    """
    wide = narrow = ""
    colons = 0
    opened = False
    for part in grant.parts:
        if isinstance(part, Symbol):
            return None
        one = "[^:]" if colons < _SEGMENTS else "."
        if isinstance(part, str):
            colons += part.count(":")
            wide += re.escape(part)
            narrow += re.escape(part)
        elif part is Wildcard.ONE:
            wide += "."
            narrow += one
        else:
            close = ")" if opened else ""
            wide += f"{close}(?>.*?"
            narrow += f"{close}(?>{one}*?"
            opened = True
    if opened:
        # The stretch after the last `*` is the one at the end.
        wide, narrow = (_open_last(text) for text in (wide, narrow))
    return re.compile(wide, re.DOTALL), re.compile(narrow, re.DOTALL)


def _open_last(expression: str) -> str:
    before, _, after = expression.rpartition("(?>")
    return before + after


# Containment: need's letters are run through the grants' automata, all at once. An automaton is
# a set of positions kept as the bits of one number.


_Letter = tuple[str | Symbol | None, bool]
"""One letter of a need, and whether it is hard, so that no wildcard takes it; None: any text."""


class _Automaton:
    """Some patterns, the positions of one after those of the other."""

    def __init__(self, patterns: Iterable[_Parts]) -> None:
        self.loops = self.ones = self.start = self.end = 0
        self.letters: dict[str | Symbol, int] = {}
        position = 0
        for parts in patterns:
            self.start |= 1 << position
            for part in parts:
                for letter in part if isinstance(part, str) else (part,):
                    bit = 1 << position
                    if letter is Wildcard.ANY:
                        self.loops |= bit
                    elif letter is Wildcard.ONE:
                        self.ones |= bit
                    elif isinstance(letter, str) or letter.kind != "free":
                        self.letters[letter] = self.letters.get(letter, 0) | bit
                    position += 1
            self.end |= 1 << position
            position += 1
        self.start = self._closed(self.start)

    def _closed(self, state: int) -> int:
        return state | (state & self.loops) << 1

    def step(self, state: int, letter: str | Symbol, hard: bool) -> int:
        """The positions after a letter."""
        moves = self.letters.get(letter, 0)
        if hard:
            return self._closed((state & moves) << 1)
        if isinstance(letter, str):
            moves |= self.ones
        return self._closed((state & moves) << 1 | state & self.loops)


@lru_cache(maxsize=1024)
def _automaton(patterns: tuple[_Parts, ...]) -> _Automaton:
    return _Automaton(patterns)


def _covered(need: Pattern, grants: Sequence[Pattern]) -> bool:
    grants = _small(grants)
    if not grants or need.length > MAX_LENGTH:
        return False
    # What all have in common, as ARNs have most of their parts, is passed over.
    if any(map(_is_any_text, need.parts)):
        ends = [common_ends(need, grant) for grant in grants]
        head, tail = min(head for head, _ in ends), min(tail for _, tail in ends)
        return _covered_dynamic(need, head, tail, [_between(one, head, tail) for one in grants])
    for grant in grants:
        head, tail = common_ends(need, grant)
        automaton = _automaton((_between(grant, head, tail),))
        state = automaton.start
        for letter, hard in _letters(need, head, tail):
            if not state or letter is None:
                break
            state = automaton.step(state, letter, hard)
        if state & automaton.end:
            return True
    return False


def _is_any_text(part: PatternPart) -> bool:
    """Whether a part of a need is another text at each run; so is a wildcard of a principal."""
    return not isinstance(part, str) and (isinstance(part, Wildcard) or part.kind == "free")


def _between(pattern: Pattern, head: int, tail: int) -> _Parts:
    return pattern.parts[head : len(pattern.parts) - tail]


def _small(grants: Sequence[Pattern]) -> list[Pattern]:
    """As many grants as go into one automaton: what some cover, all cover."""
    kept = []
    size = 0
    for grant in grants:
        size += grant.length + 1
        if size <= MAX_LENGTH:
            kept.append(grant)
        else:
            size -= grant.length + 1
    return kept


def _letters(pattern: Pattern, head: int, tail: int) -> Iterator[_Letter]:
    """The letters of a need between some parts at its beginning and some at its end.

    AWS does not promise that a wildcard reaches into the next field of an ARN. So the colons
    between the fields are hard, and so is a symbol that may stand for more than a field.
    """
    first = pattern.parts[0] if pattern.parts else ""
    left = 0
    whole = True
    if isinstance(first, str) and first.startswith(_ARN):
        left = _SEGMENTS - _colons(pattern.parts[:head])
        whole = _colons(pattern.parts) >= _SEGMENTS
    for part in _between(pattern, head, tail):
        if isinstance(part, str):
            for letter in part:
                yield letter, letter == ":" and left > 0
                left -= letter == ":"
        elif isinstance(part, Symbol) and part.kind != "free":
            yield part, left > 0 and not whole
        else:
            yield None, left > 0


def _colons(parts: _Parts) -> int:
    return sum([part.count(":") for part in parts if isinstance(part, str)])


def _covered_dynamic(need: Pattern, head: int, tail: int, grants: Sequence[_Parts]) -> bool:
    if _is_any_text(need.parts[head]) and not any(
        isinstance(part, Wildcard) for parts in grants for part in parts[:1]
    ):
        return False  # a letter that no grant names is taken by a wildcard alone
    automaton = _automaton(tuple(grants))
    letters = list(_letters(need, head, tail))
    known = [letter for letter in automaton.letters if isinstance(letter, str) and letter != ":"]
    # One letter stands for all that no grant names.
    alphabet = ["", *known, ":"]
    first = (0, automaton.start)
    seen = {first}
    waiting = [first]
    steps = 0
    while waiting:
        position, state = waiting.pop()
        if position == len(letters):
            if not state & automaton.end:
                return False
            continue
        letter, hard = letters[position]
        if letter is None:
            after = [(position + 1, state)]
            after += [
                (position, automaton.step(state, one, hard and one == ":")) for one in alphabet
            ]
        else:
            after = [(position + 1, automaton.step(state, letter, hard))]
        steps += len(after)
        if steps > _MOST_STEPS:
            return False
        for step in after:
            if not step[1]:
                return False
            if step not in seen:
                seen.add(step)
                waiting.append(step)
    return True

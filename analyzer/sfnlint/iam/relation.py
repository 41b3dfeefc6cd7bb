"""Containment of patterns: whether grants match all strings of a need, or none."""

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
_MAX_STEPS = 20_000
_FIELD_COLONS = 5
"""The number of colons between the fields of an ARN; later colons belong to its resource."""


class Relation(Enum):
    """How the strings of a need relate to the strings that grants match; see `relate`."""

    COVERED = "covered"
    DISJOINT = "disjoint"
    UNKNOWN = "unknown"


def relate(need: Pattern, grants: Sequence[Pattern]) -> Relation:
    """Compare a need with all grants together, over all values of the open symbols.

    Containment treats an open or generated symbol as a character of its own: a wildcard that
    matches this character matches every string the symbol can stand for. Overlap treats an open
    symbol as any string, on each side independently; a generated name matches only the same
    symbol, a wildcard, or an open or free symbol.

    Args:
        need: the strings that a call can use.
        grants: the patterns of a policy.

    Returns:
        COVERED if, in every case, at least one grant matches each string of the need; DISJOINT
        if, in every case, no grant matches any of them; UNKNOWN if neither is certain, or if
        the comparison exceeds its budget.

    """
    if ANYTHING in grants:
        return Relation.COVERED
    if len(need.parts) == 1 and isinstance(need.parts[0], str):
        return _relate_literal(need.parts[0], grants)
    if need in grants and need.is_single_string:
        return Relation.COVERED
    touching = [grant for grant in grants if may_overlap(need, grant)]
    if not touching:
        return Relation.DISJOINT
    return Relation.COVERED if _covered(need, touching) else Relation.UNKNOWN


def _relate_literal(string: str, grants: Sequence[Pattern]) -> Relation:
    """Compare a literal need, the most frequent kind, by regular expressions."""
    relation = Relation.DISJOINT
    for grant in grants:
        first, last = (grant.parts[0], grant.parts[-1]) if grant.parts else ("", "")
        if len(grant.parts) < 2 and isinstance(first, str):
            if first == string:
                return Relation.COVERED
            continue
        if isinstance(first, str) and not string.startswith(first):
            continue
        if isinstance(last, str) and not string.endswith(last):
            continue
        expressions = _expressions(grant) if grant.length <= MAX_LENGTH else None
        if expressions is None:
            if may_overlap(Pattern((string,)), grant):
                relation = Relation.UNKNOWN
        elif expressions[string.startswith(_ARN)].fullmatch(string):
            return Relation.COVERED
        elif expressions[False].fullmatch(string):
            relation = Relation.UNKNOWN
    return relation


@lru_cache(maxsize=4096)
def _expressions(grant: Pattern) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    """Return two regular expressions of a grant; None if the grant has symbols.

    The first lets wildcards match across the fields of an ARN, the second only within a field.
    The characters between two `*` form an atomic group: when their first occurrence does not lead
    to a match, a later occurrence does not either, so matching never backtracks.
    """
    wide = narrow = ""
    colons = 0
    opened = False
    for part in grant.parts:
        if isinstance(part, Symbol):
            return None
        single = "[^:]" if colons < _FIELD_COLONS else "."
        if isinstance(part, str):
            colons += part.count(":")
            wide += re.escape(part)
            narrow += re.escape(part)
        elif part is Wildcard.ONE:
            wide += "."
            narrow += single
        else:
            close = ")" if opened else ""
            wide += f"{close}(?>.*?"
            narrow += f"{close}(?>{single}*?"
            opened = True
    if opened:
        # The characters after the last `*` must match at the end, not at their first occurrence.
        wide, narrow = (_open_last(expression) for expression in (wide, narrow))
    return re.compile(wide, re.DOTALL), re.compile(narrow, re.DOTALL)


def _open_last(expression: str) -> str:
    before, _, after = expression.rpartition("(?>")
    return before + after


# Containment: an automaton of the grants reads the need character by character. Its state is the
# set of positions in the grants that can be reached, stored as the bits of an integer.


_Character = tuple[str | Symbol | None, bool]
"""A character or symbol of a need, None for any string; and whether wildcards cannot match it."""


class _Automaton:
    """The automaton of several patterns, whose positions follow each other."""

    def __init__(self, patterns: Iterable[_Parts]) -> None:
        self.loops = self.ones = self.start = self.end = 0
        self.characters: dict[str | Symbol, int] = {}
        position = 0
        for parts in patterns:
            self.start |= 1 << position
            for part in parts:
                for character in part if isinstance(part, str) else (part,):
                    bit = 1 << position
                    if character is Wildcard.ANY:
                        self.loops |= bit
                    elif character is Wildcard.ONE:
                        self.ones |= bit
                    elif isinstance(character, str) or character.kind != "free":
                        self.characters[character] = self.characters.get(character, 0) | bit
                    position += 1
            self.end |= 1 << position
            position += 1
        self.start = self._closed(self.start)

    def _closed(self, state: int) -> int:
        return state | (state & self.loops) << 1

    def step(self, state: int, character: str | Symbol, hard: bool) -> int:
        """Return the state after a character; a hard one is not matched by wildcards."""
        moves = self.characters.get(character, 0)
        if hard:
            return self._closed((state & moves) << 1)
        if isinstance(character, str):
            moves |= self.ones
        return self._closed((state & moves) << 1 | state & self.loops)


@lru_cache(maxsize=1024)
def _automaton(patterns: tuple[_Parts, ...]) -> _Automaton:
    return _Automaton(patterns)


def _covered(need: Pattern, grants: Sequence[Pattern]) -> bool:
    grants = _within_budget(grants)
    if not grants or need.length > MAX_LENGTH:
        return False
    # Most ARNs begin and end alike: the parts that all patterns have in common are skipped.
    if any(map(_is_any_string, need.parts)):
        ends = [common_ends(need, grant) for grant in grants]
        head, tail = min(head for head, _ in ends), min(tail for _, tail in ends)
        return _covered_together(
            need, head, tail, [_between(grant, head, tail) for grant in grants]
        )
    for grant in grants:
        head, tail = common_ends(need, grant)
        automaton = _automaton((_between(grant, head, tail),))
        state = automaton.start
        for character, hard in _characters(need, head, tail):
            if not state or character is None:
                break
            state = automaton.step(state, character, hard)
        if state & automaton.end:
            return True
    return False


def _is_any_string(part: PatternPart) -> bool:
    """Return whether a part can be any string: a free symbol, or a wildcard in a principal."""
    return not isinstance(part, str) and (isinstance(part, Wildcard) or part.kind == "free")


def _between(pattern: Pattern, head: int, tail: int) -> _Parts:
    return pattern.parts[head : len(pattern.parts) - tail]


def _within_budget(grants: Sequence[Pattern]) -> list[Pattern]:
    """Return as many grants as fit into `MAX_LENGTH`: if these cover a need, all grants do."""
    kept = []
    size = 0
    for grant in grants:
        size += grant.length + 1
        if size <= MAX_LENGTH:
            kept.append(grant)
        else:
            size -= grant.length + 1
    return kept


def _characters(pattern: Pattern, head: int, tail: int) -> Iterator[_Character]:
    """Yield the characters of a need without the first `head` and the last `tail` parts.

    AWS does not document that a wildcard matches across the fields of an ARN. So the colons
    between the fields are hard, and so is a symbol that may stand for more than a field.
    """
    first = pattern.parts[0] if pattern.parts else ""
    left = 0
    whole = True
    if isinstance(first, str) and first.startswith(_ARN):
        left = _FIELD_COLONS - _colons(pattern.parts[:head])
        whole = _colons(pattern.parts) >= _FIELD_COLONS
    for part in _between(pattern, head, tail):
        if isinstance(part, str):
            for character in part:
                yield character, character == ":" and left > 0
                left -= character == ":"
        elif isinstance(part, Symbol) and part.kind != "free":
            yield part, left > 0 and not whole
        else:
            yield None, left > 0


def _colons(parts: _Parts) -> int:
    return sum([part.count(":") for part in parts if isinstance(part, str)])


def _covered_together(need: Pattern, head: int, tail: int, grants: Sequence[_Parts]) -> bool:
    if _is_any_string(need.parts[head]) and not any(
        isinstance(part, Wildcard) for parts in grants for part in parts[:1]
    ):
        return False  # only a wildcard matches a character that no grant contains
    automaton = _automaton(tuple(grants))
    characters = list(_characters(need, head, tail))
    named = [name for name in automaton.characters if isinstance(name, str) and name != ":"]
    # "" stands for all characters that no grant contains.
    alphabet = ["", *named, ":"]
    first = (0, automaton.start)
    seen = {first}
    waiting = [first]
    steps = 0
    while waiting:
        position, state = waiting.pop()
        if position == len(characters):
            if not state & automaton.end:
                return False
            continue
        character, hard = characters[position]
        if character is None:
            after = [(position + 1, state)]
            after += [
                (position, automaton.step(state, name, hard and name == ":")) for name in alphabet
            ]
        else:
            after = [(position + 1, automaton.step(state, character, hard))]
        steps += len(after)
        if steps > _MAX_STEPS:
            return False
        for step in after:
            if not step[1]:
                return False
            if step not in seen:
                seen.add(step)
                waiting.append(step)
    return True

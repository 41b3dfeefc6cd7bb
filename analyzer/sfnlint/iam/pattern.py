"""Patterns: strings with wildcards and symbols, and how one relates to others.

Wildcards are those of IAM, `*` and `?`:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from sfnlint.symbol import Symbol, Symbols


class Wildcard(Enum):
    """`*`, any text; `?`, any one character."""

    ANY = "*"
    ONE = "?"

    def __str__(self) -> str:
        return self.value


Part = str | Wildcard | Symbol

_ESCAPED = {"*", "?", "$"}
_MOST_STARS = 4
_MOST_PAIRS = 20_000
_SEGMENTS = 5
"""Colons that separate the fields of an ARN; later ones belong to its resource."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A string with wildcards and symbols.

    Attributes:
        parts: literal runs, wildcards and symbols in order. Runs are not empty, and no two stand
            side by side; neither do two `*`.

    """

    parts: tuple[Part, ...]

    @classmethod
    def of(cls, parts: Iterable[Part]) -> Pattern:
        """The pattern of these parts, runs and `*` that stand side by side made one."""
        parts = tuple(parts)
        if all(type(part) is str for part in parts):
            text = "".join(parts)  # type: ignore[arg-type]
            return cls((text,) if text else ())
        normal: list[Part] = []
        for part in parts:
            last = normal[-1] if normal else None
            if isinstance(part, str) and isinstance(last, str):
                normal[-1] = last + part
            elif part != "" and not (part is Wildcard.ANY and last is Wildcard.ANY):
                normal.append(part)
        return cls(tuple(normal))

    @classmethod
    def literal(cls, text: str, symbols: Symbols | None = None) -> Pattern:
        """A text in which `*` is a letter; its marker characters are symbols."""
        return cls.of(symbols.split(text) if symbols else [text])

    @classmethod
    def wild(cls, text: str, symbols: Symbols | None = None, variables: bool = True) -> Pattern:
        """A text of a policy.

        Args:
            text: the text.
            symbols: what its marker characters stand for.
            variables: whether `${…}` is a policy variable, as from Version 2012-10-17 on:
                https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html

        """
        parts: list[Part] = []
        for piece in symbols.split(text) if symbols else [text]:
            if isinstance(piece, Symbol):
                parts.append(piece)
            else:
                parts += _wild(piece, variables)
        return cls.of(parts)

    def bind(self, values: Mapping[Symbol, str]) -> Pattern:
        """The pattern with literals for the symbols whose value is known."""
        if not values or not any(
            isinstance(part, Symbol) and part in values for part in self.parts
        ):
            return self
        return Pattern.of(
            values.get(part, part) if isinstance(part, Symbol) else part for part in self.parts
        )

    def folded(self) -> Pattern:
        """The pattern with its literals in lower case."""
        return Pattern(
            tuple(part.lower() if isinstance(part, str) else part for part in self.parts)
        )

    def __str__(self) -> str:
        return "".join(map(str, self.parts))

    @property
    def is_any(self) -> bool:
        """Whether it is `*` and nothing else."""
        return self.parts == (Wildcard.ANY,)


def _wild(text: str, variables: bool) -> Iterable[Part]:
    start = index = 0
    while index < len(text):
        character = text[index]
        if character in "*?":
            yield text[start:index]
            yield Wildcard(character)
            start = index + 1
        elif variables and text.startswith("${", index):
            end = text.find("}", index)
            if end > 0:
                yield text[start:index]
                name = text[index + 2 : end]
                yield name if name in _ESCAPED else Symbol(name)
                index, start = end, end + 1
        index += 1
    yield text[start:]


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
    touching = [grant for grant in grants if _can_meet(need, grant)]
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
            if _can_meet(need, grant):
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


# Disjointness: both patterns are walked side by side, symbols as any text.


def _can_meet(need: Pattern, grant: Pattern) -> bool:
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

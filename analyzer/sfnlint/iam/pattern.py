"""Patterns: strings with wildcards and symbols.

The wildcards are those of IAM, `*` and `?`:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import Enum
from functools import lru_cache

from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple
from sfnlint.symbol import Symbol, SymbolKind, Symbols


class Wildcard(Enum):
    """`*`, any string; `?`, any single character."""

    ANY = "*"
    ONE = "?"

    def __str__(self) -> str:
        return self.value


PatternPart = str | Wildcard | Symbol

MAX_LENGTH = 10_000
"""The length beyond which patterns are not compared.

An ARN has at most 2,048 characters, all inline policies of a role together 10,240:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

_SPECIAL = re.compile(r"[*?]|\$\{")
_WILDCARDS: Mapping[str, Wildcard] = {wildcard.value: wildcard for wildcard in Wildcard}
_VARIABLE = lazy_pattern(r"[\w-]+:(?!:)")
_ESCAPED = {"*", "?", "$"}


class Pattern(NamedTuple):
    """A string with wildcards and symbols.

    Attributes:
        parts: literal runs, wildcards and symbols in order. No run is empty; there are no two
            adjacent runs and no two adjacent `*`.

    """

    parts: tuple[PatternPart, ...]

    @classmethod
    def of(cls, parts: Iterable[PatternPart]) -> Pattern:
        """Create a pattern from parts; joins adjacent runs and drops repeated `*`."""
        normal: list[PatternPart] = []
        string = ""
        for part in parts:
            if isinstance(part, str):
                string += part
                continue
            if string:
                normal.append(string)
                string = ""
            if part is not Wildcard.ANY or not normal or normal[-1] is not Wildcard.ANY:
                normal.append(part)
        if string:
            normal.append(string)
        return cls(tuple(normal))

    @classmethod
    def literal(cls, string: str, symbols: Symbols | None = None) -> Pattern:
        """Create a pattern from a string without wildcards: `*` and `?` are plain characters.

        Args:
            string: the string.
            symbols: the symbols of the markers in it.

        """
        if string.isascii() or not symbols:
            return cls((string,) if string else ())
        return cls(tuple(symbols.split(string)))

    @classmethod
    def wild(cls, string: str, symbols: Symbols | None = None, variables: bool = True) -> Pattern:
        """Create a pattern from a string of a policy, in which `*` and `?` are wildcards.

        Args:
            string: the string.
            symbols: the symbols of the markers in it.
            variables: whether `${aws:…}` is a policy variable, as in policies of Version
                2012-10-17. Its value is unknown, so it becomes a free symbol. `${Name}` is not a
                policy variable but a placeholder that a build tool fills in, here and in the
                definition, so it becomes an open symbol. See
                https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html

        """
        if string.isascii() or not symbols:
            return _without_symbols(string, variables)
        if _SPECIAL.search(string) is None:
            return cls.literal(string, symbols)
        parts: list[PatternPart] = []
        for piece in symbols.split(string):
            if isinstance(piece, Symbol):
                parts.append(piece)
            else:
                parts += _wild(piece, variables)
        return cls.of(parts)

    def substitute(self, values: Mapping[Symbol, PatternPart]) -> Pattern:
        """Return the pattern with the known values of symbols filled in."""
        if not values or (len(self.parts) == 1 and isinstance(self.parts[0], str)):
            return self
        if not any(part in values for part in self.parts if isinstance(part, Symbol)):
            return self
        return Pattern.of(
            values.get(part, part) if isinstance(part, Symbol) else part for part in self.parts
        )

    def lower(self) -> Pattern:
        """Return the pattern with its literal runs in lower case."""
        return Pattern(
            tuple([part.lower() if isinstance(part, str) else part for part in self.parts])
        )

    def __str__(self) -> str:
        return "".join(map(str, self.parts))

    @property
    def length(self) -> int:
        """The number of characters, wildcards and symbols."""
        return sum([len(part) if isinstance(part, str) else 1 for part in self.parts])

    @property
    def string(self) -> str | None:
        """The string, if the pattern is a literal without wildcards and symbols; else None."""
        first = self.parts[0] if len(self.parts) == 1 else None
        return first if isinstance(first, str) else None

    @property
    def is_single_string(self) -> bool:
        """Whether the pattern always stands for the same single string."""
        for part in self.parts:
            if not isinstance(part, str) and (isinstance(part, Wildcard) or part.kind == "free"):
                return False
        return True

    @property
    def is_any(self) -> bool:
        """Whether the pattern is `*`."""
        return self == ANYTHING


ANYTHING = Pattern((Wildcard.ANY,))
"""`*`."""

_ARN = "arn:"
_ARN_COLONS = 5
"""The number of colons between the fields of an ARN; later colons belong to its resource."""
_SINGLE_FIELDS = frozenset(map(Symbol, ("AWS::Partition", "AWS::Region", "AWS::AccountId")))
"""The symbols that stand for one field of an ARN: they contain no colon."""
_REST = Symbol("*", "free")


def may_be_arn(pattern: Pattern) -> bool:
    """Return whether a pattern may stand for an ARN with all its fields."""
    if pattern.string is not None:
        return arn_fields(pattern) is not None
    if not pattern.parts:
        return False
    first = pattern.parts[0]
    return not isinstance(first, str) or first.startswith(_ARN) or _ARN.startswith(first)


def arn_fields(pattern: Pattern) -> list[Pattern] | None:
    """Return the six fields of an ARN; None for another pattern.

    A symbol counts as a part of one field.
    """
    if _missing_fields(pattern) != 0:
        return None
    fields: list[list[PatternPart]] = [[]]
    for part in pattern.parts:
        if not isinstance(part, str):
            fields[-1].append(part)
            continue
        first, *others = part.split(":", _ARN_COLONS + 1 - len(fields))
        fields[-1].append(first)
        fields += ([field] for field in others)
    return [Pattern.of(filter(None, field)) for field in fields]


def known_arn_fields(pattern: Pattern) -> list[str | None]:
    """Return the fields of a pattern up to the first symbol that may contain several fields.

    A field that is such a symbol, or contains it, is left out, except for the beginning of the
    sixth. None stands for a field with a symbol that is a part of it. Wildcards are `*` and `?`.
    """
    fields: list[str | None] = [""]
    for part in pattern.parts:
        if isinstance(part, Symbol):
            if part not in _SINGLE_FIELDS:
                return fields if len(fields) > _ARN_COLONS else fields[:-1]
            fields[-1] = None
            continue
        first, *others = str(part).split(":", _ARN_COLONS + 1 - len(fields))
        if fields[-1] is not None:
            fields[-1] += first
        fields += others
    return fields


def completed_arn(pattern: Pattern) -> Pattern | None:
    """Return an ARN with fewer than six fields with `*` for the missing ones.

    None for another pattern. If a symbol may contain the missing fields, the ARN ends with a free
    symbol instead.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    """
    missing = _missing_fields(pattern)
    if not missing:
        return None
    is_exact = all(not isinstance(part, Symbol) or part in _SINGLE_FIELDS for part in pattern.parts)
    return Pattern.of([*pattern.parts, *((":", Wildcard.ANY) * missing if is_exact else (_REST,))])


def _missing_fields(pattern: Pattern) -> int | None:
    """Return how many fields a pattern lacks that begins as an ARN; None for another pattern."""
    first = pattern.parts[0] if pattern.parts else ""
    if not isinstance(first, str) or not first.startswith(_ARN):
        return None
    colons = sum([part.count(":") for part in pattern.parts if isinstance(part, str)])
    return max(0, _ARN_COLONS - colons)


@lru_cache(maxsize=4096)
def _without_symbols(string: str, variables: bool) -> Pattern:
    """Create a pattern from a string of a policy; cached, as policies repeat their actions."""
    return Pattern.of(_wild(string, variables))


def _wild(string: str, variables: bool) -> list[PatternPart]:
    parts: list[PatternPart] = []
    start = 0
    for match in _SPECIAL.finditer(string):
        index = match.start()
        if index < start:
            continue  # inside a variable
        wildcard = _WILDCARDS.get(match.group())
        if wildcard is not None:
            parts += (string[start:index], wildcard)
            start = index + 1
        elif variables:
            end = string.find("}", index)
            variables = end > 0
            if variables:
                name = string[index + 2 : end]
                kind: SymbolKind = "free" if _VARIABLE.match(name) else "open"
                parts += (string[start:index], name if name in _ESCAPED else Symbol(name, kind))
                start = end + 1
    parts.append(string[start:])
    return parts

"""Patterns: strings with wildcards and symbols.

Wildcards are those of IAM, `*` and `?`:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from sfnlint.symbol import Symbol, SymbolKind, Symbols


class Wildcard(Enum):
    """`*`, any text; `?`, any one character."""

    ANY = "*"
    ONE = "?"

    def __str__(self) -> str:
        return self.value


PatternPart = str | Wildcard | Symbol

MAX_LENGTH = 10_000
"""The length beyond which nothing is found out about a pattern.

An ARN has at most 2,048 characters, all inline policies of a role together 10,240:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

_SPECIAL = re.compile(r"[*?]|\$\{")
_WILDCARDS: Mapping[str, Wildcard] = {one.value: one for one in Wildcard}
_VARIABLE = re.compile(r"[\w-]+:(?!:)")
_ESCAPED = {"*", "?", "$"}


class Pattern(NamedTuple):
    """A string with wildcards and symbols.

    Attributes:
        parts: literal runs, wildcards and symbols in order. Runs are not empty, and no two stand
            side by side; neither do two `*`.

    """

    parts: tuple[PatternPart, ...]

    @classmethod
    def of(cls, parts: Iterable[PatternPart]) -> Pattern:
        """The pattern of these parts, runs and `*` that stand side by side made one."""
        normal: list[PatternPart] = []
        text = ""
        for part in parts:
            if isinstance(part, str):
                text += part
                continue
            if text:
                normal.append(text)
                text = ""
            if part is not Wildcard.ANY or not normal or normal[-1] is not Wildcard.ANY:
                normal.append(part)
        if text:
            normal.append(text)
        return cls(tuple(normal))

    @classmethod
    def literal(cls, text: str, symbols: Symbols | None = None) -> Pattern:
        """A text in which `*` is a letter; its marker characters are symbols."""
        if text.isascii() or not symbols:
            return cls((text,) if text else ())
        return cls(tuple(symbols.split(text)))

    @classmethod
    def wild(cls, text: str, symbols: Symbols | None = None, variables: bool = True) -> Pattern:
        """A text of a policy.

        Args:
            text: the text.
            symbols: what its marker characters stand for.
            variables: whether `${aws:…}` is a policy variable, as from Version 2012-10-17 on. It
                is a free symbol, since nothing is known of it. `${Name}` is no variable: a build
                tool fills it in, and the definition's `${Name}` alike. See
                https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html

        """
        if text.isascii() or not symbols:
            return _without_symbols(text, variables)
        if _SPECIAL.search(text) is None:
            return cls.literal(text, symbols)
        parts: list[PatternPart] = []
        for piece in symbols.split(text):
            if isinstance(piece, Symbol):
                parts.append(piece)
            else:
                parts += _wild(piece, variables)
        return cls.of(parts)

    def substitute(self, values: Mapping[Symbol, str]) -> Pattern:
        """The pattern with literals for the symbols whose value is known."""
        if not values or (len(self.parts) == 1 and isinstance(self.parts[0], str)):
            return self
        if not any(part in values for part in self.parts if isinstance(part, Symbol)):
            return self
        return Pattern.of(
            values.get(part, part) if isinstance(part, Symbol) else part for part in self.parts
        )

    def lower(self) -> Pattern:
        """The pattern with its literals in lower case."""
        return Pattern(
            tuple([part.lower() if isinstance(part, str) else part for part in self.parts])
        )

    def __str__(self) -> str:
        return "".join(map(str, self.parts))

    @property
    def length(self) -> int:
        """How many letters, wildcards and symbols it has."""
        return sum([len(part) if isinstance(part, str) else 1 for part in self.parts])

    @property
    def string(self) -> str | None:
        """What it is, where it is a literal and nothing else."""
        first = self.parts[0] if len(self.parts) == 1 else None
        return first if isinstance(first, str) else None

    @property
    def is_single_string(self) -> bool:
        """Whether it stands for one text, the same wherever it stands."""
        for part in self.parts:
            if not isinstance(part, str) and (isinstance(part, Wildcard) or part.kind == "free"):
                return False
        return True

    @property
    def is_any(self) -> bool:
        """Whether it is `*` and nothing else."""
        return self == ANYTHING


ANYTHING = Pattern((Wildcard.ANY,))
"""`*`."""


@lru_cache(maxsize=4096)
def _without_symbols(text: str, variables: bool) -> Pattern:
    """The pattern of a text of a policy: most name an action, again and again."""
    return Pattern.of(_wild(text, variables))


def _wild(text: str, variables: bool) -> list[PatternPart]:
    parts: list[PatternPart] = []
    start = 0
    for match in _SPECIAL.finditer(text):
        index = match.start()
        if index < start:
            continue  # in a variable
        wildcard = _WILDCARDS.get(match.group())
        if wildcard is not None:
            parts += (text[start:index], wildcard)
            start = index + 1
        elif variables:
            end = text.find("}", index)
            variables = end > 0
            if variables:
                name = text[index + 2 : end]
                kind: SymbolKind = "free" if _VARIABLE.match(name) else "open"
                parts += (text[start:index], name if name in _ESCAPED else Symbol(name, kind))
                start = end + 1
    parts.append(text[start:])
    return parts

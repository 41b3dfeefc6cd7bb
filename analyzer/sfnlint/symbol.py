"""Symbols: strings that the files do not show.

A template's `Ref`, a substitution, a JSONPath in a definition: each is a symbol. So that strings
with symbols remain plain strings (to parse, to compare, to slice), a symbol is represented by one
character of Unicode's private planes, its marker; `Symbols` maps markers to symbols.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

SymbolKind = Literal["open", "generated", "free"]

_FIRST = 0xF0000
_LAST = 0x10FFFD
MARKER = re.compile("[\U000f0000-\U0010ffff]")
"""Matches one character that can stand for a symbol. No text that is read keeps one of its own."""

_MARKERS = re.compile(f"({MARKER.pattern})")


class Symbol(NamedTuple):
    """A string that the files do not show.

    Attributes:
        name: its identity, and how it is shown: `AWS::Region`, `Queue.QueueName`, `$.name`.
        kind: "open", one string that may be any; "generated", one string that the service makes up
            for a resource without a name, so that it equals no other symbol and no literal;
            "free", any string, another at each run.

    """

    name: str
    kind: SymbolKind = "open"

    def __str__(self) -> str:
        return "${" + self.name + "}"


class Symbols:
    """The symbols of one set of files, each with the character that stands for it.

    Attributes:
        in_template: whether the files are CloudFormation templates, which write the Region as
            `${AWS::Region}`. In messages about other files it is `<region>`.

    """

    def __init__(self, *, in_template: bool = True) -> None:
        self.in_template = in_template
        self._marks: dict[Symbol, str] = {}
        self._symbols: dict[str, Symbol] = {}

    def mark(self, symbol: Symbol) -> str:
        """The one character that stands for this symbol.

        When all characters are taken (a file with 130,000 symbols), the last one is shared by a
        free symbol, about which nothing is certain.
        """
        known = self._marks.get(symbol)
        if known is not None:
            return known
        if _FIRST + len(self._symbols) >= _LAST:
            symbol = Symbol("…", "free")
            self._symbols[chr(_LAST)] = symbol
            return chr(_LAST)
        character = chr(_FIRST + len(self._symbols))
        self._marks[symbol] = character
        self._symbols[character] = symbol
        return character

    def split(self, text: str) -> Iterator[str | Symbol]:
        """The literal runs and the symbols of a string, in order."""
        parts: list[str | Symbol] = [*_MARKERS.split(text)]
        parts[1::2] = [self._symbols.get(str(one), _UNKNOWN) for one in parts[1::2]]
        return filter(None, parts)

    def occur_in(self, string: str) -> bool:
        """Return whether `show` would change a string."""
        if not string.isascii() and MARKER.search(string):
            return True
        return "${AWS::" in string and not self.in_template

    def show(self, string: str) -> str:
        """Return a string for a message: every symbol in it written as `${name}`.

        Outside of templates, the partition, Region and account are `<partition>`, `<region>` and
        `<account>`.
        """
        string = MARKER.sub(lambda match: str(self._symbols.get(match.group(), _UNKNOWN)), string)
        if "${AWS::" in string and not self.in_template:
            for name, shown in _OUTSIDE_TEMPLATES.items():
                string = string.replace(name, shown)
        return string


_OUTSIDE_TEMPLATES = {
    "${AWS::Partition}": "<partition>",
    "${AWS::Region}": "<region>",
    "${AWS::AccountId}": "<account>",
}
_UNKNOWN = Symbol("…", "free")

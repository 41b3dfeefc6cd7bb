"""Symbols: placeholders for strings that the files do not show.

A template's `Ref`, a substitution and a JSONPath in a definition are symbols. A string that
contains symbols stays a plain string, which can be parsed, compared and sliced: each symbol is
represented by one character of Unicode's private planes, its marker. `Symbols` maps markers to
symbols.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal

from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple

SymbolKind = Literal["open", "generated", "free"]

_FIRST = 0xF0000
_LAST = 0x10FFFD
MARKER = re.compile("[\U000f0000-\U0010ffff]")
"""Matches a marker. Documents replace such characters in their input, so all are markers."""

_MARKERS = lazy_pattern(f"({MARKER.pattern})")
_NUMBER = lazy_pattern(r"(?<=…)\d+(?=\})")
_SHOWN = lazy_pattern(r"\$\{([^{}]+)\}")
PLACEHOLDERS: Mapping[str, str] = {
    "AWS::AccountId": "<account>",
    "AWS::Partition": "<partition>",
    "AWS::Region": "<region>",
    "AWS::URLSuffix": "<domain>",
    "StateMachineName": "<state machine>",
}
"""How messages write the symbols that only a CloudFormation template has a syntax for."""


class Symbol(NamedTuple):
    """A string that the files do not show.

    Attributes:
        name: its identity and its name in messages: `AWS::Region`, `Queue.QueueName`, `$.name`.
            Messages leave out the number after `…`, which tells symbols apart.
        kind: "open", one unknown string; "generated", the name that a service generates for a
            resource without a name, which equals no literal and no other generated name; "free",
            any string, which can differ between executions.
        label: its name in messages, if the identity has none that people can read.

    """

    name: str
    kind: SymbolKind = "open"
    label: str = ""

    def __str__(self) -> str:
        return "${" + (self.label or self.name) + "}"


class Symbols:
    """The symbols of one set of files, each with its marker.

    Attributes:
        names: how messages write symbols, by their names. A symbol that it lacks is written as
            `${name}`, as in CloudFormation templates.

    """

    def __init__(self, names: Mapping[str, str] = MappingProxyType({})) -> None:
        self.names = names
        self._marks: dict[Symbol, str] = {}
        self._symbols: dict[str, Symbol] = {}

    def mark(self, symbol: Symbol) -> str:
        """Return the marker of a symbol, a single character.

        After about 130,000 symbols no characters are left: all further symbols share the last
        character, which is the marker of an unknown free symbol.
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
        """Split a string into its literal runs and its symbols, in order."""
        parts: list[str | Symbol] = [*_MARKERS.split(text)]
        parts[1::2] = [self._symbols.get(str(marker), _UNKNOWN) for marker in parts[1::2]]
        return filter(None, parts)

    def occur_in(self, string: str) -> bool:
        """Return whether `show` may change a string."""
        if not string.isascii() and MARKER.search(string):
            return True
        return bool(self.names) and "${" in string

    def show(self, string: str) -> str:
        """Return a string for a message: every symbol written as in `names`, or else `${name}`.

        A string that is one symbol with a label is that label.
        """
        if MARKER.fullmatch(string):
            symbol = self._symbols.get(string, _UNKNOWN)
            if symbol.label:
                return symbol.label
        string = MARKER.sub(lambda match: str(self._symbols.get(match.group(), _UNKNOWN)), string)
        if "…" in string:
            string = _NUMBER.sub("", string)
        if self.names and "${" in string:
            string = _SHOWN.sub(lambda match: self.names.get(match[1], match[0]), string)
        return string


_UNKNOWN = Symbol("…", "free")

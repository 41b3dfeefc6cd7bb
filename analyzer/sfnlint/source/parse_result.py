"""Result of parsing a text."""

from __future__ import annotations

from sfnlint.named_tuple import NamedTuple
from sfnlint.source.faults import Fault
from sfnlint.source.node import Node


class ParseResult(NamedTuple):
    """Data of a text, with its faults.

    Attributes:
        data: plain data.
        tree: the node of the top-level value, when parsing built the nodes; None when they are
            built on demand.
        faults: faults that did not prevent parsing.

    """

    data: object
    tree: Node | None
    faults: list[Fault]

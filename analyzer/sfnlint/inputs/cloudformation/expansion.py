"""Templates that a transform makes of other templates, such as SAM's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Document
from sfnlint.subject import InputProblem


class Expansion(NamedTuple):
    """The result of a transform.

    Attributes:
        document: a template whose resources are all of CloudFormation, with its places in the
            original file.
        problems: what the transform refuses.

    """

    document: Document
    problems: Sequence[InputProblem] = ()


Expand = Callable[[Document], Expansion]
"""Runs a transform. A template without resources of the transform is returned as it is."""


def no_expansion(document: Document) -> Expansion:
    """Return the template as it is: for templates that no transform has to expand."""
    return Expansion(document)

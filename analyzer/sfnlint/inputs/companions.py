"""Templates and configurations found beside a definition that is checked alone: shared types.

pre-commit passes the files that change, and a definition changes without its template.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

from sfnlint.inputs.external_context import ExternalContext
from sfnlint.source import TextDocument
from sfnlint.subject import Reading

_Read = TypeVar("_Read", bound=Reading)


class ReadWithContext(Protocol):
    """Calls a reader with the external context of the template at a path."""

    def __call__(self, read: Callable[[ExternalContext], _Read], path: Path) -> _Read:
        """Return the result of the reader."""


class Companion(NamedTuple):
    """A template or a configuration that names some of the definitions.

    Attributes:
        files: its files.
        definitions: the paths of the definitions.
        reading: first its machines with these definitions, then those that share their roles; the
            problems of either.
        machines: the logical ids of the machines with these definitions.

    """

    files: Sequence[TextDocument]
    definitions: set[Path]
    reading: Reading
    machines: set[str]

"""The model of a generated policy: statements without a language."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sfnlint.catalog import Purpose
from sfnlint.iam.pattern import PatternPart
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple
from sfnlint.result import AnalysedMachine
from sfnlint.symbol import Symbols

_WORDS = lazy_pattern(r"[A-Za-z][A-Za-z0-9]*")
Conditions = tuple[tuple[str, tuple[str, ...]], ...]
"""Condition keys with the values that each may have."""


class Placeholder(NamedTuple):
    """A name that is known only at run time, or that nothing tells.

    Attributes:
        words: the words of its name, as in `("bucket", "name")`.

    """

    words: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name as CloudFormation and JSON write it: `BucketName`."""
        return "".join(word[:1].upper() + word[1:] for word in self.words)

    @classmethod
    def of_reference(cls, name: str) -> Placeholder:
        """Return the placeholder for a reference that another language has: `aws_sns_topic.t`."""
        return cls(tuple(_WORDS.findall(name.replace("_", " "))))

    def __str__(self) -> str:
        return f"${{{self.name}}}"


ResourcePart = PatternPart | Placeholder


class Resource(NamedTuple):
    """A resource of a statement.

    Attributes:
        parts: its parts, in which the partition, Region and account are filled in if the files
            show them.
        reference: its parts as the files refer to it, for the languages that have references.

    """

    parts: tuple[ResourcePart, ...]
    reference: tuple[ResourcePart, ...]

    @property
    def sort_key(self) -> str:
        """A string to sort resources by."""
        return "".join(map(str, self.parts))


class Statement(NamedTuple):
    """An Allow statement.

    Attributes:
        sid: its identifier.
        actions: the actions, sorted.
        resources: the resources, sorted.
        conditions: condition keys with the values that each may have.
        states: the names of the states that need it; None for the settings of the machine.
        purposes: the purposes of the calls.
        sources: the pages that document the needs, sorted.

    """

    sid: str
    actions: tuple[str, ...]
    resources: tuple[Resource, ...]
    conditions: Conditions
    states: tuple[str | None, ...]
    purposes: tuple[Purpose, ...]
    sources: tuple[str, ...]


class OpenName(NamedTuple):
    """Something that keeps a policy from being complete.

    Attributes:
        state: the state; None for a setting of the machine.
        action: the action; None if the needs of the state are unknown.
        placeholder: the placeholder to replace; None if the needs of the state are unknown.
        why: why the files do not show it.

    """

    state: str | None
    action: str | None
    placeholder: Placeholder | None
    why: str


class GeneratedPolicy(NamedTuple):
    """The policy that a machine needs.

    Attributes:
        machine: the machine.
        statements: the statements, sorted by their Sids; none if it needs no permission.
        open: what keeps it from being complete.

    """

    machine: AnalysedMachine
    statements: Sequence[Statement]
    open: Sequence[OpenName]

    @property
    def is_complete(self) -> bool:
        """Whether all needs and all names are known."""
        return not self.open

    @property
    def symbols(self) -> Symbols:
        """The symbols of the machine, with the names of those that messages write differently."""
        return self.machine.combinations[0].symbols

    @property
    def is_of_terraform(self) -> bool:
        """Whether references in resources are those of a Terraform configuration."""
        return "." in (self.machine.summary.machine or "")

    @property
    def name(self) -> str:
        """The name of the machine: its logical id, or that of its file without the ending."""
        return (
            self.machine.summary.machine or Path(self.machine.summary.file).name.partition(".")[0]
        )

"""What a run is asked to do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from sfnlint.internal_errors import InternalError
from sfnlint.source import TextDocument
from sfnlint.subject import MachineType

if TYPE_CHECKING:
    from sfnlint.inputs.external_context import RoleFiles


class Found(NamedTuple):
    """A file to look at.

    Attributes:
        path: where it is.
        shown: how the user would write it.
        named: whether the user named it, rather than a folder above it.

    """

    path: Path
    shown: str
    named: bool


class Pair(NamedTuple):
    """Files that the configuration puts together.

    Attributes:
        definition: a file with a state machine.
        policies: files with the policies of its role.
        trust: a file with the role's trust policy.
        type: the machine's type.

    """

    definition: Path
    policies: Sequence[Path | TextDocument] = ()
    trust: Path | TextDocument | None = None
    type: MachineType | None = None


class Options(NamedTuple):
    """What belongs to files, and what to look for.

    Attributes:
        policies: policies for every plain definition that no pair names.
        trust: a trust policy, likewise.
        type: the machine's type, likewise.
        pairs: what the configuration says of single definitions.
        parameters: gives the values of a template's parameters that are known.
        managed: by ARN, the files of customer managed policies.
        roles: by ARN, the files of roles that are in no template.
        rules: the identifiers of the rules to apply; all when None.
        keep_subjects: whether the result holds the machines themselves, for what draws them.
        on_failure: takes mistakes of sfn-lint itself, so that all else is found; when None, they
            are raised.

    """

    policies: Sequence[Path | TextDocument] = ()
    trust: Path | TextDocument | None = None
    type: MachineType | None = None
    pairs: Sequence[Pair] = ()
    parameters: Callable[[Path], Mapping[str, str]] | None = None
    managed: Mapping[str, Path] = MappingProxyType({})
    roles: Mapping[str, RoleFiles] = MappingProxyType({})
    rules: Collection[str] | None = None
    keep_subjects: bool = False
    on_failure: Callable[[InternalError], object] | None = None

"""The input files and the options of a run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from sfnlint.named_tuple import NamedTuple
from sfnlint.source import TextDocument
from sfnlint.subject import MachineType


class InputFile(NamedTuple):
    """A file to check.

    Attributes:
        path: its path.
        display_name: its name as the user would write it.
        named: whether the user named the file itself, rather than a folder above it.
        text: its content, where it is not read from the disk.

    """

    path: Path
    display_name: str
    named: bool = True
    text: str | None = None


class MachineConfig(NamedTuple):
    """The files that the configuration supplies for a definition.

    Attributes:
        definition: a file with a state machine.
        policies: files with the policies of its role.
        trust: a file with the trust policy of its role.
        type: the type of the machine.

    """

    definition: Path
    policies: Sequence[Path | TextDocument] = ()
    trust: Path | TextDocument | None = None
    type: MachineType | None = None


class RoleFiles(NamedTuple):
    """The files that the configuration supplies for a role ARN: policies and trust policy."""

    policies: tuple[Path, ...] = ()
    trust: Path | None = None


class OrganizationFiles(NamedTuple):
    """The policies of an AWS organization that limit its roles and resources.

    Attributes:
        id: the id of the organization, `o-a1b2c3d4e5`; None if it is unknown.
        service_control_policies: files with service control policies.
        resource_control_policies: files with resource control policies.

    """

    id: str | None = None
    service_control_policies: Sequence[Path] = ()
    resource_control_policies: Sequence[Path] = ()


class Options(NamedTuple):
    """The options of a run.

    Attributes:
        policies: policies for every plain definition without a `MachineConfig`.
        trust: a trust policy, likewise.
        type: a machine type, likewise.
        machine_configs: the configuration of single definitions.
        parameters: returns the known parameter values of the template at a path.
        managed: the files of customer managed policies, by ARN.
        roles: the files of roles that no template defines, by ARN.
        organization: the policies of the organization.
        rules: the identifiers of the rules to apply; None for all of them.
        keep_subjects: whether the result includes the machines themselves, for diagrams.
        keep_analyses: whether the result includes the machines with the analyses of their roles.
        keep_going: whether an internal error becomes a failure of the result, so that everything
            else is still checked. If not, the exception is raised.
        explain_unknown: whether the result includes a reason for each unknown permission.

    """

    policies: Sequence[Path | TextDocument] = ()
    trust: Path | TextDocument | None = None
    type: MachineType | None = None
    machine_configs: Sequence[MachineConfig] = ()
    parameters: Callable[[Path], Mapping[str, str]] | None = None
    managed: Mapping[str, Path] = MappingProxyType({})
    roles: Mapping[str, RoleFiles] = MappingProxyType({})
    organization: OrganizationFiles = OrganizationFiles()
    rules: Collection[str] | None = None
    keep_subjects: bool = False
    keep_analyses: bool = False
    keep_going: bool = False
    explain_unknown: bool = False

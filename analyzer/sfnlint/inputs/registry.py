"""The input formats: the readers' registry.

Adding a way to write a state machine down is one package, whose reader subclasses
`sfnlint.inputs.reader.Reader`, and one entry here. An entry names its code by module, so that a run
imports only the formats that its files are written in: this is the one place for lazy imports.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sfnlint.source.load_file import LARGEST_FILE, read_at_most

if TYPE_CHECKING:
    from sfnlint.inputs.reader import Companions, Reader

_JSON_AND_YAML = (".json", ".json5", ".jsonc", ".yaml", ".yml", ".template", ".asl")


class Format:
    """An input format.

    Args:
        title: the files of this format, for messages.
        reader: the `Reader` subclass, as "module:name" below `sfnlint.inputs`.
        marks: byte strings. A file may be of this format only if it contains all the strings of at
            least one of these tuples.
        endings: file name endings that alone show the format; such files are not parsed by the
            loader, but passed to `Reader.take`.
        companions: the function that searches the folders near a definition for files of this
            format that hold it, as "module:name"; empty when a definition has none.
        index_file: the name of a file that lists the files of its folder; empty when there is none.
        listed: the function that returns the names that the index of a folder lists, or None when
            the file is no such index, as "module:name".

    """

    def __init__(
        self,
        title: str,
        reader: str,
        marks: tuple[tuple[bytes, ...], ...] = (),
        endings: tuple[str, ...] = (),
        companions: str = "",
        index_file: str = "",
        listed: str = "",
    ) -> None:
        self.title = title
        self.reader = reader
        self.marks = marks
        self.endings = endings
        self.companions = companions
        self.index_file = index_file
        self.listed = listed

    def new_reader(self) -> Reader:
        """Return a reader for one run."""
        reader: Reader = _imported(self.reader)()
        return reader

    def companion_search(self) -> Companions:
        """Return the function that `companions` names."""
        search: Companions = _imported(self.companions)
        return search


FORMATS = (
    # The first format that matches a document reads it. After all files were read, the last format
    # is finished first: plain definitions come after all that may hold them.
    Format(
        "state machine definitions",
        "asl:DefinitionReader",
        marks=((b"StartAt", b"States"),),
    ),
    Format(
        "outputs of the AWS CLI",
        "deployed.reader:DeploymentReader",
        marks=((b"RoleDetailList",), (b"stateMachineArn", b"StartAt", b"States")),
    ),
    Format(
        "cloud assemblies of the CDK",
        "cdk.reader:AssemblyReader",
        marks=((b"artifacts", b"templateFile"), (b"artifacts", b"directoryName")),
        index_file="manifest.json",
        listed="cdk.assembly:files_to_read",
    ),
    Format(
        "CloudFormation and SAM templates",
        "sam.reader:TemplateReader",
        marks=((b"::StateMachine",),),
        companions="sam.companions:companions",
    ),
    Format(
        "Terraform configurations",
        "terraform.reader:TerraformReader",
        marks=((b"planned_values", b"aws_sfn_state_machine"),),
        endings=(".tf", ".tf.json", ".tfvars", ".tfvars.json"),
        companions="terraform.companion_configurations:companions",
    ),
    Format("unreadable files", "unreadable:UnreadableReader"),
)

ENDINGS = (*_JSON_AND_YAML, *(ending for one in FORMATS for ending in one.endings))
"""The endings of the files that a search looks at."""
_MARKS = tuple(marks for one in FORMATS for marks in one.marks)
_BY_NAME = tuple(ending for one in FORMATS for ending in one.endings)
_INDEXES: Mapping[str, str] = {one.index_file: one.listed for one in FORMATS if one.index_file}


def format_of_name(name: str) -> Format | None:
    """Return the format that a file name alone shows; None when the content decides."""
    name = name.lower()
    if not name.endswith(_BY_NAME):
        return None
    return next(one for one in FORMATS if name.endswith(one.endings))


def may_match(path: Path) -> bool:
    """Whether a file contains the marks of a format; False when it cannot be opened."""
    try:
        if not path.is_file():
            # Opening a pipe that nobody writes to would wait for ever.
            return False
        with path.open("rb") as stream:
            content = read_at_most(LARGEST_FILE, stream)
    except OSError:
        return False
    return any(all(mark in content for mark in marks) for marks in _MARKS)


def has_marks(text: str) -> bool:
    """Whether a text, which may be unreadable, contains the marks of a format."""
    return any(all(mark.decode() in text for mark in marks) for marks in _MARKS)


def listed(folder: Path, files: Collection[str]) -> set[str] | None:
    """Return the names of files and folders that the index of a folder lists.

    Args:
        folder: the folder.
        files: the names of its files.

    Returns:
        The names, the index's own included; None when no file is an index.

    """
    for index, function in _INDEXES.items():
        names: set[str] | None = _imported(function)(folder) if index in files else None
        if names is not None:
            return names
    return None


def _imported(name: str) -> Any:
    module, _, attribute = name.partition(":")
    return getattr(import_module(f"sfnlint.inputs.{module}"), attribute)

"""The input formats: the readers' registry.

A format is one package, whose reader subclasses `sfnlint.inputs.reader.Reader`, and one entry in
`FORMATS`. Entries name their code by module, which is imported when a file needs it: a run on
plain definitions imports neither the CloudFormation nor the Terraform reader
(tests/test_layers.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sfnlint.asl.definition_files import is_meant_as_definition
from sfnlint.named_tuple import NamedTuple
from sfnlint.source.load_file import ENGINE_ENDINGS, LARGEST_FILE, read_at_most

if TYPE_CHECKING:
    from sfnlint.inputs.reader import Companions, Reader

_JSON_AND_YAML = (".json", ".json5", ".jsonc", ".yaml", ".yml", ".template", ".asl")


class Format(NamedTuple):
    """An input format.

    Attributes:
        title: the name of the files, for messages.
        reader: the `Reader` subclass, as "module:name" below `sfnlint.inputs`.
        marks: tuples of byte strings. A file that was found in a folder is read only if it contains
            all strings of one of the tuples.
        support_marks: like `marks`, of files without state machines that only this format reads.
        endings: endings of file names that are always of this format. Such files are not parsed,
            but passed to `Reader.take`.
        companions: a function that reads the files of this format near a definition that name it,
            as "module:name"; empty if a definition has no such files.
        index_file: the name of a file that lists the files of its folder; empty if there is none.
        listed: a function that returns the names that the index file of a folder lists, as
            "module:name". It returns None if the file is not an index.

    """

    title: str
    reader: str
    marks: tuple[tuple[bytes, ...], ...] = ()
    support_marks: tuple[tuple[bytes, ...], ...] = ()
    endings: tuple[str, ...] = ()
    companions: str = ""
    index_file: str = ""
    listed: str = ""

    def new_reader(self) -> Reader:
        """Return a reader for one run."""
        reader: Reader = _imported(self.reader)()
        return reader

    def companion_search(self) -> Companions:
        """Return the function that `companions` names."""
        search: Companions = _imported(self.companions)
        return search


FORMATS = (
    # The first format that matches a document reads it. `Reader.finish` is called in reverse order,
    # so that plain definitions come after the formats that may name them.
    Format(
        "state machine definitions",
        "asl:DefinitionReader",
        marks=((b"StartAt", b"States"),),
    ),
    Format(
        "outputs of the AWS CLI",
        "deployed.reader:DeploymentReader",
        marks=((b"RoleDetailList",), (b"stateMachineArn", b"StartAt", b"States")),
        support_marks=(
            (rb"\"Statement\"", rb"\"Principal\""),
            (b'"taskDefinitionArn"', b'"containerDefinitions"'),
            (b'"Attributes"', b'"KmsMasterKeyId"'),
            (b'"TableArn"', b'"KMSMasterKeyArn"'),
            (b'"StreamARN"', b'"KeyId"'),
            (b'"ARN"', b'"KmsKeyId"'),
            (b'"ConnectionArn"', b'"KmsKeyIdentifier"'),
            (b'"activityArn"', b'"kmsKeyId"'),
            (b'"inferenceProfileArn"', b'"modelArn"'),
        ),
    ),
    Format(
        "cloud assemblies of the CDK",
        "cdk.reader:AssemblyReader",
        marks=((b"artifacts", b"templateFile"), (b"artifacts", b"directoryName")),
        index_file="manifest.json",
        listed="cdk.assembly:files_to_read",
    ),
    Format(
        "services of the Serverless Framework",
        "serverless.reader:ServiceReader",
        marks=((b"provider", b"stepFunctions"),),
        endings=("serverless.ts", "serverless.js"),
        companions="serverless.companions:companions",
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

ENDINGS = (
    *_JSON_AND_YAML,
    *ENGINE_ENDINGS,
    *(ending for entry in FORMATS for ending in entry.endings),
)
"""The endings of the files that are searched for in folders."""
_MARKS = tuple(marks for entry in FORMATS for marks in entry.marks)
_BY_NAME = tuple(ending for entry in FORMATS for ending in entry.endings)
_INDEXES: Mapping[str, str] = {
    entry.index_file: entry.listed for entry in FORMATS if entry.index_file
}


def format_of_name(name: str) -> Format | None:
    """Return the format that the ending of a file name shows; None if the content decides."""
    name = name.lower()
    if not name.endswith(_BY_NAME):
        return None
    return next(entry for entry in FORMATS if name.endswith(entry.endings))


def matching_formats(path: Path) -> Sequence[Format]:
    """Return the formats whose readers may read a file that was found in a folder.

    Those are all formats if the file contains the marks of one, or is meant as a definition.

    Raises:
        OSError: it cannot be opened.

    """
    if not path.is_file():
        # Opening a pipe without a writer would block.
        return ()
    with path.open("rb") as stream:
        content = read_at_most(LARGEST_FILE, stream)
    if _has_marks(content, _MARKS) or is_meant_as_definition(path.name, content):
        return FORMATS
    return [entry for entry in FORMATS if _has_marks(content, entry.support_marks)]


def _has_marks(content: bytes, alternatives: tuple[tuple[bytes, ...], ...]) -> bool:
    return any(all(mark in content for mark in marks) for marks in alternatives)


def has_marks(text: str) -> bool:
    """Whether a string contains the marks of a format."""
    return any(all(mark.decode() in text for mark in marks) for marks in _MARKS)


def listed(folder: Path, files: Collection[str]) -> set[str] | None:
    """Return the names of the files and folders that the index file of a folder lists.

    Args:
        folder: the folder.
        files: the names of its files.

    Returns:
        The names, including that of the index file; None if there is no index file.

    """
    for index, function in _INDEXES.items():
        names: set[str] | None = _imported(function)(folder) if index in files else None
        if names is not None:
            return names
    return None


def _imported(name: str) -> Any:
    module, _, attribute = name.partition(":")
    return getattr(import_module(f"sfnlint.inputs.{module}"), attribute)

"""Definitions in files beside a template.

`DefinitionUri` of SAM, and `DefinitionS3Location` before `aws cloudformation package` puts the file
into a bucket: https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html
The CDK puts the file into its assembly, and writes where it will be in a bucket. From there it is
read as JSON, and as YAML where it is no JSON, whatever its name:
https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-stepfunctions
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from sfnlint.inputs.cdk.assembly import Assembly
from sfnlint.source import TextDocument, load
from sfnlint.source.folders import is_inside, resolved, root_of
from sfnlint.source.loading import parse, shown_name
from sfnlint.symbol import MARKER

_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_FIELDS = {
    "AWS::Serverless::StateMachine": "DefinitionUri",
    "AWS::StepFunctions::StateMachine": "DefinitionS3Location",
}


class NotReadError(Exception):
    """A file that a template names is not read: why, in words that follow its name.

    Attributes:
        missing: whether there is no such file.

    """

    def __init__(self, why: str, *, missing: bool) -> None:
        super().__init__(why)
        self.missing = missing


class Files:
    """The files that a template names, each read once.

    Args:
        template: the template's path.
        shown: how the user would write it.
        assembly: the assembly of the CDK that it is in.
        known: documents that were read already, by their paths without links.

    """

    def __init__(
        self,
        template: Path,
        shown: str,
        assembly: Assembly | None = None,
        known: Mapping[Path, TextDocument] | None = None,
    ) -> None:
        self._assembly = assembly
        self._folder = template.parent
        self._shown = os.path.dirname(shown)
        self._documents: dict[Path, TextDocument] = dict(known or {})

    def read(self, name: str) -> TextDocument:
        """A file by its name in the template.

        What is wrong with its content is in the document.

        Raises:
            NotReadError: there is no such file, or it lies outside of the repository.

        """
        path = located(self._folder, name, self._assembly)
        if path is None:
            raise NotReadError("lies outside of this repository and is not read", missing=False)
        if not os.path.isfile(path):
            why = "is no file" if os.path.exists(path) else "is not there"
            raise NotReadError(why, missing=True)
        if path not in self._documents:
            shown = posixpath.normpath(shown_name(self._shown, name))
            self._documents[path] = load(path, shown)
        document = self._documents[path]
        faults = [document.error] if document.error else document.problems
        if document.format == "json" and any(one.kind == "syntax" for one in faults):
            as_yaml = parse(document.text, document.file, "yaml")
            if as_yaml.error is None:
                self._documents[path] = as_yaml
        return self._documents[path]

    def asset(self, location: object) -> str | None:
        """The file that the CDK will put into a bucket at this location, by its name here."""
        return None if self._assembly is None else _asset(location, self._assembly)


def located(folder: Path, name: str, assembly: Assembly | None = None) -> Path | None:
    """The file that a template in this folder names; None when it may not be read.

    It may when it lies below the repository's root; without a repository, below the working
    directory, or else below the template's own folder. What the CDK wrote belongs together.
    """
    try:
        path = resolved(os.path.join(folder, name))
        root = root_of(resolved(str(folder)), str(assembly.root) if assembly else None)
        return Path(path) if is_inside(path, root) else None
    except (OSError, RuntimeError, ValueError):
        # A circle of links, or no name that a file can have.
        return None


def is_local(text: str) -> bool:
    """Whether a text can be the name of a file, rather than an address or open."""
    return bool(text) and not _ELSEWHERE.match(text) and not MARKER.search(text)


def definition_files(
    data: object, template: Path, assembly: Assembly | None = None
) -> dict[Path, set[str]]:
    """The files that hold definitions of a template's machines, whatever its conditions say.

    Args:
        data: the template's data.
        template: its path.
        assembly: the assembly of the CDK that it is in.

    Returns:
        For each file, the logical ids of the machines.

    """
    resources = data.get("Resources") if isinstance(data, dict) else None
    found: dict[Path, set[str]] = {}
    for machine, resource in resources.items() if isinstance(resources, dict) else ():
        kind = resource.get("Type") if isinstance(resource, dict) else None
        properties = resource.get("Properties") if isinstance(resource, dict) else None
        if isinstance(kind, str) and kind in _FIELDS and isinstance(properties, dict):
            location = properties.get(_FIELDS[kind])
            asset = _asset(location, assembly) if assembly else None
            include = included(properties.get("Definition"))
            names = [asset] if asset else [*_names(location), *([include] if include else [])]
            for name in names:
                path = located(template.parent, name, assembly) if is_local(name) else None
                if path is not None:
                    found.setdefault(path, set()).add(machine)
    return found


def _asset(location: object, assembly: Assembly) -> str | None:
    key = location.get("Key") if isinstance(location, dict) else None
    return assembly.assets.get(key) if isinstance(key, str) else None


def included(value: object) -> str | None:
    """The location that AWS::Include names in a value; None when it is no such thing.

    A path before `aws cloudformation package` puts the file into a bucket:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-aws-include.html
    """
    call = value.get("Fn::Transform") if isinstance(value, dict) and len(value) == 1 else None
    if not isinstance(call, dict) or call.get("Name") != "AWS::Include":
        return None
    parameters = call.get("Parameters")
    location = parameters.get("Location") if isinstance(parameters, dict) else None
    return location if isinstance(location, str) else None


def _names(value: object) -> Iterator[str]:
    """A text, and those of the branches of an Fn::If."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict) and isinstance(value.get("Fn::If"), list):
        for branch in value["Fn::If"][1:]:
            yield from _names(branch)

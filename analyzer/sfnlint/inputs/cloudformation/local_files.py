"""Files beside a template that it names: definitions, snippets, assets of the CDK.

A local path is written in the template until `aws cloudformation package` or `sam package` puts the
file into a bucket: https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html
The CDK puts the file into its assembly, and writes the location in a bucket.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from sfnlint.inputs.cloudformation.uploaded_files import UploadedFile, uploaded_file
from sfnlint.inputs.paths import local_path, missing_file
from sfnlint.source import TextDocument, load
from sfnlint.source.load_file import display_name, parse
from sfnlint.source.paths import resolved


class AssetFolder(Protocol):
    """A folder with the assets of its templates, as the CDK writes it."""

    @property
    def root(self) -> Path:
        """The outermost folder, below which all assets are."""

    @property
    def assets(self) -> Mapping[str, str]:
        """The files of assets, relative to the folder, by the object keys that they get in S3."""


class FileNotReadError(Exception):
    """A file that a template names is not read; the reason follows its name in a message.

    Attributes:
        missing: whether there is no such file.

    """

    def __init__(self, reason: str, *, missing: bool) -> None:
        super().__init__(reason)
        self.missing = missing


class LocalFiles:
    """The files that a template names, each read once.

    Args:
        template: the template's path.
        shown: the template's path as the user writes it.
        assembly: the CDK's folder that the template is in.
        known: documents that are already read, by their paths without links.

    Attributes:
        documents: the files that were read, by their paths without links.

    """

    def __init__(
        self,
        template: Path,
        shown: str,
        assembly: AssetFolder | None = None,
        known: Mapping[Path, TextDocument] | None = None,
    ) -> None:
        self._assembly = assembly
        self._template = template
        self._folder = template.parent
        self._shown_folder = os.path.dirname(shown)
        self.documents: dict[Path, TextDocument] = dict(known or {})

    def read(self, name: str) -> TextDocument:
        """Return a file by the name that the template has for it.

        Problems of its content are in the document. As Step Functions does with a definition in
        S3, a file that is not JSON is read as YAML, whatever its name:
        https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-stepfunctions

        Raises:
            FileNotReadError: there is no such file, or it is outside the repository.

        """
        path = local_path(self._folder, name, self._assembly.root if self._assembly else None)
        if path is None:
            raise FileNotReadError("is outside this repository and was not read", missing=False)
        if os.path.exists(path) and not os.path.isfile(path):
            raise FileNotReadError("is not a file", missing=True)
        if not os.path.isfile(path):
            raise FileNotReadError(missing_file(path, self._folder), missing=True)
        if path not in self.documents:
            shown = posixpath.normpath(display_name(self._shown_folder, name))
            self.documents[path] = load(path, shown)
        document = self.documents[path]
        problems = [document.error] if document.error else document.problems
        if document.format == "json" and any(problem.kind == "syntax" for problem in problems):
            as_yaml = parse(document.text, document.file, "yaml")
            if as_yaml.error is None:
                self.documents[path] = as_yaml
        return self.documents[path]

    def uploaded(self, location: object) -> UploadedFile:
        """Return the file that a script uploads to this S3 location."""
        return UploadedFile() if self._assembly else uploaded_file(location, self._template)

    def relative(self, path: Path) -> str:
        """Return the name of a file relative to the template's folder."""
        return os.path.relpath(path, resolved(str(self._folder)))

    def asset(self, location: object) -> str | None:
        """Return the name of the file that the CDK will put at this S3 location."""
        return None if self._assembly is None else asset_file(location, self._assembly)


def asset_file(location: object, assembly: AssetFolder) -> str | None:
    """Return the file, relative to the CDK's folder, of a value such as DefinitionS3Location."""
    key = location.get("Key") if isinstance(location, dict) else None
    return assembly.assets.get(key) if isinstance(key, str) else None

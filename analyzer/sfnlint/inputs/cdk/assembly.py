"""Cloud assemblies: folders that the CDK writes, with templates and a manifest that names them.

https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/cx-api/README.md
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from sfnlint.inputs.coerce import as_object
from sfnlint.messages import shortened
from sfnlint.place import Place, Route
from sfnlint.source import TextDocument, load
from sfnlint.source.load_file import display_name
from sfnlint.subject import InputProblem

MANIFEST = "manifest.json"
_STACK = "aws:cloudformation:stack"
_NESTED_ASSEMBLY = "cdk:cloud-assembly"
_ASSET_MANIFEST = "cdk:asset-manifest"
_MARK = b'"artifacts"'


class Assembly:
    """A cloud assembly: a `TemplateSet` and an `AssetFolder` of the CloudFormation readers.

    Attributes:
        folder: the folder.
        stacks: the name of each stack, by the name of its template's file.
        environments: the account and Region of each stack, likewise.
        nested_assemblies: the names of folders in it that are assemblies themselves.
        problems: stacks and assemblies in the manifest that were not read.

    """

    def __init__(self, folder: Path, manifest: TextDocument) -> None:
        self.folder = folder
        self.stacks: dict[str, str] = {}
        self.environments: dict[str, str] = {}
        self.nested_assemblies: set[str] = set()
        self.problems: list[InputProblem] = []
        self._manifest = manifest
        self._shown_folder = os.path.dirname(manifest.file)
        self._documents: dict[str, TextDocument] = {}
        self._asset_manifests: list[str] = []
        self._asset_paths: list[str] = []
        artifacts = as_object(as_object(manifest.data).get("artifacts"))
        for name, artifact in artifacts.items():
            artifact_type = as_object(artifact).get("type")
            properties = as_object(as_object(artifact).get("properties"))
            route: Route = ("artifacts", name, "properties")
            if artifact_type == _STACK and self._is_readable(properties, route, "templateFile"):
                self.stacks[properties["templateFile"]] = name
                self.environments[properties["templateFile"]] = str(artifact.get("environment"))
                self._asset_paths += _asset_paths(artifact.get("metadata"))
            elif artifact_type == _NESTED_ASSEMBLY and self._is_readable(
                properties, route, "directoryName"
            ):
                self.nested_assemblies.add(properties["directoryName"])
            elif artifact_type == _ASSET_MANIFEST and not self._why_unreadable(
                properties.get("file")
            ):
                self._asset_manifests.append(properties["file"])

    @cached_property
    def root(self) -> Path:
        """The outermost assembly, which has the assets of all assemblies in it."""
        outer = find_assembly(self.folder.parent, "")
        is_nested = outer is not None and self.folder.name in outer.nested_assemblies
        return outer.root if outer is not None and is_nested else self.folder

    @cached_property
    def assets(self) -> Mapping[str, str]:
        """The files of assets, relative to the folder, by the object keys that they get in S3."""
        files: dict[str, str] = {}
        for name in self._asset_manifests:
            document = load(self.folder / name, display_name(self._shown_folder, name))
            for file in as_object(as_object(document.data).get("files")).values():
                path = as_object(as_object(file).get("source")).get("path")
                for target in as_object(as_object(file).get("destinations")).values():
                    key = as_object(target).get("objectKey")
                    if isinstance(key, str) and isinstance(path, str):
                        files[key] = path
        return files

    @cached_property
    def templates(self) -> Mapping[str, str]:
        """The name of each stack, nested stacks included, by its template's file."""
        nested = [
            path
            for path in [*self.assets.values(), *self._asset_paths]
            if path.endswith(".template.json") and not self._why_unreadable(path)
        ]
        return {**{name: name.partition(".")[0] for name in nested}, **self.stacks}

    def document(self, name: str) -> TextDocument:
        """Return a template, read once."""
        if name not in self._documents:
            self._documents[name] = load(self.folder / name, display_name(self._shown_folder, name))
        return self._documents[name]

    def adopt(self, name: str, document: TextDocument) -> TextDocument:
        """Return a template that was read before; otherwise keep and return this document."""
        return self._documents.setdefault(name, document)

    def nested_template(self, name: str, stack: str, properties: Mapping[str, object]) -> str:
        """Return the template of a nested stack in template `name`; empty if it is not here."""
        key = _url_end(properties.get("TemplateURL")).rpartition("/")[2]
        return self.assets.get(key, "")

    def _is_readable(self, properties: Mapping[str, Any], route: Route, field: str) -> bool:
        reason = self._why_unreadable(properties.get(field))
        if reason:
            message = f"'{route[1]}' was not checked: {field} {reason}"
            place = Place(self._manifest, (*route, field))
            self.problems.append(InputProblem("stack-not-read", message, place))
        return not reason

    def _why_unreadable(self, name: object) -> str:
        """Why a file or a folder of the assembly is not read; empty when it is."""
        if not isinstance(name, str):
            return "is missing" if name is None else "is not a string"
        if not _is_plain_name(name):
            return f"'{shortened(name)}' is outside this folder"
        path = self.folder / name
        if not (self.folder / MANIFEST).is_file():
            # The manifest came from standard input.
            return ""
        try:
            if path.is_symlink():
                return f"'{shortened(name)}' is a link"
            return "" if path.exists() else f"'{shortened(name)}' does not exist"
        except (OSError, ValueError):
            return f"'{shortened(name)}' does not exist"


class Assemblies:
    """The assemblies of a run, each read once."""

    def __init__(self) -> None:
        self._assemblies: dict[Path, Assembly | None] = {}
        self._resolved_folders: dict[str, Path | None] = {}

    def of(self, path: Path, shown: str) -> Assembly | None:
        """Return the assembly of a template or a manifest; None when it belongs to none.

        Args:
            path: the file.
            shown: the file as the user writes it.

        """
        parent = os.path.dirname(path)
        if parent not in self._resolved_folders:
            self._resolved_folders[parent] = _resolve_with_manifest(parent)
        folder = self._resolved_folders[parent]
        if folder is None:
            return None
        if folder not in self._assemblies:
            self._assemblies[folder] = find_assembly(folder, os.path.dirname(shown))
        assembly = self._assemblies[folder]
        is_part = assembly is not None and (
            path.name == MANIFEST or path.name in assembly.templates
        )
        return assembly if is_part else None


def _resolve_with_manifest(folder: str) -> Path | None:
    """A folder with a manifest, without links; None when it has no manifest."""
    try:
        if os.path.isfile(os.path.join(folder, MANIFEST)):
            return Path(folder).resolve()
    except (OSError, RuntimeError, ValueError):
        pass
    return None


def find_assembly(folder: Path, shown: str) -> Assembly | None:
    """Return the assembly in a folder; None when the folder is not an assembly."""
    file = folder / MANIFEST
    try:
        # Many tools write a manifest.json.
        if file.is_symlink() or not file.is_file() or _MARK not in file.read_bytes():
            return None
    except OSError:
        return None
    document = load(file, display_name(shown, MANIFEST))
    return Assembly(folder, document) if is_manifest(document.data) else None


def is_manifest(data: object) -> bool:
    """Whether data is the manifest of an assembly."""
    artifacts = data.get("artifacts") if isinstance(data, dict) else None
    return isinstance(artifacts, dict) and any(
        as_object(artifact).get("type") in (_STACK, _NESTED_ASSEMBLY)
        for artifact in artifacts.values()
    )


def files_to_read(folder: Path) -> set[str] | None:
    """Return the names of the files and folders of an assembly; None for other folders."""
    assembly = find_assembly(folder, "")
    if assembly is None:
        return None
    return {MANIFEST, *assembly.templates, *assembly.nested_assemblies}


def _asset_paths(metadata: object) -> Iterator[str]:
    """The files of assets in a stack's metadata, where the CDK writes no asset manifest."""
    for entries in as_object(metadata).values():
        for entry in entries if isinstance(entries, list) else ():
            path = as_object(as_object(entry).get("data")).get("path")
            if as_object(entry).get("type") == "aws:cdk:asset" and isinstance(path, str):
                yield path


def _url_end(value: object) -> str:
    """The literal at the end of a TemplateURL."""
    data = as_object(value)
    if "Fn::Join" in data:
        join = data["Fn::Join"]
        parts = join[1] if isinstance(join, list) and len(join) == 2 else None
        value = parts[-1] if isinstance(parts, list) and parts else None
    elif "Fn::Sub" in data:
        value = data["Fn::Sub"]
    return value if isinstance(value, str) else ""


def _is_plain_name(name: str) -> bool:
    """Whether this is the name of a file or folder, without a path to another folder."""
    return name not in ("", ".", "..") and not any(character in name for character in "/\\\0")

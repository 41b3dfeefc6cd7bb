"""What the CDK writes: a folder with templates, and a manifest that names them.

https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/cx-api/README.md
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from sfnlint.inputs.coerce import as_object
from sfnlint.place import Place, Route
from sfnlint.source import TextDocument, load
from sfnlint.source.load_file import display_name
from sfnlint.subject import InputProblem

MANIFEST = "manifest.json"
_STACK = "aws:cloudformation:stack"
_NESTED = "cdk:cloud-assembly"
_ASSETS = "cdk:asset-manifest"
_MARK = b'"artifacts"'


class Assembly:
    """A folder that the CDK wrote.

    Attributes:
        folder: the folder.
        stacks: what each stack is called, by the name of its template's file.
        environments: the account and Region of each stack, likewise.
        folders: the names of folders in it that are assemblies of their own.
        troubles: what the manifest names and is not read.

    """

    def __init__(self, folder: Path, manifest: TextDocument) -> None:
        self.folder = folder
        self.stacks: dict[str, str] = {}
        self.environments: dict[str, str] = {}
        self.folders: set[str] = set()
        self.problems: list[InputProblem] = []
        self._manifest = manifest
        self._shown = os.path.dirname(manifest.file)
        self._documents: dict[str, TextDocument] = {}
        self._asset_manifests: list[str] = []
        self._asset_paths: list[str] = []
        artifacts = as_object(as_object(manifest.data).get("artifacts"))
        for name, artifact in artifacts.items():
            kind = as_object(artifact).get("type")
            properties = as_object(as_object(artifact).get("properties"))
            at: Route = ("artifacts", name, "properties")
            if kind == _STACK and self._is_there(properties, at, "templateFile"):
                self.stacks[properties["templateFile"]] = name
                self.environments[properties["templateFile"]] = str(artifact.get("environment"))
                self._asset_paths += _asset_paths(artifact.get("metadata"))
            elif kind == _NESTED and self._is_there(properties, at, "directoryName"):
                self.folders.add(properties["directoryName"])
            elif kind == _ASSETS and not self._why_not(properties.get("file")):
                self._asset_manifests.append(properties["file"])

    @cached_property
    def root(self) -> Path:
        """The outermost assembly, which has the files that those inside of it share."""
        outer = found(self.folder.parent, "")
        return outer.root if outer and self.folder.name in outer.folders else self.folder

    @cached_property
    def assets(self) -> Mapping[str, str]:
        """The files of assets, relative to the folder, by the keys that they get in a bucket."""
        found: dict[str, str] = {}
        for name in self._asset_manifests:
            document = load(self.folder / name, display_name(self._shown, name))
            for file in as_object(as_object(document.data).get("files")).values():
                path = as_object(as_object(file).get("source")).get("path")
                for target in as_object(as_object(file).get("destinations")).values():
                    key = as_object(target).get("objectKey")
                    if isinstance(key, str) and isinstance(path, str):
                        found[key] = path
        return found

    @cached_property
    def templates(self) -> Mapping[str, str]:
        """What each template is called, by its file's name; those of nested stacks included."""
        nested = [
            path
            for path in [*self.assets.values(), *self._asset_paths]
            if path.endswith(".template.json") and not self._why_not(path)
        ]
        return {**{name: name.partition(".")[0] for name in nested}, **self.stacks}

    def document(self, name: str) -> TextDocument:
        """One of the templates, read once."""
        if name not in self._documents:
            self._documents[name] = load(self.folder / name, display_name(self._shown, name))
        return self._documents[name]

    def adopt(self, name: str, document: TextDocument) -> TextDocument:
        """Return one of the templates: the one read before, else this document."""
        return self._documents.setdefault(name, document)

    def nested(self, name: str, properties: Mapping[str, object]) -> str:
        """The template of a nested stack with these properties; empty when it is none of these."""
        return self.assets.get(_last(properties.get("TemplateURL")).rpartition("/")[2], "")

    def _is_there(self, properties: Mapping[str, Any], at: Route, field: str) -> bool:
        why = self._why_not(properties.get(field))
        if why:
            message = f"{at[1]} was not checked: its {field} {why}"
            place = Place(self._manifest, (*at, field))
            self.problems.append(InputProblem("stack-not-read", message, place))
        return not why

    def _why_not(self, name: object) -> str:
        """Why a file or a folder of the assembly is not read; empty when it is."""
        if not _is_name(name):
            return "is no file of this folder"
        path = self.folder / str(name)
        if not (self.folder / MANIFEST).is_file():
            # The manifest came from standard input.
            return ""
        try:
            if path.is_symlink():
                return "is a link"
            return "" if path.exists() else "is not there"
        except (OSError, ValueError):
            return "is not there"


class Assemblies:
    """The assemblies of a run, each read once."""

    def __init__(self) -> None:
        self._known: dict[Path, Assembly | None] = {}
        self._given: dict[str, Path | None] = {}

    def of(self, path: Path, shown: str) -> Assembly | None:
        """The assembly that a template, or the manifest, is a file of; None when there is none.

        Args:
            path: the file.
            shown: how the user would write it.

        """
        given = os.path.dirname(path)
        if given not in self._given:
            self._given[given] = self._resolved(given)
        folder = self._given[given]
        if folder is None:
            return None
        if folder not in self._known:
            self._known[folder] = found(folder, os.path.dirname(shown))
        assembly = self._known[folder]
        known = assembly is not None and (path.name == MANIFEST or path.name in assembly.templates)
        return assembly if known else None

    def _resolved(self, folder: str) -> Path | None:
        """Where a folder with a manifest really is; None when it has none."""
        try:
            if os.path.isfile(os.path.join(folder, MANIFEST)):
                return Path(folder).resolve()
        except (OSError, RuntimeError, ValueError):
            pass
        return None


def found(folder: Path, shown: str) -> Assembly | None:
    """The assembly that a folder is; None when it is none."""
    file = folder / MANIFEST
    try:
        # Many things have a manifest.json.
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
        as_object(one).get("type") in (_STACK, _NESTED) for one in artifacts.values()
    )


def listed(folder: Path) -> set[str] | None:
    """The files and folders in a folder that its assembly names; None when it is none."""
    assembly = found(folder, "")
    return {MANIFEST, *assembly.templates, *assembly.folders} if assembly else None


def _asset_paths(metadata: object) -> Iterator[str]:
    """The files of assets as the CDK names them that writes no manifest of assets."""
    for entries in as_object(metadata).values():
        for entry in entries if isinstance(entries, list) else ():
            path = as_object(as_object(entry).get("data")).get("path")
            if as_object(entry).get("type") == "aws:cdk:asset" and isinstance(path, str):
                yield path


def _last(value: object) -> str:
    """The text with which an address ends."""
    data = as_object(value)
    if "Fn::Join" in data:
        join = data["Fn::Join"]
        parts = join[1] if isinstance(join, list) and len(join) == 2 else None
        value = parts[-1] if isinstance(parts, list) and parts else None
    elif "Fn::Sub" in data:
        value = data["Fn::Sub"]
    return value if isinstance(value, str) else ""


def _is_name(name: object) -> bool:
    """Whether this is the name of something in a folder, and no way out of it."""
    return (
        isinstance(name, str)
        and name not in ("", ".", "..")
        and not any(one in name for one in "/\\\0")
    )

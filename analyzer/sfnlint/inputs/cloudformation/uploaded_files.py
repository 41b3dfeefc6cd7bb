"""Finds the file of the repository that a script uploads to the location of a definition.

A location in a bucket has a key, such as `${Prefix}flows/orders.asl.json`. The file has a path that
ends the key, relative to the folder of the template or one above it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from sfnlint.inputs.cloudformation.template import SUB_VARIABLE, function_call
from sfnlint.named_tuple import NamedTuple
from sfnlint.source.paths import reading_root, repository_files, resolved

_S3 = "s3://"
_UNKNOWN = "\0"
# YAML aliases can repeat a value in itself again and again.
_MAX_CONDITIONS = 8
_MAX_JOINS = 3
_MAX_ITEMS = 50


class UploadedFile(NamedTuple):
    """The file that a location in a bucket names.

    Attributes:
        path: the file; None if there is none, or several that differ.
        similar: if there is none, a file whose path differs from the key only in letter case,
            relative to the repository; else empty.

    """

    path: Path | None = None
    similar: str = ""


def uploaded_file(location: object, template: Path) -> UploadedFile:
    """Return the file of the repository that is uploaded to a location.

    Args:
        location: a DefinitionS3Location or DefinitionUri.
        template: the template that contains it.

    """
    key = _literal_key(location)
    name = key.rpartition("/")[2]
    if not name:
        return UploadedFile()
    try:
        folder = resolved(str(template.parent))
    except (OSError, RuntimeError, ValueError):
        return UploadedFile()
    root = reading_root(folder)
    files = repository_files(root).get(name.casefold(), [])
    above = [*_folders_above(os.path.relpath(folder, root).replace(os.sep, "/"))]
    equal = [file for file in files if _ends_key(file, key, above)]
    if equal and _have_same_content(Path(root, file) for file in equal):
        return UploadedFile(Path(root, min(equal, key=len)))
    lower = key.casefold()
    above = [folder.casefold() for folder in above]
    similar = [file for file in files if _ends_key(file.casefold(), lower, above)]
    return UploadedFile(similar=similar[0] if len(similar) == 1 and not equal else "")


def _folders_above(folder: str) -> Iterator[str]:
    """A folder and those above it, each with a slash at the end: `a/b/`, `a/`, and empty."""
    while folder not in ("", "."):
        yield f"{folder}/"
        folder = folder.rpartition("/")[0]
    yield ""


def _ends_key(file: str, key: str, folders: Iterable[str]) -> bool:
    """Whether the path of a file, relative to one of the folders, ends a key."""
    return any(
        file.startswith(folder) and f"/{key}".endswith(f"/{file[len(folder) :]}")
        for folder in folders
    )


def _have_same_content(files: Iterable[Path]) -> bool:
    try:
        return len({file.read_bytes() for file in files}) == 1
    except OSError:
        return False


def locations(value: object, depth: int = 0) -> Iterator[object]:
    """Yield a location, or the locations in the branches of an Fn::If."""
    function, argument = function_call(value)
    if function == "Fn::If" and isinstance(argument, list) and depth < _MAX_CONDITIONS:
        for branch in argument[1:3]:
            yield from locations(branch, depth + 1)
    else:
        yield value


def _literal_key(location: object) -> str:
    """The literal end of the key of a location in a bucket; empty if there is none."""
    if isinstance(location, dict) and "Key" in location:
        key = _text(location["Key"])
    else:
        key = _text(location)
        if key.startswith(_S3):
            key = key.removeprefix(_S3).partition("/")[2]
        elif _UNKNOWN not in key:
            return ""
    return key.rpartition(_UNKNOWN)[2].lstrip("/")


def _text(value: object, depth: int = 0) -> str:
    """A string, with a character for each unknown part."""
    function, argument = function_call(value)
    if function == "Fn::Sub":
        string = argument[0] if isinstance(argument, list) and argument else argument
        return SUB_VARIABLE.sub(_UNKNOWN, string) if isinstance(string, str) else _UNKNOWN
    if function == "Fn::Join" and isinstance(argument, list) and len(argument) == 2:
        delimiter, items = argument
        is_short = isinstance(items, list) and len(items) < _MAX_ITEMS and depth < _MAX_JOINS
        if not isinstance(delimiter, str) or not is_short:
            return _UNKNOWN
        return delimiter.join(_text(item, depth + 1) for item in items)
    return value if isinstance(value, str) else _UNKNOWN

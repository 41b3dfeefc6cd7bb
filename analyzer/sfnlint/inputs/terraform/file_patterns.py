"""The files of a folder that a pattern of `fileset` matches.

https://developer.hashicorp.com/terraform/language/functions/fileset
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sfnlint.inputs.paths import local_path
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple

_MAX_ENTRIES = 10_000
"""How many files and folders one call looks at."""
_MAX_ALTERNATIVES = 64
_TOKEN = lazy_pattern(
    r"\\(?P<escaped>.)|(?P<any>\*)|(?P<one>\?)|\[(?P<not>\^?)(?P<class>[^\]\\]+)\]|(?P<plain>[^\\*?\[])"
)
_BRACES = lazy_pattern(r"\{([^{}]*)\}")
_RANGE = lazy_pattern(r"(.)-(.)|(.)", re.DOTALL)


class PatternError(ValueError):
    """The files that a pattern matches are not known."""


class _Characters(NamedTuple):
    """One character of a name.

    Attributes:
        ranges: the first and the last character of each range; any character without ranges.
        excluded: whether these are the characters that it must not be.

    """

    ranges: Sequence[tuple[str, str]] = ()
    excluded: bool = False

    def match(self, character: str) -> bool:
        inside = any(first <= character <= last for first, last in self.ranges)
        return not self.ranges or inside != self.excluded


_Name = Sequence[_Characters | None]
"""A pattern of a name; None stands for any number of characters."""


def matching_files(root: Path, folder: str, pattern: str) -> list[str]:
    """Return the files that a pattern matches, in order and relative to a folder.

    Args:
        root: the folder of the root module.
        folder: the folder, `flows`.
        pattern: the pattern, `**/*.json`.

    Raises:
        PatternError: they are not known.

    """
    base = posixpath.normpath(folder or ".")
    steps = posixpath.normpath(posixpath.join(base, pattern.lstrip("/"))).split("/")
    if steps[0] == "" or not pattern:
        raise PatternError
    return sorted({posixpath.relpath(file, base) for file in _Search(root).files(".", steps)})


class _Search:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._left = _MAX_ENTRIES

    def files(self, folder: str, steps: Sequence[str]) -> Iterator[str]:
        """Yield the files below a folder that the steps of a pattern lead to."""
        step, *rest = steps
        if step == "**":
            yield from self._files_at_any_depth(folder, rest or ["*"])
            return
        if step == "..":
            yield from self.files(posixpath.join(folder, ".."), rest) if rest else ()
            return
        names = _names(step)
        for entry in self._entries(folder):
            if any(_is_match(name, entry.name) for name in names):
                path = posixpath.normpath(posixpath.join(folder, entry.name))
                if not rest:
                    yield from [path] if entry.is_file() else []
                elif entry.is_dir():
                    yield from self.files(path, rest)

    def _files_at_any_depth(self, folder: str, steps: Sequence[str]) -> Iterator[str]:
        yield from self.files(folder, steps)
        for entry in self._entries(folder):
            if entry.is_dir():
                if entry.is_symlink():
                    raise PatternError
                path = posixpath.normpath(posixpath.join(folder, entry.name))
                yield from self._files_at_any_depth(path, steps)

    def _entries(self, folder: str) -> Iterable[os.DirEntry[str]]:
        path = local_path(self._root, folder)
        if path is None:
            raise PatternError
        try:
            entries = list(os.scandir(path))
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError:
            raise PatternError from None
        self._left -= len(entries) + 1
        if self._left < 0:
            raise PatternError
        return entries


def _names(pattern: str) -> list[_Name]:
    """Return the patterns of a name that braces stand for: `*.{json,yaml}` is two."""
    waiting, names = [pattern], []
    while waiting:
        current = waiting.pop()
        braces = _BRACES.search(current)
        if braces is None:
            names.append(_name(current))
            continue
        before, after = current[: braces.start()], current[braces.end() :]
        waiting += [f"{before}{alternative}{after}" for alternative in braces[1].split(",")]
        if len(waiting) + len(names) > _MAX_ALTERNATIVES:
            raise PatternError
    return names


def _name(pattern: str) -> _Name:
    tokens: list[_Characters | None] = []
    position = 0
    while position < len(pattern):
        match = _TOKEN.match(pattern, position)
        if match is None or match[0] in ("{", "}"):
            raise PatternError
        position = match.end()
        if match["any"]:
            tokens.append(None)
        elif match["one"]:
            tokens.append(_Characters())
        elif match["class"]:
            ranges = [
                (first or single, last or single)
                for first, last, single in _RANGE.findall(match["class"])
            ]
            tokens.append(_Characters(ranges, bool(match["not"])))
        else:
            character = match["escaped"] or match["plain"]
            tokens.append(_Characters([(character, character)]))
    return tokens


def _is_match(pattern: _Name, name: str) -> bool:
    """Return whether a pattern matches a whole name, in time proportional to both lengths."""
    at = position = 0
    star, after_star = -1, 0
    while position < len(name):
        token = pattern[at] if at < len(pattern) else _Characters([("", "")])
        if token is None:
            star, after_star = at, position
            at += 1
        elif token.match(name[position]):
            at, position = at + 1, position + 1
        elif star >= 0:
            after_star += 1
            at, position = star + 1, after_star
        else:
            return False
    return all(token is None for token in pattern[at:])

"""Reads the files of a git revision, without a checkout.

Only git's plumbing commands run: `rev-parse`, `ls-tree` and `cat-file`. No hook, filter or textconv
of the repository is run. https://git-scm.com/docs/git-cat-file
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_MAX_FILE = 20_000_000
_MAX_TOTAL = 500_000_000
_MAX_FILES = 100_000
_REGULAR = (b"100644", b"100755", b"100664")
_TIMEOUT = 60
_ENVIRONMENT = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"}


class RevisionError(Exception):
    """A revision cannot be read: a message of one line."""


def write_revision(repository: Path, revision: str, target: Path) -> list[str]:
    """Write the files of a revision to a folder.

    Links and submodules are left out.

    Args:
        repository: the root of the repository.
        revision: the revision, as git names it.
        target: an empty folder.

    Returns:
        The names of the files that were left out because they are too large.

    Raises:
        RevisionError: git is missing, or the revision does not exist or exceeds a limit.

    """
    if revision.startswith("-"):
        raise RevisionError(f"'{revision}' is not a revision")
    try:
        shown = _git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options",
                     f"{revision}^{{tree}}")  # fmt: skip
    except RevisionError:
        raise RevisionError(f"git does not know the revision '{revision}'") from None
    tree = shown.decode().strip()
    files = list(_files(_git(repository, "ls-tree", "-r", "-z", "-l", "--full-tree", tree)))
    if len(files) > _MAX_FILES:
        raise RevisionError(f"revision '{revision}' has more than {_MAX_FILES:,} files")
    if sum(size for _, size, _ in files if size <= _MAX_FILE) > _MAX_TOTAL:
        raise RevisionError(f"revision '{revision}' has more than {_MAX_TOTAL:,} bytes")
    _write(repository, [file for file in files if file[1] <= _MAX_FILE], target)
    return [name for _, size, name in files if size > _MAX_FILE]


def _files(listing: bytes) -> Iterator[tuple[bytes, int, str]]:
    """Yield the object, the size and the name of each regular file."""
    for entry in filter(None, listing.split(b"\0")):
        header, _, name = entry.partition(b"\t")
        mode, kind, identifier, size = header.split()
        path = os.fsdecode(name)
        steps = path.split("/")
        is_safe = not {"", ".", ".."} & set(steps) and ".git" not in map(str.lower, steps)
        if kind == b"blob" and mode in _REGULAR and is_safe:
            yield identifier, int(size), path


def _write(repository: Path, files: list[tuple[bytes, int, str]], target: Path) -> None:
    command = ["git", "-C", str(repository), "cat-file", "--batch"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **_ENVIRONMENT},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for identifier, _, name in files:
            process.stdin.write(identifier + b"\n")
            process.stdin.flush()
            content = _content(process.stdout)
            file = target / name
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            except (OSError, ValueError) as error:
                reason = getattr(error, "strerror", None) or "invalid name"
                raise RevisionError(f"cannot write '{name}' of the revision: {reason}") from None
        process.stdin.close()


def _content(stream: IO[bytes]) -> bytes:
    header = stream.readline().split()
    if len(header) != 3 or header[1] != b"blob":
        raise RevisionError("git returned an object that is not a file")
    size = int(header[2])
    content = stream.read(size + 1)
    if len(content) != size + 1:
        raise RevisionError("git stopped before the end of a file")
    return content[:-1]


def _git(repository: Path, *arguments: str) -> bytes:
    """Return the output of a git command.

    Raises:
        RevisionError: it failed.

    """
    try:
        done = subprocess.run(
            ["git", "-C", str(repository), *arguments],
            capture_output=True,
            check=False,
            timeout=_TIMEOUT,
            env={**os.environ, **_ENVIRONMENT},
        )
    except FileNotFoundError:
        raise RevisionError("git is not installed") from None
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise RevisionError(f"git failed: {error}") from None
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise RevisionError(f"git failed: {lines[0] if lines else done.returncode}")
    return done.stdout

"""What the commands share: how they refuse, and how they write."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path


class UsageError(Exception):
    """What was asked for cannot be done: one line."""


def is_coloured() -> bool:
    """Whether who reads standard output wants colours.

    https://no-color.org/ and, where it is no terminal (a CI's log), https://force-color.org/.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return os.environ.get("TERM") != "dumb" and sys.stdout.isatty()


def write(lines: Iterable[str], file: str | None = None) -> None:
    """Write lines to a file, whole or not at all; to standard output without one.

    Raises:
        UsageError: it cannot be written.
        BrokenPipeError: nobody reads any more.

    """
    text = "".join(line + "\n" for line in lines)
    content = text.encode("utf-8", errors="backslashreplace")
    if file is None:
        try:
            sys.stdout.buffer.write(content)
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise UsageError(f"cannot write to standard output: {error.strerror}") from None
        return
    try:
        replace(Path(file), content)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no file can have this name"
        raise UsageError(f"cannot write {file}: {reason}") from None


def replace(file: Path, content: bytes) -> None:
    """Put content into a file at once, so that nobody ever reads half of it.

    Raises:
        OSError: it cannot be written; the file is as it was.
        ValueError: no file can have this name.

    """
    if file.exists() and not file.is_file():
        # A device or a pipe (/dev/stdout) is written to, not replaced.
        with file.open("wb") as stream:
            stream.write(content)
        return
    # What a link leads to is replaced, not the link.
    target = file.resolve()
    draft = target.with_name(f".sfn-lint.{os.getpid()}")
    try:
        draft.write_bytes(content)
        if target.exists():
            draft.chmod(target.stat().st_mode & 0o777)
        draft.replace(target)
    except OSError:
        draft.unlink(missing_ok=True)
        raise

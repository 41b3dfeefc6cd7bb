"""Output of the commands: to standard output, to a file, or a message to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from sfnlint.cli.errors import UsageError
from sfnlint.report.escaping import escape_controls


def print_message(message: str) -> None:
    """Print a line to standard error: `sfn-lint: …`."""
    print(f"sfn-lint: {escape_controls(message)}", file=sys.stderr)


def is_coloured() -> bool:
    """Whether standard output has colours.

    https://no-color.org/ and, for a log that is no terminal, https://force-color.org/.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return os.environ.get("TERM") != "dumb" and sys.stdout.isatty()


def write_lines(lines: Iterable[str], file: str | None = None) -> None:
    """Write lines to a file, or to standard output if the file is None.

    Raises:
        UsageError: the file cannot be written; it keeps its content.
        BrokenPipeError: the reader of standard output has closed it.

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
        replace_file(Path(file), content)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "invalid file name"
        raise UsageError(f"cannot write file '{file}': {reason}") from None


def replace_file(file: Path, content: bytes) -> None:
    """Replace the content of a file in one step, so that nobody reads half of it.

    Raises:
        OSError: the file cannot be written; it keeps its content.
        ValueError: the name is not valid.

    """
    if file.exists() and not file.is_file():
        # A device or a pipe (/dev/stdout) cannot be replaced.
        with file.open("wb") as stream:
            stream.write(content)
        return
    # A symbolic link stays; its target is replaced.
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

"""The run over the files and folders named on the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from sfnlint.cli.errors import UsageError
from sfnlint.cli.progress import with_progress
from sfnlint.config import Config
from sfnlint.discovery import discover
from sfnlint.engine import run
from sfnlint.failures import Failure
from sfnlint.options import Options
from sfnlint.result import Result


def check_files(
    paths: Sequence[str], config: Config, options: Options, *, changed: bool = False
) -> Result:
    """Check files, and the files in folders.

    Args:
        paths: the files and folders.
        config: the configuration, for the files that it excludes.
        options: the options of the run.
        changed: `--changed`.

    Raises:
        UsageError: a path does not exist or cannot be read.

    """
    failures: list[Failure] = []
    try:
        files = discover(
            [Path(path) for path in paths],
            config.exclude,
            config.folder,
            changed=changed,
            failures=failures,
        )
        result = run(with_progress(files) if sys.stderr.isatty() else files, options)
    except FileNotFoundError as error:
        raise UsageError(f"file or folder '{error}' does not exist") from None
    except OSError as error:
        # A name that is too long, or a folder without permission.
        raise UsageError(f"cannot read '{error.filename}': {error.strerror}") from None
    return result._replace(failures=[*failures, *result.failures])


def existing_file(option: str, file: str) -> Path:
    """Return the path of the file that an option names.

    Raises:
        UsageError: it does not exist.

    """
    if not Path(file).is_file():
        raise UsageError(f"{option}: file '{file}' does not exist")
    return Path(file)


def why_no_machine(result: Result) -> str:
    """Return the message for a run without a state machine."""
    if result.notes:
        return result.notes[0]
    if result.unread:
        return "no state machine definition could be read; sfn-lint check --severity info shows why"
    return "no state machine found"

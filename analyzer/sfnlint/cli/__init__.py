"""The command line: `main` here, the options in `arguments`, each command in a module."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from sfnlint.cli.arguments import parser
from sfnlint.cli.usage import UsageError
from sfnlint.internal_errors import ISSUES

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; its exit status.

    0: nothing at or above the shown severity. 1: findings. 2: wrong usage, or no input.
    """
    for stream, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, stream) is None:
            # Python has none for a descriptor that was closed before it began.
            setattr(sys, stream, open(os.devnull, mode))  # noqa: SIM115
    try:
        options = parser().parse_args(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        return int(options.run(options))
    except UsageError as error:
        return _fail(str(error))
    except BrokenPipeError:
        # Whoever reads has had enough; Python would complain again when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:
        if os.environ.get("SFN_LINT_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}"
        return _fail(f"internal error ({what}); please report it at {ISSUES}")


def _fail(message: str) -> int:
    from sfnlint.report import printable

    print(f"sfn-lint: {printable(message)}", file=sys.stderr)
    return 2

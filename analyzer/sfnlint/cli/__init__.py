"""The command line: `main`, which runs the module of a command.

`arguments` has the options of every command; `check`, `graph`, `explain`, `rules` and `completion`
are the commands.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from sfnlint.cli.arguments import parser
from sfnlint.cli.errors import UsageError
from sfnlint.cli.exit_status import ERROR, FINDINGS, INTERRUPTED


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: the arguments; those of the process if None.

    Returns:
        The exit status (see `exit_status`).

    """
    for stream, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, stream) is None:
            # The parent process has closed the descriptor.
            setattr(sys, stream, open(os.devnull, mode))  # noqa: SIM115
    main_parser = parser(sys.argv[1:] if arguments is None else arguments)
    try:
        options = main_parser.parse_args(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    if options.command is None:
        main_parser.print_help(sys.stderr)
        return ERROR
    # Most objects live until the end: less garbage collection saves a fifth of the time of
    # benchmarks/compare.py.
    gc.set_threshold(1_000_000, 50, 50)
    try:
        # Only the command that runs is imported, so that `--help` and `--version` start fast.
        return int(import_module(f"sfnlint.cli.{options.command}").run(options))
    except UsageError as error:
        from sfnlint.cli.output import print_message

        print_message(str(error))
        return ERROR
    except BrokenPipeError:
        # Otherwise Python reports the closed pipe again when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINDINGS
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if os.environ.get("SFN_LINT_DEBUG"):
            raise
        from sfnlint.cli.output import print_message
        from sfnlint.failures import ISSUES, internal_error

        reason = internal_error(error, "").reason
        print_message(f"internal error ({reason}); please report it at {ISSUES}")
        return ERROR

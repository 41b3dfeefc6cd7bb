"""`sfn-lint completion`: the completion script of a shell."""

from __future__ import annotations

import argparse

from sfnlint.cli.arguments import all_arguments, parser
from sfnlint.cli.errors import UsageError
from sfnlint.cli.exit_status import OK
from sfnlint.cli.output import write_lines
from sfnlint.rule import all_rules

_FILES = ("FILE", "PATH")
_RULES = ("rule", "select", "ignore")


def run(options: argparse.Namespace) -> int:
    """Print a script that completes commands, options, files and rules.

    Raises:
        UsageError: shtab, which generates the script, is not installed.

    """
    try:
        import shtab  # an extra
    except ImportError:
        raise UsageError(
            "completion scripts need shtab; run: pip install 'sfn-lint[completion]'"
        ) from None
    main_parser = parser()
    for argument in all_arguments(main_parser):
        if argument.metavar in _FILES:
            argument.complete = shtab.FILE  # type: ignore[attr-defined]
        elif argument.dest in _RULES:
            argument.choices = list(all_rules())
    script = shtab.complete(main_parser, shell=options.shell).rstrip("\n")
    if options.shell == "zsh":
        # In zsh, `(*)` excludes further paths, and `*` accepts them:
        # https://zsh.sourceforge.io/Doc/Release/Completion-System.html (_arguments).
        script = script.replace('"(*)::', '"*:').replace('"(*):', '"*:')
    write_lines([script])
    return OK

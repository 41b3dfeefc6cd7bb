"""`sfn-lint completion`."""

from __future__ import annotations

import argparse

from sfnlint.cli.arguments import actions
from sfnlint.cli.usage import UsageError, write

_FILES = ("FILE", "PATH")
_RULES = ("rule", "select", "ignore")


def complete(parser: argparse.ArgumentParser, shell: str) -> int:
    """Print the script that completes a parser's commands, options, files and rules.

    Raises:
        UsageError: what makes it is not installed.

    """
    try:
        import shtab
    except ImportError:
        raise UsageError("this needs shtab: pip install 'sfn-lint[completion]'") from None
    from sfnlint.rule import all_rules

    for action in actions(parser):
        if action.metavar in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.dest in _RULES:
            action.choices = list(all_rules())
    script = shtab.complete(parser, shell=shell).rstrip("\n")
    if shell == "zsh":
        # To zsh, `(*)` means that no other path may follow; `*`, that others do:
        # https://zsh.sourceforge.io/Doc/Release/Completion-System.html (_arguments).
        script = script.replace('"(*)::', '"*:').replace('"(*):', '"*:')
    write([script])
    return 0

"""The options and arguments of every command, with their help."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Container, Iterator, Sequence
from typing import NoReturn

from sfnlint import __version__
from sfnlint.cli import exit_status
from sfnlint.cli.role_arguments import (
    DIFF,
    PERMISSIONS,
    POLICY,
    add_diff,
    add_output_file,
    add_permissions,
    add_policy,
    add_role_files,
)

# Imports inside functions keep `--version` and the start of other commands fast
# (tests/test_layers.py).

_MAIN = (
    """\
Run `sfn-lint COMMAND --help` for the options of a command.

examples:
  sfn-lint check             check the state machines in this folder
  sfn-lint explain EF410     explain a rule

"""
    + exit_status.HELP
)
_CHECK = """\
examples:
  sfn-lint check                                  all files in this folder
  sfn-lint check template.yaml                    a template
  sfn-lint check job.asl.json --policy role.json  a definition with the policy of its role
  sfn-lint check --select EF4,WF5 --statistics    only missing and excessive permissions
  sfn-lint check - --stdin-filename job.asl.json  standard input

formats:
"""
_CHECK_ENVIRONMENT = (
    """
configuration:
  .sfn-lint.toml    the configuration file, or [tool.sfn-lint] in pyproject.toml: in the current
                    folder or the nearest folder above it

environment variables:
  NO_COLOR          print no colours
  FORCE_COLOR       print colours even if the output is not a terminal
  GITHUB_WORKSPACE  the folder to which file names are relative in reports for programs
  SFN_LINT_DEBUG    print the traceback of an internal error

"""
    + exit_status.HELP
)
_GRAPH = """\
examples:
  sfn-lint graph machine.asl.json > machine.mmd
  sfn-lint graph template.yaml --format dot | dot -Tsvg -o machines.svg

exit status:
  0  diagram written
  2  wrong usage, or no state machine
"""
_EXPLAIN = """\
examples:
  sfn-lint explain EF410
  sfn-lint explain wrong-resource
"""
_COMPLETION = """\
examples:
  sfn-lint completion bash > ~/.local/share/bash-completion/completions/sfn-lint
  sfn-lint completion zsh > "${fpath[1]}/_sfn-lint"
  sfn-lint completion fish > ~/.config/fish/completions/sfn-lint.fish

Completion scripts need shtab: pip install 'sfn-lint[completion]'
"""


_MOST_COLUMNS = 100
_HELP_COLUMN = 32

COMMANDS = ("check", "permissions", "policy", "diff", "graph", "explain", "rules", "completion")
"""The commands, each with a module in this package."""


def parser(words: Container[str] = COMMANDS) -> argparse.ArgumentParser:
    """Return the parser; the attribute `command` of its result names the module to run.

    Args:
        words: the words of the command line; only the commands among them get their options.

    """
    main = _Parser(
        prog="sfn-lint",
        description="Checks AWS Step Functions state machines together with the IAM policies of "
        "their execution role.",
        epilog=_MAIN,
        formatter_class=_HelpFormatter,
    )
    main.add_argument(
        "--version", action=_Version, help="print the version and the dates of the AWS data"
    )
    commands = main.add_subparsers(
        title="commands", metavar="COMMAND", dest="command", prog="sfn-lint"
    )
    check = commands.add_parser(
        "check",
        help="check files and folders",
        description="Checks state machines in definitions, templates and Terraform configurations.",
        formatter_class=_HelpFormatter,
    )
    permissions = commands.add_parser(
        "permissions",
        help="list the permissions that state machines need",
        description="Prints the permissions that each state needs, and whether the role allows "
        "them.",
        epilog=PERMISSIONS,
        formatter_class=_HelpFormatter,
    )
    policy = commands.add_parser(
        "policy",
        help="print the policy that a state machine needs",
        description="Prints the policy with the fewest permissions that a state machine needs.",
        epilog=POLICY,
        formatter_class=_HelpFormatter,
    )
    diff = commands.add_parser(
        "diff",
        help="compare two versions of state machines and roles",
        description="Prints what a change makes state machines need, what their roles newly allow, "
        "and new findings.",
        epilog=DIFF,
        formatter_class=_HelpFormatter,
    )
    graph = commands.add_parser(
        "graph",
        help="draw state machines",
        description="Writes a diagram of state machines for Mermaid or Graphviz.",
        epilog=_GRAPH,
        formatter_class=_HelpFormatter,
    )
    explain = commands.add_parser(
        "explain",
        help="print the page of a rule",
        description="Prints the page of a rule: the reason, an example, its fix, and the source.",
        epilog=_EXPLAIN,
        formatter_class=_HelpFormatter,
    )
    rules = commands.add_parser(
        "rules",
        help="list all rules",
        description="Lists all rules with their names and summaries.",
        formatter_class=_HelpFormatter,
    )
    completion = commands.add_parser(
        "completion",
        help="print a completion script for a shell",
        description="Prints a script that completes commands, options, files and rules.",
        epilog=_COMPLETION,
        formatter_class=_HelpFormatter,
    )
    if "check" in words:
        _add_check(check)
    if "permissions" in words:
        add_permissions(permissions)
    if "policy" in words:
        add_policy(policy)
    if "diff" in words:
        add_diff(diff)
    if "graph" in words:
        graph.add_argument("paths", nargs="+", metavar="PATH", help="files and folders")
        graph.add_argument(
            "--format", choices=["mermaid", "dot"], default="mermaid", help="default: mermaid"
        )
        add_output_file(graph)
    if "explain" in words:
        explain.add_argument("rule", metavar="RULE", help="the identifier or the name of a rule")
    if "rules" in words:
        formats = ["text", "json"]
        rules.add_argument("--format", choices=formats, default="text", help="default: text")
    if "completion" in words:
        completion.add_argument("shell", choices=["bash", "zsh", "fish", "tcsh"], help="the shell")
    return main


def _add_check(check: argparse.ArgumentParser) -> None:
    from sfnlint.finding import SEVERITIES
    from sfnlint.report.formats import FORMATS

    formats = "".join(f"  {entry.name:<17} {entry.summary}\n" for entry in FORMATS.values())
    check.epilog = _CHECK + formats + _CHECK_ENVIRONMENT
    files = check.add_argument_group("files")
    files.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files and folders to check (default: the current folder); - for standard input",
    )
    files.add_argument(
        "--changed",
        action="store_true",
        help="treat the named files as found by a search: skip files that match `exclude` and "
        "files without a state machine (for pre-commit)",
    )
    files.add_argument(
        "--stdin-filename", metavar="NAME", help="the file name of standard input in reports"
    )
    add_role_files(check)

    rules = check.add_argument_group(
        "rules", "RULES are identifiers, prefixes or names, separated by commas."
    )
    for name, summary in (("select", "run only these rules"), ("ignore", "do not run these rules")):
        rules.add_argument(f"--{name}", action="append", default=[], metavar="RULES", help=summary)
    rules.add_argument(
        "--severity",
        choices=list(SEVERITIES.values()),
        default="warning",
        help="the lowest severity to show (default: warning)",
    )
    baseline = rules.add_mutually_exclusive_group()
    baseline.add_argument(
        "--baseline", metavar="FILE", help="show only findings that are not in this file"
    )
    baseline.add_argument(
        "--write-baseline", metavar="FILE", help="write the findings to this baseline file"
    )
    fixes = check.add_argument_group("fixes")
    fixes.add_argument(
        "--fix",
        action="store_true",
        help="edit the files: add missing permissions, correct misspelled names",
    )
    fixes.add_argument(
        "--unsafe-fixes",
        action="store_true",
        help="also take permissions away that no state needs",
    )
    fixes.add_argument(
        "--diff", action="store_true", help="print the edits as a patch instead of making them"
    )
    output = check.add_argument_group("output")
    output.add_argument(
        "--format",
        choices=list(FORMATS),
        help="the output format, see below (default: full on a terminal, else concise)",
    )
    add_output_file(output)
    output.add_argument(
        "--statistics", action="store_true", help="print the number of findings for each rule"
    )
    output.add_argument(
        "--show-unknown",
        action="store_true",
        help="print why permissions could not be decided, and why no permission is unneeded",
    )
    output.add_argument(
        "--exit-zero", action="store_true", help="exit with status 0 even if there are findings"
    )
    output.add_argument(
        "--allow-failures",
        action="store_true",
        help="do not exit with status 2 if something could not be checked",
    )


def all_arguments(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield the arguments of a parser and of its commands."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from all_arguments(command)


class _Parser(argparse.ArgumentParser):
    """A parser whose errors suggest the nearest command or option."""

    def error(self, message: str) -> NoReturn:
        from sfnlint.messages import nearest
        from sfnlint.report.escaping import escape_controls

        command = re.match(r"argument COMMAND: invalid choice: '([^']+)'", message)
        option = re.match(r"unrecognized arguments: (--[^\s=]+)", message)
        near = None
        if command:
            name = command[1]
            near = f"check {name}" if os.path.exists(name) else nearest(name, COMMANDS)
            near = f"sfn-lint {near}" if near else None
            others = "" if near else f"; the commands are {', '.join(COMMANDS)}"
            message = f"unknown command '{name}'{others}"
        elif option:
            names = [
                name for argument in all_arguments(parser()) for name in argument.option_strings
            ]
            near = nearest(option[1], names)
        super().error(escape_controls(message + (f"; did you mean '{near}'?" if near else "")))


class _HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Help with wide columns for commands and options."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=_HELP_COLUMN, width=_MOST_COLUMNS)
        # argparse does not count the indent of commands.
        self._action_max_length = len("completion") + 4

    def format_help(self) -> str:
        # A parser creates formatters while it is built: only help needs the width.
        import shutil

        columns = min(shutil.get_terminal_size().columns, _MOST_COLUMNS)
        self._width = columns - 2
        self._max_help_position = min(_HELP_COLUMN, max(self._width - 20, 4))
        return super().format_help()


class _Version(argparse.Action):
    """Prints the version and the dates of the AWS data."""

    def __init__(self, option_strings: Sequence[str], dest: str, **options: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help=options["help"])

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from sfnlint import data_dates

        print(f"sfn-lint {__version__}")
        operations, policies = data_dates.sdk_operations(), data_dates.managed_policies()
        print(f"AWS SDK operations: {operations}; AWS managed policies: {policies}")
        print(f"AWS service reference: {data_dates.service_reference()}")
        print(f"IAM actions: {data_dates.service_facts()}")
        parser.exit()

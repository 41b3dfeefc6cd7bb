"""The options of every command, with their help."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import NoReturn

from sfnlint import __version__

LEVELS = ("error", "warning", "info")
FORMATS = ("full", "concise", "json", "github", "sarif", "junit", "markdown")

_EXIT_STATUS = """\
exit status:
  0  nothing at or above the shown severity
  1  findings
  2  wrong usage, or no input
"""
_SURROUNDINGS = """\
files:
  .sfn-lint.toml    configuration, or [tool.sfn-lint] in pyproject.toml: in the current
                    folder or the nearest above it

environment:
  NO_COLOR          print no colours
  FORCE_COLOR       print colours though it is no terminal that shows them
  GITHUB_WORKSPACE  the folder to which names of files are relative for programs
  SFN_LINT_DEBUG    show where in sfn-lint an internal error comes from

"""
_CHECK = (
    """\
examples:
  sfn-lint check                                  the files below this folder
  sfn-lint check template.yaml                    a CloudFormation template
  sfn-lint check job.asl.json --policy role.json  a definition with its role's policy
  sfn-lint check --select EF4,WF5 --statistics    only what roles lack or grant too broadly
  sfn-lint check - --stdin-filename job.asl.json  standard input

"""
    + _SURROUNDINGS
    + _EXIT_STATUS
)
_GRAPH = """\
examples:
  sfn-lint graph machine.asl.json > machine.mmd            for Markdown, between ```mermaid and ```
  sfn-lint graph template.yaml --format dot | dot -Tsvg -o machines.svg

exit status:
  0  drawn
  2  wrong usage, or no state machine to draw
"""
_EXPLAIN = """\
examples:
  sfn-lint explain EF410
  sfn-lint explain unreachable-state
"""
_COMPLETION = """\
examples:
  sfn-lint completion bash > ~/.local/share/bash-completion/completions/sfn-lint
  sfn-lint completion zsh > "${fpath[1]}/_sfn-lint"
  sfn-lint completion fish > ~/.config/fish/completions/sfn-lint.fish

It needs shtab: pip install 'sfn-lint[completion]'
"""
_MAIN = (
    """\
`sfn-lint COMMAND --help` says more of a command.

examples:
  sfn-lint check             check the state machines below this folder
  sfn-lint explain EF410     say what a finding means

"""
    + _EXIT_STATUS
)


class _Help(argparse.RawDescriptionHelpFormatter):
    """Leaves names of commands and options room beside what they mean."""

    def __init__(self, prog: str) -> None:
        width = min(shutil.get_terminal_size().columns, 100) - 2
        super().__init__(prog, max_help_position=32, width=width)
        # Commands stand further in than argparse counts.
        self._action_max_length = len("completion") + 4


class _Parser(argparse.ArgumentParser):
    """Says what somebody may have meant who writes what there is not."""

    def error(self, message: str) -> NoReturn:
        command = re.match(r"argument COMMAND: invalid choice: '([^']+)'", message)
        option = re.match(r"unrecognized arguments: (--[^\s=]+)", message)
        if command and os.path.exists(command[1]):
            name = command[1]
            message = f"there is no command {name}; did you mean sfn-lint check {name}?"
        elif option:
            from sfnlint.messages import nearest

            near = nearest(
                option[1], [name for one in actions(parser()) for name in one.option_strings]
            )
            message += f"; did you mean {near}?" if near else ""
        from sfnlint.report import printable

        super().error(printable(message))


def actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """What a parser and those of its commands take."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from actions(inner)


class _Version(argparse.Action):
    """Prints the version with the days of the data about AWS, which is read only then."""

    def __init__(self, option_strings: Sequence[str], dest: str, **options: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help=options["help"])

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from sfnlint.catalog import sdk
        from sfnlint.iam import managed

        print(f"sfn-lint {__version__}")
        print(f"AWS SDK operations of {sdk.DATE}, AWS managed policies of {managed.DATE}")
        parser.exit()


def parser() -> argparse.ArgumentParser:
    """The parser; each command's `run` takes the options that were read."""
    main = _Parser(
        prog="sfn-lint",
        description="Checks AWS Step Functions state machines together with the IAM policies of "
        "their execution role.",
        epilog=_MAIN,
        formatter_class=_Help,
    )
    main.set_defaults(run=_help)
    main.add_argument(
        "--version", action=_Version, help="show the version, and how old its data is"
    )
    commands = main.add_subparsers(title="commands", metavar="COMMAND")
    _add_check(
        commands.add_parser(
            "check",
            help="check files and folders",
            description="Checks state machines: plain definitions and those in templates.",
            epilog=_CHECK,
            formatter_class=_Help,
        )
    )
    graph = commands.add_parser(
        "graph",
        help="draw state machines",
        description="Draws state machines; states that nothing reaches stand apart.",
        epilog=_GRAPH,
        formatter_class=_Help,
    )
    graph.set_defaults(run=_graph)
    graph.add_argument("paths", nargs="+", metavar="PATH", help="files, and folders to search")
    graph.add_argument(
        "--format", choices=["mermaid", "dot"], default="mermaid", help="default: mermaid"
    )
    graph.add_argument("--output-file", metavar="FILE", help="write there, not to the terminal")
    explain = commands.add_parser(
        "explain",
        help="print the page of a rule",
        description="Prints the page of a rule: why, an example, the same mended, and the source.",
        epilog=_EXPLAIN,
        formatter_class=_Help,
    )
    explain.set_defaults(run=_explain)
    explain.add_argument("rule", metavar="ID", help="an identifier or a name")
    rules = commands.add_parser(
        "rules", help="list all rules", description="Lists all rules, each with what it is about."
    )
    rules.set_defaults(run=_rules)
    rules.add_argument("--format", choices=["text", "json"], default="text", help="default: text")
    completion = commands.add_parser(
        "completion",
        help="print a shell's completion script",
        description="Prints a script that completes commands and options.",
        epilog=_COMPLETION,
        formatter_class=_Help,
    )
    completion.set_defaults(run=_complete)
    completion.add_argument(
        "shell", choices=["bash", "zsh", "fish", "tcsh"], help="the shell that is to read it"
    )
    return main


def _add_check(check: argparse.ArgumentParser) -> None:
    check.set_defaults(run=_check)
    files = check.add_argument_group("what to check")
    files.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files, and folders to search (default: the current folder); - for standard input",
    )
    files.add_argument(
        "--changed",
        action="store_true",
        help="look at the files named as a search of a folder does: without those that "
        "`exclude` names, or that bear no marks of a machine (for pre-commit)",
    )
    machine = check.add_argument_group(
        "plain definitions", "What belongs to ASL files that no [[machine]] names."
    )
    machine.add_argument(
        "--policy",
        action="append",
        default=[],
        metavar="FILE",
        help="a policy of their role; may be given again",
    )
    machine.add_argument("--trust", metavar="FILE", help="that role's trust policy")
    machine.add_argument("--type", choices=["STANDARD", "EXPRESS"], help="the type of the machines")
    machine.add_argument("--stdin-filename", metavar="NAME", help="what to call standard input")

    rules = check.add_argument_group(
        "rules", "RULES are identifiers, prefixes or names, separated by commas."
    )
    for name, what in (("select", "apply only these"), ("ignore", "do not apply these")):
        rules.add_argument(f"--{name}", action="append", default=[], metavar="RULES", help=what)
    rules.add_argument(
        "--severity",
        choices=LEVELS,
        default="warning",
        help="the lowest to show (default: warning)",
    )
    known = rules.add_mutually_exclusive_group()
    known.add_argument(
        "--baseline", metavar="FILE", help="show only what this file does not know yet"
    )
    known.add_argument(
        "--write-baseline", metavar="FILE", help="make that file of all that would be shown"
    )
    output = check.add_argument_group("output")
    output.add_argument(
        "--format", choices=FORMATS, help="default: full on a terminal, else concise"
    )
    output.add_argument("--output-file", metavar="FILE", help="write there, not to the terminal")
    output.add_argument("--statistics", action="store_true", help="count the findings of each rule")
    output.add_argument("--exit-zero", action="store_true", help="exit with 0 despite findings")


def _check(options: argparse.Namespace) -> int:
    import gc

    # Most of what is made lives to the end: looking for garbage less often is a fifth of the time.
    gc.set_threshold(1_000_000, 50, 50)
    from sfnlint.cli.check import check

    return check(options)


def _graph(options: argparse.Namespace) -> int:
    from sfnlint.cli.graph import graph

    return graph(options.paths, options.format, options.output_file)


def _complete(options: argparse.Namespace) -> int:
    from sfnlint.cli.completion import complete

    return complete(parser(), options.shell)


def _help(_: argparse.Namespace) -> int:
    parser().print_help(sys.stderr)
    return 2


def _explain(options: argparse.Namespace) -> int:
    from sfnlint.cli.rules import explain

    return explain(options.rule)


def _rules(options: argparse.Namespace) -> int:
    from sfnlint.cli.rules import listing

    return listing(options.format)

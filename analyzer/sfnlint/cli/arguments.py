"""The options of every command, with their help."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
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
_CHECK = (
    """\
examples:
  sfn-lint check                                  the files below this folder
  sfn-lint check template.yaml                    a CloudFormation template
  sfn-lint check job.asl.json --policy role.json  a definition with its role's policy
  sfn-lint check --select EF4,WF5 --statistics    only what roles lack or grant too broadly
  sfn-lint check - --stdin-filename job.asl.json  standard input

"""
    + _EXIT_STATUS
)
_COMPLETION = """\
examples:
  sfn-lint completion bash > ~/.local/share/bash-completion/completions/sfn-lint
  sfn-lint completion zsh > "${fpath[1]}/_sfn-lint"

It needs shtab: pip install 'sfn-lint[completion]'
"""
_MAIN = (
    """\
`sfn-lint COMMAND --help` says more of a command.

"""
    + _EXIT_STATUS
)


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
    main = argparse.ArgumentParser(
        prog="sfn-lint",
        description="Checks AWS Step Functions state machines together with the IAM policies of "
        "their execution role.",
        epilog=_MAIN,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    main.add_argument(
        "--version", action=_Version, help="show the version, and how old its data is"
    )
    commands = main.add_subparsers(metavar="COMMAND", required=True)
    _add_check(
        commands.add_parser(
            "check",
            help="check files and folders",
            description="Checks state machines: plain definitions and those in templates.",
            epilog=_CHECK,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
    )
    graph = commands.add_parser(
        "graph",
        help="draw state machines",
        description="Draws state machines; states that nothing reaches stand apart.",
    )
    graph.set_defaults(run=_graph)
    graph.add_argument("paths", nargs="+", metavar="PATH", help="files, and folders to search")
    graph.add_argument(
        "--format", choices=["mermaid", "dot"], default="mermaid", help="default: mermaid"
    )
    graph.add_argument("--output-file", metavar="FILE", help="write there, not to the terminal")
    explain = commands.add_parser("explain", help="print the page of a rule")
    explain.set_defaults(run=_explain)
    explain.add_argument("rule", metavar="ID", help="an identifier or a name")
    rules = commands.add_parser("rules", help="list all rules")
    rules.set_defaults(run=_rules)
    rules.add_argument("--format", choices=["text", "json"], default="text")
    completion = commands.add_parser(
        "completion",
        help="print a shell's completion script",
        description="Prints a script that completes commands and options.",
        epilog=_COMPLETION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    completion.set_defaults(run=_complete)
    completion.add_argument("shell", choices=["bash", "zsh", "tcsh"])
    return main


def _add_check(check: argparse.ArgumentParser) -> None:
    check.set_defaults(run=_check)
    check.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files, and folders to search (default: the current folder); - for standard input",
    )
    check.add_argument(
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
    from sfnlint.cli.usage import UsageError, write

    try:
        import shtab
    except ImportError:
        raise UsageError("this needs shtab: pip install 'sfn-lint[completion]'") from None
    write([shtab.complete(parser(), shell=options.shell).rstrip("\n")])
    return 0


def _explain(options: argparse.Namespace) -> int:
    from sfnlint.cli.rules import explain

    return explain(options.rule)


def _rules(options: argparse.Namespace) -> int:
    from sfnlint.cli.rules import listing

    return listing(options.format)

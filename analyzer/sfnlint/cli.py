"""The command line."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from sfnlint import __version__

if TYPE_CHECKING:
    from sfnlint.config import Config
    from sfnlint.engine import Options, Result
    from sfnlint.rule import Rule

_ISSUES = "https://github.com/sfn-lint/sfn-lint/issues"
_LEVELS = ("error", "warning", "info")
_INTERRUPTED = 130


class _UsageError(Exception):
    """What was asked for cannot be done: one line."""


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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; its exit status.

    0: nothing at or above the shown severity. 1: findings. 2: wrong usage, or no input.
    """
    for stream, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, stream) is None:
            # Python has none for a descriptor that was closed before it began.
            setattr(sys, stream, open(os.devnull, mode))  # noqa: SIM115
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        return int(options.run(options))
    except _UsageError as error:
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
        return _fail(f"internal error ({what}); please report it at {_ISSUES}")


def _fail(message: str) -> int:
    from sfnlint.report import printable

    print(f"sfn-lint: {printable(message)}", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sfn-lint",
        description="Checks AWS Step Functions state machines together with the IAM policies of "
        "their execution role.",
    )
    parser.add_argument(
        "--version", action=_Version, help="show the version, and how old its data is"
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    check = commands.add_parser("check", help="check files and folders")
    check.set_defaults(run=_check)
    check.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files, and folders to search (default: the current folder); - for standard input",
    )
    check.add_argument("--stdin-filename", metavar="NAME", help="what to call standard input")
    check.add_argument(
        "--policy",
        action="append",
        default=[],
        metavar="FILE",
        help="a policy of the role of plain ASL files; may be given again",
    )
    check.add_argument("--trust", metavar="FILE", help="that role's trust policy")
    check.add_argument(
        "--type", choices=["STANDARD", "EXPRESS"], help="the type of the plain ASL files' machines"
    )
    for name, what in (("select", "apply only these rules"), ("ignore", "do not apply these")):
        check.add_argument(
            f"--{name}",
            action="append",
            default=[],
            metavar="RULES",
            help=f"{what}: identifiers, prefixes or names, separated by commas",
        )
    check.add_argument(
        "--format",
        choices=["full", "concise", "json"],
        help="default: full on a terminal, else concise",
    )
    check.add_argument(
        "--severity",
        choices=_LEVELS,
        default="warning",
        help="the lowest to show (default: warning)",
    )
    check.add_argument("--exit-zero", action="store_true", help="exit with 0 despite findings")
    check.add_argument("--statistics", action="store_true", help="count the findings of each rule")
    check.add_argument("--output-file", metavar="FILE", help="write there, not to the terminal")

    explain = commands.add_parser("explain", help="print the page of a rule")
    explain.set_defaults(run=_explain)
    explain.add_argument("rule", metavar="ID", help="an identifier or a name")

    rules = commands.add_parser("rules", help="list all rules")
    rules.set_defaults(run=_rules)
    rules.add_argument("--format", choices=["text", "json"], default="text")
    return parser


def _check(options: argparse.Namespace) -> int:
    from sfnlint.rule import all_rules

    # Most of what is made lives to the end: looking for garbage less often is a fifth of the time.
    gc.set_threshold(200_000, 50, 50)
    config = _config()
    selected = _chosen(options.select or config.select) or set(all_rules())
    selected -= _chosen(options.ignore or config.ignore)
    levels = _LEVELS[: _LEVELS.index(options.severity) + 1]
    # Rules that would not be shown are not run.
    applied = {name for name in selected if all_rules()[name].severity in levels}
    result = _run(options, config, applied)
    _print(options, result)
    return 1 if result.findings and not options.exit_zero else 0


def _config() -> Config:
    from sfnlint.config import ConfigError, find
    from sfnlint.discovery import repository_root

    try:
        here = Path.cwd()
    except OSError as error:
        raise _UsageError(f"cannot look at the current folder: {error.strerror}") from None
    try:
        return find(here, repository_root(here))
    except ConfigError as error:
        raise _UsageError(str(error)) from None


def _run(options: argparse.Namespace, config: Config, rules: set[str]) -> Result:
    from sfnlint.discovery import discover
    from sfnlint.engine import Options, run, run_text

    for file in [*options.policy, *([options.trust] if options.trust else [])]:
        if not Path(file).is_file():
            raise _UsageError(f"there is no file {file}")
    settings: Options = Options(
        [Path(file) for file in options.policy],
        Path(options.trust) if options.trust else None,
        options.type,
        config.pairs,
        rules,
    )
    paths = options.paths or ["."]
    if "-" in paths:
        if len(paths) > 1:
            raise _UsageError("standard input (-) is checked alone")
        text = sys.stdin.buffer.read().decode("utf-8", errors="replace")
        if not text.strip():
            raise _UsageError("standard input is empty")
        return run_text(text, options.stdin_filename or "<stdin>", settings)
    try:
        result = run(discover([Path(path) for path in paths]), settings)
    except FileNotFoundError as error:
        raise _UsageError(f"there is no file or folder {error}") from None
    if not result.files:
        raise _UsageError(f"there is no file to check below {', '.join(paths)}")
    if not result.machines and not result.findings:
        print("sfn-lint: no state machine found", file=sys.stderr)
    return result


def _print(options: argparse.Namespace, result: Result) -> None:
    from sfnlint.report import located
    from sfnlint.rule import all_rules

    rules = all_rules()
    findings = located(result.findings)
    counted = [finding for _, finding in findings]
    terminal = sys.stdout.isatty() and not options.output_file
    form = options.format or ("full" if terminal else "concise")
    lines: list[str] = []
    if form == "json":
        from sfnlint.report.json_report import report

        lines.append(report(findings, result.machines, rules))
    else:
        from sfnlint.report import text

        if form == "concise":
            lines += text.concise(findings)
        else:
            lines += text.full(findings, rules, terminal and _wants_colour())
            lines.append(text.summary(counted, len(result.machines)))
    if options.statistics:
        from sfnlint.report.text import statistics

        counts = list(statistics(counted, rules))
        if form == "json":
            print("\n".join(counts), file=sys.stderr)
        else:
            lines += counts
    _write(lines, options.output_file)


def _wants_colour() -> bool:
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _write(lines: Iterable[str], file: str | None) -> None:
    text = "".join(line + "\n" for line in lines)
    if file is None:
        try:
            sys.stdout.buffer.write(text.encode("utf-8", errors="backslashreplace"))
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise _UsageError(f"cannot write to standard output: {error.strerror}") from None
        return
    target = Path(file)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8", errors="backslashreplace")
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise _UsageError(f"cannot write {file}: {error.strerror}") from None


def _chosen(given: Iterable[str]) -> set[str]:
    """The rules that identifiers, prefixes and names mean."""
    from sfnlint.rule import all_rules

    known = all_rules()
    chosen: set[str] = set()
    for word in (word.strip() for words in given for word in words.split(",")):
        found = {
            identifier
            for identifier, rule in known.items()
            if word and (identifier.startswith(word) or rule.name == word)
        }
        if not found:
            _unknown(word, known.values())
        chosen |= found
    return chosen


def _unknown(word: str, rules: Iterable[Rule]) -> NoReturn:
    from difflib import get_close_matches

    names = [name for rule in rules for name in (rule.id, rule.name)]
    near = get_close_matches(word, names, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise _UsageError(f"there is no rule {word!r}{hint}")


def _explain(options: argparse.Namespace) -> int:
    from sfnlint.rule import all_rules

    for rule in all_rules().values():
        if options.rule in (rule.id, rule.name):
            page = [f"{rule.id} {rule.name} ({rule.severity})", "", rule.doc.rstrip(), "", rule.url]
            _write(page, None)
            return 0
    _unknown(options.rule, all_rules().values())


def _rules(options: argparse.Namespace) -> int:
    from sfnlint.rule import all_rules

    rules = all_rules().values()
    if options.format == "json":
        import json

        listing = [
            {
                "rule": rule.id,
                "name": rule.name,
                "severity": rule.severity,
                "summary": rule.summary,
                "url": rule.url,
            }
            for rule in rules
        ]
        _write([json.dumps(listing, indent=2)], None)
    else:
        width = max(len(rule.name) for rule in rules)
        _write([f"{rule.id}  {rule.name:<{width}}  {rule.summary}" for rule in rules], None)
    return 0

"""`sfn-lint check`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from sfnlint.cli.arguments import LEVELS
from sfnlint.cli.rules import chosen
from sfnlint.cli.usage import UsageError, is_coloured, write
from sfnlint.discovery import repository_root
from sfnlint.internal_errors import InternalError, messages
from sfnlint.report import Report, located, printable
from sfnlint.rule import all_rules

if TYPE_CHECKING:
    from sfnlint.config import Config
    from sfnlint.finding import Finding
    from sfnlint.report import Spot
    from sfnlint.result import Result


_MODULES = {"json": "json_report", "sarif": "sarif", "junit": "junit", "markdown": "markdown"}
_MARGIN = 8
"""Columns for the number of a line."""
_NARROWEST = 20


def check(options: argparse.Namespace) -> int:
    """Check what the options name; the exit status.

    Raises:
        UsageError: it cannot be done.

    """
    config = configuration()
    selected = chosen(options.select) or config.select or set(all_rules())
    selected = selected - (chosen(options.ignore) or config.ignore)
    levels = LEVELS[: LEVELS.index(options.severity) + 1]
    # Rules that would not be shown are not run.
    applied = {name for name in selected if config.severity(all_rules()[name]) in levels}
    failures: list[InternalError] = []
    result = _run(options, config, applied, failures)
    for line in messages(failures):
        _say(line)
    findings = config.apply(located(result.findings))
    if options.write_baseline:
        return _write_baseline(findings, Path(options.write_baseline))
    if options.baseline:
        findings = _without_known(findings, Path(options.baseline), result.files, applied)
    _print(options, result, findings)
    return 1 if findings and not options.exit_zero else 0


def _write_baseline(findings: list[tuple[Spot, Finding]], file: Path) -> int:
    from sfnlint.baseline import written

    write([written(findings, file.parent).rstrip("\n")], str(file))
    _say(f"{len(findings)} finding{'' if len(findings) == 1 else 's'} written to {file}")
    return 0


def _without_known(
    findings: list[tuple[Spot, Finding]], file: Path, files: Iterable[str], rules: set[str]
) -> list[tuple[Spot, Finding]]:
    from sfnlint.baseline import BaselineError, compare

    try:
        compared = compare(findings, file, files, rules)
    except BaselineError as error:
        raise UsageError(str(error)) from None
    if compared.known or compared.gone:
        gone = f"; {compared.gone} of it not found any more" if compared.gone else ""
        _say(f"{compared.known} found that {file} knows{gone}")
    return compared.new


def _say(message: str) -> None:
    print(f"sfn-lint: {printable(message)}", file=sys.stderr)


def configuration() -> Config:
    """The configuration for the current folder.

    Raises:
        UsageError: it cannot be used.

    """
    from sfnlint.config import ConfigError, find

    try:
        here = Path.cwd()
    except OSError as error:
        raise UsageError(f"cannot look at the current folder: {error.strerror}") from None
    try:
        return find(here, repository_root(here))
    except ConfigError as error:
        raise UsageError(str(error)) from None


def _run(
    options: argparse.Namespace, config: Config, rules: set[str], failures: list[InternalError]
) -> Result:
    from sfnlint.discovery import discover
    from sfnlint.engine import run, run_text

    for file in [*options.policy, *([options.trust] if options.trust else [])]:
        if not Path(file).is_file():
            raise UsageError(f"there is no file {file}")
    settings = config.options(rules)._replace(
        policies=[Path(file) for file in options.policy],
        trust=Path(options.trust) if options.trust else None,
        type=options.type,
        keep_subjects=options.format == "markdown",
        on_internal_error=None if os.environ.get("SFN_LINT_DEBUG") else failures.append,
    )
    paths = options.paths or ["."]
    if "-" in paths:
        if len(paths) > 1:
            raise UsageError("standard input (-) is checked alone")
        text = sys.stdin.buffer.read().decode("utf-8", errors="replace")
        if not text.strip():
            raise UsageError("standard input is empty")
        return run_text(text, options.stdin_filename or "<stdin>", settings)
    try:
        found = discover(
            [Path(path) for path in paths], config.exclude, config.folder, changed=options.changed
        )
        if sys.stderr.isatty():
            from sfnlint.cli.progress import watched

            found = watched(found)
        result = run(found, settings)
    except FileNotFoundError as error:
        raise UsageError(f"there is no file or folder {error}") from None
    except OSError as error:
        # A name that is too long, a folder that may not be opened.
        raise UsageError(f"cannot look at {error.filename}: {error.strerror}") from None
    if not result.files and not options.changed:
        raise UsageError(f"there is no file to check below {', '.join(paths)}")
    _note(result, options.changed)
    return result


def _note(result: Result, changed: bool) -> None:
    """Say what was not done."""
    nothing = not result.machines and not result.findings and not changed
    if nothing and result.notes:
        raise UsageError(why_nothing(result))
    for note in result.notes or ([why_nothing(result)] if nothing else []):
        _say(note)


def why_nothing(result: Result) -> str:
    """Why a run has no machine to speak of."""
    if result.notes:
        return result.notes[0]
    if result.unread:
        said = "sfn-lint check --severity info says why"
        return f"no definition of a state machine could be read: {said}"
    return "no state machine found"


def _print(
    options: argparse.Namespace, result: Result, findings: list[tuple[Spot, Finding]]
) -> None:
    terminal = sys.stdout.isatty() and not options.output_file
    form = options.format or ("full" if terminal else "concise")
    run = Report(findings, result.machines, all_rules(), _root(), result.subjects)
    coloured = not options.output_file and is_coloured()
    lines = list(_lines(form, run, coloured, terminal))
    if options.statistics:
        from sfnlint.report.text import statistics

        counts = list(statistics([finding for _, finding in findings], run.rules))
        if form in ("full", "concise"):
            lines += counts
        else:
            print("\n".join(counts), file=sys.stderr)
    write(lines, options.output_file)


def _lines(form: str, run: Report, coloured: bool, terminal: bool) -> Iterable[str]:
    if form in ("full", "concise"):
        from sfnlint.report import text

        if form == "concise":
            return text.concise(run.findings, coloured)
        found = [finding for _, finding in run.findings]
        last = text.summary(found, len(run.machines))
        if not terminal:
            return [*text.full(run.findings, run.rules, coloured), last]
        import shutil

        room = max(shutil.get_terminal_size().columns - _MARGIN, _NARROWEST)
        return [*text.full(run.findings, run.rules, coloured, room), last]
    if form == "github":
        from sfnlint.report.github import report

        return report(run)
    from importlib import import_module

    module = import_module(f"sfnlint.report.{_MODULES[form]}")
    return [module.report(run)]


def _root() -> Path:
    """The folder to which GitHub wants the names of files to be relative."""
    return Path(os.environ.get("GITHUB_WORKSPACE") or repository_root(Path.cwd()))

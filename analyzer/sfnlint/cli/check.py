"""`sfn-lint check`: the findings in files and folders."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sfnlint.cli import configuration, data_age
from sfnlint.cli.errors import UsageError
from sfnlint.cli.exit_status import ERROR, FINDINGS, OK
from sfnlint.cli.files import check_files, existing_file, why_no_machine
from sfnlint.cli.output import is_coloured, print_message, write_lines
from sfnlint.cli.rule_words import rules_of
from sfnlint.config import Config
from sfnlint.discovery import repository_root
from sfnlint.engine import run_text
from sfnlint.finding import SEVERITIES
from sfnlint.messages import counted
from sfnlint.options import Options
from sfnlint.report.formats import FORMATS, Format
from sfnlint.report.permissions import permission_summary
from sfnlint.report.positions import PositionedFinding, with_positions
from sfnlint.report.report import Report
from sfnlint.report.summary import statistics
from sfnlint.result import Result
from sfnlint.rule import all_rules

if TYPE_CHECKING:
    from sfnlint.baseline import Comparison

# sfnlint.baseline is imported where an option names a baseline (benchmarks/compare.py).


def run(options: argparse.Namespace) -> int:
    """Check what the options name and print the findings.

    Returns:
        The exit status.

    Raises:
        UsageError: an option or the configuration is wrong, or there is no input.

    """
    _check_usage(options)
    config = configuration.load()
    rules = _rules(options, config)
    on_terminal = sys.stdout.isatty() and not options.output_file
    output = FORMATS[options.format or ("full" if on_terminal else "concise")]
    settings = config.options(rules)._replace(
        policies=[existing_file("--policy", file) for file in options.policy],
        trust=existing_file("--trust", options.trust) if options.trust else None,
        type=options.type,
        keep_subjects=output.has_diagrams,
        explain_unknown=options.show_unknown or output.explains_unknown,
        keep_going=not os.environ.get("SFN_LINT_DEBUG"),
    )
    if options.fix:
        status = _fix(options, config, settings, rules)
        if options.diff:
            return status
    result = _check(options, config, settings)
    _print_failures(result)
    failed = bool(result.failures) and not options.allow_failures
    findings = config.apply(with_positions(result.findings))
    if options.write_baseline:
        _write_baseline(findings, Path(options.write_baseline))
        return ERROR if failed else OK
    if options.baseline:
        findings = _without_baseline(findings, Path(options.baseline), result, rules)
    report = Report(
        findings,
        result.machines,
        all_rules(),
        # GitHub Actions wants file names relative to this folder.
        Path(os.environ.get("GITHUB_WORKSPACE") or repository_root(Path.cwd())),
        result.subjects,
        result.failures,
        settings.explain_unknown,
        coloured=not options.output_file and is_coloured(),
    )
    if output.has_fixes:
        # Imported here because most runs show no edits (benchmarks/compare.py).
        from sfnlint.fixing.fixes import edits_of

        report = report._replace(edits=edits_of)
    if on_terminal:
        # Imported here because most runs are not on a terminal (benchmarks/compare.py).
        import shutil

        report = report._replace(columns=shutil.get_terminal_size().columns)
    _print(report, output, options)
    if output.name == "concise":
        _print_permissions(report)
    if warning := data_age.current_warning():
        print_message(warning)
    if failed:
        return ERROR
    return FINDINGS if findings and not options.exit_zero else OK


def _check_usage(options: argparse.Namespace) -> None:
    if options.fix or options.diff or options.unsafe_fixes:
        # Imported here because most runs edit nothing (benchmarks/compare.py).
        from sfnlint.cli.fix import check_usage

        check_usage(options)


def _fix(options: argparse.Namespace, config: Config, settings: Options, rules: set[str]) -> int:
    """Fix findings; return the exit status for `--diff`."""
    from sfnlint.cli.fix import fix

    def shown(result: Result) -> list[PositionedFinding]:
        findings = config.apply(with_positions(result.findings))
        findings = [pair for pair in findings if pair[1].rule in rules]
        if options.baseline:
            return _compared(findings, Path(options.baseline), result, rules).new
        return findings

    def unchecked(result: Result) -> None:
        _print_unchecked(result, options)
        _print_failures(result)

    return fix(options, config, settings, shown, unchecked)


def _rules(options: argparse.Namespace, config: Config) -> set[str]:
    """Return the identifiers of the rules to run: those whose findings are shown."""
    selected = rules_of(options.select) or config.select or set(all_rules())
    selected = selected - (rules_of(options.ignore) or config.ignore)
    severities = list(SEVERITIES.values())
    shown = severities[: severities.index(options.severity) + 1]
    return {
        identifier for identifier in selected if config.severity(all_rules()[identifier]) in shown
    }


def _check(options: argparse.Namespace, config: Config, settings: Options) -> Result:
    paths = options.paths or ["."]
    if "-" in paths:
        if len(paths) > 1:
            raise UsageError("standard input (-) cannot be combined with other paths")
        return _check_standard_input(options.stdin_filename or "<stdin>", settings)
    result = check_files(paths, config, settings, changed=options.changed)
    _print_unchecked(result, options)
    return result


def _print_unchecked(result: Result, options: argparse.Namespace) -> None:
    """Print what was not checked.

    Raises:
        UsageError: nothing was checked.

    """
    if not (result.files or result.failures or options.changed):
        shown = ", ".join(f"'{path}'" for path in options.paths or ["."])
        raise UsageError(f"no file to check in {shown}")
    _print_notes(result, changed=options.changed)


def _check_standard_input(name: str, settings: Options) -> Result:
    text = sys.stdin.buffer.read().decode("utf-8", errors="replace")
    if not text.strip():
        raise UsageError("standard input is empty")
    return run_text(text, name, settings)


def _print_failures(result: Result) -> None:
    for failure in result.failures:
        print_message(failure.message)


def _print_notes(result: Result, *, changed: bool) -> None:
    """Print what was not checked.

    Raises:
        UsageError: nothing was checked.

    """
    nothing = not (result.machines or result.findings or result.failures or changed)
    if nothing and result.notes:
        raise UsageError(why_no_machine(result))
    for note in result.notes or ([why_no_machine(result)] if nothing else []):
        print_message(note)


def _print_permissions(report: Report) -> None:
    """Print how many permissions were checked, unless all could be decided."""
    permissions = [machine.permissions for machine in report.machines]
    if any(each.unknown or each.without_role for each in permissions):
        print_message(permission_summary(report.machines, explained=report.show_unknown))


def _write_baseline(findings: list[PositionedFinding], file: Path) -> None:
    from sfnlint.baseline import baseline_json

    write_lines([baseline_json(findings, file.parent).rstrip("\n")], str(file))
    print_message(f"{counted(len(findings), 'finding')} written to '{file}'")


def _without_baseline(
    findings: list[PositionedFinding], file: Path, result: Result, rules: set[str]
) -> list[PositionedFinding]:
    """Return the findings that are not in a baseline, and print how many are."""
    comparison = _compared(findings, file, result, rules)
    # A failure may hide the findings of entries that only seem to be obsolete.
    obsolete = 0 if result.failures else comparison.obsolete
    if comparison.known or obsolete:
        message = f"baseline '{file}': {counted(comparison.known, 'finding')} not shown"
        if obsolete:
            entries = counted(obsolete, "obsolete entry", "obsolete entries")
            message += f", {entries} (write it again with --write-baseline)"
        print_message(message)
    return comparison.new


def _compared(
    findings: list[PositionedFinding], file: Path, result: Result, rules: set[str]
) -> Comparison:
    from sfnlint.baseline import BaselineError, compare

    try:
        return compare(findings, file, result.files, rules)
    except BaselineError as error:
        raise UsageError(str(error)) from None


def _print(report: Report, output: Format, options: argparse.Namespace) -> None:
    lines = list(output.lines(report))
    if options.statistics and output.for_people:
        lines += statistics(report)
    elif options.statistics:
        print("\n".join(statistics(report)), file=sys.stderr)
    write_lines(lines, options.output_file)

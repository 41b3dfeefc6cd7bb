"""`sfn-lint check --fix`: edits the files in which policies and definitions are written."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from sfnlint.cli.errors import UsageError
from sfnlint.cli.exit_status import ERROR, FINDINGS, OK
from sfnlint.cli.files import check_files
from sfnlint.cli.output import print_message, replace_file, write_lines
from sfnlint.config import Config
from sfnlint.finding import Finding
from sfnlint.fixing.session import Session, identity
from sfnlint.messages import counted
from sfnlint.options import Options
from sfnlint.report.positions import PositionedFinding, position
from sfnlint.result import Result
from sfnlint.rule import all_rules
from sfnlint.source.load_file import with_edited


def check_usage(options: argparse.Namespace) -> None:
    """Check the combination of options.

    Raises:
        UsageError: options cannot be combined.

    """
    if not options.fix:
        for name in ("diff", "unsafe_fixes"):
            if getattr(options, name):
                raise UsageError(f"--{name.replace('_', '-')} needs --fix")
        return
    if "-" in options.paths:
        raise UsageError("--fix edits files; it cannot be combined with standard input (-)")
    if options.write_baseline:
        raise UsageError("--fix cannot be combined with --write-baseline")


def fix(
    options: argparse.Namespace,
    config: Config,
    settings: Options,
    shown: Callable[[Result], list[PositionedFinding]],
    print_unchecked: Callable[[Result], None],
) -> int:
    """Fix findings, and write the files or print their differences.

    Args:
        options: the options of the command line.
        config: the configuration.
        settings: the options of the run.
        shown: returns the findings of a result that the run would report.
        print_unchecked: prints what was not checked; raises UsageError if nothing was.

    Returns:
        The exit status for `--diff`: whether there is something to fix.

    Raises:
        UsageError: a file cannot be written.

    """
    wider = settings._replace(
        # An edit must not cause a finding of any rule.
        rules={*(settings.rules or ()), *(rule for rule in all_rules() if rule[0] != "I")},
        explain_unknown=False,
        keep_subjects=False,
    )
    wanted: set[tuple[object, ...]] = set()

    def check(contents: Mapping[Path, bytes]) -> Result:
        with with_edited(contents):
            result = check_files(options.paths or ["."], config, wider, changed=options.changed)
        wanted.update(identity(finding) for _, finding in shown(result))
        return result

    def is_wanted(finding: Finding) -> bool:
        return identity(finding) in wanted

    session = Session(check, is_wanted, unsafe=options.unsafe_fixes)
    session.run()
    for refusal in session.refusals.values():
        start = position(refusal.finding.place)
        print_message(
            f"{start.file}:{start.line}: {refusal.finding.rule} not fixed: {refusal.reason}"
        )
    if options.diff:
        print_unchecked(session.result)
        write_lines(_differences(session), options.output_file)
        return ERROR if session.result.failures else FINDINGS if session.contents else OK
    _write(session)
    return OK


def _write(session: Session) -> None:
    for file, content in session.contents.items():
        try:
            if file.read_bytes() != session.originals[file]:
                raise UsageError(f"'{file}' was changed during the run; run sfn-lint again")
            replace_file(file, content)
        except OSError as error:
            raise UsageError(f"cannot write file '{file}': {error.strerror}") from None
    if session.contents:
        findings, files = (
            counted(len(session.fixed), "finding"),
            counted(len(session.contents), "file"),
        )
        print_message(f"{findings} fixed in {files}")


def _differences(session: Session) -> Iterator[str]:
    """Yield the lines of a unified diff that `patch` accepts."""
    from difflib import unified_diff

    for file, content in sorted(session.contents.items()):
        name = file.as_posix()
        old, new = (
            re.findall(r"[^\n]*\n|[^\n]+", each.decode())
            for each in (session.originals[file], content)
        )
        for line in unified_diff(old, new, f"a/{name}", f"b/{name}"):
            yield line.removesuffix("\n")
            if not line.endswith("\n"):
                yield "\\ No newline at end of file"

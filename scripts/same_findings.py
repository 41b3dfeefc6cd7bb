"""Compares the findings of two runs of sfn-lint, and ignores how messages are worded.

    python scripts/same_findings.py BEFORE.json AFTER.json    two reports of sfn-lint check
    python scripts/same_findings.py --run OLD NEW FOLDER      check FOLDER with two checkouts
    python scripts/same_findings.py --allow EF410 ...         EF410 may differ

A report is the output of `sfn-lint check --format json --severity info`. With `--run`, the current
interpreter checks FOLDER from inside it, once with each checkout. Two findings are the same if
their rule, file, position, machine and state are the same. Repeated findings count each time.

Exit status: 0, the findings are the same or only rules named by --allow differ; 1, they differ;
2, wrong usage, or a run failed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

VERSION = 1
"""The version of the JSON format: docs/output.md."""

_PACKAGES = {"analyzer": "sfnlint", "rules": "sfnlint_rules"}
"""The folders of a checkout that Python imports from, and the package in each."""


class Finding(NamedTuple):
    """The fields that identify a finding, in the order in which findings are sorted."""

    rule: str
    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    machine: str
    state: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}-{self.end_line}:{self.end_column}"
        owners = (("machine", self.machine), ("state", self.state))
        return " ".join([place, *(f"{kind} {name}" for kind, name in owners if name != "null")])


class Difference(NamedTuple):
    """A finding that one report holds more often than the other.

    Attributes:
        finding: the finding.
        before: how often the first report holds it.
        after: how often the second report holds it.

    """

    finding: Finding
    before: int
    after: int

    def __str__(self) -> str:
        sign = "+" if self.after > self.before else "-"
        counts = f" ({self.before} before, {self.after} after)"
        return f"  {sign} {self.finding}{counts if max(self.before, self.after) > 1 else ''}"


class FailedRunError(Exception):
    """A report cannot be read, or sfn-lint cannot be run."""


def findings(report: Any) -> Counter[Finding]:
    """Count the findings of a report in the JSON format.

    Raises:
        FailedRunError: the report has another format, or another version of it.

    """
    try:
        if report["version"] != VERSION:
            raise FailedRunError(f"unsupported report version {report['version']!r}")
        return Counter(_finding(fields) for fields in report["findings"])
    except (KeyError, TypeError) as error:
        raise FailedRunError(f"not a JSON report of sfn-lint: {error!r}") from error


def _finding(fields: dict[str, Any]) -> Finding:
    # Machine and state are JSON strings here: null sorts among them, and differs from 'null'.
    names = {name: json.dumps(fields[name]) for name in ("machine", "state")}
    return Finding(**{name: fields[name] for name in Finding._fields} | names)


def differences(before: Counter[Finding], after: Counter[Finding]) -> Iterator[Difference]:
    """Yield the findings whose counts differ, sorted."""
    for finding in sorted(before.keys() | after.keys()):
        if before[finding] != after[finding]:
            yield Difference(finding, before[finding], after[finding])


def read(file: Path) -> Counter[Finding]:
    """Count the findings of a report in a file.

    Raises:
        FailedRunError: the file cannot be read, or is not a report.

    """
    try:
        report = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FailedRunError(f"cannot read '{file}': {error}") from error
    return findings(report)


def run(checkout: Path, folder: Path) -> Counter[Finding]:
    """Count the findings that a checkout of sfn-lint reports for a folder.

    Raises:
        FailedRunError: the checkout has no packages, or sfn-lint fails.

    """
    for parent, package in _PACKAGES.items():
        # Without this, Python would import an installed sfn-lint, and compare it with itself.
        if not (checkout / parent / package / "__init__.py").is_file():
            raise FailedRunError(f"'{checkout}' is not a checkout: no {parent}/{package}")
    path = os.pathsep.join(str((checkout / parent).resolve()) for parent in _PACKAGES)
    # -P: modules in the folder that is checked are not imported.
    command = [sys.executable, "-P", "-m", "sfnlint", "check", "--exit-zero"]
    done = subprocess.run(
        [*command, "--format", "json", "--severity", "info", "."],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path, "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        raise FailedRunError(f"sfn-lint of '{checkout}' failed with status {done.returncode}")
    try:
        return findings(json.loads(done.stdout))
    except ValueError as error:
        raise FailedRunError(f"sfn-lint of '{checkout}' printed no JSON: {error}") from error


def show(found: Iterable[Difference], allowed: Sequence[str]) -> bool:
    """Print the differences by rule; True if a rule differs that is not allowed to."""
    by_rule: dict[str, list[Difference]] = {}
    for difference in found:
        by_rule.setdefault(difference.finding.rule, []).append(difference)
    for rule, rows in by_rule.items():
        gone = sum(max(row.before - row.after, 0) for row in rows)
        added = sum(max(row.after - row.before, 0) for row in rows)
        print(f"{rule}: {gone} gone, {added} new{' (allowed)' if rule in allowed else ''}")
        for row in rows:
            # File names may hold surrogates, which no encoding of a terminal has.
            print(str(row).encode(errors="backslashreplace").decode())
    return not by_rule.keys() <= set(allowed)


def main(arguments: Sequence[str]) -> int:
    """Compare; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "paths", nargs="+", type=Path, help="BEFORE.json AFTER.json; OLD NEW FOLDER with --run"
    )
    parser.add_argument("--run", action="store_true", help="check FOLDER with two checkouts")
    parser.add_argument(
        "--allow", action="append", default=[], metavar="RULE", help="a rule that may differ"
    )
    options = parser.parse_args(arguments)
    if len(options.paths) != (3 if options.run else 2):
        parser.error(
            "expected OLD NEW FOLDER" if options.run else "expected BEFORE.json AFTER.json"
        )
    try:
        if options.run:
            old, new, folder = options.paths
            before, after = run(old, folder), run(new, folder)
        else:
            before, after = map(read, options.paths)
    except (FailedRunError, OSError) as error:
        print(f"same_findings.py: {error}", file=sys.stderr)
        return 2
    differ = show(differences(before, after), options.allow)
    print(f"{before.total()} findings before, {after.total()} after")
    return int(differ)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

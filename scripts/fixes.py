"""Fixes copies of real files, and prints how many findings were fixed and why others were not.

    python scripts/fixes.py FOLDER... [--unsafe-fixes] [--jobs 2] [--show]

Each entry of the folders, a file or a folder, is copied and fixed on its own. Fixed twice, a file
must be the same as fixed once, and no error may be new. Prints each violation, and exits with
status 1 if there is one.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

_REFUSAL = re.compile(r"sfn-lint: (.*?):(\d+): (\w+) not fixed: (.*)")
_NAMES = re.compile(r"'[^']*'")


class Outcome(NamedTuple):
    """The outcome of one entry.

    Attributes:
        fixed: the rules of the findings that are gone.
        refused: the reasons for those that were not fixed, without names.
        violations: what must not happen.
        patch: the edits.

    """

    fixed: Counter[str]
    refused: Counter[str]
    violations: list[str]
    patch: str


def main() -> int:
    """Run the script; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--unsafe-fixes", action="store_true")
    parser.add_argument("--show", action="store_true", help="print the edits")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    entries = [entry for folder in options.folders for entry in sorted(folder.iterdir())]
    with ThreadPoolExecutor(options.jobs) as pool:
        outcomes = list(pool.map(lambda entry: _outcome(entry, options), entries))
    fixed: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    files = 0
    for entry, outcome in zip(entries, outcomes, strict=True):
        fixed += outcome.fixed
        refused += outcome.refused
        files += bool(outcome.fixed)
        for violation in outcome.violations:
            print(f"{entry}: {violation}")
        if options.show and outcome.patch:
            print(outcome.patch)
    print(f"{fixed.total()} findings fixed in {files} of {len(entries)} entries")
    for rule, count in sorted(fixed.items()):
        print(f"  {count:5} {rule}")
    print(f"{refused.total()} findings not fixed")
    for reason, count in refused.most_common():
        print(f"  {count:5} {reason}")
    return int(any(outcome.violations for outcome in outcomes))


def _outcome(entry: Path, options: argparse.Namespace) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / entry.name
        if entry.is_dir():
            shutil.copytree(entry, copy, symlinks=True)
        else:
            shutil.copy(entry, copy)
        extra = ["--fix", *(["--unsafe-fixes"] if options.unsafe_fixes else [])]
        before = _findings(copy)
        patch = _run(copy, [*extra, "--diff"])
        run = _run(copy, extra)
        refused = Counter(
            f"{match[3]} {_NAMES.sub('…', match[4])}" for match in _REFUSAL.finditer(run.stderr)
        )
        after = _findings(copy)
        violations = []
        if run.returncode not in (0, 1):
            violations.append(run.stderr.strip()[-300:])
        new_errors = {key: count for key, count in (after - before).items() if key[0][0] == "E"}
        violations += (f"new error: {key}" for key in new_errors)
        if again := _run(copy, [*extra, "--diff"]).stdout:
            violations.append(f"fixed again: {again[:300]}")
        gone: Counter[str] = Counter()
        for key, count in (before - after).items():
            gone[key[0]] += count
        return Outcome(gone, refused, violations, patch.stdout)


def _findings(file: Path) -> Counter[tuple[str, ...]]:
    run = _run(file, ["--format", "json"])
    if not run.stdout:
        return Counter()
    findings = json.loads(run.stdout)["findings"]
    return Counter((each["rule"], each["file"], each["message"]) for each in findings)


def _run(file: Path, options: list[str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sfnlint", "check", file.name, *options]
    return subprocess.run(
        command, cwd=file.parent, capture_output=True, text=True, timeout=600, check=False
    )


if __name__ == "__main__":
    sys.exit(main())

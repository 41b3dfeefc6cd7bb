"""Checks a folder of cases, and prints each result that is not as expected.

    python scripts/cases.py FOLDER                          'bad' is reported, 'good' is silent
    python scripts/cases.py FOLDER --expect FILE            with the expectations of a JSON file
    python scripts/cases.py FOLDER --expect FILE --all      also the cases that are for later

A case is a folder in FOLDER. Without an expectation, each of its inputs `bad.*` must be reported
with a warning or an error, and each `good.*` must not be. `NAME.policy.json` is the policy of the
definition `NAME.*`, and `NAME.dir` is a folder to check. FILE has an object for each case:

    {"queue-policy": {"later": "why it may fail today",
                      "runs": {"bad": {"has": ["EF414 orders"], "lacks": ["IF005"]},
                               "plan": {"arguments": ["plan.json"], "silent": "warning"}}}}

- `arguments`: of `sfn-lint check`, inside the case's folder; without it, the input of this name.
- `has`, `lacks`, `has_any`: findings that must be reported, that must not be, and of which one or
  more must be: a rule or its first letters, then optionally part of the finding's JSON.
- `silent`: no finding of this severity or a higher one.
- `machines_with_role`: the number of machines whose role the result must show.

Exit status: 0, all results are as expected; 1, some are not; 2, wrong usage.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

_SEVERITIES = ("error", "warning", "info")
_BY_NAME: dict[str, dict[str, Any]] = {
    "bad": {"has_any": ["E", "W"]},
    "good": {"silent": "warning"},
}
"""The expectations of a case that has none, by the first part of the inputs' names."""


class FailedRunError(Exception):
    """A run of sfn-lint that printed no report."""


def check(folder: Path, arguments: Sequence[str]) -> dict[str, Any]:
    """Return the JSON report of sfn-lint for inputs in a folder.

    Raises:
        FailedRunError: sfn-lint printed no report.

    """
    # -P: modules in the folder that is checked are not imported.
    command = [sys.executable, "-P", "-m", "sfnlint", "check", "--format", "json"]
    done = subprocess.run(
        [*command, "--severity", "info", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise FailedRunError(done.stderr.strip() or str(error)) from error
    return report


def inputs(folder: Path) -> dict[str, list[str]]:
    """Return the arguments of `sfn-lint check` for each input in a case's folder, by its name."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.iterdir()):
        name = path.name.partition(".")[0]
        if path.name != f"{name}.policy.json" and path.name != "WHY.txt":
            found[name] = [path.name]
            policy = f"{name}.policy.json"
            if (folder / policy).exists():
                found[name] += ["--policy", policy]
    return found


def problems(report: dict[str, Any], expected: dict[str, Any]) -> Iterator[str]:
    """Yield what in a report is not as expected."""
    findings = report["findings"]
    for pattern in expected.get("has", ()):
        if not any(_matches(finding, pattern) for finding in findings):
            yield f"no '{pattern}'"
    either = expected.get("has_any", ())
    if either and not any(_matches(finding, each) for finding in findings for each in either):
        yield f"none of {', '.join(map(repr, either))}"
    for pattern in expected.get("lacks", ()):
        for finding in findings:
            if _matches(finding, pattern):
                yield f"reported: {finding['rule']} {finding['message']}"
    if severity := expected.get("silent"):
        loud = _SEVERITIES[: _SEVERITIES.index(severity) + 1]
        for finding in findings:
            if finding["severity"] in loud:
                yield f"reported: {finding['rule']} {finding['message']}"
    roles = sum(machine["role"] is not None for machine in report["machines"])
    if roles != expected.get("machines_with_role", roles):
        yield f"{roles} machines with a role, not {expected['machines_with_role']}"


def _matches(finding: dict[str, Any], pattern: str) -> bool:
    rule, _, text = pattern.partition(" ")
    words = {name: value for name, value in finding.items() if name not in ("name", "url")}
    shown = json.dumps(words, ensure_ascii=False)
    return finding["rule"].startswith(rule) and text.lower() in shown.lower()


def check_case(folder: Path, case: dict[str, Any]) -> Iterator[str]:
    """Yield what in a case is not as expected, each after the name of its run."""
    named = inputs(folder)
    runs = case.get("runs")
    if runs is None:
        runs = {name: _BY_NAME[name] for name in named if name in _BY_NAME}
    if not runs:
        yield "no expectation"
    for name, expected in runs.items():
        arguments = expected.get("arguments") or named.get(name)
        if arguments is None:
            yield f"{name}: no such input"
            continue
        try:
            report = check(folder, arguments)
        except FailedRunError as error:
            yield f"{name}: {error}"
            continue
        yield from (f"{name}: {problem}" for problem in dict.fromkeys(problems(report, expected)))


def main(arguments: Sequence[str]) -> int:
    """Check the cases, print each that is not as expected, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--expect", type=Path, help="a JSON file with expectations")
    parser.add_argument("--all", action="store_true", help="also the cases that are for later")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        parser.error(f"'{options.folder}' is not a folder")
    expectations: dict[str, Any] = {}
    if options.expect:
        expectations = json.loads(options.expect.read_text(encoding="utf-8"))
    checked = failed = later = 0
    for folder in sorted(path for path in options.folder.iterdir() if path.is_dir()):
        case = expectations.get(folder.name, {})
        if "later" in case and not options.all:
            later += 1
            continue
        checked += 1
        found = list(check_case(folder, case))
        failed += bool(found)
        for problem in found:
            print(f"{folder.name}: {problem}")
    print(f"{checked - failed} of {checked} cases as expected, {later} for later")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

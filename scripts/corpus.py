"""Check a folder of real files, and print the number of findings per rule and kind of file.

    python scripts/corpus.py FOLDER                    print counts, and changes since the last run
    python scripts/corpus.py FOLDER --findings error   also print the findings of this severity
    python scripts/corpus.py FOLDER --save FILE        write the report here (default: corpus.json)

An `index.jsonl` in FOLDER has a line with a JSON object for each state machine: "local", its path;
"kind", the kind of the file; "logical_id"; "external_resolved", whether the files contain its
definition; "role_kind", how the policies of its role are defined. With it, the output also has the
number of machines whose definition and policies were found, and the reasons for the others. The
report contains only counts, and a fingerprint for each finding.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.discovery import discover
from sfnlint.engine import run
from sfnlint.iam.decision import Verdict
from sfnlint.options import Options
from sfnlint.place import Place
from sfnlint.result import Result
from sfnlint.subject import Subject

ROOT = Path(__file__).parent.parent
_WITHOUT_POLICIES = ("none", "role without policies", "sam-generated, no Policies", "outside")


def main() -> None:
    """Check the folder, print the results, compare them with the saved report, and save them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--findings", choices=["error", "warning", "info"])
    parser.add_argument("--save", type=Path, default=ROOT / "corpus.json")
    arguments = parser.parse_args()
    rows = _rows(arguments.folder)
    kinds = {row["local"]: row["kind"] for row in rows}
    started = time.perf_counter()
    files = list(discover([arguments.folder]))
    verdicts = _count_verdicts()
    result = run(files, Options(keep_subjects=True))
    seconds = time.perf_counter() - started
    counts: Counter[str] = Counter()
    fingerprints: dict[str, str] = {}
    for finding in result.findings:
        located = finding.place.locate()
        file = located.root.file
        kind = kinds.get(str(Path(file).resolve()), "other")
        counts[f"{finding.rule} {kind}"] += 1
        line = f"{file}: {finding.rule} {finding.message}"
        fingerprints[hashlib.sha256(line.encode(errors="replace")).hexdigest()[:16]] = finding.rule
        if finding.severity == arguments.findings:
            print(line)
    machines = Counter(
        kinds.get(str(Path(machine.file).resolve()), "other") for machine in result.machines
    )
    roles = Counter(
        kinds.get(str(Path(machine.file).resolve()), "other")
        for machine in result.machines
        if machine.role
    )
    print(f"{len(files)} files, {len(result.machines)} machines, {seconds:.2f} s")
    for kind in sorted(machines):
        print(f"  {kind}: {machines[kind]} machines, {roles[kind]} with their role")
    _pairing(rows, result)
    for name, count in sorted(verdicts.items()):
        print(f"  verdicts {name}: {count}")
    for name, count in sorted(counts.items()):
        print(f"  {name}: {count}")
    _compare(arguments.save, counts, fingerprints)
    report = {"commit": _commit(), "counts": counts, "findings": fingerprints}
    arguments.save.write_text(json.dumps(report, indent=1, sort_keys=True), encoding="utf-8")


def _rows(folder: Path) -> list[dict[str, Any]]:
    """Return the entries of the folder's index, with resolved paths."""
    index = folder / "index.jsonl"
    if not index.exists():
        return []
    rows = [json.loads(line) for line in index.read_text(encoding="utf-8").splitlines()]
    return [{**row, "local": str((folder / row["local"]).resolve())} for row in rows]


def _pairing(rows: list[dict[str, Any]], result: Result) -> None:
    """Print how many machines of the index have a definition and policies that were found."""
    subjects: dict[tuple[str, str | None], Subject] = {}
    for subject in result.subjects:
        document = Place(subject.machine.document).locate().root.file
        subjects[str(Path(document).resolve()), None] = subject
        subjects[str(Path(subject.place.document.file).resolve()), subject.logical_id] = subject
    problems: dict[str, list[str]] = {}
    for finding in result.findings:
        if finding.rule[2:].startswith("0"):
            file = str(Path(finding.place.locate().root.file).resolve())
            problems.setdefault(file, []).append(f"{finding.rule} {finding.message}")
    machines = [row for row in rows if row["kind"] != "policies" and row["external_resolved"]]
    pairs: dict[str, tuple[list[dict[str, Any]], Callable[[Subject | None], bool]]] = {
        "a definition": (machines, lambda subject: subject is not None),
        "the policies of its role": (
            [row for row in machines if row["role_kind"] not in _WITHOUT_POLICIES],
            lambda subject: bool(subject and subject.role and subject.role.policies),
        ),
    }
    for part, (wanted, is_paired) in pairs.items():
        rest = [
            row
            for row in wanted
            if not is_paired(
                subjects.get((row["local"], None if row["kind"] == "asl" else row["logical_id"]))
            )
        ]
        share = 100 * (1 - len(rest) / len(wanted)) if wanted else 100
        print(f"  machines with {part}: {len(wanted) - len(rest)} of {len(wanted)}, {share:.1f} %")
        for row in rest:
            reasons = problems.get(row["local"], ["no problem was reported"])
            print(f"    {row['local']}: {row['logical_id']}: {'; '.join(reasons)}")


def _count_verdicts() -> Counter[str]:
    """Count the verdicts that the run computes, by replacing the method that computes them."""
    counts: Counter[str] = Counter()
    checked_requirements = vars(RoleAnalysis)["checked_requirements"]
    compute = checked_requirements.func

    def counted(analysis: RoleAnalysis) -> object:
        result = compute(analysis)
        for checked in result:
            each = zip(checked.requirement.group.needs, checked.decisions.each, strict=True)
            for need, decision in each:
                counts[decision.verdict.name.lower()] += 1
                if decision.verdict is Verdict.UNKNOWN:
                    counts[f"unknown, {need.purpose}"] += 1
        return result

    checked_requirements.func = counted
    return counts


def _compare(file: Path, counts: Counter[str], fingerprints: dict[str, str]) -> None:
    if not file.exists():
        return
    before = json.loads(file.read_text(encoding="utf-8"))
    print(f"since {before['commit']}:")
    for name in sorted({*counts, *before["counts"]}):
        old, new = before["counts"].get(name, 0), counts.get(name, 0)
        if old != new:
            print(f"  {name}: {old} -> {new}")
    added = Counter(rule for key, rule in fingerprints.items() if key not in before["findings"])
    gone = Counter(rule for key, rule in before["findings"].items() if key not in fingerprints)
    print(f"  new findings: {dict(added)}; gone: {dict(gone)}")


def _commit() -> str:
    command = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


if __name__ == "__main__":
    main()

"""Takes permissions away from roles of real files, and counts whether sfn-lint reports them.

    python scripts/mutate_roles.py FOLDER...               each FOLDER is a repository
    python scripts/mutate_roles.py FOLDER... --places 10   places per repository (default: 5)
    python scripts/mutate_roles.py FOLDER... --seed 1      other places (default: 0)

A place is an action in the text of a policy that exactly one string grants to the role, and without
which a call or the creation of the machine fails. The script replaces it by another action of the
same service in a copy of the repository, and checks the copy. The permission is then

- found: an EF4xx or WF4xx finding has the action;
- unknown: the result has a reason why it cannot be decided, which the script prints;
- missed: anything else, such as a machine or a role that is no longer shown.

Exit status: 0, none is missed; 1, some are; 2, wrong usage.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from sfnlint.analysis.permission_checks import PermissionCheck
from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.discovery import discover
from sfnlint.engine import run
from sfnlint.iam.decision import Verdict
from sfnlint.iam.policy import PlacedPattern
from sfnlint.options import Options
from sfnlint.result import Result
from sfnlint.subject import Role, Subject

_OTHERS = ("ListTagsForResource", "TagResource", "UntagResource")
"""Actions that many services have and that few calls need."""


class Mutation(NamedTuple):
    """A place where an action is granted.

    Attributes:
        file: the file, from the repository's folder.
        start: the first character of the action.
        action: the action as it is written.

    """

    file: str
    start: int
    action: str

    def __str__(self) -> str:
        return f"{self.file}:{self.start} {self.action}"


class Outcome(NamedTuple):
    """What a result shows of an action that was taken away.

    Attributes:
        kind: "found", "unknown" or "missed".
        reason: what explains it.

    """

    kind: str
    reason: str


def check(folder: Path) -> Result:
    """Check the files in a folder, from inside it."""
    here = Path.cwd()
    os.chdir(folder)
    try:
        return run(list(discover([Path()])), Options(keep_subjects=True))
    finally:
        os.chdir(here)


def permission_checks(result: Result) -> Iterator[PermissionCheck]:
    """Yield the checks of a result without which a call or the creation is known to fail."""
    roles: dict[Role, list[Subject]] = {}
    for subject in result.subjects:
        if subject.role is not None:
            roles.setdefault(subject.role, []).append(subject)
    for role, subjects in roles.items():
        for each in RoleAnalysis(role, subjects).checks:
            if each.requirement.is_certain and each.need.necessity == "required":
                yield each


def mutations(result: Result) -> Iterator[Mutation]:
    """Yield the places at which a result's roles are allowed what they need by one string."""
    seen: set[Mutation] = set()
    for each in permission_checks(result):
        if each.decision.verdict is not Verdict.ALLOWED or each.subject.role is None:
            continue
        places = {_written(item) for item in _granting(each.subject.role, each.action)}
        place = places.pop()
        if places or place is None or place.action.lower() != each.action.lower():
            continue
        if place not in seen:
            seen.add(place)
            yield place


def _granting(role: Role, action: str) -> Iterator[PlacedPattern | None]:
    # None: it is granted by what no string of these files names.
    granted = False
    for policy in (*role.policies, *role.resource_policies):
        for statement in policy.statements:
            if statement.effect == "Allow":
                for item in () if statement.not_action else statement.actions:
                    if fnmatchcase(action.lower(), str(item.pattern).lower()):
                        granted = True
                        yield None if statement.aws_managed or policy.predefined else item
                if statement.not_action or not statement.actions:
                    yield None
    if not granted:
        yield None


def _written(item: PlacedPattern | None) -> Mutation | None:
    if item is None:
        return None
    located = item.place.locate()
    text = located.root.text[located.span.start : located.span.end]
    action = text.strip("\"' \\")
    return Mutation(located.root.file, located.span.start + text.index(action), action)


def mutate(folder: Path, mutation: Mutation, needed: set[str]) -> str:
    """Replace the action in the folder's file, and return the original text of the file."""
    path = folder / mutation.file
    original = path.read_bytes().decode("utf-8")
    end = mutation.start + len(mutation.action)
    if original[mutation.start : end] != mutation.action:
        raise ValueError(f"'{mutation}' is not in the file")
    service = mutation.action.partition(":")[0]
    other = next(f"{service}:{name}" for name in _OTHERS if f"{service}:{name}" not in needed)
    changed = original[: mutation.start] + other + original[end:]
    path.write_bytes(changed.encode("utf-8"))
    return original


def judge(result: Result, action: str) -> Outcome:
    """Return what a result shows of an action that was taken away."""
    for finding in result.findings:
        reports = finding.rule[1:3] == "F4" and finding.severity != "info"
        if reports and action.lower() in map(str.lower, finding.actions):
            return Outcome("found", finding.rule)
    checks = [each for each in permission_checks(result) if each.action.lower() == action.lower()]
    for each in checks:
        if each.decision.verdict is Verdict.UNKNOWN and each.decision.uncertainties:
            return Outcome("unknown", each.decision.uncertainties[0].message)
    if not checks:
        return Outcome("missed", "no role of a machine that needs it is shown")
    verdicts = sorted({each.decision.verdict.name.lower() for each in checks})
    return Outcome("missed", f"the verdict is {' or '.join(verdicts)}")


def examine(folder: Path, count: int, seed: int) -> list[tuple[Mutation, Outcome]]:
    """Return what becomes of some permissions of a repository's roles."""
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary, folder.resolve().name)
        shutil.copytree(folder, copy, symlinks=True)
        result = check(copy)
        needed = {each.action for each in permission_checks(result)}
        places = sorted(mutations(result))
        # Not for secrets: the same places are chosen each time.
        chosen = random.Random(f"{seed} {folder.name}").sample(places, min(count, len(places)))
        outcomes: list[tuple[Mutation, Outcome]] = []
        for mutation in sorted(chosen):
            original = mutate(copy, mutation, needed)
            outcomes.append((mutation, judge(check(copy), mutation.action)))
            (copy / mutation.file).write_bytes(original.encode("utf-8"))
    return outcomes


def main(arguments: Sequence[str]) -> int:
    """Print a row for each repository and each permission that is not found; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--places", type=int, default=5, help="places per repository")
    parser.add_argument("--seed", type=int, default=0, help="chooses the places")
    options = parser.parse_args(arguments)
    for folder in options.folders:
        if not folder.is_dir():
            parser.error(f"'{folder}' is not a folder")
    total: Counter[str] = Counter()
    print(f"{'places':>8}{'found':>8}{'unknown':>8}{'missed':>8}  repository")
    for folder in options.folders:
        outcomes = examine(folder, options.places, options.seed)
        counts = Counter(outcome.kind for _, outcome in outcomes)
        total += counts
        if outcomes:
            _row(counts, folder.name)
        for mutation, outcome in outcomes:
            if outcome.kind != "found":
                print(f"    {outcome.kind}: {mutation}: {outcome.reason}", flush=True)
    _row(total, "all repositories")
    return int(total["missed"] > 0)


def _row(counts: Counter[str], name: str) -> None:
    numbers = (counts.total(), *(counts[kind] for kind in ("found", "unknown", "missed")))
    print("".join(f"{number:>8}" for number in numbers) + f"  {name}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

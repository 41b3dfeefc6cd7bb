"""Generates the policy of every state machine in files, and checks the machine with it.

    python scripts/round_trip.py PATH...
    python scripts/round_trip.py PATH... --actions 5    actions to take away (default: 3)

A generated policy, with `*` for names that are known only at run time, must be clean: no 4xx and no
5xx finding at the level of warnings. Without one of its actions, there must be a finding with that
action.

Exit status: 0, all policies pass; 1, some do not; 2, wrong usage.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.discovery import discover
from sfnlint.engine import run
from sfnlint.finding import Finding
from sfnlint.iam.pattern import Pattern, Wildcard
from sfnlint.iam.policy import Condition, PlacedPattern, Policy
from sfnlint.iam.policy import Statement as PolicyStatement
from sfnlint.options import Options
from sfnlint.place import Place
from sfnlint.result import AnalysedMachine
from sfnlint.rule import all_rules
from sfnlint.subject import Role
from sfnlint.symbol import Symbol
from sfnlint.synthesis.generated_policy import Resource, Statement
from sfnlint.synthesis.statements import generate


def main() -> int:
    """Run the script."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--actions", type=int, default=3)
    arguments = parser.parse_args()
    files = discover(arguments.paths, [], Path.cwd())
    options = Options(rules={"EF001"}, keep_analyses=True, keep_going=True)
    result = run(files, options)
    counts: Counter[str] = Counter()
    for machine in result.analysed:
        for line in _problems(machine, arguments.actions, counts):
            print(f"{machine.summary.file} {machine.summary.machine or ''}: {line}")
    print(", ".join(f"{number} {name}" for name, number in sorted(counts.items())))
    return 1 if counts["findings"] or counts["actions not missed"] else 0


def _problems(machine: AnalysedMachine, most: int, counts: Counter[str]) -> Iterator[str]:
    statements = generate(machine, wildcards=True).statements
    complete = generate(machine).is_complete
    counts["machines"] += 1
    counts["complete policies"] += complete
    counts["actions"] += sum(len(statement.actions) for statement in statements)
    for finding in _findings(machine, statements):
        counts["findings"] += 1
        yield f"{finding.rule} {finding.message}"
    pairs = [
        (index, action)
        for index, statement in enumerate(statements)
        for action in statement.actions
    ]
    for index, action in random.Random(0).sample(pairs, min(most, len(pairs))):
        counts["actions taken away"] += 1
        left = list(statements)
        actions = tuple(each for each in left[index].actions if each != action)
        left[index : index + 1] = [left[index]._replace(actions=actions)] if actions else []
        if not any(action in finding.actions for finding in _findings(machine, left)):
            counts["actions not missed"] += 1
            yield f"nothing is found without {action} in {statements[index].sid}"


def _findings(machine: AnalysedMachine, statements: Sequence[Statement]) -> list[Finding]:
    """Return the errors and warnings about a role with these statements."""
    findings: list[Finding] = []
    # The resources of a statement can differ between combinations of conditions.
    for subject in machine.combinations:
        place = subject.place
        policy = Policy(place, tuple(_parsed(each, place) for each in statements), "generated")
        role = Role("generated", place, [policy])
        role.arn = None if subject.role is None else subject.role.arn
        analysis = RoleAnalysis(role, [subject])
        for rule in all_rules().values():
            if rule.about == "RoleAnalysis" and rule.severity != "info" and rule.id[2] in "45":
                findings += rule.run(analysis)
    return findings


def _parsed(statement: Statement, place: Place) -> PolicyStatement:
    return PolicyStatement(
        place,
        "Allow",
        actions=tuple(PlacedPattern(Pattern.wild(action), place) for action in statement.actions),
        resources=tuple(PlacedPattern(_pattern(each), place) for each in statement.resources),
        conditions=tuple(
            Condition(
                "StringEquals",
                key,
                tuple(PlacedPattern(Pattern.literal(value), place) for value in values),
                place,
            )
            for key, values in statement.conditions
        ),
    )


def _pattern(resource: Resource) -> Pattern:
    return Pattern.of(
        part
        if isinstance(part, Symbol) or (isinstance(part, str) and part != "*")
        else Wildcard.ANY
        for part in resource.parts
    )


if __name__ == "__main__":
    sys.exit(main())

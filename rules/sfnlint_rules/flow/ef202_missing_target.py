"""A transition leads to a state that does not exist.

Why:
    Transitions lead to a state of the same scope, by its exact name. Step Functions refuses the
    definition (`Missing 'Next' target`).

Bad:
    StartAt: Prepare
    States:
      Prepare:
        Type: Pass
        Next: Trian
      Train:
        Type: Wait
        Seconds: 5
        End: true

Good:
    StartAt: Prepare
    States:
      Prepare:
        Type: Pass
        Next: Train
      Train:
        Type: Wait
        Seconds: 5
        End: true

Source:
    https://states-language.net/spec.html#transition
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.schema.placeholders import is_unresolved
from sfnlint.finding import Finding
from sfnlint.place import Place
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules._execution import ways
from sfnlint_rules._suggestions import Near


@rule("EF202", "missing-target")
def missing_target(subject: Subject) -> Iterator[Finding]:
    """Targets, of StartAt too, that their scope does not hold."""
    nearest = Near()
    scopes = {name: scope for scope in subject.machine.scopes for name in scope.states}
    for scope in subject.machine.scopes:
        written = scope.data.get("States")
        for source, transition in ways(scope):
            if transition.target in scope.states or not transition.target:
                continue
            if any(map(is_unresolved, [transition.target, *scope.states])):
                # One may be the other.
                continue
            # A scope without states, and a state that is no object, are mistakes of their own.
            if not isinstance(written, dict) or not written or transition.target in written:
                continue
            if transition.target in scopes:
                hint = "; that state stands in another scope, which transitions do not enter"
            else:
                near = nearest.find(transition.target, scope.states)
                hint = f"; did you mean '{near}'?" if near else ""
            owner = f"state '{source.name}'" if source else "StartAt"
            yield Finding(
                "EF202",
                f"{owner} leads to '{transition.target}', which does not exist{hint}",
                Place(subject.machine.document, transition.path),
                machine=subject.logical_id,
                state=source.name if source else None,
            )

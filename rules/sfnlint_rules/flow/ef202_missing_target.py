"""The target of a transition does not exist.

Why:
    A transition names a state of the same scope. Step Functions rejects the definition (`Missing
    'Next' target`).

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

from sfnlint.asl.machine import Scope, State, Transition
from sfnlint.asl.schema.placeholders import is_unresolved
from sfnlint.finding import Finding
from sfnlint.place import Place
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules._suggestions import Suggestions, replacement


@rule("EF202", "missing-target")
def missing_target(subject: Subject) -> Iterator[Finding]:
    """Report targets of transitions and of StartAt that are not states of their scope."""
    suggestions = Suggestions()
    names = {name for scope in subject.machine.scopes for name in scope.states}
    for scope in subject.machine.scopes:
        states = scope.data.get("States")
        # A scope without states is a mistake of its own.
        if not isinstance(states, dict) or not states:
            continue
        for source, transition in _transitions(scope):
            target = transition.target
            # The target, or a state, may be a placeholder for the name of the other.
            if not target or target in states or any(map(is_unresolved, [target, *scope.states])):
                continue
            if target in names:
                problem = "is in another scope; transitions cannot enter or leave a scope"
            else:
                problem = f"does not exist{suggestions.did_you_mean(target, scope.states)}"
            place = Place(subject.machine.document, transition.path)
            owner = f"state '{source.name}'" if source else "StartAt"
            yield subject.finding(
                f"{owner}: target state '{target}' {problem}",
                place,
                state=source,
                correction=None if target in names else replacement(place, target, scope.states),
            )


def _transitions(scope: Scope) -> Iterator[tuple[State | None, Transition]]:
    """Yield every transition with its state; StartAt has none."""
    if scope.start is not None:
        yield None, scope.start
    for state in scope.states.values():
        for transition in state.transitions:
            yield state, transition

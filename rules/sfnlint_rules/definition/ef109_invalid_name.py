r"""A state's name or a label is too long, or has characters that it cannot have.

Why:
    A state's name has at most 80 characters. A Distributed Map's Label becomes part of ARNs: at
    most 40 characters, none of them white space, a wildcard, a bracket or one of
    `" # % \ ^ | ~ $ & , ; : /`. Step Functions refuses the definition.

Bad:
    StartAt: Train the model that was chosen by the experiment of last week and report how it went
    States:
      Train the model that was chosen by the experiment of last week and report how it went:
        Type: Succeed

Good:
    StartAt: Train the model that was chosen
    States:
      Train the model that was chosen:
        Type: Succeed

Source:
    https://states-language.net/spec.html#states-fields
    https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.schema.placeholders import is_unresolved
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._names import problem

_LONGEST_NAME = 80
_LONGEST_LABEL = 40


@rule("EF109", "invalid-name")
def invalid_name(subject: Subject) -> Iterator[Finding]:
    """Names of states, and labels."""
    for state in subject.machine.states:
        name, label = state.name, state.data.get("Label")
        if len(name) > _LONGEST_NAME and not is_unresolved(name):
            what = f"the name '{name[:20]}…' has {len(name)} characters, {_LONGEST_NAME} at most"
            yield Finding(
                "EF109",
                what,
                state.place,
                machine=subject.logical_id,
                state=name,
            )
        if state.type != "Map" or not isinstance(label, str) or is_unresolved(label):
            continue
        wrong = problem(label, _LONGEST_LABEL)
        if wrong:
            yield Finding(
                "EF109",
                f"state '{name}': the label {wrong}",
                state.at("Label"),
                machine=subject.logical_id,
                state=name,
            )

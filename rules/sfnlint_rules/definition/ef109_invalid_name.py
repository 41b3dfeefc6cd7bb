r"""A state name or a label is too long or has invalid characters.

Why:
    A state name has at most 80 characters. The Label of a Distributed Map becomes part of ARNs: it
    has at most 40 characters, and no whitespace, wildcards, brackets or any of `" # % \ ^ | ~ $ & ,
    ; : /`. Step Functions rejects the definition.

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

from sfnlint.asl.limits import MAX_LABEL, MAX_STATE_NAME
from sfnlint.asl.schema.placeholders import is_unresolved
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._names import name_problem


@rule("EF109", "invalid-name")
def invalid_name(subject: Subject) -> Iterator[Finding]:
    """Report state names that are too long, and invalid labels."""
    for state in subject.machine.states:
        name, label = state.name, state.data.get("Label")
        if len(name) > MAX_STATE_NAME and not is_unresolved(name):
            yield subject.finding(
                f"state name '{name[:20]}…' has {len(name)} characters, but the maximum is "
                f"{MAX_STATE_NAME}",
                state.place,
                state=state,
            )
        if state.type == "Map" and isinstance(label, str) and not is_unresolved(label):
            problem = name_problem(label, MAX_LABEL)
            if problem:
                yield subject.finding(
                    f"state '{name}': Label {problem}", state.at("Label"), state=state
                )

"""A state uses a field of the other query language.

Why:
    A state uses JSONPath or JSONata, and some fields exist in only one of them. Step Functions
    rejects the definition (`field 'Parameters' is only supported for the 'JSONPath'
    QueryLanguage`). The QueryLanguage of a Map or Parallel state does not apply to the states
    inside it.

Bad:
    QueryLanguage: JSONata
    StartAt: Train
    States:
      Train:
        Type: Task
        Resource: arn:aws:states:::lambda:invoke
        Parameters:
          FunctionName: train
        End: true

Good:
    QueryLanguage: JSONata
    StartAt: Train
    States:
      Train:
        Type: Task
        Resource: arn:aws:states:::lambda:invoke
        Arguments:
          FunctionName: train
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.machine import State
from sfnlint.asl.schema import check_machine
from sfnlint.finding import Finding, Note
from sfnlint.place import Place, Route
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._other_language import fix, replacement


@rule("EF107", "other-language-field")
def other_language_field(subject: Subject) -> Iterator[Finding]:
    """Report, once per state, the fields that the state's query language does not have."""
    uses: dict[State, list[Route]] = {}
    for located in check_machine(subject.machine):
        violation, owner = located
        if violation.kind == "other-language-field" and isinstance(owner, State):
            uses.setdefault(owner, []).append(violation.path)
    for state, paths in uses.items():
        places = [Place(subject.machine.document, state.path + path, "key") for path in paths]
        yield subject.finding(
            f"state '{state.name}' is {state.query_language}: {replacement(state, paths)}",
            places[0],
            state=state,
            fix=fix(state),
            notes=tuple(
                Note(f"also '{path[-1]}'", place)
                for path, place in zip(paths[1:], places[1:], strict=True)
            ),
        )
    if subject.machine.query_language == "JSONata":
        for state in subject.machine.states:
            if state.data.get("QueryLanguage") == "JSONPath":
                yield subject.finding(
                    f"state '{state.name}' cannot use JSONPath in a JSONata state machine",
                    state.at("QueryLanguage"),
                    state=state,
                    fix="set QueryLanguage: JSONata in single states, not in the state machine",
                )

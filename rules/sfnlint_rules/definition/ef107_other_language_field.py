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

from collections.abc import Iterator, Sequence

from sfnlint.asl.machine import State
from sfnlint.asl.query_languages import EQUIVALENT_FIELDS
from sfnlint.asl.schema import check_machine
from sfnlint.finding import Finding, Note
from sfnlint.messages import listed
from sfnlint.place import Place
from sfnlint.rule import rule
from sfnlint.subject import Subject


@rule("EF107", "other-language-field")
def other_language_field(subject: Subject) -> Iterator[Finding]:
    """Report, once per state, the fields that the state's query language does not have."""
    uses: dict[State, list[tuple[str, Place]]] = {}
    for located in check_machine(subject.machine):
        violation, owner = located
        if violation.kind == "other-language-field" and isinstance(owner, State):
            place = Place(subject.machine.document, located.path, "key")
            uses.setdefault(owner, []).append((violation.field, place))
    for state, ((field, place), *others) in uses.items():
        is_jsonpath = state.query_language == "JSONPath"
        yield subject.finding(
            f"state '{state.name}' is {state.query_language}: {_replacement([field, *dict(others)])}",
            place,
            state=state,
            fix="replace the fields, or set QueryLanguage: JSONata in this state"
            if is_jsonpath
            else "",
            notes=tuple(Note(f"also '{name}'", other) for name, other in others),
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


def _replacement(fields: Sequence[str]) -> str:
    names = listed(list(dict.fromkeys(f"'{name}'" for name in fields)))
    instead = dict.fromkeys(
        f"'{EQUIVALENT_FIELDS[name]}'" for name in fields if name in EQUIVALENT_FIELDS
    )
    return f"use {listed(list(instead))}, not {names}" if instead else f"it has no field {names}"

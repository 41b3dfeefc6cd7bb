"""A field of the other query language.

Why:
    A state speaks JSONPath or JSONata, and each language has fields of its own. Step Functions
    refuses the definition (`field 'Parameters' is only supported for the 'JSONPath'
    QueryLanguage`). A Map's or Parallel's own QueryLanguage does not reach the states inside.

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
from sfnlint.asl.query_languages import EQUIVALENT_FIELDS
from sfnlint.asl.schema import check_machine
from sfnlint.finding import Finding, Note
from sfnlint.messages import listed
from sfnlint.place import Place
from sfnlint.rule import rule
from sfnlint.subject import Subject


@rule("EF107", "other-language-field")
def other_language_field(subject: Subject) -> Iterator[Finding]:
    """The fields of a state that its language does not have, in one finding."""
    found: dict[State, list[tuple[str, Place]]] = {}
    for violation in check_machine(subject.machine):
        if violation.violation.kind == "other-language-field" and isinstance(
            violation.owner, State
        ):
            place = Place(subject.machine.document, violation.path, "key")
            found.setdefault(violation.owner, []).append((violation.violation.field, place))
    for state, fields in found.items():
        own = state.query_language
        other = "JSONata" if own == "JSONPath" else "JSONPath"
        names = list(dict.fromkeys(f"'{name}'" for name, _ in fields))
        instead = {
            f"'{EQUIVALENT_FIELDS[name]}'": None for name, _ in fields if name in EQUIVALENT_FIELDS
        }
        what = f"use {listed(list(instead))}, not {listed(names)}"
        if not instead:
            what = f"it has no {listed(names)}"
        yield Finding(
            "EF107",
            f"state '{state.name}' is {own}: {what}",
            fields[0][1],
            tuple(Note(f"'{name}' too", place) for name, place in fields[1:]),
            f"or give the state QueryLanguage: {other}" if other == "JSONata" else "",
            subject.logical_id,
            state.name,
        )
    if subject.machine.query_language == "JSONata":
        for state in subject.machine.states:
            if state.data.get("QueryLanguage") == "JSONPath":
                yield Finding(
                    "EF107",
                    f"state '{state.name}' cannot be JSONPath where the machine is JSONata",
                    state.at("QueryLanguage"),
                    fix="give QueryLanguage: JSONata to single states instead of the machine",
                    machine=subject.logical_id,
                    state=state.name,
                )

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

from collections.abc import Iterable, Iterator, Sequence

from sfnlint.asl.machine import State
from sfnlint.asl.query_languages import equivalent_field, is_jsonpath_field
from sfnlint.asl.schema import check_machine, state_fields
from sfnlint.finding import Finding, Note
from sfnlint.messages import listed
from sfnlint.place import Place, Route
from sfnlint.rule import rule
from sfnlint.subject import Subject


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
            f"state '{state.name}' is {state.query_language}: {_replacement(state, paths)}",
            places[0],
            state=state,
            fix=_fix(state),
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


def _replacement(state: State, paths: Sequence[Route]) -> str:
    """Name the fields to use instead, and those that have no counterpart in this type of state."""
    fields = state_fields(state.type or "")
    pairs = [(path[-1], equivalent_field(path, fields)) for path in paths]
    instead = _quoted(field for _, field in pairs if field)
    replaced = _quoted(name for name, field in pairs if field)
    removed = _quoted(name for name, field in pairs if not field)
    parts = [f"use {instead}, not {replaced}"] if instead else []
    if removed:
        parts.append(f"remove {removed}")
    return "; ".join(parts)


def _quoted(names: Iterable[object]) -> str:
    quoted = dict.fromkeys(f"'{name}'" for name in names)
    return listed(list(quoted)) if quoted else ""


def _fix(state: State) -> str:
    """Suggest JSONata where it does not make other fields of the state invalid."""
    if state.query_language == "JSONata" or any(map(is_jsonpath_field, state.data)):
        return ""
    return "replace the fields, or set QueryLanguage: JSONata in this state"

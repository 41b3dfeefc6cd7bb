"""OutputPath reads a field of the result that ResultPath does not write there.

Why:
    ResultPath writes the result into the input of the state, and OutputPath reads from that. A field
    of the result is below the path in ResultPath: if the input has no field with the same name, the
    execution ends with States.Runtime.

Bad:
    StartAt: Price
    States:
      Price:
        Type: Task
        Resource: arn:aws:states:::lambda:invoke
        Parameters: {FunctionName: price}
        ResultPath: $.price
        OutputPath: $.Payload
        End: true

Good:
    StartAt: Price
    States:
      Price:
        Type: Task
        Resource: arn:aws:states:::lambda:invoke
        Parameters: {FunctionName: price}
        ResultPath: $.price
        OutputPath: $.price.Payload
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html
    https://github.com/aws/aws-cdk/issues/29473
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.jsonpath import JsonPath, parse_path
from sfnlint.asl.machine import State
from sfnlint.dataflow.shapes import Object
from sfnlint.dataflow.task_results import task_result
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject


@rule("WF223", "output-beside-result")
def output_beside_result(subject: Subject) -> Iterator[Finding]:
    """Report OutputPath of Tasks that name a field of the result beside the result."""
    for state in subject.machine.states:
        if state.type != "Task" or state.query_language != "JSONPath":
            continue
        written, read = _steps(state, "ResultPath"), _steps(state, "OutputPath")
        if not written or not read or written[0] == read[0] or "ResultSelector" in state.data:
            continue
        result = task_result(state)
        if isinstance(result, Object) and read[0] in result.fields:
            path = state.data["ResultPath"]
            yield subject.finding(
                f"state '{state.name}': OutputPath reads '{read[0]}' of the input, but the result "
                f"with this field is at '{path}'",
                state.at("OutputPath"),
                state=state,
                fix=f"use '{path}.{read[0]}'",
            )


def _steps(state: State, field: str) -> tuple[str | int, ...]:
    """Return the steps of a path in a field; none if it is absent or selects several values."""
    text = state.data.get(field)
    parsed = parse_path(text) if isinstance(text, str) else None
    if not isinstance(parsed, JsonPath) or parsed.ambiguous_step or parsed.root != "input":
        return ()
    return parsed.steps

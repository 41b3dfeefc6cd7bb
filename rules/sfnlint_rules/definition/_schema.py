"""How the rules about the structure of a definition speak."""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.jsonpath_fields import contents
from sfnlint.asl.machine import Scope, State
from sfnlint.asl.schema import misfits
from sfnlint.finding import Finding
from sfnlint.place import Place
from sfnlint.subject import Subject

INSTEAD = {
    "Arguments": "Parameters",
    "Parameters": "Arguments",
    "Condition": "Variable",
    "Items": "ItemsPath",
    "ItemsPath": "Items",
    "InputPath": "Arguments",
    "OutputPath": "Output",
    "ResultPath": "Output",
    "ResultSelector": "Output",
    "Output": "ResultSelector",
    **{
        name + "Path": name
        for name in (
            *("TimeoutSeconds", "HeartbeatSeconds", "Seconds", "Timestamp", "Error", "Cause"),
            *("MaxConcurrency", "ToleratedFailureCount", "ToleratedFailurePercentage"),
            *("MaxItems", "MaxItemsPerBatch", "MaxInputBytesPerBatch"),
        )
    },
    "Variable": "Condition",
}
"""What does in the one query language what a field does in the other."""

CONTEXT = {
    "Execution": (*("Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount", "RedriveTime"),),
    "State": ("EnteredTime", "Name", "RetryCount"),
    "StateMachine": ("Id", "Name"),
    "Task": ("Token",),
    "Map": ("Item",),
}
"""The fields of the context object.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
"""


def misfits_of(subject: Subject, kind: str, rule: str) -> Iterator[Finding]:
    """What the schema says, of one kind."""
    for misfit in misfits(subject.machine):
        mistake, owner = misfit
        if mistake.kind != kind:
            continue
        state = None if isinstance(owner, Scope) else owner.name
        hint = f"; {mistake.hint}" if mistake.hint else ""
        yield Finding(
            rule,
            f"{_of(owner, mistake.text)}{hint}",
            Place(subject.machine.document, misfit.path, mistake.part),
            machine=subject.logical_id,
            state=state,
        )


def _of(owner: State | Scope, text: str) -> str:
    """What is wrong, and with which state."""
    if isinstance(owner, Scope):
        return text
    title = f"a {owner.type} state "
    if text.startswith(title):
        return f"{owner.type} '{owner.name}' {text.removeprefix(title)}"
    return f"state '{owner.name}': {text}"


def payload_faults(subject: Subject, kind: str, rule: str) -> Iterator[Finding]:
    """What is wrong with paths, functions and payloads, of one kind."""
    for fault in contents(subject.machine).faults:
        if fault.kind == kind:
            yield Finding(
                rule,
                f"state '{fault.state.name}': {fault.message}",
                Place(subject.machine.document, fault.path, "value", fault.within),
                machine=subject.logical_id,
                state=fault.state.name,
            )

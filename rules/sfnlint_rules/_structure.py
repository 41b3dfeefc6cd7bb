"""How the rules about the structure of a definition speak."""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.machine import Scope
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


def misfits_of(subject: Subject, kind: str, rule: str) -> Iterator[Finding]:
    """What the schema says, of one kind."""
    for misfit in misfits(subject.machine):
        mistake, owner = misfit
        if mistake.kind != kind:
            continue
        state = None if isinstance(owner, Scope) else owner.name
        prefix = "" if state is None else f"state '{state}': "
        hint = f"; {mistake.hint}" if mistake.hint else ""
        yield Finding(
            rule,
            f"{prefix}{mistake.text}{hint}",
            Place(subject.machine.document, misfit.path, mistake.part),
            machine=subject.logical_id,
            state=state,
        )

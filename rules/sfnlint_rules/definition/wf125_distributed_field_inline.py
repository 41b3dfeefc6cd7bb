"""An Inline Map has a field that only a Distributed Map knows.

Why:
    Reading items from S3, batches, results in S3, tolerated failures and a label are for a Map
    whose ProcessorConfig has the Mode DISTRIBUTED. An Inline Map is deployed with them, and then
    goes through its own input, or ends at the first failure.

Bad:
    StartAt: Each
    States:
      Each:
        Type: Map
        ItemReader:
          Resource: arn:aws:states:::s3:listObjectsV2
          Parameters: {Bucket: images}
        ItemProcessor:
          StartAt: Resize
          States:
            Resize: {Type: Pass, End: true}
        End: true

Good:
    StartAt: Each
    States:
      Each:
        Type: Map
        ItemReader:
          Resource: arn:aws:states:::s3:listObjectsV2
          Parameters: {Bucket: images}
        ItemProcessor:
          ProcessorConfig: {Mode: DISTRIBUTED, ExecutionType: STANDARD}
          StartAt: Resize
          States:
            Resize: {Type: Pass, End: true}
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
    https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.machine import Scope
from sfnlint.finding import Finding
from sfnlint.messages import listed
from sfnlint.rule import rule
from sfnlint.subject import Subject

_FIELDS = frozenset(
    ("ItemReader", "ItemBatcher", "ResultWriter", "Label", "ToleratedFailureCount")
) | {"ToleratedFailureCountPath", "ToleratedFailurePercentage", "ToleratedFailurePercentagePath"}


@rule("WF125", "distributed-field-inline")
def distributed_field_inline(subject: Subject) -> Iterator[Finding]:
    """Maps in Inline mode, the default, with such fields; one finding for each Map."""
    for state in subject.machine.states:
        if state.type != "Map" or not all(map(_is_inline, state.scopes)):
            continue
        fields = [name for name in state.data if name in _FIELDS]
        if fields and state.scopes:
            are = "are" if len(fields) > 1 else "is"
            yield Finding(
                "WF125",
                f"state '{state.name}': {listed(fields)} {are} for a Distributed Map; this is an "
                "Inline one",
                state.at(fields[0]).key(),
                fix="give its ProcessorConfig the Mode DISTRIBUTED and an ExecutionType, or remove "
                f"{'them' if len(fields) > 1 else 'it'}",
                machine=subject.logical_id,
                state=state.name,
            )


def _is_inline(scope: Scope) -> bool:
    config = scope.data.get("ProcessorConfig", {})
    return isinstance(config, dict) and config.get("Mode", "INLINE") == "INLINE"

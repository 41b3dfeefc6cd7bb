"""An Inline Map has fields of a Distributed Map.

Why:
    ItemReader, ItemBatcher, ResultWriter, Label and the tolerated failure fields require a Map
    whose ProcessorConfig sets Mode to DISTRIBUTED. An Inline Map with these fields is deployed, but
    it iterates over its own input and fails at the first failed iteration.

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

from sfnlint.asl.distributed_map import DISTRIBUTED_MAP_FIELDS
from sfnlint.asl.machine import Scope
from sfnlint.finding import Finding
from sfnlint.messages import listed
from sfnlint.rule import rule
from sfnlint.subject import Subject


@rule("WF125", "distributed-field-inline")
def distributed_field_inline(subject: Subject) -> Iterator[Finding]:
    """Report, once per Map, the fields that require Distributed mode."""
    for state in subject.machine.states:
        if state.type != "Map" or not state.scopes or not all(map(_is_inline, state.scopes)):
            continue
        fields = [name for name in state.data if name in DISTRIBUTED_MAP_FIELDS]
        if fields:
            verb, object_ = ("require", "them") if len(fields) > 1 else ("requires", "it")
            yield subject.finding(
                f"state '{state.name}' is an Inline Map, but {listed(fields)} {verb} a "
                "Distributed Map",
                state.at(fields[0]).key(),
                state=state,
                fix="set Mode: DISTRIBUTED and an ExecutionType in ProcessorConfig, or remove "
                f"{object_}",
            )


def _is_inline(scope: Scope) -> bool:
    config = scope.data.get("ProcessorConfig", {})
    return isinstance(config, dict) and config.get("Mode", "INLINE") == "INLINE"

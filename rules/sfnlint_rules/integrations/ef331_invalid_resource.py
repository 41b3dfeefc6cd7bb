"""The Resource of a Task is not an ARN.

Why:
    Step Functions accepts only ARNs: of an integration, a function or an activity. It rejects the
    definition.

Bad:
    StartAt: Price
    States:
      Price:
        Type: Task
        Resource: computePrice
        End: true

Good:
    StartAt: Price
    States:
      Price:
        Type: Task
        Resource: arn:aws:lambda:us-east-1:123456789012:function:computePrice
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject

_NAME = re.compile(r"(?=.*[a-z])[A-Za-z][A-Za-z0-9-]*")
"""Matches a plain name; other strings may be filled in before deployment."""


@rule("EF331", "invalid-resource")
def invalid_resource(subject: Subject) -> Iterator[Finding]:
    """Report names in the place of an ARN."""
    for state in subject.machine.states:
        resource = state.data.get("Resource")
        if state.type == "Task" and isinstance(resource, str) and _NAME.fullmatch(resource):
            yield subject.finding(
                f"state '{state.name}': Resource '{resource}' is not an ARN",
                state.at("Resource"),
                state=state,
                fix="use the ARN of an integration, a function or an activity",
            )

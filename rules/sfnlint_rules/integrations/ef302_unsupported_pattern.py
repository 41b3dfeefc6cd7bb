"""An integration does not support the pattern of a Task.

Why:
    Each optimized integration supports some of the integration patterns: request response, run a
    job (`.sync`), wait for a callback (`.waitForTaskToken`). Step Functions rejects the definition
    if the pattern is not supported.

Bad:
    StartAt: Train
    States:
      Train:
        Type: Task
        Resource: arn:aws:states:::sagemaker:createTrainingJob.waitForTaskToken
        Parameters:
          TrainingJobName: search-model
        End: true

Good:
    StartAt: Train
    States:
      Train:
        Type: Task
        Resource: arn:aws:states:::sagemaker:createTrainingJob.sync
        Parameters:
          TrainingJobName: search-model
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sfnlint import catalog
from sfnlint.asl.task_resource import SDK_PATTERNS, TaskResource
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject


@rule("EF302", "unsupported-pattern")
def unsupported_pattern(subject: Subject) -> Iterator[Finding]:
    """Report patterns that the catalog does not list for a known action."""
    for resource, states in subject.calls.items():
        patterns = _patterns(resource)
        if not patterns or resource.pattern in patterns:
            continue
        names = ", ".join(
            "request response" if pattern == "request_response" else f".{pattern}"
            for pattern in patterns
        )
        for state in states:
            yield subject.finding(
                f"state '{state.name}': {resource.integration} does not support "
                f".{resource.pattern}; supported patterns: {names}",
                state.at("Resource"),
                state=state,
            )


def _patterns(resource: TaskResource) -> Sequence[str]:
    """Return the patterns of an integration; none for an unknown integration."""
    if resource.sdk:
        return SDK_PATTERNS
    integration = (catalog.integrations(resource.service) or {}).get(resource.action)
    return () if integration is None else (*integration.patterns, *integration.disputed)

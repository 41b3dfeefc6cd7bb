"""A task uses an integration pattern that its action does not support.

Why:
    Each optimized integration supports some of the patterns: request and response, run a job
    (`.sync`), wait for a callback (`.waitForTaskToken`). Step Functions refuses the definition
    when the pattern is not one of them.

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
from sfnlint.messages import listed
from sfnlint.rule import rule
from sfnlint.subject import Subject


@rule("EF302", "unsupported-pattern")
def unsupported_pattern(subject: Subject) -> Iterator[Finding]:
    """Patterns that the catalog does not list for a known action."""
    for resource, states in subject.calls.items():
        patterns = _patterns(resource)
        if resource.pattern in patterns:
            continue
        suffixes = [
            "no suffix" if pattern == "request_response" else f"'.{pattern}'"
            for pattern in patterns
        ]
        for state in states if suffixes else ():
            yield Finding(
                "EF302",
                f"state '{state.name}': {resource.integration} does not support "
                f"'.{resource.pattern}', only {listed(suffixes)}",
                state.at("Resource"),
                machine=subject.logical_id,
                state=state.name,
            )


def _patterns(resource: TaskResource) -> Sequence[str]:
    """The patterns of an integration; none where they are not known."""
    if resource.sdk:
        return SDK_PATTERNS
    integration = (catalog.integrations(resource.service) or {}).get(resource.action)
    return () if integration is None else (*integration.patterns, *integration.disputed)

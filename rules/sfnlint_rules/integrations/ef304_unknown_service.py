"""A Task names a service that Step Functions has no integration for.

Why:
    The deployment is refused: the resource is not recognized. Services without an integration of their
    own are called through the AWS SDK.

Bad:
    StartAt: Run
    States:
      Run:
        Type: Task
        Resource: arn:aws:states:::lamda:invoke
        Parameters: {FunctionName: clean}
        End: true

Good:
    StartAt: Run
    States:
      Run:
        Type: Task
        Resource: arn:aws:states:::lambda:invoke
        Parameters: {FunctionName: clean}
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
    https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint import catalog
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules._suggestions import hint


@rule("EF304", "unknown-service")
def unknown_service(subject: Subject) -> Iterator[Finding]:
    """Services of optimized integrations that the catalog does not have."""
    known = catalog.service_names()
    for resource, states in subject.calls.items():
        if resource.sdk or resource.service in known:
            continue
        meant = hint(resource.service, known)
        for state in states:
            yield Finding(
                "EF304",
                f"state '{state.name}': Step Functions has no integration "
                f"'{resource.service}'{meant}",
                state.at("Resource"),
                fix=f"services without one are called as arn:aws:states:::aws-sdk:{resource.service}:…",
                machine=subject.logical_id,
                state=state.name,
            )

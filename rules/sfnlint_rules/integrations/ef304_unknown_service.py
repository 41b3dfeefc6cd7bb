"""Step Functions has no integration for the service of a Task.

Why:
    Step Functions rejects the definition because it does not recognize the resource. Services
    without an optimized integration are available through the AWS SDK integrations.

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
from sfnlint_rules._suggestions import did_you_mean, replacement


@rule("EF304", "unknown-service")
def unknown_service(subject: Subject) -> Iterator[Finding]:
    """Report services of optimized integrations that are not in the catalog."""
    known = catalog.service_names()
    for resource, states in subject.calls.items():
        if resource.sdk or resource.service in known:
            continue
        hint = did_you_mean(resource.service, known)
        sdk_arn = f"arn:aws:states:::aws-sdk:{resource.service}:…"
        for state in states:
            yield subject.finding(
                f"state '{state.name}': Step Functions has no integration "
                f"'{resource.service}'{hint}",
                state.at("Resource"),
                state=state,
                fix="" if hint else f"call it as {sdk_arn}",
                correction=replacement(state.at("Resource"), resource.service, known),
            )

"""A Task names an AWS SDK operation that does not exist.

Why:
    The deployment is refused: the resource is not recognized. The list that sfn-lint knows has a
    date; an operation that is younger is right although this rule speaks.

Bad:
    StartAt: Run
    States:
      Run:
        Type: Task
        Resource: arn:aws:states:::aws-sdk:s3:getObjects
        Parameters: {Bucket: reports, Key: today}
        End: true

Good:
    StartAt: Run
    States:
      Run:
        Type: Task
        Resource: arn:aws:states:::aws-sdk:s3:getObject
        Parameters: {Bucket: reports, Key: today}
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.task_resource import TaskResource
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules._suggestions import hint


@rule("WF305", "unknown-sdk-operation")
def unknown_sdk_operation(subject: Subject) -> Iterator[Finding]:
    """Services and operations that the SDK's models do not have."""
    for resource, states in subject.calls.items():
        problem = _problem(resource) if resource.sdk else ""
        for state in states if problem else ():
            yield Finding(
                "WF305",
                f"state '{state.name}': {problem}",
                state.at("Resource"),
                machine=subject.logical_id,
                state=state.name,
            )


def _problem(resource: TaskResource) -> str:
    from sfnlint.catalog import sdk

    operation = sdk.operation(resource.service, resource.action)
    if operation is not None:
        unsupported = f"Step Functions does not call {resource.service}:{resource.action}"
        return "" if operation.supported else unsupported
    known, what, name = sdk.service_names(), "the AWS SDK has no service", resource.service
    if resource.service in known:
        known, name = sdk.operation_names(resource.service), resource.action
        what = f"{resource.service} has no operation"
    return f"as of {sdk.DATE}, {what} '{name}'{hint(name, known)}" if known else ""

"""An AWS SDK operation does not exist.

Why:
    Step Functions rejects the definition because it does not recognize the resource. The list of
    operations in sfn-lint has a date: an operation that was added later is valid although this rule
    reports it. Step Functions has removed the integrations of some services that have ended.

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
    https://docs.aws.amazon.com/step-functions/latest/dg/awssdk-release-history.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.task_resource import TaskResource
from sfnlint.finding import Finding, Replacement
from sfnlint.place import Place
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules._suggestions import did_you_mean, replacement


@rule("WF305", "unknown-sdk-operation")
def unknown_sdk_operation(subject: Subject) -> Iterator[Finding]:
    """Report services and operations that the models of the AWS SDK do not have."""
    for resource, states in subject.calls.items():
        problem = _problem(resource) if resource.sdk else ""
        for state in states if problem else ():
            place = state.at("Resource")
            yield subject.finding(
                f"state '{state.name}': {problem}",
                place,
                state=state,
                correction=_correction(place, resource),
            )


def _correction(place: Place, resource: TaskResource) -> Replacement | None:
    from sfnlint.catalog import sdk

    if resource.service in sdk.service_names():
        return replacement(place, resource.action, sdk.operation_names(resource.service))
    return replacement(place, resource.service, sdk.service_names())


def _problem(resource: TaskResource) -> str:
    # Most machines call no operation of the AWS SDK (benchmarks/compare.py).
    from sfnlint import data_dates
    from sfnlint.catalog import sdk

    service, action = resource.service, resource.action
    operation = sdk.operation(service, action)
    if operation is not None:
        return "" if operation.supported else f"Step Functions does not support {service}:{action}"
    if service in sdk.service_names():
        operations = sdk.operation_names(service)
        hint = did_you_mean(action, operations)
        date = data_dates.sdk_operations()
        return f"{service} has no operation '{action}' as of {date}{hint}" if operations else ""
    if sdk.is_removed(service):
        return f"Step Functions no longer supports the service '{service}'"
    hint = did_you_mean(service, sdk.service_names())
    date = data_dates.sdk_operations()
    return f"the AWS SDK has no service '{service}' as of {date}{hint}"

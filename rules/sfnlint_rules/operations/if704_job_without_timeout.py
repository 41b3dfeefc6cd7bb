"""A Task waits for a job without a timeout.

Why:
    With `.sync`, the execution waits as long as the job runs. The services of this rule do not
    limit the duration of a job by default, so a job that hangs blocks the execution for up to a
    year. Services with a default timeout, such as SageMaker, Glue and CodeBuild, are not reported.

Bad:
    StartAt: Load
    States:
      Load:
        Type: Task
        Resource: arn:aws:states:::ecs:runTask.sync
        Parameters:
          Cluster: loading
          TaskDefinition: loader
        End: true

Good:
    StartAt: Load
    States:
      Load:
        Type: Task
        Resource: arn:aws:states:::ecs:runTask.sync
        TimeoutSeconds: 7200
        Parameters:
          Cluster: loading
          TaskDefinition: loader
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint import catalog
from sfnlint.asl.machine import State
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.operations._waiting import is_bounded, tasks


@rule("IF704", "job-without-timeout")
def job_without_timeout(subject: Subject) -> Iterator[Finding]:
    """Report Tasks that run a job without a timeout."""
    for state, resource in tasks(subject, "sync", "sync:2"):
        integration = (catalog.integrations(resource.service) or {}).get(resource.action)
        job = None if integration is None or resource.sdk else integration.unlimited_job
        if job is None or _sets_timeout(state, job.timeout_parameter):
            continue
        if not is_bounded(state, "TimeoutSeconds"):
            yield subject.finding(
                f"state '{state.name}' waits for its job without a timeout",
                state.at("Resource"),
                state=state,
                fix="set TimeoutSeconds",
            )


def _sets_timeout(state: State, parameter: str | None) -> bool:
    """Whether a Task passes a timeout to the service, or may pass one."""
    if parameter is None:
        return False
    _, parameters = state.parameters
    # Parameters that are not an object are known only at run time.
    return not isinstance(parameters, dict) or not {parameter, parameter + ".$"}.isdisjoint(
        parameters
    )

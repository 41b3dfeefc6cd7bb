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

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.operations._waiting import is_bounded, tasks

_LIMITS = {
    "ecs:runTask": None,
    "batch:submitJob": "Timeout",
    "eks:runJob": "Job",
    "elasticmapreduce:addStep": None,
    "states:startExecution": None,
}
"""Integrations whose jobs have no default timeout, with the parameter that can set one."""


@rule("IF704", "job-without-timeout")
def job_without_timeout(subject: Subject) -> Iterator[Finding]:
    """Report Tasks that run a job without a timeout."""
    for state, resource in tasks(subject, "sync", "sync:2"):
        if resource.integration not in _LIMITS:
            continue
        limit = _LIMITS[resource.integration]
        _, parameters = state.parameters
        is_limited = limit is not None and (
            not isinstance(parameters, dict) or not {limit, limit + ".$"}.isdisjoint(parameters)
        )
        if not is_limited and not is_bounded(state, "TimeoutSeconds"):
            yield subject.finding(
                f"state '{state.name}' waits for its job without a timeout",
                state.at("Resource"),
                state=state,
                fix="set TimeoutSeconds",
            )

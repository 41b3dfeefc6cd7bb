"""A task calls an action that its service does not offer.

Why:
    Optimized integrations offer a fixed list of actions; others are reached through the AWS SDK
    integrations. Step Functions refuses the definition (`is not a valid resource ARN`).

Bad:
    StartAt: Train
    States:
      Train:
        Type: Task
        Resource: arn:aws:states:::sagemaker:createTrainingjob
        Parameters:
          TrainingJobName: search-model
        End: true

Good:
    StartAt: Train
    States:
      Train:
        Type: Task
        Resource: arn:aws:states:::sagemaker:createTrainingJob
        Parameters:
          TrainingJobName: search-model
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint import catalog
from sfnlint.finding import Finding
from sfnlint.messages import listed
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules._suggestions import hint


@rule("EF301", "unknown-action")
def unknown_action(subject: Subject) -> Iterator[Finding]:
    """Actions that the catalog of a known service does not have."""
    for resource, states in subject.calls.items():
        known = None if resource.sdk else catalog.integrations(resource.service)
        if known is None or resource.action in known:
            continue
        meant = hint(resource.action, known)
        for state in states:
            yield Finding(
                "EF301",
                f"state '{state.name}': {resource.service} has no action '{resource.action}'"
                f"{meant}",
                state.at("Resource"),
                fix=f"the optimized actions are {listed(sorted(known), most=8)}; every other one is called "
                f"as arn:aws:states:::aws-sdk:{resource.service}:…",
                machine=subject.logical_id,
                state=state.name,
            )

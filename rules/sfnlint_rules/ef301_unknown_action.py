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
from difflib import get_close_matches

from sfnlint import catalog
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules._lacking import listed


@rule("EF301", "unknown-action")
def unknown_action(subject: Subject) -> Iterator[Finding]:
    """Actions that the catalog of a known service does not have."""
    for resource, states in subject.calls.items():
        known = None if resource.sdk else catalog.service(resource.service)
        if known is None or resource.action in known:
            continue
        near = get_close_matches(resource.action, known, n=1)
        for state in states:
            yield Finding(
                "EF301",
                f"state '{state.name}': {resource.service} has no action '{resource.action}'"
                + (f"; did you mean '{near[0]}'?" if near else ""),
                state.at("Resource"),
                fix=f"the optimized actions are {listed(sorted(known))}; every other one is called "
                f"as arn:aws:states:::aws-sdk:{resource.service}:…",
                machine=subject.logical_id,
                state=state.name,
            )

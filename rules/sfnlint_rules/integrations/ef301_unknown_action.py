"""An optimized integration does not have the action of a Task.

Why:
    Optimized integrations support a fixed list of actions. Other actions are available through the
    AWS SDK integrations. Step Functions rejects the definition (`is not a valid resource ARN`).

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
from sfnlint_rules._suggestions import did_you_mean, replacement


@rule("EF301", "unknown-action")
def unknown_action(subject: Subject) -> Iterator[Finding]:
    """Report actions that the catalog does not list for a known service."""
    for resource, states in subject.calls.items():
        actions = None if resource.sdk else catalog.integrations(resource.service)
        if actions is None or resource.action in actions:
            continue
        hint = did_you_mean(resource.action, actions)
        sdk_arn = f"arn:aws:states:::aws-sdk:{resource.service}:…"
        for state in states:
            yield subject.finding(
                f"state '{state.name}': {resource.service} has no optimized action "
                f"'{resource.action}'{hint}",
                state.at("Resource"),
                state=state,
                fix=f"use an optimized action ({listed(sorted(actions))}), or {sdk_arn}",
                correction=replacement(state.at("Resource"), resource.action, actions),
            )

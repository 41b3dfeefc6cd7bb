"""A Task waits for a callback without a timeout.

Why:
    The receiver of the task token may fail or lose it. Without HeartbeatSeconds or TimeoutSeconds,
    the Task then waits for a year, and no Catch handles the failure.

Bad:
    StartAt: Approve
    States:
      Approve:
        Type: Task
        Resource: arn:aws:states:::sqs:sendMessage.waitForTaskToken
        Parameters:
          QueueUrl: https://sqs.us-east-1.amazonaws.com/123456789012/approvals
          MessageBody:
            token.$: $$.Task.Token
        End: true

Good:
    StartAt: Approve
    States:
      Approve:
        Type: Task
        Resource: arn:aws:states:::sqs:sendMessage.waitForTaskToken
        TimeoutSeconds: 259200
        Parameters:
          QueueUrl: https://sqs.us-east-1.amazonaws.com/123456789012/approvals
          MessageBody:
            token.$: $$.Task.Token
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.operations._waiting import is_bounded, may_pass_token, tasks


@rule("WF703", "callback-without-timeout")
def callback_without_timeout(subject: Subject) -> Iterator[Finding]:
    """Report Tasks that wait for a callback without a timeout, except those of EF701."""
    for state, _ in tasks(subject, "waitForTaskToken"):
        bounded = is_bounded(state, "TimeoutSeconds", "HeartbeatSeconds")
        if not bounded and may_pass_token(state):
            yield subject.finding(
                f"state '{state.name}' waits for its callback without a timeout",
                state.at("Resource"),
                state=state,
                fix="set HeartbeatSeconds or TimeoutSeconds",
            )

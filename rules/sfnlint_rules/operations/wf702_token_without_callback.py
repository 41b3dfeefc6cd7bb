"""A Task passes a task token but does not wait for a callback.

Why:
    Only a Task whose Resource ends in `.waitForTaskToken` has a task token and waits for it. Any
    other Task continues immediately, or fails because the token does not exist.

Bad:
    StartAt: Approve
    States:
      Approve:
        Type: Task
        Resource: arn:aws:states:::sqs:sendMessage
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
        HeartbeatSeconds: 3600
        Parameters:
          QueueUrl: https://sqs.us-east-1.amazonaws.com/123456789012/approvals
          MessageBody:
            token.$: $$.Task.Token
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.operations._waiting import tasks, written_tokens


@rule("WF702", "token-without-callback")
def token_without_callback(subject: Subject) -> Iterator[Finding]:
    """Report Tasks that pass the token but use another pattern than waiting for a callback."""
    for state, resource in tasks(subject, "request_response", "sync", "sync:2"):
        for expression, match in written_tokens(state):
            yield subject.finding(
                f"state '{state.name}' passes a task token but does not wait for a callback",
                expression.place(state, *match.span()),
                state=state,
                fix=f"call {resource.integration}.waitForTaskToken, or remove the token",
            )
            break

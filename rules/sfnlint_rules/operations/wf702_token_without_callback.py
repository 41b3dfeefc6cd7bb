"""A token is passed by a task that does not wait for it.

Why:
    Only a task whose Resource ends in `.waitForTaskToken` has a token and waits for it. Any other
    one goes on at once, or fails because the token is not there.

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
    """Tasks that pass the token and call their service in another way than waiting for it."""
    for state, resource in tasks(subject, "request_response", "sync", "sync:2"):
        for expression, match in written_tokens(state):
            yield Finding(
                "WF702",
                f"state '{state.name}' passes a task token but does not wait for it",
                expression.place(state, *match.span()),
                fix=f"call {resource.integration}.waitForTaskToken, or pass no token",
                machine=subject.logical_id,
                state=state.name,
            )
            break

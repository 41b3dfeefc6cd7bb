"""A task waits for a callback but never passes its token.

Why:
    A task with `.waitForTaskToken` waits until somebody sends its token back. Nobody can send a
    token that was not passed on: the task waits until its timeout, or for a year.

Bad:
    StartAt: Approve
    States:
      Approve:
        Type: Task
        Resource: arn:aws:states:::sqs:sendMessage.waitForTaskToken
        HeartbeatSeconds: 3600
        Parameters:
          QueueUrl: https://sqs.us-east-1.amazonaws.com/123456789012/approvals
          MessageBody:
            request.$: $.request
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
            request.$: $.request
            token.$: $$.Task.Token
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.expressions import payload_fields
from sfnlint.asl.machine import State
from sfnlint.finding import Finding
from sfnlint.place import Place
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.operations._waiting import TOKEN, may_pass_token, tasks


@rule("EF701", "token-not-passed")
def token_not_passed(subject: Subject) -> Iterator[Finding]:
    """Tasks that wait for a callback, of which no parameter can hold the token."""
    for state, _ in tasks(subject, "waitForTaskToken"):
        if may_pass_token(state):
            continue
        field, jsonata = state.parameters[0], state.query_language == "JSONata"
        token = "{% $states.context.Task.Token %}" if jsonata else "$$.Task.Token"
        literal = _literal(state)
        if literal is not None:
            message = "passes the text of the path to its token, not the token"
            fix = f"pass {token}" if jsonata else f"write the field's name with '.$': {token}"
        else:
            message = "waits for a callback but never passes its token"
            fix = f"pass {token} in {field}"
        yield Finding(
            "EF701",
            f"state '{state.name}' {message}",
            literal or state.at("Resource"),
            fix=fix,
            machine=subject.logical_id,
            state=state.name,
        )


def _literal(state: State) -> Place | None:
    """Where the path to the token stands as a constant."""
    field, parameters = state.parameters
    for _, value, path in payload_fields(parameters, (*state.path, field)):
        if isinstance(value, str) and any(form.search(value) for form in TOKEN.values()):
            return Place(state.scope.machine.document, path)
    return None

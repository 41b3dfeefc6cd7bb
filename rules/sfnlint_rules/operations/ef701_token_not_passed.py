"""A Task waits for a callback but does not pass its task token.

Why:
    A Task with `.waitForTaskToken` waits until its task token is returned. If the Task does not
    pass the token to the service, nobody can return it: the Task waits until it times out, or for a
    year.

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
    """Report Tasks that wait for a callback and have no parameter that can contain the token."""
    for state, _ in tasks(subject, "waitForTaskToken"):
        if may_pass_token(state):
            continue
        field, jsonata = state.parameters[0], state.query_language == "JSONata"
        token = "{% $states.context.Task.Token %}" if jsonata else "$$.Task.Token"
        literal = _literal(state)
        if literal is not None:
            message = "passes the path of its task token as a string"
            fix = f"pass {token}" if jsonata else "end the name of the field with '.$'"
        else:
            message = "waits for a callback but does not pass its task token"
            fix = f"pass {token} in {field}"
        yield subject.finding(
            f"state '{state.name}' {message}",
            literal or state.at("Resource"),
            state=state,
            fix=fix,
        )


def _literal(state: State) -> Place | None:
    """Return the place of a constant string that contains the path of the token."""
    field, parameters = state.parameters
    for _, value, path in payload_fields(parameters, (*state.path, field)):
        if isinstance(value, str) and any(form.search(value) for form in TOKEN.values()):
            return Place(state.scope.machine.document, path)
    return None

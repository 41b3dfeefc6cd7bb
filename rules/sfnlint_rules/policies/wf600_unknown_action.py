"""An action of a policy does not exist.

Why:
    IAM accepts any name after the prefix of a service, and the statement grants nothing by it. The
    names are those of the service authorization reference, which differ from those of API
    operations for some services. A service can have actions that are newer than the data of sfn-
    lint: the message has its date.

Bad:
    Resources:
      Orders:
        Type: AWS::Serverless::StateMachine
        Properties:
          Definition:
            StartAt: Send
            States:
              Send:
                Type: Task
                Resource: arn:aws:states:::aws-sdk:sqs:sendMessage
                Parameters:
                  QueueUrl: https://sqs.us-east-1.amazonaws.com/123456789012/orders
                  MessageBody: new
                End: true
          Policies:
            - Version: "2012-10-17"
              Statement:
                - Effect: Allow
                  Action: sqs:SendMessage
                  Resource: arn:aws:sqs:us-east-1:123456789012:orders
                - Effect: Allow
                  Action: sqs:GetQueueAttribute
                  Resource: arn:aws:sqs:us-east-1:123456789012:orders
    Transform: AWS::Serverless-2016-10-31

Good:
    Resources:
      Orders:
        Type: AWS::Serverless::StateMachine
        Properties:
          Definition:
            StartAt: Send
            States:
              Send:
                Type: Task
                Resource: arn:aws:states:::aws-sdk:sqs:sendMessage
                Parameters:
                  QueueUrl: https://sqs.us-east-1.amazonaws.com/123456789012/orders
                  MessageBody: new
                End: true
          Policies:
            - Version: "2012-10-17"
              Statement:
                - Effect: Allow
                  Action: sqs:SendMessage
                  Resource: arn:aws:sqs:us-east-1:123456789012:orders
                - Effect: Allow
                  Action: sqs:GetQueueAttributes
                  Resource: arn:aws:sqs:us-east-1:123456789012:orders
    Transform: AWS::Serverless-2016-10-31

Source:
    https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.finding import Finding
from sfnlint.iam.action_names import Known
from sfnlint.iam.service_facts import service_facts
from sfnlint.iam.statement_fit import elements
from sfnlint.rule import rule
from sfnlint_rules.policies._service_facts import (
    MOST_SUGGESTIONS,
    dated,
    explained_places,
    without_effect,
)


@rule("WF600", "unknown-action")
def unknown_action(document: PolicyDocument) -> Iterator[Finding]:
    """Report actions that no service has, except those that a missing permission explains."""
    unknown = [
        (statement, element)
        for statement in document.statements
        for element in elements(statement)
        if element.named.known is Known.NO_ACTION
    ]
    if not unknown:
        return
    # Imported here because few policies have a mistake: tests/test_layers.py, start-up.
    from sfnlint_rules.policies._near_actions import near_action

    explained = explained_places(document)
    for index, (statement, element) in enumerate(unknown):
        item, service = element.written, service_facts(element.named.prefix)
        if item.place in explained or service is None:
            continue
        similar = near_action(service, element.named.name) if index < MOST_SUGGESTIONS else None
        suggestion = f"; did you mean '{similar}'?" if similar else ""
        yield document.finding(
            f"'{item.shown}' is not an action of IAM, so it {without_effect(statement)} "
            f"({dated()}){suggestion}",
            item.place,
            fix=f"replace it with '{similar}'" if similar else "",
            actions=[item.shown],
        )
